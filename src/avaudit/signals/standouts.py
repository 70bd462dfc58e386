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
#: Where keyframes lie further apart, few of them show a short stretch: packets decide sooner.
_KEYS_FAR_S, _SMALL_FAR, _MUCH_FAR = 2.5, 0.5, 1.5
_NEXT_TO_NOTHING, _AS_LARGE = 0.15, 0.8
#: Nothing can carry less than a picture that repeats: up to this share above the least there is.
_ABOVE_LEAST = 0.03
#: Where every frame is a keyframe, sizes hardly change from one to the next: a step by this share
#: (and by so many times what is usual) is another picture. Medians of so many frames are compared.
_STEP, _STEP_USUAL, _STEP_FRAMES = 0.2, 8.0, 3
#: A keyframe that carries so much less or more than those around is looked at.
_ODD_KEYFRAME = 1.6
#: So are keyframes closer together than this share of what is usual.
_DENSE_SHARE = 0.35
#: A look in which at most this percentage of blocks is textured may be of a covered lens.
FLAT_PERCENT = 25
#: Looks that differ by at most so many tenths of a level may be of a picture that stands; where
#: they do for longer, the scene most likely stands.
_SAME_TENTHS, _SAME_LONGEST_S = 3, 12.0

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

    @property
    def keys_apart_s(self) -> float:
        """The median time between keyframes, in seconds; infinite where there is but one."""
        at = self.onsets[self.keys]
        return float(np.median(np.diff(at))) if len(at) > 1 else float("inf")


@dataclass(frozen=True, slots=True)
class Standouts:
    """Stretches to look at closer. Where nobody looks, the recording counts as not looked at in
    the `likely` ones; the `further` ones are looked at where there is time."""

    likely: tuple[Span, ...] = ()
    further: tuple[Span, ...] = ()


def odd_keyframes(packets: Packets) -> frozenset[int]:
    """Keyframes whose size stands out among those around, as milliseconds."""
    at = packets.onsets[packets.keys]
    size = packets.carried[packets.keys].astype(np.float64)
    if packets.intra_only or len(at) < 3:
        return frozenset()
    usual = _local_median(size, 8)
    ratio = (size + 1) / (usual + 1)
    odd = (ratio > _ODD_KEYFRAME) | (ratio < 1 / _ODD_KEYFRAME)
    # Some encoders code every frame of a flat picture as a keyframe.
    apart = np.diff(at, prepend=-np.inf)
    dense = apart < _DENSE_SHARE * np.percentile(apart[1:], 90)
    chosen: list[float] = []
    for moment in at[odd | dense]:
        if not chosen or moment - chosen[-1] >= SHORTEST_S:
            chosen.append(float(moment))
    return frozenset(round(1000 * moment) for moment in chosen)


def from_packets(packets: Packets) -> Standouts:
    """Stretches that carry little or repeat to the byte; further ones that carry much or lie
    between two bursts."""
    plain = ~packets.keys if not packets.intra_only else np.ones(len(packets.keys), bool)
    at, size = packets.onsets[plain], packets.carried[plain].astype(np.float64)
    if len(at) < 4 * _SMOOTH:
        return Standouts()
    step = float(np.median(np.diff(at)))
    around = max(_SMOOTH, round(_AROUND_S / max(step, 1e-3)))
    smooth = np.convolve(size, np.ones(_SMOOTH) / _SMOOTH, "same")
    local = _local_median(smooth, around)
    far = packets.keys_apart_s > _KEYS_FAR_S
    little = smooth < (_SMALL_FAR if far else _SMALL_SHARE) * np.maximum(
        local, np.percentile(smooth, 75)
    )
    if packets.intra_only:
        little |= np.diff(size, prepend=-1.0) == 0
    found = [
        run
        for run in (*_spans(at, little, step), *_ended_by_a_burst(at, size, smooth, step))
        # Smoothing makes a run begin late and end early.
        if run.length_s >= SHORTEST_S - _SMOOTH * step
    ]
    # Noise on a covered lens can take more to code than the scene did.
    much = [
        run
        for run in _spans(at, smooth > (_MUCH_FAR if far else _MUCH) * local, step)
        if SHORTEST_S <= run.length_s <= _MUCH_LONGEST_S
    ]
    steps = (
        _between_steps(at, size) if packets.intra_only
        else [*_at_the_least(at, size, step), *_now_and_then_nothing(at, size, around, step)]
    )  # fmt: skip
    return Standouts(merge(found), (*much, *_between_bursts(at, size, around), *steps))


