"""Spoken Chinese as it is heard: sounds that are confused, and the cues of an opening statement."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avaudit.domain.signal import Segment, Word
from avaudit.language.heard import heard
from avaudit.language.sound import in_context, likeness, syllables
from avaudit.language.statement import (
    ELEMENTS,
    STATEMENT_S,
    cues_of,
    find_statement,
    statement_region,
)

_SIMILARITY = 0.8
_TALK = (
    "今天天气不错咱们中午去吃什么好呢我想吃面条你觉得怎么样",
    "你往左边一点把车停到那个树底下",
    "孩子在家写作业呢晚上回去还得做饭",
    "嗯好的没问题我知道了谢谢你啊",
)  # fmt: skip


def segment(
    text: str, onset_s: float = 0.0, offset_s: float = 10.0, *, trusted: bool = True,
    words: tuple[Word, ...] = (),
) -> Segment:  # fmt: skip
    return Segment(onset_s, offset_s, text, words, -0.3, 0.01, 1.1, trusted)


def elements_in(text: str) -> set[str]:
    return {cue.element for cue in cues_of(segment(text), _SIMILARITY)}


@given(st.text(max_size=40))
def test_every_character_has_one_sound(text: str) -> None:
    assert len(syllables(text)) == len(in_context(text)) == len(text)


@given(st.text(max_size=30))
def test_any_text_can_be_searched_for_cues(text: str) -> None:
    for cue in cues_of(segment(text), _SIMILARITY):
        assert cue.heard in text
        assert cue.element in ELEMENTS


@given(*[st.text(st.characters(min_codepoint=97, max_codepoint=122), max_size=6)] * 2)
def test_likeness_is_a_share_and_has_no_direction(one: str, other: str) -> None:
    assert 0.0 <= likeness(one, other) <= 1.0
    assert likeness(one, other) == likeness(other, one)
    assert (likeness(one, other) == 1.0) == (one == other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("zhang", "zang"), ("chi", "ci"), ("shi", "si"), ("lan", "nan"), ("fu", "hu"), ("ren", "len"),
     ("xin", "xing"), ("gen", "geng"), ("fang", "fan"), ("huang", "huan"), ("dong", "deng"),
     ("zhen", "zeng")],
)  # fmt: skip
def test_sounds_that_northern_speakers_merge_are_nearly_the_same(one: str, other: str) -> None:
    assert likeness(one, other) == 0.85


@pytest.mark.parametrize(("one", "other"), [("ma", "shu"), ("zhi", "wo"), ("a", "bei")])
def test_other_sounds_are_unlike(one: str, other: str) -> None:
    assert likeness(one, other) == 0.0


def test_heteronyms_are_read_by_their_words() -> None:
    assert in_context("银行") == ("yin", "hang")
    assert in_context("进行") == ("jin", "xing")
    assert in_context("调查取证")[0] == "diao"
    assert in_context("9点A") == ("jiu", "dian", "a")
    assert in_context("18号3楼") == ("shi", "ba", "hao", "san", "lou")
    assert in_context("2026年")[:4] == ("er", "ling", "er", "liu")


@pytest.mark.parametrize(
    ("heard", "element"),
    [
        ("我们是执法人元", "officers"),  # 员 yuan
        ("直法人员到了", "officers"),  # 执 zhi
        ("请出示致法证号", "officers"),
        ("群中举报", "cause"),  # 众 zhong
        ("当是人来一下", "target"),  # 事 shi
        ("进行现厂检查", "stage"),  # 场 chang
        ("权程录音录相", "notice"),  # 全 quan, 像 xiang
        ("北今时间", "time"),  # 京 jing against jin
        ("来道了", "place"),  # 到 dao: two syllables, the same sound
    ],
)
def test_characters_that_sound_alike_are_heard_as_the_cue(heard: str, element: str) -> None:
    assert element in elements_in(heard)


@pytest.mark.parametrize("talk", _TALK)
def test_ordinary_talk_holds_no_cue(talk: str) -> None:
    assert elements_in(talk) == set()
    assert find_statement([segment(talk)], _SIMILARITY) is None


def test_a_cue_of_two_characters_must_sound_exactly_right() -> None:
    assert "target" in elements_in("店主来一下")
    assert "target" in elements_in("电主来一下")
    assert "target" not in elements_in("天主来一下")


@pytest.mark.parametrize(
    "said",
    ["九点三十分", "9点30分", "十点整", "下午两点半", "十一月十八号", "11月18日", "二零二六年",
     "2026年", "9:30", "09：30"],
)  # fmt: skip
def test_spoken_and_written_times_are_cues_of_time(said: str) -> None:
    found = [cue for cue in cues_of(segment(f"啊{said}啊"), _SIMILARITY) if cue.element == "time"]
    assert found
    assert all(cue.heard in said for cue in found)


@pytest.mark.parametrize("said", ["快点走", "有点儿冷", "这个月", "去年", "早点来"])
def test_words_with_characters_of_time_are_no_time(said: str) -> None:
    assert "time" not in elements_in(said)


@pytest.mark.parametrize("said", ["在城关村", "解放路口", "东街社区", "青羊镇"])
def test_names_of_places_are_cues_of_place(said: str) -> None:
    assert "place" in elements_in(said)


def test_a_cue_stands_where_its_words_were_said() -> None:
    words = (Word("你好", 0.0, 1.0, 0.9), Word("执法", 4.0, 5.0, 0.9), Word("人员", 5.0, 6.0, 0.9))
    spoken = segment("你好执法人员", 0.0, 6.0, words=words)
    (cue,) = cues_of(spoken, 1.0)
    assert (cue.element, cue.heard, cue.similarity) == ("officers", "执法人员", 1.0)
    assert (cue.span.onset_s, cue.span.offset_s) == (4.0, 6.0)


def test_a_cue_within_a_word_takes_its_share_of_the_words_time() -> None:
    words = (Word("你好执法人员", 0.0, 6.0, 0.9),)
    (cue,) = cues_of(segment("你好执法人员", 0.0, 6.0, words=words), 1.0)
    assert (cue.span.onset_s, cue.span.offset_s) == pytest.approx((2.0, 6.0))


def test_without_word_times_a_cue_has_the_span_of_its_segment() -> None:
    (cue,) = cues_of(segment("你好执法人员", 3.0, 9.0), 1.0)
    assert (cue.span.onset_s, cue.span.offset_s) == (3.0, 9.0)


def test_a_whole_statement_has_all_elements() -> None:
    said = (
        "现在时间是二零二六年十一月十八号九点三十分我们在青羊镇城关村我们是执法人员"
        "因群众举报对当事人进行现场检查全程录音录像"
    )
    statement = find_statement([segment(said)], _SIMILARITY)
    assert statement
    assert statement.elements == ELEMENTS


def test_untrusted_words_make_no_statement() -> None:
    said = "现在时间是九点三十分我们是执法人员全程录音录像"
    assert find_statement([segment(said, trusted=False)], _SIMILARITY) is None
    assert find_statement([segment(said)], _SIMILARITY) is not None


def test_cues_that_lie_too_far_apart_are_not_one_statement() -> None:
    parts = ["现在时间是九点三十分", "我们是执法人员", "全程录音录像"]
    near = [segment(text, 20.0 * n, 20.0 * n + 5) for n, text in enumerate(parts)]
    far = [segment(text, (STATEMENT_S + 1) * n, 70.0 * n + 5) for n, text in enumerate(parts)]
    together, apart = (find_statement(heard, _SIMILARITY) for heard in (near, far))
    assert together
    assert together.elements == ("time", "officers", "notice")
    assert apart
    assert apart.elements == ("time",)  # the earliest of equals


def test_a_fuller_statement_later_wins_over_a_word_before_it() -> None:
    early = segment("当事人在吗", 0.0, 2.0)
    late = segment("现在时间是九点三十分我们是执法人员全程录音录像", 80.0, 90.0)
    statement = find_statement([early, late], _SIMILARITY)
    assert statement
    assert statement.span.onset_s == 80.0


def test_a_long_segment_that_begins_before_the_first_cue_is_part_of_the_statement() -> None:
    """Recognisers give up to half a minute at once, and the first cue may be at its end."""
    said = "冰江灯光球场擅自设置大型充气城堡经营人马美侠先行登记保存两台鼓风机打开了执法仪再录像"
    words = tuple(Word(char, n * 0.4, n * 0.4 + 0.4, 0.9) for n, char in enumerate(said))
    whole = segment(said, 0.0, len(said) * 0.4, words=words)
    found = statement_region([whole], 90.0, _SIMILARITY, 2)
    assert found is not None
    assert found.around.onset_s == 0.0
    assert heard([whole], found.around).text == said
