"""The custody chain: an append-only file of JSON lines a month, each line bound to the one before.

A line is `{"v", "position", "previous", "event", "hash"}` in canonical JSON (see `codec`). `hash`
holds the SHA-256 of the line without it, and beside it the SM3 (GB/T 32905) where that is asked
for; `previous` is the hash of the event before. `head.json` names the last event: a shorter chain
than that was cut. `prove` in `store.proof` tells what was done to a chain.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from avaudit.codec import from_plain, plain_to_json, to_plain
from avaudit.domain.custody import Chained, Hashes, Head
from avaudit.domain.finding import CustodyEvent
from avaudit.store.disk import refusals_of, replace_whole
from avaudit.store.lines import write_block
from avaudit.store.lock import Patience, locked
from avaudit.store.places import custody_folder, custody_lock

VERSION = 1
#: What the first event is bound to.
GENESIS = "0" * 64
_HEAD = "head.json"
_TAIL_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class ChainLine:
    """A line as it lies in a file: `end` is the byte offset after it, `number` counts from 1."""

    file: str
    number: int
    end: int
    raw: bytes


def sm3_available() -> bool:
    """Whether this Python's OpenSSL has SM3."""
    return "sm3" in hashlib.algorithms_available


def append(
    db: Path, events: Iterable[CustodyEvent], *, sm3: bool = False, wait_s: float = 30.0
) -> Head | None:
    """Bind events to the chain, on disk when this returns; gives the head, None of an empty chain.

    A chain whose end was cut off is gone on with after its head, so that the hole stays visible.
    `sm3` is left out where OpenSSL has none. Raises `StoreBusy` when others write for longer than
    `wait_s`, `StoreError` where the files cannot be written.
    """
    waiting = list(events)
    if not waiting:
        return head(db)
    with _appending(db, Patience(wait_s)) as folder:
        block, before = bytearray(), _last(folder)
        for event in waiting:
            chained = bind(event, before, sm3=sm3 and sm3_available())
            block += encode(chained)
            before = last = Head(chained.position, chained.hash, event.at)
        file = _present_file(folder)
        with refusals_of(file):
            write_block(file, bytes(block))
        with refusals_of(folder / _HEAD):
            _write_head(folder, last)
        return last


def bind(event: CustodyEvent, last: Head | None, *, sm3: bool = False) -> Chained:
    """An event bound to the one before."""
    previous: Hashes = last.hash if last else {"sha256": GENESIS}
    position = (last.position if last else 0) + 1
    said = {"v": VERSION, "position": position, "previous": previous, "event": to_plain(event)}
    names = ("sha256", "sm3") if sm3 else ("sha256",)
    hashes = {name: digest_of(said, name) for name in names}
    return Chained(position, previous, event, hashes)


def digest_of(said: Mapping[str, object], algorithm: str) -> str:
    """The digest of all that a line says but its own hash. Raises `ValueError` without SM3."""
    text = plain_to_json({name: value for name, value in said.items() if name != "hash"})
    return hashlib.new(algorithm, text.encode()).hexdigest()


def encode(chained: Chained) -> bytes:
    """The line of an event, with its line break."""
    return (plain_to_json({"v": VERSION, **to_plain(chained)}) + "\n").encode()


def decode(raw: bytes) -> Chained | None:
    """What a line says; None where that cannot be read."""
    said = plain_of(raw)
    try:
        return from_plain(Chained, {n: v for n, v in said.items() if n != "v"}) if said else None
    except ValidationError:
        return None  # the caller reports it with its place


def plain_of(raw: bytes) -> dict[str, Any] | None:
    """What a line says as JSON holds it; None where it is no line of a chain."""
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or said.get("v") != VERSION:
        return None
    kinds = (("position", int), ("previous", dict), ("event", dict), ("hash", dict))
    return said if all(isinstance(said.get(name), kind) for name, kind in kinds) else None


def files(db: Path) -> list[Path]:
    """The files of the chain in order; none where there is no chain."""
    return sorted(custody_folder(db).glob("events-*.jsonl"))


