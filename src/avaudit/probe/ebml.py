"""How a Matroska or WebM file is built (RFC 8794, RFC 9559).

Among the numbers of the signal: `clusters` (counted to a bound), `cues` (1.0 where there is an
index), `cue_points`, `unknown_sizes` (elements written without a length, as live recorders do),
`void_bytes`, `timescale_ns`, `tags`. Texts: `MuxingApp`, `WritingApp`, `DateUTC`, `Title` and
simple tags by their names (`ENCODER`, `DURATION`).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from avaudit.domain.structure import Structure, Text
from avaudit.probe.parts import parts
from avaudit.probe.raw import read_at, text_of

_MAX_ELEMENTS, _MAX_DEPTH = 20_000, 6
_SEGMENT, _CLUSTER, _VOID = 0x18538067, 0x1F43B675, 0xEC
#: Seconds from 1970 to 2001, where Matroska's clock begins.
_EPOCH_S = 978_307_200
_NAMES = {
    0x1A45DFA3: "EBML", _SEGMENT: "Segment", 0x114D9B74: "SeekHead", 0x1549A966: "Info",
    0x1654AE6B: "Tracks", _CLUSTER: "Cluster", 0x1C53BB6B: "Cues", 0x1254C367: "Tags",
    0x1941A469: "Attachments", 0x1043A770: "Chapters", _VOID: "Void", 0xBF: "CRC-32",
}  # fmt: skip
_TEXTS = {0x4D80: "MuxingApp", 0x5741: "WritingApp", 0x7BA9: "Title", 0x4282: "DocType"}
_HOLDING = {0x1A45DFA3, _SEGMENT, 0x1549A966, 0x1254C367, 0x7373, 0x67C8, 0x1C53BB6B}
_CUE_POINT, _TAG_NAME, _TAG_TEXT, _DATE = 0xBB, 0x45A3, 0x4487, 0x4461
_SCALE, _DURATION = 0x2AD7B1, 0x4489


@dataclass(slots=True)
class _Found:
    layout: list[tuple[str, int, int]] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    numbers: dict[str, float] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    created_s: int = 0
    duration: float = 0.0
    tag: str = ""
    left: int = _MAX_ELEMENTS

    def count(self, name: str, by: float = 1.0) -> None:
        self.numbers[name] = self.numbers.get(name, 0.0) + by


def matroska_structure(fd: int, file_bytes: int) -> Structure:
    """How a Matroska file is built. `OSError` where the disk does not answer."""
    found = _Found()
    end = _walk(fd, 0, file_bytes, 0, found)
    scale = found.numbers.get("timescale_ns", 1e6)
    return Structure(
        format="matroska",
        layout=parts(found.layout),
        brand=next((t.text for t in found.texts if t.where == "DocType"), ""),
        created_s=found.created_s,
        duration_s=round(found.duration * scale / 1e9, 6) if found.duration < 1e15 else 0.0,
        texts=tuple(found.texts[:64]),
        free_bytes=int(found.numbers.get("void_bytes", 0)),
        trailing_bytes=max(0, file_bytes - end),
        numbers=found.numbers,
        problems=tuple(dict.fromkeys(found.problems))[:16],
    )


def _walk(fd: int, at: int, end: int, depth: int, found: _Found) -> int:
    """Follow elements from `at` to `end`; where it stopped."""
    for name, where, body, size in _elements(fd, at, end, found):
        if depth == 0 or (depth == 1 and name in _NAMES):
            found.layout.append((_NAMES.get(name, f"{name:X}"), where, body + size - where))
        _take(fd, name, body, size, found)
        if name in _HOLDING and depth < _MAX_DEPTH:
            _walk(fd, body, body + size, depth + 1, found)
        at = body + size
    return at


def _elements(fd: int, at: int, end: int, found: _Found) -> Iterator[tuple[int, int, int, int]]:
    """Elements `(id, at, body, bytes)`; one of unknown length reaches to the end of its parent."""
    while at < end:
        found.left -= 1
        if found.left < 0:
            found.problems.append("more elements than are followed")
            return
        head = read_at(fd, at, 12)
        name, used = _number(head, keep_mark=True)
        size, used_too = _number(head[used:], keep_mark=False)
        if not used or used > 4 or not used_too:
            found.problems.append("no element where one should be")
            return
        body = at + used + used_too
        if size == (1 << 7 * used_too) - 1:
            found.count("unknown_sizes")
            size = max(0, end - body)
            if name == _CLUSTER:  # what follows is not told from what is in it
                yield name, at, body, size
                return
        elif body + size > end:
            found.problems.append(f"{_NAMES.get(name, 'element')}: beyond its parent")
            size = max(0, end - body)
        yield name, at, body, size
        at = body + size


def _number(data: bytes, *, keep_mark: bool) -> tuple[int, int]:
    """A variable-length number and how many bytes it took; `(0, 0)` where there is none."""
    if not data or not data[0]:
        return 0, 0
    length = 9 - data[0].bit_length()
    if len(data) < length:
        return 0, 0
    value = int.from_bytes(data[:length], "big")
    return (value if keep_mark else value & ((1 << 7 * length) - 1)), length


def _take(fd: int, name: int, body: int, size: int, found: _Found) -> None:
    """Note what one element says."""
    if name == _CLUSTER:
        found.count("clusters")
    elif name == _VOID:
        found.count("void_bytes", float(size))
    elif name == _CUE_POINT:
        found.count("cue_points")
        found.numbers["cues"] = 1.0
    elif name in _TEXTS:
        found.texts.append(Text(_TEXTS[name], text_of(read_at(fd, body, min(size, 512)), 240)))
    elif name == _TAG_NAME:
        found.tag = text_of(read_at(fd, body, min(size, 128)), 60)
    elif name == _TAG_TEXT:
        found.count("tags")
        found.texts.append(Text(found.tag, text_of(read_at(fd, body, min(size, 512)), 240)))
    elif name == _DATE and size == 8:
        ticks = int.from_bytes(read_at(fd, body, 8), "big", signed=True)
        found.created_s = max(0, ticks // 1_000_000_000 + _EPOCH_S)
    elif name == _SCALE and size <= 8:
        found.numbers["timescale_ns"] = float(int.from_bytes(read_at(fd, body, size), "big"))
    elif name == _DURATION and size in (4, 8):
        raw = read_at(fd, body, size)
        value = struct.unpack(">f" if size == 4 else ">d", raw)[0] if len(raw) == size else 0.0
        found.duration = value if 0 <= value < 1e15 else 0.0
