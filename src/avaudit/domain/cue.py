"""Cues: what in a recording an edit might have left behind. One alone proves nothing.

A cue is what one measurement saw at one place (or in the file as a whole), with the raw value that
calibration turns into a weight of evidence. Whether cues add up to a finding is decided where they
are weighed, never where they are measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from avaudit.domain.time import Span


class CueGroup(StrEnum):
    """Measurements that fail independently of each other. Within a group they do not."""

    CONTAINER = "container"
    TIMELINE = "timeline"
    BITSTREAM = "bitstream"
    CLOCK = "clock"
    PIXEL = "pixel"
    AUDIO = "audio"


@dataclass(frozen=True, slots=True)
class Cue:
    """One observation that may speak for an edit.

    `kind` is its name within its group (`idr_pic_id`, `pts_step`); `span` where it lies, in seconds
    of the recording, None for the whole file; `value` how strong it is, in the kind's own measure,
    larger for more unusual; `facts` the raw numbers and texts that a reader of a finding is shown.
    """

    group: CueGroup
    kind: str
    span: Span | None
    value: float
    facts: Mapping[str, str | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cues:
    """All cues of a recording, and which groups were looked for: no cue says little without it.

    `holes` are stretches that no packet covers. What was left out for all to see is told by rules
    of continuity; that the recording is another one behind it is no trace of anything hidden.
    """

    cues: tuple[Cue, ...] = ()
    measured: tuple[CueGroup, ...] = ()
    holes: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Weight:
    """What a kind of cue is worth, learnt from files that are known to be edited or genuine.

    `steps` maps values to natural logarithms of how many times more often at least that value was
    met where something was edited than in a genuine file; below the first step nothing is known.
    `genuine` and `edited` count the files behind it.
    """

    steps: tuple[tuple[float, float], ...]
    genuine: int
    edited: int

    def of(self, value: float) -> float:
        """The weight of evidence of a value; 0.0 below the first step."""
        return max((weight for least, weight in self.steps if value >= least), default=0.0)


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights by `group.kind`, and what they were learnt from.

    `version` names the calibration; `genuine_hours` is the length of its genuine material.
    """

    version: str
    genuine_hours: float
    weights: Mapping[str, Weight]

    def of(self, cue: Cue) -> float:
        """The weight of a cue; a kind that was never calibrated weighs nothing."""
        known = self.weights.get(f"{cue.group}.{cue.kind}")
        return known.of(cue.value) if known else 0.0
