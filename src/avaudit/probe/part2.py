"""The clock that MPEG-4 Part 2 encoders write into their stream (ISO/IEC 14496-2, 6.2.3 to 6.2.5).

Each picture says how many ticks of its second have gone by, and how many seconds began since the
last one; groups of pictures may say the time of day of the stream. It is the encoder's own clock:
who copies a part of the stream, or joins two, copies it with them.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from avaudit.probe.bits import BitColumns, BitReader, Bytes, Column, Mask, OutOfBits

_LAYER, _GROUP = b"\0\0\1", b"\0\0\1\xb3"
_LAYERS = range(0x20, 0x30)
#: Seconds that may begin between two pictures, at most: what says more is damaged.
_MOST_SECONDS = 32
_EXTENDED_ASPECT = 15
_VIDEO_BUFFER_BITS = 79


def resolution_of(raw: bytes) -> int:
    """Ticks a second by the header of a layer; 0 where there is none, or it is damaged."""
    begin = raw.find(_LAYER)
    while 0 <= begin < len(raw) - 4 and raw[begin + 3] not in _LAYERS:
        begin = raw.find(_LAYER, begin + 3)
    if begin < 0 or begin >= len(raw) - 4:
        return 0
    try:
        return _resolution(BitReader(raw[begin + 4 :]))
    except OutOfBits:
        return 0


def _resolution(bits: BitReader) -> int:
    bits.u(9)  # random access, type of object
    if bits.u(1):
        bits.u(7)  # version and priority
    if bits.u(4) == _EXTENDED_ASPECT:
        bits.u(16)
    if bits.u(1):
        bits.u(3)  # chroma format, low delay
        if bits.u(1):
            bits.u(_VIDEO_BUFFER_BITS)
    rectangular = bits.u(2) == 0
    bits.u(1)
    return bits.u(16) if rectangular else 0


def group_second(raw: bytes) -> int | None:
    """The time of day, in seconds, at which a group of pictures says that it begins."""
    begin = raw.find(_GROUP)
    if begin < 0 or len(raw) < begin + 7:
        return None
    code = int.from_bytes(raw[begin + 4 : begin + 7], "big")
    return (code >> 19) * 3600 + (code >> 13 & 0x3F) * 60 + (code >> 6 & 0x3F)


def stamps(matrix: Bytes, good: Mask, timed: Mask, resolution: int, groups: Mapping[int, int]
           ) -> Column:  # fmt: skip
    """The encoder's clock at each picture, in ticks; -1 where it cannot be read.

    `matrix` has the beginning of each picture from its start code's last byte on, `timed` says
    which are I or P pictures (the clock of B pictures is relative to what is shown before them),
    `groups` the seconds that groups told, by the row that they begin at.
    """
    found = np.full(len(matrix), -1, np.int64)
    if resolution <= 0 or not len(matrix):
        return found
    bits = BitColumns(matrix[:, 1:])
    bits.u(2)
    seconds = np.zeros(len(matrix), np.int64)
    going = np.ones(len(matrix), bool)
    for _ in range(_MOST_SECONDS):
        going &= bits.u(1, where=going) == 1
        seconds += going
        if not going.any():
            break
    bits.u(1)
    ticks = bits.u(max(1, (resolution - 1).bit_length()))
    read = good & timed & bits.good & ~going & (ticks < resolution)
    base = np.cumsum(np.where(read, seconds, 0))
    for row, told in sorted(groups.items()):
        # From here on seconds count from what the group says.
        before = int(base[row - 1]) if row else 0
        base[row:] += told - before
    found[read] = base[read] * resolution + ticks[read]
    return found
