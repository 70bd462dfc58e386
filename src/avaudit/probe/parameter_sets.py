"""What slice headers need of H.264's and HEVC's parameter sets (ITU-T H.264, 7.3.2; H.265, 7.3.2).

Only the fields that lead to the counters of slices are read, and what tells encoders apart.
"""

from __future__ import annotations

from dataclasses import dataclass

from avaudit.probe.bits import BitReader, unescaped

_HIGH = {100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135}


@dataclass(frozen=True, slots=True)
class Sps:
    """A sequence parameter set: bits of its counters, and what tells encoders apart."""

    id: int
    profile: int
    level: int
    constraints: int = 0
    frame_num_bits: int = 0
    poc_type: int = 0
    poc_bits: int = 0
    delta_always_zero: bool = True
    frames_only: bool = True
    separate_planes: bool = False
    references: int = 0
    gaps_allowed: bool = False
    reorder: int = -1


@dataclass(frozen=True, slots=True)
class Pps:
    """A picture parameter set: which sequence it belongs to, and what slice headers hold."""

    id: int
    sps_id: int
    cabac: bool = False
    bottom_field_order: bool = False
    extra_bits: int = 0
    output_flag: bool = False
    dependent_slices: bool = False
    weighted: int = 0
    initial_qp: int = 0


def h264_sps(nal: bytes) -> Sps:
    """A sequence parameter set with its one-byte head. Raises `OutOfBits`."""
    bits = BitReader(unescaped(nal[1:2048]))
    profile, constraints, level = bits.u(8), bits.u(8), bits.u(8)
    number, chroma, planes = bits.ue(), 1, False
    if profile in _HIGH:
        chroma = bits.ue()
        planes = chroma == 3 and bits.flag()
        bits.ue(), bits.ue()  # bit depths
        bits.u(1)
        if bits.flag():
            for index in range(8 if chroma != 3 else 12):
                if bits.flag():
                    _skip_scaling(bits, 16 if index < 6 else 64)
    frame_num_bits = bits.ue() + 4
    poc_type, poc_bits, always_zero = bits.ue(), 0, True
    if poc_type == 0:
        poc_bits = bits.ue() + 4
    elif poc_type == 1:
        always_zero = bits.flag()
        bits.se(), bits.se()
        for _ in range(min(bits.ue(), 255)):
            bits.se()
    references, gaps = bits.ue(), bits.flag()
    bits.ue(), bits.ue()
    return Sps(
        number, profile, level, constraints, min(frame_num_bits, 16), poc_type, min(poc_bits, 16),
        always_zero, bits.flag(), planes, references, gaps,
    )  # fmt: skip


def _skip_scaling(bits: BitReader, size: int) -> None:
    last = following = 8
    for _ in range(size):
        if following:
            following = (last + bits.se()) & 0xFF
        last = following or last


def h264_pps(nal: bytes) -> Pps:
    """A picture parameter set with its one-byte head. Raises `OutOfBits`."""
    bits = BitReader(unescaped(nal[1:256]))
    number, sps_id, cabac, order = bits.ue(), bits.ue(), bits.flag(), bits.flag()
    weighted = qp = 0
    if bits.ue() == 0:  # no slice groups: else what follows them is not needed
        bits.ue(), bits.ue()
        weighted = bits.u(1) << 2 | bits.u(2)
        qp = 26 + bits.se()
    return Pps(number, sps_id, cabac, order, weighted=weighted, initial_qp=qp)


def hevc_sps(nal: bytes) -> Sps:
    """A sequence parameter set with its two-byte head. Raises `OutOfBits`."""
    bits = BitReader(unescaped(nal[2:4096]))
    bits.u(4)
    layers = bits.u(3)
    bits.u(1)
    profile, level = _profile(bits, layers)
    number, chroma = bits.ue(), bits.ue()
    planes = chroma == 3 and bits.flag()
    bits.ue(), bits.ue()
    if bits.flag():
        for _ in range(4):
            bits.ue()
    bits.ue(), bits.ue()
    poc_bits = bits.ue() + 4
    bits.u(1)
    references, reorder = bits.ue(), bits.ue()
    return Sps(
        number, profile, level, poc_bits=min(poc_bits, 16), separate_planes=planes,
        references=references, reorder=reorder,
    )  # fmt: skip


def _profile(bits: BitReader, layers: int) -> tuple[int, int]:
    bits.u(3)
    profile = bits.u(5)
    bits.u(40), bits.u(40)
    level = bits.u(8)
    present = [(bits.flag(), bits.flag()) for _ in range(layers)]
    if layers:
        bits.u(2 * (8 - layers))
    for of_profile, of_level in present:
        if of_profile:
            bits.u(44), bits.u(44)
        if of_level:
            bits.u(8)
    return profile, level


def hevc_pps(nal: bytes) -> Pps:
    """A picture parameter set with its two-byte head. Raises `OutOfBits`."""
    bits = BitReader(unescaped(nal[2:256]))
    number, sps_id = bits.ue(), bits.ue()
    dependent, output, extra = bits.flag(), bits.flag(), bits.u(3)
    bits.u(2)
    bits.ue(), bits.ue()
    return Pps(number, sps_id, extra_bits=extra, output_flag=output, dependent_slices=dependent,
               initial_qp=26 + bits.se())  # fmt: skip


def set_id(kind: str, nal: bytes, head: int) -> int:
    """The number of a parameter set (`vps`, `sps`, `pps`) with a head of 1 or 2 bytes.

    Raises `OutOfBits`.
    """
    if kind == "sps":
        return (h264_sps if head == 1 else hevc_sps)(nal).id
    bits = BitReader(unescaped(nal[head : head + 16]))
    return bits.u(4) if kind == "vps" else bits.ue()
