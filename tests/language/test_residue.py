"""What is said in a statement and explained by nothing; tests/checks shows what follows from it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avaudit.domain.signal import Segment
from avaudit.domain.time import Span
from avaudit.language.heard import Heard, heard
from avaudit.language.residue import unexplained


def _heard(text: str) -> Heard:
    return heard([Segment(0.0, 10.0, text, (), -0.3, 0.0, 1.0)], Span(0.0, 20.0))


def _texts(text: str, at_least: int = 5, taken: tuple[tuple[int, int], ...] = ()) -> list[str]:
    return [text[slice(*at)] for at in unexplained(_heard(text), taken, at_least)]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("现场检查，全程录音录像，请配合", []),
        ("地点是村委会，销售有读项皮尼，现场检查", ["销售有读项皮尼"]),
        ("请出示营业执照，无关人员请离开现场", []),
        ("执法证号140894141062", []),
        ("现场检查，请安排人员陪同一下，全程录像", []),
        ("来的是马鞍街道人社中心，现场检查", []),
        ("招用为买16周岁少年，现场检查", ["招用为买16周岁少年"]),
        ("渣土抛2026110撒滴漏，现场检查", []),
    ],
)
def test_what_is_common_explains_itself(text: str, left: list[str]) -> None:
    assert _texts(text) == left


def test_what_is_taken_is_explained() -> None:
    text = "现场检查，渣土抛撒滴漏，全程录像"
    assert _texts(text) == ["渣土抛撒滴漏"]
    assert _texts(text, taken=((5, 11),)) == []


def test_a_mark_ends_a_stretch_and_a_single_common_word_does_not() -> None:
    assert _texts("渣土抛，撒滴漏") == []
    assert _texts("渣土抛的撒滴漏") == ["渣土抛的撒滴漏"]


@given(st.text(alphabet="现场检查渣土抛撒滴漏的，。140", max_size=30), st.integers(1, 8))
def test_stretches_lie_apart_in_order_and_hold_no_mark(text: str, at_least: int) -> None:
    found = unexplained(_heard(text), (), at_least)
    assert all(b - a >= at_least and "，" not in text[a:b] for a, b in found)
    assert all(one[1] < other[0] for one, other in pairwise(found))
