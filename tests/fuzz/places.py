"""Where boxes, chunks, elements or objects of a container begin, and where each says its length.

One walker for each family, by its specification: ISO 14496-12, RIFF, EBML (RFC 8794), ASF. Other
containers have none.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_INSIDE_BOXES = (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"stbl", b"edts", b"udta", b"meta")
_ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
#: EBML elements that hold others: segment, tracks, a track, its picture and sound, tags, a cluster.
_INSIDE_EBML = {
    0x18538067,
    0x1654AE6B,
    0xAE,
    0xE0,
    0xE1,
    0x1254C367,
    0x7373,
    0x1F43B675,
    0x1C53BB6B,
}
_HEADERS = {b"RIFF", b"LIST"}


@dataclass(frozen=True, slots=True)
class Place:
    """A part of a file: where it begins, and where (and how) its length is written.

    `order` is ">" or "<" for a number of so many bytes, "v" for EBML's own kind.
    """

    start: int
    at: int
    width: int
    order: str

    def with_length(self, data: bytes, length: int) -> bytes:
        """The file with another length there, as near to it as its kind of number comes."""
        if self.order == ">" and length > 0xFFFFFFFF:  # a box says 1, and its length after its kind
            long = struct.pack(">Q", min(length, (1 << 64) - 1))
            return _put(_put(data, self.at, struct.pack(">I", 1)), self.start + 8, long)
        most = (1 << (7 * self.width if self.order == "v" else 8 * self.width)) - 1
        number = min(length, most)
        if self.order == "v":
            number |= 1 << (7 * self.width)
        big = number.to_bytes(self.width, "big")
        return _put(data, self.at, big[::-1] if self.order == "<" else big)


def _put(data: bytes, at: int, piece: bytes) -> bytes:
    return (data[:at] + piece + data[at + len(piece) :])[: max(len(data), at)]


def places(data: bytes) -> list[Place]:
    """The parts of a file in their order, those inside others included."""
    if data[:4] in _HEADERS:
        return list(_chunks(data, 0, len(data)))
    if data[:4] == b"\x1a\x45\xdf\xa3":
        return list(_elements(data, 0, len(data)))
    if data[:16] == _ASF:
        return list(_objects(data, 0, len(data)))
    return list(_boxes(data, 0, len(data)))


def _boxes(data: bytes, at: int, end: int) -> Iterator[Place]:
    while at + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, at)
        if not kind.isalnum() or size < 8 or at + size > end:
            return
        yield Place(at, at, 4, ">")
        if kind in _INSIDE_BOXES:
            yield from _boxes(data, at + (12 if kind == b"meta" else 8), at + size)
        elif kind == b"stsd":
            yield from _boxes(data, at + 16, at + size)
        at += size


def _chunks(data: bytes, at: int, end: int) -> Iterator[Place]:
    while at + 8 <= end:
        kind, size = struct.unpack_from("<4sI", data, at)
        yield Place(at, at + 4, 4, "<")
        holds = kind in _HEADERS and data[at + 8 : at + 12] != b"movi"
        if holds:
            yield from _chunks(data, at + 12, min(end, at + 8 + size))
        at += 8 + size + size % 2


def _elements(data: bytes, at: int, end: int) -> Iterator[Place]:
    while at + 2 <= end:
        id_width = _width(data[at])
        size_at = at + id_width
        if not id_width or size_at >= end or not _width(data[size_at]):
            return
        width = _width(data[size_at])
        known = int.from_bytes(data[size_at : size_at + width], "big") & ((1 << (7 * width)) - 1)
        begins = size_at + width
        until = end if known == (1 << (7 * width)) - 1 else min(end, begins + known)
        yield Place(at, size_at, width, "v")
        if int.from_bytes(data[at:size_at], "big") in _INSIDE_EBML:
            yield from _elements(data, begins, until)
        at = until


def _width(first: int) -> int:
    """Of how many bytes a number of EBML is, by its first; 0 where that is none."""
    return 9 - first.bit_length() if first else 0


def _objects(data: bytes, at: int, end: int) -> Iterator[Place]:
    while at + 24 <= end:
        (size,) = struct.unpack_from("<Q", data, at + 16)
        yield Place(at, at + 16, 8, "<")
        if data[at : at + 16] == _ASF:
            yield from _objects(data, at + 30, min(end, at + size))
        if size < 24:
            return
        at += size
