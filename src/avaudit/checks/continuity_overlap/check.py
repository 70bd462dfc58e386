"""Two files of one device that cover the same time: which of them is right about it?"""

from __future__ import annotations

from avaudit.checks._between import BoundaryParams, is_segmentation, seen
from avaudit.checks._declare import check
from avaudit.domain.boundary import Boundary, Habits, boundaries
from avaudit.domain.finding import Measured, NotApplicable, Observation
from avaudit.domain.rule import Outcome
from avaudit.domain.session import Session


class Params(BoundaryParams):
    """See `BoundaryParams`."""


@check(
    "continuity.overlap",
    codes={"pre_record": Outcome.PASS, "overlap": Outcome.REVIEW},
)
def overlap(session: Session, habits: Habits | None, params: Params) -> Measured | NotApplicable:
    """One observation for each boundary at which files overlap by more than parts of one do."""
    found = boundaries(session)
    timed = [boundary for boundary in found if boundary.gap_s is not None or boundary.chapters]
    if not found or not session.device_id:
        return NotApplicable("one_file" if not found else "no_device")
    observations = tuple(
        _observation(boundary, params)
        for boundary in timed
        if not is_segmentation(boundary, session, habits, params)
        and boundary.gap_s is not None
        and boundary.gap_s < 0
    )
    return Measured(len(timed) / len(found), observations, cause="no_clock")


def _observation(boundary: Boundary, params: Params) -> Observation:
    overlap_s = -(boundary.gap_s or 0.0)
    kept_before = overlap_s <= params.pre_record_s
    code = "pre_record" if kept_before else "overlap"
    return seen(code, boundary, "overlap", "pre_record" if kept_before else "not_examined",
                overlap_s=overlap_s)  # fmt: skip
