"""From what a worker measured to what the store keeps: pure functions, no input or output."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from avaudit import codec
from avaudit.checks._run import Bound, Subject, run
from avaudit.domain.burned_in import OwnNumber
from avaudit.domain.examination import Examination
from avaudit.domain.finding import (
    AuditRecord,
    CustodyEvent,
    Finding,
    Recording,
    Run,
)
from avaudit.domain.loudness import Loudness
from avaudit.domain.media import ClockReading, Clocks, MediaFacts, MediaKind
from avaudit.domain.osd import OsdClock
from avaudit.domain.picture import Picture
from avaudit.domain.reference import Knowledge
from avaudit.domain.register import Expected
from avaudit.domain.signal import (
    FileRead,
    LineUp,
    Question,
    Readability,
    Speakers,
    Transcript,
)
from avaudit.domain.storage import Storage
from avaudit.domain.voices import Voices, voices
from avaudit.duties import Sighting
from avaudit.evidence import illustrated
from avaudit.ingest.clock_doubts import doubted, trusted
from avaudit.ingest.clocks import clocks
from avaudit.ingest.devices import device_of
from avaudit.ingest.names import Names
from avaudit.integrity.gather import compared, gather
from avaudit.interruptions import gaps_of
from avaudit.kept import SIGNALS, as_values, versioned


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
    sha256: str | None, path: str, expected: Expected, storage: Storage, trouble: str = ""
) -> str:
    """What an audit depends on beside its run: bytes, place, what the register says, and what is
    known of when it was stored (days only, and the working days that count from them).

    `trouble` is what kept the bytes from being read in peace (see `_trouble`): an audit of a file
    in trouble is never the same as one of the file at rest.
    """
    said = {"expected": expected, "storage": storage, "trouble": trouble}
    return codec.digest({"sha256": sha256, "path": path, **said})


def _told_with(signals: Mapping[type, object], *told: object) -> Mapping[type, object]:
    """Signals, and what else checks are told, by type."""
    return {**signals, **{type(one): one for one in told}}


def _trouble(examination: Examination, signals: Mapping[type, object]) -> str:
    read = signals.get(FileRead)
    if not isinstance(read, FileRead):
        return ",".join(sorted(failure.code for failure in examination.failures))
    return "" if read.stable else "changing"


@dataclass(frozen=True, slots=True)
class Composed:
    """An audit's record, the questions whose answers would make it surer, and small pictures.

    `pictures` are JPEGs by the names that findings have in their evidence.
    """

    record: AuditRecord
    questions: tuple[Question, ...] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)


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
    names: Names,
    sighting: Sighting,
    knowledge: Knowledge,
    lineup: tuple[str, LineUp] | None = None,
) -> Composed:
    """Run the checks over an examination (and kept signals) and put the record together.

    `names` reads the names of files, `knowledge` is what cues are weighed by. `lineup` are the
    answers to the questions of an earlier call, and their store key.
    """
    measured = signals_of(examination)
    signals = as_values({**kept, **measured})
    if lineup:
        signals[LineUp] = lineup[1]
        measured[lineup[0]] = codec.to_plain(lineup[1])
    missing = {SIGNALS[m.name]: m for m in examination.missing if SIGNALS[m.name] not in signals}
    kind = examination.media.kind if examination.media else MediaKind.UNKNOWN
    osd = signals.get(OsdClock)
    burned_in = osd if isinstance(osd, OsdClock) else None
    readings = _clocks(examination, burned_in)
    sighting = _first(sighting, examination)
    storage = _storage(sighting, examination, readings, expected)
    device_id = device_of(who.path, examination.media, names, burned_in)
    beside = compared(examination.media, signals, knowledge.references, device_id, who.path)
    own = OwnNumber(device_of(who.path, examination.media, names))
    told = [expected, Clocks(readings), storage, gather(signals), knowledge.weights, beside, own]
    subject = Subject(the_run.run_id, who.recording_id, kind, _told_with(signals, *told), missing)
    judged = run(bound, subject)
    findings, pictures = _with_pictures(judged.findings, signals)
    recording = _recording(who, examination, readings, device_id, findings, sighting)
    activity = expected.activity
    record = AuditRecord(
        run=the_run,
        recording=recording,
        input_digest=input_digest(
            who.sha256, who.path, expected, storage, _trouble(examination, signals)
        ),
        activity_id=activity.activity_id if activity else None,
        results=tuple(judged.results),
        findings=tuple(findings),
        gaps=gaps_of(recording, findings),
        signals=versioned(measured),
        custody=_seen(who, signals, audited_at),
        audited_at=audited_at,
        wall_s=round(wall_s, 3),
        transcript_key=transcript_key if Transcript in signals else None,
        voices=_voices(signals),
    )
    return Composed(record, tuple(judged.questions), pictures)


def _with_pictures(
    findings: Sequence[Finding], signals: Mapping[type, object]
) -> tuple[list[Finding], dict[str, bytes]]:
    """Findings of picture and sound with the names of their small pictures, and those pictures."""
    picture, loudness = signals.get(Picture), signals.get(Loudness)
    return illustrated(
        findings,
        picture if isinstance(picture, Picture) else None,
        loudness if isinstance(loudness, Loudness) else None,
    )


def _clocks(examination: Examination, osd: OsdClock | None) -> tuple[ClockReading, ...]:
    """The clocks of a recording, with what speaks against them."""
    if examination.file is None:
        return ()
    media = examination.media
    readings = clocks(examination.file, media, osd)
    return doubted(readings, media.duration_s if media else None)


def _first(sighting: Sighting, examination: Examination) -> Sighting:
    """The sighting with the file's own inode time, where none is known from before."""
    if sighting.ctime_ns is not None or not examination.file or not examination.file.ctime_ns:
        return sighting
    return replace(sighting, ctime_ns=examination.file.ctime_ns)


