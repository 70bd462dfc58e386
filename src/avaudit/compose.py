"""From what a worker measured to what the store keeps: pure functions, no input or output."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol

from avaudit import codec
from avaudit.checks._run import Bound, Subject, run
from avaudit.domain.examination import Examination, SpeechRequest
from avaudit.domain.finding import (
    AuditRecord,
    CustodyEvent,
    Finding,
    Recording,
    Run,
    Values,
)
from avaudit.domain.media import ClockReading, Clocks, FileFacts, MediaFacts, MediaKind
from avaudit.domain.register import Expected
from avaudit.domain.signal import (
    DigitalSilence,
    FileRead,
    LineUp,
    Missing,
    PacketTimeline,
    Question,
    Readability,
    Speech,
    Transcript,
)
from avaudit.ingest.clocks import clocks, device_in_name
from avaudit.interruptions import gaps_of


class _Kept(Protocol):
    """A signal as the store keeps it: it has a name and a version."""

    NAME: ClassVar[str]
    VERSION: ClassVar[int]


#: Every signal a check can ask for, by the name it has in the store (before any `@`).
SIGNALS: Mapping[str, type[_Kept]] = {
    kind.NAME: kind
    for kind in (
        MediaFacts, FileRead, Readability, PacketTimeline, DigitalSilence, Speech, Transcript,
        LineUp,
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Identity:
    """What a recording is called in the store, and what its path is for people."""

    recording_id: str
    path: str
    sha256: str | None


def recording_id_of(sha256: str | None, path: str) -> str:
    """A recording is some bytes at some place: its id is the digest of both, at first sight."""
    return hashlib.sha256(f"{sha256 or ''}\0{path}".encode()).hexdigest()[:16]


def input_digest(sha256: str | None, path: str, expected: Expected, trouble: str = "") -> str:
    """What an audit depends on beside its run: bytes, place, and what the register says.

    `trouble` is what kept the bytes from being read in peace (see `_trouble`): an audit of a file
    in trouble is never the same as one of the file at rest.
    """
    return codec.digest({"sha256": sha256, "path": path, "expected": expected, "trouble": trouble})


def _trouble(examination: Examination, signals: Mapping[type, object]) -> str:
    read = signals.get(FileRead)
    if not isinstance(read, FileRead):
        return ",".join(sorted(failure.code for failure in examination.failures))
    return "" if read.stable else "changing"


def versioned(signals: Mapping[str, object]) -> dict[str, Values]:
    """Signals with their versions, as the store keeps them."""
    return {
        name: {"version": SIGNALS[name.partition("@")[0]].VERSION, "body": body}
        for name, body in signals.items()
    }


def as_values(signals: Mapping[str, object]) -> dict[type, object]:
    """Signals by type, from what JSON held. Raises `pydantic.ValidationError` where one is not.

    Line-ups are left out: there may be several, each for questions of its own.
    """
    found: dict[type, object] = {}
    for name, body in signals.items():
        if name.startswith(f"{LineUp.NAME}@"):
            continue
        kind = SIGNALS[name.partition("@")[0]]
        found[kind] = codec.from_plain(kind, body)
    return found


def current_signals(
    kept: Mapping[str, tuple[int, str]], speech: SpeechRequest | None
) -> dict[str, object]:
    """Kept signals (version, JSON) that today's measurement would give again.

    Others (of an older version, another model or another window) are measured anew.
    """
    wanted = {speech.speech_key, speech.transcript_key} if speech else set()
    answers = f"{LineUp.NAME}@{speech.model_id}@" if speech else LineUp.NAME
    return {
        name: json.loads(body)
        for name, (version, body) in kept.items()
        if (kind := SIGNALS.get(name.partition("@")[0]))
        and version == kind.VERSION
        and ("@" not in name or name in wanted or name.startswith(answers))
    }


def examination_from(
    kept: Mapping[str, object], file: FileFacts, speech: SpeechRequest | None
) -> Examination | None:
    """An examination out of kept signals alone, or None where something has to be measured."""
    signals = as_values(kept)
    media, readable = signals.get(MediaFacts), signals.get(Readability)
    read = signals.get(FileRead)
    if not isinstance(media, MediaFacts) or not isinstance(readable, Readability):
        return None
    if not isinstance(read, FileRead) or not read.stable or readable.failures:
        return None
    if media.kind is not MediaKind.PHOTO and PacketTimeline not in signals:
        return None
    missing = _missing_sound(kept, media, speech)
    return None if missing is None else Examination(file, media, signals={}, missing=missing)


def _missing_sound(
    kept: Mapping[str, object], media: MediaFacts, speech: SpeechRequest | None
) -> tuple[Missing, ...] | None:
    """Which sound signals cannot be had, and why; None where they have to be measured."""
    names = (DigitalSilence.NAME, Speech.NAME, Transcript.NAME)
    if media.kind is MediaKind.PHOTO:
        return ()
    if media.first("audio") is None:
        return tuple(Missing(name, "no_sound") for name in names)
    if DigitalSilence.NAME not in kept:
        return None
    if speech is None:
        return tuple(Missing(name, "no_model") for name in names[1:])
    return () if {speech.speech_key, speech.transcript_key} <= set(kept) else None


@dataclass(frozen=True, slots=True)
class Composed:
    """An audit's record, and the questions whose answers would make it surer."""

    record: AuditRecord
    questions: tuple[Question, ...] = ()


