"""How a time of day is said and written: to find one in what was heard, and to ask for rivals."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

_DIGITS = "零一二三四五六七八九"
_PARTS = {30: "半", 15: "一刻", 45: "三刻"}
#: Spoken times are rounded to so many minutes, or lie so near to the clock.
_ROUNDED, _NEAR, _TEN = 5, 3, 10
#: Rivals lie so many minutes off, or so many hours.
_OFF_MINUTES = (-30, -20, -15, 15, 20, 25, 35, 40)
_OFF_HOURS = (-6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6)

#: Hour and minute.
Clock = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Style:
    """A way to write a time: with numerals or digits, 点 or 时, 分 or nothing at its end."""

    numerals: bool
    unit: str
    end: str


STYLES = tuple(Style(n, u, e) for n in (False, True) for u in "点时" for e in ("分", ""))


def forms(clock: Clock, style: Style) -> list[str]:
    """What a recogniser may write for a time of day in one style, without its part of the day."""
    hour, minute = clock
    hours = sorted({hour, hour - 12 if hour > 12 else hour})
    return [form for one in hours for form in _forms(one, minute, style)]


def _forms(hour: int, minute: int, style: Style) -> list[str]:
    begun = (numeral(hour) if style.numerals else str(hour)) + style.unit
    if not minute:
        return [f"{begun}整"] if style.end else [begun]
    if not style.numerals:
        return [f"{begun}{minute:02d}{style.end}"]
    if minute == _TEN and not style.end:
        return []  # nobody says 三点十: it takes its 分
    zero = "零" if minute < 10 else ""
    parts = [_PARTS[minute]] if minute in _PARTS and not style.end else []
    return [begun + zero + numeral(minute) + style.end, *(begun + part for part in parts)]


def numeral(number: int) -> str:
    """A number from 0 to 99 in Chinese numerals."""
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def near(at: datetime, within_s: float) -> list[Clock]:
    """Times that one would say at a moment: to the minute, or rounded, within so many seconds."""
    span = int(within_s // 60)
    moments = (at + timedelta(minutes=off) for off in range(-span, span + 1))
    said = [
        m for off, m in zip(range(-span, span + 1), moments, strict=True)
        if abs(off) <= _NEAR or m.minute % _ROUNDED == 0
    ]  # fmt: skip
    return [(m.hour, m.minute) for m in said]


def rivals(clock: Clock, own: Iterable[Clock]) -> list[Clock]:
    """Other times than one's own: some minutes off one of them, some hours off, always the same."""
    own = set(own)
    total = clock[0] * 60 + clock[1]
    offs = [*_OFF_MINUTES, *(60 * hours for hours in _OFF_HOURS)]
    found = {divmod((total + off) % 1440, 60) for off in offs}
    halves = {((hour + 12) % 24, minute) for hour, minute in own}
    return sorted(clock for clock in found if clock not in own and clock not in halves)


#: A month and a day, in digits or in numerals, with its last word.
_DATE = re.compile(r"(?P<month>\d{1,2}|[一二三四五六七八九十]{1,3})月"
                   r"(?P<day>\d{1,2}|[一二三四五六七八九十]{1,3})(?P<end>[日号])")  # fmt: skip
#: Other dates lie so many days off.
_OFF_DAYS = (-31, -20, -10, -3, -2, -1, 1, 2, 3, 10, 20, 31)


@dataclass(frozen=True, slots=True)
class Written:
    """A month and a day as they were written at characters `[begin, end)`."""

    begin: int
    end: int
    numerals: bool
    unit: str

    def form(self, on: datetime) -> str:
        """Another date, written in the same way."""
        month, day = (numeral(n) if self.numerals else str(n) for n in (on.month, on.day))
        return f"{month}月{day}{self.unit}"

    def rivals(self, on: datetime) -> list[str]:
        """Dates near another one, written in the same way."""
        return [self.form(on + timedelta(days=off)) for off in _OFF_DAYS]


def written_date(text: str, begin: int, end: int) -> Written | None:
    """The first month and day in characters `[begin, end)`; None where there is none."""
    found = _DATE.search(text, begin, end)
    if found is None:
        return None
    return Written(found.start(), found.end(), not found["day"].isdigit(), found["end"])
