"""What was measured in a recording. Costly to get, kept, and free of thresholds.

Each signal is a frozen dataclass with a `NAME` (its key in the store) and a `VERSION` (raised
whenever its measurement changes meaning, so that kept values are measured anew).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from avaudit.domain.time import Span


@dataclass(frozen=True, slots=True)
class FileRead:
    """How the bytes were read: the digest, and whether the file stayed as it was meanwhile.

    `sha256` is lower-case hex over the `size_bytes` that were read. `stable` is false where size
    or modification time differed before and after.
    """

    NAME: ClassVar[str] = "file_read"
    VERSION: ClassVar[int] = 1

    sha256: str
    size_bytes: int
    stable: bool


@dataclass(frozen=True, slots=True)
class Hole:
    """A stretch of a stream that no packet covers, between two packets that were delivered."""

    at_s: float
    length_s: float


@dataclass(frozen=True, slots=True)
class StreamTimeline:
    """Packet times of one stream, in presentation order, in seconds of the recording's time line.

    `step_s` is the median distance of neighbouring packets and `step_p95_s` its 95th percentile:
    the stream's own jitter. `holes` lists every stretch of at least one missing step (longest
    first to a bound, then in order); `holes_left_out` counts those beyond the bound.
    """

    index: int
    kind: str
    packets: int
    keyframes: int
    size_bytes: int
    start_s: float
    end_s: float
    step_s: float
    step_p95_s: float
    holes: tuple[Hole, ...]
    holes_left_out: int = 0
    without_time: int = 0
    backward_steps: int = 0
    corrupt: int = 0


@dataclass(frozen=True, slots=True)
class PacketTimeline:
    """Packet times of every picture and sound stream.

    `readable_share` is the share of the file's bytes up to which packets could be read (1.0: to
    its end); `stopped_by` names what stopped the reader before the declared end, else "".
    """

    NAME: ClassVar[str] = "packets"
    VERSION: ClassVar[int] = 1

    streams: tuple[StreamTimeline, ...]
    readable_share: float
    stopped_by: str = ""

    def first(self, kind: str) -> StreamTimeline | None:
        """The first stream of a kind that delivered packets."""
        return next((s for s in self.streams if s.kind == kind and s.packets), None)


@dataclass(frozen=True, slots=True)
class DigitalSilence:
    """Stretches in which the sound stream holds no sound at all: in no channel a sample moves.

    `examined` is the part of the recording that the sound stream's packets cover.
    """

    NAME: ClassVar[str] = "digital_silence"
    VERSION: ClassVar[int] = 2

    examined: tuple[Span, ...]
    silent: tuple[Span, ...]
    peak_dbfs: float


@dataclass(frozen=True, slots=True)
class Speech:
    """Where somebody speaks, by voice-activity detection (Silero VAD), and how loud it is.

    Levels are RMS in dB of full scale over the opening window, the first of `examined`;
    `background_dbfs` is the level of its quietest tenth of half-second blocks. Nothing is said
    about what lies outside `examined`.
    """

    NAME: ClassVar[str] = "speech"
    VERSION: ClassVar[int] = 2

    examined: tuple[Span, ...]
    voiced: tuple[Span, ...]
    level_dbfs: float
    background_dbfs: float


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word with its span and the recogniser's probability (0 to 1)."""

    text: str
    onset_s: float
    offset_s: float
    probability: float


@dataclass(frozen=True, slots=True)
class Segment:
    """A transcript segment. `trusted` is false where a hallucination guard spoke up (`doubt`)."""

    onset_s: float
    offset_s: float
    text: str
    words: tuple[Word, ...]
    mean_log_probability: float
    no_speech_probability: float
    compression_ratio: float
    trusted: bool = True
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was said within `examined`, in simplified characters, by a named model. Unprompted."""

    NAME: ClassVar[str] = "transcript"
    VERSION: ClassVar[int] = 2

    model: str
    examined: tuple[Span, ...]
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """Which of some readings was said between two stretches of the blind transcript?

    `onset_s` to `offset_s` is the sound in which `before`, one of `readings` and `after` are said.
    The readings are in alphabetical order: nothing tells which of them anybody expects.
    """

    onset_s: float
    offset_s: float
    before: str
    after: str
    readings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The recogniser's log-probability (natural, of the whole text) of each reading, in order."""

    question: Question
    log_probabilities: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class LineUp:
    """Readings compared on the same sound, after and apart from the blind recognition."""

    NAME: ClassVar[str] = "lineup"
    VERSION: ClassVar[int] = 1

    model: str
    rankings: tuple[Ranking, ...]

    def answer(self, question: Question) -> Ranking | None:
        """The ranking of that very question, if it was asked."""
        return next((r for r in self.rankings if r.question == question), None)


@dataclass(frozen=True, slots=True)
class Turn:
    """A stretch in which one voice speaks; turns of different voices may overlap.

    `level_dbfs` is the median level of its 20 ms blocks, in dB of full scale.
    """

    speaker: str
    onset_s: float
    offset_s: float
    level_dbfs: float


@dataclass(frozen=True, slots=True)
class Speaker:
    """A voice, not a person: how long it speaks, how loud (as of a turn), and when first."""

    label: str
    spoken_s: float
    level_dbfs: float
    onset_s: float


@dataclass(frozen=True, slots=True)
class Speakers:
    """Who speaks when within `examined`, by a named model: S1, S2 ... as they are first heard.

    `overlaps` is where several speak at once. `wearer` names the voice that most likely belongs to
    whoever wears the camera, `wearer_score` (0 to 1) how clearly; both None where that cannot be
    told. Voices are told apart, never recognised: S1 of two recordings may be two people.
    """

    NAME: ClassVar[str] = "speakers"
    VERSION: ClassVar[int] = 1

    model: str
    examined: tuple[Span, ...]
    turns: tuple[Turn, ...]
    overlaps: tuple[Span, ...]
    speakers: tuple[Speaker, ...]
    wearer: str | None = None
    wearer_score: float | None = None


@dataclass(frozen=True, slots=True)
class Readability:
    """What stood in the way of examining the file: (code, detail, wholly) of each failure."""

    NAME: ClassVar[str] = "readability"
    VERSION: ClassVar[int] = 1

    failures: tuple[tuple[str, str, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """Why a signal could not be measured. `cause` is a catalogue key, `detail` the raw message."""

    name: str
    cause: str
    detail: str = ""
