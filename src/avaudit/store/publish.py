"""A copy of the store for other programs, replaced whole: whoever reads the old one keeps it."""

from __future__ import annotations

import shutil
from pathlib import Path

from avaudit.errors import StoreError
from avaudit.store.connect import WAIT_S, exclusive, write_within_lock
from avaudit.store.disk import flush, refusals_of
from avaudit.store.lock import Patience
from avaudit.store.places import published, side_files, under_construction
from avaudit.store.sql import query


def publish(db: Path, wait_s: float = WAIT_S) -> Path:
    """Copy the store to `STEM.published.duckdb` and give that path.

    Raises `StoreError` where there is no store or the copy cannot be written, `StoreBusy` where
    the store is in use for longer than `wait_s`, or a foreign program writes it meanwhile.
    """
    if not db.exists():
        raise StoreError("store.missing", file=str(db))
    patience = Patience(wait_s)
    with exclusive(db, patience):
        with write_within_lock(db, patience) as connection:
            connection.execute(query("checkpoint"))
        # Only now: closing a second descriptor of an open database would drop DuckDB's own lock.
        before = _state(db)
        new, target = under_construction(db, "published"), published(db)
        with refusals_of(target):
            _copy(db, new)
            if side_files(db) or _state(db) != before:
                raise patience.busy(db)
            new.replace(target)
            flush(target.parent)
    return target


def _state(file: Path) -> tuple[int, int]:
    found = file.stat()
    return found.st_size, found.st_mtime_ns


def _copy(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    shutil.copyfile(source, target)
    target.chmod(0o444)
    flush(target)
