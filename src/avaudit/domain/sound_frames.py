"""The frames of an earlier compression of the sound: at what rate, from which sample on, how long.

Encoders of the AAC family cut sound into frames and leave out what is faint within each. Whoever
compresses the sound again, more finely, keeps the gaps that this left; they are seen only by who
cuts the sound at the same samples. Where the sound was cut, or other sound put in, before it was
compressed again, the frames go on from another sample, or are gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from avaudit.domain.time import Span


@dataclass(frozen=True, slots=True)
class FrameRun:
    """A stretch in which the earlier frames begin `offset` samples after multiples of a frame,
    counted from the recording's beginning at the earlier rate; None where none are seen.

    `sureness`: how far the frames stand out from other offsets, in multiples of what those scatter
    by: the mean over the stretch. `windows`: how many stretches of a second were looked at.
    """

    span: Span
    offset: float | None
    sureness: float
    windows: int


@dataclass(frozen=True, slots=True)
class FrameJump:
    """Where frames end that begin at one offset, and others begin at another: both known to about
    a frame. `sureness` is that of the weaker side, `windows` the seconds of the shorter side."""

    span: Span
    before: float
    after: float
    sureness: float
    windows: int


@dataclass(frozen=True, slots=True)
class SoundFrames:
    """Whether the sound's frames tell of an earlier compression, and where they go on otherwise.

    `rate_hz` is the rate that the sound had then (0: no frames were found), `window` the shape of
    its frames (`kbd` or `sine`, the two that AAC has), `sureness` as in `FrameRun`, of the place
    where they were seen best. `tried_hz` are the rates that were looked for. `runs` lie in
    order, `jumps` between those of them that have frames. Without sound that could be looked at
    `measured_s` is 0.
    """

    NAME: ClassVar[str] = "sound_frames"
    VERSION: ClassVar[int] = 1

    measured_s: float
    tried_hz: tuple[int, ...] = ()
    rate_hz: int = 0
    window: str = ""
    sureness: float = 0.0
    runs: tuple[FrameRun, ...] = ()
    jumps: tuple[FrameJump, ...] = ()
