"""Does the first recording of an activity begin when the activity does?"""

from __future__ import annotations

from avaudit.checks._declare import check
from avaudit.checks._extent import ExtentParams, extent, lacking
from avaudit.domain.finding import Measured, NotApplicable, Observation
from avaudit.domain.rule import Outcome
from avaudit.domain.session import Coverage


class Params(ExtentParams):
    """See `ExtentParams`."""


@check(
    "coverage.late_start",
    codes={
        "late_start": Outcome.FAIL,
        "maybe": Outcome.REVIEW,
        "explained_in_writing": Outcome.REVIEW,
        "no_clock": Outcome.OPEN,
    },
)
def late_start(coverage: Coverage, params: Params) -> Measured | NotApplicable:
    """The earliest start by any device against the register's."""
    started_at = coverage.activity.started_at
    found = extent(coverage)
    if started_at is None:
        return NotApplicable("no_time")
    if not found.sure and not found.unsure:
        return NotApplicable("not_recorded")
    starts = [
        (member.started_at, member.path, member) for member in found.sure if member.started_at
    ]
    if not starts:
        return Measured(1.0, (Observation("no_clock", measured={"n": len(found.unsure)}),))
    first_at, _, first = min(starts, key=lambda start: start[:2])
    seen = lacking("late_start", coverage, first, started_at, first_at, found.unsure, params)
    return Measured(1.0, (seen,) if seen else ())
