"""NAL units of H.264 and HEVC in headers and packets (ISO/IEC 14496-15, Annex B)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_START = b"\0\0\1"
_MAX_UNITS, _MAX_UNIT_BYTES = 64, 4096


@dataclass(frozen=True, slots=True)
class Coding:
    """How a codec names its units: bytes of a unit's head, and which types mean what."""

    codec: str
    head: int
    slices: frozenset[int]
    sets: dict[int, str]
    sei: frozenset[int]

    def kind(self, first: int) -> int:
        """The type of a unit, from its first byte."""
        return first & 0x1F if self.head == 1 else first >> 1 & 0x3F


H264 = Coding("h264", 1, frozenset({1, 5}), {7: "sps", 8: "pps"}, frozenset({6}))
HEVC = Coding(
    "hevc", 2, frozenset({*range(10), *range(16, 22)}), {32: "vps", 33: "sps", 34: "pps"},
    frozenset({39, 40}),
)  # fmt: skip
CODINGS = {"h264": H264, "hevc": HEVC}


def units_of_header(coding: Coding, extradata: bytes) -> tuple[int, list[bytes]]:
    """Bytes of the lengths before units in packets (0: start codes), and the header's own units.

    `extradata` is an `avcC` or `hvcC` record, or units with start codes. What ends early gives
    what was there.
    """
    if len(extradata) < 7 or extradata[0] != 1:
        return 0, [unit for unit, _ in split(extradata)]
    if coding is H264:
        return (extradata[4] & 3) + 1, list(_of_avc(extradata))
    return (extradata[21] & 3) + 1 if len(extradata) > 22 else 4, list(_of_hevc(extradata))


def _of_avc(record: bytes) -> Iterator[bytes]:
    at, count = 6, record[5] & 0x1F
    for _ in range(2):
        for _ in range(count):
            size = int.from_bytes(record[at : at + 2], "big")
            if unit := record[at + 2 : at + 2 + size]:
                yield unit
            at += 2 + size
        if at >= len(record):
            return
        count, at = record[at], at + 1


def _of_hevc(record: bytes) -> Iterator[bytes]:
    at = 23
    for _ in range(record[22] if len(record) > 22 else 0):
        count = int.from_bytes(record[at + 1 : at + 3], "big")
        at += 3
        for _ in range(min(count, _MAX_UNITS)):
            size = int.from_bytes(record[at : at + 2], "big")
            if unit := record[at + 2 : at + 2 + size]:
                yield unit
            at += 2 + size


def split(data: bytes) -> Iterator[tuple[bytes, int]]:
    """Units between start codes and where each begins, as far as `data` goes."""
    at = data.find(_START)
    for _ in range(_MAX_UNITS):
        if at < 0 or at + 3 >= len(data):
            return
        following = data.find(_START, at + 3)
        end = following if following >= 0 else len(data)
        yield data[at + 3 : end].rstrip(b"\0"), at + 3
        at = following


def framed(view: memoryview, length_bytes: int) -> Iterator[tuple[memoryview, int]]:
    """Units behind lengths: the bounded beginning of each, and its first byte."""
    at, end = 0, len(view)
    for _ in range(_MAX_UNITS):
        begin = at + length_bytes
        if begin >= end:
            return
        size = int.from_bytes(view[at:begin], "big")
        if size:
            yield view[begin : min(begin + size, begin + _MAX_UNIT_BYTES, end)], view[begin]
        at = begin + size
