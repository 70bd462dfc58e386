"""Edges of custody, as a sceptical user tries them: holds, terms, copies, renamed folders."""

from __future__ import annotations

import os
import re
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from avaudit.cli import main
from avaudit.configuration import Configuration
from avaudit.custody import disclosure
from avaudit.custody.disclosure import hold
from avaudit.domain.time import SHANGHAI
from support.night import ask, tiny_recordings
from support.originals import audited, configured, tiny_files, verified

_BOOK = Path(__file__).parents[2] / "src/avaudit/rules/books/qingyang.yaml"
Told = pytest.CaptureFixture[str]


def _codes(db: Path) -> list[tuple[str, str, str]]:
    rows = ask(db, "SELECT code, outcome, path FROM v_inbox WHERE rule_id LIKE 'custody.%' "
                   "ORDER BY 1, 3")  # fmt: skip
    return [(code, outcome, Path(path).name if path else "") for code, outcome, path in rows]


@pytest.fixture
def old(tmp_path: Path) -> tuple[Configuration, list[Path]]:
    """A store of originals that were recorded, and seen, eleven years ago, kept for nine."""
    book = tmp_path / "book.yaml"
    shipped = _BOOK.read_text("utf-8")
    book.write_text(shipped.replace("keep: permanent", "keep: 9 years"), "utf-8")
    configuration = configured(tmp_path / "s.duckdb", rulebook=str(book))
    files = tiny_files(tmp_path / "old", 4)
    audited(tmp_path / "s.duckdb", files, configuration,
            datetime.now(SHANGHAI) - timedelta(days=4000))  # fmt: skip
    verified(configuration)
    return configuration, files


def test_a_hold_after_the_end_says_what_has_gone_since_and_release_lets_it_go(
    old: tuple[Configuration, list[Path]],
) -> None:
    configuration, files = old
    db = configuration.settings.db
    names = {
        path: name for name, path in ask(db, "SELECT recording_id, path FROM recordings")
    }  # fmt: skip
    hold(configuration.settings, names[str(files[0])])
    files[0].unlink()  # on hold, past its retention: not allowed to go
    files[1].unlink()  # past its retention: lawful
    files[2].write_bytes(b"other bytes")  # as lawful as deleting it
    verified(configuration)
    assert _codes(db) == [("missing", "fail", "r00000.wav")]
    assert ask(db, "SELECT count(*) FROM v_original WHERE state = 'retention_ended'") == [(2,)]
    hold(configuration.settings, names[str(files[1])])  # too late: it is gone, and that is said
    verified(configuration)
    assert [code for code, _, _ in _codes(db)] == ["missing", "missing"]
    for name in (names[str(files[0])], names[str(files[1])]):
        hold(configuration.settings, name, release=True)
    verified(configuration)
    assert _codes(db) == []
    assert verified(configuration).all_well


def test_the_last_day_of_retention_counts(tmp_path: Path) -> None:
    """Deleted on its last day it is missing, the day after it is not."""
    book = tmp_path / "book.yaml"
    book.write_text(re.sub("keep: .+", "keep: 90 days", _BOOK.read_text("utf-8")), "utf-8")
    configuration = configured(tmp_path / "s.duckdb", rulebook=str(book))
    assert {one.days for one in configuration.book.retention} == {90}
    for number, (ago, expected) in enumerate(((90, "missing"), (91, "ended"))):
        files = tiny_files(tmp_path / f"d{number}", 1, size=48 + 8 * number)
        audited(configuration.settings.db, files, configuration,
                datetime.now(SHANGHAI) - timedelta(days=ago))  # fmt: skip
        verified(configuration)
        files[0].unlink()
        assert expected in verified(configuration).states


