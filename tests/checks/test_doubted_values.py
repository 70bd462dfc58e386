"""Values that clear words only sound like: held against the sound before they are believed."""

from __future__ import annotations

from typing import Any

import pytest

from avaudit.checks._declare import all_checks
from avaudit.checks._run import bind
from avaudit.domain.finding import Measured
from avaudit.domain.register import Activity, Expected
from avaudit.domain.signal import (
    DigitalSilence,
    LineUp,
    Ranking,
    Segment,
    Speech,
    Transcript,
    Word,
)
from avaudit.domain.time import Span
from avaudit.rules.load import load_rulebook

_RULE = "statement.cause"
_WINDOW = Span(0.0, 30.0)
_BEFORE, _SAID, _AFTER = (
    "现在是九点三十分，在城关村东口，因",
    "点火烧荒",
    "进行现场检查，全程录音录像",
)
_REGISTERED = "电锅烧糊"


def _judged(probability: float, lineup: LineUp | None, place: str = "城关村东口") -> Measured:
    """What the check says where the words of the cause have a probability."""
    texts = ((_BEFORE, 0.9), (_SAID, probability), (_AFTER, 0.9))
    words, onset = list[Word](), 1.0
    for text, sure in texts:
        offset = onset + 0.2 * len(text)
        words.append(Word(text, onset, offset, sure))
        onset = offset
    segment = Segment(1.0, onset, "".join(t for t, _ in texts), tuple(words), -0.3, 0.01, 1.1)
    (rule,) = (b for b in bind(load_rulebook("qingyang")) if b.rule.id == _RULE)
    told: Any = all_checks()[_RULE].function(
        transcript=Transcript("m", (_WINDOW,), (segment,)),
        speech=Speech((_WINDOW,), (Span(1.0, onset),), -20.0, -50.0),
        silence=DigitalSilence((_WINDOW,), (), -120.0),
        expected=Expected(Activity("A", cause=_REGISTERED, place=place), causes=(_REGISTERED,)),
        lineup=lineup,
        params=rule.params,
    )
    assert isinstance(told, Measured)
    return told


def _answered(questions: Measured, behind: float) -> LineUp:
    """A line-up in which the registered cause is so much a character less probable."""
    (question,) = questions.questions
    scores = {_SAID: -10.0, _REGISTERED: -10.0 - behind * len(_REGISTERED)}
    ranking = Ranking(question, tuple(scores[reading] for reading in question.readings))
    return LineUp("m", (ranking,))


@pytest.mark.parametrize(("behind", "code"), [(6.4, "unsure"), (1.0, "confirmed")])
def test_clear_words_that_only_sound_like_a_value_must_be_it(behind: float, code: str) -> None:
    asked = _judged(0.9, None)
    assert _judged(0.9, _answered(asked, behind)).observations[0].code == code


def test_words_that_were_badly_understood_are_not_held_against_a_value() -> None:
    told = _judged(0.4, None)
    assert told.observations[0].code == "confirmed"
    assert told.questions == ()


def test_a_value_a_syllable_off_is_not_believed_where_nothing_else_of_the_activity_is_heard() -> (
    None
):
    assert _judged(0.4, None).observations[0].code == "confirmed"
    assert _judged(0.4, None, place="北坡村河道旁").observations[0].code == "unsure"
