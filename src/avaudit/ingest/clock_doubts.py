"""Clocks that cannot be right: marked, never corrected.

Devices write local time where containers ask for UTC, are set by a 12-hour clock, fall back to a
default date when their battery was empty, or run ahead.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations

from avaudit.domain.media import ClockReading, ClockSource
from avaudit.domain.time import SHANGHAI

#: Clocks at most so far apart agree; whole hours are met as closely.
_AGREE = timedelta(minutes=3)
#: The file system's word on the end of a recording is good to so much.
_WRITTEN = timedelta(minutes=5)
#: No recording is older: cameras that are not set begin in 1970, 1980, 2000, 2004 or 2008.
_OLDEST = datetime(2010, 1, 1, tzinfo=SHANGHAI)
#: Others begin with a New Year's Day before this one.
_DEFAULT_UNTIL = 2022
_MOST_HOURS, _HALF_DAY = 14, 12


def doubted(
    readings: Sequence[ClockReading],
    duration_s: float | None = None,
    not_after: datetime | None = None,
) -> tuple[ClockReading, ...]:
    """The readings of one recording, those marked that cannot be trusted, in their order.

    Of two clocks that lie whole hours apart the one is doubted that fewer others agree with; where
    that does not tell, the one that is less trusted by its source. `not_after` is when the
    recording was stored at the latest.
    """
    marked = [_alone(one, not_after) for one in readings]
    for first, second in combinations(range(len(marked)), 2):
        one, other = marked[first], marked[second]
        doubt = hours_off(one.at - other.at)
        if not doubt or one.doubt or other.doubt or ClockSource.MTIME in (one.source, other.source):
            continue
        likelier = _support(one, marked, duration_s) >= _support(other, marked, duration_s)
        worse = second if likelier else first
        marked[worse] = replace(marked[worse], doubt=doubt)
    return tuple(marked)


def trusted(readings: Iterable[ClockReading]) -> ClockReading | None:
    """The clock to go by: of the recording's own the first without doubt.

    Where all are in doubt, one that is whole hours off, for it still tells files apart; then that
    of the file system, and only then one that tells nothing. None without any.
    """
    return min(readings, key=_rank, default=None)


def _rank(one: ClockReading) -> int:
    if one.source is ClockSource.MTIME:
        return 2
    return {"": 0, "zone": 1, "half_day": 1}.get(one.doubt, 3)


def hours_off(apart: timedelta) -> str:
    """The doubt about one of two clocks that lie whole hours apart; "" where they do not."""
    hours = round(apart / timedelta(hours=1))
    if not 1 <= abs(hours) <= _MOST_HOURS or abs(apart - timedelta(hours=hours)) > _AGREE:
        return ""
    return "half_day" if abs(hours) == _HALF_DAY else "zone"


def _alone(one: ClockReading, not_after: datetime | None) -> ClockReading:
    """A reading with what speaks against it by itself."""
    if one.source is ClockSource.MTIME or one.doubt:
        return one
    local = one.at.astimezone(SHANGHAI)
    new_year = (local.month, local.day) == (1, 1) and local.year < _DEFAULT_UNTIL
    if local < _OLDEST or new_year:
        return replace(one, doubt="reset")
    if not_after and local > not_after:
        return replace(one, doubt="ahead")
    return one


def _support(one: ClockReading, all_of: Iterable[ClockReading], duration_s: float | None) -> int:
    """How many other clocks agree; that of the file system tells the end."""
    agreeing = 0
    for other in all_of:
        if other is one:
            continue
        if other.source is ClockSource.MTIME:
            end = one.at + timedelta(seconds=duration_s or 0.0)
            agreeing += abs(other.at - end) <= _WRITTEN
        else:
            agreeing += abs(other.at - one.at) <= _AGREE
    return agreeing
