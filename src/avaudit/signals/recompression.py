"""Find an earlier compression in the sizes of predicted frames, and where its grid breaks.

After Li, Gardella, Bammey, Nikoukhah, Morel, Colom and Grompone von Gioi, "A contrario detection
of H.264 video double compression", ICIP 2023 (and IPOL): a predicted frame whose residual exceeds
those of its `_BESIDE` predicted neighbours on either side is a peak; frames that can be exchanged
with each other would be one with a probability of 1 / (2 * _BESIDE + 1). A grid of frames with a
period and a phase has so many peaks; the number of false alarms is the binomial tail times the
number of grids tried. Here the packets' sizes stand for the residuals: nothing is decoded. The
file's own keyframes are no places of a grid, for what they would have shown is not to be seen.

A trim before the second compression shifts the phase of what comes after it. Where phases hold is
found as the most probable path through them (Viterbi), each change of phase costing as much as a
grid tried.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from avaudit.domain.recompression import GridRun, Recompression
from avaudit.domain.time import Span

Numbers = npt.NDArray[np.int64]
Marks = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.floating]

_BESIDE = 3
_CHANCE = 1 / (2 * _BESIDE + 1)
#: Longer groups of pictures than this are not looked for, nor recordings beyond so many frames.
_LONGEST, _MOST_FRAMES = 320, 400_000
_FEWEST_PLACES = 4
#: How often a place of a grid that is there has a peak, at least.
_HIT = 0.6
#: Of so many periods, the likeliest by themselves, paths of phases are sought.
_LIKELIEST, _MOST_RUNS = 5, 40


def measure(
    onsets: Floats, sizes: Numbers, keys: Marks, *, reordered: bool, coded_in: str
) -> Recompression:
    """The grid of an earlier compression, in the packets of a picture stream in order of time.

    `reordered`: the stream's packets do not come in the order in which they are shown. `coded_in`:
    the codec's name.
    """
    count = len(sizes)
    cause = _not_applicable(sizes, keys, reordered, coded_in)
    if cause:
        return Recompression(False, cause, count)
    onsets, sizes, keys = onsets[:_MOST_FRAMES], sizes[:_MOST_FRAMES], keys[:_MOST_FRAMES]
    step_s = float(np.median(np.diff(onsets)))
    gaps = np.diff(np.flatnonzero(keys))
    own = int(np.median(gaps)) if len(gaps) else count
    second = round(1 / step_s) if step_s > 0 else 0
    peaks, tails = peaks_of(sizes, keys), _Tails(len(sizes))
    logs = _single_grids(peaks, keys, tails, own, even=bool(len(gaps)) and _even(gaps, own))
    grids = [_Grid.of(peaks, keys, n, onsets, tails, logs) for n in _likeliest(logs)]
    best = min(grids, key=lambda grid: grid.log_nfa, default=None)
    of_second = next((g.log_nfa for g in grids if g.period == second), logs.get(second, 0.0))
    if best is None or best.log_nfa >= 0:
        return Recompression(True, "", count, own, log_nfa_second=round(of_second, 1))
    hits, places = on_grids(peaks, keys, best.period)
    phase = int(np.argmax(hits / np.maximum(places, 1)))
    return Recompression(
        True,
        "",
        count,
        own,
        best.period,
        phase,
        round(best.period * step_s, 3),
        round(best.log_nfa, 1),
        sum(run.peaks for run in best.runs),
        sum(run.places for run in best.runs),
        round(of_second, 1),
        best.runs,
    )


def _even(gaps: Numbers, own: int) -> bool:
    """Whether the file's own keyframes keep their distance."""
    return float(np.mean(gaps == own)) > 0.8


def _single_grids(
    peaks: Marks, keys: Marks, tails: _Tails, own: int, *, even: bool
) -> dict[int, float]:
    """For each period the logarithm of the number of false alarms of its best phase.

    Periods that always meet the same one or two frames of the file's own groups of pictures are
    left out: frames after a keyframe cost more or less than others by themselves.
    """
    periods = _periods(len(peaks))
    tries = _tries(periods)
    found = {}
    for period in periods:
        if even and (period % own == 0 or 2 * period % own == 0):
            continue
        hits, places = on_grids(peaks, keys, period)
        found[period] = float((tails.log10(places, hits) + tries).min())
    return found


