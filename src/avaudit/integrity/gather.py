"""All cues of a recording, out of all signals that were measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from avaudit.domain.cue import Cue, CueGroup, Cues
from avaudit.domain.signal import PacketTimeline

Signal = TypeVar("Signal")


def gather(signals: Mapping[type, object]) -> Cues:
    """Cues of every group, and the groups whose signals are there."""
    found: list[Cue] = []
    measured: set[CueGroup] = set()
    if PacketTimeline in signals:
        measured.add(CueGroup.TIMELINE)
    return Cues(tuple(found), tuple(sorted(measured)))
