"""Make the database anew from the record files, and keep the old one aside."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from avaudit.domain.time import SHANGHAI
from avaudit.errors import Problem, StoreError
from avaudit.store.connect import WAIT_S, discard, exclusive, write_within_lock
from avaudit.store.disk import flush, refusals_of
from avaudit.store.journal import snapshot
from avaudit.store.lock import Patience
from avaudit.store.places import journal_folder, side_files, under_construction
from avaudit.store.sync import SyncReport, replay, sync


def rebuild(db: Path, wait_s: float = WAIT_S) -> SyncReport:
    """Replace the database by one made from the record files alone.

    The old one stays beside it as `NAME.damaged-TIME`, with its log. Raises `StoreError` where
    there are no record files: a database is not replaced by an empty one.
    """
    patience = Patience(wait_s)
    with exclusive(db, patience):
        if not snapshot(db, patience):
            raise StoreError("store.no_journal", file=str(journal_folder(db)))
        new = under_construction(db, "rebuild")
        discard(new)
        with write_within_lock(new, patience) as connection:
            report = replay(connection, db, patience)
        with refusals_of(db):
            flush(new)
            _keep_aside(db)
            new.replace(db)
            flush(db.parent)
        return report


def heal(db: Path, wait_s: float = WAIT_S) -> SyncReport:
    """Bring the database up to date, or make it anew where it is damaged: no night ends by that.

    That it was made anew is a problem in the report. Raises as `sync` and `rebuild` do.
    """
    try:
        return sync(db, wait_s)
    except StoreError as error:
        if error.key != "store.damaged":
            raise
    made = SyncReport(problems=(Problem(str(db), "store.made_anew"),))
    return made + rebuild(db, wait_s)


def _keep_aside(db: Path) -> None:
    """Give the old files other names; the database keeps its own until the new one takes it."""
    suffix = f".damaged-{datetime.now(SHANGHAI):%Y%m%dT%H%M%S.%f}"
    for log in side_files(db):
        log.rename(log.with_name(log.name + suffix))
    if not db.exists():
        return
    aside = db.with_name(db.name + suffix)
    try:
        aside.hardlink_to(db)
    except OSError:  # no hard links here; for a moment there is no database, then the new one
        db.rename(aside)
