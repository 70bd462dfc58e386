"""Frames of an earlier compression are found where there were any, and followed through cuts."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import av
import numpy as np
import pytest

from avaudit import codec as plain
from avaudit.domain.sound_frames import FrameJump, FrameRun, SoundFrames
from avaudit.domain.time import Span
from avaudit.integrity.frames import cues
from avaudit.media.open import open_input
from avaudit.media.sound import decode_mono, resample
from avaudit.signals import sound_frames
from avaudit.signals.frame_grid import FRAME, shape, shifted, transformed
from support import rooms
from support.rooms import Room, Sound

_RATE, _SECONDS = 16_000, 16.0


def _through(sound: Sound, folder: Path, bit_rate: int) -> Sound:
    """The sound as it is after an AAC encoder, at the same rate."""
    path = folder / "once.mp4"
    with av.open(str(path), "w") as output:
        stream = output.add_stream("aac", rate=_RATE, layout="mono")
        stream.bit_rate = bit_rate
        frame = av.AudioFrame.from_ndarray(sound[np.newaxis], "fltp", "mono")
        frame.sample_rate = _RATE
        fifo = av.AudioFifo()
        fifo.write(frame)
        for piece in (*fifo.read_many(FRAME), None):
            output.mux(stream.encode(piece))
    with path.open("rb") as file, open_input(file.fileno()) as container:
        return decode_mono(container, 0, Span(0.0, len(sound) / _RATE), 0.0)[0]


@cache
def _scene() -> Sound:
    return rooms.scene(Room(41, -46.0), _SECONDS, _RATE)


def _loading(sound: Sound, rate: int) -> Callable[[Span], Sound]:
    return lambda span: sound[round(span.onset_s * rate) : round(span.offset_s * rate)]


def _measured(sound: Sound, rate: int, *, compressed: bool = False) -> SoundFrames:
    return sound_frames.measure(
        _loading(sound, rate), rate, len(sound) / rate, compressed=compressed
    )


def test_the_transform_is_the_cosine_transform_of_the_standard() -> None:
    frame = np.random.default_rng(1).standard_normal((1, 2 * FRAME)).astype(np.float32)
    at, k = np.arange(2 * FRAME), np.array([0, 1, 2, 511, 1022, 1023])
    phase = np.pi / FRAME * (at + 0.5 + FRAME / 2) * (k[:, None] + 0.5)
    direct = (frame[0] * np.cos(phase)).sum(axis=1)
    both = transformed(frame)[0]
    whole = np.empty(FRAME)
    whole[0::2], whole[1::2] = both[: FRAME // 2], both[FRAME // 2 :][::-1]
    assert np.abs(whole[k]) == pytest.approx(np.abs(direct), abs=0.01)


def test_windows_keep_the_power_of_overlapping_frames() -> None:
    for window in ("kbd", "sine"):
        power = shape(window) ** 2
        assert power[:FRAME] + power[FRAME:] == pytest.approx(np.ones(FRAME), abs=1e-4)


def test_shifting_by_parts_of_a_sample_keeps_the_sound() -> None:
    at = np.arange(2 * 48_000) / 48_000
    tone = np.sin(2 * np.pi * 440 * at).astype(np.float32)
    for part, sound in enumerate(shifted(tone, 48_000, _RATE, 4)):
        later = np.sin(2 * np.pi * 440 * (np.arange(2 * _RATE) + part / 4) / _RATE)
        assert sound == pytest.approx(later, abs=1e-3)


@pytest.mark.parametrize("rate", [_RATE, 48_000])
def test_a_cut_moves_the_frames(tmp_path: Path, rate: int) -> None:
    once = _through(_scene(), tmp_path, 32_000)
    cut = np.concatenate([once[: 7 * _RATE], once[9 * _RATE + 300 :]])
    found = _measured(resample(cut, _RATE, rate), rate)
    assert (found.rate_hz, found.window) == (_RATE, "kbd")
    (jump,) = found.jumps
    assert jump.span.onset_s - 0.15 <= 7.0 <= jump.span.offset_s + 0.15
    apart = (jump.after - jump.before) % FRAME
    assert apart == pytest.approx(-(2 * _RATE + 300) % FRAME, abs=0.5)
    kinds = [cue.kind for cue in cues(found)]
    assert kinds[0] == "frames_earlier"
    assert "frames_jump" in kinds
    assert codec_keeps(found)


def codec_keeps(found: SoundFrames) -> bool:
    return plain.from_plain(SoundFrames, plain.to_plain(found)) == found


def test_sound_that_was_compressed_once_and_whole_has_no_jump(tmp_path: Path) -> None:
    once = _through(_scene(), tmp_path, 32_000)
    found = _measured(resample(once, _RATE, 48_000), 48_000)
    assert found.rate_hz == _RATE
    assert found.jumps == ()
    assert {run.offset for run in found.runs} <= {None, *(r.offset for r in found.runs[:1])}


def test_sound_that_was_never_compressed_has_no_frames() -> None:
    for rate in (_RATE, 48_000):
        found = _measured(resample(_scene(), _RATE, rate), rate)
        assert (found.rate_hz, found.jumps, cues(found)) == (0, (), ())
    # Of compressed sound its own rate is left out, and no lower one fits.
    assert _measured(_scene(), _RATE, compressed=True).tried_hz == ()
    silent = np.zeros(10 * _RATE, np.float32)
    assert _measured(silent, _RATE) == SoundFrames(0.0)


def test_frames_that_are_lost_within_others_are_a_cue() -> None:
    runs = (
        FrameRun(Span(0.0, 10.0), 5.0, 12.0, 10),
        FrameRun(Span(10.0, 14.0), None, 1.2, 4),
        FrameRun(Span(14.0, 20.0), 5.0, 12.0, 6),
    )
    jump = FrameJump(Span(9.9, 10.1), 5.0, 300.0, 12.0, 1)
    found = cues(SoundFrames(20.0, (_RATE,), _RATE, "kbd", 20.0, runs, (jump,)))
    assert [(cue.kind, cue.value) for cue in found] == [
        ("frames_earlier", 20.0), ("frames_jump", 6.0), ("frames_lost", 3.6),
    ]  # fmt: skip
    assert cues(None) == ()
    assert cues(SoundFrames(20.0)) == ()
