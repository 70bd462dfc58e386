"""Phrases of the rule book against ordinary talk, and rule books whose lists are wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from avaudit.checks._conduct import PhraseParams
from avaudit.checks._declare import all_checks
from avaudit.checks._gaps import GapParams
from avaudit.checks._run import bind
from avaudit.domain.signal import Segment
from avaudit.domain.time import Span
from avaudit.errors import RuleBookError
from avaudit.i18n import say_error
from avaudit.language.heard import heard
from avaudit.language.wording import Stretch, places, whole
from avaudit.rules.load import load_rulebook

_ROOT = Path(__file__).parents[2]
_BOOK = _ROOT / "src/avaudit/rules/books/qingyang.yaml"
_CHINESE = re.compile("[\u4e00-\u9fff]")
#: Ordinary words that hold abusive ones, or sound like them.
_TRAPS = """
有人渣土乱倒，那些工人渣土车盖不严
他妈的病好了，他娘的病也好了
你他妈妈在家吗
家畜生产正常，牲畜生病要报
两块地不要连在一起
这里混杂种植，杂种植物不多
他又失败类似的次数多了
电脑残值不高
用滚开水烫一下，滚开的水小心烫
固体废物要分类，危险废物要登记
二百五一斤，太贵了
羊杂碎一碗十块
土匪沟村怎么走
不要脸盆，要水桶
给我滚动播放
医生说是神经病变
骂长顺，马长顺
草泥和马车
大妈的车，我妈的药
人家说他傻，笑他笨
""".split()
_ABUSE = ("你这个王八蛋", "给我滚，滚出去", "真他妈的烦", "你不得好似", "脑残吧你", "少废话，闭嘴")


def _texts(node: Any) -> Iterator[str]:
    """Every text of a YAML tree that holds Chinese."""
    if isinstance(node, dict | list):
        for item in node.values() if isinstance(node, dict) else node:
            yield from _texts(item)
    elif isinstance(node, str) and len(_CHINESE.findall(node)) > 1:
        yield node


def _ordinary() -> list[str]:
    files = ("data_samples/truth.yaml", "tests/benchmarks/statements/statements.yaml")
    trees = (yaml.safe_load((_ROOT / name).read_text("utf-8")) for name in files)
    return sorted({text for tree in trees for text in _texts(tree)})


def _stretch(text: str) -> Stretch:
    return whole(heard([Segment(0.0, 10.0, text, (), -0.3, 0.01, 1.1)], Span(0.0, 20.0)))


def _params(rule_id: str) -> Any:
    rule = load_rulebook("qingyang").rule(rule_id)
    assert rule is not None
    return all_checks()[rule_id].params.model_validate(dict(rule.params))


def _found(rule_id: str, text: str, of: str = "phrases") -> list[str]:
    params = _params(rule_id)
    assert isinstance(params, PhraseParams)
    how = {"never": params.never, "written": params.written_characters}
    found = places(getattr(params, of), _stretch(text), params.min_score, **how)  # type: ignore[arg-type]  # the kinds differ
    return [match.value for match in found]


def test_ordinary_talk_is_neither_abusive_nor_about_filming() -> None:
    ordinary = [*_ordinary(), *_TRAPS]
    assert len(ordinary) > 300
    # In one piece, a pause between any two: thousands of syllables for each phrase to fit to.
    together = "，".join(ordinary)
    assert _found("conduct.abusive", together) == []
    assert _found("conduct.bystander_notice", together, "filming") == []


@pytest.mark.parametrize("text", _ABUSE)
def test_abuse_is_found_among_ordinary_talk(text: str) -> None:
    assert _found("conduct.abusive", f"先把箱子搬进去，{text}，听见没有")


@pytest.mark.parametrize(
    ("rule_id", "text"),
    [
        ("conduct.identity_shown", "依法执法正在进行，请配合"),
        ("conduct.identity_shown", "收集执法证据，学习执法政策"),
        ("conduct.identity_shown", "我们是执法人员"),
        ("conduct.rights_told", "陈述一下经过，身份证带了吗"),
        ("conduct.courtesy", "青羊镇在建工程，情况清楚，给你，好的"),
        ("conduct.bystander_notice", "我们正在录音录像，全程记录，不要随意停车"),
    ],
)
def test_ordinary_words_are_no_standard_phrase(rule_id: str, text: str) -> None:
    assert _found(rule_id, text) == []


def test_both_checks_of_gaps_see_the_same_gaps() -> None:
    names = GapParams.model_fields
    one, other = (_params(f"continuity.{name}") for name in ("gap", "gap_unexplained"))
    assert {n: getattr(one, n) for n in names} == {n: getattr(other, n) for n in names}


def test_lists_are_not_repeated_in_every_finding() -> None:
    for rule_id in ("conduct.abusive", "conduct.rights_told", "continuity.gap_unexplained"):
        kept = _params(rule_id).model_dump(mode="json")
        assert not [name for name, value in kept.items() if isinstance(value, list | dict)]


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        ("phrases:\n        [混蛋,", "phrases:\n        [滚, 混蛋,", "params.phrases.0"),
        ("[混蛋,", "[fool, 混蛋,", "params.phrases.0"),
        ("phrase.\n      min_score: 0.95", "phrase.\n      min_score: 0.8", "params.min_score"),
        ("written_characters: 3\n      # Measured", "written_characters: 1\n      # Measured", ""),
        ("just_now: [刚才, 刚刚, 方才]", "just_now: []", "params.just_now"),
        ("weather: [天气恶劣,", "snow: [天气恶劣,", "params.reasons.weather"),
        ("kinds: [先行登记保存,", 'kinds: ["", 先行登记保存,', "params.kinds.0"),
    ],
)
def test_a_wrong_list_is_told_at_its_line(
    before: str, after: str, name: str, tmp_path: Path
) -> None:
    text = _BOOK.read_text("utf-8")
    assert before in text
    book = tmp_path / "town.yaml"
    at = text.rindex(before)
    book.write_text(text[:at] + text[at:].replace(before, after, 1), encoding="utf-8")
    with pytest.raises(RuleBookError) as raised:
        bind(load_rulebook(str(book)))
    (problem, *_) = raised.value.problems
    assert name.removeprefix("params.") in str(problem.values["name"])
    assert problem.line > 1
    assert str(problem.line) in say_error(raised.value, "zh")
