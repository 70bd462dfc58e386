"""Where a store's files lie, all derived from the path of the database."""

from __future__ import annotations

from pathlib import Path


def writer_lock(db: Path) -> Path:
    """The file whose lock is held by whoever writes the database."""
    return db.with_name(f"{db.name}.lock")


def journal_folder(db: Path) -> Path:
    """The folder of the append-only record files."""
    return db.with_name(f"{db.stem}.records")


def journal_lock(db: Path) -> Path:
    """The file whose lock is held by whoever appends to the record files."""
    return journal_folder(db) / "append.lock"


def custody_folder(db: Path) -> Path:
    """The folder of the custody chain: its events and its head."""
    return db.with_name(f"{db.stem}.custody")


def custody_lock(db: Path) -> Path:
    """The file whose lock is held by whoever appends to the custody chain."""
    return custody_folder(db) / "append.lock"


def evidence_folder(db: Path) -> Path:
    """The folder of small pictures that show what findings say."""
    return db.with_name(f"{db.stem}.evidence")


def published(db: Path) -> Path:
    """The read-only copy for other programs."""
    return db.with_name(f"{db.stem}.published.duckdb")


def under_construction(db: Path, purpose: str) -> Path:
    """A file that becomes another by renaming. Whatever an earlier try left there is waste."""
    return db.with_name(f".{db.stem}.{purpose}.tmp")


def side_files(db: Path) -> tuple[Path, ...]:
    """What DuckDB keeps beside a database while it is open or after a crash: its log."""
    return tuple(sorted(db.parent.glob(f"{_literal(db.name)}.wal*")))


def _literal(name: str) -> str:
    """A name as a pattern that matches only itself."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in name)
