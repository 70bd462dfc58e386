"""What file names tell, and mistakes in a user's own patterns with their place."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path, PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avaudit.domain.time import SHANGHAI
from avaudit.errors import ConfigError
from avaudit.i18n import say_error
from avaudit.ingest.names import Names
from avaudit.rules.names import name_patterns

_NAMES = Names(name_patterns())
_AT = datetime(2026, 11, 18, 9, 30, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("name", "device", "at", "number", "part"),
    [
        ("DSJ-A3_0001234_20261118_093000.mp4", "DSJ-A3_0001234", _AT, None, None),
        ("DSJ-A3_0001234_20261118_093000_0007.mp4", "DSJ-A3_0001234", _AT, 7, None),
        ("20261118093000_0001.mp4", None, _AT, 1, None),
        ("2026_1118_093000_0001.MP4", None, _AT, 1, None),
        ("012345_0001234_20261118093000_0001.mp4", "0001234", _AT, 1, None),
        ("012345_20261118093000.mp4", "012345", _AT, None, None),
        ("ch01_20261118093000.mp4", "nvr/ch01", _AT, None, None),
        ("192.168.1.64_01_20261118093000_20261118100000.mp4", "192.168.1.64_01", _AT, None, None),
        ("VID_20261118_093000.mp4", None, _AT, None, None),
        ("IMG_20261118_093000.jpg", None, _AT, None, None),
        ("IMG_0412.MOV", None, None, 412, None),
        ("DJI_0001.MP4", None, None, 1, None),
        ("GX020012.MP4", None, None, 12, 2),
        ("DV00017.avi", None, None, 17, None),
        ("REC_20261118_093000.wav", None, _AT, None, None),
        ("CAM-01_20261118_093000.mp4", "CAM-01", _AT, None, None),
        ("20260231093000_0001.mp4", None, None, 1, None),  # no such day: no clock
    ],
)
def test_shipped_patterns(
    name: str, device: str | None, at: datetime | None, number: int | None, part: int | None
) -> None:
    reading = _NAMES.read(f"/srv/nvr/{name}")
    assert reading is not None
    assert (reading.device, reading.at, reading.number, reading.part) == (device, at, number, part)


@pytest.mark.parametrize("name", ["现场.mp4", "video.mp4", "a" * 300 + "_0001.mp4", "", "."])
def test_names_that_tell_nothing(name: str) -> None:
    assert _NAMES.read(f"/srv/{name}") is None


def test_files_that_are_numbered_together_have_one_series() -> None:
    one, next_one, photo, other = (
        _NAMES.read(f"/x/{name}")
        for name in ("IMG_0412.MOV", "IMG_0413.MOV", "IMG_0414.JPG", "DJI_0001.MP4")
    )
    assert one is not None
    assert next_one is not None
    assert photo is not None
    assert other is not None
    assert one.series == next_one.series == photo.series != other.series


@given(st.text(max_size=60))
def test_any_name_is_read_or_not(name: str) -> None:
    reading = _NAMES.read(f"/x/{PurePath(name).name}.mp4")
    assert reading is None or reading.series


def _own(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "names.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_own_patterns_go_first(tmp_path: Path) -> None:
    own = _own(
        tmp_path,
        "patterns:\n"
        "  - name: ours\n"
        "    pattern: 'QY(?P<device>\\d+)-{date}-{time}'\n"
        "    example: QY7-20261118-093000.mp4\n",
    )
    reading = Names(name_patterns(own)).read("/x/QY7-20261118-093000.mp4")
    assert reading is not None
    assert (reading.pattern, reading.device, reading.at) == ("ours", "7", _AT)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("patterns:\n  - name: a\n    pattern: '{number'\n    example: '1'\n", 3, "name_groups"),
        (
            "patterns:\n  - name: a\n    pattern: '({number}'\n    example: '1'\n",
            3,
            "no_expression",
        ),
        ("patterns:\n  - name: a\n    pattern: 'X{number}'\n    example: Y1\n", 4, "no_example"),
        ("patterns:\n  - name: a\n    pattern: '{number}'\n", 2, "missing_key"),
        ("patterns:\n  - name: a\n    patern: '{number}'\n    example: '1'\n", 3, "unknown_key"),
        ("patterns: 3\n", 1, "want_list"),
        ("patterns: [\n", 2, "syntax"),
        ("", 0, "empty"),
    ],
)
def test_mistakes_have_a_place(tmp_path: Path, text: str, line: int, words: str) -> None:
    own = _own(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        name_patterns(own)
    assert (line, f"rules.{words}") in [(p.line, p.key) for p in caught.value.problems]
    for lang in ("zh", "en"):
        assert str(own) in say_error(caught.value, lang)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        name_patterns(tmp_path / "none.yaml")
    assert [problem.key for problem in caught.value.problems] == ["rules.unreadable"]
