"""What lies between the recordings of a session, and what helps to judge it: facts only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from avaudit.domain.media import ClockSource, MediaKind
from avaudit.domain.session import Member, Session
from avaudit.domain.signal import DigitalSilence, Speech, Transcript


@dataclass(frozen=True, slots=True)
class Boundary:
    """Two recordings of a session of which the second is the next one to begin.

    `gap_s` is the time between them by one clock that both have (below 0: they overlap), `at` when
    it begins; None where no clock tells. `chapters` are parts of one recording by their numbers.
    """

    after: Member
    before: Member
    gap_s: float | None
    at: datetime | None
    chapters: bool = False


def boundaries(session: Session) -> tuple[Boundary, ...]:
    """The boundaries of a session in order. Photos have none, nor have copies of the same bytes
    (under another clock's time they are no copy).

    A recording is set beside the one before it that lasts longest, so that one that lies wholly
    within another leaves no gap behind it.
    """
    return tuple(_boundaries(session))


def _boundaries(session: Session) -> Iterator[Boundary]:
    longest: Member | None = None
    seen: set[tuple[str, datetime | None]] = set()
    for member in session.members:
        bytes_then = (member.sha256 or member.recording_id, member.started_at)
        if member.kind is MediaKind.PHOTO or bytes_then in seen:
            continue
        seen.add(bytes_then)
        if longest is not None:
            yield _between(longest, member)
        if longest is None or not _outlasts(longest, member):
            longest = member


def _between(after: Member, before: Member) -> Boundary:
    chapters = (
        after.part is not None
        and before.part == after.part + 1
        and (after.series, after.number) == (before.series, before.number)
    )
    starts = _by_one_clock(after, before)
    if starts is None or after.duration_s is None:
        return Boundary(after, before, None, after.ended_at if after.clocked else None, chapters)
    end = starts[0] + timedelta(seconds=after.duration_s)
    return Boundary(after, before, round((starts[1] - end).total_seconds(), 3), end, chapters)


def _by_one_clock(one: Member, other: Member) -> tuple[datetime, datetime] | None:
    """When both begin, by a clock that both have and that is as far off in both, if it is."""
    if not one.clocked or not other.clocked:
        return None
    theirs = {clock.source: clock for clock in other.clocks}
    for clock in sorted(one.clocks, key=lambda c: c.source is not one.clock_source):
        twin = theirs.get(clock.source)
        if clock.source is not ClockSource.MTIME and twin and twin.doubt == clock.doubt:
            return clock.at, twin.at
    return None


def _outlasts(one: Member, other: Member) -> bool:
    starts = _by_one_clock(one, other)
    if starts is None or one.duration_s is None or other.duration_s is None:
        return False
    lengths = (timedelta(seconds=one.duration_s), timedelta(seconds=other.duration_s))
    return starts[0] + lengths[0] > starts[1] + lengths[1]


@dataclass(frozen=True, slots=True)
class Habits:
    """What a session's device does otherwise: in the sessions before, and in this one.

    `pauses_s` are the times between its latest neighbouring recordings (as `Boundary.gap_s`).
    `steps` counts neighbouring numbers of its files, and `skipped` those of them that leave a
    number out. `elsewhere` are numbers that this session lacks and other files have.
    """

    NAME: ClassVar[str] = "habits"
    VERSION: ClassVar[int] = 1

    pauses_s: tuple[float, ...] = ()
    steps: int = 0
    skipped: int = 0
    elsewhere: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Restart:
    """What was heard in a recording that follows another one."""

    recording_id: str
    transcript: Transcript | None = None
    speech: Speech | None = None
    silence: DigitalSilence | None = None


@dataclass(frozen=True, slots=True)
class Restarts:
    """What was heard in the recordings of a session that follow others."""

    NAME: ClassVar[str] = "restarts"
    VERSION: ClassVar[int] = 1

    heard: tuple[Restart, ...] = ()

    def of(self, recording_id: str) -> Restart | None:
        """What was heard in one recording, where it was listened to."""
        return next((one for one in self.heard if one.recording_id == recording_id), None)


@dataclass(frozen=True, slots=True)
class Beside:
    """Recordings of the same activity by other devices, by their own clocks."""

    NAME: ClassVar[str] = "beside"
    VERSION: ClassVar[int] = 1

    members: tuple[Member, ...] = ()