def lineup_key(speech: SpeechRequest, questions: Sequence[Question]) -> str:
    """The store key of the answers to some questions."""
    return f"{LineUp.NAME}@{speech.model_id}@{codec.digest(questions)[:16]}"


def compose(
    *,
    bound: Sequence[Bound],
    the_run: Run,
    who: Identity,
    examination: Examination,
    kept: Mapping[str, object],
    expected: Expected,
    transcript_key: str,
    audited_at: datetime,
    wall_s: float,
    lineup: tuple[str, LineUp] | None = None,
) -> Composed:
    """Run the checks over an examination (and kept signals) and put the record together.

    `lineup` are the answers to the questions of an earlier call, and their store key.
    """
    measured = signals_of(examination)
    signals = as_values({**kept, **measured})
    if lineup:
        signals[LineUp] = lineup[1]
        measured[lineup[0]] = codec.to_plain(lineup[1])
    missing = {SIGNALS[m.name]: m for m in examination.missing if SIGNALS[m.name] not in signals}
    kind = examination.media.kind if examination.media else MediaKind.UNKNOWN
    readings = clocks(examination.file, examination.media) if examination.file else ()
    told = {**signals, Expected: expected, Clocks: Clocks(readings)}
    subject = Subject(the_run.run_id, who.recording_id, kind, told, missing)
    judged = run(bound, subject)
    findings = judged.findings
    recording = _recording(who, examination, readings, findings)
    activity = expected.activity
    record = AuditRecord(
        run=the_run,
        recording=recording,
        input_digest=input_digest(who.sha256, who.path, expected, _trouble(examination, signals)),
        activity_id=activity.activity_id if activity else None,
        results=tuple(judged.results),
        findings=tuple(findings),
        gaps=gaps_of(recording, findings),
        signals=versioned(measured),
        custody=(_seen(who, audited_at),) if who.sha256 else (),
        audited_at=audited_at,
        wall_s=round(wall_s, 3),
        transcript_key=transcript_key if Transcript in signals else None,
    )
    return Composed(record, tuple(judged.questions))


def signals_of(examination: Examination) -> dict[str, object]:
    """All that an examination measured, by store name, media facts and failures included."""
    failures = tuple((f.code, f.detail, f.wholly) for f in examination.failures)
    signals: dict[str, object] = dict(examination.signals)
    signals[Readability.NAME] = codec.to_plain(Readability(failures))
    if examination.media is not None:
        signals[MediaFacts.NAME] = codec.to_plain(examination.media)
    return signals


def _recording(
    who: Identity, examination: Examination, readings: tuple[ClockReading, ...],
    findings: Sequence[Finding],
) -> Recording:  # fmt: skip
    file, media = examination.file, examination.media
    picture, sound = (media.first("video"), media.first("audio")) if media else (None, None)
    status, error = _status(examination, findings)
    return Recording(
        recording_id=who.recording_id,
        path=who.path,
        sha256=who.sha256,
        size_bytes=file.size_bytes if file else None,
        mtime_ns=file.mtime_ns if file else None,
        kind=media.kind if media else MediaKind.UNKNOWN,
        status=status,
        error=error,
        started_at=readings[0].at if readings else None,
        clock_source=readings[0].source if readings else None,
        clocks=readings,
        duration_s=media.duration_s if media else None,
        container=media.container if media else None,
        video_codec=picture.codec if picture else None,
        audio_codec=sound.codec if sound else None,
        width=picture.width if picture else None,
        height=picture.height if picture else None,
        device_id=device_in_name(who.path),
    )


def _status(examination: Examination, findings: Sequence[Finding]) -> tuple[str, str | None]:
    """Examined, partial or unexaminable; and why it is not the first, as code and detail."""
    wholly = [failure for failure in examination.failures if failure.wholly]
    if wholly or examination.media is None:
        failure = wholly[0] if wholly else None
        return "unexaminable", f"{failure.code}: {failure.detail}" if failure else "not_examined"
    partly = [f for f in findings if f.rule_id in ("quality.unreadable", "custody.hash")]
    return ("partial", partly[0].code) if partly else ("examined", None)


def _seen(who: Identity, at: datetime) -> CustodyEvent:
    identity = (who.recording_id, "seen_first", who.sha256 or "", who.path)
    event_id = hashlib.sha256("\0".join(identity).encode()).hexdigest()[:32]
    return CustodyEvent(
        event_id, who.recording_id, "seen_first", at, "avaudit", who.sha256, who.path
    )
