"""Labelled files and the store that an audit of them made: both written by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from avaudit.codec import digest
from avaudit.domain.finding import AuditRecord, Finding, Recording, Result, Run
from avaudit.domain.media import MediaKind
from avaudit.domain.rule import Outcome, Severity
from avaudit.domain.time import SHANGHAI
from avaudit.evaluate.evaluation import COLLAR_S, Evaluation, evaluate
from avaudit.evaluate.truth import read_truth
from avaudit.store.connect import open_for_writing
from avaudit.store.journal import append
from avaudit.store.sync import sync

HOUR_S = 3600.0
_NIGHT = datetime(2026, 11, 20, 22, 0, tzinfo=SHANGHAI)
_FAIL = "fail"

#: A finding: rule, outcome, and where (None: nowhere in particular).
Raised = tuple[str, str, float | None, float | None]


def raised(rule: str, outcome: str = _FAIL, start: float | None = None,
           end: float | None = None) -> Raised:  # fmt: skip
    return rule, outcome, start, end


def audited(
    path: Path,
    findings: Iterable[Raised] = (),
    results: Mapping[str, str] | None = None,
    length_s: float = HOUR_S,
    night: int = 1,
) -> AuditRecord:
    """The audit of a file. A later `night` is a run of its own."""
    run = Run(f"run-{night}", "book", "1", "ab" * 32, {}, {}, "0")
    recording = Recording(
        recording_id=digest(str(path)),
        path=str(path),
        sha256="cd" * 32,
        size_bytes=1,
        mtime_ns=1,
        kind=MediaKind.AUDIO,
        status="examined",
        duration_s=length_s,
    )
    return AuditRecord(
        run=run,
        recording=recording,
        input_digest="one",
        activity_id=None,
        results=tuple(Result(r, Outcome(o), "") for r, o in (results or {}).items()),
        findings=tuple(_finding(n, path, night, one) for n, one in enumerate(findings)),
        audited_at=_NIGHT + timedelta(days=night),
    )


def _finding(number: int, path: Path, night: int, one: Raised) -> Finding:
    rule, outcome, start, end = one
    return Finding(
        finding_id=digest([number, str(path), night]),
        rule_id=rule,
        article="14",
        code="code",
        outcome=Outcome(outcome),
        severity=Severity.HIGH,
        message_zh="-",
        message_en="-",
        evidence={},
        start_s=start,
        end_s=end,
    )


def store(folder: Path, *records: AuditRecord) -> Path:
    db = folder / "s.duckdb"
    append(db, records)
    assert sync(db).problems == ()
    return db


def judge(db: Path, record: AuditRecord, **elements: tuple[str, str | None]) -> None:
    """Put rows of `statement_elements` into a store: element -> (match, value)."""
    with open_for_writing(db) as connection:
        connection.execute(
            "DELETE FROM statement_elements WHERE recording_id = ?",
            [record.recording.recording_id],
        )
        for element, (match, value) in elements.items():
            connection.execute(
                "INSERT INTO statement_elements BY NAME SELECT ? AS run_id, ? AS recording_id, "
                "? AS element, '' AS quote, ? AS value, ? AS match, 'pass' AS outcome",
                [record.run.run_id, record.recording.recording_id, element, value, match],
            )


def truth(folder: Path, *files: dict[str, Any], name: str = "truth.yaml") -> Path:
    path = folder / name
    path.write_text(yaml.safe_dump({"files": list(files)}, allow_unicode=True), encoding="utf-8")
    return path


def label(rule: str, outcome: str = _FAIL, start: float | None = None,
          end: float | None = None) -> dict[str, Any]:  # fmt: skip
    return {"rule": rule, "outcome": outcome, "start_s": start, "end_s": end}


def evaluated(
    db: Path, labels: Path, collar_s: float = COLLAR_S, by: str | None = None
) -> Evaluation:
    return evaluate(read_truth(labels), db, 5.0, collar_s, by)
