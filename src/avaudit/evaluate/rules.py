"""How well each rule finds what is labelled, and how often it is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median

from avaudit.domain.rule import Outcome
from avaudit.evaluate.figures import Share, share
from avaudit.evaluate.pairing import RAISED, Labelled
from avaudit.evaluate.truth import Label
from avaudit.store.read import Row

_PER_HOURS = 100.0
#: Times in labels and findings are rounded.
_ROUNDED_S = 0.002


@dataclass(frozen=True, slots=True)
class OtherGrade:
    """A label that was found, but only as another outcome than the labelled one."""

    path: str
    labelled: Outcome
    found: Outcome


@dataclass(frozen=True, slots=True)
class SpanError:
    """How far found spans lie from the labelled ones: of each, the larger miss of both ends.

    Over `n` labels that were found and have a span on both sides; seconds. Nine of ten miss by at
    most `p90_s` (nearest rank). `within_frame`: of the labels in files whose `frame_s` is told,
    those missed by no more than that.
    """

    n: int
    median_s: float
    p90_s: float
    largest_s: float
    within_frame: Share


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """A rule over the labelled files that the store holds.

    `recall`: labelled fails and reviews that a finding of either kind meets. `left_open`: labels
    that were not found where the rule said itself that it could not tell. `judged`: files with a
    result of the rule, none at all where its rule book has no such rule. `precision`: fails and
    reviews found that meet a label. `false_alarms`: those that meet none; what a file allows counts
    as neither. `per_100_h` is None
    where no length is known; `hours` is the length of the `files`. `span_error` is None where no
    label that was found has a span.
    """

    rule: str
    files: int
    judged: int
    hours: float
    recall: Share
    precision: Share
    left_open: int
    false_alarms: int
    per_100_h: float | None
    other_grade: tuple[OtherGrade, ...]
    span_error: SpanError | None = None


def rule_figures(files: Sequence[Labelled], collar_s: float) -> tuple[RuleFigures, ...]:
    """Figures of every rule that some file has a label of, by rule.

    A rule that has labels in other files but none in this one does not apply here: what it raises
    here is a false alarm. A rule with labels of sessions is judged by sessions, another by files.
    """
    rules = sorted({label.rule for file in files for label in file.truth.expected})
    of_sessions = {
        label.rule for file in files if file.truth.members for label in file.truth.expected
    }
    return tuple(
        _figures(rule, [f for f in files if bool(f.truth.members) == (rule in of_sessions)],
                 collar_s)
        for rule in rules
    )  # fmt: skip


def _figures(rule: str, files: Sequence[Labelled], collar_s: float) -> RuleFigures:
    found = labelled = right = raised = left_open = 0
    grades: list[OtherGrade] = []
    errors: list[tuple[float, float | None]] = []
    for file in files:
        labels = [one for one in file.truth.expected if one.rule == rule and one.outcome in RAISED]
        of_rule = [f for f in file.findings if f["rule_id"] == rule]
        findings = [f for f in of_rule if not _allowed(f, labels, file, collar_s)]
        labelled += len(labels)
        raised += len(findings)
        right += sum(any(meets(f, one, collar_s) for one in labels) for f in findings)
        for label in labels:
            met = [f for f in findings if meets(f, label, collar_s)]
            outcomes = {Outcome(f["outcome"]) for f in met}
            errors += [(error, file.truth.frame_s) for error in _error(met, label)]
            found += bool(outcomes)
            left_open += not outcomes and file.outcomes.get(rule) == Outcome.OPEN
            if outcomes and label.outcome not in outcomes:
                grades.append(OtherGrade(file.truth.path, label.outcome, min(outcomes)))
    hours = sum(file.length_s for file in files) / 3600
    false = raised - right
    return RuleFigures(
        rule=rule,
        files=len(files),
        judged=sum(rule in file.outcomes for file in files),
        hours=hours,
        recall=share(found, labelled),
        precision=share(right, raised),
        left_open=left_open,
        false_alarms=false,
        per_100_h=false * _PER_HOURS / hours if hours else None,
        other_grade=tuple(grades),
        span_error=_span_error(errors) if errors else None,
    )


def _span_error(errors: Sequence[tuple[float, float | None]]) -> SpanError:
    """Quantiles of misses, each with the length of a frame where it is known."""
    misses = sorted(miss for miss, _ in errors)
    framed = [miss <= frame_s + _ROUNDED_S for miss, frame_s in errors if frame_s is not None]
    return SpanError(
        n=len(misses),
        median_s=median(misses),
        p90_s=misses[ceil(0.9 * len(misses)) - 1],
        largest_s=misses[-1],
        within_frame=share(sum(framed), len(framed)),
    )


def _allowed(finding: Row, labels: Sequence[Label], file: Labelled, collar_s: float) -> bool:
    """Whether a finding meets no label, but what its file allows."""
    if any(meets(finding, one, collar_s) for one in labels):
        return False
    return any(
        one.rule == finding["rule_id"]
        and meets(finding, one, collar_s)
        and (finding["outcome"] != Outcome.FAIL or one.outcome == Outcome.FAIL)
        for one in file.truth.allowed
    )


def _error(met: Sequence[Row], label: Label) -> list[float]:
    """How far the nearest of the findings that meet a label misses its ends; [] without spans."""
    if label.start_s is None or label.end_s is None:
        return []
    misses = [
        max(abs(f["start_s"] - label.start_s), abs(f["end_s"] - label.end_s))
        for f in met
        if f["start_s"] is not None and f["end_s"] is not None
    ]
    return [min(misses)] if misses else []


def meets(finding: Row, label: Label, collar_s: float) -> bool:
    """Whether a finding speaks of the labelled place.

    Spans that lie at most `collar_s` apart meet; where one of both has no span, so do they.
    """
    start, end = finding["start_s"], finding["end_s"]
    if start is None or label.start_s is None:
        return True
    label_end = label.start_s if label.end_s is None else label.end_s
    finding_end = start if end is None else end
    return bool(start - collar_s <= label_end and label.start_s - collar_s <= finding_end)
