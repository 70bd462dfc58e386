"""A number is missing between two files that a device numbered: was a file lost or left out?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from pydantic import Field

from avaudit.checks._between import BoundaryParams, described, is_segmentation
from avaudit.checks._declare import check
from avaudit.domain.boundary import Boundary, Habits, boundaries
from avaudit.domain.finding import Measured, NotApplicable, Observation
from avaudit.domain.rule import Outcome
from avaudit.domain.session import Member, Session


class Params(BoundaryParams):
    """See `BoundaryParams`.

    Numbers run without holes where at least `sure_steps` neighbouring ones of the device are known
    and none of them leaves one out. More than `max_missing` at once are another series.
    """

    sure_steps: int = Field(ge=2)
    max_missing: int = Field(ge=1)


@check(
    "continuity.file_missing",
    codes={"missing": Outcome.FAIL, "maybe_missing": Outcome.REVIEW},
)
def file_missing(
    session: Session, habits: Habits | None, params: Params
) -> Measured | NotApplicable:
    """One observation for each hole in the numbers between files with time missing there too."""
    numbered = [member for member in session.members if member.number is not None and member.series]
    if len(numbered) < 2:
        return NotApplicable("no_numbers")
    by_id = {b.before.recording_id: b for b in boundaries(session)}
    seen = []
    for after, before, numbers in _holes(numbered, habits, params):
        boundary = by_id.get(before.recording_id) or Boundary(after, before, None, None)
        if not is_segmentation(boundary, session, habits, params):
            seen.append(_observation(boundary, numbers, session, habits, params))
    return Measured(1.0, tuple(seen))


def _holes(
    numbered: list[Member], habits: Habits | None, params: Params
) -> Iterator[tuple[Member, Member, list[str]]]:
    """Neighbours by number in one series with the numbers between them that no file has."""
    elsewhere = set(habits.elsewhere) if habits else set()
    ordered = sorted(numbered, key=lambda m: (m.series, m.number or 0, m.part or 0))
    for after, before in pairwise(ordered):
        if after.series != before.series or after.number is None or before.number is None:
            continue
        if after.number == before.number and after.part is not None and before.part is not None:
            missing = [f"{after.number}-{part}" for part in range(after.part + 1, before.part)]
        elif before.number - after.number - 1 > params.max_missing:
            continue
        else:
            between = range(after.number + 1, before.number)
            missing = [str(n) for n in between if (after.series, n) not in elsewhere]
        if missing:
            yield after, before, missing


def _observation(
    boundary: Boundary, numbers: list[str], session: Session, habits: Habits | None, params: Params
) -> Observation:
    steps, skipped = (habits.steps, habits.skipped) if habits else (0, 0)
    runs_on = steps >= params.sure_steps and skipped <= 1  # this hole is one of them
    sure = runs_on and session.activity and session.device_id and boundary.gap_s is not None
    measured = {
        **described(boundary), "in": "missing_file", "explanation": "not_examined",
        "numbers": numbers, "n": len(numbers), "steps": steps, "skipped": skipped,
    }  # fmt: skip
    return Observation(
        "missing" if sure else "maybe_missing",
        measured=measured,
        expected={"steps": params.sure_steps},
        recording_id=boundary.before.recording_id,
    )
