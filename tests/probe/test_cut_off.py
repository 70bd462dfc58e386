"""Files that were cut off: said where the format lets it be known, and never a false alarm else."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avaudit import codec
from avaudit.checks._run import Subject, bind, run
from avaudit.compose import signals_of
from avaudit.domain.media import MediaKind
from avaudit.domain.rule import Outcome
from avaudit.examine import examine
from avaudit.kept import as_values
from avaudit.probe.riff import riff_bytes
from avaudit.rules.load import load_rulebook
from support.forge import Audio, Picture, make, tone
from support.workers import request

_SOUND = Audio(tone(6.0, 48000), 48000)


def _results(path: Path) -> dict[str, tuple[Outcome, str]]:
    done = examine(request(path))
    signals = as_values({n: codec.to_plain(v) for n, v in signals_of(done).items()})
    kind = done.media.kind if done.media else MediaKind.UNKNOWN
    subject = Subject("run", "recording", kind, signals, {})
    results = run(bind(load_rulebook("qingyang")), subject).results
    return {result.rule_id: (result.outcome, result.cause) for result in results}


def _cut(path: Path, share: float = 0.6) -> Path:
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    return path


def _made(folder: Path, name: str) -> Path:
    path = folder / name
    if path.suffix == ".wav":
        make(path, Audio(tone(6.0, 48000), 48000, "pcm_s16le"))
    elif path.suffix == ".flv":
        make(path, Picture(6.0, codec="flv"), Audio(tone(6.0, 44100), 44100))
    else:
        make(path, Picture(6.0), _SOUND)
    return path


@pytest.mark.parametrize("name", ["a.mkv", "a.avi", "a.wav", "a.flv"])
def test_a_recording_cut_off_is_said_to_be_and_passes_nothing_else(
    name: str, tmp_path: Path
) -> None:
    results = _results(_cut(_made(tmp_path, name)))
    assert results["quality.unreadable"] == (Outcome.FAIL, "truncated")
    assert results["continuity.gap"][0] is Outcome.OPEN
    assert results["quality.no_audio"][0] is Outcome.OPEN


@pytest.mark.parametrize("name", ["a.mkv", "a.avi", "a.wav", "a.flv", "a.mp4", "a.ts"])
def test_a_whole_recording_is_not(name: str, tmp_path: Path) -> None:
    results = _results(_made(tmp_path, name))
    for rule in ("quality.unreadable", "continuity.gap", "quality.no_audio"):
        assert results[rule][0] is Outcome.PASS, rule


@pytest.mark.parametrize("size", [0, 0x7FFFFFFF, 0xFFFFFFFF])
def test_a_header_that_was_never_finished_says_nothing(size: int, tmp_path: Path) -> None:
    """Recorders that cannot go back to the header of a WAV leave a placeholder there."""
    path = _made(tmp_path, "a.wav")
    content = bytearray(path.read_bytes())
    content[4:8] = struct.pack("<I", size)
    at = content.index(b"data")
    content[at + 4 : at + 8] = struct.pack("<I", size)
    path.write_bytes(content)
    assert _results(path)["quality.unreadable"] == (Outcome.PASS, "")


def test_a_stream_without_times_is_examined_and_leaves_continuity_open(tmp_path: Path) -> None:
    path = tmp_path / "a.h264"
    make(path, Picture(2.0, codec="libx264"), container="h264")
    results = _results(path)
    assert results["quality.unreadable"][0] is Outcome.PASS
    assert results["continuity.gap"] == (Outcome.OPEN, "no_packets")


@given(head=st.binary(max_size=16))
def test_any_head_can_be_asked(head: bytes) -> None:
    fd = os.memfd_create("head")
    try:
        os.write(fd, head)
        claimed = riff_bytes(fd)
    finally:
        os.close(fd)
    if claimed is not None:
        assert head.startswith(b"RIFF")
        assert claimed == struct.unpack("<I", head[4:8])[0] + 8
