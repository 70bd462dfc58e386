"""Times that a recogniser wrote wrongly: settled by a line-up, and read back with their dates."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from avaudit.checks._declare import all_checks
from avaudit.checks._run import bind
from avaudit.domain.finding import Measured, Observation
from avaudit.domain.media import ClockReading, Clocks, ClockSource
from avaudit.domain.register import Expected
from avaudit.domain.signal import DigitalSilence, LineUp, Ranking, Segment, Speech, Transcript
from avaudit.domain.time import SHANGHAI, Span
from avaudit.rules.load import load_rulebook

_RULE = "statement.time"
_WINDOW = Span(0.0, 30.0)
_AT = datetime(2026, 4, 13, 9, 40, tzinfo=SHANGHAI)


def _judged(text: str, lineup: LineUp | None) -> Measured:
    segment = Segment(1.0, 15.0, text, (), -0.3, 0.01, 1.1)
    (rule,) = (b for b in bind(load_rulebook("qingyang")) if b.rule.id == _RULE)
    told: Any = all_checks()[_RULE].function(
        transcript=Transcript("m", (_WINDOW,), (segment,)),
        speech=Speech((_WINDOW,), (Span(1.0, 15.0),), -20.0, -50.0),
        silence=DigitalSilence((_WINDOW,), (), -120.0),
        expected=Expected(),
        clocks=Clocks((ClockReading(ClockSource.FILENAME, _AT, ""),)),
        lineup=lineup,
        params=rule.params,
    )
    assert isinstance(told, Measured)
    return told


def _settled(text: str, won: str) -> Observation:
    """The answer where one reading is the most probable by far, wherever it is asked for."""
    rankings = []
    for question in _judged(text, None).questions:
        best = won if won in question.readings else None
        scores = [-5.0 if reading == best else -20.0 for reading in question.readings]
        rankings.append(Ranking(question, tuple(scores)))
    lineup = LineUp("m", tuple(rankings))
    (seen,) = _judged(text, lineup).observations
    return seen


@pytest.mark.parametrize(
    ("heard", "code", "value"),
    [
        ("执法记录，4月13日上午就点40分，在粮站门口", "confirmed", "---- 04-13 09:40"),
        ("执法记录，上午就点40分，在粮站门口", "confirmed", "---- ----- 09:40"),
        ("执法记录，4月23日上午就点40分，在粮站门口", "unsure", "---- 04-23 09:40"),
    ],
)
def test_a_time_that_won_is_read_with_its_date_and_held_against_the_clock(
    heard: str, code: str, value: str
) -> None:
    seen = _settled(heard, "9点40分")
    assert (seen.code, seen.measured["value"]) == (code, value)
    assert "就点40分" in str(seen.measured["heard"])


def test_a_time_that_lost_stays_unsure() -> None:
    seen = _settled("执法记录，4月13日上午就点40分，在粮站门口", "9点20分")
    assert seen.code == "unsure"


@pytest.mark.parametrize(
    ("won", "code", "value"),
    [
        ("4月13日", "confirmed", "---- 04-13 09:40"),
        ("4月14日", "unsure", "---- 04-14 09:40"),
        ("4月12日", "unsure", "---- 04-14 09:40"),
    ],
)
def test_a_date_that_was_misheard_is_asked_about_beside_other_dates(
    won: str, code: str, value: str
) -> None:
    seen = _settled("执法记录，4月14日上午9点40分，在粮站门口", won)
    assert (seen.code, seen.measured["value"]) == (code, value)
