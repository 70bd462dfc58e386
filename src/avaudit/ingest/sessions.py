"""Which recordings belong together: sessions of one device, in the order they were made.

Files of a device follow each other by its clock; where that says nothing, by their numbers. A
session ends where the device goes on to another activity of the register, or pauses for long.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import PurePath

from avaudit.domain.register import Activity
from avaudit.domain.session import Member, Session
from avaudit.ingest.members import device_key

#: Of the same activity, recordings further apart (a night, say) are two sessions all the same.
_LONGEST_PAUSE_S = 12 * 3600.0
#: A recording that no activity names goes on from one that one does, if it follows so closely.
_GOES_ON_S = 60.0
#: Times in a register are not exact: a recording may lie so far outside and belong all the same.
_ABOUT = timedelta(minutes=15)

_Source = tuple[str, ...]
_Order = tuple[bool, float, int, int, str, str]


@dataclass(slots=True)
class _Chain:
    """A session in the making. `end` is when its last recording ends, by the device's clock."""

    source: _Source
    members: list[Member] = field(default_factory=list)
    activity_id: str | None = None
    end: datetime | None = None

    def add(self, member: Member) -> None:
        self.members.append(member)
        self.activity_id = self.activity_id or member.activity_id
        end = member.ended_at or member.started_at
        if end and (self.end is None or end > self.end):
            self.end = end


def group(
    members: Iterable[Member], activities: Mapping[str, Activity], apart_s: float
) -> tuple[Session, ...]:
    """Sessions of recordings, each recording in exactly one, whatever the order they come in.

    `members` are prepared (see `ingest.members`). Recordings of no activity that are more than
    `apart_s` seconds apart make separate sessions.
    """
    by_device = ActivitiesByDevice(activities.values())
    matched = [m if m.activity_id else by_device.matched(m) for m in members]
    by_source: dict[_Source, list[Member]] = defaultdict(list)
    for member in matched:
        by_source[_source(member)].append(member)
    chains = [c for source, own in by_source.items() for c in _chains(source, own, apart_s)]
    made = [_session(chain, activities) for chain in chains]
    return tuple(sorted(made, key=lambda session: _order(session.members[0])))


class ActivitiesByDevice:
    """Finds the activity of a recording by its device and time, without looking at each."""

    def __init__(self, activities: Iterable[Activity]) -> None:
        self._of: dict[str, list[tuple[datetime, datetime, str]]] = defaultdict(list)
        for one in activities:
            if one.started_at:
                window = (one.started_at, one.ended_at or one.started_at, one.activity_id)
                for device in {device_key(name) for name in one.device_ids}:
                    self._of[device].append(window)
        self._longest: dict[str, timedelta] = {}
        for device, windows in self._of.items():
            windows.sort()
            self._longest[device] = max(end - begin for begin, end, _ in windows)

    def matched(self, member: Member) -> Member:
        """The member with the activity that it shares most time with, if there is one."""
        device = device_key(member.device_id) if member.device_id else ""
        windows = self._of.get(device)
        if not windows or not member.clocked or member.doubt or member.started_at is None:
            return member
        begin, end = member.started_at - _ABOUT, (member.ended_at or member.started_at) + _ABOUT
        at = bisect_right(windows, (end, end, "\U0010ffff")) - 1
        best: tuple[float, str] | None = None
        while at >= 0 and windows[at][0] >= begin - self._longest[device]:
            first, last, activity_id = windows[at]
            shared_s = (min(end, last) - max(begin, first)).total_seconds()
            if shared_s >= 0 and (best is None or (shared_s, activity_id) > best):
                best = (shared_s, activity_id)
            at -= 1
        return replace(member, activity_id=best[1]) if best else member


def session_id_of(first: Member) -> str:
    """A session is called after its first recording, and stays so when others follow."""
    return f"s{first.recording_id}"


def _source(member: Member) -> _Source:
    """What is recorded by one device, as far as that can be told."""
    if member.device_id:
        return ("device", device_key(member.device_id))
    folder = str(PurePath(member.path).parent)
    if member.series:
        return ("series", folder, member.series)
    return ("file", member.recording_id)


def _order(member: Member) -> _Order:
    at = member.started_at if member.clocked else None
    number = member.number if member.number is not None else -1
    moment = at.timestamp() if at else 0.0
    part = member.part if member.part is not None else -1
    return (at is None, moment, number, part, member.path, member.recording_id)


