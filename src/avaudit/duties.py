"""What checks are told about duties: storage within so many working days, what must be recorded."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from avaudit.domain.matter import Matter, matter_of
from avaudit.domain.media import ClockReading, ClockSource
from avaudit.domain.owed import Nearby, Owed
from avaudit.domain.register import Activity
from avaudit.domain.session import Coverage, Member, Session
from avaudit.domain.storage import Storage
from avaudit.domain.time import SHANGHAI
from avaudit.workdays.calendar import WorkCalendar

#: FAT keeps times to two seconds: an inode time so near the last write says nothing of its own.
_SAME_NS = 2_000_000_000

#: Recordings and activities so near in time are of the same period: what is audited at all.
_PERIOD = timedelta(days=7)
#: A stray session may be of an activity that lies so near, of which so many are told.
_NEAR = timedelta(days=1)
_TOLD = 3


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


class Duties:
    """What groups are told about duties, over all activities and recordings of a store."""

    def __init__(
        self,
        matters: Sequence[Matter],
        calendar: WorkCalendar,
        activities: Iterable[Activity],
        members: Iterable[Member],
        now: datetime,
    ) -> None:
        self._matters, self._calendar, self._now = matters, calendar, now
        begun = ((_begins(activity), activity) for activity in activities)
        dated = sorted(((at, a) for at, a in begun if at), key=lambda one: one[0])
        self._activities = [activity for _, activity in dated]
        self._begins = [at for at, _ in dated]
        self._recorded = sorted(at for member in members if (at := member.own_start))

    def told(self, group: Mapping[type, object]) -> tuple[object, ...]:
        """The values to be told beside a group's own. Without a register sessions get none."""
        coverage, session = group.get(Coverage), group.get(Session)
        if isinstance(coverage, Coverage):
            return (self._owed(coverage.activity),)
        if isinstance(session, Session) and self._activities:
            return (self._nearby(session),)
        return ()

    def _owed(self, activity: Activity) -> Owed:
        ends = [at for at in (activity.started_at, activity.ended_at, activity.returned_at) if at]
        at = _begins(activity)
        return Owed(
            matter_of(activity, self._matters),
            self._calendar.term(_day(max(ends)), self._now) if ends else None,
            at is not None and _any_near(self._recorded, at),
        )

    def _nearby(self, session: Session) -> Nearby:
        starts = [at for member in session.members if (at := member.own_start)]
        if session.activity or not starts:
            return Nearby()
        at = min(starts)
        first = bisect_left(self._begins, at - _PERIOD)
        last = bisect_left(self._begins, at + _PERIOD)
        near = [a for a in self._activities[first:last] if a.distance(at) <= _NEAR]
        near.sort(key=lambda a: (not a.names_device(session.device_id), a.distance(at)))
        return Nearby(tuple(near[:_TOLD]), in_period=_any_near(self._begins, at))


def _begins(activity: Activity) -> datetime | None:
    return activity.started_at or activity.ended_at


def _any_near(moments: Sequence[datetime], at: datetime) -> bool:
    first = bisect_left(moments, at - _PERIOD)
    return first < len(moments) and moments[first] <= at + _PERIOD


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
