"""Bit codes: written and read back, one by one and in columns; nothing is read past the end."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from avaudit.probe.bits import BitColumns, BitReader, OutOfBits, unescaped
from avaudit.probe.parameter_sets import h264_pps, h264_sps, hevc_pps, hevc_sps, set_id

_ROW_BYTES = 16


def ue(value: int) -> str:
    """An Exp-Golomb code as a text of bits."""
    coded = bin(value + 1)[2:]
    return "0" * (len(coded) - 1) + coded


def packed(bits: str) -> bytes:
    padded = bits + "0" * (-len(bits) % 8)
    return bytes(int(padded[at : at + 8], 2) for at in range(0, len(padded), 8))


def escaped(data: bytes) -> bytes:
    """A payload as an encoder puts it into a NAL unit."""
    out = bytearray()
    for byte in data:
        if byte <= 3 and out[-2:] == b"\0\0":
            out.append(3)
        out.append(byte)
    return bytes(out)


@given(st.lists(st.tuples(st.integers(0, 2**32 - 2), st.integers(1, 40)), max_size=20))
def test_codes_are_read_back(values: list[tuple[int, int]]) -> None:
    bits = "".join(ue(v) + format(v % 2**width, f"0{width}b") for v, width in values)
    reader = BitReader(packed(bits))
    for value, width in values:
        assert reader.ue() == value
        assert reader.u(width) == value % 2**width


@given(st.integers(-(2**20), 2**20))
def test_signed_codes(value: int) -> None:
    assert BitReader(packed(ue(2 * value - 1 if value > 0 else -2 * value))).se() == value


@given(st.binary(max_size=12), st.integers(0, 120))
def test_nothing_is_read_past_the_end(data: bytes, width: int) -> None:
    reader = BitReader(data)
    if width > 8 * len(data):
        with pytest.raises(OutOfBits):
            reader.u(width)
    else:
        assert reader.u(width) == int.from_bytes(data, "big") >> (8 * len(data) - width)


@given(st.integers(0, 40))
def test_zeros_are_no_code(size: int) -> None:
    with pytest.raises(OutOfBits):
        BitReader(bytes(size)).ue()


@given(st.binary(max_size=200).map(lambda data: bytes(b % 5 for b in data)))
def test_escapes_are_undone(data: bytes) -> None:
    assert unescaped(escaped(data)) == data


@given(
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255), st.integers(0, 65534)),
             min_size=1, max_size=30)
)  # fmt: skip
def test_columns_read_what_one_reader_reads(rows: list[tuple[int, int, int]]) -> None:
    coded = [
        packed(ue(a) + format(b, "08b") + ue(c)).ljust(_ROW_BYTES, b"\xaa") for a, b, c in rows
    ]
    matrix = np.frombuffer(b"".join(coded), np.uint8).reshape(-1, _ROW_BYTES)
    columns = BitColumns(matrix)
    assert columns.ue().tolist() == [a for a, _, _ in rows]
    assert columns.u(8).tolist() == [b for _, b, _ in rows]
    assert columns.ue().tolist() == [c for _, _, c in rows]
    assert columns.good.all()


@given(st.lists(st.binary(min_size=4, max_size=4), min_size=1, max_size=20))
def test_columns_know_where_a_row_ended(rows: list[bytes]) -> None:
    columns = BitColumns(np.frombuffer(b"".join(rows), np.uint8).reshape(-1, 4))
    readers = [BitReader(row) for row in rows]
    ended = [False] * len(rows)
    for _ in range(6):
        values = columns.ue()
        for number, reader in enumerate(readers):
            try:
                expected = reader.ue()
            except OutOfBits:
                ended[number] = True
            if ended[number]:
                assert not columns.good[number]
            elif columns.good[number]:
                assert values[number] == expected


def test_columns_pass_over_rows_that_are_left_out() -> None:
    matrix = np.array([[0b10100000], [0b01100000]], np.uint8)
    columns = BitColumns(matrix)
    assert columns.u(1, where=np.array([True, False])).tolist() == [1, 0]
    assert columns.u(2).tolist() == [0b01, 0b01]


@given(st.binary(max_size=80))
def test_damaged_parameter_sets_end_in_one_error(data: bytes) -> None:
    for read in (h264_sps, h264_pps, hevc_sps, hevc_pps):
        try:
            read(data)
        except OutOfBits:
            continue
    for kind in ("sps", "pps", "vps"):
        for head in (1, 2):
            try:
                assert set_id(kind, data, head) >= 0
            except OutOfBits:
                continue
