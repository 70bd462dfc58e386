"""What the store answers, question by question."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from store_values import (
    START,
    TRANSCRIPT_KEY,
    a_decision,
    a_record,
    a_register,
    a_transcript,
    an_activity,
    changed_file,
    moved_on,
    stored,
)

import avaudit.store
from avaudit.codec import from_json
from avaudit.domain.signal import Transcript
from avaudit.errors import StoreError
from avaudit.i18n import LANGUAGES, catalogue, places
from avaudit.store.read import (
    FindingFilter,
    KnownFile,
    audited,
    finding,
    findings,
    known_files,
    runs,
    signals_of,
    summary,
)
from avaudit.store.sync import sync
from avaudit.store.user_query import run_query


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "avaudit.duckdb"


def test_a_missing_store_is_empty_for_whoever_is_about_to_fill_it(db: Path) -> None:
    assert (known_files(db), audited(db, "run-1"), signals_of(db, ["ab"])) == ({}, {}, {})
    assert list(db.parent.iterdir()) == []


@pytest.mark.parametrize("use", [findings, runs, lambda db: finding(db, "f")])
def test_a_missing_store_is_an_error_for_others(db: Path, use: Callable[[Path], object]) -> None:
    with pytest.raises(StoreError) as caught:
        use(db)
    assert caught.value.key == "store.missing"


def test_known_files_are_the_latest_of_their_path(db: Path) -> None:
    stored(db, a_record(1), a_record(2), changed_file(1))
    known, was = known_files(db), a_record(1).recording
    assert set(known) == {was.path, a_record(2).recording.path}
    assert known[was.path] == KnownFile(
        "rec-1-new", "ff" * 32, was.size_bytes, was.mtime_ns, "examined",
        was.ctime_ns, was.duration_s, was.clocks,
    )  # fmt: skip


def test_a_file_that_went_back_is_the_latest_again(db: Path) -> None:
    stored(db, a_record(1), changed_file(1), moved_on(a_record(1), 2))
    assert known_files(db)[a_record(1).recording.path].recording_id == "rec-1"


def test_signals_come_back_as_they_were_measured(db: Path) -> None:
    stored(db, a_record(1), a_record(2))
    sha256 = a_record(1).recording.sha256
    assert sha256 is not None
    assert signals_of(db, []) == {}
    found = signals_of(db, [sha256, "unknown"])
    assert set(found) == {sha256}
    assert from_json(Transcript, found[sha256][TRANSCRIPT_KEY].json) == a_transcript()


def test_findings_are_filtered(db: Path) -> None:
    stored(db, a_record(0), a_record(1), a_register(an_activity(1)), a_record(5, run="run-2"))

    def ids(**wanted: Any) -> set[str]:
        return {row["finding_id"] for row in findings(db, FindingFilter(**wanted))}

    assert len(ids()) == 6
    assert ids(outcome="fail", run="run-1") == {"f-run-1-0-time", "f-run-1-1-time"}
    assert len(ids(rule="statement")) == 6
    assert ids(rule="statement.place", run="run-2") == {"f-run-2-5-place"}
    assert ids(rule="state") == set()
    assert ids(officer="张三") == {"f-run-1-1-time", "f-run-1-1-place"}
    assert ids(since=START + timedelta(hours=5)) == {"f-run-2-5-time", "f-run-2-5-place"}
    assert ids(run="no") == set()


def test_only_the_latest_audit_counts_unless_a_run_is_named(db: Path) -> None:
    stored(db, a_record(1), moved_on(a_record(1, run="run-2"), 2), a_record(2), changed_file(2))
    assert {row["finding_id"] for row in findings(db)} == {
        "f-run-2-1-time", "f-run-2-1-place", "f-new",
    }  # fmt: skip
    assert len(findings(db, FindingFilter(run="run-1"))) == 5
    assert [(row["run_id"], row["n_recordings"]) for row in runs(db)] == [
        ("run-2", 1),
        ("run-1", 3),
    ]


def test_a_finding_comes_with_what_explains_it(db: Path) -> None:
    decisions = [
        a_decision("f-run-1-1-time", v, h) for v, h in (("dismissed", 2), ("confirmed", 1))
    ]
    stored(db, a_record(1), a_register(), *decisions)
    detail = finding(db, "f-run-1-1-time")
    assert detail.finding["evidence"]["quote"] == "现在是上午九点"
    assert detail.recording is not None
    assert detail.finding["session_id"] == detail.recording["recording_id"] == "rec-1"
    assert detail.recording["path"] == "/videos/现场 1.mp4"
    assert detail.activity is not None
    assert detail.activity["officers"] == ["张三", "李四"]
    assert detail.run["measurement"] == {"window_s": 90.0}
    assert detail.result == {"rule_id": "statement.time", "outcome": "fail", "cause": ""}
    assert [row["start_s"] for row in detail.transcript] == [0.0, 10.0, 20.0, 30.0, 40.0]
    assert [row["verdict"] for row in detail.decisions] == ["confirmed", "dismissed"]


def test_a_finding_without_a_span_comes_with_the_whole_transcript(db: Path) -> None:
    record = a_record(1, activity_id=None)
    anywhere = replace(record.findings[0], start_s=None, end_s=None)
    stored(db, replace(record, findings=(anywhere,)))
    detail = finding(db, anywhere.finding_id)
    assert len(detail.transcript) == 8
    assert detail.activity is None


def test_an_unknown_finding_is_an_error(db: Path) -> None:
    stored(db, a_record(1))
    with pytest.raises(StoreError) as caught:
        finding(db, "no")
    assert caught.value.key == "store.no_finding"


def test_a_summary_counts_recordings(db: Path) -> None:
    stored(db, a_record(1), a_record(2), changed_file(2))
    counts = {(r["rule_id"], r["severity"], r["outcome"]): r["n"] for r in summary(db, "run-1")}
    assert counts["statement.time", "high", "fail"] == 2
    assert counts["statement.cause", None, "pass"] == 2
    assert sum(counts.values()) == 14


def test_the_contract_columns_come_first_in_their_order(db: Path) -> None:
    sync(db)
    contract = {
        "recordings": "recording_id path sha256 size_bytes started_at clock_source duration_s "
        "container video_codec audio_codec device_id status error",
        "findings": "finding_id run_id recording_id session_id activity_id rule_id article code "
        "outcome severity grade score start_s end_s message_zh message_en evidence",
        "results": "run_id subject_id rule_id outcome cause",
        "statement_elements": "recording_id element quote value expected match start_s end_s "
        "outcome",
        "gaps": "session_id after_recording_id before_recording_id start_at length_s kind "
        "explanation quote",
    }
    for table, names in contract.items():
        columns = run_query(db, f"FROM {table}").columns  # a name of this test
        assert columns[: len(names.split())] == tuple(names.split())


def test_every_text_of_the_store_is_there_and_is_used() -> None:
    source = "".join(
        file.read_text(encoding="utf-8")
        for file in resources.files(avaudit.store).iterdir()
        if file.name.endswith(".py")
    )
    texts = catalogue("store")
    assert set(re.findall(r'"store\.([a-z_]+)"', source)) == set(texts)
    for text in texts.values():
        assert set(text) == set(LANGUAGES)
        assert len({frozenset(places(text[lang])) for lang in LANGUAGES}) == 1


def test_every_query_is_used() -> None:
    folder = resources.files(avaudit.store)
    source = "".join(
        f.read_text(encoding="utf-8") for f in folder.iterdir() if f.name.endswith(".py")
    )
    names = {f.name.removesuffix(".sql") for f in (folder / "queries").iterdir()}
    plain = {name for name in names if f'"{name}"' in source}
    assert {name.partition("_")[0] for name in names - plain} == {
        "insert", "delete", "forget", "update",
    }  # fmt: skip


def test_a_finding_of_an_unmatched_recording_has_no_activity(db: Path) -> None:
    stored(db, a_record(1, activity_id=None))
    rows = findings(db)
    assert {row["activity_id"] for row in rows} == {None}
