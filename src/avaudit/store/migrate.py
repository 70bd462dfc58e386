"""The shape of the store, one step after another: `migrations/NNNN_NAME.sql`.

A step that was applied is never altered: its digest is kept, and another text under the same
number is refused, because nobody could tell any more what shape a store has.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from avaudit.codec import text_digest
from avaudit.errors import StoreError
from avaudit.store.sql import query

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True, slots=True)
class Migration:
    """One step. `version` counts from 1; `sha256` is the digest of its SQL."""

    version: int
    name: str
    sql: str
    sha256: str


@cache
def migrations() -> tuple[Migration, ...]:
    """All steps that this program knows, in order."""
    folder = resources.files(__package__) / "migrations"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)
    return tuple(_migration(f.name, f.read_text(encoding="utf-8")) for f in files)


def pending(connection: DuckDBPyConnection, db: Path) -> tuple[Migration, ...]:
    """The steps that a store still lacks.

    Raises `StoreError` for a database that is no store, one that a newer program has changed,
    and one whose steps are not those of this program.
    """
    tables = {name for (name,) in connection.execute(query("table_names")).fetchall()}
    if not tables:
        return migrations()
    if "schema_migrations" not in tables:
        raise StoreError("store.foreign", file=str(db))
    applied = connection.execute(query("applied_migrations")).fetchall()
    known = migrations()
    if len(applied) > len(known):
        raise StoreError("store.newer", file=str(db), found=applied[-1][0], known=len(known))
    for step, (version, name, sha256) in zip(known, applied, strict=False):
        if (step.version, step.sha256) != (version, sha256):
            raise StoreError("store.altered_migration", file=str(db), version=version, name=name)
    return known[len(applied) :]


def migrate(connection: DuckDBPyConnection, db: Path) -> None:
    """Apply what is pending, all of it or nothing. Raises as `pending` does."""
    with transaction(connection):
        waiting = pending(connection, db)
        if not waiting:
            return
        connection.execute(query("create_schema_migrations"))
        for step in waiting:
            connection.execute(step.sql)
            connection.execute(
                query("insert_schema_migration"), [step.version, step.name, step.sha256]
            )


@contextmanager
def transaction(connection: DuckDBPyConnection) -> Iterator[None]:
    """All of the block's writes, or none of them."""
    connection.begin()
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def _migration(file_name: str, sql: str) -> Migration:
    number, _, name = file_name.removesuffix(".sql").partition("_")
    return Migration(int(number), name, sql, text_digest(sql))