def test_of_two_copies_the_one_that_was_deleted_is_told(tmp_path: Path) -> None:
    """That its bytes lie elsewhere, as another original, is said; it was not moved there."""
    configuration = configured(tmp_path / "s.duckdb")
    db, files = configuration.settings.db, tiny_files(tmp_path / "r", 3)
    copy = tmp_path / "r" / "copy.wav"
    shutil.copy2(files[1], copy)
    audited(db, [*files, copy], configuration)
    assert verified(configuration).all_well
    copy.unlink()
    assert verified(configuration).states == {"whole": 3, "missing": 1}
    assert _codes(db) == [("copy_left", "review", "copy.wav")]
    files[1].unlink()  # now they are gone, both of them
    assert verified(configuration).states == {"whole": 2, "missing": 2}
    assert {(code, outcome) for code, outcome, _ in _codes(db)} == {("missing", "fail")}
    copy.write_bytes(b"%08d" % 1 * 5)
    verified(configuration)
    assert _codes(db) == [("copy_left", "review", "r00001.wav")]
    shutil.copy2(copy, files[1])
    assert verified(configuration).all_well
    assert _codes(db) == []


def test_a_renamed_folder_is_gone_until_the_next_audit_knows_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AVAUDIT_SPEECH_MODEL", "none")
    folder = tiny_recordings(tmp_path / "r" / "a", 11)
    db = tmp_path / "avaudit.duckdb"
    assert main(["audit", "r"]) == 0
    assert main(["verify"]) == 0
    folder.rename(tmp_path / "r" / "2026年11月")
    assert main(["verify"]) == 1
    assert _codes(db) == [("source_gone", "review", "")]
    assert main(["audit", "r"]) == 0
    assert main(["verify"]) == 0
    assert {code for code, _, _ in _codes(db)} == {"moved"}
    assert len(_codes(db)) == 11
    (tmp_path / "r" / "2026年11月").rename(folder)
    assert main(["audit", "r"]) == 0
    assert main(["verify"]) == 0
    assert _codes(db) == []
    capsys.readouterr()


def test_three_that_changed_places_in_a_ring_are_no_loss(tmp_path: Path) -> None:
    configuration = configured(tmp_path / "s.duckdb")
    files = tiny_files(tmp_path / "r", 5)
    audited(configuration.settings.db, files, configuration)
    verified(configuration)
    aside = tmp_path / "aside"
    files[0].rename(aside)
    files[1].rename(files[0])
    files[2].rename(files[1])
    aside.rename(files[2])
    report = verified(configuration)
    assert report.states == {"whole": 2, "moved": 3}
    assert {outcome for _, outcome, _ in _codes(configuration.settings.db)} == {"review"}


def test_an_approval_ends_and_cannot_be_reopened_by_another_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told
) -> None:
    configuration = configured(tmp_path / "avaudit.duckdb")
    files = tiny_files(tmp_path / "r", 2)
    audited(tmp_path / "avaudit.duckdb", files, configuration)
    verified(configuration)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AVAUDIT_SPEECH_MODEL", "none")
    book = tmp_path / "book.yaml"
    book.write_text(_BOOK.read_text("utf-8") + "\napprovals: [export]\n", "utf-8")
    monkeypatch.setenv("AVAUDIT_RULEBOOK", str(book))
    export = ["findings", "--output", "f.csv"]
    asked = ["approve", "findings", "--asked-by", "钱", "--purpose", "通报", "--until"]
    tomorrow = (datetime.now(SHANGHAI) + timedelta(days=1)).date().isoformat()
    monkeypatch.setenv("AVAUDIT_ACTOR", "赵")
    assert main([*asked, tomorrow]) == 0
    monkeypatch.setenv("AVAUDIT_ACTOR", "钱")
    assert main(export) == 0
    os.remove("f.csv")  # noqa: PTH107

    class Later(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.now(tz) + timedelta(days=2)

    monkeypatch.setattr(disclosure, "datetime", Later)
    assert main(export) == 2
    assert not Path("f.csv").exists()
    monkeypatch.setenv("AVAUDIT_ACTOR", "钱 ")
    assert main([*asked[:-1], "--until", "2999-01-01"]) == 2  # the same person, with a space
    monkeypatch.setenv("AVAUDIT_ACTOR", "孙")
    assert main(export) == 2
    capsys.readouterr()