def _spans(at: Floats, marked: npt.NDArray[np.bool_], step: float) -> tuple[Span, ...]:
    return merge((Span(float(at[i]), float(at[i]) + step) for i in np.flatnonzero(marked)), 0.25)


def _ended_by_a_burst(at: Floats, size: Floats, smooth: Floats, step: float) -> list[Span]:
    """Runs that carry next to nothing and end with a packet as large as the largest.

    They may fill most of a recording, so that little is what is usual in it. A fixed camera whose
    scene stands most of the time has such runs too, but what moves there begins small.
    """
    large = float(np.percentile(size, 95))
    found = []
    for run in _spans(at, smooth < _NEXT_TO_NOTHING * large, step):
        ending = (at >= run.offset_s - _SMOOTH * step) & (at <= run.offset_s + _SMOOTH * step)
        if float(size[ending].max(initial=0.0)) >= _AS_LARGE * large:
            found.append(run)
    return found


def _between_bursts(at: Floats, size: Floats, around: int) -> list[Span]:
    burst = at[size > _BURST * (_local_median(size, around) + 1)]
    low, high = _BURSTS_APART_S
    return [Span(float(a), float(b)) for a, b in pairwise(burst) if low < b - a < high]


def _at_the_least(at: Floats, size: Floats, step: float) -> list[Span]:
    """Runs that carry as little as any: where an encoder has few bits, a lively picture takes
    hardly more than one that stands."""
    least = float(np.partition(size, 2)[2])
    marked = size <= (1 + _ABOVE_LEAST) * least + 2
    edges = np.flatnonzero(np.diff(marked, prepend=False, append=False)).reshape(-1, 2)
    runs = (Span(float(at[first]), float(at[after - 1]) + step) for first, after in edges)
    return [run for run in runs if run.length_s >= SHORTEST_S - step]


def _now_and_then_nothing(at: Floats, size: Floats, around: int, step: float) -> list[Span]:
    """Runs in which packets between others carry next to nothing: an encoder that has bits to
    spend refines a picture that repeats, in packets as large as ever, and needs none in between."""
    padded = np.pad(size, _SMOOTH // 2, mode="edge")
    least = np.lib.stride_tricks.sliding_window_view(padded, _SMOOTH).min(axis=1)
    marked = least < _NEXT_TO_NOTHING * _local_median(least, around)
    return [run for run in _spans(at, marked, step) if run.length_s >= SHORTEST_S]


def _between_steps(at: Floats, size: Floats) -> list[Span]:
    """Between a step of the frames' sizes and the step back: something else was seen meanwhile."""
    log = np.log(np.maximum(size, 1.0))
    windows = np.lib.stride_tricks.sliding_window_view(log, _STEP_FRAMES)
    if len(windows) <= _STEP_FRAMES:
        return []
    middle = np.median(windows, axis=1)
    # The step before frame k: the frames from k on less those before it.
    step = np.zeros(len(log))
    step[_STEP_FRAMES : len(windows)] = middle[_STEP_FRAMES:] - middle[:-_STEP_FRAMES]
    least = max(_STEP, _STEP_USUAL * float(np.median(np.abs(np.diff(log)))))
    # Medians spread a step over some frames: it lies where the size itself changes most.
    jump = np.abs(np.diff(log, prepend=log[0]))
    edges: list[int] = []
    for k in np.flatnonzero((np.abs(step) >= least) & (jump >= least / 2)).tolist():
        if edges and k - edges[-1] < _STEP_FRAMES:
            edges[-1] = max(edges[-1], k, key=lambda n: float(jump[n]))
        else:
            edges.append(k)
    low, high = _BURSTS_APART_S
    return [
        Span(float(at[one]), float(at[other]))
        for one, other in pairwise(edges)
        if step[one] * step[other] < 0 and low < at[other] - at[one] < high
    ]


def _local_median(values: Floats, around: int) -> Floats:
    """The median of so many values on each side, at a tenth of the places and between them."""
    every = max(1, around // 10)
    places = np.arange(0, len(values), every)
    medians = [float(np.median(values[max(0, i - around) : i + around + 1])) for i in places]
    return np.interp(np.arange(len(values)), places, medians)


def from_looks(looks: Looks) -> Standouts:
    """Stretches between looks without texture; further ones between looks that show the same."""
    at = [ms / 1000 for ms in looks.at_ms]
    flat = [share <= FLAT_PERCENT for share in looks.textured]
    same = [False, *(changed <= _SAME_TENTHS for changed in looks.changed[1:])]
    short = [run for run in _runs(at, same, reach=0) if run.length_s <= _SAME_LONGEST_S]
    return Standouts(merge(_runs(at, flat, reach=1)), tuple(short))


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
