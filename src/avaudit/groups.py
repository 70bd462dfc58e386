"""From the recordings that a store holds to groups and what is judged of them: no input or output.

Sessions are put together first; activities and devices are made of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from avaudit import codec
from avaudit.checks._run import Bound, Subject, run
from avaudit.domain.boundary import Beside, Habits, Restarts
from avaudit.domain.finding import Run
from avaudit.domain.group import GroupRecord
from avaudit.domain.media import ClockReading, ClockSource, MediaKind
from avaudit.domain.register import Activity
from avaudit.domain.session import (
    Coverage,
    DeviceHistory,
    GroupKind,
    Member,
    Session,
    Trouble,
)
from avaudit.domain.time import SHANGHAI
from avaudit.interruptions import group_gaps
from avaudit.surroundings import Surroundings, restarting, surroundings

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Group:
    """A group that rules can be asked about. `told` are the values that its checks may take.

    `input_digest` names all that its judgement depends on beside the run. Where it is about one
    recording, `recording_id` names that, and `started_at` says when it began.
    """

    kind: GroupKind
    subject_id: str
    input_digest: str
    told: Mapping[type, object]
    members: tuple[Member, ...] = ()
    activity_id: str | None = None
    device_id: str | None = None
    started_at: datetime | None = None
    recording_id: str | None = None

    def telling(self, values: Iterable[object]) -> Group:
        """The group with further values for its checks, on which its judgement depends as well."""
        more = {type(value): value for value in values}
        if not more:
            return self
        digest = codec.digest([self.input_digest, *more.values()])
        return replace(self, told={**self.told, **more}, input_digest=digest)


def member_of(row: Row) -> Member:
    """A recording as a member, from a row of `store.read_groups.present_members`."""
    source = row["clock_source"]
    return Member(
        recording_id=row["recording_id"],
        path=row["path"],
        kind=MediaKind(row["kind"]),
        status=row["status"],
        device_id=row["device_id"],
        activity_id=row["activity_id"],
        started_at=_local(row["started_at"]),
        clock_source=ClockSource(source) if source else None,
        clocks=codec.from_plain(tuple[ClockReading, ...], row["clocks"]),
        duration_s=row["duration_s"],
        size_bytes=row["size_bytes"],
        sha256=row["sha256"],
    )


def _local(at: datetime | None) -> datetime | None:
    return at.astimezone(SHANGHAI) if at else None


def coverages(sessions: Iterable[Session], activities: Iterable[Activity]) -> tuple[Coverage, ...]:
    """Every activity of the register with the sessions that record it, in order of their ids."""
    by_activity: dict[str, list[Session]] = defaultdict(list)
    for session in sessions:
        if session.activity:
            by_activity[session.activity.activity_id].append(session)
    ordered = sorted(activities, key=lambda activity: activity.activity_id)
    return tuple(Coverage(a, tuple(by_activity[a.activity_id])) for a in ordered)


def histories(
    sessions: Iterable[Session], troubles: Iterable[Trouble]
) -> tuple[DeviceHistory, ...]:
    """Every device with its recordings, session after session, and what was found wrong with it."""
    by_device: dict[str, list[Member]] = defaultdict(list)
    for session in sessions:
        if session.device_id:
            by_device[session.device_id] += session.members
    by_recording: dict[str, list[Trouble]] = defaultdict(list)
    for trouble in troubles:
        by_recording[trouble.recording_id].append(trouble)
    return tuple(
        DeviceHistory(
            device_id,
            tuple(members),
            tuple(t for member in members for t in by_recording.get(member.recording_id, ())),
        )
        for device_id, members in sorted(by_device.items())
    )


@dataclass(slots=True)
class Digests:
    """Digests of groups. What recurs in several of them is digested once."""

    _members: dict[str, str] = field(default_factory=dict)

    def of(self, members: Iterable[Member], *rest: object) -> str:
        """The digest of members in their order and of whatever else a judgement depends on."""
        return codec.digest([[self._member(member) for member in members], *rest])

    def _member(self, member: Member) -> str:
        known = self._members.get(member.recording_id)
        if known is None:
            known = self._members[member.recording_id] = codec.digest(member)
        return known


def all_groups(
    sessions: Sequence[Session],
    activities: Iterable[Activity],
    troubles: Iterable[Trouble],
    measured: Mapping[str, Sequence[str]],
) -> list[Group]:
    """Every group that there is: sessions, then activities, then devices.

    `measured` names, by a file's digest, the signals that are kept of it: what restarts are judged
    by, and looked up only where one is.
    """
    digests, told = Digests(), surroundings(sessions)
    return [
        *(_of_session(s, told[s.session_id], measured, digests) for s in sessions),
        *(_of_activity(coverage, digests) for coverage in coverages(sessions, activities)),
        *(_of_device(history, digests) for history in histories(sessions, troubles)),
    ]


def _of_session(
    session: Session,
    around: Surroundings,
    measured: Mapping[str, Sequence[str]],
    digests: Digests,
) -> Group:
    activity = session.activity
    restarts = [[m.recording_id, measured.get(m.sha256 or "", ())] for m in restarting(session)]
    beside = digests.of(around.beside.members)
    return Group(
        GroupKind.SESSION,
        session.session_id,
        digests.of(session.members, session.device_id, activity, around.habits, beside, restarts),
        {Session: session, Habits: around.habits, Beside: around.beside},
        session.members,
        activity.activity_id if activity else None,
        session.device_id,
    )


def _of_activity(coverage: Coverage, digests: Digests) -> Group:
    activity = coverage.activity
    each = [[s.session_id, s.device_id, digests.of(s.members)] for s in coverage.sessions]
    members = tuple(member for session in coverage.sessions for member in session.members)
    return Group(
        GroupKind.ACTIVITY,
        activity.activity_id,
        digests.of((), activity, each),
        {Coverage: coverage},
        members,
        activity.activity_id,
    )


def _of_device(history: DeviceHistory, digests: Digests) -> Group:
    return Group(
        GroupKind.DEVICE,
        history.device_id,
        digests.of(history.members, history.troubles),
        {DeviceHistory: history},
        history.members,
        device_id=history.device_id,
    )


def judge(
    group: Group, restarts: Restarts, bound: Sequence[Bound], the_run: Run, judged_at: datetime
) -> GroupRecord:
    """What the rules for groups of that kind come to. `restarts` matter for sessions."""
    told = replace(group, told={**group.told, Restarts: restarts})
    return judge_told(told, bound, the_run, judged_at)


def judge_told(
    group: Group, bound: Sequence[Bound], the_run: Run, judged_at: datetime
) -> GroupRecord:
    """What the rules for groups of that kind come to, from what the group is told."""
    subject = Subject(the_run.run_id, group.subject_id, group.kind, group.told, {})
    judged = run(bound, subject)
    about = group.recording_id
    findings = tuple(
        replace(f, recording_id=f.recording_id or about) if about else f for f in judged.findings
    )
    started_at, ended_at = _times(group)
    return GroupRecord(
        run=the_run,
        kind=group.kind,
        subject_id=group.subject_id,
        input_digest=group.input_digest,
        members=_names(group),
        activity_id=group.activity_id,
        device_id=group.device_id,
        started_at=started_at,
        ended_at=ended_at,
        results=tuple(judged.results),
        findings=findings,
        gaps=group_gaps(group.members, judged.findings),
        judged_at=judged_at,
    )


def _names(group: Group) -> tuple[str, ...]:
    if group.kind is not GroupKind.SESSION:
        return ()
    return tuple(member.recording_id for member in group.members)


def _times(group: Group) -> tuple[datetime | None, datetime | None]:
    """From when to when a group lasts: an activity as registered, others as recorded."""
    coverage = group.told.get(Coverage)
    if isinstance(coverage, Coverage):
        return coverage.activity.started_at, coverage.activity.ended_at
    if group.started_at:
        return group.started_at, None
    starts = [m.started_at for m in group.members if m.started_at]
    ends = [end for m in group.members if (end := m.ended_at or m.started_at)]
    return min(starts, default=None), max(ends, default=None)


def withdrawn(kind: GroupKind, subject_id: str, the_run: Run, judged_at: datetime) -> GroupRecord:
    """The record that says that a group is no more."""
    return GroupRecord(the_run, kind, subject_id, "", withdrawn=True, judged_at=judged_at)
