"""The runner alone decides outcomes: nothing measured is no pass, and a defect hides nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avaudit.checks import _declare
from avaudit.checks._declare import CheckParams, Code, Declared, absence, all_checks, check
from avaudit.checks._run import Bound, Subject, bind, clock, run
from avaudit.domain.finding import Finding, Measured, NotApplicable, Observation, Result
from avaudit.domain.media import MediaKind
from avaudit.domain.rule import RANK, Outcome, Rule, Severity
from avaudit.domain.signal import FileRead, Missing
from avaudit.domain.time import Span
from avaudit.errors import RuleBookError
from avaudit.i18n import say_error
from avaudit.rules.load import load_rulebook

_READ = FileRead("aa", 10, stable=True)
_TEXT = {"zh": "提示 {quote}", "en": "seen {quote}"}
_TEXTS = {
    "title": {"zh": "题", "en": "title"},
    "codes": dict.fromkeys(("seen", "worse", "absent"), _TEXT),
    "causes": {"too_short": {"zh": "太短", "en": "too short"}},
}
_CODES: dict[str, Outcome | Code] = {
    "seen": Outcome.REVIEW,
    "worse": Outcome.FAIL,
    "absent": absence(Outcome.FAIL),
}

Answer = Measured | NotApplicable


class Params(CheckParams):
    """None."""


def _declared(answer: Callable[[], Answer], rule_id: str = "made.up") -> Declared:
    @check(rule_id, codes=_CODES)
    def function(read: FileRead, params: Params) -> Answer:
        return answer()

    codes = function.__check__[1]  # type: ignore[attr-defined]  # set by the decorator
    wants: dict[str, type] = {"read": FileRead}
    return Declared(
        rule_id,
        function,
        codes,
        Params,
        "params",
        wants,
        frozenset(),
        texts=_TEXTS,
        package=__name__,
    )


def _bound(answer: Callable[[], Answer], min_coverage: float = 0.9) -> Bound:
    rule = Rule("made.up", "14", Severity.LOW, ("video",), min_coverage, {})
    return Bound(rule, _declared(answer), Params())


def _subject(kind: MediaKind = MediaKind.VIDEO, missing: Missing | None = None) -> Subject:
    if missing:
        return Subject("run", "rec", kind, {}, {FileRead: missing})
    return Subject("run", "rec", kind, {FileRead: _READ}, {})


def _one(bound: Bound, subject: Subject) -> tuple[Result, list[Finding]]:
    judged = run([bound], subject)
    (result,) = judged.results
    return result, judged.findings


def _measured(coverage: float, *codes: str, cause: str = "") -> Callable[[], Answer]:
    observations = tuple(Observation(code, Span(1.0, 2.0)) for code in codes)
    return lambda: Measured(coverage, observations, cause)


def _broken() -> Answer:
    raise ZeroDivisionError("a defect")


def test_a_check_that_fails_is_an_error_and_the_others_still_run() -> None:
    bound = [_bound(_measured(1.0)), _bound(_broken), _bound(_measured(1.0, "seen"))]
    judged = run(bound, _subject())
    assert [r.outcome for r in judged.results] == [Outcome.PASS, Outcome.ERROR, Outcome.REVIEW]
    error, seen = judged.findings
    assert error.outcome is Outcome.ERROR
    assert "ZeroDivisionError: a defect" in error.evidence["measured"]["trace"]
    assert "ZeroDivisionError" not in error.message_zh + error.message_en
    assert seen.code == "seen"


def test_a_code_that_a_check_never_declared_is_its_defect_too() -> None:
    bound = [_bound(_measured(1.0, "undeclared")), _bound(_measured(1.0))]
    judged = run(bound, _subject())
    assert [result.outcome for result in judged.results] == [Outcome.ERROR, Outcome.PASS]


@given(
    coverage=st.floats(0, 1), least=st.floats(0, 1),
    codes=st.lists(st.sampled_from(sorted(_CODES)), max_size=4),
)  # fmt: skip
def test_absence_and_passes_need_coverage_and_presence_does_not(
    coverage: float, least: float, codes: list[str]
) -> None:
    result, findings = _one(_bound(_measured(coverage, *codes), least), _subject())
    enough = coverage >= least
    standing = [code for code in codes if enough or code != "absent"]
    if standing:
        assert [finding.code for finding in findings] == standing
        assert result.outcome is (Outcome.REVIEW if set(standing) == {"seen"} else Outcome.FAIL)
        assert RANK[result.outcome] == max(RANK[finding.outcome] for finding in findings)
    elif enough:
        assert (result.outcome, findings) == (Outcome.PASS, [])
    else:
        assert result.outcome is Outcome.OPEN
        assert [finding.outcome for finding in findings] == [Outcome.OPEN]


@pytest.mark.parametrize(
    ("cause", "zh", "en"),
    [("too_short", "太短", "too short"), ("", "能够测量的部分太少", "too little of it")],
)
def test_what_stays_open_says_why(cause: str, zh: str, en: str) -> None:
    result, (finding,) = _one(_bound(_measured(0.5, cause=cause)), _subject())
    assert result.outcome is Outcome.OPEN
    assert zh in finding.message_zh
    assert en in finding.message_en
    assert finding.evidence["measured"] == {"coverage": 0.5}


@pytest.mark.parametrize("cause", ["no_sound", "no_model"])
def test_a_signal_that_could_not_be_measured_leaves_the_rule_open(cause: str) -> None:
    missing = Missing(FileRead.NAME, cause)
    result, (finding,) = _one(_bound(_broken), _subject(missing=missing))
    assert (result.outcome, result.cause) == (Outcome.OPEN, cause)
    assert finding.code == cause


def test_an_unreadable_recording_leaves_rules_open_without_repeating_itself() -> None:
    result, findings = _one(_bound(_broken), _subject(MediaKind.UNKNOWN))
    assert (result.outcome, findings) == (Outcome.OPEN, [])


def test_a_rule_for_other_kinds_does_not_apply() -> None:
    result, findings = _one(_bound(_broken), _subject(MediaKind.PHOTO))
    assert (result.outcome, findings) == (Outcome.NOT_APPLICABLE, [])


def test_a_check_may_say_that_it_does_not_apply() -> None:
    result, findings = _one(_bound(lambda: NotApplicable("no_picture")), _subject())
    assert (result.outcome, result.cause) == (Outcome.NOT_APPLICABLE, "no_picture")
    assert not findings


def test_finding_ids_tell_runs_recordings_and_findings_apart() -> None:
    bound = _bound(_measured(1.0, "seen", "seen"))
    subjects = [_subject(), replace(_subject(), run_id="r2"), replace(_subject(), subject_id="x")]
    ids = [finding.finding_id for subject in subjects for finding in _one(bound, subject)[1]]
    assert len(set(ids)) == 6
    assert ids[:2] == [finding.finding_id for finding in _one(bound, _subject())[1]]


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "00:00.0"), (59.96, "01:00.0"), (75.25, "01:15.2"), (3599.99, "1:00:00.0"),
     (7325.5, "2:02:05.5")],
)  # fmt: skip
def test_clock(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown


def _book(folder: Path, change: Callable[[str], str]) -> tuple[Path, list[str]]:
    text = change(Path(load_rulebook("qingyang").source).read_text(encoding="utf-8"))
    path = folder / "book.yaml"
    path.write_text(text, encoding="utf-8")
    return path, text.splitlines()


def test_an_unknown_rule_is_named_at_its_line(tmp_path: Path) -> None:
    path, lines = _book(tmp_path, lambda t: t.replace("id: custody.hash", "id: custody.hush"))
    with pytest.raises(RuleBookError) as caught:
        bind(load_rulebook(str(path)))
    (problem,) = caught.value.problems
    assert "custody.hush" in lines[problem.line - 1]
    for lang in ("zh", "en"):
        said = say_error(caught.value, lang)
        assert f"{path}:{problem.line}:" in said
        assert "custody.hush" in said
        assert "custody.hash" in said  # what there is instead


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("min_silence_s: ", "min_silence_s: -"),  # below what is measured
        ("late_after_s: 20", "late_after_s: soon"),
        ("few_elements: 1", "few_elements: 8"),
        ("late_after_s: 20", "late_after_sec: 20"),  # unknown, and the right one missing
    ],
)
def test_a_wrong_parameter_is_named_at_its_line(tmp_path: Path, old: str, new: str) -> None:
    path, lines = _book(tmp_path, lambda text: text.replace(old, new, 1))
    with pytest.raises(RuleBookError) as caught:
        bind(load_rulebook(str(path)))
    assert any(new in lines[problem.line - 1] for problem in caught.value.problems)
    for problem in caught.value.problems:
        assert problem.line > 0
        assert f"{path}:{problem.line}:" in say_error(caught.value, "zh")


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    path, _ = _book(
        tmp_path,
        lambda text: text.replace("late_after_s: 20", "late_after_s: 0", 1).replace(
            "id: custody.hash", "id: custody.hush"
        ),
    )
    with pytest.raises(RuleBookError) as caught:
        bind(load_rulebook(str(path)))
    assert {problem.key for problem in caught.value.problems} == {
        "rules.no_check", "rules.wrong_param",
    }  # fmt: skip


def test_every_check_is_found_and_none_by_another_name() -> None:
    folders = {path.parent.name for path in Path(_declare.__file__).parent.glob("*/check.py")}
    assert {rule_id.replace(".", "_") for rule_id in all_checks()} == folders
    assert folders
