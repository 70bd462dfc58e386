"""Packet times: holes are found where packets were left out, and nowhere else."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from avaudit.domain.signal import PacketTimeline, StreamTimeline
from avaudit.domain.time import Span, total_s
from avaudit.media.open import open_descriptor, open_input
from avaudit.probe.packets import (
    MAX_HOLES,
    PacketTable,
    StreamPackets,
    packet_spans,
    read_packets,
    timeline,
)
from support.forge import Audio, Made, Picture, Stretch, make, noise, tone

_GAP: Stretch = (1.0, 2.5)
_H264 = {"bf": "2", "g": "25"}


def read(path: Path) -> PacketTimeline:
    fd = open_descriptor(os.fsencode(path))
    try:
        with open_input(fd) as container:
            return timeline(read_packets(container), path.stat().st_size)
    finally:
        os.close(fd)


def stream(path: Path, kind: str) -> StreamTimeline:
    found = read(path).first(kind)
    assert found
    return found


def _expect_hole(found: StreamTimeline, left_out: tuple[Stretch, ...], zero_s: float) -> None:
    """One hole, as long as what was left out, and where it was on the file's own clock."""
    ((begin, end),) = left_out
    (hole,) = found.holes
    assert hole.length_s == pytest.approx(end - begin, abs=0.0025)  # Matroska, FLV: milliseconds
    assert hole.at_s == pytest.approx(begin + zero_s, abs=0.003)


def _zero(path: Path) -> float:
    """How far the encoder's priming moves the stream in containers that cannot hide it.

    An AAC encoder delivers 1024 samples before the first one that it was given.
    """
    rate = 44100 if path.suffix == ".flv" else 48000
    return 0.0 if path.suffix in (".mp4", ".mov") else 1024 / rate


@pytest.mark.parametrize("name", ["a.mp4", "a.mov", "a.mkv", "a.ts", "a.flv"])
@pytest.mark.parametrize("codec", ["mpeg4", "libx264"])
def test_a_hole_in_picture_and_sound_is_found_in_both(
    tmp_path: Path, name: str, codec: str
) -> None:
    rate = 44100 if name == "a.flv" else 48000
    made = make(
        tmp_path / name,
        Picture(codec="flv" if (name, codec) == ("a.flv", "mpeg4") else codec, without=(_GAP,),
                options=_H264 if codec == "libx264" else {}),
        Audio(tone(4, rate), rate, without=(_GAP,)),
    )  # fmt: skip
    zero_s = _zero(made.path)
    found = read(made.path)
    for kind, left_out in zip(("video", "audio"), made.left_out, strict=True):
        one = found.first(kind)
        assert one
        _expect_hole(one, left_out, zero_s)
        assert one.without_time == 0
        assert one.corrupt == 0
    picture = found.first("video")
    assert picture
    assert picture.step_s == pytest.approx(0.04, abs=0.001)
    assert picture.end_s == pytest.approx(4.0 + zero_s, abs=0.003)


@pytest.mark.parametrize("name", ["whole.mp4", "whole.mkv", "whole.ts", "whole.avi", "whole.flv"])
def test_a_whole_recording_has_no_hole(tmp_path: Path, name: str) -> None:
    codec = {"whole.flv": "flv", "whole.avi": "mjpeg"}.get(name, "libx264")
    picture = Picture(codec=codec, options=_H264 if codec == "libx264" else {})
    sound = Audio(tone(4, 44100), 44100, "pcm_s16le" if name == "whole.avi" else "aac")
    made = make(tmp_path / name, picture, sound)
    found = read(made.path)
    assert [one.holes for one in found.streams] == [(), ()]
    assert found.stopped_by == ""
    assert found.readable_share > 0.95
    assert all(one.end_s == pytest.approx(4.0, abs=0.06) for one in found.streams)


