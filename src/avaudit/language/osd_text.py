"""Dates and times as cameras burn them into the picture, read back from recognised text.

A recogniser confuses O and 0, takes 年 for 午, loses blanks and turns : into ; or nothing. Each
character is judged by the place it has in the format: what stands for a digit there is read as the
digit that it looks like, at a price; what looks like none ends the reading. No digit is made up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from avaudit.domain.osd import OsdText

#: What recognisers write for a digit, and the digit that it looks like.
_LOOKS_LIKE = {
    "O": "0", "o": "0", "Q": "0", "D": "0", "I": "1", "l": "1", "i": "1", "|": "1", "!": "1",
    "Z": "2", "z": "2", "S": "5", "s": "5", "B": "8",
}  # fmt: skip
_N = f"[0-9{re.escape(''.join(_LOOKS_LIKE))}]"
_B = r"[\s_]{0,3}"

_YEAR, _MONTH, _DAY = "年午牛乍手车仵", "月目用刀", "日目曰口白囗号"
_HOUR, _MINUTE, _SECOND = "时吋点時", "分份兮", "秒抄妙"
_DASH = r"[-/.,~·一—–−]"
_COLON = r"[:;.,·'’`∶︰]"

_DATES = (
    ("zh", rf"(?P<y>{_N}{{4}}){_B}[{_YEAR}]{_B}(?P<m>{_N}{{1,2}}){_B}[{_MONTH}]{_B}"
           rf"(?P<d>{_N}{{1,2}}){_B}[{_DAY}]"),
    ("ymd", rf"(?P<y>{_N}{{4}}){_B}{_DASH}{_B}(?P<m>{_N}{{1,2}}){_B}{_DASH}{_B}(?P<d>{_N}{{1,2}})"),
    ("year_last", rf"(?P<a>{_N}{{1,2}}){_B}{_DASH}{_B}(?P<b>{_N}{{1,2}}){_B}{_DASH}{_B}"
                  rf"(?P<y>(?:19|2[0OoQD]){_N}{{2}})"),
    ("compact", r"(?P<y>20[0-9]{2})(?P<m>[0-9]{2})(?P<d>[0-9]{2})"),
)  # fmt: skip
_HALVES = r"(?P<{0}>上[午牛千年]|下[午牛千年]|[AaPp]\.?[MmNn]\b\.?)"
_CLOCK = (
    rf"(?:{_HALVES.format('half')}{_B})?(?P<h>{_N}{{1,2}}){_B}(?P<s1>{_COLON}|[{_HOUR}]){_B}"
    rf"(?P<mi>{_N}{{2}}){_B}(?P<s2>{_COLON}|[{_MINUTE}])?{_B}(?P<se>{_N}{{2}})[{_SECOND}]?"
    rf"(?:[.,:;](?P<fraction>[0-9]{{1,3}})(?![0-9:]))?(?:{_B}{_HALVES.format('half_after')})?"
)
#: The time alone, known to stand there: separators may be lost.
_CLOCK_ALONE = (
    rf"(?:{_HALVES.format('half')}{_B})?(?P<h>{_N}{{2}})(?P<s1>{_COLON}|[{_HOUR}])?"
    rf"(?P<mi>{_N}{{2}})(?P<s2>{_COLON}|[{_MINUTE}])?(?P<se>{_N}{{2}})[{_SECOND}]?"
    rf"(?:{_B}{_HALVES.format('half_after')})?"
)
_WEEKDAY = re.compile(
    r"[\[(]?(?:(?:星期|周|礼拜)(?P<zh>[一二三四五六日天])"
    r"|(?P<en>mon|tue|wed|thu|fri|sat|sun)(?:day|sday|nesday|rsday|urday)?\.?(?![a-z]))[\])]?",
    re.IGNORECASE,
)
_WEEKDAYS_EN = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAYS_ZH = "一二三四五六日"
#: Between date and time: blanks, a weekday, a bracket or T. Nothing else makes one clock of both.
_BETWEEN = re.compile(rf"[\sT_,|]*(?:{_WEEKDAY.pattern})?[\s_,|]*", re.IGNORECASE)

_CONFUSED, _ODD_MARK, _LOST_MARK, _OTHER_WEEKDAY, _LEAST = 0.08, 0.03, 0.05, 0.12, 0.7
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


@dataclass(frozen=True, slots=True)
class _Part:
    """A date or a time with what it costs to read it so."""

    begin: int
    end: int
    form: str
    cost: float
    dates: tuple[tuple[str, date], ...] = ()
    clock_s: int | None = None
    padded: bool = True


def read_osd(text: str) -> OsdText | None:
    """The burned-in date and time in a line of text; either may be missing. None for neither."""
    plain = text.translate(_FULL_WIDTH)
    days, clocks = _dates(plain), _clocks(plain)
    whole = [
        one
        for day in days
        for clock in clocks
        for first, second in ((day, clock), (clock, day))
        if first.end <= second.begin and (one := _joined(plain, first, second))
    ]
    parts = [one for part in (*days, *clocks) if (one := _alone(plain, part))]
    found = [one for one in (whole or parts) if one.score >= _LEAST]
    return max(found, key=lambda one: (one.score, one.span[1] - one.span[0]), default=None)


def read_time(text: str) -> OsdText | None:
    """The time in a text that holds nothing else (lost separators are allowed), or None."""
    plain = text.translate(_FULL_WIDTH)
    stripped = plain.strip(" -_.,:;|'")
    forms = (_pattern(form).fullmatch(stripped) for form in (_CLOCK, _CLOCK_ALONE))
    part = next((p for match in forms if match and (p := _clock(match))), None)
    if part is None:
        return None
    at = plain.index(stripped)
    span = (at, at + len(stripped))
    score = round(1.0 - part.cost, 3)
    return OsdText((), part.clock_s, part.form, score, span, span) if score >= _LEAST else None


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


def _dates(plain: str) -> list[_Part]:
    found = []
    for form, pattern in _DATES:
        for match in _pattern(rf"(?<![0-9]){pattern}").finditer(plain):
            if part := _date(match, form):
                found.append(part)
    return found


def _date(match: re.Match[str], form: str) -> _Part | None:
    groups = match.groupdict()
    values = {name: _number(text) for name, text in groups.items()}
    if form == "year_last":
        first, second, year = values["a"], values["b"], values["y"]
        orders = {"dmy": (year, second, first), "mdy": (year, first, second)}
        padded = len(groups["a"]) == len(groups["b"]) == 2
    else:
        orders = {"ymd": (values["y"], values["m"], values["d"])}
        padded = form == "zh" or len(groups["m"]) == len(groups["d"]) == 2
    dates = tuple((order, day) for order, ymd in orders.items() if (day := _day(*ymd)))
    if not dates or (confused := _confusions(groups.values())) > 2:
        return None
    odd = sum(mark in match.group() for mark in ",~·一—–−") if form != "zh" else 0
    odd += form == "zh" and not all(mark in match.group() for mark in "年月日")
    cost = _CONFUSED * confused + _ODD_MARK * odd + _LOST_MARK * (form == "compact")
    return _Part(match.start(), match.end(), _date_form(match, form), cost, dates, padded=padded)


def _date_form(match: re.Match[str], form: str) -> str:
    if form in ("zh", "compact"):
        return {"zh": "Y年M月D日", "compact": "YMD"}[form]
    mark = next((m for m in "-/." if m in match.group()), "-")
    return mark.join("YMD" if form == "ymd" else "DMY")


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if 1970 <= year < 2100 else None
    except ValueError:
        return None


def _clocks(plain: str) -> list[_Part]:
    matches = _pattern(rf"(?<![0-9:.]){_CLOCK}(?![0-9])").finditer(plain)
    # Where the blank is lost, a date runs into the time: 2026-11-2009:30:05.
    glued = _pattern(rf"(?<=[0-9]{{2}}){_CLOCK}(?![0-9])").finditer(plain)
    return [part for match in (*matches, *glued) if (part := _clock(match))]


def _clock(match: re.Match[str]) -> _Part | None:
    groups = match.groupdict()
    texts = [groups[name] for name in ("h", "mi", "se")]
    hour, minute, second = (_number(text) for text in texts)
    half = (groups["half"] or groups["half_after"] or "").lower()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half[0] in "p下" else 0)
    marks = (groups["s1"], groups["s2"])
    written = any(mark and mark in f":∶︰;{_HOUR}" for mark in marks)
    if hour > 23 or minute > 59 or second > 59 or (any(marks) and not written):
        return None
    confused = _confusions(texts)
    if confused > 2:
        return None
    cost = _CONFUSED * confused
    cost += sum(_LOST_MARK if not m else _ODD_MARK * (m not in f":{_HOUR}{_MINUTE}") for m in marks)
    chinese = bool(marks[0] and marks[0] in _HOUR)
    form = ("h时m分s秒" if chinese else "h:m:s") + (" 12h" if half else "")
    form += ".f" if groups.get("fraction") else ""
    clock_s = hour * 3600 + minute * 60 + second
    padded = len(texts[0]) == 2
    return _Part(match.start(), match.end(), form, cost, (), clock_s, padded)


def _number(text: str) -> int:
    return int("".join(_LOOKS_LIKE.get(one, one) for one in text))


def _confusions(texts: Iterable[str]) -> int:
    return sum(one in _LOOKS_LIKE for text in texts for one in text)


def _joined(plain: str, first: _Part, second: _Part) -> OsdText | None:
    """A date and a time with nothing but blanks and a weekday between them."""
    between = _BETWEEN.fullmatch(plain, first.end, second.begin)
    if not between:
        return None
    chinese = "日" in first.form or "秒" in first.form
    if first.end == second.begin and not chinese and not (first.padded and second.padded):
        return None  # 2026-1-29:30:05: who knows where the day ends
    day, clock = (first, second) if first.dates else (second, first)
    begin, end = first.begin, second.end
    weekday = _weekday(between.group())
    after = _pattern(rf"[\s_,|]*(?:{_WEEKDAY.pattern})").match(plain[end:].lower())
    if weekday is None and after:
        weekday, end = _weekday(after.group()), end + after.end()
    dates, other = _on_weekday(day.dates, weekday)
    score = round(1.0 - day.cost - clock.cost - _OTHER_WEEKDAY * other, 3)
    form = " ".join((first.form, second.form))
    return OsdText(dates, clock.clock_s, form, score, (begin, end), (clock.begin, clock.end))


def _alone(plain: str, part: _Part) -> OsdText | None:
    beside = plain[part.end : part.end + 1] + plain[max(0, part.begin - 1) : part.begin]
    if part.form == "YMD" or any(one == ":" or (one.isalnum() and one.isascii()) for one in beside):
        return None  # eight digits, or digits inside a number or name: no clock by themselves
    weekday = _weekday(plain[part.end :]) if part.dates else None
    dates, other = _on_weekday(part.dates, weekday)
    score = round(1.0 - part.cost - _OTHER_WEEKDAY * other, 3)
    span = (part.begin, part.end)
    at = span if part.clock_s is not None else None
    return OsdText(dates, part.clock_s, part.form, score, span, at)


def _weekday(text: str) -> int | None:
    match = _WEEKDAY.search(text)
    if not match:
        return None
    if match["zh"]:
        return _WEEKDAYS_ZH.index(match["zh"].replace("天", "日"))
    return _WEEKDAYS_EN.index(match["en"].lower())


def _on_weekday(
    dates: tuple[tuple[str, date], ...], weekday: int | None
) -> tuple[tuple[tuple[str, date], ...], bool]:
    """The dates that fall on a weekday; all of them, and True, where none does."""
    if weekday is None:
        return dates, False
    fitting = tuple((order, day) for order, day in dates if day.weekday() == weekday)
    return fitting or dates, not fitting
