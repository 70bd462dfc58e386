"""Verification of originals: what was done to them is found, told apart, and answered."""

from __future__ import annotations

import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from avaudit.configuration import Configuration
from avaudit.custody.disclosure import hold
from avaudit.custody.seen import chain_seen
from avaudit.custody.verification import Verification
from avaudit.domain.time import SHANGHAI
from avaudit.store import chain
from avaudit.store.proof import prove
from support.night import ask
from support.originals import audited, configured, tiny_files, verified

_NUMBER = 140
_BOOK = Path(__file__).parents[2] / "src/avaudit/rules/books/qingyang.yaml"


class Store:
    """A store with originals that are whole."""

    def __init__(self, folder: Path, number: int = _NUMBER) -> None:
        self.folder, self.db = folder / "r", folder / "s.duckdb"
        self.configuration: Configuration = configured(self.db)
        self.files = tiny_files(self.folder, number)
        audited(self.db, self.files, self.configuration)

    def findings(self) -> list[tuple[Any, ...]]:
        """Code, outcome and file name of what the inbox shows of custody."""
        rows = ask(self.db, "SELECT code, outcome, path, subject_id FROM v_inbox "
                            "WHERE rule_id LIKE 'custody.%' ORDER BY 1, 3")  # fmt: skip
        return [(code, outcome, Path(path).name if path else "") for code, outcome, path, _ in rows]

    def kinds(self, path: Path) -> list[str]:
        """The kinds of a recording's events, in order, those of a first place included."""
        query = """SELECT kind FROM custody_events WHERE recording_id = (
            SELECT recording_id FROM custody_events WHERE path = ? AND kind = 'seen_first'
        ) ORDER BY "position" """
        return [kind for (kind,) in ask(self.db, query, str(path))]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def _quietly(path: Path, content: bytes) -> None:
    """Write a file anew and set its times back, as somebody would who does not want to be seen."""
    before = path.stat()
    path.write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _swap(one: Path, other: Path) -> None:
    aside = one.with_name("aside")
    one.rename(aside)
    other.rename(one)
    aside.rename(other)


def test_everything_that_was_done_is_found_in_one_pass_and_nothing_else(store: Store) -> None:
    assert verified(store.configuration).all_well
    assert store.findings() == []
    originals = {path: path.read_bytes() for path in store.files}
    one = bytearray(originals[store.files[5]])
    one[17] ^= 1
    _quietly(store.files[5], bytes(one))
    store.files[120].unlink()
    _swap(store.files[30], store.files[31])
    store.files[130].rename(store.folder / "d001" / "elsewhere.wav")
    report = verified(store.configuration, days=30)  # one thirtieth of the bytes is read
    assert report.checked < _NUMBER / 4  # what stat tells of, and one thirtieth
    assert store.findings() == [
        ("changed", "fail", "r00005.wav"),
        ("missing", "fail", "r00120.wav"),
        ("moved", "review", "r00130.wav"),
        ("swapped", "review", "r00030.wav"),
        ("swapped", "review", "r00031.wav"),
    ]
    assert report.states == {"whole": _NUMBER - 5, "changed": 1, "missing": 1, "moved": 1,
                             "swapped": 2}  # fmt: skip
    before = ask(store.db, "SELECT count(*) FROM groups")
    assert not verified(store.configuration, days=30).all_well  # it stays so, and is said once
    assert ask(store.db, "SELECT count(*) FROM groups") == before
    assert store.kinds(store.files[5])[-1] == "changed"
    _restore(store, originals)
    assert verified(store.configuration, days=30).all_well
    assert store.findings() == []
    assert store.kinds(store.files[5]) == ["seen_first", "verified", "changed", "returned"]
    assert store.kinds(store.files[130])[-2:] == ["moved", "returned"]
    assert prove(store.db).intact


def _restore(store: Store, originals: dict[Path, bytes]) -> None:
    _quietly(store.files[5], originals[store.files[5]])
    store.files[120].write_bytes(originals[store.files[120]])
    _swap(store.files[30], store.files[31])
    (store.folder / "d001" / "elsewhere.wav").rename(store.files[130])


def test_a_share_that_vanished_is_one_trouble_and_is_answered_when_it_is_back(
    store: Store,
) -> None:
    verified(store.configuration)
    store.folder.rename(store.folder.with_name("away"))
    store.folder.mkdir()  # an empty mount point
    report = verified(store.configuration)
    assert report.sources == [(str(store.folder), _NUMBER)]
    assert not report.troubles
    assert store.findings() == [("source_gone", "review", "")]
    assert not verified(store.configuration).all_well
    store.folder.rmdir()
    store.folder.with_name("away").rename(store.folder)
    assert verified(store.configuration).all_well
    assert store.findings() == []


def test_a_folder_of_which_something_is_left_has_lost_originals(store: Store) -> None:
    verified(store.configuration)
    for path in store.files[100:110]:
        path.unlink()
    assert verified(store.configuration, days=30).states["missing"] == 10
    assert {code for code, _, _ in store.findings()} == {"missing"}


def test_few_originals_that_are_gone_together_are_told_one_by_one(store: Store) -> None:
    alone = store.folder / "few"
    alone.mkdir()
    more = [alone / f"{number}.wav" for number in range(3)]
    for path in more:
        path.write_bytes(path.name.encode() * 10)
    audited(store.db, more, store.configuration)
    verified(store.configuration)
    shutil.rmtree(alone)
    assert verified(store.configuration).states["missing"] == 3


