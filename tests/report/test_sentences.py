"""The sentences that the receipt proposes: said as they stand, they complete a statement."""

from __future__ import annotations

import dataclasses
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avaudit.domain.register import Activity
from avaudit.domain.rule import Outcome
from avaudit.domain.time import SHANGHAI
from avaudit.language.statement import ELEMENTS
from avaudit.language.times import complete, find_times
from avaudit.report.sentences import sentences, spoken_time
from support.statements import judged, sample_register

_ACTIVITIES = sample_register().activities


def _sentences(activity: Activity) -> dict[str, str]:
    return sentences(dataclasses.asdict(activity), activity.started_at)


def test_the_sentences_of_an_activity() -> None:
    assert _sentences(_ACTIVITIES[0]) == {
        "time": "现在是2026年11月18日上午9点30分。",
        "place": "地点是青羊镇城关村农贸市场东口。",
        "officers": "我们是青羊镇综合行政执法队执法人员李晓红（执法证号040512）、"
        "王建国（执法证号040513）。",
        "cause": "执法事由是占道经营。",
        "target": "执法对象是刘桂芳（水果摊）。",
        "stage": "执法环节是现场检查。",
        "notice": "本次执法全程录音录像，请您配合。",
    }


def test_without_a_register_there_are_blanks() -> None:
    said = sentences(None, None)
    assert list(said) == list(ELEMENTS)
    assert said["place"] == "地点是＿＿＿＿。"
    assert said["officers"].count("（执法证号＿＿＿＿）") == 2
    assert said["time"] == "现在是＿＿＿＿年＿＿月＿＿日＿＿点＿＿分。"


def test_what_a_row_lacks_is_blank() -> None:
    one = Activity("A1", officers=("李晓红",), cert_nos=("1", "2"), cause="占道经营")
    said = _sentences(one)
    assert said["officers"] == (
        "我们是执法人员李晓红（执法证号＿＿＿＿）、＿＿＿＿（执法证号＿＿＿＿）。"
    )
    assert said["cause"] == "执法事由是占道经营。"
    assert said["target"] == "执法对象是＿＿＿＿。"


@pytest.mark.parametrize("activity", _ACTIVITIES, ids=lambda one: one.activity_id)
def test_who_says_them_all_passes_every_element(activity: Activity) -> None:
    found = judged(list(_sentences(activity).values()), activity)
    results = {one.rule_id: one for one in found.results}
    assert {results[f"statement.{name}"].outcome for name in ELEMENTS} == {Outcome.PASS}
    assert results["statement.present"].outcome is Outcome.PASS
    confirmed = {n for n in ELEMENTS if results[f"statement.{n}"].cause == "confirmed"}
    assert confirmed == set(ELEMENTS) - {"notice"}


@pytest.mark.parametrize("element", ELEMENTS)
def test_the_sentence_that_was_left_out_completes_the_statement(element: str) -> None:
    """Without it the element is not found; that it is with it, the test above tells."""
    said = _sentences(_ACTIVITIES[0])
    del said[element]
    results = {r.rule_id: r for r in judged(list(said.values()), _ACTIVITIES[0]).results}
    assert results[f"statement.{element}"].cause == "absent"


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(SHANGHAI)))
def test_a_time_as_said_is_that_time(at: datetime) -> None:
    at = at.replace(second=0, microsecond=0)
    (said,) = find_times(f"现在是{spoken_time(at)}。")
    assert at in complete(said, at).readings
    assert not said.damaged
