"""Bind to the custody chain what audits and people left in the record files."""

from __future__ import annotations

from functools import partial

from avaudit.domain.custody import Head
from avaudit.settings import Settings
from avaudit.store import chain
from avaudit.store.chained import unchained
from avaudit.store.sync import SyncReport, sync_with


def chain_seen(settings: Settings) -> SyncReport:
    """Write an event for each first sight, move and decision that has none yet.

    Nothing is written twice, whatever is interrupted: events are known by their ids, and only one
    program at a time gets here. Raises as `store.sync.sync_with` does.
    """
    db, wait_s = settings.db, settings.store_wait_s
    keep = partial(chain.append, db, sm3=settings.custody_sm3, wait_s=wait_s)
    report = sync_with(db, lambda: unchained(db, wait_s), wait_s, keep)
    note_head_elsewhere(settings)
    return report


def note_head_elsewhere(settings: Settings) -> Head | None:
    """Write the chain's head where the settings want it kept, and give it.

    Raises `StoreError` where that file cannot be written.
    """
    head = chain.head(settings.db)
    if head and settings.custody_heads:
        chain.note_head(settings.custody_heads, head)
    return head
