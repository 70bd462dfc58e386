"""Values for the tests of the store: records of any size, all of them made up."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from avaudit.codec import digest, to_plain
from avaudit.domain.finding import (
    AuditRecord,
    CustodyEvent,
    Decision,
    Finding,
    Gap,
    Recording,
    Result,
    Run,
)
from avaudit.domain.group import GroupRecord
from avaudit.domain.media import ClockReading, ClockSource, MediaKind
from avaudit.domain.register import Activity, Register
from avaudit.domain.rule import Outcome, Severity
from avaudit.domain.session import GroupKind
from avaudit.domain.signal import Segment, Speaker, Transcript, Word
from avaudit.domain.time import SHANGHAI, Span
from avaudit.domain.voices import Voices
from avaudit.store.connect import open_for_reading
from avaudit.store.journal import append
from avaudit.store.sync import sync
from avaudit.store.user_query import run_query

START = datetime(2026, 11, 2, 9, 0, tzinfo=SHANGHAI)
RULES = ("time", "place", "officers", "cause", "target", "notice", "late")
TRANSCRIPT_KEY = "transcript@base@90"

#: What two stores must agree on, whatever happened on the way.
TABLES = (
    "runs", "audits", "activities", "recordings", "sessions", "session_recordings",
    "transcript_segments", "statement_elements", "gaps", "results", "findings", "signals",
    "speakers", "custody_events", "decisions", "groups",
)  # fmt: skip


def a_run(name: str = "run-1") -> Run:
    return Run(name, "qingyang", "1.0", "ab" * 32, {"asr": "base"}, {"window_s": 90.0}, "0.1.0")


def a_recording(number: int, **changes: Any) -> Recording:
    recording = Recording(
        recording_id=f"rec-{number}",
        path=f"/videos/现场 {number}.mp4",
        sha256=f"{number:064x}",
        size_bytes=1000 + number,
        mtime_ns=1_790_000_000_000_000_000 + number,
        kind=MediaKind.VIDEO,
        status="examined",
        started_at=START + timedelta(hours=number),
        clock_source="container",
        clocks=(ClockReading(ClockSource.CONTAINER, START, "2026-11-02T01:00:00Z"),),
        duration_s=600.0,
        container="mov,mp4",
        video_codec="h264",
        audio_codec="aac",
        width=1920,
        height=1080,
        device_id="cam-1",
    )
    return replace(recording, **changes)


def a_transcript(text: str = "现在是上午九点") -> Transcript:
    word = Word(text[:2], 1.0, 1.5, 0.9)
    segments = tuple(
        Segment(10.0 * i, 10.0 * i + 4, f"{text}{i}", (word,), -0.2, 0.01, 1.2) for i in range(8)
    )
    return Transcript("whisper-base", (Span(0.0, 90.0),), segments)


def a_signal(transcript: Transcript) -> dict[str, Any]:
    return {"version": Transcript.VERSION, "body": to_plain(transcript)}


def some_voices() -> Voices:
    """Two voices; the first says most, nobody the last two segments."""
    speakers = (Speaker("S1", 20.0, -22.0, 1.0), Speaker("S2", 8.0, -31.0, 10.0))
    return Voices(speakers, ("S1", "S2", "S1", "S1", "S2", "S1", None, None), "S1", 0.9)


def a_finding(number: int, rule: str, outcome: Outcome, run: str) -> Finding:
    return Finding(
        finding_id=f"f-{run}-{number}-{rule}",
        rule_id=f"statement.{rule}",
        article="14(1)",
        code=f"{rule}_missing",
        outcome=outcome,
        severity=Severity.HIGH,
        message_zh="提示可能未说明，建议人工复核",
        message_en="perhaps not said; please review",
        evidence={"measured": {"value": "上午九点", "match": "exact"}, "quote": "现在是上午九点"},
        score=0.9,
        start_s=12.0,
        end_s=14.5,
    )


def a_record(number: int, run: str = "run-1", **changes: Any) -> AuditRecord:
    """A record with 7 results and 2 findings. Its time follows from its number."""
    at = START + timedelta(days=1, seconds=number)
    failed, passed = Outcome.FAIL, Outcome.PASS
    record = AuditRecord(
        run=a_run(run),
        recording=a_recording(number),
        input_digest=f"input-{number}",
        activity_id=f"act-{number % 3}",
        results=tuple(
            Result(f"statement.{r}", failed if r == "time" else passed, "") for r in RULES
        ),
        findings=(
            a_finding(number, "time", failed, run),
            a_finding(number, "place", passed, run),
        ),
        gaps=(Gap(f"rec-{number}", f"rec-{number}", START, 30.0, 12.5, "pause", "unexplained"),),
        signals={TRANSCRIPT_KEY: a_signal(a_transcript())},
        custody=(CustodyEvent(f"c-{number}", f"rec-{number}", "seen", at, "avaudit", None, "/x"),),
        audited_at=at,
        wall_s=1.5,
        transcript_key=TRANSCRIPT_KEY,
        voices=some_voices(),
    )
    return replace(record, **changes)


def a_session(number: int, *members: int, run: str = "run-1", **changes: Any) -> GroupRecord:
    """The session that begins with a recording; its finding concerns its last one."""
    about = f"s-rec-{number}"
    last = f"rec-{members[-1]}" if members else None
    found = a_finding(number, "time", Outcome.REVIEW, run)
    found = replace(found, finding_id=f"g-{run}-{number}", rule_id="continuity.made_up",
                    recording_id=last)  # fmt: skip
    record = GroupRecord(
        run=a_run(run),
        kind=GroupKind.SESSION,
        subject_id=about,
        input_digest=f"{members}",
        members=tuple(f"rec-{member}" for member in members),
        activity_id="act-1",
        device_id="cam-1",
        started_at=START,
        ended_at=START + timedelta(hours=1),
        results=(Result("continuity.made_up", Outcome.REVIEW, "x", "14", Severity.HIGH),),
        findings=(found,),
        gaps=tuple(
            Gap(f"rec-{a}", f"rec-{b}", START, 600.0, 5.0, "between_files", "absent")
            for a, b in pairwise(members)
        ),
        judged_at=START + timedelta(days=2),
    )
    return replace(record, **changes)


def a_group(kind: GroupKind, subject_id: str, run: str = "run-1", **changes: Any) -> GroupRecord:
    """An activity or a device, with a finding that concerns no single recording."""
    record = a_session(0, 0, run=run)
    found = replace(record.findings[0], finding_id=f"{kind}-{run}-{subject_id}", recording_id=None)
    record = replace(record, kind=kind, subject_id=subject_id, members=(), gaps=(),
                     findings=(found,), activity_id=None, device_id=None)  # fmt: skip
    return replace(record, **changes)


def gone(record: GroupRecord) -> GroupRecord:
    """The line that withdraws a group."""
    return GroupRecord(
        record.run, record.kind, record.subject_id, "", withdrawn=True, judged_at=record.judged_at
    )


def an_activity(number: int, **changes: Any) -> Activity:
    activity = Activity(
        activity_id=f"act-{number}",
        case_no=f"案 {number}",
        kind="检查",
        started_at=START,
        ended_at=START + timedelta(minutes=30),
        place="青阳镇",
        officers=("张三", "李四"),
        unit="执法一队",
    )
    return replace(activity, **changes)


def a_register(*activities: Activity) -> Register:
    return Register("/register.csv", "cd" * 32, activities or (an_activity(0), an_activity(1)))


def a_decision(finding_id: str, verdict: str = "dismissed", hour: int = 0) -> Decision:
    at = START + timedelta(days=2, hours=hour)
    decision = Decision("", finding_id, at, "王主任", verdict, "已看")
    return replace(decision, decision_id=digest(decision))


def dump(db: Path, tables: tuple[str, ...] = TABLES) -> dict[str, list[str]]:
    """Every row of every table as text, sorted: equal for equal stores."""
    with open_for_reading(db) as connection:
        return {
            table: sorted(repr(row) for row in connection.table(table).fetchall())
            for table in tables
        }


def worker(job: str, db: Path, *numbers: int) -> subprocess.Popen[str]:
    """Another process at work on a store: see `store_worker.py`."""
    script = Path(__file__).with_name("store_worker.py")
    command = [sys.executable, str(script), job, str(db), *map(str, numbers)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def said(process: subprocess.Popen[str]) -> str:
    """The next line that a worker says, without its line break."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def ask(process: subprocess.Popen[str]) -> str:
    """Send a worker an empty line; gives its answer."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()
    return said(process)


def stored(db: Path, *values: Any) -> Path:
    """A store that holds values, all of them applied."""
    append(db, values)
    assert sync(db).problems == ()
    return db


def view(db: Path, name: str) -> list[dict[str, Any]]:
    """The rows of a view or table, in its order."""
    found = run_query(db, f"FROM {name}")  # a name of this test
    return [dict(zip(found.columns, row, strict=True)) for row in found.rows]


def moved_on(record: AuditRecord, days: int) -> AuditRecord:
    """The same audit, days later."""
    assert record.audited_at is not None
    return replace(record, audited_at=record.audited_at + timedelta(days=days))


def changed_file(number: int) -> AuditRecord:
    """The recording that took the place of `a_record(number)` at its path, a day later."""
    record = moved_on(a_record(number, run="run-1"), 1)
    recording = replace(record.recording, recording_id=f"rec-{number}-new", sha256="ff" * 32)
    found = replace(record.findings[0], finding_id="f-new")
    return replace(record, recording=recording, findings=(found,), custody=())
