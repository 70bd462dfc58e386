"""Burned-in dates and times: every format read back, confusions of recognisers, and no clocks."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avaudit.language.osd_text import read_osd, read_time
from support.clocks import FORMS

_moments = st.datetimes(datetime(2011, 1, 1), datetime(2099, 12, 31)).map(
    lambda at: at.replace(microsecond=at.microsecond // 100_000 * 100_000)
)
_dated = st.sampled_from(sorted(set(FORMS) - {"time", "two_lines"}))
_CONFUSED = {"0": "OoQD", "1": "Il|i!", "2": "Zz", "5": "Ss", "8": "B"}


def _seconds(at: datetime) -> int:
    return at.hour * 3600 + at.minute * 60 + at.second


@given(_moments, _dated)
def test_every_format_is_read_back(at: datetime, form: str) -> None:
    read = read_osd(FORMS[form](at))
    assert read is not None
    assert (read.clock_s, read.score) == (_seconds(at), 1.0)
    assert at.date() in dict(read.dates).values()


@given(_moments, _dated)
def test_lost_blanks_change_nothing(at: datetime, form: str) -> None:
    read = read_osd(FORMS[form](at).replace(" ", ""))
    assert read is not None
    assert read.clock_s == _seconds(at)
    assert at.date() in dict(read.dates).values()


@given(_moments)
def test_two_lines_are_a_date_and_a_time(at: datetime) -> None:
    above, below = (read_osd(line) for line in FORMS["two_lines"](at).split("\n"))
    assert above is not None
    assert below is not None
    assert (dict(above.dates)["ymd"], above.clock_s) == (at.date(), None)
    assert (below.dates, below.clock_s) == ((), _seconds(at))


@given(_moments, _dated, st.data())
def test_a_confused_digit_is_what_it_looks_like(
    at: datetime, form: str, data: st.DataObject
) -> None:
    text = FORMS[form](at)
    read = read_osd(text)
    assert read is not None
    begin, end = read.time_span or (0, 0)
    places = [k for k in range(begin, min(end, begin + 8)) if text[k] in _CONFUSED]
    if not places:
        return
    k = data.draw(st.sampled_from(places))
    wrong = text[:k] + data.draw(st.sampled_from(_CONFUSED[text[k]])) + text[k + 1 :]
    confused = read_osd(wrong)
    assert confused is not None
    assert confused.clock_s == read.clock_s
    assert confused.score < read.score


@given(_moments, st.sampled_from(["{:%H:%M:%S}", "{:%H%M%S}", "{:%H:%M%S}", "{:%I:%M:%S %p}"]))
def test_a_time_alone_may_lose_its_marks(at: datetime, form: str) -> None:
    read = read_time(form.format(at))
    assert read is not None
    assert read.clock_s == _seconds(at)


@given(st.text(max_size=40))
def test_any_text_is_read_or_not(text: str) -> None:
    for read in (read_osd(text), read_time(text)):
        if read is not None:
            assert read.clock_s is None or 0 <= read.clock_s < 86400
            assert 0.7 <= read.score <= 1


@given(_moments, st.integers(0, 18), st.characters(categories=["L"]).filter(str.isalpha))
def test_no_digit_is_made_up(at: datetime, place: int, letter: str) -> None:
    """A letter that looks like no digit ends the reading of what it stands in."""
    text = f"{at:%Y-%m-%d %H:%M:%S}"
    if not text[place].isdigit() or letter in "".join(_CONFUSED.values()):
        return
    read = read_osd(text[:place] + letter + text[place + 1 :])
    whole = read is not None and bool(read.dates) and read.clock_s is not None
    assert not whole


@pytest.mark.parametrize(
    ("text", "day", "clock"),
    [
        ("2026午11月20日09:3O:O5", "2026-11-20", "09:30:05"),
        ("２０２６年１１月２０日　０９：３０：０５", "2026-11-20", "09:30:05"),
        ("2026-11-20 下午 02:30:05", "2026-11-20", "14:30:05"),
        ("2026-11-20 上午 12:00:05", "2026-11-20", "00:00:05"),
        ("2026-11-20 12:00:05 PM", "2026-11-20", "12:00:05"),
        ("2026-11-20 09时30分05秒", "2026-11-20", "09:30:05"),
        ("DSJ-A3 0001234 2026-11-20 09:30:05 CH01", "2026-11-20", "09:30:05"),
        ("2026-11-20T09:30:05+08:00", "2026-11-20", "09:30:05"),
        ("2026.11.20 09:30:05:12", "2026-11-20", "09:30:05"),
        ("20261120 09:30:05", "2026-11-20", "09:30:05"),
        ("09:30:05 11/20/2026", "2026-11-20", "09:30:05"),
    ],
)
def test_texts_of_cameras(text: str, day: str, clock: str) -> None:
    read = read_osd(text)
    assert read is not None
    assert [one.isoformat() for _, one in read.dates] == [day]
    assert str(timedelta(seconds=read.clock_s or 0)).zfill(8) == clock


@pytest.mark.parametrize(
    "text",
    [
        "DSJ-A3_0001234", "警号 012345", "093005", "192.168.1.100", "0512-66123456", "V1.02.03",
        "2026-1-29:30:05", "12-34-56", "2026-13-20", "25:30:05", "09:61:05", "1920x1080", "",
        "20261120", "A09:30:05B",
    ],
)  # fmt: skip
def test_what_is_no_clock(text: str) -> None:
    assert read_osd(text) is None


def test_day_and_month_that_may_be_either_are_both_kept_until_a_weekday_tells() -> None:
    either = read_osd("05/06/2026 09:30:05")
    told = read_osd("05/06/2026 Fri 09:30:05")
    assert either is not None
    assert told is not None
    assert dict(either.dates) == {"dmy": date(2026, 6, 5), "mdy": date(2026, 5, 6)}
    assert dict(told.dates) == {"dmy": date(2026, 6, 5)}


@pytest.mark.parametrize("text", ["2 09:30:05", "209:30:05", "09.30.05", "0930 05 1"])
def test_what_may_be_more_than_a_time_is_none(text: str) -> None:
    assert read_time(text) is None
