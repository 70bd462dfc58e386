"""What several checks share: boundaries between files, and whether the device itself made them.

Devices part long recordings by time or size, some losing a moment, some repeating one; others keep
the seconds before the button is pressed, so that a file begins before the last one ended.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any

from pydantic import Field

from avaudit.checks._declare import CheckParams
from avaudit.domain.boundary import Boundary, Habits
from avaudit.domain.finding import Observation
from avaudit.domain.session import Member, Session
from avaudit.domain.time import SHANGHAI, Span

_GIB = 1 << 30


class BoundaryParams(CheckParams):
    """Lengths in seconds.

    Files up to `segment_tolerance_s` apart follow each other without a loss; where `learn_from`
    boundaries of the device are known that lie at most `max_segment_pause_s` apart, what most of
    them lose is taken instead. A file is a whole part where others of the session are as long or
    as large (within `same_part_share`), or where its length is one of `part_minutes`; parts are at
    least `min_part_s` long. A device may keep `pre_record_s` from before its button is pressed.
    """

    segment_tolerance_s: float = Field(ge=0)
    max_segment_pause_s: float = Field(ge=0)
    learn_from: int = Field(ge=3)
    same_part_share: float = Field(ge=0, le=0.1)
    min_part_s: float = Field(ge=0)
    part_minutes: tuple[float, ...]
    pre_record_s: float = Field(ge=0)


def tolerance_s(habits: Habits | None, params: BoundaryParams) -> float:
    """Seconds by which this device's files may lie apart without a loss."""
    pauses = sorted(abs(p) for p in (habits.pauses_s if habits else ())
                    if abs(p) <= params.max_segment_pause_s)  # fmt: skip
    if len(pauses) < params.learn_from:
        return params.segment_tolerance_s
    usual = pauses[(len(pauses) * 9 - 1) // 10] + 1.0  # clocks in names count whole seconds
    return min(params.max_segment_pause_s, max(params.segment_tolerance_s, usual))


def is_segmentation(
    boundary: Boundary, session: Session, habits: Habits | None, params: BoundaryParams
) -> bool:
    """Whether the device's own parting of a recording is all that there is to a boundary."""
    if boundary.chapters:
        return True
    if boundary.gap_s is None:
        return False
    apart_s = abs(boundary.gap_s)
    if apart_s <= tolerance_s(habits, params):
        return True
    return apart_s <= params.max_segment_pause_s and _whole_part(boundary.after, session, params)


def _whole_part(member: Member, session: Session, params: BoundaryParams) -> bool:
    length_s, size = member.duration_s, member.size_bytes
    if length_s is None or length_s < params.min_part_s:
        return False
    slack_s = params.segment_tolerance_s
    if any(abs(length_s - 60 * minutes) <= slack_s for minutes in params.part_minutes):
        return True
    share = params.same_part_share
    if size and any(abs(size - n * _GIB) <= share * size for n in (1, 2, 4)):
        return True
    others = [m for m in session.members if m.recording_id != member.recording_id]
    as_long = any(m.duration_s and abs(m.duration_s - length_s) <= share * length_s for m in others)
    as_large = bool(size) and any(
        m.size_bytes and abs(m.size_bytes - (size or 0)) <= share * (size or 0) for m in others
    )
    return as_long or as_large


def seen(
    code: str, boundary: Boundary, kind: str, explanation: str, quote: str = "",
    score: float | None = None, **more: object,
) -> Observation:  # fmt: skip
    """An observation about a boundary, as the ledger of gaps reads it.

    What was heard stands at the beginning of the later file.
    """
    measured = {**described(boundary), "in": kind, "explanation": explanation, **more}
    span = Span(0.0, 0.0) if quote else None
    return Observation(code, span, measured=measured, score=score, quote=quote,
                       recording_id=boundary.before.recording_id)  # fmt: skip


def described(boundary: Boundary) -> Mapping[str, Any]:
    """Between which files a boundary lies, and when. Times are local."""
    at, gap_s = boundary.at, boundary.gap_s
    until = (
        at + timedelta(seconds=gap_s) if at and gap_s is not None else boundary.before.started_at
    )
    return {
        "after": PurePath(boundary.after.path).name,
        "before": PurePath(boundary.before.path).name,
        "after_id": boundary.after.recording_id,
        "before_id": boundary.before.recording_id,
        "gap_s": gap_s,
        "at": at.isoformat() if at else None,
        "from": moment(at),
        "until": moment(until),
    }


def moment(at: datetime | None) -> str:
    """A local time as people read it; "" where there is none."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}" if at else ""


def uncovered_s(begin: datetime, end: datetime, members: Sequence[Member]) -> float:
    """Seconds between two moments that no trusted recording of others covers."""
    left_s, at = 0.0, begin
    spans = [(m.started_at, m.ended_at) for m in members if m.clocked and not m.doubt]
    for start, stop in sorted((s, e) for s, e in spans if s and e and e > begin and s < end):
        left_s += max(0.0, (start - at).total_seconds())
        at = max(at, stop)
    return left_s + max(0.0, (end - at).total_seconds())
