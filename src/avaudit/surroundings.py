"""What a session is judged beside: its device's habits, and other devices of its activity."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from avaudit.domain.boundary import Beside, Habits, boundaries
from avaudit.domain.session import Member, Session

#: So many latest pauses and numbers of a device tell its habits.
_LATEST_PAUSES, _LATEST_NUMBERS = 50, 200
#: Holes in numbers that are wider are none of interest.
_WIDEST = 50


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is told of a session beside itself."""

    habits: Habits
    beside: Beside


def surroundings(sessions: Sequence[Session]) -> Mapping[str, Surroundings]:
    """By session, its surroundings. Sessions are in order of time.

    Habits come from what a device recorded before and in the session, never later: so a session is
    not judged anew whenever its device has recorded something else.
    """
    habits = _habits(sessions)
    by_activity: dict[str, list[Session]] = defaultdict(list)
    for session in sessions:
        if session.activity:
            by_activity[session.activity.activity_id].append(session)
    found = {}
    for session in sessions:
        of_activity = by_activity[session.activity.activity_id] if session.activity else []
        others = [other for other in of_activity if other.session_id != session.session_id]
        beside = tuple(member for other in others for member in other.members)
        found[session.session_id] = Surroundings(habits[session.session_id], Beside(beside))
    return found


def _habits(sessions: Iterable[Session]) -> dict[str, Habits]:
    numbers: dict[str, set[int]] = defaultdict(set)
    all_of = list(sessions)
    for session in all_of:
        for member in session.members:
            if member.number is not None:
                numbers[member.series].add(member.number)
    pauses: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=_LATEST_PAUSES))
    steps: dict[str, deque[bool]] = defaultdict(lambda: deque(maxlen=_LATEST_NUMBERS))
    found = {}
    for session in all_of:
        device = session.device_id or session.session_id
        found_here = (boundary.gap_s for boundary in boundaries(session))
        pauses[device].extend(gap_s for gap_s in found_here if gap_s is not None)
        neighbours = _neighbours(session)
        steps[device].extend(later - first > 1 for _, first, later in neighbours)
        elsewhere = tuple(
            (series, number)
            for series, first, later in neighbours
            for number in range(first + 1, later)
            if number in numbers[series]
        )
        taken = steps[device]
        found[session.session_id] = Habits(tuple(pauses[device]), len(taken), sum(taken), elsewhere)
    return found


def _neighbours(session: Session) -> list[tuple[str, int, int]]:
    """Numbers of a session that follow each other in one series."""
    by_series: dict[str, set[int]] = defaultdict(set)
    for member in session.members:
        if member.number is not None and member.series:
            by_series[member.series].add(member.number)
    return [
        (series, first, later)
        for series, numbers in sorted(by_series.items())
        for first, later in pairwise(sorted(numbers))
        if later - first <= _WIDEST
    ]


def restarting(session: Session) -> tuple[Member, ...]:
    """The recordings of a session in which a reason for an interruption may be said."""
    return tuple(boundary.before for boundary in boundaries(session) if not boundary.chapters)