def test_a_new_file_at_an_originals_place_gives_way_again(store: Store) -> None:
    """What replaced an original was seen as an original too: its end is said, for review."""
    verified(store.configuration)
    path = store.files[7]
    original = path.read_bytes()
    _quietly(path, b"another" * 9)
    audited(store.db, [path], store.configuration, datetime.now(SHANGHAI))
    assert verified(store.configuration).states["changed"] == 1
    _quietly(path, original)
    verified(store.configuration)
    assert store.findings() == [("undone", "review", "r00007.wav")]


def test_a_file_that_was_still_written_to_at_first_sight_is_for_review(store: Store) -> None:
    late = store.folder / "d000" / "late.wav"
    late.write_bytes(b"half of it")
    audited(store.db, [late], store.configuration, datetime.now(SHANGHAI))
    late.write_bytes(b"half of it, and the rest")
    verified(store.configuration)
    assert store.findings() == [("changed_unsettled", "review", "late.wav")]


def test_what_cannot_be_read_stays_open(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    real, broken = os.preadv, store.files[3].stat().st_ino

    def failing(fd: int, buffers: list[memoryview], at: int) -> int:
        if os.fstat(fd).st_ino == broken:
            raise OSError(5, "Input/output error")
        return real(fd, buffers, at)

    monkeypatch.setattr("avaudit.custody.reading.os.preadv", failing)
    report = verified(store.configuration)
    assert report.states == {"whole": _NUMBER - 1, "unreadable": 1}
    assert {one[:2] for one in store.findings()} == {("unreadable", "open")}
    monkeypatch.setattr("avaudit.custody.reading.os.preadv", real)
    assert verified(store.configuration).all_well
    assert store.findings() == []


def test_a_night_that_is_stopped_is_gone_on_with(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("avaudit.custody.verification._PORTION_FILES", 50)
    stopped = Verification(store.configuration, days=1)
    stopped.prepare()
    stopped.check(0)
    stopped.check(1)  # and never finished
    next_night = Verification(store.configuration, days=4)
    next_night.prepare()
    done = ask_verified(store)
    chosen = {one.recording_id for portion in next_night.portions for one in portion}
    assert len(done) == 100
    assert not chosen & done
    for number in range(len(next_night.portions)):
        next_night.check(number)
    assert next_night.finish().all_well
    assert len(ask_verified(store)) == _NUMBER


def ask_verified(store: Store) -> set[str]:
    chain_seen(store.configuration.settings)
    rows = ask(store.db, "SELECT recording_id FROM custody_events WHERE kind = 'verified'")
    return {name for (name,) in rows}


def test_nights_read_everything_in_so_many_days(store: Store) -> None:
    for _ in range(4):
        verified(store.configuration, days=4)
    verified_now = ask_verified(store)
    assert len(verified_now) == _NUMBER
    rows = ask(store.db, "SELECT recording_id FROM custody_events WHERE kind = 'verified'")
    assert len(rows) <= 2 * _NUMBER  # new ones first, all of them, then the oldest


def test_a_budget_is_kept_and_what_is_left_is_told(store: Store) -> None:
    report = verified(store.configuration, budget_bytes=40 * 60)
    assert report.read_bytes <= 40 * 61
    assert report.left == _NUMBER - 60
    assert report.nights == 3


def test_names_that_are_no_text_are_found_again(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    folder.mkdir()
    odd = [os.fsencode(folder) + name for name in (b"/\xff\xfe.wav", b"/a\nb.wav", b"/c\\xd6.wav")]
    for path in odd:
        Path(os.fsdecode(path)).write_bytes(path)
    db = tmp_path / "s.duckdb"
    from avaudit.custody.reading import read
    from avaudit.ingest.discover import display_path

    for path in odd:
        assert read(display_path(path)).sha256
    assert not db.exists()


def test_what_is_gone_after_its_retention_is_no_finding(store: Store, tmp_path: Path) -> None:
    """And what an open case keeps is one, however old."""
    long_ago = datetime.now(SHANGHAI) - timedelta(days=4000)
    old = tiny_files(tmp_path / "old", 3, size=64)
    book = tmp_path / "book.yaml"
    shipped = _BOOK.read_text(encoding="utf-8")
    book.write_text(shipped.replace("keep: permanent", "keep: 9 years"), encoding="utf-8")
    configuration = configured(store.db, rulebook=str(book))
    audited(store.db, old, configuration, long_ago)
    for path in old:
        os.utime(path, (1, 1))
    verified(configuration)
    old[0].unlink()
    held = ask(store.db, "SELECT recording_id FROM recordings WHERE path = ?", str(old[1]))
    hold(configuration.settings, held[0][0])
    old[1].unlink()
    verified(configuration)
    assert store.findings() == [("missing", "fail", "r00001.wav")]
    assert store.kinds(old[0])[-1] == "retention_ended"
    hold(configuration.settings, held[0][0], release=True)
    verified(configuration)
    assert store.findings() == []


def test_a_clock_that_jumps_back_breaks_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified(store.configuration)
    from avaudit.custody import events

    class Earlier(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime(2020, 1, 1, tzinfo=tz)

    monkeypatch.setattr(events, "datetime", Earlier)
    store.files[9].unlink()
    assert verified(store.configuration).states["missing"] == 1
    assert [code for code, _, _ in store.findings()] == ["missing"]
    assert prove(store.db).intact
    assert chain.head(store.db)
