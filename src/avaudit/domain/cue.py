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
