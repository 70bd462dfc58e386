"""Terms in working days: the days that follow a day, and where a term of some of them ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of a term, to its end (24:00, Asia/Shanghai).

    `provisional` where nobody has said yet how people work on some day up to it: Saturdays and
    Sundays were then taken for rest days, all others for working days.
    """

    day: date
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """The working days that follow a day, in order. The day itself does not count.

    `provisional_from` is the first day after it of which nobody has said yet how people work.
    `elapsed` counts those of `days` that were over when this was told; what has passed the last
    one changes no more.
    """

    after: date
    days: tuple[date, ...]
    provisional_from: date | None = None
    elapsed: int = 0

    def deadline(self, number: int) -> Deadline:
        """The end of a term of so many working days. Raises `IndexError` beyond those known."""
        if not 1 <= number <= len(self.days):
            raise IndexError(number)
        day = self.days[number - 1]
        first = self.provisional_from
        return Deadline(day, provisional=first is not None and first <= day)

    def over(self, number: int) -> bool:
        """Whether the term was over when this was told, by the calendar as far as it is known."""
        return self.elapsed >= number

    def surely_over(self, number: int) -> bool:
        """Whether it was over whatever a provisional calendar becomes.

        All known days together are more than any holiday takes: see `workdays.calendar`.
        """
        return self.over(number) and (
            not self.deadline(number).provisional or self.elapsed >= len(self.days)
        )

    def surely_after(self, day: date, number: int) -> bool:
        """Whether a day lies behind the term whatever a provisional calendar becomes."""
        end = self.deadline(number)
        return day > (self.days[-1] if end.provisional else end.day)
