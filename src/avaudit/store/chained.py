"""The custody chain as rows of the database, and what is asked of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from avaudit.codec import plain_to_json, to_plain
from avaudit.domain.custody import Chained, Happened, Head
from avaudit.domain.finding import CustodyEvent, Decision, Verdict
from avaudit.domain.time import SHANGHAI
from avaudit.errors import Problem, StoreError
from avaudit.store import chain
from avaudit.store.connect import WAIT_S, Connection
from avaudit.store.migrate import transaction
from avaudit.store.read import Row, answer
from avaudit.store.sql import query

_BATCH = 1000
#: What the event of a decision says in its detail.
_DECIDED = ("finding_id", "verdict", "note", "about")


def apply_chain(connection: Connection, db: Path) -> list[Problem]:
    """Bring the table up to the chain; gives what cannot be used, each with its place.

    Nothing of it stops a night: what was done to the chain is told by `store.proof`.
    """
    offsets: dict[str, int] = dict(connection.execute(query("custody_offsets")).fetchall())
    problems: list[Problem] = []
    for file in chain.files(db):
        start = offsets.get(file.name, 0)
        if file.stat().st_size < start:
            problems.append(Problem(str(file), "keeping.shortened", {"offset": start}))
            start = 0  # whatever it is now, events are known by their ids
        batch: list[chain.ChainLine] = []
        for line in chain.lines(file, start):
            batch.append(line)
            if len(batch) == _BATCH:
                _apply(connection, batch)
                batch = []
        _apply(connection, batch)
    last = connection.execute(query("custody_last")).fetchone()
    known = chain.head(db)
    if last and (known is None or known.position < last[0]):
        chain.go_on_after(db, Head(last[0], {"sha256": last[1]}, last[2]))
    return problems


def _apply(connection: Connection, batch: Sequence[chain.ChainLine]) -> None:
    if not batch:
        return
    found = [chained for one in batch if (chained := chain.decode(one.raw))]
    rows = {one.event.event_id: _row(one) for one in found}
    decided = [decision for one in found if (decision := decision_of(one.event))]
    with transaction(connection):
        if rows:
            connection.execute(
                query("upsert_custody_chain"), {"rows": plain_to_json(list(rows.values()))}
            )
        if decided:
            connection.execute(
                query("insert_decisions"), {"rows": plain_to_json(to_plain(decided))}
            )
        where = {"file": f"custody/{batch[-1].file}", "end": batch[-1].end}
        connection.execute(query("upsert_journal_offset"), where)


def _row(chained: Chained) -> Row:
    event = to_plain(chained.event)
    event["happened_at"] = event.pop("at")
    return {
        **event,
        "position": chained.position,
        "previous": chained.previous.get("sha256", ""),
        "hash": chained.hash.get("sha256", ""),
    }


def event_of(decision: Decision, recording_id: str) -> CustodyEvent:
    """The event that puts a decision on record: all that it says stands in the chain."""
    said = {name: getattr(decision, name) for name in _DECIDED}
    return CustodyEvent(
        decision.decision_id, recording_id, Happened.DECIDED, decision.decided_at, decision.actor,
        None, "", said,
    )  # fmt: skip


def decision_of(event: CustodyEvent) -> Decision | None:
    """The decision that an event put on record; None of any other event, or a spoilt one."""
    said = [event.detail.get(name) for name in _DECIDED]
    if event.kind != Happened.DECIDED or not all(isinstance(one, str) for one in said):
        return None
    finding_id, verdict, note, about = map(str, said)
    if verdict not in [*Verdict]:
        return None
    return Decision(event.event_id, finding_id, event.at, event.actor, verdict, note, about)


def to_decide(db: Path, finding_id: str, wait_s: float = WAIT_S) -> Row:
    """What a decision about a finding is made about, and what holds by now (None: nothing).

    Raises `StoreError` where there is no such finding.
    """
    found = answer(db, wait_s, "to_decide", finding_id=finding_id)
    if not found:
        raise StoreError("store.no_finding", finding_id=finding_id)
    return found[0]


def unchained(db: Path, wait_s: float = WAIT_S) -> list[CustodyEvent]:
    """What the record files know and the chain does not: first sights, moves, decisions."""
    return [
        CustodyEvent(
            row["event_id"],
            row["recording_id"],
            row["kind"],
            local(row["happened_at"]),
            row["actor"],
            row["sha256"],
            row["path"],
            row["detail"] or {},
        )
        for row in answer(db, wait_s, "custody_unchained")
    ]


def known_hashes(db: Path, wait_s: float = WAIT_S) -> dict[int, str]:
    """The hashes of the chain as the database took them over, by position."""
    if not db.exists():
        return {}
    return {row["position"]: row["hash"] for row in answer(db, wait_s, "custody_hashes")}


def originals(db: Path, wait_s: float = WAIT_S) -> list[Row]:
    """Every original as the chain has it, with what the recording and its activity say."""
    return answer(db, wait_s, "originals")


def sources(db: Path, wait_s: float = WAIT_S) -> list[Row]:
    """Folders that were gone as a whole once, each with its last event."""
    return answer(db, wait_s, "custody_sources")


def held_cases(db: Path, wait_s: float = WAIT_S) -> frozenset[str]:
    """Cases (or activities) that are open by order: what belongs to them is kept."""
    rows = answer(db, wait_s, "custody_holds")
    return frozenset(row["what"] for row in rows if row["kind"] == Happened.HELD)


def disclosures(db: Path, wait_s: float = WAIT_S) -> list[Row]:
    """Approvals, views and exports in order: rows of `v_disclosure`."""
    return answer(db, wait_s, "disclosures")


def local(at: datetime) -> datetime:
    """An instant of the database in the zone that events are written in."""
    return at.astimezone(SHANGHAI)
