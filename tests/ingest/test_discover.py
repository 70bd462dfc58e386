"""Recordings are found by content, under any name, each once; nothing ends the search."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avaudit.errors import ConfigError
from avaudit.ingest.discover import Discovery, discover, display_path
from support.forge import Audio, is_name_refused, make, tone

_NAMES = [
    "执法记录 一.mp4", "with space.mp4", "line\nbreak.mp4", "\x1b[31mred.mp4", "👮.mp4",
    ".hidden.mp4", ".mp4", "-i", "concat:a|b", "http:..", "*.mp4", "a'b\"c.mp4",
    "%s{x}.mp4", "\u202egnp.mp4",
    "长" * 83 + ".mp4", b"\xff\xfe\xb7.mp4",
]  # fmt: skip


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a short recording."""
    path = tmp_path_factory.mktemp("sound") / "s.3gp"
    return make(path, Audio(tone(0.5, 8000), 8000, "libopencore_amrnb")).path.read_bytes()


def names(found: Discovery) -> list[bytes]:
    return [os.path.basename(recording.path) for recording in found.recordings]  # noqa: PTH119


def test_content_decides_and_a_recordings_name_is_never_passed_over(
    tmp_path: Path, sound: bytes
) -> None:
    (tmp_path / "recording.txt").write_bytes(sound)
    (tmp_path / "no_suffix").write_bytes(sound)
    (tmp_path / "words.mp4").write_text("just words")
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "empty.txt").touch()
    (tmp_path / "register.csv").write_text("activity_id\n1\n")
    (tmp_path / "letter.pdf").write_bytes(b"%PDF-1.7 ...")
    (tmp_path / "table.xlsx").write_bytes(b"PK\x03\x04....")
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0....")
    (tmp_path / "firmware.bin").write_bytes(bytes(range(256)))
    found = discover([tmp_path])
    assert names(found) == [
        b"empty.mp4",
        b"no_suffix",
        b"photo.jpg",
        b"recording.txt",
        b"words.mp4",
    ]
    assert found.passed_over == [(str(tmp_path / "firmware.bin"), "audit.not_recognised")]
    sizes = {recording.path: recording.size_bytes for recording in found.recordings}
    assert sizes[os.fsencode(tmp_path / "recording.txt")] == len(sound)


@pytest.mark.parametrize("name", _NAMES, ids=repr)
def test_any_name_is_found_and_shown_on_one_printable_line(
    tmp_path: Path, sound: bytes, name: str | bytes
) -> None:
    path = os.fsencode(tmp_path) + b"/" + os.fsencode(name)
    try:
        with open(path, "wb") as file:  # noqa: PTH123  (names may not be text)
            file.write(sound)
    except OSError as error:
        if is_name_refused(error):
            pytest.skip("this file system cannot hold the name")
        raise
    for given_path in (tmp_path, Path(os.fsdecode(path))):
        (recording,) = discover([given_path]).recordings
        assert recording.path == path
        assert recording.shown.isprintable()
        assert recording.size_bytes == len(sound)


def test_a_folder_may_be_called_like_a_recording(tmp_path: Path, sound: bytes) -> None:
    folder = tmp_path / "folder.mp4" / "deep.ts"
    folder.mkdir(parents=True)
    (folder / "inside").write_bytes(sound)
    assert names(discover([tmp_path])) == [b"inside"]


def test_a_folder_with_several_names_is_visited_once(tmp_path: Path, sound: bytes) -> None:
    real = tmp_path / "real"
    real.mkdir()
    (real / "one.mp4").write_bytes(sound)
    (tmp_path / "also").symlink_to(real)
    (real / "up").symlink_to(tmp_path)  # leads back to where it came from
    (real / "self").symlink_to(real)
    assert len(discover([tmp_path]).recordings) == 1
    assert len(discover([tmp_path, real, tmp_path / "also"]).recordings) == 1
    assert len(discover([tmp_path / "also"]).recordings) == 1


def test_a_link_that_leads_nowhere_is_asked_for_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "loop.mp4").symlink_to("loop.mp4")
    (tmp_path / "broken.mp4").symlink_to("nothing")
    (tmp_path / "broken.txt").symlink_to("nothing")
    found = discover([tmp_path])
    assert names(found) == [b"broken.mp4", b"loop.mp4"]
    assert all((one.size_bytes, one.mtime_ns) == (0, 0) for one in found.recordings)


def test_a_named_pipe_does_not_hold_up_the_search(tmp_path: Path, sound: bytes) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    (tmp_path / "s.mp4").write_bytes(sound)
    assert names(discover([tmp_path])) == [b"s.mp4"]


def test_a_disk_that_fails_does_not_end_the_search(tmp_path: Path, sound: bytes) -> None:
    """The first page of a process's memory reads like a failing disk: EIO."""
    (tmp_path / "bad.mp4").symlink_to("/proc/self/mem")
    (tmp_path / "s.mp4").write_bytes(sound)
    assert names(discover([tmp_path])) == [b"bad.mp4", b"s.mp4"]


def test_named_files_are_recordings_whatever_they_hold(tmp_path: Path) -> None:
    document = tmp_path / "notes.txt"
    document.write_text("words")
    assert names(discover([document])) == [b"notes.txt"]
    assert names(discover([tmp_path])) == []
    assert names(discover([document, document, tmp_path])) == [b"notes.txt"]
    assert names(discover([tmp_path, document])) == [b"notes.txt"]


def test_a_path_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        discover([tmp_path / "nothing\n"])
    assert caught.value.key == "audit.no_such_path"
    assert caught.value.values["path"] == f"{tmp_path}/nothing\\n"


def test_relative_paths_become_absolute(tmp_path: Path, sound: bytes) -> None:
    (tmp_path / "s.mp4").write_bytes(sound)
    assert Path.cwd() == tmp_path
    for spelled in (Path(), Path("./s.mp4"), Path("../") / tmp_path.name / "s.mp4"):
        (recording,) = discover([spelled]).recordings
        assert recording.path == os.fsencode(tmp_path / "s.mp4")


@given(st.binary(max_size=60))
def test_any_name_can_be_shown(name: bytes) -> None:
    shown = display_path(name)
    assert shown.isprintable()
    assert shown.encode("utf-8").decode("utf-8") == shown
    assert bool(shown) is bool(name)
