"""Phrases of a list in what was heard: found by sound, and not where only some of it sounds so."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avaudit.domain.signal import Segment
from avaudit.domain.time import Span
from avaudit.language.heard import PAUSE, Heard, heard
from avaudit.language.match import find
from avaudit.language.wording import between, places, whole

_HAN = st.text(st.sampled_from("执法证号请您配合谢不要脸连拍排队正好箱子门口的了"), max_size=30)


def said(*texts: str) -> Heard:
    """Segments of 10 s each, one after another."""
    segments = [
        Segment(10.0 * n, 10.0 * n + 10, text, (), -0.3, 0.01, 1.1) for n, text in enumerate(texts)
    ]
    return heard(segments, Span(0.0, 1e6))


def values(text: str, *phrases: str, **how: object) -> list[str]:
    found = places(phrases, whole(said(text)), 0.88, **how)  # type: ignore[arg-type]  # a mapping
    return [match.value for match in found]


def test_other_characters_of_the_same_sound_are_the_phrase() -> None:
    assert values("王建国执法正好零四零五一二", "执法证号") == ["执法证号"]
    assert values("我们是执法人员", "执法证号") == []


def test_short_phrases_need_every_syllable_without_a_pause() -> None:
    assert values("请签字", "请签字") == ["请签字"]
    assert values("请您写字", "请签字") == []
    assert values("再给你，好的", "你好") == []


def test_phrases_of_few_characters_can_be_compared_by_them() -> None:
    assert values("不要连在一起", "不要脸") == ["不要脸"]
    assert values("不要连在一起", "不要脸", written=3) == []
    assert values("真不要脸", "不要脸", written=3) == ["不要脸"]


def test_every_place_counts_and_the_best_phrase_of_a_place() -> None:
    assert values("不要脸，说你呢，臭不要脸", "不要脸", "臭不要脸") == ["不要脸", "臭不要脸"]


def test_what_means_something_else_is_left_out() -> None:
    assert values("他妈的病好了", "他妈的", never=["他妈的病"]) == []
    assert values("他妈的病好了，他妈的", "他妈的", never=["他妈的病"]) == ["他妈的"]


def test_a_stretch_holds_what_is_said_between_two_times() -> None:
    both = said("设备故障", "恢复记录")
    assert between(both, 10.0, 20.0).text == "恢复记录"
    assert between(both, 30.0, 40.0).text == ""
    assert [m.value for m in places(["设备故障"], between(both, 0.0, 10.0), 0.88)] == ["设备故障"]
    assert not places(["设备故障"], between(both, 10.0, 20.0), 0.88)


@given(_HAN, st.sampled_from(["执法证号", "请您配合", "不要拍了", "执法证号请您"]))
def test_nothing_that_the_whole_search_finds_is_passed_over(text: str, phrase: str) -> None:
    best = find(phrase, said(text))
    found = places([phrase], whole(said(text)), 0.88)
    assert bool(found) == (best.score >= 0.88)
    assert max((m.score for m in found), default=0.0) == (best.score if found else 0.0)


@pytest.mark.parametrize("phrase", ["执法证号", "证件", "请看一下证件"])
def test_an_hour_of_talk_is_searched_in_no_time(phrase: str) -> None:
    talk = whole(said(*["先把门口的箱子往里面挪一挪这边还有两个筐也一起搬进去吧" + PAUSE] * 600))
    start = time.process_time()
    assert not places([phrase], talk, 0.88)
    assert time.process_time() - start < 0.5
