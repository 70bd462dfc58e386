"""Lines through readings of a clock of whole seconds, some of which are misread.

Each reading c at time t says that the true clock lay in [c, c + 1). A clock that is left alone is a
line; where it is set, or where the recording was cut, it goes on as another one. Candidate lines
come from pairs of readings (as in RANSAC); a Viterbi search picks the cheapest way through them: a
reading off the line costs 1, beginning a line as much as a few readings. So a misread digit, or
two, is cheaper to leave out than to follow, and a step needs several readings on each side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

#: Cameras draw the next second a few frames early or late.
TOLERANCE_S = 0.3
#: What beginning a line costs, in readings left out: below three readings none begins. Clocks
#: that go wrong by more than cheap ones do must explain as much more as a line that begins anew:
#: else a line a little steep, with a reading left out, passes for a step of few seconds.
_BEGIN, _OTHER_SLOPE, _DRIFT, _CHEAP_CLOCK = 2.6, 2.6, 0.3, 0.002
_LAGS = (1, 2, 3, 5, 8, 12, 18, 27, 40, 60, 90, 135, 200)
_MOST_SLOPED, _STEEPEST, _GRID_S = 400, 120.0, 0.25
_DAY_S = 86400
#: By how much a line is off at least: pictures are not taken when a second begins.
_FRAME_LAG_S = 0.1
#: Fewer readings make no line.
FEWEST = 3


@dataclass(frozen=True, slots=True)
class Fitted:
    """A run of readings on one line: which ones (`on`, indices in order), and the line.

    The line is `clock_s` at `at_s` with `slope`; `error_s` and `slope_error` are how far it may be
    off. `residual_s`: by how much readings lie outside of their second.
    """

    on: tuple[int, ...]
    at_s: float
    clock_s: float
    slope: float
    slope_error: float
    error_s: float
    residual_s: float

    def clock_at(self, at_s: float) -> float:
        """What the clock would show at a time, with its fraction."""
        return self.clock_s + self.slope * (at_s - self.at_s)

    def fits(self, at_s: float, clock_s: float) -> bool:
        """Whether a reading lies on the line."""
        apart = self.clock_at(at_s) - clock_s
        slack = TOLERANCE_S + min(1.0, self.error_s)
        return bool(-slack <= apart <= 1 + slack)


def fit(times: Sequence[float], clocks: Sequence[float]) -> list[Fitted]:
    """Runs of readings in order of time (times strictly rising), misreadings left out.

    `clocks` are whole seconds counted on from some midnight. Empty where no line has readings
    enough.
    """
    if len(times) < FEWEST:
        return []
    t, c = np.asarray(times, float), np.asarray(clocks, float)
    runs = _search(t - t[0], c, np.arange(len(t)))
    return [_line(t, c, on) for on in _merged(t, c, runs)]


def _search(t: Floats, c: Floats, index: npt.NDArray[np.int64]) -> list[list[int]]:
    """The cheapest way through the readings: which of them lie on each of its lines."""
    slopes, offsets = _candidates(t, c)
    apart = slopes[:, None] * t + offsets[:, None] - c
    off = (apart < -TOLERANCE_S) | (apart > 1 + TOLERANCE_S)
    cost = off + 0.02 * np.minimum(1.0, np.abs(apart - 0.5))
    wrong = np.abs(slopes - 1)
    begin = _BEGIN + np.where(wrong > _CHEAP_CLOCK, _OTHER_SLOPE, np.where(wrong > 0, _DRIFT, 0.0))
    total = begin + cost[:, 0]
    came = np.full((len(t), len(slopes)), -1, np.int64)
    for k in range(1, len(t)):
        best = int(np.argmin(total))
        switched = total[best] + begin
        stays = total <= switched
        came[k] = np.where(stays, np.arange(len(slopes)), best)
        total = np.where(stays, total, switched) + cost[:, k]
    runs: list[list[int]] = [[]]
    line = int(np.argmin(total))
    for k in range(len(t) - 1, -1, -1):
        if not off[line, k]:
            runs[-1].append(int(index[k]))
        if k and int(came[k, line]) != line:
            line = int(came[k, line])
            runs.append([])
    return [sorted(run) for run in reversed(runs) if len(run) >= FEWEST]


def _candidates(t: Floats, c: Floats) -> tuple[Floats, Floats]:
    """Slopes and offsets of lines worth trying."""
    near = np.unique(np.round((c - t)[:, None] / _GRID_S + np.arange(1, 4)).ravel()) * _GRID_S
    still = np.unique(c) + 0.5
    slopes, offsets = [np.ones(len(near)), np.zeros(len(still))], [near, still]
    sloped = _sloped(t, c)
    if len(sloped):
        slopes.append(sloped[:, 0])
        offsets.append(sloped[:, 1])
    return np.concatenate(slopes), np.concatenate(offsets)


def _sloped(t: Floats, c: Floats) -> Floats:
    """Lines of any slope through pairs of readings, each drawn through what lies near it."""
    pairs = [(i, i + lag) for lag in _LAGS for i in range(len(t) - lag)]
    first, second = (np.asarray(side, np.int64) for side in zip(*pairs, strict=True))
    length = t[second] - t[first]
    slope = (c[second] - c[first]) / length
    good = (slope > 0) & (slope <= _STEEPEST) & (length >= 2)
    first, second, slope = first[good], second[good], slope[good]
    stride = max(1, len(slope) // _MOST_SLOPED)
    first, slope = first[::stride], slope[::stride]
    lines = []
    for i, s in zip(first, slope, strict=True):
        at = np.abs(s * (t - t[i]) + c[i] - c) <= 1.0 + TOLERANCE_S
        x, y = t[at] - t[at].mean(), c[at] + 0.5
        spread = float((x * x).sum())
        if at.sum() >= 3 and spread > 0:
            better = float((x * y).sum()) / spread
            lines.append((better, float(y.mean()) - better * float(t[at].mean())))
    return np.unique(np.round(np.asarray(lines), 6), axis=0) if lines else np.zeros((0, 2))


def _merged(t: Floats, c: Floats, runs: list[list[int]]) -> list[list[int]]:
    """Neighbouring runs that one line explains as well become one."""
    merged: list[list[int]] = []
    for run in runs:
        if merged and (line := _line(t, c, merged[-1] + run)).residual_s <= TOLERANCE_S:
            gentle = abs(line.slope - 1) <= max(_CHEAP_CLOCK, line.slope_error)
            lines = [_line(t, c, one) for one in (merged[-1], run)]
            if gentle or all(abs(line.slope - one.slope) <= one.slope_error for one in lines):
                merged[-1] = merged[-1] + run
                continue
        merged.append(run)
    return merged


def _line(t: Floats, c: Floats, on: Sequence[int]) -> Fitted:
    """The line through some readings: least squares for the slope, their seconds for the rest."""
    x, y = t[list(on)], c[list(on)]
    centre = float(x.mean())
    spread = float(((x - centre) ** 2).sum())
    slope = float(((x - centre) * y).sum()) / spread if spread else 1.0
    # Seconds shown whole are off by up to one, evenly: 0.29 s is their standard deviation. Pictures
    # that are few, or evenly spaced, meet them in a pattern which chance does not bound: every
    # slope counts that shows just these seconds.
    error = max(3.5 * 0.29 / np.sqrt(spread), _leeway(x, y, slope)) if spread else 1.0
    still = bool(len(set(y.tolist())) == 1 and x[-1] - x[0] >= 2)
    used = 0.0 if still else 1.0 if abs(slope - 1) <= error else slope
    low = float((y - used * (x - x[0])).max())
    high = float((y + 1 - used * (x - x[0])).min())
    return Fitted(
        tuple(on), float(x[0]), float(low + high) / 2, 0.0 if still else slope, float(error),
        max(_FRAME_LAG_S, abs(high - low) / 2), max(0.0, (low - high) / 2),
    )  # fmt: skip


def _leeway(x: Floats, y: Floats, slope: float) -> float:
    """How far a slope lies from the furthest one that shows the same whole seconds; 0 where none
    does, for want of exactness.

    Of two readings the clock went on by more than their difference less a second, and by less than
    that and one more: seen over each pair, this leaves a range of slopes.
    """
    first, second = np.triu_indices(len(x), 1)
    apart, on = x[second] - x[first], y[second] - y[first]
    some = apart > 0
    if not some.any():
        return 0.0
    low = float(((on[some] - 1 - _FRAME_LAG_S) / apart[some]).max())
    high = float(((on[some] + 1 + _FRAME_LAG_S) / apart[some]).min())
    return max(0.0, slope - low, high - slope) if low <= high else 0.0


def substituted(
    fitted: Sequence[Fitted], clocks: Sequence[float], times: Sequence[float]
) -> set[int]:
    """Readings of runs that are more likely a digit read wrongly than a step of the clock.

    While a digit stays, a recogniser may misread it again and again: a run beside the line, off by
    one and the same digit. It is believed only where that digit was read rightly elsewhere in that
    place, and where the clock does not return to the line before.
    """
    doubtful: set[int] = set()
    for number, run in enumerate(fitted):
        for beside in (number - 1, number + 1):
            if not 0 <= beside < len(fitted) or len(fitted[beside].on) < len(run.on):
                continue
            other = fitted[beside]
            for place, shown in _one_digit(run, other, clocks, times):
                after = (
                    fitted[2 * number - beside] if 0 <= 2 * number - beside < len(fitted) else None
                )
                returns = after is not None and abs(
                    after.clock_at(after.at_s) - other.clock_at(after.at_s)) < 1.0  # fmt: skip
                seen = sum(
                    digits(clocks[i])[place] == shown
                    for one in fitted if one is not run for i in one.on
                )  # fmt: skip
                if returns or seen < 2:
                    doubtful |= set(run.on)
    return doubtful


def _one_digit(
    run: Fitted, other: Fitted, clocks: Sequence[float], times: Sequence[float]
) -> list[tuple[int, str]]:
    """Places (and the digit expected there) whose one wrong digit explains a whole run."""
    common: set[tuple[int, str, str]] | None = None
    for i in run.on:
        read = digits(clocks[i])
        due = np.floor(other.clock_at(times[i]))
        ways = set()
        for expected in (digits(float(due + shift)) for shift in (-1, 0, 1)):
            wrong = [k for k in range(6) if read[k] != expected[k]]
            if len(wrong) == 1:
                ways.add((wrong[0], expected[wrong[0]], read[wrong[0]]))
        common = ways if common is None else common & ways
    return [(place, expected) for place, expected, _ in common or ()]


def digits(clock_s: float) -> str:
    """The six digits that a clock shows."""
    second = int(clock_s) % _DAY_S
    return f"{second // 3600:02d}{second % 3600 // 60:02d}{second % 60:02d}"
