"""Rules as data: what a rule book says, with the place in the file where it says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from avaudit.domain.matter import Matter
from avaudit.domain.retention import Retention


class Outcome(StrEnum):
    """What a rule came to for one subject. See `RANK` for their weight."""

    PASS = "pass"
    FAIL = "fail"
    REVIEW = "review"
    OPEN = "open"
    NOT_APPLICABLE = "not_applicable"
    ERROR = "error"


#: Heavier outcomes hide lighter ones. What could not be told weighs more than a pass.
RANK: Mapping[Outcome, int] = {
    Outcome.NOT_APPLICABLE: 0,
    Outcome.PASS: 1,
    Outcome.OPEN: 2,
    Outcome.REVIEW: 3,
    Outcome.FAIL: 4,
    Outcome.ERROR: 5,
}


class Severity(StrEnum):
    """How much a failed rule matters, heaviest first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of a rule book.

    `min_coverage` is the share (0 to 1) of the subject that must have been measured before the
    runner writes a pass. `places` gives (line, column) of each key, "" being the entry itself and
    `params.NAME` a parameter.
    """

    id: str
    article: str
    severity: Severity
    applies_to: tuple[str, ...]
    min_coverage: float
    params: Mapping[str, object]
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class RuleBook:
    """A versioned rule book. `articles` maps an article to its text by language (`zh`, `en`).

    `matters` are what is to be recorded (Article 8), where the book holds that list; `retention`
    says how long originals are kept, `approvals` what needs somebody's approval (view, export).
    """

    id: str
    version: str
    title: Mapping[str, str]
    regulation: Mapping[str, str]
    articles: Mapping[str, Mapping[str, str]]
    rules: tuple[Rule, ...]
    sha256: str
    matters: tuple[Matter, ...] = ()
    retention: tuple[Retention, ...] = ()
    approvals: tuple[str, ...] = ()
    source: str = field(default="", compare=False)

    def rule(self, rule_id: str) -> Rule | None:
        """The rule with that id, if the book has it."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)
