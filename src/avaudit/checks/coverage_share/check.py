"""How much of an activity's time do its recordings cover, all devices together?

By the register's times, which people write down, often to the minute: what is not covered is for
review, never a failure.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from pydantic import Field

from avaudit.checks._declare import CheckParams, check
from avaudit.domain.finding import Measured, NotApplicable, Observation
from avaudit.domain.media import MediaKind
from avaudit.domain.rule import Outcome
from avaudit.domain.session import Coverage, Member
from avaudit.domain.time import Span, gaps, total_s


class Params(CheckParams):
    """`min_share` (0 to 1) of the activity must be covered, below `little_share` it is little.
    Stretches of at least `min_stretch_s` are listed, the longest `max_listed` of them."""

    min_share: float = Field(gt=0, le=1)
    little_share: float = Field(ge=0, le=1)
    min_stretch_s: float = Field(ge=0)
    max_listed: int = Field(ge=1, le=50)


@check("coverage.share", codes={"partly": Outcome.REVIEW, "little": Outcome.REVIEW})
def share(coverage: Coverage, params: Params) -> Measured | NotApplicable:
    """Compare the union of the recordings with the activity's time."""
    activity = coverage.activity
    members = [m for session in coverage.sessions for m in session.members]
    lasting = [m for m in members if m.kind is not MediaKind.PHOTO]
    if not lasting:
        return NotApplicable("photos" if members else "no_recording")
    if activity.started_at is None or activity.ended_at is None:
        return Measured(0.0, cause="no_times")
    whole = Span(0.0, (activity.ended_at - activity.started_at).total_seconds())
    if not whole.length_s:
        return Measured(0.0, cause="no_times")
    covered, unplaced_s = _covered(lasting, activity.started_at, whole)
    least = total_s(covered) / whole.length_s
    if least >= params.min_share:
        return Measured(1.0)
    if least + unplaced_s / whole.length_s >= params.min_share:
        return Measured(0.0, cause="no_clock")
    return Measured(1.0, (_observation(covered, least, whole, activity.started_at, params),))


def _covered(
    members: Iterable[Member], started_at: datetime, whole: Span
) -> tuple[list[Span], float]:
    """What is covered, in seconds of the activity; and how many seconds of recordings may lie
    anywhere: those without a clock, and those whose clock puts them outside it altogether."""
    covered: list[Span] = []
    unplaced_s = 0.0
    for member in members:
        at, length_s = member.own_start, member.duration_s
        if length_s is None:
            unplaced_s += whole.length_s
            continue
        onset = (at - started_at).total_seconds() if at else None
        if onset is None or onset >= whole.offset_s or onset + length_s <= 0:
            unplaced_s += length_s
        else:
            covered.append(Span(max(0.0, onset), min(whole.offset_s, onset + length_s)))
    return covered, unplaced_s


def _observation(
    covered: list[Span], least: float, whole: Span, started_at: datetime, params: Params
) -> Observation:
    free = [one for one in gaps(covered, whole) if one.length_s >= params.min_stretch_s]
    longest = sorted(free, key=lambda one: -one.length_s)[: params.max_listed]
    measured = {
        "percent": round(100 * least),
        "minutes": round(whole.length_s / 60, 1),
        "uncovered": [_times(one, started_at) for one in sorted(longest)],
        "stretches": len(free),
    }
    expected = {"percent": round(100 * params.min_share)}
    code = "little" if least < params.little_share else "partly"
    return Observation(code, measured=measured, expected=expected)


def _times(span: Span, started_at: datetime) -> str:
    """A stretch of the activity by the time of day."""
    begin, end = (started_at + timedelta(seconds=at) for at in (span.onset_s, span.offset_s))
    return f"{begin:%H:%M:%S}-{end:%H:%M:%S}"
