"""What was measured of the picture: looks at keyframes, and closer looks where something stood out.

Free of thresholds that judge: checks decide what is too dark or too long. Brightness is on a scale
from 0 (black) to 255 (white), whatever range the codec uses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from avaudit.domain.time import Span


@dataclass(frozen=True, slots=True)
class Looks:
    """One number for each keyframe that was looked at, column by column, in order.

    `at_ms`: milliseconds. `luma`: mean brightness; `bright`: brightness that one pixel in twenty
    exceeds. `textured`: percentage of blocks that show anything. `sharpness`: energy of fine detail
    over that of coarser detail, in thousandths, in the blocks of strongest contrast; -1 where too
    few blocks are textured to tell. `changed`: mean difference to the look before, in tenths.
    """

    at_ms: tuple[int, ...] = ()
    luma: tuple[int, ...] = ()
    bright: tuple[int, ...] = ()
    textured: tuple[int, ...] = ()
    sharpness: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """What the picture is like within the seconds beside a stretch.

    `luma` and `textured` as in `Looks`; `moved`: median of the mean differences of neighbouring
    frames; `moving_share`: share of frames that differ from the one before (0 to 1).
    """

    luma: float
    textured: float
    moved: float
    moving_share: float


@dataclass(frozen=True, slots=True)
class Empty:
    """A stretch in which hardly any block shows anything, to the frame.

    `textured`: percentage of blocks that do. `likeness`: how much what little there is resembles
    the picture beside the stretch (correlation, -1 to 1): dimmed light leaves the scene, a covered
    lens does not. `onset_ramp_s` and `offset_ramp_s`: how long the change took. A side is None
    where the recording begins or ends, or where nothing was decoded.
    """

    onset_s: float
    offset_s: float
    luma: float
    spread: float
    textured: float
    likeness: float
    onset_ramp_s: float
    offset_ramp_s: float
    before: Side | None
    after: Side | None

    @property
    def span(self) -> Span:
        """From the first frame of the stretch to the first one after it."""
        return Span(self.onset_s, self.offset_s)


@dataclass(frozen=True, slots=True)
class Still:
    """A stretch in which each frame repeats the one before, to the frame.

    `repeats`: how many frames repeat. `equal_share`: share of them in which no pixel differs.
    `moved`: mean difference of neighbouring frames. `onset_step` and `offset_step`: the difference
    of the frames at either end in multiples of the median difference beside it: a picture that
    goes on where it would be has moved on by more than a frame's worth. `luma`, `textured`: of the
    still picture.
    """

    onset_s: float
    offset_s: float
    repeats: int
    equal_share: float
    moved: float
    onset_step: float
    offset_step: float
    luma: float
    textured: float
    before: Side | None
    after: Side | None

    @property
    def span(self) -> Span:
        """From the first frame that is repeated to the first one that differs."""
        return Span(self.onset_s, self.offset_s)


@dataclass(frozen=True, slots=True)
class Sway:
    """How unsteady the camera is within a moment: the root mean square of how much the shift of
    the whole picture changes from frame to frame, in thousandths of its width."""

    at_s: float
    unsteady: float


@dataclass(frozen=True, slots=True)
class Strip:
    """A small picture for people to judge by, a JPEG in base64: thumbnails of three moments side by
    side, or a plot of the sound's level.

    `of`: `stretch` (before, during and after it), `overview` (a sixth into the recording, halfway,
    a sixth before its end), `darkest` and `softest` (that look between the ones beside it); of
    sound `sound` (all of it) and `silence` (a stretch, and what lies beside it).
    """

    of: str
    onset_s: float
    offset_s: float
    jpeg_base64: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The first picture stream, looked at.

    `examined` is what its looks cover. `pace` counts frames in windows of `pace_window_s` from
    `pace_onset_s` on. `unlooked` are stretches that stood out and were too many to look at closer.
    `rotation_deg` is how far a player turns the picture, counter-clockwise.
    """

    NAME: ClassVar[str] = "picture"
    VERSION: ClassVar[int] = 1

    examined: tuple[Span, ...]
    looks: Looks = Looks()
    empty: tuple[Empty, ...] = ()
    still: tuple[Still, ...] = ()
    sway: tuple[Sway, ...] = ()
    pace_onset_s: float = 0.0
    pace_window_s: float = 1.0
    pace: tuple[int, ...] = ()
    rotation_deg: int = 0
    unlooked: tuple[Span, ...] = ()
    undecodable: int = 0
    strips: tuple[Strip, ...] = ()
