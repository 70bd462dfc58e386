"""What every frame of a picture tells about seams: jumps, and what is shown twice.

Free of thresholds: the strongest candidates to a bound, with what is usual beside them. Hand-held
pictures jump lawfully all the time, so these numbers never say more than where to look.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from avaudit.domain.time import Span


@dataclass(frozen=True, slots=True)
class PictureJump:
    """Between two neighbouring frames the picture changes more than between those beside them.

    `span` reaches from the frame before to the first one after. `residual` (0 to 2): what is left
    of the difference once the camera's shift and the light are taken out; `beside`: the largest of
    the three frame pairs before and after; `sureness`: the logarithm of their ratio in multiples
    of its spread over the recording. `leap`: how far the camera's shift lies from what it is before
    and after, in pixels of a picture 160 wide; `leaping`: how far that exceeds the leaps beside it,
    as `sureness`. `light`: how much the mean brightness changes, in levels of
    255. `back_s`: after so many seconds the picture looks again as it did before (-1: it does not
    within a minute): a flash, an insertion. `step`: the time between the two frames in multiples of
    the usual one. `keyframe`: the frame after is coded by itself.
    """

    span: Span
    residual: float
    beside: float
    sureness: float
    leap: float
    leaping: float
    light: float
    back_s: float
    step: float
    keyframe: bool


@dataclass(frozen=True, slots=True)
class PictureLoop:
    """Frames from `first` on are shown again from `second` on.

    `likeness` (to 1): 1 less the difference of the two, in multiples of what frames a fifth of a
    second apart differ by there; `bit_errors`: the share of fingerprint bits that differ.
    """

    first: Span
    second: Span
    likeness: float
    bit_errors: float


@dataclass(frozen=True, slots=True)
class PictureSeams:
    """The first picture stream, every frame of it looked at (only where that is asked for).

    `frames` that were looked at, `repeated` of them equal to the one before, `undecodable`
    packets. `usual` is the median residual of neighbouring frames.
    """

    NAME: ClassVar[str] = "picture_seams"
    VERSION: ClassVar[int] = 1

    examined: Span | None
    frames: int = 0
    repeated: int = 0
    undecodable: int = 0
    usual: float = 0.0
    jumps: tuple[PictureJump, ...] = ()
    loops: tuple[PictureLoop, ...] = ()
