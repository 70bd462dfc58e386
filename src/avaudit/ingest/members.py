"""What recordings bring into their groups: device, number and clock, with the doubts about them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import PurePath

from avaudit.domain.media import ClockReading, ClockSource
from avaudit.domain.register import Activity
from avaudit.domain.session import Member
from avaudit.ingest.clock_doubts import doubted, trusted
from avaudit.ingest.names import Names

#: A device's clock goes back by more than this between files with rising numbers: it was reset.
_BACK = timedelta(hours=1)
#: Numbers further apart say nothing of when their files were made.
_NEAR = 20
#: Registered times are not exact: so far off, a recording still lies within its activity.
_ABOUT = timedelta(minutes=30)
_SHIFTS = {8: "zone", -8: "zone", 12: "half_day", -12: "half_day"}
_TOKENS = re.compile(r"[A-Za-z]+|\d+|[^\W\d_A-Za-z]+")


def device_key(device: str) -> str:
    """A device's number as it compares: DSJ-A3 0001234 is DSJ-A3_0001234, DV-17 is DV00017."""
    tokens = _TOKENS.findall(device.upper())
    return " ".join(token.lstrip("0") or "0" if token.isdigit() else token for token in tokens)


def prepared(
    members: Iterable[Member], names: Names, activities: Mapping[str, Activity]
) -> tuple[Member, ...]:
    """Members with what their names tell, and with their clocks' doubts, by path.

    Raises nothing: what a name does not tell stays unknown.
    """
    read = [_with_clock(_named(member, names), activities) for member in members]
    by_series: dict[tuple[str, str], list[Member]] = defaultdict(list)
    for member in read:
        if member.number is not None:
            by_series[str(PurePath(member.path).parent), member.series].append(member)
    reset = {m.recording_id: m for series in by_series.values() for m in _set_back(series)}
    final = [reset.get(member.recording_id, member) for member in read]
    return tuple(sorted(final, key=lambda member: (member.path, member.recording_id)))


def _named(member: Member, names: Names) -> Member:
    reading = names.read(member.path)
    if reading is None:
        return member
    clocks = member.clocks
    if reading.at and not any(one.source is ClockSource.FILENAME for one in clocks):
        name = PurePath(member.path).name
        clocks = (ClockReading(ClockSource.FILENAME, reading.at, name), *clocks)
    return replace(
        member,
        device_id=reading.device or member.device_id,
        series=reading.series,
        number=reading.number,
        part=reading.part,
        clocks=clocks,
    )


def _with_clock(member: Member, activities: Mapping[str, Activity]) -> Member:
    activity = activities.get(member.activity_id or "")
    stored = activity.stored_at if activity else None
    clocks = doubted(member.clocks, member.duration_s, stored)
    if activity:
        clocks = tuple(_against(one, member, activity) for one in clocks)
    return _going_by(member, clocks)


def _going_by(member: Member, clocks: tuple[ClockReading, ...]) -> Member:
    best = trusted(clocks)
    return replace(
        member,
        clocks=clocks,
        started_at=best.at if best else None,
        clock_source=best.source if best else None,
    )


def _against(one: ClockReading, member: Member, activity: Activity) -> ClockReading:
    """Doubt a clock by which the recording lies just 8 or 12 hours off its registered activity."""
    if one.doubt or one.source is ClockSource.MTIME or not activity.started_at:
        return one
    begin, end = activity.started_at - _ABOUT, (activity.ended_at or activity.started_at) + _ABOUT
    until = one.at + timedelta(seconds=member.duration_s or 0.0)
    if one.at <= end and until >= begin:
        return one
    for hours, doubt in _SHIFTS.items():
        off = timedelta(hours=hours)
        if begin <= one.at + off and until + off <= end:
            return replace(one, doubt=doubt)
    return one


def _set_back(series: Sequence[Member]) -> Iterator[Member]:
    """The files of a numbered series whose clock was set back, or ran ahead for a while.

    Nothing can be told where numbers recur: the device begins anew each day.
    """
    counts = Counter((member.number, member.part) for member in series)
    clocked = [m for m in series if m.clocked and not m.doubt]
    if max(counts.values()) > 1 or len(clocked) < 2:
        return
    ordered = sorted(clocked, key=lambda m: (m.number or 0, m.part or 0))
    last: Member | None = None
    for member, following in pairwise([*ordered, None]):
        if member is None or member.started_at is None:
            continue
        if last is None or (member.number or 0) - (last.number or 0) > _NEAR:
            last = member
            continue
        floor = last.started_at
        if floor and member.started_at < floor - _BACK:
            yield _marked(member, "reset")
        elif floor and following and following.started_at and (
            floor <= following.started_at < member.started_at - _BACK
        ):  # fmt: skip
            yield _marked(member, "ahead")
        else:
            last = member


def _marked(member: Member, doubt: str) -> Member:
    """A member none of whose own clocks is to be trusted."""
    clocks = tuple(
        one if one.source is ClockSource.MTIME or one.doubt else replace(one, doubt=doubt)
        for one in member.clocks
    )
    return _going_by(member, clocks)
