"""Beginnings of a picture stream's packets, taken while they are read and looked at afterwards.

In the loop over a recording's packets only some bytes of each first slice are copied; parameter
sets and user data, which come seldom, are taken note of at once. Everything else is worked out
over all packets at a time (`slices.py`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

import av
import av.stream

from avaudit.domain.bitstream import Bitstream, Change, Mark
from avaudit.probe.bits import OutOfBits
from avaudit.probe.nal_units import CODINGS, Coding, framed, split, units_of_header
from avaudit.probe.parameter_sets import set_id
from avaudit.probe.part2 import group_second, resolution_of
from avaudit.probe.sei import USER_DATA, options_of, user_data

#: Bytes kept of each first slice: its header's counters end within the first twenty.
HEAD_BYTES = 32
#: Times are not known of what the container's header holds.
_IN_HEADER = -1.0
_LOOK_BYTES, _LOOK_FAR_BYTES = 1024, 1 << 16
_MAX_MARKS, _MAX_TIMES, _MAX_CHANGES, _MAX_EPOCHS, _MAX_TEXT = 48, 12, 64, 64, 400
_USER_DATA, _COMMENT = 0xB2, 0xFE

Sets = dict[tuple[str, int], bytes]


@dataclass(slots=True)
class _Seen:
    text: str
    count: int = 0
    ticks: list[int | None] = field(default_factory=list)


@dataclass(slots=True)
class Tape:
    """What is kept of one picture stream, in the order of the file.

    `ticks`, `keys` and `heads` have one entry a packet: when it is shown, whether it is a keyframe,
    and the first bytes of its first slice. They are lists of plain values: a list of tuples is
    looked through by Python's collector time and again. `epochs` are rows from which on other
    parameter sets hold. `options` are those that an encoder wrote. Of MPEG-4 Part 2, `resolution`
    is the ticks a second of the encoder's clock, `groups` the seconds told by groups of pictures,
    by the row that they begin at.
    """

    codec: str
    coding: Coding | None
    length_bytes: int
    ticks: list[int] = field(default_factory=list)
    keys: list[bool] = field(default_factory=list)
    heads: list[bytes] = field(default_factory=list)
    epochs: list[tuple[int, Sets]] = field(default_factory=list)
    options: dict[str, str] = field(default_factory=dict)
    resolution: int = 0
    groups: dict[int, int] = field(default_factory=dict)
    _sets: Sets = field(default_factory=dict)
    _seen: dict[tuple[str, str, str], _Seen] = field(default_factory=dict)
    _changes: list[tuple[str, int | None, str, str]] = field(default_factory=list)
    _fresh: bool = False
    _first_bytes: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        coding = self.coding
        if coding:
            slices = (n for n in range(128) if coding.kind(n) in coding.slices)
            self._first_bytes = frozenset(slices)

    def take(self, packet: av.Packet[Any], view: memoryview, at: int | None, key: bool) -> None:
        """Keep the beginning of a packet's first slice, and note what comes before it.

        `view` is over the packet's bytes; `at` is when it is shown, in ticks, where that is known.
        """
        if at is None:
            at = self.ticks[-1] if self.ticks else 0
        if key and packet.has_sidedata("new_extradata"):
            self.header(bytes(packet.get_sidedata("new_extradata")), at)
        begin = self.length_bytes
        if begin and view.nbytes > begin and view[begin] in self._first_bytes:
            head = bytes(view[begin : begin + HEAD_BYTES])
        else:
            head = self._look(view, at, key)
        if self._fresh:
            self._begin_epoch()
        self.ticks.append(at)
        self.keys.append(key)
        self.heads.append(head)

    def _look(self, view: memoryview, at: int, key: bool) -> bytes:
        """The head of a packet that does not begin with a slice."""
        if self.coding is None:
            return self._plain(view, at, key)
        if not self.length_bytes:
            return self._coded(view, at, key)
        return self._framed(view, at, key)

    def _begin_epoch(self) -> None:
        if len(self.epochs) < _MAX_EPOCHS:
            self.epochs.append((len(self.heads), dict(self._sets)))
        self._fresh = False

    def _framed(self, view: memoryview, at: int, key: bool) -> bytes:
        coding = self.coding
        if coding is None:
            return b""
        for unit, first in framed(view, self.length_bytes):
            if coding.kind(first) in coding.slices:
                return bytes(unit[:HEAD_BYTES])
            self._note(unit, at, key)
        return b""

    def _coded(self, view: memoryview, at: int, key: bool) -> bytes:
        coding = self.coding
        if coding is None:
            return b""
        for look in (_LOOK_BYTES, _LOOK_FAR_BYTES):
            units = list(split(bytes(view[:look])))
            for number, (unit, _) in enumerate(units):
                if unit and coding.kind(unit[0]) in coding.slices:
                    for before, _ in units[:number]:
                        self._note(memoryview(before), at, key)
                    return unit[:HEAD_BYTES]
            if len(view) <= look:
                break
        return b""

    def _note(self, unit: memoryview, at: int | None, key: bool) -> None:
        coding = self.coding
        if coding is None or len(unit) <= coding.head:
            return
        kind = coding.kind(unit[0])
        if kind in coding.sets:
            self._set(coding.sets[kind], bytes(unit), at)
        elif kind in coding.sei and (key or unit[coding.head] == USER_DATA):
            for uuid, text in user_data(bytes(unit), coding.head):
                self._mark("user_data", uuid, text, at)
                self.options = self.options or options_of(text)

    def _set(self, kind: str, unit: bytes, at: int | None) -> None:
        """A parameter set: the ids of HEVC and H.264 differ in place; the unit itself tells."""
        place = (kind, _set_id(kind, unit, self.coding.head if self.coding else 1))
        before = self._sets.get(place)
        identity = hashlib.sha256(unit).hexdigest()[:16]
        self._mark(kind, identity, "", at)
        if before == unit:
            return
        self._sets[place] = unit
        self._fresh = True
        if before is not None and len(self._changes) < _MAX_CHANGES:
            was = hashlib.sha256(before).hexdigest()[:16]
            self._changes.append((kind, at, was, identity))

    def _mark(self, kind: str, identity: str, text: str, at: int | None) -> None:
        name = (kind, identity, text[:_MAX_TEXT])
        if name not in self._seen and len(self._seen) >= _MAX_MARKS:
            name = (kind, identity, "")
            if name not in self._seen and len(self._seen) >= 2 * _MAX_MARKS:
                return
        seen = self._seen.setdefault(name, _Seen(name[2]))
        seen.count += 1
        if len(seen.ticks) < _MAX_TIMES:
            seen.ticks.append(at)

    def header(self, extradata: bytes, at: int | None = None) -> None:
        """Note what a container's header holds (again, where `at` is a time in ticks)."""
        if self.coding is None:
            self.resolution = self.resolution or resolution_of(extradata)
            self._mpeg4_texts(extradata, at)
            return
        for unit in units_of_header(self.coding, extradata)[1]:
            self._note(memoryview(unit), at, key=True)

    def _plain(self, view: memoryview, at: int, key: bool) -> bytes:
        """MPEG-4 Part 2 and JPEG: pictures behind start codes, comments beside them."""
        if self.codec == "mjpeg":
            if not self.heads:
                self._jpeg_comment(bytes(view[:_LOOK_BYTES]), at)
            return bytes(view[:2])
        raw = bytes(view[:_LOOK_BYTES])
        if key:
            self._mpeg4_texts(raw, at)
            self.resolution = self.resolution or resolution_of(raw)
            if (told := group_second(raw)) is not None:
                self.groups[len(self.heads)] = told
        begin = raw.find(b"\0\0\1\xb6")
        return raw[begin + 3 : begin + 3 + HEAD_BYTES] if begin >= 0 else b""

    def _mpeg4_texts(self, raw: bytes, at: int | None) -> None:
        for unit, _ in split(raw):
            if unit[:1] == bytes([_USER_DATA]):
                self._mark("header", "mpeg4", unit[1:].decode("ascii", "replace"), at)

    def _jpeg_comment(self, raw: bytes, at: int) -> None:
        begin = raw.find(bytes([0xFF, _COMMENT]))
        if begin >= 0:
            size = int.from_bytes(raw[begin + 2 : begin + 4], "big")
            text = raw[begin + 4 : begin + 2 + size].rstrip(b"\0")
            self._mark("header", "jpeg", text.decode("ascii", "replace"), at)

    def marks(self, tick_s: float, zero_s: float) -> tuple[Mark, ...]:
        """Everything that was marked, with times."""
        return tuple(
            Mark(kind, identity, seen.text, seen.count,
                 tuple(_seconds(tick, tick_s, zero_s) for tick in seen.ticks))
            for (kind, identity, _), seen in self._seen.items()
        )  # fmt: skip

    def changes(self, tick_s: float, zero_s: float) -> tuple[Change, ...]:
        """Parameter sets that others took the place of, with times."""
        return tuple(
            Change(kind, _seconds(tick, tick_s, zero_s), before, after)
            for kind, tick, before, after in self._changes
        )


def _seconds(tick: int | None, tick_s: float, zero_s: float) -> float:
    return _IN_HEADER if tick is None else round(tick * tick_s - zero_s, 3)


def _set_id(kind: str, unit: bytes, head: int) -> int:
    """The number by which a parameter set is asked for, 0 where it cannot be read."""
    try:
        return set_id(kind, unit, head)
    except OutOfBits:
        return 0


def tape_of(stream: av.stream.Stream) -> Tape | None:
    """A tape for a picture stream; None for codecs that nothing is read of."""
    name = stream.codec_context.name
    if stream.type != "video" or name not in Bitstream.CODECS:
        return None
    extradata = bytes(stream.codec_context.extradata or b"")
    coding = CODINGS.get(name)
    lengths = units_of_header(coding, extradata)[0] if coding else 0
    tape = Tape(name, coding, lengths)
    tape.header(extradata)
    return tape
