"""Counters of encoders: none breaks in a genuine file, and cuts are found where they were made."""

from __future__ import annotations

from pathlib import Path

import pytest

from avaudit import codec
from avaudit.domain.bitstream import Bitstream
from support.built import Built, built
from support.edits import join, remux, stream_copy
from support.forge import Audio, Picture, make, tone

_SECONDS, _RATE = 10.0, 48000
_FIXED = {"g": "25", "sc_threshold": "0"}
_ENCODERS = {
    "p": Picture(_SECONDS, "libx264", options={**_FIXED, "bf": "0"}, plain=True),
    "b": Picture(_SECONDS, "libx264", options={**_FIXED, "bf": "2"}, plain=True),
    "open": Picture(_SECONDS, "libx264", plain=True, options={
        **_FIXED, "bf": "3", "x264-params": "open-gop=1"}),
    "interlaced": Picture(_SECONDS, "libx264", plain=True, options={
        **_FIXED, "bf": "2", "flags": "+ildct+ilme", "x264-params": "tff=1"}),
    "hevc": Picture(_SECONDS, "libx265", plain=True, options={
        "x265-params": "keyint=25:min-keyint=25:scenecut=0:bframes=3:log-level=none"}),
    "mpeg4": Picture(_SECONDS, "mpeg4", options={"g": "12", "bf": "2"}, plain=True),
    "mjpeg": Picture(4.0, "mjpeg", plain=True),
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("encoded")


def encoded(folder: Path, name: str, ending: str = "mp4") -> Path:
    path = folder / f"{name}.{ending}"
    if not path.exists():
        picture = _ENCODERS[name]
        make(path, picture, Audio(tone(picture.seconds, _RATE), _RATE))
    return path


def stream_of(found: Built) -> Bitstream:
    assert found.bitstream
    return found.bitstream


@pytest.mark.parametrize("ending", ["mp4", "mkv", "ts", "avi"])
@pytest.mark.parametrize("name", ["p", "b", "open", "interlaced", "hevc", "mpeg4", "mjpeg"])
def test_nothing_breaks_in_a_genuine_file(folder: Path, name: str, ending: str) -> None:
    if (name, ending) in (("hevc", "avi"), ("mjpeg", "ts")):
        pytest.skip("players do not expect this codec in such files, and muxers refuse it")
    found = built(encoded(folder, name, ending))
    stream = stream_of(found)
    assert stream.pictures == round(_ENCODERS[name].seconds * 25)
    assert (stream.breaks, stream.changes, stream.unread) == ((), (), 0)
    assert not [cue for cue in found.cues if cue.group == "bitstream"]
    assert all(one.regularity == 1.0 for one in stream.sequences if one.rule)
    assert len(codec.to_json(stream)) < 6000


def test_each_encoder_is_recognised(folder: Path) -> None:
    tools = {name: built(encoded(folder, name)).tools for name in ("p", "hevc", "mpeg4")}
    assert "x264" in tools["p"]
    assert "x265" in tools["hevc"]
    assert "FFmpeg (libavcodec)" in tools["mpeg4"]
    stream = stream_of(built(encoded(folder, "p")))
    assert stream.options["keyint"] == "25"
    assert {one.name: one.rule for one in stream.sequences} == {
        "idr_pic_id": "alternates", "frame_num": "counts", "gop": "fixed",
    }  # fmt: skip
    assert stream.types == {"P": 240, "I": 10, "IDR": 10}
    assert (stream.gops, stream.patterns) == ({"25": 9}, {"0": 249})


def test_a_cut_of_an_odd_number_of_groups(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.mp4"
    (at,) = stream_copy(encoded(folder, "p"), path, [(0, 3.0), (6.0, _SECONDS)])
    found = built(path)
    (one,) = stream_of(found).breaks
    assert one.sequence == "idr_pic_id"
    assert one.at_s == pytest.approx(at, abs=0.01)
    assert one.beside == 1.0
    assert {"idr_pic_id", "sound_step_at_key"} <= found.near(at)


def test_a_cut_of_an_even_number_of_groups_shows_in_the_sound(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.mp4"
    (at,) = stream_copy(encoded(folder, "p"), path, [(0, 3.0), (5.0, _SECONDS)])
    found = built(path)
    assert stream_of(found).breaks == ()
    assert found.near(at) == {"sound_step_at_key"}


def test_a_cut_within_a_group(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.mp4"
    (at,) = stream_copy(encoded(folder, "p"), path, [(0, 4.28), (6.0, _SECONDS)])
    found = built(path)
    assert [
        (b.sequence, b.expected, b.found) for b in stream_of(found).breaks if b.sequence == "gop"
    ] == []  # eight groups are too few for a rule of nine in ten
    longer = tmp_path / "longer.mp4"
    whole = make(tmp_path / "whole.mp4", Picture(30.0, "libx264", options={**_FIXED, "bf": "0"},
                                                 plain=True)).path  # fmt: skip
    (at,) = stream_copy(whole, longer, [(0, 12.28), (16.0, 30.0)])
    (one,) = (b for b in stream_of(built(longer)).breaks if b.sequence == "gop")
    assert (one.expected, one.found) == (25, 7)
    assert one.at_s == pytest.approx(at, abs=0.05)


@pytest.mark.parametrize("name", ["open", "hevc"])
def test_a_cut_in_a_stream_of_few_idr_pictures(folder: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / "cut.mp4"
    (at,) = stream_copy(encoded(folder, name), path, [(0, 4.0), (7.0, _SECONDS)])
    found = stream_of(built(path))
    assert {one.sequence for one in found.breaks} >= {"poc"}
    assert all(one.at_s == pytest.approx(at, abs=0.25) for one in found.breaks)


def test_two_encodings_joined(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "joined.mp4"
    pieces = [(encoded(folder, "p"), (0.0, 4.0)), (encoded(folder, "b"), (0.0, 5.0))]
    (at,) = join(pieces, path)
    found = built(path)
    assert {"encoder_mark", "sound_step_at_key"} <= found.near(at)
    mark = next(m for m in stream_of(found).marks if m.kind == "user_data")
    assert mark.times_s[0] == 0.0


def test_other_parameters_in_the_middle(folder: Path, tmp_path: Path) -> None:
    """Transport streams joined byte by byte carry their parameter sets with them."""
    pieces = [encoded(folder, name, "ts").read_bytes() for name in ("p", "interlaced")]
    path = tmp_path / "joined.ts"
    path.write_bytes(b"".join(pieces))
    found = stream_of(built(path))
    assert {change.kind for change in found.changes} == {"sps", "pps"}


def test_counters_follow_the_parameters_that_hold(tmp_path: Path) -> None:
    """Two encoders that count to different numbers, one behind the other: no counter breaks."""
    made = [
        make(tmp_path / f"{refs}.ts", Picture(3.0, "libx264", plain=True, options={
            "g": "150", "bf": "0", "x264-params": f"ref={refs}"})).path
        for refs in (1, 16)
    ]  # fmt: skip
    bits = [stream_of(built(one)).parameters["frame_num_bits"] for one in made]
    assert bits[0] < bits[1]
    pieces = [one.read_bytes() for one in made]
    path = tmp_path / "joined.ts"
    path.write_bytes(b"".join(pieces))
    stream = stream_of(built(path))
    assert stream.changes
    assert not {one.sequence for one in stream.breaks} & {"frame_num", "poc"}


def test_a_copy_into_another_container_breaks_nothing(folder: Path, tmp_path: Path) -> None:
    for ending in ("mkv", "mov"):
        copied = built(remux(encoded(folder, "b"), tmp_path / f"copy.{ending}"))
        assert stream_of(copied).breaks == ()
        assert not [cue for cue in copied.cues if cue.group == "bitstream"]
