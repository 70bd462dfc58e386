"""Bring the database up to the record files: each line once, whatever is interrupted.

A batch of lines and the offset it ends at are written in one transaction, so a line is either
applied and passed, or neither. Audits are known by run and recording, groups by run, kind and id:
the same input again changes nothing, another input takes the old rows' place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
from pydantic import ValidationError

from avaudit.codec import from_plain, plain_to_json
from avaudit.domain.finding import AuditRecord
from avaudit.domain.group import GroupRecord
from avaudit.errors import Problem, StoreError
from avaudit.store.chained import apply_chain
from avaudit.store.connect import WAIT_S, Connection, exclusive, write_within_lock
from avaudit.store.journal import TYPES, Line, Value, append, problem, read, snapshot
from avaudit.store.lock import Patience
from avaudit.store.migrate import transaction
from avaudit.store.places import journal_folder
from avaudit.store.regroup import apply_groups
from avaudit.store.rows import AuditKey, Rows, add_audit, add_lasting, check_signals
from avaudit.store.sql import query

_BATCH_LINES = 200
_BATCH_BYTES = 8 << 20

#: Tables in the order they are written; `queries/insert_TABLE.sql` takes their rows as JSON.
_LASTING = ("runs", "activities", "recordings", "signals", "custody_events", "decisions")
_PER_AUDIT = ("results", "findings", "gaps", "statement_elements", "transcript_segments",
              "speakers")  # fmt: skip

#: The type of lines about groups: they say where the recordings of lines before them belong.
_GROUP = "group"

#: What DuckDB raises when a row does not fit its table.
_UNFIT = (duckdb.DataError, duckdb.IntegrityError, duckdb.InvalidInputException)


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a replay did: lines applied, audits among them that were there already, and lines
    that could not be applied, each with its place."""

    applied: int = 0
    unchanged: int = 0
    problems: tuple[Problem, ...] = ()

    def __add__(self, other: SyncReport) -> SyncReport:
        return SyncReport(
            self.applied + other.applied,
            self.unchanged + other.unchanged,
            self.problems + other.problems,
        )


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line and what it says; None where it says nothing that can be used."""

    line: Line
    value: Value | None
    problem: Problem | None = None


def sync(db: Path, wait_s: float = WAIT_S) -> SyncReport:
    """Apply what the record files hold beyond what the database has; makes a missing database.

    Raises `StoreBusy` and `StoreError` as `open_for_writing` does, and `StoreError` where the
    record files are not those that were applied before, or come from a newer program.
    """
    patience = Patience(wait_s)
    with exclusive(db, patience), write_within_lock(db, patience) as connection:
        return replay(connection, db, patience)


def sync_with(
    db: Path,
    more: Callable[[], Iterable[Value]],
    wait_s: float = WAIT_S,
    keep: Callable[[Iterable[Any]], object] | None = None,
) -> SyncReport:
    """Bring the database up to date, append what `more` makes of it as it is then, apply that too.

    `keep` appends it: to the record files, unless it says otherwise.

    Nobody else writes the database meanwhile, so that what `more` reads of it stays true. Raises
    as `sync` and `append` do.
    """
    with exclusive(db, Patience(wait_s)):
        with write_within_lock(db, Patience(wait_s)) as connection:
            report = replay(connection, db, Patience(wait_s))
        waiting = list(more())
        if not waiting:
            return report
        (keep or partial(append, db, wait_s=wait_s))(waiting)
        with write_within_lock(db, Patience(wait_s)) as connection:
            return report + replay(connection, db, Patience(wait_s))


def replay(connection: Connection, db: Path, patience: Patience) -> SyncReport:
    """Apply the record files and the custody chain of `db`, from the offsets that the connected
    database has."""
    offsets: dict[str, int] = dict(connection.execute(query("journal_offsets")).fetchall())
    sizes = snapshot(db, patience)
    for missing in sorted(offsets.keys() - sizes.keys()):
        path = journal_folder(db) / missing
        raise StoreError("store.journal_altered", file=str(path), offset=offsets[missing])
    report = SyncReport()
    for file, size in sizes.items():
        for lines in _batches(read(db, file, offsets.get(file, 0), size)):
            report += _apply(connection, [_entry(db, line) for line in lines], db)
    return report + SyncReport(problems=tuple(apply_chain(connection, db)))


def _batches(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Lines in their order, those about groups and others never in one batch."""
    batch: list[Line] = []
    for line in lines:
        if batch and (line.type == _GROUP) != (batch[0].type == _GROUP):
            yield batch
            batch = []
        batch.append(line)
        if len(batch) >= _BATCH_LINES or line.end - batch[0].start >= _BATCH_BYTES:
            yield batch
            batch = []
    if batch:
        yield batch


