"""The one place that opens DuckDB, for a unit of work at a time.

DuckDB lets one process write or several read (https://duckdb.org/docs/current/connect/concurrency),
so nobody keeps a connection, and everybody waits a bounded time for the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import duckdb

from avaudit.errors import AvauditError, StoreError
from avaudit.store.disk import flush, refusals_of
from avaudit.store.lock import Patience, locked
from avaudit.store.migrate import migrate, pending
from avaudit.store.places import side_files, under_construction, writer_lock
from avaudit.store.sql import query

Connection = duckdb.DuckDBPyConnection
WAIT_S = 30.0

#: Modest, because recognisers run beside; nothing is ever fetched from a network, and no Python
#: variable of this program answers as a table.
_CONFIG: Mapping[str, str] = {
    "threads": "2",
    "memory_limit": "512MB",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
}
#: A user's SQL sees the tables and nothing else of this machine.
_CONFINED: Mapping[str, str] = {**_CONFIG, "enable_external_access": "false"}

#: How DuckDB words an operating system's refusal; what else it says of a file means damage.
_REFUSALS = (
    "Permission denied",
    "Is a directory",
    "No such file or directory",
    "Read-only file system",
    "No space left on device",
    "Disk quota exceeded",
    "Too many open files",
)
#: A disk that is full shows in any of these: when writing, when committing, and ever after.
_REFUSED = (
    duckdb.IOException,
    duckdb.TransactionException,
    duckdb.FatalException,
    duckdb.InternalException,
)


def exclusive(db: Path, patience: Patience) -> AbstractContextManager[None]:
    """Be the one writer of a store, with or without a connection. Raises as `locked` does."""
    return locked(writer_lock(db), patience)


@contextmanager
def open_for_writing(db: Path, wait_s: float = WAIT_S) -> Iterator[Connection]:
    """A connection that may write, to a store of the newest shape, made where there is none.

    Raises `StoreBusy` when others hold the store longer than `wait_s`, `StoreError` where it is
    damaged, newer than this program or cannot be written.
    """
    patience = Patience(wait_s)
    with exclusive(db, patience), write_within_lock(db, patience) as connection:
        yield connection


@contextmanager
def write_within_lock(db: Path, patience: Patience) -> Iterator[Connection]:
    """As `open_for_writing`, for whoever is `exclusive` already."""
    if not db.exists():
        _make(db, patience)
    with _connected(db, patience, read_only=False) as connection:
        migrate(connection, db)
        yield connection


@contextmanager
def open_for_reading(db: Path, wait_s: float = WAIT_S) -> Iterator[Connection]:
    """A connection that only reads. A store of an older shape is brought up to date first.

    Raises `StoreError` where there is no store (`store.missing`), else as `open_for_writing`.
    """
    with _reading(db, Patience(wait_s), _CONFIG) as connection:
        yield connection


@contextmanager
def open_confined(db: Path, wait_s: float = WAIT_S) -> Iterator[Connection]:
    """A connection for other people's SQL: it reads this store and reaches nothing else.

    No file, no network, no extension, no setting. Raises as `open_for_reading`.
    """
    with _reading(db, Patience(wait_s), _CONFINED) as connection:
        connection.execute(query("lock_configuration"))
        yield connection


@contextmanager
def _reading(db: Path, patience: Patience, config: Mapping[str, str]) -> Iterator[Connection]:
    if not db.exists():
        raise StoreError("store.missing", file=str(db))
    with ExitStack() as opened:
        connection = opened.enter_context(_connected(db, patience, read_only=True, config=config))
        if pending(connection, db):
            opened.close()  # nobody can write while somebody reads
            with exclusive(db, patience), write_within_lock(db, patience):
                pass
            connection = opened.enter_context(
                _connected(db, patience, read_only=True, config=config)
            )
        yield connection


def discard(unfinished: Path) -> None:
    """Remove a database that an earlier try left unfinished, with its log."""
    with refusals_of(unfinished):
        for waste in (unfinished, *side_files(unfinished)):
            waste.unlink(missing_ok=True)


def _make(db: Path, patience: Patience) -> None:
    """A new, empty store, under its name only once it is whole."""
    new = under_construction(db, "new")
    discard(new)
    with _connected(new, patience, read_only=False) as connection:
        migrate(connection, new)
    with refusals_of(db):
        flush(new)
        for leftover in side_files(db):  # a log without its database: not to be replayed into it
            leftover.unlink()
        new.replace(db)
        flush(db.parent)


@contextmanager
def _connected(
    db: Path, patience: Patience, *, read_only: bool, config: Mapping[str, str] = _CONFIG
) -> Iterator[Connection]:
    try:
        connection = _connect(db, patience, read_only, config)
        with connection:
            connection.execute(query("session"))
            yield connection
    except duckdb.Error as error:
        if said := _in_our_words(error, db):
            raise said from error
        raise


def _connect(
    db: Path, patience: Patience, read_only: bool, config: Mapping[str, str]
) -> Connection:
    busy: duckdb.Error | None = None
    for _ in patience.tries():
        try:
            return duckdb.connect(db, read_only=read_only, config=dict(config))
        except duckdb.Error as error:
            if not _is_busy(error):
                raise
            busy = error
    raise patience.busy(db) from busy


def _is_busy(error: duckdb.Error) -> bool:
    """Held by another process, or by another thread of this one with other settings."""
    said = str(error)
    return (isinstance(error, duckdb.IOException) and "lock on file" in said) or (
        isinstance(error, duckdb.ConnectionException) and "different configuration" in said
    )


def _in_our_words(error: duckdb.Error, db: Path) -> AvauditError | None:
    """What an error says about the store; None where it is about a statement."""
    values = {"file": str(db), "reason": str(error).strip()}
    if isinstance(error, duckdb.OutOfMemoryException):
        return StoreError("store.out_of_memory", **values)
    if isinstance(error, _REFUSED) and any(refusal in str(error) for refusal in _REFUSALS):
        return StoreError("store.unusable", **values)
    if "newer version of DuckDB" in str(error):
        return StoreError("store.newer_format", **values)
    if is_damage(error):
        return StoreError("store.damaged", **values)
    return None


def is_damage(error: duckdb.Error) -> bool:
    """DuckDB 2 raises its bare `Error` for corrupt data, older ones an `IOException`."""
    kinds = (
        duckdb.IOException,
        duckdb.SerializationException,
        duckdb.InternalException,
        duckdb.FatalException,
    )
    return isinstance(error, kinds) or type(error) is duckdb.Error
