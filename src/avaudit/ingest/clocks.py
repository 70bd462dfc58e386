"""When a recording started, as its picture, its name, its container and the file system tell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import PurePath

from avaudit.domain.media import ClockReading, ClockSource, FileFacts, MediaFacts
from avaudit.domain.osd import OsdClock
from avaudit.domain.time import SHANGHAI

_DATE = r"(?P<year>20\d\d)[-_.年]?(?P<month>0[1-9]|1[0-2])[-_.月]?(?P<day>0[1-9]|[12]\d|3[01])日?"
_TIME = r"(?P<hour>[01]\d|2[0-3])[-_.:时]?(?P<minute>[0-5]\d)[-_.:分]?(?P<second>[0-5]\d)秒?"
_IN_NAME = re.compile(rf"(?<!\d){_DATE}[-_ .T]{{0,3}}{_TIME}(?!\d)")

#: Tags that hold the start of a recording, as FFmpeg names them.
_START_TAGS = ("com.apple.quicktime.creationdate", "creation_time", "date")

#: Letters, a model and a number that is no date (DSJ-A3_0001234), or a short name before a date
#: (CAM-01_20261119).
_DEVICE_IN_NAME = re.compile(
    r"(?<![A-Za-z0-9])"
    r"([A-Z]{2,5}[-_][A-Z0-9]{2,6}[-_](?!20\d{6}[_.-])\d{4,10}(?=[_.-])"
    r"|[A-Z]{2,5}-[A-Z0-9]{1,6}(?=_20\d{6}[_.-]))"
)


#: When a burned-in clock says surely when a recording began: so many of the pictures looked at
#: gave a time, on lines of so many readings, that go at most so much (a share) too fast or slow.
_READABLE, _READINGS, _DRIFT = 0.5, 5, 0.01
#: Before there were such devices: a clock that was reset.
_FIRST_YEAR = 2010
#: How far, in seconds, a clock may be from one that says which day it was.
_SAME_DAY_S, _NEAR_S = 1.5 * 86400, 3600.0


def clocks(
    file: FileFacts, media: MediaFacts | None, osd: OsdClock | None = None
) -> tuple[ClockReading, ...]:
    """All clocks that could be read, the most trusted first. Devices name files by local time."""
    beside = [_from_name(file.path), _from_tags(media), _from_mtime(file)]
    others = [reading for reading in beside if reading is not None]
    picture = _from_picture(osd, others) if osd else None
    return (picture, *others) if picture else tuple(others)


def _from_picture(osd: OsdClock, others: Sequence[ClockReading]) -> ClockReading | None:
    """The burned-in clock's word, where it was read surely, to the whole second that it shows.

    A day that it leaves open (no date; day and month that may be either) is told by other clocks.
    """
    start_s = osd.start_clock_s
    if start_s is None or osd.readable_share < _READABLE or osd.runs[0].readings < _READINGS:
        return None
    if abs(osd.runs[0].slope - 1) > _DRIFT + osd.runs[0].slope_error:
        return None
    # The second that it showed, or the next where that was about to begin.
    into = timedelta(seconds=round(start_s - 0.25))
    days = [datetime.fromisoformat(day).replace(tzinfo=SHANGHAI) for day in osd.days]
    starts = [day + into for day in days]
    at = starts[0] if len(starts) == 1 else _told_by(others, starts, into)
    if at is None or at.year < _FIRST_YEAR:
        return None
    return ClockReading(ClockSource.PICTURE, at, osd.text)


def _told_by(
    others: Sequence[ClockReading], starts: Sequence[datetime], into: timedelta
) -> datetime | None:
    """The one start that another clock speaks for, the most trusted first."""
    for other in others:
        near = [s for s in starts if abs((s - other.at).total_seconds()) <= _SAME_DAY_S]
        if not starts and other.source is not ClockSource.MTIME:
            midnight = other.at.replace(hour=0, minute=0, second=0, microsecond=0)
            three = [midnight + timedelta(days=day) + into for day in (-1, 0, 1)]
            near = [s for s in three if abs((s - other.at).total_seconds()) <= _NEAR_S]
        if len(near) == 1:
            return near[0]
    return None


def device_in_name(path: str) -> str | None:
    """The device's number where the file name carries one (`DSJ-A3_0001234_...`)."""
    match = _DEVICE_IN_NAME.search(PurePath(path).name)
    return match.group(1) if match else None


def _from_name(path: str) -> ClockReading | None:
    match = _IN_NAME.search(PurePath(path).name)
    if not match:
        return None
    parts = {name: int(text) for name, text in match.groupdict().items()}
    try:
        at = datetime(**parts, tzinfo=SHANGHAI)
    except ValueError:  # 20260231: digits that look like a date and are none
        return None
    return ClockReading(ClockSource.FILENAME, at, match.group())


def _from_tags(media: MediaFacts | None) -> ClockReading | None:
    for name in _START_TAGS:
        raw = media.tags.get(name, "") if media else ""
        try:
            at = datetime.fromisoformat(raw)
        except ValueError:
            continue
        if at.tzinfo is None:
            at = at.replace(tzinfo=UTC)
        if at.year > 1970:  # 1904 and 1970: the device had no clock, or wrote none
            return ClockReading(ClockSource.CONTAINER, at.astimezone(SHANGHAI), raw)
    return None


def _from_mtime(file: FileFacts) -> ClockReading | None:
    """The last write is the end of a recording at the earliest; better than no clock at all."""
    if file.mtime_ns <= 0:
        return None
    at = datetime.fromtimestamp(file.mtime_ns / 1e9, SHANGHAI)
    return ClockReading(ClockSource.MTIME, at, str(file.mtime_ns))