def _entry(db: Path, line: Line) -> _Entry:
    if line.body is None:
        return _Entry(line, None, problem(db, line, "store.line_damaged"))
    try:
        value = from_plain(TYPES[line.type], line.body)
        if isinstance(value, AuditRecord):
            check_signals(value)
    except ValidationError:
        return _Entry(line, None, problem(db, line, "store.line_unusable"))
    return _Entry(line, value)


def _apply(connection: Connection, entries: Sequence[_Entry], db: Path) -> SyncReport:
    """Apply entries in one transaction; where one does not fit, the others all the same."""
    try:
        with transaction(connection):
            return _write(connection, entries, db)
    except _UNFIT:
        if len(entries) > 1:
            middle = len(entries) // 2
            first = _apply(connection, entries[:middle], db)
            return first + _apply(connection, entries[middle:], db)
        if entries[0].value is None:
            raise
        line = entries[0].line
        return _apply(
            connection, [_Entry(line, None, problem(db, line, "store.line_unusable"))], db
        )


def _write(connection: Connection, entries: Sequence[_Entry], db: Path) -> SyncReport:
    values = [entry.value for entry in entries if entry.value is not None]
    records = [value for value in values if isinstance(value, AuditRecord)]
    groups = [value for value in values if isinstance(value, GroupRecord)]
    rows = Rows()
    for value in values:
        add_lasting(rows, value)
    known = _known_digests(connection, records)
    new, unchanged = _new_audits(records, known)
    for record in new.values():
        add_audit(rows, record)
    _insert(connection, rows, _LASTING)
    _forget(connection, [key for key in new if key in known])
    _insert(connection, rows, (*_PER_AUDIT, "audits"))
    unchanged += apply_groups(connection, groups) if groups else 0
    last = entries[-1].line
    connection.execute(query("upsert_journal_offset"), {"file": last.file, "end": last.end})
    problems = [entry.problem for entry in entries if entry.problem]
    problems += _without_transcript(connection, rows, entries, db)
    return SyncReport(len(values), unchanged, tuple(problems))


def _known_digests(connection: Connection, records: Sequence[AuditRecord]) -> dict[AuditKey, str]:
    """Input digests of the audits that the database has."""
    keys = _keys_json(_key(record) for record in records)
    found = connection.execute(query("input_digests"), {"keys": keys}).fetchall()
    return {(run_id, recording_id): digest for run_id, recording_id, digest in found}


def _new_audits(
    records: Sequence[AuditRecord], known: dict[AuditKey, str]
) -> tuple[dict[AuditKey, AuditRecord], int]:
    """The audits to write, the last one of each key, and how many change nothing."""
    digests, new, unchanged = dict(known), dict[AuditKey, AuditRecord](), 0
    for record in records:
        key = _key(record)
        if digests.get(key) == record.input_digest:
            unchanged += 1
        else:
            digests[key] = record.input_digest
            new[key] = record
    return new, unchanged


def _insert(connection: Connection, rows: Rows, tables: Sequence[str]) -> None:
    for table in tables:
        if found := rows.json(table):
            connection.execute(query(f"insert_{table}"), {"rows": found})


def _forget(connection: Connection, replaced: Sequence[AuditKey]) -> None:
    """Delete the rows of audits whose input has changed."""
    if replaced:
        for table in _PER_AUDIT:
            connection.execute(query(f"delete_{table}"), {"keys": _keys_json(replaced)})


def _without_transcript(
    connection: Connection, rows: Rows, entries: Sequence[_Entry], db: Path
) -> list[Problem]:
    """A problem for each audit whose transcript is named, but was lost with a damaged line."""
    wanted = [r for r in rows.tables.get("transcript_segments", {}).values() if r["body"] is None]
    if not wanted:
        return []
    found = connection.execute(
        query("missing_transcripts"), {"rows": plain_to_json(wanted)}
    ).fetchall()
    return [
        problem(db, entry.line, "store.transcript_missing")
        for entry in entries
        if isinstance(entry.value, AuditRecord) and _key(entry.value) in found
    ]


def _key(record: AuditRecord) -> AuditKey:
    return record.run.run_id, record.recording.recording_id


def _keys_json(keys: Iterable[AuditKey]) -> str:
    return plain_to_json([{"run_id": run, "recording_id": recording} for run, recording in keys])