def _storage(
    sighting: Sighting, examination: Examination, readings: tuple[ClockReading, ...],
    expected: Expected,
) -> Storage:  # fmt: skip
    file, media = examination.file, examination.media
    return sighting.storage(
        readings,
        file.mtime_ns if file else None,
        media.duration_s if media else None,
        expected.activity,
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


def _recording(
    who: Identity, examination: Examination, readings: tuple[ClockReading, ...],
    device_id: str | None, findings: Sequence[Finding], sighting: Sighting,
) -> Recording:  # fmt: skip
    file, media = examination.file, examination.media
    clock = trusted(readings)
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
        started_at=clock.at if clock else None,
        clock_source=clock.source if clock else None,
        clocks=readings,
        duration_s=media.duration_s if media else None,
        container=media.container if media else None,
        video_codec=picture.codec if picture else None,
        audio_codec=sound.codec if sound else None,
        width=picture.width if picture else None,
        height=picture.height if picture else None,
        device_id=device_id,
        ctime_ns=sighting.ctime_ns,
    )


def _status(examination: Examination, findings: Sequence[Finding]) -> tuple[str, str | None]:
    """Examined, partial or unexaminable; and why it is not the first, as code and detail."""
    wholly = [failure for failure in examination.failures if failure.wholly]
    if wholly or examination.media is None:
        failure = wholly[0] if wholly else None
        return "unexaminable", f"{failure.code}: {failure.detail}" if failure else "not_examined"
    partly = [f for f in findings if f.rule_id in ("quality.unreadable", "custody.hash")]
    return ("partial", partly[0].code) if partly else ("examined", None)


def _seen(who: Identity, signals: Mapping[type, object], at: datetime) -> tuple[CustodyEvent, ...]:
    """First sight of an original. A file that changes while it is read is none yet."""
    read = signals.get(FileRead)
    if who.sha256 is None or (isinstance(read, FileRead) and not read.stable):
        return ()
    identity = (who.recording_id, "seen_first", who.sha256 or "", who.path)
    event_id = hashlib.sha256("\0".join(identity).encode()).hexdigest()[:32]
    seen = CustodyEvent(
        event_id, who.recording_id, "seen_first", at, "avaudit", who.sha256, who.path
    )
    return (seen,)
