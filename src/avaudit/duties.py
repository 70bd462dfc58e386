"""What checks are told about duties that run in time: storage within so many working days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from avaudit.domain.media import ClockReading, ClockSource
from avaudit.domain.register import Activity
from avaudit.domain.storage import Storage
from avaudit.domain.time import SHANGHAI
from avaudit.workdays.calendar import WorkCalendar

#: FAT keeps times to two seconds: an inode time so near the last write says nothing of its own.
_SAME_NS = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Sighting:
    """What is known of a file beside its content: when its bytes were first seen, its inode time.

    `first_at` is None where the bytes could not be read, `ctime_ns` (since 1970) where the file
    system gave none.
    """

    first_at: datetime | None = None
    ctime_ns: int | None = None
    calendar: WorkCalendar = field(default_factory=WorkCalendar)

    def storage(
        self,
        clocks: Sequence[ClockReading],
        mtime_ns: int | None,
        duration_s: float | None,
        activity: Activity | None,
    ) -> Storage:
        """What checks are told of when a recording was stored. Only days of it, on purpose: an
        audit depends on all that it was told, and a second changes no term."""
        own = [c.at for c in clocks if c.source is not ClockSource.MTIME]
        ends = [at + timedelta(seconds=duration_s or 0.0) for at in own]
        if activity:
            ends += [
                at for at in (activity.started_at, activity.ended_at, activity.returned_at) if at
            ]
        terms = (self.calendar.term(day) for day in sorted({_day(at) for at in ends}))
        return Storage(
            seen_on=_day(self.first_at) if self.first_at else None,
            modified_on=_day_of_ns(mtime_ns),
            changed_on=_day_of_ns(self.ctime_ns) if self._tells(mtime_ns) else None,
            terms=tuple(term for term in terms if term),
        )

    def _tells(self, mtime_ns: int | None) -> bool:
        return self.ctime_ns is not None and self.ctime_ns - (mtime_ns or 0) > _SAME_NS


def _day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()


def _day_of_ns(since_1970: int | None) -> date | None:
    """The day of a file system's time; None for none, and for one that no calendar holds."""
    if not since_1970 or since_1970 < 0:
        return None
    try:
        return datetime.fromtimestamp(since_1970 / 1e9, SHANGHAI).date()
    except (OverflowError, ValueError, OSError):
        return None
