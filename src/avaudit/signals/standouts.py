"""Where a picture stream stands out, told from the sizes of its packets and from a few looks.

An encoder has nearly nothing to say of a picture that repeats or that is black: a run of packets
that carry much less than those around. Every such place is only a candidate: it is decoded then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from avaudit.domain.picture import Looks
from avaudit.domain.time import Span, merge

#: Shorter stretches are not looked at; a check's shortest stretch must not lie below.
SHORTEST_S = 0.4
#: A run of packets stands out where it carries less than this share of what is carried around it.
_SMALL_SHARE = 0.33
_AROUND_S = 10.0
#: Packets are compared by what is carried within so many of them: B-frames alternate with others.
_SMOOTH = 5
#: A packet so many times as large as usual begins another scene.
_BURST = 4.0
_BURSTS_APART_S = (0.5, 8.0)
#: A run of packets that carries so many times as much as usual, for so many seconds at most.
_MUCH, _MUCH_LONGEST_S = 2.5, 8.0
#: A keyframe that carries so much less or more than those around is looked at.
_ODD_KEYFRAME = 1.6
#: A look in which at most this percentage of blocks is textured may be of a covered lens.
FLAT_PERCENT = 25
_SAME_TENTHS = 3

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Packets:
    """Packets of a picture stream in presentation order; arrays of shape `(packets,)`."""

    onsets: Floats
    carried: npt.NDArray[np.int64]
    keys: npt.NDArray[np.bool_]

    @property
    def intra_only(self) -> bool:
        """Whether every frame is a keyframe, as in MJPEG."""
        return bool(np.mean(self.keys) > 0.9)


def odd_keyframes(packets: Packets) -> frozenset[int]:
    """Keyframes whose size stands out among those around, as milliseconds."""
    at = packets.onsets[packets.keys]
    size = packets.carried[packets.keys].astype(np.float64)
    if packets.intra_only or len(at) < 3:
        return frozenset()
    usual = _local_median(size, 8)
    ratio = (size + 1) / (usual + 1)
    odd = (ratio > _ODD_KEYFRAME) | (ratio < 1 / _ODD_KEYFRAME)
    return frozenset(round(1000 * float(a)) for a in at[odd])


def from_packets(packets: Packets) -> tuple[Span, ...]:
    """Stretches that carry little, that repeat to the byte, or that lie between two bursts."""
    plain = ~packets.keys if not packets.intra_only else np.ones(len(packets.keys), bool)
    at, size = packets.onsets[plain], packets.carried[plain].astype(np.float64)
    if len(at) < 4 * _SMOOTH:
        return ()
    step = float(np.median(np.diff(at)))
    around = max(_SMOOTH, round(_AROUND_S / max(step, 1e-3)))
    smooth = np.convolve(size, np.ones(_SMOOTH) / _SMOOTH, "same")
    usual = np.maximum(_local_median(smooth, around), np.percentile(smooth, 75))
    little = smooth < _SMALL_SHARE * usual
    if packets.intra_only:
        little |= np.diff(size, prepend=-1.0) == 0
    # Smoothing makes a run begin and end late; a keyframe between is left out of it.
    runs = merge((Span(float(at[i]), float(at[i]) + step) for i in np.flatnonzero(little)), 0.25)
    found = [run for run in runs if run.length_s >= SHORTEST_S - _SMOOTH * step]
    # Noise on a covered lens can take more to code than the scene did.
    much = smooth > _MUCH * _local_median(smooth, around)
    runs = merge((Span(float(at[i]), float(at[i]) + step) for i in np.flatnonzero(much)), 0.25)
    found += [run for run in runs if SHORTEST_S <= run.length_s <= _MUCH_LONGEST_S]
    return merge([*found, *_between_bursts(at, size, around)])


def _between_bursts(at: Floats, size: Floats, around: int) -> list[Span]:
    burst = at[size > _BURST * (_local_median(size, around) + 1)]
    low, high = _BURSTS_APART_S
    return [Span(float(a), float(b)) for a, b in pairwise(burst) if low < b - a < high]


def _local_median(values: Floats, around: int) -> Floats:
    """The median of so many values on each side, at a tenth of the places and between them."""
    every = max(1, around // 10)
    places = np.arange(0, len(values), every)
    medians = [float(np.median(values[max(0, i - around) : i + around + 1])) for i in places]
    return np.interp(np.arange(len(values)), places, medians)


def from_looks(looks: Looks) -> tuple[Span, ...]:
    """Stretches between looks without texture, or between looks that show the very same."""
    at = [ms / 1000 for ms in looks.at_ms]
    flat = [share <= FLAT_PERCENT for share in looks.textured]
    same = [False, *(changed <= _SAME_TENTHS for changed in looks.changed[1:])]
    return merge([*_runs(at, flat, reach=1), *_runs(at, same, reach=0)])


def _runs(at: Sequence[float], marked: Sequence[bool], reach: int) -> list[Span]:
    """From the look before each run of marked looks to the one `reach` after it."""
    spans = []
    begin: int | None = None
    for number, is_marked in enumerate([*marked, False]):
        if is_marked and begin is None:
            begin = number
        elif not is_marked and begin is not None:
            first, last = max(0, begin - 1), min(len(at) - 1, number - 1 + reach)
            spans.append(Span(at[first], at[last]))
            begin = None
    return spans
