"""Small edits of MP4 headers: brands, times, and an edit list that hides the ends."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from forge.labels import NotFor
from forge.profiles import Profile

_EPOCH = datetime(1904, 1, 1, tzinfo=UTC)
_PARENTS = (b"moov", b"trak", b"mdia")
_TIMED = (b"mvhd", b"tkhd", b"mdhd")

#: A box: its type, where it begins, where its content begins, where it ends.
Box = tuple[bytes, int, int, int]


def walk(data: bytes, begin: int, end: int) -> Iterator[Box]:
    """The boxes within a stretch of bytes, in their order."""
    while begin + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, begin)
        content = begin + 8
        if size == 1:
            size, content = struct.unpack_from(">Q", data, begin + 8)[0], begin + 16
        size = size or end - begin
        if size < 8:
            return
        yield kind, begin, content, begin + size
        begin += size


def inside(data: bytes, begin: int, end: int) -> Iterator[Box]:
    """Boxes of the index at any depth that is of use here."""
    for box in walk(data, begin, end):
        yield box
        if box[0] in _PARENTS:
            yield from inside(data, box[2], box[3])


def mark(path: Path, profile: Profile) -> None:
    """Write a profile's brands and name over those of the muxer, in the room that they take."""
    if profile.suffix == "mkv" and not profile.plain:
        # Bare of its version even where no marks are wanted; no device writes it.
        path.write_bytes(path.read_bytes().replace(b"Lavf", profile.name[-4:].encode()))
    if not profile.boxed or not profile.brands:
        return
    with path.open("r+b") as file:
        size, kind = struct.unpack(">I4s", file.read(8))
        if kind != b"ftyp":
            raise ValueError(f"{path}: no file type first")
        room = (size - 16) // 4
        others = list(profile.brands[1:])[:room]
        brands = [*others, *[others[-1]] * (room - len(others))] if others else []
        file.write(profile.brands[0].encode() + struct.pack(">I", 0))
        file.write("".join(brands).encode())


def date(path: Path, at: datetime) -> None:
    """Write another creation and modification time into every header that has them."""
    data = bytearray(path.read_bytes())
    moment = int((at - _EPOCH).total_seconds())
    found = 0
    for kind, _, content, _ in inside(bytes(data), 0, len(data)):
        if kind in _TIMED:
            form = ">QQ" if data[content] == 1 else ">II"
            struct.pack_into(form, data, content + 4, moment, moment)
            found += 1
    if not found:
        raise NotFor("no headers with times")
    path.write_bytes(data)


def hide(source: Path, path: Path, begin: float, end: float) -> None:
    """A copy whose edit lists show only a stretch, as galleries of phones trim.

    All packets stay. Raises `NotFor` where the index does not stand behind what it points to.
    """
    data = source.read_bytes()
    boxes = list(walk(data, 0, len(data)))
    moov = next((box for box in boxes if box[0] == b"moov"), None)
    if moov is None or moov != boxes[-1]:
        raise NotFor("the index stands first")
    header = next(box for box in inside(data, moov[2], moov[3]) if box[0] == b"mvhd")
    scale, scale_at = _scale(data, header), _duration_at(data, header)
    shown = round((end - begin) * scale)
    pieces = []
    for kind, first, content, last in walk(data, moov[2], moov[3]):
        piece = bytearray(data[first:last])
        if kind == b"mvhd":
            _set_length(piece, scale_at - first, data[content], shown)
        pieces.append(_hidden(data, first, content, last, begin, shown) if kind == b"trak"
                      else bytes(piece))  # fmt: skip
    body = b"".join(pieces)
    path.write_bytes(data[: moov[1]] + struct.pack(">I4s", len(body) + 8, b"moov") + body)


def _scale(data: bytes, box: Box) -> int:
    """Ticks a second of `mvhd` or `mdhd`."""
    at = box[2] + (20 if data[box[2]] == 1 else 12)
    return int(struct.unpack_from(">I", data, at)[0])


def _duration_at(data: bytes, box: Box) -> int:
    wide = data[box[2]] == 1
    at = {b"tkhd": (20, 28), b"mvhd": (16, 24), b"mdhd": (16, 24)}[box[0]]
    return box[2] + at[wide]


def _set_length(piece: bytearray, at: int, version: int, length: int) -> None:
    struct.pack_into(">Q" if version == 1 else ">I", piece, at, length)


def _hidden(data: bytes, first: int, content: int, last: int, begin: float, shown: int) -> bytes:
    """A track with an edit list of one entry in place of its own."""
    media = next(box for box in inside(data, content, last) if box[0] == b"mdhd")
    edits = [box for box in walk(data, content, last) if box[0] == b"edts"]
    # What the track hides already (priming, the first pictures' delay) stays hidden.
    before = 0
    if edits:
        lists = next(walk(data, edits[0][2], edits[0][3]))
        wide = data[lists[2]] == 1
        form, skip = (">Qq", 8) if wide else (">Ii", 8)
        before = max(0, int(struct.unpack_from(form, data, lists[2] + skip)[1]))
    entry = struct.pack(">IIIiI", 0, 1, shown, before + round(begin * _scale(data, media)), 0x10000)
    made = struct.pack(">I4sI4s", len(entry) + 16, b"edts", len(entry) + 8, b"elst") + entry
    parts = []
    for kind, start, inner, end in walk(data, content, last):
        piece = bytearray(data[start:end])
        if kind == b"tkhd":
            at = _duration_at(data, (kind, start, inner, end)) - start
            _set_length(piece, at, data[inner], shown)
        if kind != b"edts":
            parts.append(bytes(piece))
        if kind == b"tkhd":
            parts.append(made)
    body = b"".join(parts)
    return struct.pack(">I4s", len(body) + 8, b"trak") + body
