"""Headers of first slices, of all packets at once (ITU-T H.264, 7.3.3; H.265, 7.3.6.1)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from avaudit.probe.bits import BitColumns, Bytes, Column, Mask, OutOfBits, unescaped
from avaudit.probe.nal_units import H264
from avaudit.probe.parameter_sets import Pps, Sps, h264_pps, h264_sps, hevc_pps, hevc_sps
from avaudit.probe.part2 import stamps
from avaudit.probe.tape import HEAD_BYTES, Sets, Tape

P, B, I = 0, 1, 2  # noqa: E741  (what they are called)
NO_TYPE = 3
IDR_H264, IDR_HEVC = 5, (19, 20)
CRA, BLA, RASL = 21, (16, 17, 18), (8, 9)


@dataclass(slots=True)
class Slices:
    """One entry a packet, in the order of the file; `good` where the header could be read.

    `unit` is the NAL unit's type, `type` one of P, B and I. `frame_num`, `idr_id` and `poc` (the
    low bits of the picture order count) are -1 where the stream has none; `frame_nums` and `pocs`
    say how many values there are before they begin anew. `stamp` is the encoder's own clock in
    ticks, of which there are `stamps` a second (MPEG-4 Part 2).
    """

    unit: Column
    reference: Mask
    type: Column
    frame_num: Column
    idr_id: Column
    poc: Column
    field: Mask
    good: Mask
    idr: Mask
    frame_nums: Column
    pocs: Column
    stamp: Column
    stamps: int = 0
    sps: Sps | None = None
    pps: Pps | None = None

    @classmethod
    def empty(cls, rows: int) -> Slices:
        """Nothing read of so many packets."""
        none = np.full(rows, -1, np.int64)
        no = np.zeros(rows, bool)
        return cls(
            none.copy(), no.copy(), np.full(rows, NO_TYPE, np.int64), none.copy(), none.copy(),
            none.copy(), no.copy(), no.copy(), no.copy(), -none, -none, none.copy(),
        )  # fmt: skip


def read_slices(tape: Tape) -> Slices:
    """The headers of a tape's packets, each with the parameter sets that held for it."""
    heads = tape.heads
    found = Slices.empty(len(heads))
    if not heads:
        return found
    matrix = _matrix(heads)
    if tape.coding is None:
        return _mpeg4(matrix, tape, found) if tape.codec == "mpeg4" else found
    rows = [row for row, _ in tape.epochs] + [len(heads)]
    for (begin, sets), end in zip(tape.epochs, rows[1:], strict=True):
        number = np.arange(begin, end)
        _epoch(matrix, number, sets, tape.coding is H264, found)
    return found


def _matrix(heads: list[bytes]) -> Bytes:
    """Heads as rows, without the bytes that keep start codes out of them."""
    joined = b"".join(head.ljust(HEAD_BYTES, b"\0") for head in heads)
    matrix = np.frombuffer(joined, np.uint8).reshape(-1, HEAD_BYTES).copy()
    zero = matrix == 0
    held = (zero[:, :-2] & zero[:, 1:-1] & (matrix[:, 2:] == 3)).any(axis=1)
    for row in np.flatnonzero(held):
        raw = unescaped(heads[row]).ljust(HEAD_BYTES, b"\0")
        matrix[row] = np.frombuffer(raw, np.uint8)
    return matrix


def _mpeg4(matrix: Bytes, tape: Tape, found: Slices) -> Slices:
    """ISO/IEC 14496-2, 6.2.5: a start code, then two bits for I, P, B or sprite."""
    found.good = matrix[:, 0] == 0xB6
    coded = (matrix[:, 1] >> 6).astype(np.int64)
    found.type = np.where(found.good, np.array([I, P, B, P])[coded], NO_TYPE)
    found.idr = found.good & (found.type == I)
    timed = found.type != B
    found.stamps = tape.resolution
    found.stamp = stamps(matrix, found.good, timed, tape.resolution, tape.groups)
    return found


def _epoch(matrix: Bytes, number: Column, sets: Sets, avc: bool, found: Slices) -> None:
    """Read rows that share their parameter sets, those of one picture parameter set at a time."""
    read = (h264_pps, h264_sps) if avc else (hevc_pps, hevc_sps)
    spses, ppses = {}, {}
    for (kind, key), unit in sets.items():
        try:
            if kind == "sps":
                spses[key] = read[1](unit)
            elif kind == "pps":
                ppses[key] = read[0](unit)
        except OutOfBits:  # damaged: its pictures stay unread
            continue
    asked = _pps_ids(matrix[number], avc)
    for key, pps in ppses.items():
        sps = spses.get(pps.sps_id)
        rows = number[asked == key]
        if sps is None or not len(rows):
            continue
        (_h264 if avc else _hevc)(matrix[rows], rows, sps, pps, found)
        if found.sps is None:
            found.sps, found.pps = sps, pps


def _pps_ids(matrix: Bytes, avc: bool) -> Column:
    bits = BitColumns(matrix[:, 1 if avc else 2 :])
    if avc:
        bits.ue()
        bits.ue()
    else:
        unit = matrix[:, 0].astype(np.int64) >> 1 & 0x3F
        bits.u(1)
        bits.u(1, where=(unit >= 16) & (unit <= 23))
    number = bits.ue()
    return np.where(bits.good, number, -1)


def _h264(matrix: Bytes, rows: Column, sps: Sps, _: Pps, found: Slices) -> None:
    first = matrix[:, 0].astype(np.int64)
    bits = BitColumns(matrix[:, 1:])
    bits.ue()
    coded = bits.ue()
    bits.ue()
    bits.u(2 if sps.separate_planes else 0)
    frame_num = bits.u(sps.frame_num_bits)
    idr = (first & 0x1F) == IDR_H264
    field = np.zeros(len(rows), bool)
    if not sps.frames_only:
        field = bits.u(1) == 1
        bits.u(1, where=field)
    idr_id = bits.ue(where=idr)
    if sps.poc_type == 0:
        found.poc[rows] = bits.u(sps.poc_bits)
        found.pocs[rows] = 1 << sps.poc_bits
    found.unit[rows] = first & 0x1F
    found.reference[rows] = (first >> 5 & 3) > 0
    found.type[rows] = np.array([P, B, I, P, I])[coded % 5]
    found.frame_num[rows] = frame_num
    found.frame_nums[rows] = 1 << sps.frame_num_bits
    found.idr_id[rows] = np.where(idr, idr_id, -1)
    found.field[rows] = field
    found.idr[rows] = idr
    found.good[rows] = bits.good & (coded < 10)


def _hevc(matrix: Bytes, rows: Column, sps: Sps, pps: Pps, found: Slices) -> None:
    unit = matrix[:, 0].astype(np.int64) >> 1 & 0x3F
    bits = BitColumns(matrix[:, 2:])
    first = bits.u(1) == 1
    bits.u(1, where=(unit >= 16) & (unit <= 23))
    bits.ue()
    bits.u(pps.extra_bits)
    coded = bits.ue()
    bits.u(1 if pps.output_flag else 0)
    bits.u(2 if sps.separate_planes else 0)
    idr = np.isin(unit, IDR_HEVC)
    found.poc[rows] = bits.u(sps.poc_bits, where=~idr)  # 0 for IDR pictures, as the standard says
    found.pocs[rows] = 1 << sps.poc_bits
    found.unit[rows] = unit
    found.reference[rows] = (unit % 2 == 1) | (unit >= 16)
    found.type[rows] = np.array([B, P, I])[np.minimum(coded, 2)]
    found.idr[rows] = idr
    found.good[rows] = bits.good & first & (coded < 3)
