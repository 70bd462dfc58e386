"""Bits of a picture's headers: read one by one, or a whole column of them at once.

Codes are those of ITU-T H.264, 7.2 and 9.1 and H.265, 9.2: `u(n)` a number of n bits, `ue(v)` and
`se(v)` Exp-Golomb codes.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Column = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_LONGEST_CODE = 32


class OutOfBits(ValueError):
    """The data ended, or holds a code that no encoder writes."""


def unescaped(data: bytes) -> bytes:
    """The payload of a NAL unit without the bytes 0x03 that keep start codes out of it (7.4.1)."""
    if b"\0\0\3" not in data:
        return data
    out = bytearray()
    at = 0
    while (found := data.find(b"\0\0\3", at)) >= 0:
        out += data[at : found + 2]
        at = found + 3
    return bytes(out + data[at:])


class BitReader:
    """Reads an unescaped payload from its first bit on. Every method raises `OutOfBits`."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._bits = len(data) * 8
        self.at = 0

    def u(self, bits: int) -> int:
        """A number of so many bits, 0 to 64."""
        end = self.at + bits
        if bits < 0 or end > self._bits:
            raise OutOfBits(f"{bits} bits at {self.at} of {self._bits}")
        self.at = end
        return self._value >> (self._bits - end) & ((1 << bits) - 1)

    def flag(self) -> bool:
        """One bit."""
        return self.u(1) == 1

    def ue(self) -> int:
        """An unsigned Exp-Golomb code of at most 32 leading zeros."""
        zeros = 0
        while not self.u(1):
            zeros += 1
            if zeros > _LONGEST_CODE:
                raise OutOfBits("a code that is too long")
        return (1 << zeros) - 1 + self.u(zeros)

    def se(self) -> int:
        """A signed Exp-Golomb code."""
        code = self.ue()
        return (code + 1) // 2 if code % 2 else -(code // 2)


class BitColumns:
    """Reads many headers at once: one row each, shape `(rows, bytes)`, unescaped.

    Rows stand at bits of their own. A row that runs out of bits is no longer `good`; what is read
    of it from then on is meaningless.
    """

    def __init__(self, rows: Bytes) -> None:
        self._width = rows.shape[1] * 8
        padded = np.zeros((rows.shape[0], rows.shape[1] + 9), np.uint8)
        padded[:, : rows.shape[1]] = rows
        self._rows = padded
        self._number = np.arange(rows.shape[0])
        self.at: Column = np.zeros(rows.shape[0], np.int64)
        self.good: Mask = np.ones(rows.shape[0], bool)

    def _window(self) -> npt.NDArray[np.uint64]:
        """The next 56 bits or more of each row, at the top of 64."""
        byte = np.minimum(self.at >> 3, self._width >> 3)
        value = np.zeros(len(byte), np.uint64)
        for step in range(8):
            value = value << np.uint64(8) | self._rows[self._number, byte + step].astype(np.uint64)
        return value << (self.at & 7).astype(np.uint64)

    def _moved(self, bits: Column) -> None:
        self.at = self.at + bits
        self.good &= self.at <= self._width
        self.at = np.minimum(self.at, self._width)

    def u(self, bits: Column | int, where: Mask | None = None) -> Column:
        """Numbers of so many bits (0 to 32) each; 0 where `where` is false, which read nothing."""
        many = np.broadcast_to(np.asarray(bits, np.int64), self.at.shape)
        if where is not None:
            many = np.where(where, many, 0)
        window = self._window() >> np.uint64(32)
        value = window.astype(np.int64) >> (32 - many)
        self._moved(many)
        return np.where(many > 0, value, 0)

    def ue(self, where: Mask | None = None) -> Column:
        """Exp-Golomb codes of at most 16 leading zeros, which no field of interest exceeds."""
        top = (self._window() >> np.uint64(31)).astype(np.int64)  # 33 bits
        zeros = 33 - np.frexp(top.astype(np.float64))[1].astype(np.int64)
        used = np.ones_like(zeros, bool) if where is None else where
        self.good &= ~used | (zeros <= 16)
        zeros = np.minimum(zeros, 16)
        value = (top >> (32 - 2 * zeros)) - 1
        self._moved(np.where(used, 2 * zeros + 1, 0))
        return np.where(used, value, 0)
