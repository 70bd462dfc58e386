"""Dates and times as they are said and misheard, and what only looks like them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from avaudit.domain.time import SHANGHAI
from avaudit.language.times import Completed, complete, find_times, shown

# One to a line: the text | each time in it | flags of the last one: ambiguous, about, damaged.
_SAID = """
现在是二零二六年十一月二十号上午九点三十分 | 2026-11-20 09:30
二零二六年十一月十八日上午九点三十分，地点是青羊镇城关村 | 2026-11-18 09:30
现在时间是二零二六年十一月十八日下午两点十五分地点是河西村 | 2026-11-18 14:15
现在是二零二六年十一月十九日上午十点整，地点是询问室 | 2026-11-19 10:00
二零二六年十一月二十日上午九点零一分 | 2026-11-20 09:01
现在是二零二六年十一月二十日上午九点，地点是河西村村口 | 2026-11-20 09:--
2026年11月20日9点30分 | 2026-11-20 09:30 | ambiguous
2026年11月20日上午9.01分 | 2026-11-20 09:01
2026年11月18日下午2.16分 | 2026-11-18 14:16
2026年 11月 18日 上午 9点 30分 | 2026-11-18 09:30
２０２６年１１月１８日１５：３０ | 2026-11-18 15:30
2026-11-18 15:30:15 | 2026-11-18 15:30
2026/11/18 14:05 | 2026-11-18 14:05
2026.11.18 | 2026-11-18 --:--
二〇二六年一月一日零时 | 2026-01-01 00:--
两千零二十六年十一月十八日 | 2026-11-18 --:--
20二六年11月18日 | 2026-11-18 --:--
二零二六年十一月18号 | 2026-11-18 --:--
今天是二六年十一月十八号 | 2026-11-18 --:--
20:26年11月18日 | 2026-11-18 --:--
2016年11月18日 | 2016-11-18 --:--
2026年的11月18日 | 2026-11-18 --:--
2026年11月 | 2026-11--- --:--
2026年 | 2026------ --:--
11月18日 | ---- 11-18 --:--
11月十八號 | ---- 11-18 --:--
11月18上午9点 | ---- 11-18 09:--
十一月十八号九点半 | ---- 11-18 09:30 | ambiguous
十一月十二号院子里 | ---- 11-12 --:--
十一月份 | ---- 11--- --:--
八月八号八点八分 | ---- 08-08 08:08 | ambiguous
12月31日23点59分 | ---- 12-31 23:59
今天是2026年11月18号，星期三，现在时间是上午九点半 | 2026-11-18 09:30
二零二六年十一月十八日星期三北京时间十五时三十分 | 2026-11-18 15:30
2026年11月18日，周三，9:30，我们是执法人员 | 2026-11-18 09:30 | ambiguous
现在时间是，二零二六年，十一月十八日，上午，九点，三十分 | 2026-11-18 09:30
今天是11月18号。现在是九点半。 | ---- 11-18 09:30 | ambiguous
今天是十八号上午九点 | ---- ---18 09:--
本月18号上午九点 | ---- ---18 09:--
今天十八号 | ---- ---18 --:--
星期三九点三十分 | ---- ----- 09:30 | ambiguous
是上午9点整。11月18号检查过 | ---- ----- 09:00; ---- 11-18 --:--
上午8点半到下午5点半 | ---- ----- 08:30; ---- ----- 17:30
从9点到10点 | ---- ----- 09:--; ---- ----- 10:-- | ambiguous
9:30 | ---- ----- 09:30 | ambiguous
9:30分 | ---- ----- 09:30 | ambiguous
9:5分 | ---- ----- 09:05 | ambiguous
9.30分 | ---- ----- 09:30 | ambiguous
上午9.30 | ---- ----- 09:30
下午2:15 | ---- ----- 14:15
16:01 | ---- ----- 16:01
九點三十分 | ---- ----- 09:30 | ambiguous
上午9点三十 | ---- ----- 09:30
十五点三十八 | ---- ----- 15:38
十五點三八 | ---- ----- 15:38
十六点零一 | ---- ----- 16:01
九点〇五 | ---- ----- 09:05 | ambiguous
九点零五分 | ---- ----- 09:05 | ambiguous
九点过五分 | ---- ----- 09:05 | ambiguous
十六点整 | ---- ----- 16:00
十六点一刻 | ---- ----- 16:15
十六点三刻 | ---- ----- 16:45
16点半 | ---- ----- 16:30
差五分九点 | ---- ----- 08:55 | ambiguous
差五分钟一点 | ---- ----- 12:55 | ambiguous
九点差一刻 | ---- ----- 08:45 | ambiguous
下午差五分两点 | ---- ----- 13:55
十六点二十五分五十秒 | ---- ----- 16:25
九点钟 | ---- ----- 09:-- | ambiguous
两点 | ---- ----- 02:-- | ambiguous
十六时 | ---- ----- 16:--
零点三十分 | ---- ----- 00:30
上午九点 | ---- ----- 09:--
下午两点 | ---- ----- 14:--
下午一点 | ---- ----- 13:--
下午16点01分 | ---- ----- 16:01
下午十二点半 | ---- ----- 12:30
中午十二点 | ---- ----- 12:--
上午十二点 | ---- ----- 12:--
中午1点20 | ---- ----- 13:20
凌晨十二点 | ---- ----- 00:--
半夜十二点 | ---- ----- 00:--
晚上十二点 | ---- ----- 00:--
晚上八点 | ---- ----- 20:--
夜里两点 | ---- ----- 02:--
傍晚六点半 | ---- ----- 18:30
早八点半 | ---- ----- 08:30
昨晚十一点 | ---- ----- 23:--
晚上五点 | ---- ----- 17:--
一点半 | ---- ----- 01:30 | ambiguous
一点三十 | ---- ----- 01:30 | ambiguous
一点多 | ---- ----- 01:-- | ambiguous about
现在是一点 | ---- ----- 01:-- | ambiguous
九点多 | ---- ----- 09:-- | ambiguous about
快九点了 | ---- ----- 09:-- | ambiguous about
预约九点 | ---- ----- 09:-- | ambiguous
大约上午九点 | ---- ----- 09:-- | about
下午3点左右 | ---- ----- 15:-- | about
十六点十几分 | ---- ----- 16:-- | about
八九点 | ---- ----- --:-- | about
上五9点 | ---- ----- 09:--
上舞9点 | ---- ----- 09:--
下舞三点二十分 | ---- ----- 15:20
上午九点三名执法人员 | ---- ----- 09:--
上午三点要求他到场 | ---- ----- 03:--
现在12.02.6年是1月20日上午9点 | ---- ---20 09:-- | damaged
现在是12.02.6年 | ---- ----- --:-- | damaged
6年11月18日 | ---- 11-18 --:-- | damaged
226年11月18日 | ---- 11-18 --:-- | damaged
20年11月18日 | ---- 11-18 --:-- | damaged
二零二六十一月十八日上午九点 | ---- ---18 09:-- | damaged
2026年是1月18日 | 2026----18 --:-- | damaged
2026年时1月18日 | 2026----18 --:-- | damaged
2026年11月是8日 | 2026-11--- --:-- | damaged
上午是1点30分 | ---- ----- --:30 | damaged
九点是5分 | ---- ----- 09:-- | ambiguous damaged
去年十一月十八号 | ---- 11-18 --:-- | damaged
上个月18号上午九点 | ---- ---18 09:-- | damaged
16日10分 | ---- ----- --:-- | damaged
16日20，地点是 | ---- ----- --:-- | damaged
11月16日10分 | ---- 11-16 --:-- | damaged
11月18日16日20分 | ---- 11-18 --:-- | damaged
十一月二十九点三十分 | ---- 11--- --:30 | damaged
25点30分 | ---- ----- --:30 | damaged
九点七十分 | ---- ----- 09:-- | ambiguous damaged
上午15点 | ---- ----- --:-- | damaged
上午九点五 | ---- ----- 09:-- | damaged
上午九点十分感谢您 | ---- ----- 09:-- | damaged
差七十分九点 | ---- ----- 09:-- | ambiguous damaged
二十四点 | ---- ----- --:-- | damaged
13月20日 | ---- 13-20 --:--
2月30日 | ---- 02-30 --:--
"""
_NOT_TIMES = """
三小时 两个小时 半小时 30分钟 三刻钟 三天 三个月 十年 一百二十年 三十秒 多等几分钟 24小时
20时候 我讲三点意见 两点要求 三点整改意见 以下三点 第一点 第1点要求 这两点 有两点 说两点
三点原因 五点建议 快一点 有一点 一点点 早点来 早一点 晚一点来 晚1点 往左边一点 多一点 慢一点
一点都没有 下午一点都没卖 现在是一点办法都没有 一点儿 一时冲动 马上五十点 五十点 百分之三点五
百分之九点五 九点五公里 三点五 一点五米 三点一四公里 2.5公里 9.30元 9.9折 十二点五十块钱
罚款三百元 一块二都是早上刚摘的 十二号院 三号楼 第6号 今天三号院检查 执法证3号 编号为十二号
每月十五号 三日内改正 自收到之日起六十日内 青综执强〔2026〕第6号 农历十月初八 三月租金 周三
星期天 今天天气不错 今天上午 去年来过 执法证号零四零五一二 040514-040515 13800138000
130102199001011234 DSJ-A3_0001234 一会儿 十分感谢 16:9 40:70 地点是青羊镇 时间
"""
_ON = datetime(2026, 11, 18, 9, 31, 12, tzinfo=SHANGHAI)


@pytest.mark.parametrize("line", _SAID.strip().splitlines())
def test_a_time_is_read_as_said(line: str) -> None:
    text, times, *flags = (field.strip() for field in line.split("|"))
    found = find_times(text)
    assert "; ".join(shown(time) for time in found) == times
    last = found[-1]
    assert last.hour_ambiguous is ("ambiguous" in "".join(flags))
    assert last.approximate is ("about" in "".join(flags))
    assert last.damaged is ("damaged" in "".join(flags))


@pytest.mark.parametrize("text", _NOT_TIMES.split())
def test_what_looks_like_a_time_is_none(text: str) -> None:
    assert find_times(text) == []


def test_words_that_go_with_a_time_are_kept() -> None:
    (found,) = find_times("我们于昨晚十一点，到达")
    assert (found.day_word, found.period, found.text) == ("昨天", "晚上", "昨晚十一点")
    (found,) = find_times("星期三，上舞9點三十分，星期三")
    assert (found.day_word, found.period, found.text) == ("", "上午", "上舞9點三十分")


@pytest.mark.parametrize(
    ("text", "filled", "readings"),
    [("2026年11月18日上午9点30分", "", "2026-11-18 09:30"),
     ("上午九点三十分", "year month day", "2026-11-18 09:30"),
     ("九点三十分", "year month day", "2026-11-18 09:30, 2026-11-18 21:30"),
     ("十二点半", "year month day", "2026-11-18 00:30, 2026-11-18 12:30"),
     ("十五点", "year month day minute", "2026-11-18 15:31"),
     ("11月17日", "year hour minute", "2026-11-17 09:31"),
     ("昨天晚上八点整", "year month day", "2026-11-17 20:00"),
     ("今天是11月17日", "year hour minute", "2026-11-17 09:31"),
     ("晚上十二点整", "year month day", "2026-11-18 00:00, 2026-11-19 00:00"),
     ("凌晨一点整", "year month day", "2026-11-18 01:00"),
     ("13月20日", "year hour minute", ""), ("2月30日九点", "year minute", ""),
     ("2月29日上午9点整", "year", ""), ("16日10分", "year month day hour minute", "")],
)  # fmt: skip
def test_the_recordings_clock_tells_what_was_not_said(
    text: str, filled: str, readings: str
) -> None:
    (spoken,) = find_times(text)
    completed = complete(spoken, _ON)
    assert " ".join(completed.filled) == filled
    assert ", ".join(f"{moment:%Y-%m-%d %H:%M}" for moment in completed.readings) == readings
    assert all(moment.tzinfo is SHANGHAI for moment in completed.readings)
    assert complete(spoken, _ON.astimezone(UTC)) == completed
    naive = tuple(moment.replace(tzinfo=None) for moment in completed.readings)
    assert complete(spoken, _ON.replace(tzinfo=None)) == Completed(completed.filled, naive)


def test_the_ends_of_the_calendar_give_no_reading() -> None:
    (yesterday,) = find_times("昨天上午九点")
    assert complete(yesterday, datetime.min).readings == ()
