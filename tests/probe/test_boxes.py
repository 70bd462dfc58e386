"""MP4 boxes: followed as far as they lead, whatever their lengths say."""

from __future__ import annotations

import os
import struct
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avaudit.domain.examination import ExamineRequest
from avaudit.examine import examine
from avaudit.probe.boxes import Box, lacks_index, top_level_boxes
from support.forge import Audio, Picture, make, tone


def box(kind: bytes, body: bytes = b"", size: int | None = None) -> bytes:
    return struct.pack(">I4s", 8 + len(body) if size is None else size, kind) + body


def boxes_of(data: bytes) -> tuple[Box, ...]:
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        return top_level_boxes(file.fileno(), len(data))


def lacking(data: bytes) -> str:
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        return lacks_index(file.fileno(), len(data))


@given(st.binary(max_size=300))
def test_no_bytes_at_all_make_it_fail(data: bytes) -> None:
    found = boxes_of(data)
    assert all(0 <= one.at < len(data) and one.size >= 8 for one in found)
    assert [one.at for one in found] == sorted({one.at for one in found})
    assert isinstance(lacking(data), str)


@given(
    st.lists(
        st.tuples(st.sampled_from([b"ftyp", b"mdat", b"moov", b"free"]), st.binary(max_size=40)),
        max_size=12,
    )
)
def test_well_formed_boxes_are_all_found(drawn: list[tuple[bytes, bytes]]) -> None:
    found = boxes_of(b"".join(box(kind, body) for kind, body in drawn))
    assert [(one.type, one.size) for one in found] == [
        (kind.decode(), 8 + len(body)) for kind, body in drawn
    ]


@pytest.mark.parametrize(
    ("size", "expected"),
    [(0, [("ftyp", 16), ("mdat", 28)]), (7, [("ftyp", 16)]), (2, [("ftyp", 16)]),
     (2**31, [("ftyp", 16), ("mdat", 2**31)]), (2**32 - 1, [("ftyp", 16), ("mdat", 2**32 - 1)])],
)  # fmt: skip
def test_lengths_that_cannot_be(size: int, expected: list[tuple[str, int]]) -> None:
    data = box(b"ftyp", b"isom\0\0\0\0") + box(b"mdat", b"x" * 20, size)
    assert [(one.type, one.size) for one in boxes_of(data)] == expected


@pytest.mark.parametrize("size", [0, 15, 16, 30, 2**31, 2**63 - 1, 2**63, 2**64 - 1])
def test_lengths_of_64_bits(size: int) -> None:
    data = box(b"ftyp", b"isom\0\0\0\0") + box(b"mdat", struct.pack(">Q", size) + b"x" * 20, 1)
    found = boxes_of(data)
    assert found[0] == Box("ftyp", 0, 16)
    if size < 8:
        assert len(found) == 1
    else:
        assert found[1] == Box("mdat", 16, size)


def test_a_length_of_64_bits_at_the_very_end_is_no_box() -> None:
    assert boxes_of(box(b"mdat", b"", 1)) == ()


def test_boxes_without_end_are_followed_to_a_bound() -> None:
    assert len(boxes_of(box(b"free") * 10_000)) == 4096


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (box(b"ftyp") + box(b"mdat", b"x" * 50), "ftyp mdat; no moov"),
        (box(b"ftyp") + box(b"mdat", b"x" * 50, 5000), "ftyp mdat, mdat cut off; no moov"),
        (box(b"ftyp") + box(b"moov") + box(b"mdat"), ""),
        (box(b"ftyp") + box(b"moof") + box(b"mdat"), ""),
        (box(b"ftyp") + box(b"free"), ""),
        (b"RIFF", ""),
        (b"", ""),
    ],
)
def test_what_a_recording_without_an_index_holds_instead(data: bytes, said: str) -> None:
    assert lacking(data) == said


def test_a_device_that_lost_power_left_no_index(tmp_path: Path) -> None:
    """A real recording, cut off before its index was written."""
    path = make(tmp_path / "whole.mp4", Picture(1.0), Audio(tone(1, 48000), 48000)).path
    data = path.read_bytes()
    assert lacking(data) == ""
    path.write_bytes(data[: data.index(b"moov") - 100])
    done = examine(ExamineRequest(os.fsencode(path).hex()))
    (failure,) = done.failures
    assert failure.code == "no_index"
    assert failure.detail == "ftyp free mdat, mdat cut off; no moov"
    assert failure.wholly
