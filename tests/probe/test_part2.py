"""The clock of MPEG-4 Part 2: read as encoders write it, and broken where streams are cut."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from avaudit.probe.part2 import group_second, resolution_of, stamps
from support.built import built
from support.edits import stream_copy
from support.forge import Audio, Picture, make, tone

_HEADER = bytes.fromhex("000001b001000001b58913000001000000012000c48d88007d14042d1463")


def test_headers_are_read() -> None:
    assert resolution_of(_HEADER) == 15
    assert resolution_of(b"") == 0
    assert resolution_of(_HEADER[:20]) == 0
    assert resolution_of(b"\0\0\1\x20") == 0
    code = (13 << 19 | 5 << 13 | 1 << 12 | 42 << 6).to_bytes(3, "big")
    assert group_second(b"\0\0\1\xb3" + code) == 13 * 3600 + 5 * 60 + 42
    assert group_second(b"\0\0\1\xb3\0") is None
    assert group_second(b"") is None


def _picture(seconds: int, ticks: int, bits: int) -> bytes:
    """The beginning of a P picture: seconds that began, and ticks of the second."""
    text = "01" + "1" * seconds + "0" + "1" + f"{ticks:0{bits}b}"
    return b"\xb6" + int(text.ljust(80, "0"), 2).to_bytes(10, "big")


def test_stamps_count_seconds_and_follow_what_groups_tell() -> None:
    rows = [_picture(0, 10, 4), _picture(1, 2, 4), _picture(0, 7, 4), _picture(2, 1, 4)]
    matrix = np.frombuffer(b"".join(rows), np.uint8).reshape(4, -1)
    every = np.ones(4, bool)
    assert stamps(matrix, every, every, 15, {}).tolist() == [10, 17, 22, 46]
    assert stamps(matrix, every, every, 15, {2: 100}).tolist() == [10, 17, 1507, 1531]
    timed = np.array([True, True, False, True])
    assert stamps(matrix, every, timed, 15, {}).tolist() == [10, 17, -1, 46]
    assert stamps(matrix, every, every, 0, {}).tolist() == [-1] * 4


@pytest.mark.parametrize("ending", ["avi", "mp4", "mkv"])
def test_a_cut_that_keeps_all_packets_stops_the_encoders_clock(tmp_path: Path, ending: str) -> None:
    whole = make(
        tmp_path / f"whole.{ending}",
        Picture(12.0, "mpeg4", options={"g": "25", "sc_threshold": "1000000000"}, plain=True),
        Audio(tone(12.0, 48000), 48000),
    ).path  # fmt: skip
    genuine = built(whole)
    assert genuine.bitstream
    stamp = genuine.bitstream.sequence("stamp")
    assert stamp
    assert (stamp.rule, stamp.regularity) == ("keeps_time", 1.0)
    assert genuine.bitstream.begins == "stamp 0"
    path = tmp_path / f"cut.{ending}"
    (at,) = stream_copy(whole, path, [(0, 3.0), (5.0, 12.0)])
    found = built(path)
    assert "stamp" in found.near(at)
    later = tmp_path / f"later.{ending}"
    stream_copy(whole, later, [(2.0, 12.0)])
    trimmed = built(later).bitstream
    assert trimmed
    assert trimmed.begins.startswith("stamp 2")
