"""What is asked of a worker process about one file, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from avaudit.domain.media import ClockReading, FileFacts, MediaFacts
from avaudit.domain.signal import Missing, Question, Speakers, Speech, Transcript


@dataclass(frozen=True, slots=True)
class Listening:
    """What is listened to, in seconds: the opening (to `opening_max_s` while the statement goes
    on), the time after each restart, the closing; or everything."""

    opening_s: float
    opening_max_s: float
    restart_s: float
    closing_s: float
    everything: bool = False

    @property
    def label(self) -> str:
        """Names what is listened to, in store keys."""
        parts = (self.opening_s, self.opening_max_s, self.restart_s, self.closing_s)
        return "all" if self.everything else "-".join(f"{part:g}" for part in parts)


@dataclass(frozen=True, slots=True)
class SpeechRequest:
    """How to listen: with which model (a folder, and its name), on which device, to what."""

    model_id: str
    model_dir: str
    device: str
    listening: Listening

    @property
    def speech_key(self) -> str:
        """The store key of voice activity: it depends on what is listened to, and how far the
        words carry the opening."""
        return f"{Speech.NAME}@{self.model_id}@{self.listening.label}"

    @property
    def transcript_key(self) -> str:
        """The store key of the transcript: it depends on the model and what is listened to."""
        return f"{Transcript.NAME}@{self.model_id}@{self.listening.label}"


@dataclass(frozen=True, slots=True)
class SpeakersRequest:
    """How to tell speakers apart: which model, in which folder of models, for how many seconds."""

    model_id: str
    models_dir: str
    window_s: float

    @property
    def key(self) -> str:
        """The store key of the speakers: they depend on the model and the window."""
        return f"{Speakers.NAME}@{self.model_id}@{self.window_s:g}"


@dataclass(frozen=True, slots=True)
class ExamineRequest:
    """One file to examine. `path_bytes` is the name as the file system spells it, in hex.

    Signals named in `have` (by store key) need not be measured. Where there are `questions`, only
    they are answered (in the signal `lineup`): everything else was measured before. `build_only`:
    nothing is decoded, only how the file is built is measured. `deep`: every frame is looked at as
    well.
    """

    path_bytes: str
    speech: SpeechRequest | None = None
    have: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    speakers: SpeakersRequest | None = None
    build_only: bool = False
    deep: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a file could not be examined, or not wholly: a code of `quality.unreadable`.

    `wholly` is true where nothing of the recording could be examined.
    """

    code: str
    detail: str
    wholly: bool


@dataclass(frozen=True, slots=True)
class Examination:
    """What a worker measured. `signals` maps a signal's store key to its value as JSON holds it.

    `file` is None where not even the file system would speak of it.
    """

    file: FileFacts | None
    media: MediaFacts | None
    clocks: tuple[ClockReading, ...] = ()
    signals: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    missing: tuple[Missing, ...] = ()
    failures: tuple[Failure, ...] = ()
