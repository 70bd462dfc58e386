"""Groups of recordings as rows of the tables, and which session each recording belongs to.

Lines are taken in their order, as if each were applied by itself: a recording belongs to the
session that claimed it last, and a session that is withdrawn lets go of those it still has.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from avaudit.codec import plain_to_json, to_plain
from avaudit.domain.group import GroupRecord
from avaudit.domain.session import GroupKind
from avaudit.store.connect import Connection
from avaudit.store.rows import Row, Rows
from avaudit.store.sql import query

#: A group: its kind and its id. A judgement of it: these and the run.
_Subject = tuple[str, str]
_Key = tuple[str, str, str]

#: In the order in which they are written: findings and gaps look up who belongs where.
_LASTING = ("runs", "sessions", "session_recordings")
_PER_GROUP = ("groups", "results", "findings", "gaps")


@dataclass(slots=True)
class _Plan:
    """What lines come to: judgements to write, groups that are gone, where recordings belong.

    `known` are the digests of judgements as the lines find them, one after the other.
    """

    known: dict[_Key, str]
    new: dict[_Key, GroupRecord] = field(default_factory=dict)
    gone: set[_Subject] = field(default_factory=set)
    emptied: set[str] = field(default_factory=set)
    belongs: dict[str, tuple[str, int] | None] = field(default_factory=dict)
    unchanged: int = 0

    def take(self, record: GroupRecord) -> None:
        """Take the next line."""
        subject, key = (record.kind.value, record.subject_id), _key(record)
        if record.withdrawn:
            self.gone.add(subject)
            for past in [k for k in self.known if k[:2] == subject]:
                del self.known[past]
                self.new.pop(past, None)
            self._release(record)
        elif self.known.get(key) == record.input_digest:
            self.unchanged += 1
        else:
            self.known[key] = record.input_digest
            self.new.pop(key, None)  # in the order of the last line of each
            self.new[key] = record
            self._release(record)
            for position, recording_id in enumerate(record.members):
                self.belongs[recording_id] = (record.subject_id, position)

    def _release(self, record: GroupRecord) -> None:
        if record.kind is not GroupKind.SESSION:
            return
        self.emptied.add(record.subject_id)
        for recording_id, place in self.belongs.items():
            if place and place[0] == record.subject_id:
                self.belongs[recording_id] = None


def apply_groups(connection: Connection, records: Sequence[GroupRecord]) -> int:
    """Write what groups came to. Gives how many lines changed nothing."""
    known = _known(connection, records)
    plan = _Plan(dict(known))
    for record in records:
        plan.take(record)
    replaced = [key for key in known if key in plan.new or key[:2] in plan.gone]
    for table in _PER_GROUP if replaced else ():
        connection.execute(query(f"forget_{table}"), {"keys": _keys_json(replaced)})
    moved = _move(connection, plan)
    rows = Rows()
    for recording_id, place in plan.belongs.items():
        if place:
            belonging = {"session_id": place[0], "recording_id": recording_id, "position": place[1]}
            rows.first("session_recordings", (recording_id,), belonging)
    for record in records:
        run = {**to_plain(record.run), "started_at": to_plain(record.judged_at)}
        rows.first("runs", (record.run.run_id,), run)
    for record in plan.new.values():
        _add(rows, record)
    for table in (*_LASTING, *_PER_GROUP):
        if found := rows.json(table):
            connection.execute(query(f"insert_{table}"), {"rows": found})
    for table in ("findings", "gaps") if moved else ():
        connection.execute(query(f"update_{table}_session"), {"recordings": plain_to_json(moved)})
    return plan.unchanged


def _known(connection: Connection, records: Iterable[GroupRecord]) -> dict[_Key, str]:
    asked = [{"kind": record.kind, "subject_id": record.subject_id} for record in records]
    found = connection.execute(
        query("group_digests"), {"keys": plain_to_json(to_plain(asked))}
    ).fetchall()
    return {(kind, subject_id, run_id): digest for kind, subject_id, run_id, digest in found}


def _move(connection: Connection, plan: _Plan) -> list[str]:
    """Take recordings out of the sessions that they were in; gives all whose session may change."""
    gone = sorted(subject for kind, subject in plan.gone if kind == GroupKind.SESSION)
    if gone:
        connection.execute(query("delete_sessions"), {"sessions": plain_to_json(gone)})
    if not plan.belongs and not plan.emptied:
        return []
    lists = {"sessions": sorted(plan.emptied), "recordings": sorted(plan.belongs)}
    about = {name: plain_to_json(ids) for name, ids in lists.items()}  # far faster than lists
    left = connection.execute(query("delete_membership"), about).fetchall()
    return sorted({*plan.belongs, *(recording_id for (recording_id,) in left)})


def _add(rows: Rows, record: GroupRecord) -> None:
    """Rows of one judgement."""
    key, judged_at = _key(record), to_plain(record.judged_at)
    facts = {
        "activity_id": record.activity_id,
        "device_id": record.device_id,
        "started_at": to_plain(record.started_at),
        "ended_at": to_plain(record.ended_at),
    }
    whose = {"run_id": record.run.run_id, "subject_id": record.subject_id}
    digest = {"input_digest": record.input_digest, "judged_at": judged_at}
    group = {**facts, **whose, **digest, "kind": record.kind.value, "members": record.members}
    rows.last("groups", key, group)
    session_id = record.subject_id if record.kind is GroupKind.SESSION else None
    if session_id:
        rows.last("sessions", (session_id,), {**facts, "session_id": session_id})
    about: Row = {**whose, "subject_kind": record.kind.value}
    place: Row = {**about, "session_id": session_id, "activity_id": record.activity_id}
    for number, result in enumerate(record.results):
        rows.first("results", (*key, number), {**to_plain(result), **about})
    for number, finding in enumerate(record.findings):
        rows.first("findings", (*key, number), {**to_plain(finding), **place})
    for number, gap in enumerate(record.gaps):
        rows.first("gaps", (*key, number), {**to_plain(gap), **place, "recording_id": None})


def _key(record: GroupRecord) -> _Key:
    return record.kind.value, record.subject_id, record.run.run_id


def _keys_json(keys: Iterable[_Key]) -> str:
    names = ("kind", "subject_id", "run_id")
    return plain_to_json([dict(zip(names, key, strict=True)) for key in keys])