def test_a_hole_in_the_picture_alone_leaves_the_sound_whole(tmp_path: Path) -> None:
    made = make(tmp_path / "p.mp4", Picture(without=(_GAP,)), Audio(tone(4, 48000), 48000))
    _expect_hole(stream(made.path, "video"), made.left_out[0], 0.0)
    assert stream(made.path, "audio").holes == ()


def test_avi_keeps_the_hole_of_its_picture(tmp_path: Path) -> None:
    made = make(tmp_path / "p.avi", Picture(codec="mjpeg", without=(_GAP,)))
    _expect_hole(stream(made.path, "video"), made.left_out[0], 0.0)


def test_several_holes_are_listed_in_order(tmp_path: Path) -> None:
    stretches = ((0.4, 0.8), (1.2, 2.4), (3.0, 3.2))
    made = make(tmp_path / "several.mp4", Picture(without=stretches))
    holes = stream(made.path, "video").holes
    assert len(holes) == len(stretches)
    for hole, (begin, end) in zip(holes, made.left_out[0], strict=True):
        assert (hole.at_s, hole.length_s) == pytest.approx((begin, end - begin), abs=0.001)


@pytest.mark.parametrize("name", ["s.mp4", "s.mkv", "s.ts"])
def test_a_hole_in_a_recording_of_sound_only(tmp_path: Path, name: str) -> None:
    made = make(tmp_path / name, Audio(tone(4, 48000), 48000, without=(_GAP,)))
    _expect_hole(stream(made.path, "audio"), made.left_out[0], _zero(made.path))


def test_a_variable_frame_rate_is_a_step_not_a_row_of_holes(tmp_path: Path) -> None:
    """Frames 0.03 to 0.05 s apart, then 1.3 s of nothing."""
    chance = np.random.default_rng(3)
    times = np.cumsum(chance.uniform(0.03, 0.05, 60))
    times[40:] += 1.3
    made = make(tmp_path / "vfr.mp4", Picture(codec="libx264", times=tuple(times), options=_H264))
    (hole,) = stream(made.path, "video").holes
    assert hole.at_s == pytest.approx(times[39] - times[0] + 0.04, abs=0.012)
    assert hole.length_s == pytest.approx(times[40] - times[39] - 0.04, abs=0.012)


def test_pcm_in_mov_and_wav_is_measured_by_its_bytes(tmp_path: Path) -> None:
    for name, codec in (("p.mov", "pcm_s16le"), ("p.wav", "pcm_s16le"), ("a.wav", "pcm_alaw"),
                        ("u.mov", "pcm_mulaw"), ("8.wav", "pcm_u8")):  # fmt: skip
        made = make(tmp_path / name, Audio(noise(3.21, 8000), 8000, codec))
        one = stream(made.path, "audio")
        assert one.end_s == pytest.approx(3.21, abs=0.001), name
        assert one.holes == (), name


def test_a_hole_in_pcm_is_found_where_the_container_has_times(tmp_path: Path) -> None:
    sound = Audio(noise(4, 48000), 48000, "pcm_s16le", without=(_GAP,))
    made = make(tmp_path / "p.mkv", sound)
    _expect_hole(stream(made.path, "audio"), made.left_out[0], 0.0)


def test_streams_of_neither_picture_nor_sound_are_left_out(tmp_path: Path) -> None:
    """Subtitles under the name of a recording open, and deliver nothing that counts."""
    path = tmp_path / "subtitles.mp4"
    path.write_text("1\n00:00:00,000 --> 00:00:01,000\nhello\n\n" * 20)
    found = read(path)
    assert found.streams == ()
    assert found.first("video") is None


