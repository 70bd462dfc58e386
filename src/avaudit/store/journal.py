"""The truth: an append-only file of JSON lines a month, beside the database.

A line is `{"v": 1, "type": ..., "body": {...}, "sha256": digest of the body}`. Lines are written
in one piece and flushed to the disk before `append` returns; a line that a power cut tore is
closed by the next writer, left out by readers, and reported.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from avaudit.codec import plain_to_json, text_digest, to_json
from avaudit.domain.finding import AuditRecord, CustodyEvent, Decision
from avaudit.domain.group import GroupRecord
from avaudit.domain.register import Register
from avaudit.errors import Problem, StoreError
from avaudit.store.disk import refusals_of
from avaudit.store.lines import close_torn_line, write_block
from avaudit.store.lock import Patience, locked
from avaudit.store.places import journal_folder, journal_lock

VERSION = 1
Value = AuditRecord | Register | CustodyEvent | Decision | GroupRecord
TYPES: Mapping[str, type[Value]] = {
    "audit": AuditRecord,
    "register": Register,
    "custody": CustodyEvent,
    "decision": Decision,
    "group": GroupRecord,
}
_NAMES = {cls: name for name, cls in TYPES.items()}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a record file. `start` and `end` are byte offsets, `end` after the line break.

    `body` is None where the line is damaged.
    """

    file: str
    start: int
    end: int
    type: str
    body: Mapping[str, Any] | None


def append(db: Path, values: Iterable[Value], wait_s: float = 30.0) -> None:
    """Write values to the record files, all of them or none, on disk when this returns.

    An audit or a group without a time gets the present one. Raises `StoreBusy` when others write
    for longer than `wait_s`, `StoreError` where the files cannot be written, and for a value that
    JSON cannot hold what `codec.to_plain` raises.
    """
    now = datetime.now(UTC)
    block = b"".join(encode(_timed(value, now)) for value in values)
    if not block:
        return
    with appending(db, Patience(wait_s)) as folder:
        file = _present_file(folder, now)
        with refusals_of(file):
            write_block(file, block)


def encode(value: Value) -> bytes:
    """The line of a value, with its line break."""
    body = to_json(value)
    head = f'"v":{VERSION},"type":"{_NAMES[type(value)]}","sha256":"{text_digest(body)}"'
    return f'{{{head},"body":{body}}}\n'.encode()


@contextmanager
def appending(db: Path, patience: Patience) -> Iterator[Path]:
    """Be the only one who writes record files; gives their folder, made where there is none."""
    folder = journal_folder(db)
    with refusals_of(folder):
        folder.mkdir(exist_ok=True)
    with locked(journal_lock(db), patience):
        yield folder


def snapshot(db: Path, patience: Patience) -> dict[str, int]:
    """The record files in order with their sizes in bytes; each ends with a whole line.

    What is appended later lies beyond these sizes.
    """
    if not journal_folder(db).exists():
        return {}
    with appending(db, patience) as folder:
        files = _files(folder)
        for file in files:
            with refusals_of(file):
                close_torn_line(file)
        return {file.name: file.stat().st_size for file in files}


def read(db: Path, file: str, start: int, end: int) -> Iterator[Line]:
    """The lines of one record file between two offsets, damaged ones included.

    Raises `StoreError` where `start` is not the beginning of a line, or the file is shorter: it
    is not the file that was read before.
    """
    path = journal_folder(db) / file
    with refusals_of(path), path.open("rb") as stream:
        if start:
            stream.seek(start - 1)
            if start > end or stream.read(1) != b"\n":
                raise StoreError("store.journal_altered", file=str(path), offset=start)
        at = start
        while at < end:
            raw = stream.readline()
            kind, body = _decode(raw, path)
            yield Line(file, at, at + len(raw), kind, body)
            at += len(raw)


def problem(db: Path, line: Line, key: str) -> Problem:
    """What to tell about a line of a record file."""
    path = journal_folder(db) / line.file
    return Problem(str(path), key, {"bytes": line.end - line.start}, _line_number(path, line.start))


def _timed(value: Value, now: datetime) -> Value:
    if isinstance(value, AuditRecord) and value.audited_at is None:
        return replace(value, audited_at=now)
    if isinstance(value, GroupRecord) and value.judged_at is None:
        return replace(value, judged_at=now)
    return value


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("records-*.jsonl"))


def _present_file(folder: Path, now: datetime) -> Path:
    """The month's file, or the last one where a clock once ran ahead: the order never changes."""
    this_month = folder / f"records-{now:%Y-%m}.jsonl"
    return max([this_month, *_files(folder)])


def _decode(raw: bytes, path: Path) -> tuple[str, Mapping[str, Any] | None]:
    """Type and body of a line; no body where it does not parse or its digest is another."""
    try:
        line = json.loads(raw)
        version, kind, body = int(line["v"]), str(line["type"]), line["body"]
        whole = text_digest(plain_to_json(body)) == line["sha256"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return "", None  # the caller reports it with its place
    if whole and (version > VERSION or kind not in TYPES):
        raise StoreError("store.newer_record", file=str(path), found=f"{kind} {version}")
    return kind, body if whole else None


def _line_number(path: Path, offset: int) -> int:
    """The number, from 1, of the line that begins at an offset."""
    breaks = 0
    with path.open("rb") as stream:
        while offset > 0 and (piece := stream.read(min(offset, 1 << 20))):
            breaks += piece.count(b"\n")
            offset -= len(piece)
    return breaks + 1
