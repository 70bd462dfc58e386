"""Has an activity that must be recorded a recording at all?

What has no recording is said to lack one only when its recordings had to be in storage long ago
and others of those days were audited: else nobody may have brought them yet, or given them.
"""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from avaudit.checks._declare import CheckParams, check
from avaudit.domain.finding import Measured, NotApplicable, Observation
from avaudit.domain.matter import Duty
from avaudit.domain.owed import Owed
from avaudit.domain.register import Activity
from avaudit.domain.rule import Outcome
from avaudit.domain.session import Coverage, Member
from avaudit.domain.workdays import Term


class Params(CheckParams):
    """`days`: working days after the activity by whose end its recordings are in storage. A cell
    of the register that reads as one of `no_explanation` explains nothing."""

    days: int = Field(ge=1, le=4)
    no_explanation: tuple[str, ...]


@check(
    "coverage.recording_missing",
    codes={
        "missing": Outcome.FAIL,
        "missing_provisional": Outcome.REVIEW,
        "missing_explained": Outcome.REVIEW,
        "unexaminable": Outcome.REVIEW,
        "other_manner": Outcome.REVIEW,
        "not_yet": Outcome.OPEN,
        "not_looked": Outcome.OPEN,
        "kind_unknown": Outcome.OPEN,
    },
)
def recording_missing(coverage: Coverage, owed: Owed, params: Params) -> Measured | NotApplicable:
    """Look for recordings where the list of matters asks for them."""
    if owed.matter and owed.matter.duty is Duty.MAY:
        return NotApplicable("may")
    members = [member for session in coverage.sessions for member in session.members]
    code = _of_members(members, owed) if members else _without(coverage.activity, owed, params)
    if code == "no_day":
        return Measured(0.0, cause="no_day")
    seen = (_observation(code, coverage.activity, owed, params, len(members)),) if code else ()
    return Measured(1.0, seen)


def _of_members(members: list[Member], owed: Owed) -> str:
    """What is wrong with the recordings that there are; "" for nothing, or nothing asked for."""
    usable = [member for member in members if member.status != "unexaminable"]
    if owed.matter is None:
        return ""
    if not usable:
        return "unexaminable"
    return "" if any(m.kind in owed.matter.manner for m in usable) else "other_manner"


def _without(activity: Activity, owed: Owed, params: Params) -> str:
    """What it comes to that there is no recording; `no_day` where no day of it is known."""
    if owed.term is None:
        return "no_day"
    if not owed.term.over(params.days):
        return "not_yet"
    if owed.matter is None:
        return "kind_unknown"
    if not owed.audited_around:
        return "not_looked"
    if activity.written_explanations.strip() not in ("", *params.no_explanation):
        return "missing_explained"
    return "missing" if owed.term.surely_over(params.days) else "missing_provisional"


def _observation(
    code: str, activity: Activity, owed: Owed, params: Params, recordings: int
) -> Observation:
    measured = {
        "activity_id": activity.activity_id,
        "kind": activity.kind,
        "started": f"{activity.started_at:%Y-%m-%d %H:%M}" if activity.started_at else "-",
        "recordings": recordings,
        "explanation": activity.written_explanations,
    }
    expected = {"manner": list(owed.matter.manner) if owed.matter else []}
    return Observation(code, measured=measured, expected={**expected, **_due(owed.term, params)})


def _due(term: Term | None, params: Params) -> dict[str, object]:
    """The last day on which recordings had to come in, and the first on which they are missing."""
    if term is None:
        return {"deadline": "-", "missing_from": "-"}
    day = term.deadline(params.days).day
    return {"deadline": str(day), "missing_from": str(day + timedelta(days=1))}
