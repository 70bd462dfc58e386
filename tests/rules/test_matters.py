"""The list of matters in a rule book: read whole, or refused with each mistake at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from avaudit.domain.matter import Duty
from avaudit.rules.load import load_rulebook
from support.rule_books import GOOD, load, mistakes

MATTERS = """\
matters:
  - id: sealing
    article: 14
    duty: must
    names: [查封, 贴封条]
    never: [解除查封]
    title: {zh: 查封, en: Sealing}
    content: {zh: 财物, en: Property}
    stages: {zh: 清点, en: Counting}
    manner: [video]
  - id: hearing
    article: 14
    duty: may
    names: [听证]
    title: {zh: 听证, en: Hearing}
    content: {zh: 全程, en: All of it}
    stages: {zh: 质证, en: Evidence}
    manner: [video, audio]
"""
#: Lines of the book before the list.
BEFORE = GOOD.count("\n")


def test_a_list_is_read(tmp_path: Path) -> None:
    sealing, hearing = load(tmp_path, GOOD + MATTERS).matters
    assert (sealing.id, sealing.article, sealing.duty) == ("sealing", "14", Duty.MUST)
    assert (sealing.names, sealing.never) == (("查封", "贴封条"), ("解除查封",))
    assert (sealing.title["en"], sealing.content["zh"]) == ("Sealing", "财物")
    assert (hearing.duty, hearing.never, hearing.manner) == (Duty.MAY, (), ("video", "audio"))


def test_a_book_may_leave_the_list_out(tmp_path: Path) -> None:
    assert load(tmp_path, GOOD).matters == ()


@pytest.mark.parametrize(
    ("right", "wrong", "line", "column", "said"),
    [
        ("id: hearing", "id: sealing", 11, 9, "“sealing” stands on line 23 of the list"),
        ("id: hearing", "id: Hearing 1", 11, 9, "matter id “Hearing 1” must be"),
        ("names: [听证]", "names: [听证, 查封]", 14, 17, "“查封” stands on line 26 of the list"),
        ("names: [听证]", "names: []", 14, 12, "“names” must not be empty"),
        ("names: [听证]", "names: [1]", 14, 13, "“names” must be a text"),
        ("duty: may", "duty: perhaps", 13, 11, "“duty” cannot be “perhaps”"),
        ("manner: [video, audio]", "manner: [film]", 18, 14, "“manner” cannot be “film”"),
        ("    duty: may\n", "", 11, 5, "“matter” lacks “duty”"),
        ("duty: may\n", "duty: may\n    sort: x\n", 14, 5, "unknown key “sort”"),
        ("en: All of it", "de: Alles", 16, 23, "unknown key “de”"),
    ],
)
def test_mistakes_have_their_place(
    tmp_path: Path, right: str, wrong: str, line: int, column: int, said: str
) -> None:
    first, _, last = MATTERS.rpartition(right)
    found = mistakes(tmp_path, GOOD + first + wrong + last)
    assert (BEFORE + line, column) in [one[:2] for one in found]
    assert any(said in english for *_, english in found), found


def test_an_article_that_the_book_lacks(tmp_path: Path) -> None:
    (found,) = mistakes(tmp_path, GOOD + MATTERS.replace("article: 14", "article: 9", 1))
    assert found[:2] == (BEFORE + 3, 14)


def test_the_shipped_list_holds_what_the_regulation_names() -> None:
    by_duty: dict[Duty, set[str]] = {duty: set() for duty in Duty}
    for matter in load_rulebook("qingyang").matters:
        assert matter.article == {Duty.MUST: "10", Duty.MAY: "11"}[matter.duty]
        by_duty[matter.duty] |= set(matter.names)
    assert by_duty[Duty.MUST] >= {"查封", "扣押", "强制拆除", "代履行", "限制人身自由"}
    assert by_duty[Duty.MAY] >= {
        "检查", "调查", "询问", "先行登记保存", "听证", "留置送达", "公告送达",
    }  # fmt: skip
