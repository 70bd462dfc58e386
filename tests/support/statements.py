"""Recordings in which given sentences are heard, judged by the real checks: no recogniser."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from avaudit.checks._run import Judged, Subject, bind, run
from avaudit.domain.finding import AuditRecord, Recording, Run
from avaudit.domain.media import ClockReading, Clocks, ClockSource, MediaKind
from avaudit.domain.register import Activity, Register
from avaudit.domain.signal import DigitalSilence, Segment, Speech, Transcript
from avaudit.domain.time import Span
from avaudit.expectation import Expectations
from avaudit.ingest.register import read_register
from avaudit.rules.load import load_rulebook
from avaudit.store.journal import append
from avaudit.store.sync import sync

SAMPLES = Path(__file__).parents[2] / "data_samples"
_EXAMINED = (Span(0.0, 90.0),)
_SENTENCE_S = 5.0


def sample_register() -> Register:
    """The register of the samples."""
    return read_register(SAMPLES / "register.csv")


def judged(
    said: Sequence[str], activity: Activity | None, *, listened: bool = True,
    activities: Sequence[Activity] | None = None,
) -> Judged:  # fmt: skip
    """What the statement's rules come to where these sentences are heard, five seconds each.

    The clock is the activity's; with `listened` False nothing is known of the sound.
    """
    heard = tuple(
        Segment(_SENTENCE_S * n, _SENTENCE_S * (n + 1) - 0.5, text, (), -0.2, 0.01, 1.1)
        for n, text in enumerate(said, 1)
    )
    voiced = tuple(Span(one.onset_s, one.offset_s) for one in heard)
    known = sample_register().activities if activities is None else activities
    at = activity.started_at if activity else None
    clocks = (ClockReading(ClockSource.FILENAME, at, ""),) if at else ()
    expected = Expectations(known).of(activity)
    sound = (
        Transcript("m", _EXAMINED, heard),
        Speech(_EXAMINED, voiced, -20.0, -50.0),
        DigitalSilence(_EXAMINED, (), -10.0),
    )
    signals = {type(one): one for one in (*(sound if listened else ()), expected, Clocks(clocks))}
    rules = [b for b in bind(load_rulebook("qingyang")) if b.rule.id.startswith("statement.")]
    name = activity.activity_id if activity else "none"
    return run(rules, Subject("run-1", f"rec-{name}", MediaKind.VIDEO, signals, {}))


def audited(
    judgement: Judged, activity: Activity | None, path: str = "/v/a.mp4", run_id: str = "run-1"
) -> AuditRecord:
    """That judgement as the record of an audit."""
    name = activity.activity_id if activity else "none"
    at = activity.started_at if activity else None
    recording = Recording(
        f"rec-{name}", path, "ab" * 32, 1, 1, MediaKind.VIDEO, "examined",
        started_at=at, clock_source="filename" if at else None,
    )  # fmt: skip
    return AuditRecord(
        run=Run(run_id, "qingyang", "2026.1", "ab" * 32, {}, {}, "0"),
        recording=recording,
        input_digest=f"input-{name}",
        activity_id=activity.activity_id if activity else None,
        results=tuple(judgement.results),
        findings=tuple(judgement.findings),
        audited_at=sample_register().activities[0].started_at,
    )


def kept(db: Path, *records: AuditRecord) -> Path:
    """A store of those records and of the samples' register."""
    append(db, [sample_register(), *records])
    assert sync(db).problems == ()
    return db
