"""Between two files: the device's own parting, an explained interruption, or neither?"""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from avaudit.checks._between import (
    BoundaryParams,
    is_segmentation,
    seen,
    tolerance_s,
    uncovered_s,
)
from avaudit.checks._declare import check
from avaudit.checks._reasons import ReasonParams, Sound, answer
from avaudit.domain.boundary import Beside, Boundary, Habits, Restart, Restarts, boundaries
from avaudit.domain.finding import Measured, NotApplicable, Observation
from avaudit.domain.rule import Outcome
from avaudit.domain.session import Session

_KIND = "between_files"


class Params(BoundaryParams, ReasonParams):
    """See `BoundaryParams` and `ReasonParams`. A shorter gap than `min_gap_s` is for review."""

    min_gap_s: float = Field(gt=0)


@check(
    "continuity.between_files",
    codes={
        "segmentation": Outcome.PASS,
        "explained_aloud": Outcome.PASS,
        "maybe_explained": Outcome.REVIEW,
        "explained_in_writing": Outcome.PASS,
        "covered_elsewhere": Outcome.REVIEW,
        "short_gap": Outcome.REVIEW,
        "maybe_separate": Outcome.REVIEW,
        "unexplained": Outcome.FAIL,
        "not_understood": Outcome.OPEN,
        "not_listened": Outcome.OPEN,
        "no_clock": Outcome.OPEN,
    },
)
def between_files(
    session: Session, habits: Habits | None, restarts: Restarts | None, beside: Beside | None,
    params: Params,
) -> Measured | NotApplicable:  # fmt: skip
    """One observation for each boundary but those where files overlap."""
    found = boundaries(session)
    if not found:
        return NotApplicable("one_file")
    observations = [_judged(b, session, habits, restarts, beside, params) for b in found]
    return Measured(1.0, tuple(one for one in observations if one))


def _judged(
    boundary: Boundary, session: Session, habits: Habits | None, restarts: Restarts | None,
    beside: Beside | None, params: Params,
) -> Observation | None:  # fmt: skip
    if is_segmentation(boundary, session, habits, params):
        return seen("segmentation", boundary, "segmentation", "segmentation",
                    tolerance_s=round(tolerance_s(habits, params), 1))  # fmt: skip
    if boundary.gap_s is None:
        return seen("no_clock", boundary, _KIND, "no_clock")
    if boundary.gap_s < 0:
        return None
    sound = _sound(restarts.of(boundary.before.recording_id) if restarts else None)
    activity = session.activity
    written = params.written(activity.written_explanations) if activity else ""
    found = answer(sound, 0.0, 0.0, written, params)
    code = found.code
    if code in ("unexplained", "not_understood", "not_listened"):
        code = _unexplained(code, boundary, session, beside, params)
    more = {"mentions": list(found.mentions)} if found.mentions else {}
    explanation = "covered" if code == "covered_elsewhere" else found.explanation
    return seen(code, boundary, _KIND, explanation, found.quote, found.score, **more)


def _sound(restart: Restart | None) -> Sound | None:
    if not restart or not (restart.transcript and restart.speech and restart.silence):
        return None
    return Sound(restart.transcript, restart.speech, restart.silence)


def _unexplained(
    code: str, boundary: Boundary, session: Session, beside: Beside | None, params: Params
) -> str:
    """What a gap without a reason comes to: whether it is one at all, and how sure that is."""
    gap_s, at = boundary.gap_s or 0.0, boundary.at
    if at and beside:
        left_s = uncovered_s(at, at + timedelta(seconds=gap_s), beside.members)
        if left_s <= params.segment_tolerance_s:
            return "covered_elsewhere"
    if gap_s < params.min_gap_s:
        return "short_gap"
    if not _of_one_activity(boundary, session):
        return "maybe_separate"
    return code


def _of_one_activity(boundary: Boundary, session: Session) -> bool:
    """Whether both files surely record one activity of the register, while it went on."""
    activity, at = session.activity, boundary.at
    if not activity or not session.device_id or boundary.after.doubt or boundary.before.doubt:
        return False
    if {boundary.after.activity_id, boundary.before.activity_id} != {activity.activity_id}:
        return False
    until = at + timedelta(seconds=boundary.gap_s or 0.0) if at else None
    if at and activity.ended_at and at >= activity.ended_at:
        return False
    return not (until and activity.started_at and until <= activity.started_at)
