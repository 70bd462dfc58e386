"""Run the checks of a rule book over what was measured. Only here outcomes are decided."""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError

from avaudit.checks._declare import CheckParams, Code, Declared, all_checks
from avaudit.domain.finding import Finding, Measured, NotApplicable, Observation, Result, Values
from avaudit.domain.media import MediaKind
from avaudit.domain.rule import RANK, Outcome, Rule, RuleBook
from avaudit.domain.session import GroupKind
from avaudit.domain.signal import Missing, Question
from avaudit.errors import Problem, RuleBookError
from avaudit.i18n import LANGUAGES, fill, say


@dataclass(frozen=True, slots=True)
class Bound:
    """A rule with the check that decides it and its validated parameters."""

    rule: Rule
    check: Declared
    params: CheckParams


@dataclass(frozen=True, slots=True)
class Subject:
    """What checks are run over: a recording (or a group: see `domain.session`), and its signals.

    `subject_id` is the recording's id, or the group's. `missing` says why other signals are not
    there, by type.
    """

    run_id: str
    subject_id: str
    kind: MediaKind | GroupKind
    signals: Mapping[type, object]
    missing: Mapping[type, Missing]


def bind(book: RuleBook) -> tuple[Bound, ...]:
    """Find the check of each rule and validate the rule's parameters.

    Raises `RuleBookError` with each unknown rule and each wrong parameter, at its line.
    """
    bound: list[Bound] = []
    problems: list[Problem] = []
    for rule in book.rules:
        declared = all_checks().get(rule.id)
        if declared is None:
            known = ", ".join(sorted(all_checks()))
            problems.append(_problem(book, rule, "id", "rules.no_check", id=rule.id, known=known))
            continue
        try:
            bound.append(Bound(rule, declared, declared.params.model_validate(dict(rule.params))))
        except ValidationError as error:
            problems += [_param_problem(book, rule, e) for e in error.errors()]
    if problems:
        raise RuleBookError("rules.unusable", problems, file=book.source or book.id)
    return tuple(bound)


def _param_problem(book: RuleBook, rule: Rule, error: Mapping[str, object]) -> Problem:
    location = error["loc"]
    name = ".".join(map(str, location)) if isinstance(location, tuple) else str(location)
    return _problem(
        book, rule, f"params.{name}", "rules.wrong_param",
        id=rule.id, name=name, reason=error["msg"], found=error["input"],
    )  # fmt: skip


def _problem(book: RuleBook, rule: Rule, place: str, key: str, **values: object) -> Problem:
    line, column = rule.places.get(place) or rule.places.get("", (0, 0))
    return Problem(book.source or book.id, key, values, line, column)


@dataclass(slots=True)
class Judged:
    """The outcome of every rule for a recording, and the findings behind them.

    `questions` are those whose answers would make it surer: see `domain.signal.LineUp`.
    """

    results: list[Result] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)


def run(bound: Iterable[Bound], subject: Subject) -> Judged:
    """Judge a subject by every rule for its like: recordings by theirs, groups by theirs."""
    judged = Judged()
    for one in bound:
        if not _concerns(one.rule, subject.kind):
            continue
        result, found = _run_one(one, subject, judged.questions)
        judged.results.append(result)
        judged.findings += found
    return judged


def _concerns(rule: Rule, kind: MediaKind | GroupKind) -> bool:
    """Whether a rule is for subjects of that like at all; within one, `applies_to` is exact."""
    if isinstance(kind, GroupKind):
        return kind in rule.applies_to
    return any(name not in tuple(GroupKind) for name in rule.applies_to)


def _run_one(
    bound: Bound, subject: Subject, questions: list[Question]
) -> tuple[Result, list[Finding]]:
    rule = bound.rule
    if subject.kind is MediaKind.UNKNOWN and MediaKind.UNKNOWN not in rule.applies_to:
        # `quality.unreadable` says it once; six more findings would only bury it.
        return _result(rule, Outcome.OPEN, "unreadable"), []
    if subject.kind not in rule.applies_to:
        return _result(rule, Outcome.NOT_APPLICABLE, "kind"), []
    for name, signal in bound.check.wants.items():
        if signal not in subject.signals and name not in bound.check.optional:
            lacking = subject.missing.get(signal)
            return _open(bound, subject, lacking.cause if lacking else "not_measured")
    try:
        return _ask(bound, subject, questions)
    except Exception:  # noqa: BLE001  a check's defect must not hide the other checks' results
        return _error(bound, subject, traceback.format_exc(limit=-3))


def _ask(bound: Bound, subject: Subject, questions: list[Question]) -> tuple[Result, list[Finding]]:
    given = {name: subject.signals.get(signal) for name, signal in bound.check.wants.items()}
    answer = bound.check.function(**given, **{bound.check.params_name: bound.params})
    if isinstance(answer, NotApplicable):
        return _result(bound.rule, Outcome.NOT_APPLICABLE, answer.cause), []
    questions += answer.questions
    return _decide(bound, subject, answer)


