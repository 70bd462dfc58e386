"""The record files: whole lines, one writer at a time, and nothing lost quietly."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from store_values import a_decision, a_record, a_register, dump

from avaudit.codec import to_plain
from avaudit.errors import StoreBusy, StoreError
from avaudit.store.journal import append, appending, read, snapshot
from avaudit.store.lock import Patience
from avaudit.store.places import journal_folder
from avaudit.store.sync import sync


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "avaudit.duckdb"


def _files(db: Path) -> list[Path]:
    return sorted(journal_folder(db).glob("*.jsonl"))


def test_a_line_says_what_it_is(db: Path) -> None:
    append(db, [a_record(1), a_register(), a_decision("f")])
    (file,) = _files(db)
    lines = [json.loads(line) for line in file.read_bytes().splitlines()]
    assert [(line["v"], line["type"]) for line in lines] == [
        (1, "audit"), (1, "register"), (1, "decision"),
    ]  # fmt: skip
    assert lines[0]["body"] == to_plain(a_record(1))
    assert file.name == f"records-{datetime.now(UTC):%Y-%m}.jsonl"


def test_nothing_to_write_writes_nothing(db: Path) -> None:
    append(db, [])
    assert not journal_folder(db).exists()


def test_an_audit_without_a_time_gets_the_present_one(db: Path) -> None:
    append(db, [a_record(1, audited_at=None)])
    at = json.loads(_files(db)[0].read_bytes())["body"]["audited_at"]
    assert abs((datetime.now(UTC) - datetime.fromisoformat(at)).total_seconds()) < 3600


def test_a_clock_that_goes_back_does_not_change_the_order(db: Path) -> None:
    append(db, [a_record(1)])
    ahead = _files(db)[0].rename(journal_folder(db) / "records-2099-01.jsonl")
    append(db, [a_record(2)])
    assert _files(db) == [ahead]


def test_a_torn_line_is_closed_left_out_and_reported(db: Path) -> None:
    append(db, [a_record(1), a_record(2)])
    (file,) = _files(db)
    file.write_bytes(file.read_bytes()[:-40])
    append(db, [a_record(3)])
    report = sync(db)
    assert report.applied == 2
    assert [(p.file, p.line, p.key) for p in report.problems] == [
        (str(file), 2, "store.line_damaged")
    ]
    assert [row.split("'")[1] for row in dump(db)["recordings"]] == ["rec-1", "rec-3"]
    assert sync(db).problems == ()


def test_a_line_that_lacks_only_its_end_counts(db: Path) -> None:
    append(db, [a_record(1)])
    (file,) = _files(db)
    file.write_bytes(file.read_bytes()[:-1])
    assert sync(db).applied == 1
    append(db, [a_record(2)])
    assert sync(db).problems == ()


def test_bytes_that_a_power_cut_left_are_reported_once(db: Path) -> None:
    append(db, [a_record(1)])
    with _files(db)[0].open("ab") as stream:
        stream.write(b"\0" * 4096)
    assert [p.line for p in sync(db).problems] == [2]
    append(db, [a_record(2)])
    report = sync(db)
    assert (report.applied, report.problems) == (1, ())


@pytest.mark.parametrize("line", [b"", b"[1]", b"[" * 100_000, b'{"v":1}', b"\xff\xfe", b"null"])
def test_lines_that_are_no_records_are_reported(db: Path, line: bytes) -> None:
    append(db, [a_record(1)])
    with _files(db)[0].open("ab") as stream:
        stream.write(line + b"\n")
    append(db, [a_record(2)])
    report = sync(db)
    assert (report.applied, [p.line for p in report.problems]) == (2, [2])


def test_an_altered_body_is_reported(db: Path) -> None:
    append(db, [a_record(1)])
    (file,) = _files(db)
    file.write_bytes(file.read_bytes().replace(b'"status":"examined"', b'"status":"partial!"'))
    assert [p.key for p in sync(db).problems] == ["store.line_damaged"]


@pytest.mark.parametrize("found", [b'{"v":2,"type":"audit",', b'{"v":1,"type":"dream",'])
def test_records_of_a_newer_program_stop_the_replay(db: Path, found: bytes) -> None:
    append(db, [a_record(1), a_record(2)])
    (file,) = _files(db)
    first, second = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(first + second.replace(b'{"v":1,"type":"audit",', found))
    with pytest.raises(StoreError) as caught:
        sync(db)
    assert caught.value.key == "store.newer_record"
    assert dump(db)["recordings"] == []


def test_a_full_disk_leaves_no_half_line(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append(db, [a_record(1)])
    (file,) = _files(db)
    before, write = file.read_bytes(), os.write
    with monkeypatch.context() as patched:
        patched.setattr("avaudit.store.lines.os.write", lambda fd, block: write(fd, block[:100]))
        with pytest.raises(StoreError) as caught:
            append(db, [a_record(2)])
    assert caught.value.key == "store.unusable"
    assert file.read_bytes() == before


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        append(tmp_path / "nowhere" / "avaudit.duckdb", [a_record(1)])
    assert caught.value.key == "store.unusable"


def test_waiting_for_another_writer_ends(db: Path) -> None:
    with appending(db, Patience(0)), pytest.raises(StoreBusy) as caught:
        append(db, [a_record(1)], wait_s=0.05)
    assert caught.value.key == "store.busy"


def test_reading_wants_the_beginning_of_a_line(db: Path) -> None:
    append(db, [a_record(1)])
    ((name, size),) = snapshot(db, Patience(0)).items()
    assert [line.type for line in read(db, name, 0, size)] == ["audit"]
    for wrong in (5, size + 10):
        with pytest.raises(StoreError) as caught:
            list(read(db, name, wrong, size))
        assert caught.value.key == "store.journal_altered"
