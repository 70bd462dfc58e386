"""Working days with make-up days, terms across holidays, and what nobody knows yet."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avaudit.domain.time import SHANGHAI
from avaudit.domain.workdays import Deadline
from avaudit.workdays.calendar import LISTED, WorkCalendar

_A_DAY = timedelta(days=1)
PLANS = WorkCalendar()
DAYS = st.dates(date(2003, 6, 1), date(2028, 12, 31))
NUMBERS = st.integers(1, LISTED)


@st.composite
def _calendars(draw: st.DrawFn) -> WorkCalendar:
    works = draw(st.dictionaries(DAYS, st.booleans(), max_size=30))
    complete = draw(st.frozensets(st.integers(2003, 2028), max_size=3))
    return WorkCalendar(works, complete)


def _end(after: date, number: int, calendar: WorkCalendar = PLANS) -> Deadline:
    term = calendar.term(after)
    assert term is not None
    return term.deadline(number)


#: The State Council's plans: 国办发明电〔2023〕7号, 〔2024〕12号, 〔2025〕7号.
@pytest.mark.parametrize(
    ("after", "end"),
    [
        ("2024-09-30", "2024-10-09"),  # 1 to 7 October off, 8 and 9 worked
        ("2024-10-11", "2024-10-14"),  # Saturday the 12th is a make-up day
        ("2025-01-24", "2025-01-27"),  # Sunday the 26th is one as well
        ("2025-01-27", "2025-02-06"),  # Spring Festival 28 January to 4 February
        ("2024-12-31", "2025-01-03"),  # New Year's Day alone
        ("2026-02-13", "2026-02-24"),  # Saturday the 14th worked, off from 15 to 23 February
        ("2026-11-20", "2026-11-24"),  # a Friday
        ("2026-11-21", "2026-11-24"),  # a Saturday: the day of recording never counts
    ],
)
def test_two_working_days_across_holidays(after: str, end: str) -> None:
    assert _end(date.fromisoformat(after), 2) == Deadline(date.fromisoformat(end))


def test_days_that_no_plan_knows_are_provisional() -> None:
    assert _end(date(2027, 6, 11), 2) == Deadline(date(2027, 6, 15), provisional=True)
    assert _end(date(2003, 6, 13), 2) == Deadline(date(2003, 6, 17), provisional=True)


def test_the_next_plan_may_still_move_the_last_days_of_a_year() -> None:
    assert not _end(date(2026, 12, 24), 2).provisional
    assert _end(date(2026, 12, 28), 2).provisional
    known = WorkCalendar(complete=frozenset({2026, 2027}))
    assert _end(date(2026, 12, 30), 2, known) == Deadline(date(2027, 1, 1))


def test_days_at_the_edge_of_the_calendar_have_no_term() -> None:
    assert PLANS.term(date(1899, 12, 31)) is None
    assert PLANS.term(date.max) is None


def test_two_years_of_rest_has_no_term() -> None:
    never = WorkCalendar({date(2998, 1, 1) + n * _A_DAY: False for n in range(731)})
    assert never.term(date(2998, 1, 1)) is None


@given(_calendars(), DAYS, NUMBERS)
def test_a_term_agrees_with_counting(calendar: WorkCalendar, after: date, number: int) -> None:
    day, counted, provisional = after, 0, False
    while counted < number:
        day += _A_DAY
        provisional = provisional or calendar.is_provisional(day)
        counted += calendar.is_worked(day)
    assert _end(after, number, calendar) == Deadline(day, provisional)


@given(_calendars(), DAYS, DAYS, NUMBERS)
def test_who_begins_later_ends_no_earlier(
    calendar: WorkCalendar, one: date, other: date, number: int
) -> None:
    first, last = sorted((one, other))
    assert _end(first, number, calendar).day <= _end(last, number, calendar).day


@given(_calendars(), DAYS, st.integers(1, LISTED - 1))
def test_a_longer_term_ends_later_and_never_on_a_rest_day(
    calendar: WorkCalendar, after: date, number: int
) -> None:
    end, next_end = _end(after, number, calendar).day, _end(after, number + 1, calendar).day
    assert after < end < next_end
    assert calendar.is_worked(end)


@given(_calendars())
def test_what_the_township_says_of_a_day_holds(calendar: WorkCalendar) -> None:
    for day, worked in calendar.works.items():
        assert calendar.is_worked(day) is worked
        assert not calendar.is_provisional(day)


@given(DAYS, st.datetimes(datetime(2003, 6, 1), datetime(2029, 1, 31)), NUMBERS)
def test_a_term_is_over_when_its_last_day_is(after: date, moment: datetime, number: int) -> None:
    now = moment.replace(tzinfo=SHANGHAI)
    term = PLANS.term(after, now)
    assert term is not None
    assert term.over(number) == (now.date() > term.deadline(number).day)
    assert term.over(number) or not term.surely_over(number)


@given(st.dates(date(2004, 1, 1), date(2026, 12, 1)), st.integers(1, 4))
def test_ten_provisional_days_hold_four_true_ones(after: date, number: int) -> None:
    """What `surely_over` and `surely_after` rest upon, asked of every plan there is."""
    days, day = 0, after
    while days < LISTED:
        day += _A_DAY
        days += day.weekday() < 5
    assert _end(after, number).day <= day


def test_another_zone_is_the_same_day() -> None:
    """16:00 in London is already the next day in Shanghai."""
    london = datetime.fromisoformat("2026-11-24T16:00:00+00:00")
    term = PLANS.term(date(2026, 11, 20), london)
    assert term is not None
    assert term.over(2)
