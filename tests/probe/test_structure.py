"""How real files are built: what their muxers wrote is read, what was done to them is seen."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from avaudit import codec
from avaudit.domain.structure import Structure
from support.built import built
from support.edits import trimmed_by_edit_list
from support.forge import Audio, Picture, make, tone

_SECONDS, _RATE = 8.0, 48000
_H264 = {"bf": "2", "g": "25", "sc_threshold": "0"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Recordings of eight seconds by the ending of their name, each made once."""
    folder = tmp_path_factory.mktemp("made")

    def of(ending: str) -> Path:
        path = folder / f"a.{ending}"
        if not path.exists():
            codec_name = "mpeg4" if ending == "avi" else "libx264"
            make(path, Picture(_SECONDS, codec_name, options=_H264, plain=True),
                 Audio(tone(_SECONDS, _RATE), _RATE), tags={"comment": "as made"})  # fmt: skip
        return path

    return of


@pytest.mark.parametrize("ending", ["mp4", "mov"])
def test_a_movie_and_its_tracks(made: Callable[[str], Path], ending: str) -> None:
    found = built(made(ending)).structure
    assert found.format == "mp4"
    assert found.brand == ("isom" if ending == "mp4" else "qt  ")
    assert [part.type for part in found.layout][-2:] == ["mdat", "moov"]
    assert found.shape.startswith("moov(mvhd trak(tkhd edts(elst) mdia(mdhd hdlr minf(vmhd")
    picture, sound = found.first("vide"), found.first("soun")
    assert picture
    assert sound
    assert (picture.codec, picture.samples, picture.keyframes) == ("avc1", 200, 8)
    assert picture.usual_s == pytest.approx(0.04, abs=1e-5)
    assert picture.samples_s == pytest.approx(_SECONDS, abs=0.001)
    assert (picture.hidden_samples, picture.odd_runs) == (0, ())
    assert (sound.codec, sound.timescale) == ("mp4a", _RATE)
    assert sound.hidden_before_s == pytest.approx(1024 / _RATE, abs=1e-4)  # the encoder's priming
    assert found.unpointed_bytes == 0
    assert (found.trailing_bytes, found.problems) == (0, ())
    assert any(text.text.startswith("Lavf") for text in found.texts)
    assert any(text.text == "as made" for text in found.texts)


def test_the_signal_is_small_and_comes_back(made: Callable[[str], Path]) -> None:
    for ending in ("mp4", "mkv", "ts", "avi"):
        found = built(made(ending)).structure
        text = codec.to_json(found)
        assert len(text) < 6000
        assert codec.to_json(codec.from_json(Structure, text)) == text


def test_matroska(made: Callable[[str], Path]) -> None:
    found = built(made("mkv")).structure
    assert (found.format, found.brand) == ("matroska", "matroska")
    assert found.duration_s == pytest.approx(_SECONDS, abs=0.1)
    assert found.numbers["cues"] == 1.0
    assert found.numbers["clusters"] >= 2
    assert {"MuxingApp", "WritingApp"} <= {text.where for text in found.texts}
    assert (found.trailing_bytes, found.problems) == (0, ())


def test_avi(made: Callable[[str], Path]) -> None:
    found = built(made("avi")).structure
    assert (found.format, found.brand) == ("riff", "RIFF:AVI ")
    assert found.numbers["header_frames"] == 200
    assert found.numbers["index_beyond"] == 0
    assert found.numbers["movi_unindexed_bytes"] == 0
    assert {"ISFT"} <= {text.where for text in found.texts}


def test_transport_stream(made: Callable[[str], Path], tmp_path: Path) -> None:
    whole = built(made("ts")).structure
    assert whole.format == "ts"
    assert whole.numbers["counter_breaks"] == 0
    assert whole.numbers["pmt_versions"] == 1
    data = made("ts").read_bytes()
    at = len(data) // 188 // 2 * 188
    cut = tmp_path / "cut.ts"
    cut.write_bytes(data[:at] + data[at + 188 * 400 :])
    assert built(cut).structure.numbers["counter_breaks"] >= 1