def lines(file: Path, start: int = 0) -> Iterator[ChainLine]:
    """The lines of a file from a byte offset on, but not one that is still being written.

    Numbers count from the offset. Raises `StoreError` where the file cannot be read.
    """
    with refusals_of(file), file.open("rb") as stream:
        stream.seek(start)
        end = start
        for number, raw in enumerate(stream, 1):
            if not raw.endswith(b"\n"):
                return
            end += len(raw)
            yield ChainLine(file.name, number, end, raw)


def head(db: Path) -> Head | None:
    """What the chain ends with: as the head says, or the last event where that is further."""
    folder = custody_folder(db)
    return _last(folder) if folder.exists() else None


def go_on_after(db: Path, known: Head, wait_s: float = 30.0) -> None:
    """Have the chain go on after an event that is known from elsewhere, where it ends before that.

    What was cut off then stays visible as a hole. Raises as `append` does.
    """
    with _appending(db, Patience(wait_s)) as folder:
        last = _last(folder)
        if last is None or last.position < known.position:
            with refusals_of(folder / _HEAD):
                _write_head(folder, known)


def told_head(db: Path) -> Head | None:
    """The head as it was written last; None where there is none, or it cannot be read."""
    return _told_head(custody_folder(db))


def note_head(elsewhere: Path, last: Head) -> bool:
    """Write a head to a file of heads (JSON lines) unless it is the last there; whether it was new.

    Raises `StoreError` where the file cannot be written.
    """
    with refusals_of(elsewhere):
        known = read_heads(elsewhere)
        if known and (known[-1].position, known[-1].hash) == (last.position, last.hash):
            return False
        write_block(elsewhere, (plain_to_json(to_plain(last)) + "\n").encode())
    return True


def read_heads(elsewhere: Path) -> list[Head]:
    """The heads in a file that `note_head` wrote; lines that are none are left out.

    Raises `StoreError` where the file is there and cannot be read.
    """
    if not elsewhere.exists():
        return []
    with refusals_of(elsewhere):
        raw = elsewhere.read_bytes().splitlines()
    found = (_head(line) for line in raw)
    return [one for one in found if one]


@contextmanager
def _appending(db: Path, patience: Patience) -> Iterator[Path]:
    folder = custody_folder(db)
    with refusals_of(folder):
        folder.mkdir(exist_ok=True)
    with locked(custody_lock(db), patience):
        yield folder


def _present_file(folder: Path) -> Path:
    """The month's file, or the last one where a clock once ran ahead: the order never changes."""
    this_month = folder / f"events-{datetime.now(UTC):%Y-%m}.jsonl"
    return max([this_month, *folder.glob("events-*.jsonl")])


def _last(folder: Path) -> Head | None:
    """Where the chain goes on: after its head, or after the last event where that is further."""
    told, tail = _told_head(folder), _tail(sorted(folder.glob("events-*.jsonl")))
    if told is None or tail is None:
        return told or tail
    return tail if tail.position > told.position else told


def _tail(parts: Sequence[Path]) -> Head | None:
    for file in reversed(parts):
        for raw in _backwards(file):
            if chained := decode(raw):
                return Head(chained.position, chained.hash, chained.event.at)
    return None


def _backwards(file: Path) -> Iterator[bytes]:
    """The lines of a file, the last one first."""
    with refusals_of(file), file.open("rb") as stream:
        at, rest = stream.seek(0, os.SEEK_END), b""
        while at:
            step = min(_TAIL_BYTES, at)
            at -= step
            stream.seek(at)
            first, *whole = (stream.read(step) + rest).split(b"\n")
            yield from reversed(whole)
            rest = first
        yield rest


def _told_head(folder: Path) -> Head | None:
    try:
        return _head((folder / _HEAD).read_bytes())
    except OSError:
        return None


def _head(raw: bytes) -> Head | None:
    try:
        plain: Mapping[str, object] = json.loads(raw)
        return from_plain(Head, plain)
    except (ValueError, RecursionError, ValidationError):
        return None


def _write_head(folder: Path, last: Head) -> None:
    replace_whole(folder / _HEAD, (plain_to_json(to_plain(last)) + "\n").encode())
