"""What an audit says: observations by checks, outcomes by the runner, records for the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from avaudit.domain.media import ClockReading, MediaKind
from avaudit.domain.rule import Outcome, Severity
from avaudit.domain.signal import Question
from avaudit.domain.time import Span
from avaudit.domain.voices import Voices

#: Numbers, texts, truth values, and lists or mappings of them: what JSON can hold.
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing that a check saw. Its code's declared outcome makes of it what it is.

    `measured` and `expected` are raw values in the units that their names tell; they fill the
    code's sentence. `score` (0 to 1) is how sure the measurement is. `quote` is what was heard.
    `recording_id` names the recording of a group that it concerns, where it concerns one. `grade`
    (A to E) is told by checks of integrity.
    """

    code: str
    span: Span | None = None
    measured: Values = field(default_factory=dict)
    expected: Values = field(default_factory=dict)
    score: float | None = None
    quote: str = ""
    recording_id: str | None = None
    grade: str | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """A check's answer: how much of the subject was measured (0 to 1), and what was seen.

    `cause` names, as a key of the check's texts, why coverage falls short, where it does.
    `questions` are those whose answer (in the signal `LineUp`) would make the check surer.
    """

    coverage: float
    observations: tuple[Observation, ...] = ()
    cause: str = ""
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """A check's answer where the rule does not concern this recording."""

    cause: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding as stored. Times are seconds of the recording's own time line.

    `recording_id` is told for findings of groups only, where they concern one recording.
    """

    finding_id: str
    rule_id: str
    article: str
    code: str
    outcome: Outcome
    severity: Severity
    message_zh: str
    message_en: str
    evidence: Values
    grade: str | None = None
    score: float | None = None
    start_s: float | None = None
    end_s: float | None = None
    recording_id: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one rule for one subject. `cause` is the code or reason behind it.

    `article` and `severity` are the rule's: passes are counted by them as well.
    """

    rule_id: str
    outcome: Outcome
    cause: str
    article: str = ""
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A configuration under which recordings are audited. Its id is the digest of the rest."""

    run_id: str
    rulebook: str
    rulebook_version: str
    rulebook_sha256: str
    models: Mapping[str, str]
    measurement: Values
    avaudit_version: str


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording as the store keeps it. `status`: examined, partial or unexaminable.

    `ctime_ns` is the inode time of the file as it was when these bytes were first seen there.
    """

    recording_id: str
    path: str
    sha256: str | None
    size_bytes: int | None
    mtime_ns: int | None
    kind: MediaKind
    status: str
    error: str | None = None
    started_at: datetime | None = None
    clock_source: str | None = None
    clocks: tuple[ClockReading, ...] = ()
    duration_s: float | None = None
    container: str | None = None
    video_codec: str | None = None
    audio_codec: str | None = None
    width: int | None = None
    height: int | None = None
    device_id: str | None = None
    ctime_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of a session that no recording covers. `start_at` where a clock is known.

    It begins `start_s` seconds into the recording after which it lies. Before the first recording
    of an activity and after its last there is only one of both. `length_s` is None where no clock
    tells; of files that overlap it is how long they do.
    """

    after_recording_id: str | None
    before_recording_id: str | None
    start_at: datetime | None
    start_s: float
    length_s: float | None
    kind: str
    explanation: str
    quote: str = ""


@dataclass(frozen=True, slots=True)
class CustodyEvent:
    """Something that happened to an original.

    `event_id` of a first sight is the digest of recording, kind, content and place, not of the
    time: seen again, it is the same event. `recording_id`, `sha256` and `path` are empty where an
    event is about none (an approval). `detail` depends on the kind: see `domain.custody`.
    """

    event_id: str
    recording_id: str
    kind: str
    at: datetime
    actor: str
    sha256: str | None
    path: str
    detail: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """All that one audit of one recording says: the unit that is written, replayed and shown.

    `input_digest` names what was audited (file bytes, place, register row), so that the same
    input under the same run is written once. `transcript_key` names the signal that is this
    audit's transcript, measured now (in `signals`) or kept from before (by the file's digest);
    `voices` says who speaks in it, where that was measured.
    """

    run: Run
    recording: Recording
    input_digest: str
    activity_id: str | None
    results: tuple[Result, ...]
    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...] = ()
    signals: Mapping[str, Values] = field(default_factory=dict)
    custody: tuple[CustodyEvent, ...] = ()
    audited_at: datetime | None = None
    wall_s: float | None = None
    transcript_key: str | None = None
    voices: Voices | None = None


class Verdict(StrEnum):
    """What a person may decide. `reopened` takes a decision back."""

    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about a finding. `verdict` is one of `Verdict`.

    `decision_id` is the digest of the rest; a later decision about the same finding replaces it
    in what is shown, and both are kept. `about` is the digest of what the finding had measured:
    where that is another later, the finding counts as undecided. Empty: it counts anyway.
    """

    decision_id: str
    finding_id: str
    decided_at: datetime
    actor: str
    verdict: str
    note: str = ""
    about: str = ""