def test_an_index_that_misses_media(made: Callable[[str], Path], tmp_path: Path) -> None:
    data = bytearray(made("avi").read_bytes())
    at = data.index(b"idx1")
    size = struct.unpack_from("<I", data, at + 4)[0]
    struct.pack_into("<I", data, at + 4, size // 2 // 16 * 16)
    path = tmp_path / "a.avi"
    path.write_bytes(bytes(data))
    assert {"index_misses_media"} <= {cue.kind for cue in built(path).cues}


def test_what_a_gallery_hides_by_edit_list(made: Callable[[str], Path], tmp_path: Path) -> None:
    path = trimmed_by_edit_list(made("mp4"), tmp_path / "trimmed.mp4", 2.0, 5.0)
    found = built(path)
    track = found.structure.first("vide")
    assert track
    assert track.hidden_before_s == pytest.approx(2.0, abs=0.05)
    assert track.hidden_after_s == pytest.approx(3.0, abs=0.05)
    hidden = [cue for cue in found.cues if cue.kind == "hidden_media"]
    assert [cue.facts["track"] for cue in hidden] == ["vide", "soun"]
    assert all(cue.value == pytest.approx(5.0, abs=0.1) for cue in hidden)
    assert {"hidden_before"} <= found.near(0.0)
    assert {"hidden_after"} <= found.near(3.0)


def test_stretches_that_an_edit_list_leaves_out(
    made: Callable[[str], Path], tmp_path: Path
) -> None:
    """Two edits: seconds 0 to 2 and 5 to 8; what lies between them is still in the file."""
    data = made("mp4").read_bytes()
    at = data.index(b"elst") - 4
    size = struct.unpack_from(">I", data, at)[0]
    first = struct.unpack_from(">i", data, at + 16)[0]
    edits = struct.pack(">II", 0, 2)
    for length, begin in ((2000, 0.0), (3000, 5.0)):
        edits += struct.pack(">Iii", length, first + round(begin * 90000), 0x10000)
    grown = bytearray(data[:at] + struct.pack(">I4s", 8 + len(edits), b"elst") + edits
                      + data[at + size :])  # fmt: skip
    for name in (b"moov", b"trak", b"edts"):
        where = grown.index(name) - 4
        struct.pack_into(">I", grown, where, struct.unpack_from(">I", grown, where)[0] + 12)
    path = tmp_path / "a.mp4"
    path.write_bytes(bytes(grown))
    found = built(path)
    track = found.structure.first("vide")
    assert track
    assert track.hidden_between_s == pytest.approx(3.0, abs=0.1)
    assert {"hidden_between"} <= found.near(2.0)


def test_media_that_no_table_points_at(made: Callable[[str], Path], tmp_path: Path) -> None:
    data = bytearray(made("mp4").read_bytes())
    at, hidden = data.index(b"mdat"), 5000
    size = struct.unpack_from(">I", data, at - 4)[0]
    struct.pack_into(">I", data, at - 4, size + hidden)
    path = tmp_path / "a.mp4"
    end = at - 4 + size
    path.write_bytes(bytes(data[:end]) + b"\x5a" * hidden + bytes(data[end:]))
    found = built(path).structure
    assert found.unpointed_bytes == hidden
    assert [(one.at, one.size_bytes) for one in found.unpointed] == [(end, hidden)]


def test_what_follows_the_last_box(made: Callable[[str], Path], tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(made("mp4").read_bytes() + b"\0\0\0\0" + b"appended" * 20)
    found = built(path)
    assert found.structure.trailing_bytes == 164
    assert {"trailing_data"} <= {cue.kind for cue in found.cues}


def test_times_that_were_written_over(made: Callable[[str], Path], tmp_path: Path) -> None:
    data = bytearray(made("mp4").read_bytes())
    struct.pack_into(">II", data, data.index(b"mvhd") + 8, 3_900_000_000, 3_900_500_000)
    path = tmp_path / "a.mp4"
    path.write_bytes(bytes(data))
    kinds = {cue.kind: cue.value for cue in built(path).cues}
    assert kinds["changed_later"] == pytest.approx(500_000 - _SECONDS, abs=1)
    assert kinds["times_differ"] > 0


def test_boxes_in_boxes_that_contradict_each_other(
    made: Callable[[str], Path], tmp_path: Path
) -> None:
    data = bytearray(made("mp4").read_bytes())
    at = data.index(b"udta") - 4
    struct.pack_into(">I", data, at, struct.unpack_from(">I", data, at)[0] + 10_000)
    path = tmp_path / "a.mp4"
    path.write_bytes(bytes(data))
    found = built(path)
    assert found.structure.problems == ("moov/udta: beyond its parent",)
    assert found.structure.unpointed_bytes is None
    assert {"contradiction"} <= {cue.kind for cue in found.cues}


@pytest.mark.parametrize("ending", ["mp4", "mov", "mkv", "ts", "avi"])
def test_genuine_files_hide_nothing(made: Callable[[str], Path], ending: str) -> None:
    found = built(made(ending))
    assert not [cue for cue in found.cues if cue.group == "container"]
    assert any("FFmpeg" in tool for tool in found.tools)
