"""Every check against its own cases, through the real runner and the shipped rule book."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from avaudit import codec
from avaudit.checks._declare import Declared, all_checks
from avaudit.checks._run import Bound, Subject, bind, run
from avaudit.domain.boundary import Beside, Habits, Restarts
from avaudit.domain.burned_in import OwnNumber
from avaudit.domain.cue import Cues, Weights
from avaudit.domain.custody import OriginalState
from avaudit.domain.finding import Finding, Result
from avaudit.domain.media import Clocks, MediaKind
from avaudit.domain.owed import Nearby, Owed
from avaudit.domain.reference import Compared
from avaudit.domain.register import Expected
from avaudit.domain.rule import Outcome
from avaudit.domain.session import Coverage, DeviceHistory, GroupKind, Session
from avaudit.domain.signal import LineUp, Question, Ranking
from avaudit.domain.storage import Storage
from avaudit.i18n import LANGUAGES, places
from avaudit.kept import SIGNALS, as_values
from avaudit.rules.load import load_rulebook, shipped_books

#: What a check is told beside signals: of a recording, or of a group.
_TOLD: dict[str, type] = {
    "expected": Expected, "clocks": Clocks, "storage": Storage, "session": Session,
    "coverage": Coverage, "device_history": DeviceHistory, "owed": Owed, "nearby": Nearby,
    "habits": Habits, "restarts": Restarts, "beside": Beside,
    "cues": Cues, "weights": Weights, "compared": Compared, "original_state": OriginalState,
    "own": OwnNumber,
}  # fmt: skip
_CASE_KEYS = {"name", "kind", "signals", "behind", "outcome", "findings"}
_TEXT_KEYS = {"title", "rationale", "codes", "causes", "innocent", "settles", "names"}
#: What an audit must never say of anybody: forged, tampered with, falsified.
_VERDICTS = re.compile("伪造|篡改|造假|forge|tamper|fake", re.IGNORECASE)
_CAUTIOUS = re.compile("提示|建议|可能|请|更像|未能|下次")
#: Codes whose sentence states a plain fact of the file and draws nothing from it.
_PLAIN_FACTS = {
    "quality.low_resolution": {"too_low"},
    "quality.no_audio": {"no_stream", "empty_stream"},
    "quality.unreadable": {
        "empty", "not_media", "no_packets", "damaged", "too_large", "symlink_loop", "not_a_file",
        "read_error",
    },
}  # fmt: skip

CHECKS = sorted(all_checks().values(), key=lambda declared: declared.rule_id)
RULES = {bound.rule.id: bound for bound in bind(load_rulebook("qingyang"))}


def _each_case() -> Iterator[Any]:
    for declared in CHECKS:
        for case in declared.cases():
            yield pytest.param(declared, case, id=f"{declared.rule_id}: {case['name']}")


CASES = list(_each_case())


def _kind(name: str) -> MediaKind | GroupKind:
    return GroupKind(name) if name in tuple(GroupKind) else MediaKind(name)


def _run_case(bound: Bound, case: Mapping[str, Any]) -> tuple[Result, list[Finding]]:
    kind = _kind(case.get("kind", "video"))
    measured = {name: body for name, body in case["signals"].items() if name not in _TOLD}
    told: dict[type, object] = {
        _TOLD[n]: codec.from_plain(_TOLD[n], b) for n, b in case["signals"].items() if n in _TOLD
    }
    subject = Subject("run", "recording", kind, {**as_values(measured), **told}, {})
    judged = run([bound], subject)
    if "behind" in case:
        lineup = _told_apart(judged.questions, measured["transcript"], case["behind"])
        judged = run([bound], replace(subject, signals={**subject.signals, LineUp: lineup}))
    return judged.results[0], judged.findings


def _told_apart(questions: list[Question], transcript: Any, behind: float) -> LineUp:
    """A line-up in which what was heard leads every other reading by so much a character."""
    heard = "，".join(segment["text"] for segment in transcript["segments"])
    rankings = []
    for asked in questions:
        scores = (
            0.0 if asked.before + one + asked.after in heard else -behind * len(one)
            for one in asked.readings
        )
        rankings.append(Ranking(asked, tuple(scores)))
    return LineUp("m", tuple(rankings))


@pytest.mark.parametrize(("declared", "case"), CASES)
def test_case(declared: Declared, case: Mapping[str, Any]) -> None:
    assert case.keys() <= _CASE_KEYS
    assert case["signals"].keys() <= {*SIGNALS, *_TOLD}
    result, findings = _run_case(RULES[declared.rule_id], case)
    assert result.outcome is Outcome(case["outcome"]), (result.cause, findings)
    if result.outcome in (Outcome.PASS, Outcome.NOT_APPLICABLE) and "findings" not in case:
        assert not findings
        return
    if result.outcome is Outcome.OPEN and "findings" not in case:
        assert [finding.outcome for finding in findings] in ([], [Outcome.OPEN])
        return
    expected = case["findings"]
    assert [finding.code for finding in findings] == [wanted["code"] for wanted in expected]
    for finding, wanted in zip(findings, expected, strict=True):
        for bound in ("start_s", "end_s"):
            if bound in wanted:
                assert getattr(finding, bound) == pytest.approx(wanted[bound], abs=0.01)
        told = finding.evidence["measured"]
        assert {key: told[key] for key in wanted.get("measured", {})} == wanted.get("measured", {})


@pytest.mark.parametrize(("declared", "case"), CASES)
def test_findings_of_a_case_are_said_and_kept_whole(
    declared: Declared, case: Mapping[str, Any]
) -> None:
    result, findings = _run_case(RULES[declared.rule_id], case)
    assert result.article == RULES[declared.rule_id].rule.article
    assert result.severity is RULES[declared.rule_id].rule.severity
    assert len({finding.finding_id for finding in findings}) == len(findings)
    for finding in findings:
        for message in (finding.message_zh, finding.message_en):
            assert message.strip()
            assert "{" not in message
        assert not _VERDICTS.search(finding.message_zh + finding.message_en)
        assert codec.from_json(Finding, codec.to_json(finding)) == finding
    again, same = _run_case(RULES[declared.rule_id], case)
    assert (again, same) == (result, findings)


@pytest.mark.parametrize("declared", CHECKS, ids=lambda declared: declared.rule_id)
def test_every_code_of_a_check_is_seen_in_a_case(declared: Declared) -> None:
    seen = {
        finding.code
        for case in declared.cases()
        for finding in _run_case(RULES[declared.rule_id], case)[1]
    }
    assert declared.codes.keys() - seen == set()


@pytest.mark.parametrize("declared", CHECKS, ids=lambda declared: declared.rule_id)
def test_every_check_has_cases_that_pass_and_that_do_not(declared: Declared) -> None:
    outcomes = {case["outcome"] for case in declared.cases()}
    assert "pass" in outcomes
    assert outcomes & {"fail", "review"}
    names = [case["name"] for case in declared.cases()]
    assert len(set(names)) == len(names)


def _sentences(declared: Declared) -> Iterator[tuple[str, Mapping[str, str]]]:
    texts = declared.texts
    yield "title", texts["title"]
    yield "rationale", texts["rationale"]
    yield "settles", texts["settles"]
    yield from ((f"codes.{name}", text) for name, text in texts["codes"].items())
    yield from ((f"causes.{name}", text) for name, text in texts.get("causes", {}).items())
    yield from ((f"names.{name}", text) for name, text in texts.get("names", {}).items())
    yield from ((f"innocent.{n}", text) for n, text in enumerate(texts["innocent"]))


@pytest.mark.parametrize("declared", CHECKS, ids=lambda declared: declared.rule_id)
def test_every_text_is_there_in_every_language(declared: Declared) -> None:
    assert declared.texts.keys() <= _TEXT_KEYS
    assert declared.texts["codes"].keys() == declared.codes.keys()
    assert declared.texts["innocent"]
    for name, text in _sentences(declared):
        assert text.keys() == set(LANGUAGES), name
        assert all(isinstance(said, str) and said.strip() for said in text.values()), name
        assert places(text["zh"]) == places(text["en"]), name
        assert re.search("[\u4e00-\u9fff]", text["zh"]), name
        assert not re.search("[\u4e00-\u9fff]", text["en"]), name
        if not name.startswith("codes."):
            assert not places(text["zh"]), name


@pytest.mark.parametrize("declared", CHECKS, ids=lambda declared: declared.rule_id)
def test_sentences_observe_and_do_not_judge(declared: Declared) -> None:
    for name, code in declared.codes.items():
        text = declared.texts["codes"][name]
        for said in text.values():
            assert not _VERDICTS.search(said), name
        if code.outcome in (Outcome.FAIL, Outcome.REVIEW):
            plain = name in _PLAIN_FACTS.get(declared.rule_id, ())
            assert plain or _CAUTIOUS.search(text["zh"]), name


@pytest.mark.parametrize("name", shipped_books())
def test_every_shipped_book_binds_to_checks(name: str) -> None:
    bound = bind(load_rulebook(name))
    assert [one.rule.id for one in bound] == [rule.id for rule in load_rulebook(name).rules]


def test_the_shipped_book_uses_every_check() -> None:
    assert RULES.keys() == all_checks().keys()
