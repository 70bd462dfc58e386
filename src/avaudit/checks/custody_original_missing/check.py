"""Whether an original still lies where it was seen first, within its retention (Article 20)."""

from __future__ import annotations

from avaudit.checks._declare import CheckParams, check
from avaudit.domain.custody import OriginalState, State
from avaudit.domain.finding import Measured, NotApplicable, Observation, Values
from avaudit.domain.rule import Outcome

_CODES = {
    State.MISSING: "missing",
    State.MOVED: "moved",
    State.UNDONE: "undone",
    State.SOURCE_GONE: "source_gone",
}


class Params(CheckParams):
    """Nothing to set: a file is there or it is not."""


@check(
    "custody.original_missing",
    codes={
        "missing": Outcome.FAIL,
        "copy_left": Outcome.REVIEW,
        "moved": Outcome.REVIEW,
        "undone": Outcome.REVIEW,
        "source_gone": Outcome.REVIEW,
    },
)
def original_missing(
    state: OriginalState,
    params: Params,  # noqa: ARG001  (every check has some)
) -> Measured | NotApplicable:
    """From what lay at the places of originals, and whether the same bytes lie elsewhere.

    A whole folder that is gone is one observation: its share may only not be connected. What once
    replaced another original, and gave way to it again, is lost only where its bytes lie nowhere.
    """
    if state.state is State.ENDED:
        return NotApplicable("retention_over")
    if state.state is State.UNREADABLE:
        return Measured(0.0, cause="unreadable")
    code = _CODES.get(state.state)
    if code is None or (state.state is State.UNDONE and not state.lost):
        return Measured(1.0)
    if state.state is State.MISSING and not state.lost:
        code = "copy_left"
    measured: Values = {
        "path": state.path,
        "other_path": state.other_path,
        "found_on": str(state.found_on),
        "n": state.n,
    }
    expected: Values = {
        "sha256": state.sha256,
        "whole_on": str(state.whole_on),
        "kept_until": str(state.kept_until) if state.kept_until else "",
        "held": state.held,
    }
    return Measured(1.0, (Observation(code, measured=measured, expected=expected, score=1.0),))
