"""The clock within a spoken time: 九点三十分, 差五分九点, 9:30, and what only looks like one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from avaudit.language import time_words as words
from avaudit.language.numbers import NUMERALS, parse_number

_N = f"[{NUMERALS}]"
_OR_NOT = r"\s?"
_ABOUT = f"(?:(?P<about>(?<![{words.BEFORE_ABOUT}])约|{'|'.join(words.ABOUT[:-1])}){_OR_NOT})?"
_NEARLY = f"(?:{_OR_NOT}(?P<nearly>{'|'.join(words.NEARLY)}))?"
_MINUTE = rf"(?P<minute>{_N}{{1,3}}){_OR_NOT}分钟?(?:{_OR_NOT}{_N}{{1,3}}秒)?"
_VERY = f"(?!十分(?:{'|'.join(words.AFTER_VERY)}))"

_SAID = re.compile(
    f"""
    {_ABOUT}
    (?:差{_OR_NOT}(?:(?P<to>{_N}{{1,3}}){_OR_NOT}分钟?|(?P<quarter_to>一刻钟?)){_OR_NOT})?
    (?P<hour>{_N}{{1,4}}){_OR_NOT}(?P<mark>点钟|点|时(?![{words.AFTER_HOUR}]))
    (?:{_OR_NOT}(?:
        (?P<sharp>整(?![{words.AFTER_SHARP}]))
        | (?P<half>半(?![{words.AFTER_HALF}]))
        | 过?(?P<quarter>[一二两三123])刻钟?
        | 差{_OR_NOT}(?:(?P<short>{_N}{{1,3}}){_OR_NOT}分钟?|(?P<quarter_short>一刻钟?))
        | (?P<some>{_N}{{0,2}}[几来]分)
        | 过?{_VERY}{_MINUTE}
        | [,，、]{_OR_NOT}{_VERY}(?P<paused>{_N}{{1,3}})分(?!钟)
        | [{words.SOUNDS_LIKE_TEN}](?P<lost>{_N})分
        | 过?(?P<bare>零{_N}|{_N}{{2,3}})(?!{_N}|[{words.COUNTERS}])
    ))?
    {_NEARLY}
    """,
    re.VERBOSE,
)
_WRITTEN = re.compile(
    rf"{_ABOUT}(?P<hour>[0-9]{{1,2}})"
    rf"(?::(?P<minute>[0-9]{{2}})(?::[0-9]{{2}})?(?:{_OR_NOT}分)?|:(?P<single>[0-9])分"
    rf"|\.(?P<dotted>[0-9]{{2}}){_OR_NOT}分(?!钟)|\.(?P<price>[0-9]{{2}})(?!\.|年|[{words.COUNTERS}]))"
    rf"(?![0-9:]){_NEARLY}"
)
# A day or an hour, and the minutes after it: 16日10分 was 十六时二十分.
_DAY_FOR_HOUR = re.compile(
    rf"{_N}{{1,3}}日{_OR_NOT}{_N}{{1,3}}(?:分(?!钟)|(?=[{words.FILLER_MARKS}]|$))"
)
_MINUTES_ALONE = re.compile(rf"{_OR_NOT}{_N}{{1,3}}分(?!钟)")

_STRAY = re.compile(f"{_N}+")
_TWO_HOURS = re.compile("十?(?:一[二两]|[二两]三|三四|四五|五六|六七|七八|八九)")
_POINTS_BEFORE = re.compile(f"(?:{words.BEFORE_POINTS})$")
_POINTS_AFTER = re.compile("|".join(words.AFTER_POINTS))
_A_BIT_AFTER = re.compile(words.AFTER_A_BIT)


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock as said, before the part of the day is applied.

    `hour` is 0 to 24, `minute` 0 to 59, both None where unsaid or unreadable; `earlier` are minutes
    to take off (差五分). `firm` clocks are times wherever they stand; the others only where nothing
    speaks against it, and those that are `doubtful` only after something that announces a time.
    What is `never` a time was matched only so that nothing else reads it.
    """

    hour: int | None
    minute: int | None
    earlier: int = 0
    approximate: bool = False
    damaged: bool = False
    firm: bool = True
    doubtful: bool = False
    never: bool = False


def read_clock(plain: str, at: int) -> tuple[Clock, int] | None:
    """The clock that begins at `at`, and where it ends; None where none begins there."""
    if written := _WRITTEN.match(plain, at):
        return _written(written)
    said = _SAID.match(plain, at)
    return None if said is None else (_said(plain, said), said.end())


