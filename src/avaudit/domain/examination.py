"""What is asked of a worker process about one file, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from avaudit.domain.media import ClockReading, FileFacts, MediaFacts
from avaudit.domain.signal import Missing, Speakers, Speech, Transcript


@dataclass(frozen=True, slots=True)
class SpeechRequest:
    """How to listen: which model (a folder, and its name), where, and for how long in seconds."""

    model_id: str
    model_dir: str
    device: str
    window_s: float

    @property
    def speech_key(self) -> str:
        """The store key of voice activity: it depends on the window."""
        return f"{Speech.NAME}@{self.window_s:g}"

    @property
    def transcript_key(self) -> str:
        """The store key of the transcript: it depends on the model and the window."""
        return f"{Transcript.NAME}@{self.model_id}@{self.window_s:g}"


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

    Signals named in `have` (by store key) need not be measured.
    """

    path_bytes: str
    speech: SpeechRequest | None = None
    have: tuple[str, ...] = ()
    speakers: SpeakersRequest | None = None


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
