"""Names in what was heard: which characters may be one, and where words of other elements stand."""

from __future__ import annotations

import pytest

from avaudit.domain.signal import Segment
from avaudit.domain.time import Span
from avaudit.language.heard import Heard, heard
from avaudit.language.match import find_name
from avaudit.language.naming import between_cues, mentions
from avaudit.language.phrases import places_alone


def _heard(text: str) -> Heard:
    return heard([Segment(0.0, 10.0, text, (), -0.3, 0.0, 1.0)], Span(0.0, 20.0))


@pytest.mark.parametrize(
    ("name", "text"), [("臧老根", "你是藏老根吧"), ("单春和", "当事人单春和"), ("解放", "我是解放")]
)
def test_a_character_counts_by_any_of_its_readings(name: str, text: str) -> None:
    assert find_name(name, _heard(text)).score == 1.0


def test_archaic_readings_do_not_count() -> None:
    """The dictionary has hong for 江 and bo for 潘: with them 荆波 would fit 江潘."""
    assert find_name("荆波", _heard("正江潘尼佩佩")).score < 0.6


def test_words_that_introduce_something_else_are_no_name() -> None:
    """街道举报 is how 接到举报 is written; 解 (jie) is a family name."""
    found = mentions(_heard("执法人员罗晓东、吴桂花，街道举报说有人"), "officers")
    assert [mention.text for mention in found] == ["罗晓东", "吴桂花"]


def test_between_the_words_that_introduce_elements() -> None:
    text = "现在是十一点，地点是水库大坝，执法人员范文华"
    assert [text[slice(*run)] for run in between_cues(_heard(text))] == [
        "现在是十一点，", "水库大坝，", "范文华",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("别挡着人家走路，慢一点", []),
        ("前进路，现场检查", []),
        ("就在凤尾坡小学食堂", ["就在凤尾坡小学食堂"]),
    ],
)
def test_what_only_ends_like_a_place_is_none(text: str, places: list[str]) -> None:
    assert [text[slice(*at)] for at in places_alone(_heard(text))] == places
