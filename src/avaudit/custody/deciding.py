"""What people decide about findings, on record in the chain before it shows anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from avaudit import codec
from avaudit.custody.seen import note_head_elsewhere
from avaudit.domain.finding import Decision, Verdict
from avaudit.domain.time import SHANGHAI
from avaudit.errors import ConfigError
from avaudit.settings import Settings
from avaudit.store import chain, chained
from avaudit.store.sync import sync_with


def decide(settings: Settings, finding_id: str, verdict: Verdict, note: str = "") -> bool:
    """Put a decision about a finding on record; False where the same one holds already.

    The event is in the custody chain before the record files and the database have the decision,
    and the database takes it from either: killed at any moment and run again, there is one. Raises
    `ConfigError` where a finding is dismissed or reopened and no `note` says why, `StoreError`
    where there is no such finding, and what `store.sync.sync_with` raises.
    """
    note = note.strip()
    if verdict is not Verdict.CONFIRMED and not note:
        raise ConfigError("keeping.decided_why")
    made: list[Decision] = []

    def more() -> Iterator[Decision]:
        told = chained.to_decide(settings.db, finding_id, settings.store_wait_s)
        held = (told["verdict"] or Verdict.REOPENED, told["actor"], told["note"])
        if held == (verdict, settings.actor, note) or (
            verdict is Verdict.REOPENED and not told["verdict"]
        ):
            return
        decision = Decision(
            "", finding_id, datetime.now(SHANGHAI), settings.actor, verdict.value, note,
            told["about"] or "",
        )  # fmt: skip
        decision = replace(decision, decision_id=codec.digest(decision)[:32])
        event = chained.event_of(decision, told["recording_id"] or "")
        chain.append(settings.db, [event], sm3=settings.custody_sm3, wait_s=settings.store_wait_s)
        made.append(decision)
        yield decision

    sync_with(settings.db, more, settings.store_wait_s)
    note_head_elsewhere(settings)
    return bool(made)