def _result(rule: Rule, outcome: Outcome, cause: str) -> Result:
    return Result(rule.id, outcome, cause, rule.article, rule.severity)


def _decide(bound: Bound, subject: Subject, answer: Measured) -> tuple[Result, list[Finding]]:
    enough = answer.coverage >= bound.rule.min_coverage
    seen = [(o, bound.check.codes[o.code]) for o in answer.observations]
    standing = [(o, c) for o, c in seen if enough or not c.needs_coverage]
    if not standing:
        if enough:
            return _result(bound.rule, Outcome.PASS, ""), []
        return _open(bound, subject, answer.cause or "coverage", coverage=round(answer.coverage, 3))
    findings = [
        _finding(bound, subject, o, c, answer.coverage, n) for n, (o, c) in enumerate(standing)
    ]
    worst, code = max(standing, key=lambda pair: RANK[pair[1].outcome])
    return _result(bound.rule, code.outcome, worst.code), findings


def _finding(
    bound: Bound, subject: Subject, seen: Observation, code: Code, coverage: float, number: int
) -> Finding:
    sentence = bound.check.texts["codes"][seen.code]
    names = bound.check.texts.get("names", {})
    said = {lang: fill(sentence[lang], _fillers(seen, names, lang)) for lang in LANGUAGES}
    evidence = {
        "measured": dict(seen.measured),
        "expected": dict(seen.expected),
        "coverage": round(coverage, 3),
        "quote": seen.quote,
        "params": bound.params.model_dump(mode="json"),
    }
    return Finding(
        finding_id=_id(subject, bound.rule.id, seen.code, str(number)),
        rule_id=bound.rule.id,
        article=bound.rule.article,
        code=seen.code,
        outcome=code.outcome,
        severity=bound.rule.severity,
        message_zh=said["zh"],
        message_en=said["en"],
        evidence=evidence,
        grade=seen.grade,
        score=seen.score,
        start_s=round(seen.span.onset_s, 3) if seen.span else None,
        end_s=round(seen.span.offset_s, 3) if seen.span else None,
        recording_id=seen.recording_id,
    )


def _fillers(
    seen: Observation, names: Mapping[str, Mapping[str, str]], lang: str
) -> dict[str, object]:
    """What fills a sentence: raw values, expected ones as `expected_NAME`, and the time of it.

    In lists, what the check's texts have a name for is called by it.
    """
    values: dict[str, object] = dict(seen.measured)
    values |= {f"expected_{name}": value for name, value in seen.expected.items()}
    for name, value in values.items():
        if isinstance(value, list | tuple):
            values[name] = " / ".join(names.get(str(v), {}).get(lang, str(v)) for v in value)
    values["quote"] = seen.quote
    if seen.span:
        values |= {"start": clock(seen.span.onset_s), "end": clock(seen.span.offset_s)}
        values["length_s"] = seen.span.length_s
    return values


def clock(seconds: float) -> str:
    """Seconds of the recording as m:ss.s, or h:mm:ss.s."""
    tenths = round(seconds * 10)
    hours, rest = divmod(tenths, 36000)
    minutes, rest = divmod(rest, 600)
    shown = f"{minutes:02d}:{rest // 10:02d}.{rest % 10}"
    return f"{hours}:{shown}" if hours else shown


def _open(
    bound: Bound, subject: Subject, cause: str, **measured: object
) -> tuple[Result, list[Finding]]:
    """The rule applies and could not be decided: said aloud, never a silent pass."""
    return _plain(bound, subject, Outcome.OPEN, cause, dict(measured))


def _error(bound: Bound, subject: Subject, trace: str) -> tuple[Result, list[Finding]]:
    return _plain(bound, subject, Outcome.ERROR, "defect", {"trace": trace})


def _plain(
    bound: Bound, subject: Subject, outcome: Outcome, cause: str, measured: Values
) -> tuple[Result, list[Finding]]:
    title = bound.check.texts["title"]
    reasons = bound.check.texts.get("causes", {})
    said = {}
    for lang in LANGUAGES:
        why = reasons[cause][lang] if cause in reasons else say(f"checks.cause_{cause}", lang)
        said[lang] = say(f"checks.{outcome}", lang, title=title[lang], why=why)
    finding = Finding(
        finding_id=_id(subject, bound.rule.id, cause, outcome),
        rule_id=bound.rule.id,
        article=bound.rule.article,
        code=cause,
        outcome=outcome,
        severity=bound.rule.severity,
        message_zh=said["zh"],
        message_en=said["en"],
        evidence={"measured": measured, "params": bound.params.model_dump(mode="json")},
    )
    return _result(bound.rule, outcome, cause), [finding]


def _id(subject: Subject, *parts: str) -> str:
    whole = "\0".join((subject.run_id, subject.subject_id, *parts))
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


__all__ = ["Bound", "Judged", "Subject", "bind", "clock", "run"]
