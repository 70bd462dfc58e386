"""Recordings that go with no activity, although there is a register."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import PurePath

from pydantic import Field

from avaudit.checks._declare import CheckParams, check
from avaudit.domain.finding import Measured, NotApplicable, Observation
from avaudit.domain.media import MediaKind
from avaudit.domain.owed import Nearby
from avaudit.domain.register import Activity
from avaudit.domain.rule import Outcome
from avaudit.domain.session import Member, Session


class Params(CheckParams):
    """Sessions shorter than `min_length_s` are trials of a device. An activity that begins or
    ends within `near_s` of the session, or names its device, may be the one."""

    min_length_s: float = Field(ge=0)
    near_s: float = Field(ge=0)


@check(
    "coverage.recording_unmatched",
    codes={
        "unmatched": Outcome.REVIEW,
        "perhaps": Outcome.REVIEW,
        "not_of_the_period": Outcome.OPEN,
    },
)
def recording_unmatched(
    session: Session, nearby: Nearby | None, params: Params
) -> Measured | NotApplicable:
    """Say which recordings nobody registered, with the nearest activity where one is plausible."""
    if nearby is None:
        return NotApplicable("no_register")
    if session.activity is not None:
        return Measured(1.0)
    if _length_s(session.members) < params.min_length_s:
        return NotApplicable("too_short")
    starts = [member.own_start for member in session.members if member.own_start]
    if not starts:
        return Measured(0.0, cause="no_clock")
    if not nearby.in_period:
        return Measured(1.0, (_observation("not_of_the_period", session, min(starts)),))
    likely = _likely(session, nearby.activities, min(starts), params)
    return Measured(
        1.0, (_observation("perhaps" if likely else "unmatched", session, min(starts), likely),)
    )


def _length_s(members: Iterable[Member]) -> float:
    """How long the session lasts; one with a photo, or of which nobody knows, without end."""
    lengths = [None if m.kind is MediaKind.PHOTO else m.duration_s for m in members]
    return sum(float("inf") if length is None else length for length in lengths)


def _likely(
    session: Session, activities: Iterable[Activity], at: datetime, params: Params
) -> Activity | None:
    """The activity that the session may be of: one that names its device goes first."""
    plausible = [
        activity
        for activity in activities
        if activity.names_device(session.device_id)
        or activity.distance(at).total_seconds() <= params.near_s
    ]
    return min(
        plausible,
        key=lambda a: (not a.names_device(session.device_id), a.distance(at)),
        default=None,
    )


def _observation(
    code: str, session: Session, at: datetime, likely: Activity | None = None
) -> Observation:
    measured = {
        "files": len(session.members),
        "first": PurePath(session.members[0].path).name,
        "started": f"{at:%Y-%m-%d %H:%M}",
        "device": session.device_id or "-",
    }
    expected = {}
    if likely:
        same = likely.names_device(session.device_id)
        expected = {
            "activity_id": likely.activity_id,
            "kind": likely.kind,
            "started": f"{likely.started_at:%Y-%m-%d %H:%M}" if likely.started_at else "-",
            "same_device": same,
            "minutes_apart": round(likely.distance(at).total_seconds() / 60),
        }
    first = session.members[0].recording_id
    return Observation(code, measured=measured, expected=expected, recording_id=first)
