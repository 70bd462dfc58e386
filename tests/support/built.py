"""Measure how made files are built, as an examination does, without what takes long."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from avaudit.domain.bitstream import Bitstream
from avaudit.domain.cue import Cue
from avaudit.domain.examination import ExamineRequest
from avaudit.domain.media import MediaFacts
from avaudit.domain.pace import Pace
from avaudit.domain.structure import Structure
from avaudit.examine import examine
from avaudit.integrity import bitstream, container, timeline
from avaudit.integrity.gather import features_of
from avaudit.kept import as_values


@dataclass(frozen=True)
class Built:
    """The signals of one file."""

    media: MediaFacts
    structure: Structure
    pace: Pace
    bitstream: Bitstream | None
    features: dict[str, str]

    @property
    def cues(self) -> tuple[Cue, ...]:
        """Every cue but the names of tools."""
        found = container.cues(self.structure, self.bitstream)
        found += bitstream.cues(self.bitstream) if self.bitstream else ()
        found += timeline.cues(self.pace, self.structure)
        return tuple(cue for cue in found if not cue.kind.startswith("trace_"))

    @property
    def tools(self) -> set[str]:
        """Tools that are named."""
        found = container.cues(self.structure, self.bitstream)
        return {str(cue.facts["tool"]) for cue in found if cue.kind.startswith("trace_")}

    def near(self, at_s: float, within_s: float = 0.2) -> set[str]:
        """Kinds of the cues at a place."""
        return {c.kind for c in self.cues if c.span and abs(c.span.offset_s - at_s) <= within_s}


def built(path: Path) -> Built:
    """Examine a file without decoding it."""
    done = examine(ExamineRequest(os.fsencode(path).hex(), build_only=True))
    assert done.media
    assert not done.failures
    signals = as_values(done.signals)
    structure, pace = signals[Structure], signals[Pace]
    assert isinstance(structure, Structure)
    assert isinstance(pace, Pace)
    stream = signals.get(Bitstream)
    assert stream is None or isinstance(stream, Bitstream)
    return Built(done.media, structure, pace, stream, features_of(done.media, signals))
