"""Which days are worked, with the make-up days (tiaoxiu) of the State Council's holiday plans.

The plans come from the package chinese-calendar, whose years end some time; what a local file says
of a day goes before it. Where neither says anything, Saturdays and Sundays are taken for rest days
and the answer is provisional.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from itertools import islice

import chinese_calendar
from chinese_calendar.constants import holidays

from avaudit.domain.time import SHANGHAI
from avaudit.domain.workdays import Term

#: How many working days a term lists. Ten weekdays in a row held at least four working days in
#: every plan from 2004 to 2026 (nine held three, eight two), so a term of four or
#: fewer that is over after ten provisional days is over whatever a plan will say.
LISTED = 10

#: A plan moves the last days of the year before as well: from 29 December in 2007 and 2018.
_LAST_SETTLED = (12, 28)

_A_DAY = timedelta(days=1)
#: Days within which the working days of a term are looked for: two years.
_SEARCHED = 731
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Which days are worked. `works` says so of single days, `complete` names years whose plan it
    holds whole: their other days are ordinary ones."""

    works: Mapping[date, bool] = field(default_factory=dict)
    complete: Set[int] = field(default_factory=frozenset)

    def is_worked(self, day: date) -> bool:
        """Whether people work on a day, as far as it is known."""
        if day in self.works:
            return self.works[day]
        if day.year in self.complete or not _planned(day):
            return day.weekday() < _SATURDAY
        return bool(chinese_calendar.is_workday(day))

    def is_provisional(self, day: date) -> bool:
        """Whether nobody has said yet how people work on a day."""
        return day not in self.works and day.year not in self.complete and not _settled(day)

    def term(self, after: date, now: datetime | None = None) -> Term | None:
        """The working days that follow a day; `now` tells which of them are over.

        None for days at the very edges of the calendar, and where two years hold too few.
        """
        if not date(1900, 1, 1) <= after <= date(2999, 12, 31):
            return None
        following = [after + n * _A_DAY for n in range(1, _SEARCHED)]
        days = tuple(islice(filter(self.is_worked, following), LISTED))
        if len(days) < LISTED:
            return None
        provisional_from = next(filter(self.is_provisional, following), None)
        today = now.astimezone(SHANGHAI).date() if now else None
        over = sum(day < today for day in days) if today else 0
        return Term(after, days, provisional_from, over)


@cache
def _years() -> tuple[int, int]:
    """The first and the last year of the package's plans."""
    return min(holidays).year, max(holidays).year


def _planned(day: date) -> bool:
    first, last = _years()
    return first <= day.year <= last


def _settled(day: date) -> bool:
    """Whether a plan holds for a day: the next year's may still move the last days of this one."""
    return _planned(day) and (day.year < _years()[1] or (day.month, day.day) <= _LAST_SETTLED)
