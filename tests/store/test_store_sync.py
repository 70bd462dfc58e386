"""Replaying the record files: each line once, the same input nothing, another input anew."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from store_values import (
    TRANSCRIPT_KEY,
    a_decision,
    a_record,
    a_register,
    a_signal,
    a_transcript,
    an_activity,
    dump,
    said,
    worker,
)

from avaudit.codec import to_plain
from avaudit.domain.finding import AuditRecord
from avaudit.domain.signal import Transcript
from avaudit.errors import StoreError
from avaudit.store.connect import open_for_writing
from avaudit.store.journal import append
from avaudit.store.places import journal_folder
from avaudit.store.read import audited, signals_of
from avaudit.store.sync import SyncReport, sync


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "avaudit.duckdb"


def _counts(db: Path) -> dict[str, int]:
    return {table: len(rows) for table, rows in dump(db).items()}


def test_a_record_arrives_in_every_table(db: Path) -> None:
    append(db, [a_record(1), a_register(), a_decision("f-run-1-1-time")])
    assert sync(db) == SyncReport(applied=3)
    assert _counts(db) == {
        "runs": 1, "audits": 1, "activities": 2, "recordings": 1, "sessions": 0, "groups": 0,
        "session_recordings": 0, "transcript_segments": 8, "statement_elements": 2, "gaps": 1,
        "results": 7, "findings": 2, "signals": 1, "custody_events": 1, "decisions": 1,
        "speakers": 2,
    }  # fmt: skip
    (element, _) = dump(db)["statement_elements"]
    assert "'place', '现在是上午九点', '上午九点', None, 'exact', 12.0, 14.5, 'pass'" in element


def test_without_record_files_the_store_is_empty(db: Path) -> None:
    assert sync(db) == SyncReport()
    assert set(_counts(db).values()) == {0}


def test_the_same_again_changes_nothing(db: Path) -> None:
    append(db, [a_record(1), a_register()])
    sync(db)
    before = dump(db)
    append(db, [a_record(1), a_register(), a_record(1)])
    assert sync(db) == SyncReport(applied=3, unchanged=2)
    assert dump(db) == before
    assert sync(db) == SyncReport()


def test_another_input_takes_the_place_of_the_old_rows(db: Path) -> None:
    append(db, [a_record(1), a_record(2), a_record(1, run="run-2")])
    sync(db)
    others = {table: [r for r in rows if "rec-1'" not in r or "run-2" in r]
              for table, rows in dump(db, ("results", "findings", "gaps")).items()}  # fmt: skip
    first = a_record(1)
    anew = replace(
        first, input_digest="other", findings=(), gaps=(), results=first.results[:3],
        activity_id="act-9", transcript_key=None, signals={},
    )  # fmt: skip
    append(db, [anew])
    assert sync(db) == SyncReport(applied=1)
    counts = _counts(db)
    assert (counts["results"], counts["findings"], counts["gaps"]) == (17, 4, 2)
    assert (counts["transcript_segments"], counts["statement_elements"]) == (16, 4)
    assert audited(db, "run-1") == {"rec-1": "other", "rec-2": "input-2"}
    after = dump(db, ("results", "findings", "gaps"))
    assert all(set(rows) <= set(after[table]) for table, rows in others.items())


def test_within_one_batch_the_last_input_wins(db: Path) -> None:
    first, other = a_record(1), a_record(1, input_digest="other", findings=())
    append(db, [first, other, first, other, other])
    assert sync(db) == SyncReport(applied=5, unchanged=1)
    assert (_counts(db)["findings"], audited(db, "run-1")) == (0, {"rec-1": "other"})


def test_batches_and_single_lines_come_to_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = [a_record(i % 7, input_digest=f"{i // 11}") for i in range(40)]
    stores = [tmp_path / f"{size}.duckdb" for size in (1, 7, 200)]
    for db in stores:
        append(db, values)
        with monkeypatch.context() as patched:
            patched.setattr("avaudit.store.sync._BATCH_LINES", int(db.stem))
            sync(db)
    first, *others = [dump(db) for db in stores]
    assert all(other == first for other in others)


def test_a_register_brings_activities_up_to_date(db: Path) -> None:
    append(db, [a_register(an_activity(1), an_activity(2))])
    sync(db)
    append(db, [a_register(an_activity(1, officers=("王五",), place="新地点"), an_activity(3))])
    sync(db)
    activities = dump(db)["activities"]
    assert len(activities) == 3
    assert "新地点" in activities[0]
    assert "王五" in activities[0]


def test_a_transcript_kept_from_before_is_shown_with_the_new_audit(db: Path) -> None:
    append(db, [a_record(1)])
    append(db, [a_record(1, run="run-2", signals={})])
    sync(db)
    assert _counts(db)["transcript_segments"] == 16
    append(db, [a_record(1, run="run-3", signals={}, transcript_key=None)])
    sync(db)
    assert _counts(db)["transcript_segments"] == 16


def test_the_newest_version_of_a_kept_transcript_is_taken(db: Path) -> None:
    newer = {**a_signal(a_transcript("新的")), "version": Transcript.VERSION + 1}
    append(db, [a_record(1), a_record(1, run="run-2", signals={TRANSCRIPT_KEY: newer})])
    append(db, [a_record(1, run="run-3", signals={})])
    sync(db)
    texts = [row for row in dump(db)["transcript_segments"] if "'run-3'" in row]
    assert len(texts) == 8
    assert all("新的" in row for row in texts)
    sha256 = a_record(1).recording.sha256
    assert sha256 is not None
    assert signals_of(db, [sha256])[sha256][TRANSCRIPT_KEY].version == Transcript.VERSION + 1


def test_a_carried_transcript_needs_no_name(db: Path) -> None:
    append(db, [a_record(1, transcript_key=None)])
    sync(db)
    assert _counts(db)["transcript_segments"] == 8


def test_signals_of_a_half_read_file_are_not_kept(db: Path) -> None:
    record = a_record(1)
    append(db, [replace(record, recording=replace(record.recording, sha256=None))])
    assert sync(db).problems == ()
    assert (_counts(db)["signals"], _counts(db)["transcript_segments"]) == (0, 8)


def test_an_empty_transcript_key_names_none(db: Path) -> None:
    append(db, [a_record(1, signals={}, transcript_key="")])
    assert sync(db) == SyncReport(applied=1)


def test_findings_about_the_whole_statement_are_no_elements(db: Path) -> None:
    record = a_record(1)
    whole = [replace(record.findings[0], rule_id=f"statement.{r}") for r in ("present", "late")]
    append(db, [replace(record, findings=tuple(whole))])
    sync(db)
    assert (_counts(db)["findings"], _counts(db)["statement_elements"]) == (2, 0)


def test_a_lost_transcript_is_reported(db: Path) -> None:
    append(db, [a_record(2), a_record(1, signals={})])
    report = sync(db)
    assert [(p.key, p.line) for p in report.problems] == [("store.transcript_missing", 2)]
    assert _counts(db)["audits"] == 2


@pytest.mark.parametrize(
    "signals",
    [{"x": {"version": "no", "body": {}}}, {"x": {}}, {TRANSCRIPT_KEY: {"version": 1, "body": {}}}],
)
def test_a_signal_that_is_none_is_reported(db: Path, signals: dict[str, dict[str, object]]) -> None:
    append(db, [a_record(1, signals=signals), a_record(2)])
    report = sync(db)
    assert [(p.key, p.line) for p in report.problems] == [("store.line_unusable", 1)]
    assert (report.applied, _counts(db)["audits"]) == (1, 1)


def test_what_no_column_can_hold_does_not_hold_up_the_others(db: Path) -> None:
    odd = a_record(3)
    odd = replace(odd, recording=replace(odd.recording, size_bytes=2**70))
    append(db, [a_record(1), a_record(2), odd, a_record(4)])
    report = sync(db)
    assert [(p.key, p.line) for p in report.problems] == [("store.line_unusable", 3)]
    assert (report.applied, _counts(db)["audits"]) == (3, 3)
    assert sync(db) == SyncReport()


def test_odd_texts_survive(db: Path) -> None:
    quote = "nul \0, tab \t, quote ', escape \x1b[31m, 龘, \U0001f600, lone \udcff, $rows"
    record = a_record(1)
    finding = replace(record.findings[0], evidence={"quote": quote}, message_zh=quote)
    append(db, [replace(record, findings=(finding,))])
    assert sync(db).problems == ()
    (row,) = dump(db)["findings"]
    assert repr(quote.replace("\udcff", "\\udcff")) in row


def test_record_files_that_changed_are_refused(db: Path) -> None:
    append(db, [a_record(1), a_record(2)])
    sync(db)
    (file,) = journal_folder(db).glob("*.jsonl")
    whole = file.read_bytes()
    for changed in (whole[: len(whole) // 2], b"", whole[:-1] + b"x" + b"\n"):
        file.write_bytes(changed)
        with pytest.raises(StoreError) as caught:
            sync(db)
        assert caught.value.key == "store.journal_altered"
    file.unlink()
    with pytest.raises(StoreError) as caught:
        sync(db)
    assert caught.value.key == "store.journal_altered"


def test_writers_in_four_processes_lose_and_double_nothing(db: Path, tmp_path: Path) -> None:
    ranges = [(0, 12), (6, 18), (18, 30), (24, 36)]
    processes = [worker("write", db, first, last) for first, last in ranges]
    try:
        for process in processes:
            assert said(process) == "ready"
        for process in processes:
            process.communicate(timeout=240)
        assert [process.returncode for process in processes] == [0, 0, 0, 0]
    finally:
        for process in processes:
            process.kill()
            process.wait()
    alone = tmp_path / "alone.duckdb"
    append(alone, [a_record(number) for number in range(36)])
    sync(alone)
    assert dump(db) == _but_for_run_start(dump(alone), dump(db))


def _but_for_run_start(
    expected: dict[str, list[str]], found: dict[str, list[str]]
) -> dict[str, list[str]]:
    """A run starts with the record that was written first, which processes race for."""
    assert len(found["runs"]) == 1
    return {**expected, "runs": found["runs"]}


def test_a_transaction_that_fails_leaves_the_offset(
    db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(db, [a_record(1)])
    with monkeypatch.context() as patched:
        patched.setattr("avaudit.store.sync._without_transcript", _interrupted)
        with pytest.raises(KeyboardInterrupt):
            sync(db)
    assert set(_counts(db).values()) == {0}
    assert sync(db) == SyncReport(applied=1)


def _interrupted(*_: object) -> list[AuditRecord]:
    raise KeyboardInterrupt


def test_open_for_writing_makes_a_store(db: Path) -> None:
    with open_for_writing(db) as connection:
        assert connection.table("runs").fetchall() == []
    assert to_plain(sorted(p.name for p in db.parent.iterdir())) == [
        "avaudit.duckdb", "avaudit.duckdb.lock",
    ]  # fmt: skip
