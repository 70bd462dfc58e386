"""From what a worker measured to what the store keeps: pure functions, no input or output."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Protocol

from avaudit import codec
from avaudit.checks._run import Bound, Subject, run
from avaudit.domain.examination import Examination, SpeakersRequest, SpeechRequest
from avaudit.domain.finding import (
    AuditRecord,
    CustodyEvent,
    Finding,
    Gap,
    Recording,
    Run,
    Values,
)
from avaudit.domain.media import FileFacts, MediaFacts, MediaKind
from avaudit.domain.register import Activity
from avaudit.domain.signal import (
    DigitalSilence,
    FileRead,
    Missing,
    PacketTimeline,
    Readability,
    Speakers,
    Speech,
    Transcript,
)
from avaudit.domain.voices import Voices, voices
from avaudit.ingest.clocks import clocks, device_in_name


class _Kept(Protocol):
    """A signal as the store keeps it: it has a name and a version."""

    NAME: ClassVar[str]
    VERSION: ClassVar[int]


#: Every signal a check can ask for, by the name it has in the store (before any `@`).
SIGNALS: Mapping[str, type[_Kept]] = {
    kind.NAME: kind
    for kind in (
        MediaFacts, FileRead, Readability, PacketTimeline, DigitalSilence, Speech, Transcript,
        Speakers,
    )
}  # fmt: skip

_GAP_KINDS = {"gap": "picture_and_sound", "picture_gap": "picture", "sound_gap": "sound"}


@dataclass(frozen=True, slots=True)
class Identity:
    """What a recording is called in the store, and what its path is for people."""

    recording_id: str
    path: str
    sha256: str | None


def recording_id_of(sha256: str | None, path: str) -> str:
    """A recording is some bytes at some place: its id is the digest of both, at first sight."""
    return hashlib.sha256(f"{sha256 or ''}\0{path}".encode()).hexdigest()[:16]


def input_digest(
    sha256: str | None, path: str, activity: Activity | None, trouble: str = ""
) -> str:
    """What an audit depends on beside its run: bytes, place, and row of the register.

    `trouble` is what kept the bytes from being read in peace (see `_trouble`): an audit of a file
    in trouble is never the same as one of the file at rest.
    """
    return codec.digest({"sha256": sha256, "path": path, "activity": activity, "trouble": trouble})


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
    """Signals by type, from what JSON held. Raises `pydantic.ValidationError` where one is not."""
    found: dict[type, object] = {}
    for name, body in signals.items():
        kind = SIGNALS[name.partition("@")[0]]
        found[kind] = codec.from_plain(kind, body)
    return found


def current_signals(
    kept: Mapping[str, tuple[int, str]],
    speech: SpeechRequest | None,
    speakers: SpeakersRequest | None = None,
) -> dict[str, object]:
    """Kept signals (version, JSON) that today's measurement would give again.

    Others (of an older version, another model or another window) are measured anew.
    """
    wanted = {speech.speech_key, speech.transcript_key} if speech else set()
    wanted |= {speakers.key} if speakers else set()
    return {
        name: json.loads(body)
        for name, (version, body) in kept.items()
        if (kind := SIGNALS.get(name.partition("@")[0]))
        and version == kind.VERSION
        and ("@" not in name or name in wanted)
    }


def examination_from(
    kept: Mapping[str, object],
    file: FileFacts,
    speech: SpeechRequest | None,
    speakers: SpeakersRequest | None = None,
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
    if speakers and media.first("audio") is not None and speakers.key not in kept:
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


def compose(
    *,
    bound: Sequence[Bound],
    the_run: Run,
    who: Identity,
    examination: Examination,
    kept: Mapping[str, object],
    activity: Activity | None,
    transcript_key: str,
    audited_at: datetime,
    wall_s: float,
) -> AuditRecord:
    """Run the checks over an examination (and kept signals) and put the record together."""
    measured = signals_of(examination)
    signals = as_values({**kept, **measured})
    missing = {SIGNALS[m.name]: m for m in examination.missing if SIGNALS[m.name] not in signals}
    kind = examination.media.kind if examination.media else MediaKind.UNKNOWN
    subject = Subject(the_run.run_id, who.recording_id, kind, signals, missing)
    results, findings = run(bound, subject)
    recording = _recording(who, examination, findings)
    return AuditRecord(
        run=the_run,
        recording=recording,
        input_digest=input_digest(who.sha256, who.path, activity, _trouble(examination, signals)),
        activity_id=activity.activity_id if activity else None,
        results=tuple(results),
        findings=tuple(findings),
        gaps=_gaps(recording, findings),
        signals=versioned(measured),
        custody=(_seen(who, audited_at),) if who.sha256 else (),
        audited_at=audited_at,
        wall_s=round(wall_s, 3),
        transcript_key=transcript_key if Transcript in signals else None,
        voices=_voices(signals),
    )


def _voices(signals: Mapping[type, object]) -> Voices | None:
    """The voices of a recording, where they were told apart."""
    speakers, transcript = signals.get(Speakers), signals.get(Transcript)
    if not isinstance(speakers, Speakers):
        return None
    return voices(speakers, transcript if isinstance(transcript, Transcript) else None)


def signals_of(examination: Examination) -> dict[str, object]:
    """All that an examination measured, by store name, media facts and failures included."""
    failures = tuple((f.code, f.detail, f.wholly) for f in examination.failures)
    signals: dict[str, object] = dict(examination.signals)
    signals[Readability.NAME] = codec.to_plain(Readability(failures))
    if examination.media is not None:
        signals[MediaFacts.NAME] = codec.to_plain(examination.media)
    return signals


def _recording(who: Identity, examination: Examination, findings: Sequence[Finding]) -> Recording:
    file, media = examination.file, examination.media
    readings = clocks(file, media) if file else ()
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


def _gaps(recording: Recording, findings: Sequence[Finding]) -> tuple[Gap, ...]:
    found = []
    for finding in findings:
        kind = _GAP_KINDS.get(str(finding.evidence.get("measured", {}).get("in", "")))
        if finding.rule_id != "continuity.gap" or kind is None or finding.start_s is None:
            continue
        start_at = recording.started_at
        found.append(
            Gap(
                after_recording_id=recording.recording_id,
                before_recording_id=recording.recording_id,
                start_at=start_at + timedelta(seconds=finding.start_s) if start_at else None,
                start_s=finding.start_s,
                length_s=round((finding.end_s or finding.start_s) - finding.start_s, 3),
                kind=kind,
                explanation="not_examined",
            )
        )
    return tuple(found)


def _seen(who: Identity, at: datetime) -> CustodyEvent:
    identity = (who.recording_id, "seen_first", who.sha256 or "", who.path)
    event_id = hashlib.sha256("\0".join(identity).encode()).hexdigest()[:32]
    return CustodyEvent(
        event_id, who.recording_id, "seen_first", at, "avaudit", who.sha256, who.path
    )
