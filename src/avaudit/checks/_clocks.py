"""What several checks share: which clocks are the recording's own, and what a difference means."""

from __future__ import annotations

from collections.abc import Iterable

from avaudit.domain.media import ClockReading, ClockSource

_HOUR_S = 3600.0
#: Beijing time is so many hours ahead of UTC: one of two clocks was written in the other's time.
_ZONE, _HALF_DAY, _MOST = 8, 12, 14

#: Doubts about a clock that leave nothing of what it says.
IMPOSSIBLE = ("reset", "ahead")

#: A date has so many digits; what has no more tells no time of day.
_DATE_DIGITS = 8


def own_clocks(readings: Iterable[ClockReading]) -> list[ClockReading]:
    """Clocks that tell when the recording began, the most trusted first.

    The last write is none of them, and a tag that holds a bare date (a broadcast WAV's, say) tells
    no time.
    """
    return [
        clock
        for clock in readings
        if clock.source is not ClockSource.MTIME
        and (clock.source is not ClockSource.CONTAINER or _has_time(clock.raw))
    ]


def believed_clocks(readings: Iterable[ClockReading]) -> list[ClockReading]:
    """Own clocks that nothing speaks against; where there is none, those that are only hours off:
    they still tell the day, or the one beside it."""
    own = own_clocks(readings)
    return [c for c in own if not c.doubt] or [c for c in own if c.doubt not in IMPOSSIBLE]


def _has_time(raw: str) -> bool:
    return sum(character.isdigit() for character in raw) > _DATE_DIGITS


def difference(apart_s: float, tolerance_s: float) -> str:
    """What seconds between two clocks mean: `same`, `zone` (8 h), `half_day` (12 h), `hours` (other
    whole ones, up to 14), or `other`."""
    hours = round(abs(apart_s) / _HOUR_S)
    if hours > _MOST or abs(abs(apart_s) - hours * _HOUR_S) > tolerance_s:
        return "other"
    return {0: "same", _ZONE: "zone", _HALF_DAY: "half_day"}.get(hours, "hours")


def between(first: ClockReading, other: ClockReading, length_s: float, tolerance_s: float) -> str:
    """What the difference of two clocks means; a tag may hold the end of the recording as well."""
    apart_s = (other.at - first.at).total_seconds()
    at_start = difference(apart_s, tolerance_s)
    return difference(apart_s - length_s, tolerance_s) if at_start == "other" else at_start
