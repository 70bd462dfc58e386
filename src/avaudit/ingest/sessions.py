"""Which recordings belong together: sessions of one device, in the order they were made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from avaudit.domain.register import Activity
from avaudit.domain.session import Member, Session


def group(members: Iterable[Member], activities: Mapping[str, Activity]) -> tuple[Session, ...]:
    """Sessions of recordings, each recording in exactly one, whatever the order they come in."""
    chains: dict[tuple[str, str], list[Member]] = defaultdict(list)
    for member in members:
        alone = member.device_id is None or member.activity_id is None
        key = (member.recording_id, "") if alone else (member.device_id, member.activity_id)
        chains[key].append(member)  # type: ignore[index]
    made = [_session(sorted(chain, key=_order), activities) for chain in chains.values()]
    return tuple(sorted(made, key=lambda session: _order(session.members[0])))


def _order(member: Member) -> tuple[bool, float, int, str, str]:
    at = member.started_at
    return (
        at is None,
        at.timestamp() if at else 0.0,
        member.number if member.number is not None else -1,
        member.path,
        member.recording_id,
    )


def session_id_of(first: Member) -> str:
    """A session is called after its first recording, and stays so when others follow."""
    return f"s{first.recording_id}"


def _session(members: Sequence[Member], activities: Mapping[str, Activity]) -> Session:
    named = next((m.activity_id for m in members if m.activity_id), None)
    device = next((m.device_id for m in members if m.device_id), None)
    activity = activities.get(named) if named else None
    return Session(session_id_of(members[0]), tuple(members), device, activity)
