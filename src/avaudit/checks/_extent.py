"""What the recordings of an activity cover of it at its ends, by all devices together."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from pydantic import Field

from avaudit.checks._between import moment
from avaudit.checks._declare import CheckParams
from avaudit.domain.finding import Observation
from avaudit.domain.media import MediaKind
from avaudit.domain.session import Coverage, Member


class ExtentParams(CheckParams):
    """Seconds of an activity's beginning or end that may be unrecorded.

    Registers are kept by the minute and by hand: up to `grace_s` nothing is said, up to `fail_s`
    it is for review. A cell of the register with one of `no_explanation` explains nothing.
    """

    grace_s: float = Field(ge=0)
    fail_s: float = Field(ge=0)
    no_explanation: tuple[str, ...] = Field(exclude=True)


@dataclass(frozen=True, slots=True)
class Extent:
    """Recordings of an activity by what their clocks are good for; photos last no time.

    `sure` have a start without doubt; the others are `unsure`: they may lie anywhere.
    """

    sure: tuple[Member, ...]
    unsure: tuple[Member, ...]


def extent(coverage: Coverage) -> Extent:
    """The recordings of an activity, those with a usable clock apart from the others."""
    members = [
        member
        for session in coverage.sessions
        for member in session.members
        if member.kind is not MediaKind.PHOTO
    ]
    sure = tuple(member for member in members if member.clocked and not member.doubt)
    return Extent(sure, tuple(member for member in members if member not in sure))


def lacking(
    end: str, coverage: Coverage, member: Member, begin: datetime, until: datetime,
    unsure: Collection[Member], params: ExtentParams,
) -> Observation | None:  # fmt: skip
    """What is said of an end (`late_start`, `early_end`) of an activity that nobody recorded.

    `begin` to `until` is the time that lacks, `member` the recording next to it.
    """
    activity = coverage.activity
    lacking_s = round((until - begin).total_seconds(), 1)
    if lacking_s <= params.grace_s:
        return None
    written = activity.written_explanations.strip()
    written = "" if written in params.no_explanation else written
    code, explanation = end, "absent"
    if written:
        code, explanation = "explained_in_writing", "in_writing"
    elif unsure or lacking_s <= params.fail_s or _beside_it(coverage, member):
        code = "maybe"
    late = end == "late_start"
    measured = {
        "in": end, "gap_s": lacking_s, "minutes": round(lacking_s / 60, 1),
        "after_id": None if late else member.recording_id,
        "before_id": member.recording_id if late else None,
        "at": begin.isoformat(), "from": moment(begin), "until": moment(until),
        "file": PurePath(member.path).name, "explanation": explanation, "unsure": len(unsure),
    }  # fmt: skip
    expected = {"grace_s": params.grace_s, "fail_s": params.fail_s}
    return Observation(code, measured=measured, expected=expected, quote=written,
                       recording_id=member.recording_id)  # fmt: skip


def _beside_it(coverage: Coverage, member: Member) -> bool:
    """Whether a recording lies wholly outside its activity: then clock or register is wrong."""
    activity, start, end = coverage.activity, member.started_at, member.ended_at
    if start and activity.ended_at and start > activity.ended_at:
        return True
    return bool(end and activity.started_at and end < activity.started_at)