def read_lost_clock(plain: str, at: int, *, after_month: bool, after_day: bool) -> int | None:
    """Where a clock ends that begins at `at` and lost its hour; None where none begins there."""
    lost = _MINUTES_ALONE.match(plain, at) if after_day else None
    if lost is None and not after_month:
        lost = _DAY_FOR_HOUR.match(plain, at)
    return None if lost is None else lost.end()


def _written(match: re.Match[str]) -> tuple[Clock, int] | None:
    minute = next(match[name] for name in ("minute", "single", "dotted", "price") if match[name])
    if int(match["hour"]) > 24 or int(minute) > 59:
        return None
    clock = Clock(
        int(match["hour"]),
        int(minute),
        approximate=bool(match["about"] or match["nearly"]),
        firm=not match["price"],
        doubtful=bool(match["price"]),
    )
    return clock, match.end()


def _said(plain: str, match: re.Match[str]) -> Clock:
    two_hours = _TWO_HOURS.fullmatch(match["hour"]) is not None
    hour = None if two_hours else _within(match["hour"], 24)
    minute, minute_lost = _minute(match)
    earlier = _earlier(match)
    stray, counted = _stray(plain, match)
    about = match["about"] not in (None, *words.NO_ABOUT_FOR_ONE) or bool(match["nearly"])
    unread = hour is None and not two_hours
    told = "sharp half quarter some minute paused lost to quarter_to short quarter_short"
    firm = about or match["mark"] == "点钟" or any(match[name] for name in told.split())
    return Clock(
        hour,
        None if earlier is None else minute,
        earlier or 0,
        approximate=bool(two_hours or match["about"] or match["nearly"] or match["some"]),
        damaged=unread or minute_lost or earlier is None or (len(stray) == 1 and not counted),
        firm=firm,
        doubtful=bool(stray) or unread or _counts_points(plain, match),
        never=not firm and _is_a_bit(plain, match),
    )  # fmt: skip


def _minute(match: re.Match[str]) -> tuple[int | None, bool]:
    """Minutes past the hour (None: not said), and whether some were said that cannot be read."""
    if match["sharp"]:
        return 0, False
    if match["half"]:
        return 30, False
    if match["quarter"]:
        return 15 * (parse_number(match["quarter"]) or 0), False
    if match["to"] or match["quarter_to"] or match["short"] or match["quarter_short"]:
        return 0, False
    said = match["minute"] or match["paused"] or match["bare"]
    minute = _within(said, 59) if said else None
    return minute, bool(match["lost"] or (said and minute is None))


def _earlier(match: re.Match[str]) -> int | None:
    """Minutes that are missing to the hour; None where they cannot be read."""
    if match["quarter_to"] or match["quarter_short"]:
        return 15
    said = match["to"] or match["short"]
    return _within(said, 59) if said else 0


def _within(numeral: str, most: int) -> int | None:
    number = parse_number(numeral)
    return number if number is not None and number <= most else None


def _stray(plain: str, match: re.Match[str]) -> tuple[str, bool]:
    """Numerals right after a clock without minutes, and whether they count something.

    九点五 is a decimal fraction or a minute cut short; 九点三名 is nine o'clock and three people.
    A year that follows is neither.
    """
    stray = _STRAY.match(plain, match.end())
    if stray is None or match["minute"] or match["paused"] or plain.startswith("年", stray.end()):
        return "", False
    return stray.group(), plain.startswith(tuple(words.COUNTERS), stray.end())


def _counts_points(plain: str, match: re.Match[str]) -> bool:
    """Whether 点 may count points made (三点要求) or is only a bit of something (一点)."""
    hour = parse_number(match["hour"]) or 0
    before = plain[max(0, match.start() - 4) : match.start()]
    return (
        (hour == 1 and not match["bare"])
        or _POINTS_AFTER.match(plain, match.end()) is not None
        or (hour <= words.MAX_POINTS and _POINTS_BEFORE.search(before) is not None)
    )


def _is_a_bit(plain: str, match: re.Match[str]) -> bool:
    """Whether 一点 is "a bit" whatever announces it: 早一点, 一点都没有."""
    if parse_number(match["hour"]) != 1 or match["bare"]:
        return False
    return (
        match["about"] in words.NO_ABOUT_FOR_ONE
        or plain[match.start() - 1 : match.start()] in (*words.SHORT_PERIODS, *"快慢多少好有")
        or _A_BIT_AFTER.match(plain, match.end()) is not None
    )