def test_a_file_cut_off_is_read_to_where_it_ends(tmp_path: Path) -> None:
    made = make(tmp_path / "whole.ts", Picture(codec="libx264"), Audio(tone(4, 48000), 48000))
    cut = tmp_path / "cut.ts"
    data = made.path.read_bytes()
    cut.write_bytes(data[: len(data) // 2])
    assert 0 < stream(cut, "video").end_s < 3.5
    assert stream(made.path, "video").end_s == pytest.approx(4.02, abs=0.01)


@pytest.fixture(scope="module")
def mp4(tmp_path_factory: pytest.TempPathFactory) -> Made:
    path = tmp_path_factory.mktemp("mp4") / "cut.mp4"
    return make(path, Picture(), Audio(tone(4, 48000), 48000), options={"movflags": "faststart"})


@pytest.mark.parametrize("share", [0.5, 0.7, 0.9])
def test_of_a_file_cut_off_behind_its_index_the_packets_that_are_there_count(
    mp4: Made, tmp_path: Path, share: float
) -> None:
    """Index first, then data cut off: the header promises what is not there."""
    data = mp4.path.read_bytes()
    size = round(len(data) * share)
    with av.open(str(mp4.path)) as container:
        ends = [p.pos + p.size for p in container.demux(video=0) if p.size and p.pos is not None]
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(data[:size])
    there = sum(end <= size for end in ends)
    assert 0 < there < len(ends) == 100
    # A packet of which a part is there is delivered as well, marked as corrupt.
    assert there <= stream(cut, "video").packets <= there + 1
    assert stream(cut, "video").end_s == pytest.approx(there * 0.04, abs=0.041)


def _packets(times: list[int], durations: list[int], tick_s: float = 0.001) -> StreamPackets:
    return StreamPackets(
        0, "video", "h264", tick_s, None, times=times, decode_times=sorted(times),
        durations=durations, sizes=[1] * len(times),
    )  # fmt: skip


@given(
    st.lists(st.tuples(st.integers(0, 200_000), st.integers(0, 5_000)), min_size=1, max_size=80),
)
def test_holes_and_packets_together_make_the_whole(drawn: list[tuple[int, int]]) -> None:
    """Whatever the times, durations and order: holes lie apart, inside, and fill up exactly."""
    times, durations = [at for at, _ in drawn], [length for _, length in drawn]
    packets = _packets(times, durations)
    zero_s = min(times) * packets.tick_s
    onsets, offsets, step = packet_spans(packets, zero_s)
    assert np.all(np.diff(onsets) >= 0)
    assert np.all(offsets >= onsets)
    (one,) = timeline(PacketTable({0: packets}, zero_s, 0, ""), 0).streams
    holes = [Span(hole.at_s, hole.at_s + hole.length_s) for hole in one.holes]
    assert one.start_s == 0.0
    for before, after in pairwise(holes):
        assert before.offset_s <= after.onset_s + 1e-5
    for hole in holes:
        assert hole.length_s >= step * 0.99
        assert one.start_s <= hole.onset_s
        assert hole.offset_s <= one.end_s
    shown = [Span(float(a), float(max(a, b))) for a, b in zip(onsets, offsets, strict=True)]
    assert not any(hole.overlap_s(span) > 1e-5 for hole in holes for span in shown)
    # What is neither shown nor a hole is slack of less than one step between two packets.
    slack = (one.end_s - one.start_s) - total_s(shown) - total_s(holes)
    assert -1e-4 <= slack <= step * len(times) + 1e-4


def test_holes_beyond_the_bound_are_counted_and_the_longest_kept() -> None:
    steps = [40] * 5000 + [100 + number % 50 for number in range(MAX_HOLES + 10)] + [9000]
    times = np.cumsum([0, *steps]).tolist()
    (one,) = timeline(PacketTable({0: _packets(times, [0] * len(times))}, 0.0, 0, ""), 0).streams
    assert len(one.holes) == MAX_HOLES
    assert one.holes_left_out == 11
    assert one.holes[-1].length_s == pytest.approx(8.96)
    assert [hole.at_s for hole in one.holes] == sorted(hole.at_s for hole in one.holes)


def test_a_step_back_in_decode_time_is_counted() -> None:
    packets = _packets([0, 40, 80, 120], [40] * 4)
    packets.decode_times = [0, 40, 20, 120]
    (one,) = timeline(PacketTable({0: packets}, 0.0, 0, ""), 0).streams
    assert one.backward_steps == 1
