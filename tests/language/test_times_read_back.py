"""Moments said in any way are read back, and any text can be searched for times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avaudit.domain.time import SHANGHAI
from avaudit.language.clock_forms import STYLES, Style, forms
from avaudit.language.times import SpokenTime, complete, find_times, shown

_ON = datetime(2026, 11, 18, 9, 31, tzinfo=SHANGHAI)
_STATEMENTS = st.sampled_from(
    ["", "我们是青羊镇执法人员李晓红王建国，", "地点是城关村农贸市场东口。", "因群众举报进行检查，",
     "执法证号零四零五一二，", "请您配合。好的，", "他住在三号楼，", "好,我马上就搬,等一会儿。"]
)  # fmt: skip
_PERIODS = ("凌晨",) * 6 + ("上午",) * 6 + ("中午",) + ("下午",) * 6 + ("晚上",) * 5


def numeral(number: int) -> str:
    """A number below a hundred in characters."""
    tens, ones = divmod(number, 10)
    units = "零一二三四五六七八九"[ones] if ones or not tens else ""
    return units if not tens else f"{numeral(tens) if tens > 1 else ''}十{units}"


@st.composite
def spoken(draw: st.DrawFn, moment: datetime) -> str:
    """A moment in one of the many ways in which it is said and written down."""

    def pick(*ways: str) -> str:
        return draw(st.sampled_from(ways))

    def count(number: int) -> str:
        return pick(str(number), numeral(number))

    year = pick(str(moment.year), "".join("零一二三四五六七八九"[int(d)] for d in str(moment.year)))
    date = f"{year}年{count(moment.month)}月{count(moment.day)}{pick('号', '日')}"
    between = pick("", "，", "星期三", "，周五，", "，现在时间是", "北京时间")
    if draw(st.booleans()):
        return (
            date + between + clock(pick, count, moment.hour, (moment.hour + 1) % 24, moment.minute)
        )
    hour = moment.hour % 12 or 12
    said = clock(pick, count, hour, hour % 12 + 1, moment.minute)
    return date + between + _PERIODS[moment.hour] + said


def clock(
    pick: Callable[..., str], count: Callable[[int], str], hour: int, following: int, minute: int
) -> str:
    """A clock without the part of the day; `following` is the hour after `hour`."""
    point = pick("点", "时", "點")
    ways = [
        f"{count(hour)}{point}{count(minute)}分",
        f"{hour}:{minute:02}",
        f"{hour}.{minute:02}分",
    ]
    if minute < 10:
        ways.append(f"{count(hour)}{point}零{numeral(minute) if minute else ''}分")
    if minute > 10:
        ways.append(f"{count(hour)}{point}{count(minute)}")
    named = {0: ("整", "钟整"), 15: ("一刻",), 30: ("半",), 45: ("三刻",)}
    ways += [f"{count(hour)}点{name}" for name in named.get(minute, ())]
    if minute >= 50:
        ways.append(f"差{count(60 - minute)}分{count(following)}点")
    return pick(*ways)


_MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31, 23, 59)).map(
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=SHANGHAI)
)


@given(st.data(), _MOMENTS, _STATEMENTS, _STATEMENTS)
def test_a_moment_is_read_back_from_any_statement(
    data: st.DataObject, moment: datetime, before: str, after: str
) -> None:
    said = data.draw(spoken(moment))
    (found,) = find_times(before + said + after)
    assert (found.year, found.month, found.day) == (moment.year, moment.month, moment.day)
    assert found.minute == moment.minute
    assert found.hour == moment.hour or (found.hour_ambiguous and found.hour == 12)
    assert (found.begin, found.text, found.damaged) == (len(before), said, False)
    assert moment in complete(found, _ON).readings


@given(st.data(), _MOMENTS)
def test_what_was_not_said_comes_from_the_clock(data: st.DataObject, moment: datetime) -> None:
    said = data.draw(spoken(moment)).partition("年")[2]
    (found,) = find_times(said)
    assert found.year is None
    completed = complete(found, moment)
    assert completed.filled == ("year",)
    assert moment in completed.readings


_PIECES = """
零 〇 一 二 两 三 九 十 廿 百 万 半 0 1 2 6 9 20 2026 ０ 年 月 日 号 點 点 点钟 时 分 秒 刻 整 差 过
多 左右 大约 上午 下午 晚上 凌晨 上五 今 昨 今天 明天 星期 周 现在是 时间 的 是 时 事 ： : . -
/ ， 。
小时 个 意见 去年 上个月 内
""".split()
_ANY = st.one_of(st.text(max_size=40), st.lists(st.sampled_from(_PIECES), max_size=14).map("".join))


_CLOCKS = st.datetimes(
    datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.sampled_from([None, UTC, SHANGHAI])
)


@given(_ANY, _CLOCKS)
def test_any_text_can_be_searched_for_times(text: str, on: datetime) -> None:
    end = 0
    for time in find_times(text):
        assert end <= time.begin < time.end <= len(text)
        assert text[time.begin : time.end] == time.text
        assert len(shown(time)) == 16
        assert time.hour in (None, *range(24))
        assert time.minute in (None, *range(60))
        assert time.damaged or time != SpokenTime(begin=time.begin, end=time.end, text=time.text)
        if datetime(2, 1, 1) < on.replace(tzinfo=None) < datetime(9998, 1, 1):
            assert all(
                reading.tzinfo == on.tzinfo or on.tzinfo for reading in complete(time, on).readings
            )
        end = time.end


@pytest.mark.parametrize("style", STYLES, ids=str)
def test_every_way_to_write_a_clock_is_read_as_that_clock(style: Style) -> None:
    """What a line-up says was heard is shown to people as the time that it means."""
    for clock in product(range(24), range(60)):
        for form in forms(clock, style):
            if len(form) < 3:
                continue
            (read,) = find_times(form)
            assert read.hour is not None
            assert (read.hour % 12, read.minute or 0) == (clock[0] % 12, clock[1]), form