def _chains(source: _Source, members: Iterable[Member], apart_s: float) -> list[_Chain]:
    """The sessions of one device, in the order in which they were begun."""
    chains: list[_Chain] = []
    going_on: list[_Chain] = []
    rest: list[Member] = []
    for member in sorted(members, key=_order):
        if not member.clocked or member.doubt:
            rest.append(member)
            continue
        going_on = [chain for chain in going_on if _pause_s(chain, member) <= _LONGEST_PAUSE_S]
        # Without a device, files that overlap are of several: each goes on by itself.
        single = source[0] == "device"
        open_to = going_on[-1:] if single else [c for c in going_on if _follows(c, member)]
        chain = next((c for c in reversed(open_to) if _joins(c, member, apart_s)), None)
        if chain is None:
            chain = _Chain(source)
            chains.append(chain)
        else:
            going_on.remove(chain)
        chain.add(member)
        going_on.append(chain)
    _attach(chains, rest, source, apart_s)
    return chains


def _pause_s(chain: _Chain, member: Member) -> float:
    if chain.end is None or member.started_at is None:
        return 0.0
    return (member.started_at - chain.end).total_seconds()


def _follows(chain: _Chain, member: Member) -> bool:
    return _pause_s(chain, member) >= -_GOES_ON_S


def _joins(chain: _Chain, member: Member, apart_s: float) -> bool:
    pause_s = _pause_s(chain, member)
    if chain.activity_id and member.activity_id:
        return chain.activity_id == member.activity_id
    if chain.activity_id or member.activity_id:
        return pause_s <= _GOES_ON_S
    return pause_s <= apart_s


def _attach(chains: list[_Chain], rest: Iterable[Member], source: _Source, apart_s: float) -> None:
    """Bring recordings without a usable clock into sessions by their numbers, or else alone."""
    by_number = {_place(m): chain for chain in chains for m in chain.members if m.series}
    of_activity = {chain.activity_id: chain for chain in reversed(chains) if chain.activity_id}
    for member in sorted(rest, key=_number_first):
        chain = _beside(member, by_number, apart_s) or of_activity.get(member.activity_id or "")
        if chain is None:
            chain = _Chain(source)
            chains.append(chain)
            if member.activity_id:
                of_activity[member.activity_id] = chain
        chain.members.insert(_position(chain.members, member), member)
        chain.activity_id = chain.activity_id or member.activity_id
        if member.series:
            by_number[_place(member)] = chain


def _number_first(member: Member) -> tuple[str, int, int, _Order]:
    number = member.number if member.number is not None else -1
    return (member.series, number, member.part or 0, _order(member))


def _place(member: Member) -> tuple[str, int | None, int | None]:
    return (member.series, member.number, member.part)


def _beside(
    member: Member, by_number: Mapping[tuple[str, int | None, int | None], _Chain], apart_s: float
) -> _Chain | None:
    """The session of the file with the number before or after, if nothing speaks against it."""
    if member.number is None:
        return None
    number, part = member.number, member.part
    places = [(number - 1, part), (number + 1, part)]
    if part is not None:
        places = [(number, part - 1), (number, part + 1)]
    for place in places:
        chain = by_number.get((member.series, *place))
        if chain is None or (
            chain.activity_id and member.activity_id and chain.activity_id != member.activity_id
        ):
            continue
        neighbour = next(m for m in chain.members if _place(m) == (member.series, *place))
        if _written_close(member, neighbour, apart_s):
            return chain
    return None


def _written_close(one: Member, other: Member, apart_s: float) -> bool:
    """Whether the file system's times allow that two files were recorded one after the other.

    Copies made in one go say nothing: they are closer than the recordings are long.
    """
    first, later = sorted((_written(one), _written(other)))
    length_s = min(one.duration_s or 0.0, other.duration_s or 0.0)
    pause_s = later - first - length_s
    return first == 0.0 or pause_s <= apart_s


def _written(member: Member) -> float:
    return next((c.at.timestamp() for c in member.clocks if c.source == "mtime"), 0.0)


def _position(members: Sequence[Member], member: Member) -> int:
    """Behind the last file of the series with a lower number; without one, at the end."""
    if member.number is None:
        return len(members)
    own = (member.number, member.part or 0)
    lower = higher = None
    for at, other in enumerate(members):
        if other.series == member.series and other.number is not None:
            if (other.number, other.part or 0) < own:
                lower = at + 1
            elif higher is None:
                higher = at
    if lower is not None:
        return lower
    return len(members) if higher is None else higher


def _session(chain: _Chain, activities: Mapping[str, Activity]) -> Session:
    activity = activities.get(chain.activity_id) if chain.activity_id else None
    device = next((m.device_id for m in chain.members if m.device_id), None)
    return Session(session_id_of(chain.members[0]), tuple(chain.members), device, activity)
