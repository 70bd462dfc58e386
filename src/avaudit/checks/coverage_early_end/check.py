"""Does the last recording of an activity go on until the activity ends?"""

from __future__ import annotations

from avaudit.checks._declare import check
from avaudit.checks._extent import ExtentParams, extent, lacking
from avaudit.domain.finding import Measured, NotApplicable, Observation
from avaudit.domain.rule import Outcome
from avaudit.domain.session import Coverage


class Params(ExtentParams):
    """See `ExtentParams`."""


@check(
    "coverage.early_end",
    codes={
        "early_end": Outcome.FAIL,
        "maybe": Outcome.REVIEW,
        "explained_in_writing": Outcome.REVIEW,
        "no_clock": Outcome.OPEN,
    },
)
def early_end(coverage: Coverage, params: Params) -> Measured | NotApplicable:
    """The latest end by any device against the register's. A file of unknown length may go on."""
    ended_at = coverage.activity.ended_at
    found = extent(coverage)
    if ended_at is None:
        return NotApplicable("no_time")
    if not found.sure and not found.unsure:
        return NotApplicable("not_recorded")
    ends = [(member.ended_at, member.path, member) for member in found.sure if member.ended_at]
    endless = tuple(member for member in found.sure if member.ended_at is None)
    if not ends:
        n = len(found.unsure) + len(endless)
        return Measured(1.0, (Observation("no_clock", measured={"n": n}),))
    last_at, _, last = max(ends, key=lambda end: end[:2])
    unsure = (*found.unsure, *endless)
    seen = lacking("early_end", coverage, last, last_at, ended_at, unsure, params)
    return Measured(1.0, (seen,) if seen else ())
