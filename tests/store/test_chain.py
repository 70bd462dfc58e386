"""The custody chain: whatever is done to it is told with its position, and a power cut is not."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avaudit.codec import plain_to_json
from avaudit.domain.custody import Head
from avaudit.domain.finding import CustodyEvent
from avaudit.domain.time import SHANGHAI
from avaudit.store import chain, journal
from avaudit.store.chained import known_hashes
from avaudit.store.proof import Proof, prove
from avaudit.store.rebuild import rebuild
from avaudit.store.sync import sync
from support.night import ask

_AT = datetime(2026, 11, 20, 9, 0, tzinfo=SHANGHAI)


def _event(number: int) -> CustodyEvent:
    at = _AT + timedelta(seconds=number)
    return CustodyEvent(
        f"e{number}", f"r{number}", "seen_first", at, "李", "ab" * 32, f"/原件/{number}"
    )


@pytest.fixture
def db(tmp_path: Path) -> Path:
    """A store with a chain of nine events."""
    made = tmp_path / "s.duckdb"
    chain.append(made, map(_event, range(1, 10)))
    return made


def _file(db: Path) -> Path:
    (file,) = chain.files(db)
    return file


def _lines(db: Path) -> list[bytes]:
    return _file(db).read_bytes().splitlines(keepends=True)


def _put(db: Path, lines: list[bytes]) -> Proof:
    _file(db).write_bytes(b"".join(lines))
    return prove(db)


def _told(proof: Proof) -> list[tuple[str, int]]:
    return [(one.what, one.position) for one in proof.breaks]


def test_a_chain_is_intact_and_goes_on(db: Path) -> None:
    chain.append(db, [_event(10)])
    proof = prove(db)
    assert proof.intact
    assert (proof.events, proof.head) == (10, chain.head(db))
    assert [json.loads(line)["position"] for line in _lines(db)] == list(range(1, 11))


def test_a_line_is_canonical_and_bound_to_the_one_before(db: Path) -> None:
    before, line = _lines(db)[:2]
    said = json.loads(line)
    assert said["previous"] == json.loads(before)["hash"]
    own = said.pop("hash")["sha256"]
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == own


@pytest.mark.parametrize("position", [1, 5, 9])
def test_an_edited_event_is_named(db: Path, position: int) -> None:
    lines = _lines(db)
    lines[position - 1] = lines[position - 1].replace("李".encode(), "王".encode())
    assert _told(_put(db, lines)) == [("edited", position)]


@pytest.mark.parametrize("position", [1, 5])
def test_an_event_edited_with_its_hash_is_named(db: Path, position: int) -> None:
    lines = _lines(db)
    said = json.loads(lines[position - 1])
    said["event"]["actor"] = "王"
    said["hash"] = {"sha256": chain.digest_of(said, "sha256")}
    lines[position - 1] = (plain_to_json(said) + "\n").encode()
    assert _told(_put(db, lines)) == [("edited", position)]


def test_another_spelling_of_the_same_is_an_edit(db: Path) -> None:
    lines = _lines(db)
    lines[3] = lines[3].replace(b'{"event"', b'{"event":{},"event"', 1)
    assert _told(_put(db, lines)) == [("edited", 4)]


@pytest.mark.parametrize("position", [1, 5])
def test_a_removed_event_is_named(db: Path, position: int) -> None:
    lines = _lines(db)
    del lines[position - 1]
    assert _told(_put(db, lines)) == [("removed", position)]


def test_several_removed_events_are_named_together(db: Path) -> None:
    lines = _lines(db)
    (one,) = _put(db, lines[:3] + lines[6:]).breaks
    assert (one.what, one.position, one.until) == ("removed", 4, 6)


def test_an_inserted_event_is_named(db: Path) -> None:
    lines = _lines(db)
    fourth = json.loads(lines[3])
    forged = chain.bind(_event(77), Head(4, fourth["hash"], _AT))
    assert _told(_put(db, [*lines[:4], chain.encode(forged), *lines[4:]])) == [("inserted", 5)]
    assert _told(_put(db, [*lines[:4], lines[2], *lines[4:]])) == [("inserted", 3)]


def test_reordered_events_are_named(db: Path) -> None:
    lines = _lines(db)
    lines[4], lines[5] = lines[5], lines[4]
    assert [what for what, _ in _told(_put(db, lines))] == ["reordered"]


@pytest.mark.parametrize("left", [0, 6])
def test_a_tail_that_was_cut_off_is_named_by_the_head(db: Path, left: int) -> None:
    (one,) = _put(db, _lines(db)[:left]).breaks
    assert (one.what, one.position, one.until) == ("cut_off", left + 1, 9)


def test_a_tail_cut_off_with_its_head_is_named_by_a_head_elsewhere(
    db: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "heads.jsonl"
    head = chain.head(db)
    assert head
    assert chain.note_head(kept, head)
    assert not chain.note_head(kept, head)
    (db.with_name("s.custody") / "head.json").unlink()
    assert _put(db, _lines(db)[:6]).intact  # nobody could tell
    (one,) = prove(db, chain.read_heads(kept)).breaks
    assert (one.what, one.position) == ("cut_off", 7)


def test_a_chain_made_anew_does_not_meet_the_head_or_the_database(db: Path) -> None:
    sync(db)
    head = chain.head(db)
    assert head
    _file(db).unlink()
    (db.with_name("s.custody") / "head.json").unlink()
    chain.append(db, [_event(n) for n in (1, 2, 3, 44, 5, 6, 7, 8, 9)])
    assert prove(db).intact
    assert _told(prove(db, [head])) == [("rewritten", 9)]
    assert _told(prove(db, [], known_hashes(db))) == [("rewritten", 4)]


def test_what_is_written_after_a_cut_leaves_the_hole_visible(db: Path) -> None:
    """No attacker stops a night, and no night hides what was done."""
    _put(db, _lines(db)[:6])
    chain.append(db, [_event(10)])
    (one,) = prove(db).breaks
    assert (one.what, one.position, one.until) == ("removed", 7, 9)


def test_a_line_torn_by_a_power_cut_is_closed_and_breaks_nothing(db: Path) -> None:
    lines = _lines(db)
    (db.with_name("s.custody") / "head.json").unlink()
    _file(db).write_bytes(b"".join(lines[:8]) + lines[8][:70])
    chain.append(db, [_event(10)])
    proof = prove(db)
    assert proof.intact
    assert [line for _, line in proof.torn] == [9]
    assert proof.events == 9


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_changed_byte_is_told(data: st.DataObject) -> None:
    import tempfile  # a folder for each example

    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "s.duckdb"
        chain.append(db, map(_event, range(1, 6)))
        raw = bytearray(_file(db).read_bytes())
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at] ^= data.draw(st.integers(1, 255))
        _file(db).write_bytes(bytes(raw))
        assert not prove(db).intact


def test_sm3_stands_beside_sha256(db: Path) -> None:
    if not chain.sm3_available():
        pytest.skip("this OpenSSL has no SM3")
    chain.append(db, [_event(10), _event(11)], sm3=True)
    proof = prove(db)
    assert proof.intact
    assert (proof.sm3_checked, proof.sm3_unchecked) == (2, 0)
    lines = _lines(db)
    said = json.loads(lines[9])
    said["hash"]["sm3"] = "0" * 64
    lines[9] = (plain_to_json(said) + "\n").encode()
    assert _told(_put(db, lines)) == [("edited", 10)]


def test_sm3_is_said_to_be_unchecked_where_there_is_none(
    db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain.append(db, [_event(10)], sm3=chain.sm3_available())
    monkeypatch.setattr(chain, "sm3_available", lambda: False)
    chain.append(db, [_event(11)], sm3=True)
    proof = prove(db)
    assert proof.intact
    assert proof.sm3_unchecked <= 1
    assert "sm3" not in json.loads(_lines(db)[10])["hash"]


def test_the_table_is_made_from_the_lines(db: Path) -> None:
    sync(db)
    sync(db)
    query = 'SELECT "position", event_id, hash FROM custody_events ORDER BY 1'
    rows = ask(db, query)
    assert [row[:2] for row in rows] == [(n, f"e{n}") for n in range(1, 10)]
    assert {row[0]: row[2] for row in rows} == known_hashes(db)
    journal.append(db, [_event(50)])  # without record files nothing is rebuilt
    rebuild(db)
    assert ask(db, f"{query} NULLS LAST LIMIT 9") == rows


def test_a_shortened_chain_is_reported_and_stops_nothing(db: Path) -> None:
    sync(db)
    _put(db, _lines(db)[:4])
    (problem,) = sync(db).problems
    assert problem.key == "keeping.shortened"


def test_killed_writers_leave_an_intact_chain(db: Path) -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[2]); from pathlib import Path\n"
        "from store.test_chain import _event; from avaudit.store import chain\n"
        "n = int(sys.argv[3])\n"
        "while True:\n"
        "    n += 1; chain.append(Path(sys.argv[1]), [_event(n)]); print(n, flush=True)\n"
    )
    acknowledged = 9
    for wanted in (3, 11, 6):
        tests = str(Path(__file__).parents[1])
        writer = subprocess.Popen(
            [sys.executable, "-c", program, str(db), tests, str(acknowledged)],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert writer.stdout
        for _ in range(wanted):
            acknowledged = int(writer.stdout.readline())
        writer.send_signal(signal.SIGKILL)
        rest, _ = writer.communicate()
        acknowledged = int(rest.split()[-1]) if rest.split() else acknowledged
        assert prove(db).intact
        head = chain.head(db)
        assert head
        assert head.position >= acknowledged
        acknowledged = head.position
