"""Dates and times of day as officers say them, in whatever way a recogniser wrote them down.

Only what stands in the text is read. What was not said is None, and so is what was said but came
out unreadable; the time is then marked as damaged. Nothing is corrected to what is likely.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from avaudit.domain.time import SHANGHAI
from avaudit.language import time_words as words
from avaudit.language.time_clock import Clock
from avaudit.language.time_parts import Part, find_parts

_ABOUT = re.compile(f"(?:{'|'.join(words.ABOUT)})$")
_FILLER = re.compile(f"(?:{'|'.join(words.FILLERS + words.ABOUT)}|[{words.FILLER_MARKS}])*")
_ORDER = {"year": 0, "month": 1, "day": 2, "period": 3, "clock": 4}
#: What announces a clock, so that even 一点 is one, and a day of the month that has no month.
_ANNOUNCED = re.compile(
    r"(?:(?:现在|目前|当前|此时|此刻|时间)\s?(?:是|为)|北京时间(?:是|为)?|时间[:,，])\s?$"
)
_DAY_ANNOUNCED = re.compile(
    r"(?:本月|这个月|(?:今天|日期|时间|现在|昨天|明天)\s?(?:是|为)?)[\s,，]?$"
)
#: Longest text that announces something.
_LOOK_BACK = 12
_HALF_DAY_H, _DAY_H = 12, 24
_FIELDS = ("year", "month", "day", "hour", "minute")


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenTime:
    """A date, a time of day or both. `text` stands at `[begin, end)`, counted in characters.

    Numbers are None where unsaid. `year` is 1900 to 2099; `month` and `day` are as said, also where
    no calendar has them; `hour` is 0 to 23 with its part of the day applied, `minute` 0 to 59.
    `hour_ambiguous`: no part of the day was said, the hour may be twelve hours later (at 12: at
    midnight). `period`: the part of the day, or "". `day_word`: 今天, 昨天 and so on, or "".
    `approximate`: 大约, 多, 左右. `damaged`: something of a time stands there that cannot be read.
    """

    begin: int
    end: int
    text: str
    year: int | None = None
    month: int | None = None
    day: int | None = None
    hour: int | None = None
    minute: int | None = None
    period: str = ""
    day_word: str = ""
    hour_ambiguous: bool = False
    approximate: bool = False
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class Completed:
    """What a spoken time may mean: `filled` names the fields that were not said, year to minute.

    `readings` are in order, to the minute; more than one where the hour is ambiguous, none where no
    calendar has such a date.
    """

    filled: tuple[str, ...]
    readings: tuple[datetime, ...]


def find_times(text: str) -> list[SpokenTime]:
    """All dates and times in a text, in order, none overlapping. Never raises.

    Parts with only filler between them (现在是, 星期三) are one time, the date before the clock.
    Durations (三小时), points made (三点意见), house numbers (三号楼) and fractions are no times.
    """
    plain = text.translate(words.SAME_CHARACTERS)
    groups = _groups(find_parts(plain), plain)
    return [found for group in groups if (found := _together(group, plain, text)) is not None]


def _groups(parts: Sequence[Part], plain: str) -> Iterator[list[Part]]:
    group: list[Part] = []
    for part in parts:
        if group and not _continues(group, part, plain):
            yield group
            group = []
        group.append(part)
    if group:
        yield group


def _continues(group: Sequence[Part], part: Part, plain: str) -> bool:
    """Whether a part belongs to the time that the parts before it began."""
    last, kinds = group[-1], {one.kind for one in group}
    gap = plain[last.end : part.begin]
    within_date = last.kind in ("year", "month") and part.kind in ("month", "day")
    most = words.MAX_FILLER_IN_DATE if within_date else words.MAX_FILLER
    if "clock" in kinds or len(gap) > most or not _FILLER.fullmatch(gap):
        # 时 and 事 are filler only where they stand for a misheard 十.
        return "clock" not in kinds and _lost_ten(last, part, plain)
    if part.kind not in _ORDER:
        return part.kind not in kinds
    return all(_ORDER[part.kind] > _ORDER.get(kind, -1) for kind in kinds)


def _lost_ten(last: Part, part: Part, plain: str) -> bool:
    """Whether a misheard 十 stands between two parts: 2026年是1月 was 二零二六年十一月.

    Nobody says 是 there, but what was said cannot be known either.
    """
    gap = plain[last.end : part.begin].strip()
    if len(gap) != 1 or gap not in words.SOUNDS_LIKE_TEN:
        return False
    if (last.kind, part.kind) == ("month", "day"):
        return len(part.written) == 1 and part.written != "十"
    small = part.number if part.kind == "month" else part.clock.hour if part.clock else None
    return small in (1, 2) and (last.kind, part.kind) in (("year", "month"), ("period", "clock"))


def _together(group: list[Part], plain: str, text: str) -> SpokenTime | None:
    """The time that parts make together; None where they make none."""
    lost = {now.kind for last, now in pairwise(group) if _lost_ten(last, now, plain)}
    kept = _trimmed(_standing(group, plain))
    if not kept:
        return None
    begin, end = kept[0].begin, kept[-1].end
    said = {part.kind: part for part in kept}
    numbers = {
        k: said[k].number if k in said and k not in lost else None for k in ("year", "month", "day")
    }
    period, day_word = (said[kind].word if kind in said else "" for kind in ("period", "day_word"))
    clock = said["clock"].clock if "clock" in said else None
    hour, contradictory = _hour(clock, period) if clock and "clock" not in lost else (None, False)
    return SpokenTime(
        begin=begin, end=end, text=text[begin:end], **numbers,
        hour=hour, minute=_minute(clock), period=period, day_word=day_word,
        hour_ambiguous=hour is not None and not period and 1 <= hour <= _HALF_DAY_H,
        approximate=_is_approximate(clock, said.get("period"), plain),
        damaged=bool(lost) or contradictory or any(_is_damaged(part) for part in kept),
    )  # fmt: skip


def _is_approximate(clock: Clock | None, period: Part | None, plain: str) -> bool:
    """Whether a clock is not meant exactly; 大约 may also stand before the part of the day."""
    if clock is None or clock.approximate or period is None:
        return clock is not None and clock.approximate
    begin = max(0, period.begin - _LOOK_BACK)
    return _ABOUT.search(plain, begin, period.begin) is not None


def _trimmed(parts: list[Part]) -> list[Part]:
    """Parts without the words around them that tell no time; none where nothing else is left."""
    if not any(part.clock or part.number or part.written for part in parts):
        return []
    while parts[0].kind == "weekday":
        parts = parts[1:]
    while parts[-1].kind in ("weekday", "day_word"):
        parts = parts[:-1]
    return parts


def _is_damaged(part: Part) -> bool:
    return part.damaged or (part.clock is not None and part.clock.damaged)


def _standing(group: Sequence[Part], plain: str) -> list[Part]:
    """Parts that are ones of a time, without those that only look like it."""
    kinds = {part.kind for part in group}
    dated = bool(kinds & {"month", "day", "period"})
    parts = [p for p in group if p.clock is None or _is_clock(p, p.clock, dated, plain)]
    return [part for part in parts if part.kind != "day" or _is_day(part, parts, plain)]


def _is_clock(part: Part, clock: Clock, dated: bool, plain: str) -> bool:
    if clock.never or clock.firm or not clock.doubtful:
        return not clock.never
    return (
        dated or _ANNOUNCED.search(plain, max(0, part.begin - _LOOK_BACK), part.begin) is not None
    )


def _is_day(part: Part, group: Sequence[Part], plain: str) -> bool:
    """Whether a number with 号 or 日 is a day: after a month, or where the text speaks of time."""
    if {"month", "day_word", "clock"} & {one.kind for one in group}:
        return True
    begin = max(0, part.begin - _LOOK_BACK)
    return _DAY_ANNOUNCED.search(plain, begin, part.begin) is not None


def _hour(clock: Clock, period: str) -> tuple[int | None, bool]:
    """The hour, 0 to 23, with its part of the day applied, and whether that contradicts it."""
    said = clock.hour
    if said is None or (said == _DAY_H and not period):
        return None, said is not None
    hour = said
    if period:
        first, last = words.PERIODS[period]
        base = said % _HALF_DAY_H if said <= _HALF_DAY_H else said
        steps = (0, _HALF_DAY_H, _DAY_H) if 0 < said <= _HALF_DAY_H else (0, _DAY_H)
        fitting = [base + step for step in steps if first <= base + step <= last]
        if not fitting:
            return None, True
        hour = fitting[-1]
    earlier = hour - 1 if clock.earlier else hour
    # Before one o'clock it is twelve, in the way in which hours without a part of the day count.
    if earlier == 0 and not period and said == 1:
        earlier = _HALF_DAY_H
    return earlier % _DAY_H, False


def _minute(clock: Clock | None) -> int | None:
    if clock is None or clock.minute is None:
        return None
    return 60 - clock.earlier if clock.earlier else clock.minute


def complete(spoken: SpokenTime, on: datetime) -> Completed:
    """What `spoken` means where `on` (the recording's own clock) tells what was not said.

    A word for a day tells the date where none was said. Hours after midnight that are said to be of
    the night are read as of the day said and of the one after it. An aware `on` is first taken to
    Beijing time, and so are the readings; a naive one is left as it is. A date that no calendar has
    gives no reading, and neither does a time of which nothing could be read.
    """
    local = on if on.tzinfo is None else on.astimezone(SHANGHAI)
    filled = tuple(name for name in _FIELDS if getattr(spoken, name) is None)
    if len(filled) == len(_FIELDS) and not spoken.day_word:
        return Completed(filled, ())
    hour = local.hour if spoken.hour is None else spoken.hour
    hours = {hour, (hour + _HALF_DAY_H) % _DAY_H} if spoken.hour_ambiguous else {hour}
    minute = local.minute if spoken.minute is None else spoken.minute
    readings = {
        datetime.combine(date, time(hour, minute), local.tzinfo)
        for date in _dates(spoken, local)
        for hour in hours
    }
    return Completed(filled, tuple(sorted(readings)))


def _dates(spoken: SpokenTime, on: datetime) -> list[date]:
    """The dates that a spoken time may be of; none where no calendar has them."""
    said = (spoken.year, spoken.month, spoken.day)
    try:
        if spoken.day_word and said == (None, None, None):
            day = on.date() + timedelta(days=words.DAY_WORDS[spoken.day_word])
        else:
            year, month, of_month = said
            day = date(
                on.year if year is None else year,
                on.month if month is None else month,
                on.day if of_month is None else of_month,
            )
        _, last = words.PERIODS.get(spoken.period, (0, 0))
        after_midnight = spoken.hour is not None and spoken.hour + _DAY_H <= last
        return [day, day + timedelta(days=1)] if after_midnight else [day]
    except (ValueError, OverflowError):
        return []


def shown(spoken: SpokenTime) -> str:
    """The numbers of a time as `YYYY-MM-DD HH:MM`, always 16 characters, dashes for what is unsaid.

    Where the year is unsaid, a space sets its dashes apart: `---- 11-18 09:30`.
    """
    year = "---- " if spoken.year is None else f"{spoken.year:04}-"
    month, day, hour, minute = (
        "--" if number is None else f"{number:02}"
        for number in (spoken.month, spoken.day, spoken.hour, spoken.minute)
    )
    return f"{year}{month}-{day} {hour}:{minute}"
