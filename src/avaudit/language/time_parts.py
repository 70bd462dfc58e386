"""Parts of spoken times in a text: years, months, days, parts of the day, clocks, one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from avaudit.language import time_words as words
from avaudit.language.numbers import NUMERALS, digits, parse_number
from avaudit.language.time_clock import Clock, read_clock, read_lost_clock

Kind = Literal["year", "month", "day", "day_word", "weekday", "period", "clock"]

_N = f"[{NUMERALS}]"
_HOUR_FOLLOWS = rf"(?=\s?{_N}{{1,4}}\s?[点时:.])"

_RUN = re.compile(rf"{_N}+(?:[.:]{_N}+)*")
_WEEKDAY = re.compile(r"(?:星期|礼拜|周)(?:[一二三四五六日天]|[1-6](?![0-9]))")
_DAY_WORD = re.compile(
    f"{'|'.join([*words.DAY_WORDS, '[昨今明]日'])}|[昨今明](?=[{''.join(words.SHORT_PERIODS)}])"
)
_PERIOD = re.compile(
    f"(?P<whole>{'|'.join(words.PERIODS)})"
    f"|(?<!上)(?P<short>[{''.join(words.SHORT_PERIODS)}])(?:(?<=[昨今明].)|{_HOUR_FOLLOWS})"
    f"|(?<![{words.BEFORE_UP}])(?P<half>[上中下])[{words.SOUNDS_LIKE_NOON}]{_HOUR_FOLLOWS}"
)
_DATE = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?![0-9.])")
_MONTH_FOLLOWS = re.compile(rf"\s?[{words.SOUNDS_LIKE_TEN}]?{_N}{{1,3}}月")
_YEAR = re.compile(rf"(?P<written>{_N}+(?:[.:]{_N}+)*)\s?年")
_RELATIVE = {
    "year": re.compile("|".join(words.RELATIVE_YEARS)),
    "month": re.compile("|".join(words.RELATIVE_MONTHS)),
}  # fmt: skip
_MONTH = re.compile(rf"(?P<written>{_N}+)\s?月(?:份|(?![{words.AFTER_MONTH}]))")
_DAY = re.compile(rf"(?P<written>{_N}{{1,3}})\s?[日号]")
_DAY_ALONE = re.compile(
    rf"(?<![{words.BEFORE_DAY}])(?P<written>{_N}{{1,3}})\s?[日号](?!{'|'.join(words.AFTER_DAY)})"
)
# 11月18上午: nothing else is counted in months and then a plain number.
_DAY_BARE = re.compile(
    rf"(?P<written>{_N}{{1,3}})(?!\s?(?:{_N}|[点时:.月年分刻天{words.COUNTERS}]))"
)
_LUNAR = ("农历", "阴历", "旧历")
_CENTURY = 2000
#: 20年 and 19年 are the first half of a year whose second half was lost.
_HALF_YEARS = (19, 20)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a time, at `[begin, end)` of the text: its number, its word or its clock.

    `written` is the number as it stands there; `damaged` where it cannot be read, or where a word
    such as 去年 stands for it.
    """

    kind: Kind
    begin: int
    end: int
    number: int | None = None
    word: str = ""
    clock: Clock | None = None
    damaged: bool = False
    written: str = ""


def find_parts(plain: str) -> list[Part]:
    """All parts in a text in which `SAME_CHARACTERS` are replaced, in order, none overlapping."""
    parts: list[Part] = []
    at = 0
    while at < len(plain):
        found = list(_parts_at(plain, at, parts[-1] if parts else None))
        parts += found
        # A number that begins no part is left as a whole: its end would be another number.
        run = None if found else _RUN.match(plain, at)
        at = found[-1].end if found else run.end() if run else at + 1
    return parts


def _parts_at(plain: str, at: int, before: Part | None) -> Iterator[Part]:
    """The parts that begin at `at`: one or none, or the three of a date in digits."""
    near = before if before and not plain[before.end : at].strip(" ,是时事") else None
    if part := _word_at(plain, at):
        yield part
    elif date := _DATE.match(plain, at):
        yield Part("year", at, date.start(3), int(date[1]))
        yield Part("month", date.start(3), date.start(4), int(date[3]))
        yield Part("day", date.start(4), date.end(), int(date[4]))
    elif part := _lost_clock_at(plain, at, near) or _calendar_at(plain, at, near):
        yield part
    elif read := read_clock(plain, at):
        yield Part("clock", at, read[1], clock=read[0])


def _word_at(plain: str, at: int) -> Part | None:
    if match := _WEEKDAY.match(plain, at):
        return Part("weekday", at, match.end())
    if match := _DAY_WORD.match(plain, at):
        said = match.group()
        return Part("day_word", at, match.end(), word=words.SAME_DAY_WORDS.get(said, said))
    if match := _PERIOD.match(plain, at):
        word = match["whole"] or words.SHORT_PERIODS.get(match["short"] or "", "")
        return Part("period", at, match.end(), word=word or f"{match['half']}午")
    return None


def _lost_clock_at(plain: str, at: int, near: Part | None) -> Part | None:
    end = read_lost_clock(
        plain,
        at,
        after_month=near is not None and near.kind == "month",
        after_day=near is not None and near.kind == "day" and near.end == at,
    )
    if end is None:
        return None
    return Part("clock", at, end, clock=Clock(None, None, damaged=True))


def _calendar_at(plain: str, at: int, near: Part | None) -> Part | None:
    for kind, pattern in _RELATIVE.items():
        if match := pattern.match(plain, at):
            return Part("year" if kind == "year" else "month", at, match.end(), damaged=True)
    if match := _YEAR.match(plain, at):
        return _year(plain, match)
    if match := _MONTH.match(plain, at):
        if plain.endswith(_LUNAR, 0, at):
            return None
        return _numbered("month", match)
    if near is not None and near.kind == "month":
        day = _DAY.match(plain, at) or _DAY_BARE.match(plain, at)
    else:
        day = _DAY_ALONE.match(plain, at)
    return None if day is None else _numbered("day", day)


def _numbered(kind: Kind, match: re.Match[str]) -> Part:
    number = parse_number(match["written"])
    if number is not None and number > 99:
        number = None
    return Part(
        kind, match.start(), match.end(), number, damaged=number is None, written=match["written"]
    )


def _year(plain: str, match: re.Match[str]) -> Part | None:
    """A year where it is one for sure, a damaged one where it is one in bad shape.

    Years without a month are only told from durations (十年) by their four digits.
    """
    written = match["written"]
    read = digits(re.sub("[.:]", "", written))
    number = int(read) if len(read) == 4 else parse_number(written)
    dated = _MONTH_FOLLOWS.match(plain, match.end()) is not None
    if dated and number is not None and number not in _HALF_YEARS and 10 <= number <= 99:
        number += _CENTURY
    if number is not None and 1900 <= number <= 2099:
        return Part("year", match.start(), match.end(), number)
    if dated or (len(read) >= 4 and set(".:") & set(written)):
        return Part("year", match.start(), match.end(), damaged=True, written=written)
    return None