def _periods(frames: int) -> range:
    """The periods that are tried."""
    return range(2 * _BESIDE, min(_LONGEST, frames // _FEWEST_PLACES) + 1)


def _tries(periods: range) -> float:
    """The decimal logarithm of how many grids that are: of each period as many as it has phases."""
    return math.log10(max(1, sum(periods)))


def _likeliest(logs: dict[int, float]) -> list[int]:
    return sorted(logs, key=lambda period: logs[period])[:_LIKELIEST]


@dataclass(frozen=True, slots=True)
class _Grid:
    """A period with the path of its phases."""

    period: int
    log_nfa: float
    runs: tuple[GridRun, ...]

    @classmethod
    def of(
        cls, peaks: Marks, keys: Marks, period: int, onsets: Floats, tails: _Tails,
        logs: dict[int, float],
    ) -> _Grid:  # fmt: skip
        """Each change of phase counts as so many more tries as there are frames and phases."""
        runs = runs_of(peaks, keys, period, onsets)
        on_grid = [run for run in runs if run.phase is not None]
        hits, places = (sum(getattr(r, name) for r in on_grid) for name in ("peaks", "places"))
        tail = float(tails.log10(np.array([places]), np.array([hits]))[0])
        tries = _tries(_periods(len(peaks)))
        changes = max(0, len(on_grid) - 1) + 2 * (len(runs) - len(on_grid))
        by_path = tail + tries + changes * math.log10(len(peaks) * period)
        return cls(period, min(logs[period], by_path) if on_grid else logs[period], runs)


def _not_applicable(sizes: Numbers, keys: Marks, reordered: bool, coded_in: str) -> str:
    if reordered:
        return "b_frames"
    if coded_in in ("vp8", "vp9", "av1"):
        return "hidden_frames"  # packets hold frames that are never shown
    if len(sizes) < 4 * _BESIDE * _FEWEST_PLACES:
        return "too_short"
    return "keyframes_only" if keys.mean() > 0.5 else ""


def peaks_of(sizes: Numbers, keys: Marks) -> Marks:
    """Which frames are larger than their predicted neighbours, `_BESIDE` on either side.

    Keyframes are neither peaks nor neighbours.
    """
    predicted = np.flatnonzero(~keys)
    found = np.zeros(len(sizes), bool)
    if len(predicted) < 2 * _BESIDE + 1:
        return found
    of = sizes[predicted]
    windows = np.lib.stride_tricks.sliding_window_view(of, 2 * _BESIDE + 1)
    middle = windows[:, _BESIDE]
    beside = np.delete(windows, _BESIDE, axis=1).max(axis=1)
    found[predicted[_BESIDE:-_BESIDE]] = middle > beside
    return found


def on_grids(peaks: Marks, keys: Marks, period: int) -> tuple[Numbers, Numbers]:
    """Peaks and places of the grids of a period, for each phase. Keyframes are no places."""
    short = -len(peaks) % period
    hits = np.pad(peaks, (0, short)).reshape(-1, period).sum(axis=0)
    places = np.pad(~keys, (0, short)).reshape(-1, period).sum(axis=0)
    return hits.astype(np.int64), places.astype(np.int64)


class _Tails:
    """Logarithms of binomial tails, with the factorials kept."""

    def __init__(self, count: int) -> None:
        self.factorials = np.concatenate(
            [[0.0], np.cumsum(np.log(np.arange(1, max(2, count + 1), dtype=np.float64)))]
        )

    def log10(self, places: Numbers, hits: Numbers) -> Floats:
        """The decimal logarithm of the probability of so many hits or more, by chance.

        Of the tail the first terms are summed: they fall by more than half from term to term where
        there are more hits than chance lets expect; where there are fewer it is taken as 0.
        """
        many = (hits > places * _CHANCE) & (places >= _FEWEST_PLACES)
        found = np.zeros(len(places))
        if many.any():
            found[many] = np.minimum(0.0, self._logs(places[many], hits[many]))
        return found / math.log(10)

    def _logs(self, places: Numbers, hits: Numbers) -> Floats:
        """The natural logarithm, where there are more hits than chance lets expect."""
        terms = hits[:, None] + np.arange(60)
        inside = terms <= places[:, None]
        at = np.minimum(terms, places[:, None])
        f = self.factorials
        logs = (
            f[places][:, None] - f[at] - f[places[:, None] - at]
            + at * math.log(_CHANCE) + (places[:, None] - at) * math.log(1 - _CHANCE)
        )  # fmt: skip
        logs = np.where(inside, logs, -np.inf)
        most = logs.max(axis=1)
        found: Floats = most + np.log(np.exp(logs - most[:, None]).sum(axis=1))
        return found


def runs_of(peaks: Marks, keys: Marks, period: int, onsets: Floats) -> tuple[GridRun, ...]:
    """Where the grid's phase holds, and which it is; stretches of no phase included."""
    path = _path(peaks, keys, period)
    edges = [0, *(np.flatnonzero(np.diff(path)) + 1).tolist(), len(path)]
    runs = []
    for first, last in pairwise(edges):
        phase = int(path[first])
        grid = np.arange(first + (phase - first) % period, last, period)
        grid = grid[~keys[grid]] if phase < period else grid[:0]
        end = onsets[last] if last < len(onsets) else onsets[-1]
        runs.append(
            GridRun(
                Span(round(float(onsets[first]), 3), round(float(end), 3)),
                phase if phase < period else None,
                int(peaks[grid].sum()),
                len(grid),
            )
        )
    return tuple(runs[:_MOST_RUNS])


def _path(peaks: Marks, keys: Marks, period: int) -> npt.NDArray[np.int64]:
    """The most probable phase of each frame; `period` stands for none.

    At each frame only the phase that expects a peak there gains or loses; so all others are left
    as they are, and a change of phase is worth considering only where the best one changed.
    """
    hit, miss = math.log(_HIT / _CHANCE), math.log((1 - _HIT) / (1 - _CHANCE))
    change = math.log(max(2, len(peaks))) + math.log(period)
    scores = np.full(period + 1, -math.log(period))
    scores[period] = 0.0
    came: list[tuple[int, int, int]] = []  # (frame, phase, from which phase)
    best = period
    for at in range(len(peaks)):
        phase = at % period
        if not keys[at]:
            entered = scores[best] - change
            if entered > scores[phase]:
                scores[phase] = entered
                came.append((at, phase, best))
            scores[phase] += hit if peaks[at] else miss
            if scores[phase] > scores[best] or phase == best:
                best = int(np.argmax(scores))
            if scores[best] - change > scores[period]:
                scores[period] = scores[best] - change
                came.append((at + 1, period, best))
    return _back(came, best, len(peaks))


def _back(came: Sequence[tuple[int, int, int]], last: int, count: int) -> npt.NDArray[np.int64]:
    """The path that ends in a phase, from where each phase was entered."""
    path = np.empty(count, np.int64)
    end, phase = count, last
    for at, entered, before in reversed(came):
        if entered == phase and at < end:
            path[at:end] = phase
            end, phase = at, before
    path[:end] = phase
    return path
