"""Does a device's clock go wrong over time: does it drift, was it set, did it fall back?

One recording shows how far its clocks lie apart; only many show that one of them runs fast, or was
set in between. Which of two is wrong, the two alone do not tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from pydantic import Field

from avaudit.checks._clocks import IMPOSSIBLE
from avaudit.checks._declare import CheckParams, check
from avaudit.checks._series import Point, drift, jumps, series
from avaudit.domain.finding import Measured, NotApplicable, Observation
from avaudit.domain.media import ClockSource
from avaudit.domain.rule import Outcome
from avaudit.domain.session import DeviceHistory, Member
from avaudit.domain.time import SHANGHAI


class Params(CheckParams):
    """Of at least `min_recordings` recordings, over `min_days` days, two clocks must drift apart by
    `min_change_s` seconds, with points at most `max_off_s` off the line (median); a jump must be as
    large."""

    min_recordings: int = Field(ge=4)
    min_days: float = Field(gt=0)
    min_change_s: float = Field(gt=0)
    max_off_s: float = Field(gt=0)


_PAIRS = tuple(combinations(ClockSource, 2))


@check(
    "device.clock_drift",
    codes={"drift": Outcome.REVIEW, "set": Outcome.REVIEW, "set_back": Outcome.REVIEW},
)
def clock_drift(device_history: DeviceHistory, params: Params) -> Measured | NotApplicable:
    """Compare each two clocks of a device over its recordings, and its clock with its numbers."""
    members = device_history.members
    by_pair = {pair: series(members, *pair) for pair in _PAIRS}
    told = {pair: points for pair, points in by_pair.items() if _enough(points, params)}
    back = list(_set_back(device_history))
    if not told and not back and len(members) < params.min_recordings:
        return NotApplicable("too_few")
    seen = [one for pair, points in told.items() for one in _seen(pair, points, params)]
    # What one clock did shows beside each of the others: it is told once.
    return Measured(1.0, (*back, *_once(seen)))


def _enough(points: Sequence[Point], params: Params) -> bool:
    return (
        len(points) >= params.min_recordings and points[-1].day - points[0].day >= params.min_days
    )


def _seen(
    pair: tuple[ClockSource, ClockSource], points: Sequence[Point], params: Params
) -> Iterator[Observation]:
    at = jumps(points, params.min_change_s, params.max_off_s)
    for number in at:
        before, after = points[number - 1], points[number]
        measured = {
            **_told(pair, points), "step_s": round(after.ahead_s - before.ahead_s),
            "last": f"{before.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
            "first": f"{after.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
        }  # fmt: skip
        yield Observation("set", measured=measured, expected={"max_step_s": params.min_change_s},
                          recording_id=after.recording_id)  # fmt: skip
    for begin, end in pairwise((0, *at, len(points))):
        stretch = points[begin:end]
        if not _enough(stretch, params) or (line := drift(stretch)) is None:
            continue
        if abs(line.change_s) >= params.min_change_s and line.off_s <= params.max_off_s:
            measured = {
                **_told(pair, stretch), "s_per_day": line.s_per_day, "change_s": line.change_s,
                "off_s": line.off_s,
            }  # fmt: skip
            expected = {"max_change_s": params.min_change_s}
            yield Observation("drift", measured=measured, expected=expected, score=1.0)


def _told(pair: tuple[ClockSource, ClockSource], points: Sequence[Point]) -> dict[str, object]:
    return {
        "source": pair[0].value, "other_source": pair[1].value, "recordings": len(points),
        "days": round(points[-1].day - points[0].day, 1),
    }  # fmt: skip


def _once(seen: Sequence[Observation]) -> list[Observation]:
    """The first observation of each code: pairs of the most trusted clocks come first."""
    first: dict[str, Observation] = {}
    for one in seen:
        first.setdefault(one.code, one)
    chosen = {(o.measured["source"], o.measured["other_source"]) for o in first.values()}
    return [o for o in seen if (o.measured["source"], o.measured["other_source"]) in chosen]


def _set_back(history: DeviceHistory) -> Iterator[Observation]:
    """Recordings whose numbers rise while their clock fell back: those that no other rule names."""
    named = {t.recording_id for t in history.troubles if t.rule_id == "device.clock_wrong"}
    back = [m for m in history.members if _doubted(m) and m.recording_id not in named]
    if back:
        first = back[0]
        at = first.started_at
        measured = {
            "recordings": len(back), "number": first.number,
            "at": f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}" if at else "",
            "which": [member.recording_id for member in back],
        }  # fmt: skip
        yield Observation("set_back", measured=measured, recording_id=first.recording_id)


def _doubted(member: Member) -> bool:
    own = [clock for clock in member.clocks if clock.source is not ClockSource.MTIME]
    return bool(own) and member.number is not None and all(c.doubt in IMPOSSIBLE for c in own)
