"""Whether an original still is, byte for byte, what it was when it was seen first (Article 20)."""

from __future__ import annotations

from pydantic import Field

from avaudit.checks._declare import CheckParams, check
from avaudit.domain.custody import OriginalState, State
from avaudit.domain.finding import Measured, NotApplicable, Observation, Values
from avaudit.domain.rule import Outcome

_ELSEWHERE = (State.MISSING, State.UNDONE, State.SOURCE_GONE)


class Params(CheckParams):
    """When a file counts as at rest."""

    settled_after_s: float = Field(gt=0)


@check(
    "custody.original_changed",
    codes={
        "changed": Outcome.FAIL,
        "changed_unsettled": Outcome.REVIEW,
        "swapped": Outcome.REVIEW,
    },
)
def original_changed(state: OriginalState, params: Params) -> Measured | NotApplicable:
    """From the SHA-256 taken at first sight and the one of what lies there now.

    A file that somebody had just written to when it was seen first may only not have been whole
    then. What changed places with another original is whole, but not where it was.
    """
    if state.state is State.ENDED:
        return NotApplicable("retention_over")
    if state.state in _ELSEWHERE:
        return NotApplicable("not_there")
    if state.state is State.UNREADABLE:
        return Measured(0.0, cause="unreadable")
    if state.state not in (State.CHANGED, State.SWAPPED):
        return Measured(1.0)
    measured: Values = {
        "found_sha256": state.found_sha256,
        "found_on": str(state.found_on),
        "other_path": state.other_path,
        "quiet_s": state.quiet_s,
    }
    expected: Values = {"sha256": state.sha256, "whole_on": str(state.whole_on)}
    code = "swapped"
    if state.state is State.CHANGED:
        settled = state.quiet_s is not None and state.quiet_s >= params.settled_after_s
        code = "changed" if settled else "changed_unsettled"
    return Measured(1.0, (Observation(code, measured=measured, expected=expected, score=1.0),))
