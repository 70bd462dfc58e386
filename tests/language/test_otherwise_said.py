"""Values in what was heard: badly aligned ones, and words of a value in another order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avaudit.domain.signal import Segment
from avaudit.domain.time import Span
from avaudit.language.heard import Heard, heard
from avaudit.language.match import find, in_pieces, widened
from avaudit.language.naming import ends_here, mentions
from avaudit.language.notices import heard_notice, hinted_notices, notices_likely
from avaudit.language.phrases import introduced_values, town
from avaudit.language.stages import heard_stages, hinted_stages


def _heard(text: str) -> Heard:
    return heard([Segment(0.0, 10.0, text, (), -0.3, 0.0, 1.0)], Span(0.0, 20.0))


@pytest.mark.parametrize(
    ("value", "text", "wider"),
    [
        ("佟根柱", "您是同跟重吗", ["同跟", "同跟重"]),  # the last syllable sounds quite otherwise
        ("上门检查", "推到鞋上门的人", ["上门", "上门的人"]),
        ("佟根柱", "您是同跟，重要", ["同跟"]),  # beyond the mark is another clause
        ("佟根柱", "您是佟根柱吗", ["佟根柱"]),
    ],
)
def test_a_match_is_widened_where_it_lacks_syllables(
    value: str, text: str, wider: list[str]
) -> None:
    said = _heard(text)
    assert [text[m.begin : m.end] for m in widened(find(value, said), said)] == wider


@pytest.mark.parametrize(
    ("value", "text", "at_least", "below"),
    [
        ("扒开水渠私自放水", "有人私自拔开水区放水，把田里的水断了", 1.0, 1.1),
        ("堵了厂区消防车道", "就是你们场区赌了消防车道", 1.0, 1.1),
        ("堵了厂区消防车道", "就是你们场区停了三辆车", 0.2, 0.6),
        ("无证砍伐竹林", "地上有油，抬脚慢点", 0.0, 0.1),
    ],
)
def test_words_in_another_order(value: str, text: str, at_least: float, below: float) -> None:
    assert at_least <= in_pieces(value, _heard(text)).score < below


@given(st.integers(1, 6), st.text(alphabet="你我他们这里那边", max_size=4))
def test_where_a_value_is_cut_and_turned_round_does_not_matter(cut: int, before: str) -> None:
    value = "露天焚烧秸秆垃圾"
    turned = value[cut + 1 :] + value[: cut + 1]
    found = in_pieces(value, _heard(before + turned))
    assert found.score == (1.0 if cut < 6 else 7 / 8)  # a single syllable is no piece


@pytest.mark.parametrize(
    ("place", "named"),
    [
        ("鹭洲乡石拱桥水文站", "鹭洲乡"),
        ("山西省晋中市左权县鹭洲乡石拱桥水文站", "鹭洲乡"),
        ("石拱桥水文站", ""),
        ("", ""),
    ],
)
def test_the_town_of_a_place(place: str, named: str) -> None:
    assert town(place) == named


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("执法人员林国强、王芳", True),
        ("执法人员林国强对现场进行检查", True),
        ("我们是镇政府的", False),  # told like a name, and none
        ("我们是镇里派来的人", False),
    ],
)
def test_what_goes_on_is_no_whole_name(text: str, ends: bool) -> None:
    said = _heard(text)
    at = text.index("林") + 3 if "林" in text else text.index("镇") + 2
    assert ends_here(said, at) is ends


def test_a_short_notice_must_sound_right_in_each_syllable() -> None:
    assert heard_notice(_heard("他们打把手，都在外地上班"), 0.8) is None
    assert heard_notice(_heard("我们都在拍，你说话注意"), 0.8) is not None


@pytest.mark.parametrize(
    ("text", "hinted"),
    [
        ("仪器红灯亮着，就是在路，请您知道", ["在录"]),
        ("他们在路上走了一天", []),  # goes on as other words
    ],
)
def test_what_only_ends_a_clause_may_be_a_notice(text: str, hinted: list[str]) -> None:
    assert [m.value for m in hinted_notices(_heard(text))] == hinted


def test_less_surely_heard_phrases_come_best_first() -> None:
    found = notices_likely(_heard("就是正在淋，都在外地"), 0.76)
    assert "都在拍" in {m.value for m in found}
    assert [m.score for m in found] == sorted((m.score for m in found), reverse=True)
    assert notices_likely(_heard("今天天气不错"), 0.76) == []


def test_a_notice_is_not_looked_for_where_something_else_is() -> None:
    said = _heard("路音乡水文站，执法人员")
    assert heard_notice(said, 0.8) is not None
    assert heard_notice(said, 0.8, [(0, 6)]) is None
    assert hinted_notices(said, [(0, 6)]) == []


@pytest.mark.parametrize(
    ("text", "stages"),
    [
        ("现在先检查你的背包", ["现场检查"]),
        ("我们要检查证件和车况", ["现场检查"]),
        ("上次检查你的背包", []),
        ("我们做个现场看业", []),  # sounds like 做个检查 but for what matters
        ("现在做噪声检测，仪器别碰", ["现场检测"]),
        ("慢慢来，注意脚下", []),  # sounds like 移交
        ("您有权利陈述和申辩", []),  # sounds like 劝离
    ],
)
def test_stages_as_they_are_announced(text: str, stages: list[str]) -> None:
    assert list(heard_stages(_heard(text), 0.8)) == stages


@pytest.mark.parametrize(
    ("name", "text", "hints"),
    [
        ("送达", "我们来下打限期拆除通知", ["通知"]),
        ("询问", "您看一下有没有问题", []),  # 问题 asks nothing
        ("水质化验", "取点水回去化验", ["化验"]),  # of a stage that is on no list: its parts
    ],
)
def test_hints_of_a_stage(name: str, text: str, hints: list[str]) -> None:
    assert [m.value for m in hinted_stages([name], _heard(text))] == hints


def test_that_recording_goes_on_is_no_lane() -> None:
    assert introduced_values(_heard("我们在录音录像，您知道就行"), "place") == []
    assert introduced_values(_heard("我们在东头小巷，您知道就行"), "place") != []


def test_a_description_is_no_name() -> None:
    said = _heard("我们是林国强的同事")
    assert [ends_here(said, m.end) for m in mentions(said, "officers")] == [False]
