"""When a recording started, as its name, its container and the file system tell it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import PurePath

from avaudit.domain.media import ClockReading, ClockSource, FileFacts, MediaFacts
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


def clocks(file: FileFacts, media: MediaFacts | None) -> tuple[ClockReading, ...]:
    """All clocks that could be read, the most trusted first. Devices name files by local time."""
    readings = [_from_name(file.path), _from_tags(media), _from_mtime(file)]
    return tuple(reading for reading in readings if reading is not None)


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
