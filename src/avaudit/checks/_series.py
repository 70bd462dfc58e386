"""Two clocks of one device over many recordings: how far apart, jumps, and a steady drift."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from statistics import median

from avaudit.checks._clocks import IMPOSSIBLE
from avaudit.domain.media import ClockReading, ClockSource
from avaudit.domain.session import Member

_HOUR_S, _DAY_S = 3600.0, 86400.0
#: A file system's word further from a recording's end than this is that of a copy.
_COPIED_S = 12 * _HOUR_S
#: So many of the latest recordings are compared: pairs of them are.
_LATEST = 200
#: So many recordings on each side tell whether a jump stays.
_BESIDE = 3
#: Recordings closer together than this tell no drift.
_APART_DAYS = 0.25


@dataclass(frozen=True, slots=True)
class Point:
    """How far, in seconds, one clock is ahead of the other when a recording begins."""

    at: datetime
    ahead_s: float
    recording_id: str

    @property
    def day(self) -> float:
        """Days since 1970."""
        return self.at.timestamp() / _DAY_S


@dataclass(frozen=True, slots=True)
class Drift:
    """A straight line through points: seconds a day, and how far points lie off it (median)."""

    s_per_day: float
    change_s: float
    off_s: float


def series(members: Iterable[Member], source: ClockSource, other: ClockSource) -> tuple[Point, ...]:
    """How far `other` is ahead of `source` in each recording that has both, in order of time.

    Whole hours that all have in common (a time zone) are taken off. The file system's time counts
    from the end of a recording, and so does the container's where that goes together better.
    """
    pairs = []
    for member in members:
        own = {clock.source: clock for clock in member.clocks if clock.doubt not in IMPOSSIBLE}
        if source in own and other in own:
            pairs.append((member, own[source], own[other]))
    pairs = sorted(pairs, key=lambda pair: pair[1].at)[-_LATEST:]
    starts = [_point(*pair, of_end=False) for pair in pairs]
    ends = [_point(*pair, of_end=True) for pair in pairs]
    if other is ClockSource.MTIME:
        points = [one for one in ends if abs(one.ahead_s) <= _COPIED_S]
    elif other is ClockSource.CONTAINER and starts and _spread(ends) < _spread(starts):
        points = ends
    else:
        points = starts
    if not points:
        return ()
    zone_s = round(median(one.ahead_s for one in points) / _HOUR_S) * _HOUR_S
    return tuple(Point(one.at, one.ahead_s - zone_s, one.recording_id) for one in points)


def _point(member: Member, first: ClockReading, other: ClockReading, *, of_end: bool) -> Point:
    apart_s = (other.at - first.at).total_seconds()
    length_s = (member.duration_s or 0.0) if of_end else 0.0
    return Point(first.at, apart_s - length_s, member.recording_id)


def jumps(points: Sequence[Point], least_s: float, steady_s: float) -> tuple[int, ...]:
    """Before which points (by number) the distance of the clocks jumps, and stays so.

    On both sides it must be steady: points there lie no further than `steady_s` apart.
    """
    found = []
    for number in range(2, len(points) - 1):
        before = points[max(0, number - _BESIDE) : number]
        after = points[number : number + _BESIDE]
        if any(_spread(side) > steady_s for side in (before, after)):
            continue
        apart_s = median(p.ahead_s for p in after) - median(p.ahead_s for p in before)
        if abs(apart_s) >= least_s:
            found.append(number)
    return tuple(n for n in found if _largest(points, n, found))


def _spread(points: Sequence[Point]) -> float:
    ahead = [point.ahead_s for point in points]
    return max(ahead) - min(ahead)


def _largest(points: Sequence[Point], number: int, found: Sequence[int]) -> bool:
    """Whether no neighbouring number that was found jumps further."""
    steps = {n: abs(points[n].ahead_s - points[n - 1].ahead_s) for n in found}
    return all(steps[number] >= steps[n] for n in found if abs(n - number) < _BESIDE)


def drift(points: Sequence[Point]) -> Drift | None:
    """The line through points after Theil (1950) and Sen (1968): the median of all slopes.

    None where fewer than two lie far enough apart in time.
    """
    slopes = [
        (other.ahead_s - one.ahead_s) / (other.day - one.day)
        for one, other in combinations(points, 2)
        if other.day - one.day >= _APART_DAYS
    ]
    if not slopes:
        return None
    slope = median(slopes)
    begin = median(point.ahead_s - slope * point.day for point in points)
    off = median(abs(point.ahead_s - begin - slope * point.day) for point in points)
    change = slope * (points[-1].day - points[0].day)
    return Drift(round(slope, 3), round(change, 1), round(off, 2))
