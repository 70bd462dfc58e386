"""Find where the sound of the room becomes another one in no time.

The background of a moment is what its quiet blocks have in common, those that hardly exceed the
faintest within a second and a half: pauses within speech are. A change of gain moves all bands
alike and is taken out; what is left is held against how the background differs elsewhere in the
recording, band by band. The idea is that of Pan, Zhang and Lyu, "Detecting splicing in digital
audios using local noise level estimation", ICASSP 2012, with spectra for levels.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from avaudit.domain.sound_seams import RoomChange
from avaudit.domain.time import Span
from avaudit.signals.seams_sound import Floats, Tracks

#: Candidates of each kind that are kept.
MOST = 24
#: Quiet is what exceeds the faintest block so many seconds around by so many dB at most.
_AROUND_S, _WITHIN_DB = 1.5, 4.0
#: The background on one side is the median of so many quiet blocks; a step beside so many.
_SIDE, _SHORT = 15, 4
#: A difference below this many dB in a band is never unusual, and none counts more than so often.
_FLOOR_DB, _MOST_TIMES = 1.0, 8.0
#: What is beside a candidate lies within so many seconds.
BESIDE_S = 30.0

Values = npt.NDArray[np.floating]


def room_changes(tracks: Tracks) -> tuple[RoomChange, ...]:
    """Where the background's spectrum changes its shape most, most first."""
    quiet, nearly = quiet_blocks(tracks.bands, tracks.block_s)
    heard = tracks.bands[quiet]
    if len(heard) < 3 * _SIDE:
        return ()
    sides = np.lib.stride_tricks.sliding_window_view(heard, _SIDE, axis=0)
    middle = np.median(sides, axis=2)
    apart = middle[_SIDE:] - middle[:-_SIDE]
    gain = np.median(apart, axis=1, keepdims=True)
    shape = apart - gain
    usual = np.maximum(_FLOOR_DB, 1.4826 * np.median(np.abs(shape), axis=0))
    distance = np.minimum(np.abs(shape) / usual, _MOST_TIMES).mean(axis=1)
    found = []
    for at in strongest(distance, _SIDE):
        direction = np.clip(shape[at] / usual, -_MOST_TIMES, _MOST_TIMES)
        step, edge = _step(heard, at + _SIDE, direction)
        before, after = int(quiet[edge - 1]), int(quiet[edge])
        before, after = _narrowed(tracks.bands, nearly, before, after, direction)
        found.append(
            RoomChange(
                span=_between(before, after, tracks.block_s),
                distance=round(float(distance[at]), 2),
                beside=beside(distance, at, quiet[_SIDE : -_SIDE + 1], _SIDE, tracks.block_s),
                shape_db=round(float(np.abs(shape[at]).mean()), 2),
                gain_db=round(float(gain[at, 0]), 2),
                step=step,
                jump=jump_between(tracks, before, after),
            )
        )
    return tuple(found)


def quiet_blocks(
    bands: Floats, block_s: float
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Indices of the blocks between louder sounds, and of those that are so against what lies
    before or after them alone: next to a fainter room a louder one seems not to be quiet.

    Of blocks without sound none is.
    """
    level = bands.mean(axis=1)
    heard = ~np.isnan(level)
    if not heard.any():
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    near = round(_AROUND_S / block_s)
    padded = np.pad(np.where(heard, level, np.inf), near, constant_values=np.inf)
    lowest = np.lib.stride_tricks.sliding_window_view(padded, near + 1).min(axis=1)
    before, after = lowest[: len(level)], lowest[near:]
    level = np.where(heard, level, np.inf)
    both = np.flatnonzero(level <= np.minimum(before, after) + _WITHIN_DB)
    return both, np.flatnonzero(heard & (level <= np.maximum(before, after) + _WITHIN_DB))


def strongest(values: Values, apart: float, most: int = MOST) -> list[int]:
    """Indices of the largest values, none closer to a larger one than `apart`; none of zero."""
    chosen: list[int] = []
    for at in np.argsort(-values, kind="stable").tolist():
        if len(chosen) >= most or not values[at] > 0:
            break
        if all(abs(at - other) >= apart for other in chosen):
            chosen.append(at)
    return chosen


def beside(
    values: Values, at: int, blocks: npt.NDArray[np.int64], side: int, block_s: float
) -> float:
    """The 90th percentile of values within half a minute of one, without those that look at the
    same blocks. `blocks` are the blocks that values belong to."""
    near = np.abs(blocks - blocks[at]) <= BESIDE_S / block_s
    near[max(0, at - side) : at + side] = False
    around = values[near[: len(values)]]
    return round(float(np.percentile(around, 90)), 2) if len(around) else 0.0


def _step(heard: Floats, at: int, direction: Values) -> tuple[float, int]:
    """The share of a change that happens between two neighbouring quiet blocks, and which.

    The share is the difference of the four blocks beside the split, against that of the others:
    where the change takes its time, it is smaller.
    """
    first = max(0, at - _SIDE)
    line = heard[first : at + _SIDE] @ direction
    best = _split(line, _SIDE // 3)  # not at the ends: another one's step
    low, high = max(0, best - _SHORT), best + _SHORT
    whole = float(np.median(line[high:]) - np.median(line[:low])) if low else 0.0
    here = float(line[best:high].mean() - line[low:best].mean())
    share = here / max(whole, 1e-3)
    return round(min(1.0, max(0.0, share)), 2), first + best


def _split(line: Values, ends: int) -> int:
    """Where two parts of a line differ most for their number (Fisher's criterion): the first
    index of the later part. At least `ends` + 1 values are on each side."""
    count = np.arange(1, len(line))
    sums = np.cumsum(line, dtype=np.float64)
    apart = (sums[-1] - sums[:-1]) / (len(line) - count) - sums[:-1] / count
    criterion = apart * np.sqrt(count * (len(line) - count))
    return ends + int(np.argmax(criterion[ends : len(criterion) - ends])) + 1


def _narrowed(
    bands: Floats, nearly: npt.NDArray[np.int64], before: int, after: int, direction: Values
) -> tuple[int, int]:
    """The same step between two blocks, placed by those between them that are nearly quiet."""
    if after - before <= 1:
        return before, after
    first, last = np.searchsorted(nearly, (before, after))
    within = nearly[max(0, first - _SHORT) : last + _SHORT + 1]
    if len(within) < 2 * _SHORT:
        return before, after
    best = _split(bands[within] @ direction, 1)
    closer = int(within[best - 1]), int(within[best])
    return closer if before <= closer[0] and closer[1] <= after else (before, after)


def jump_between(tracks: Tracks, before: int, after: int) -> float:
    """The steepest step between two samples between two blocks, in multiples of what it is beside
    them (the median within 2 s), each relative to the mean step in its block."""
    ratio = tracks.steepest / np.maximum(tracks.steep, 1e-7)
    reach = round(2 / tracks.block_s)
    usual = ratio[max(0, before - reach) : after + reach + 1]
    here = ratio[before : after + 1]
    usual, here = usual[np.isfinite(usual)], here[np.isfinite(here)]
    if not len(usual) or not len(here) or not np.median(usual):
        return 0.0
    return round(float(here.max() / np.median(usual)), 2)


def _between(before: int, after: int, block_s: float) -> Span:
    """From the middle of one block to the middle of a later one."""
    return Span(round((before + 0.5) * block_s, 3), round((after + 0.5) * block_s, 3))
