"""The pace of a recording's packets: where it differs from how the recording usually runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class OddStep:
    """A step between neighbouring packets, in the order of showing, that differs from the usual.

    The later packet is shown at `at_s`. `decode_s` is the step of decode times that leads to it.
    `beside_s` is the largest difference from the usual step among the 40 steps around it: the
    stream's own jitter there. `key_s`: how far the nearest keyframe of the picture lies from the
    stretch between the two packets, 0 within it; -1 where no picture has groups.
    """

    at_s: float
    step_s: float
    decode_s: float
    beside_s: float
    key_s: float = -1.0


@dataclass(frozen=True, slots=True)
class StreamPace:
    """Steps of one stream. `usual_s` is the most frequent step (sound) or the median one.

    `regular` is the share of steps within one tick, or a millisecond, of the usual one; `jitter_s`
    the 95th percentile of differences from it. `odd` lists the steps that differ most, bounded;
    `odd_left_out` counts others that differ by more than a tenth of the usual step.
    """

    index: int
    kind: str
    codec: str
    packets: int
    start_s: float
    end_s: float
    usual_s: float
    regular: float
    jitter_s: float
    odd: tuple[OddStep, ...]
    odd_left_out: int = 0


@dataclass(frozen=True, slots=True)
class Pace:
    """The pace of every picture and sound stream, in the order of the file's streams."""

    NAME: ClassVar[str] = "pace"
    VERSION: ClassVar[int] = 2

    streams: tuple[StreamPace, ...]

    def first(self, kind: str) -> StreamPace | None:
        """The first stream of a kind (`video`, `audio`) with packets."""
        return next((one for one in self.streams if one.kind == kind and one.packets), None)
