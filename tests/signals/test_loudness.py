"""Levels, clipping and bandwidth come out as they went in, in every codec, where they belong."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avaudit import codec as plain
from avaudit.domain.loudness import (
    FAINTEST,
    NOTHING,
    PER_UNIT,
    STEP_DB,
    STEP_HZ,
    Loudness,
    pack,
    to_dbfs,
    unpack,
)
from avaudit.domain.time import Span
from avaudit.examine import examine
from avaudit.media.sound import decode_mono, resample
from avaudit.signals.loudness import LONGEST_S, Grid, LoudnessMeter
from house.checkout import ROOT
from support.forge import Audio, Picture, Sound, make, muted, noise, tone
from support.workers import request


def loudness_of(path: Path) -> Loudness:
    """What a whole examination says."""
    done = examine(request(path))
    assert not done.failures
    return plain.from_plain(Loudness, done.signals[Loudness.NAME])


def _measured(sound: Sound, rate: int) -> Loudness:
    meter = LoudnessMeter()
    meter.add(np.atleast_2d(sound).astype(np.float32), rate, 0)
    return meter.loudness((), 0)


def _clipped(seconds: float, rate: int, at: float, scale: float = 1.0) -> Sound:
    """Noise of the speech band, clipped at a multiple of its RMS, then scaled to a peak."""
    spectrum = np.fft.rfft(noise(seconds, rate, dbfs=-20))
    hz = np.fft.rfftfreq(round(seconds * rate), 1 / rate)
    spectrum[(hz < 200) | (hz > 3000)] = 0
    sound = np.fft.irfft(spectrum, round(seconds * rate))
    limit = at * float(sound.std())
    return (np.clip(sound, -limit, limit) / limit * scale * 0.999).astype(np.float32)


@cache
def _speech(rate: int) -> Sound:
    """Twelve seconds of the samples' speech, its peak at 1."""
    with av.open(str(ROOT / "data_samples" / "DSJ-A3_0001234_20261118_093000.mp4")) as container:
        own = container.streams.audio[0].rate
        whole, _, _ = decode_mono(container, container.streams.audio[0].index, Span(2, 14), 0.0)
    sound = resample(whole, own, rate)
    return np.asarray(sound / np.abs(sound).max(), np.float32)


@pytest.mark.parametrize(
    ("codec", "suffix", "rate", "bit_rate"),
    [
        ("aac", "mp4", 48000, None), ("pcm_s16le", "wav", 16000, None),
        ("pcm_alaw", "wav", 8000, None), ("libmp3lame", "mp3", 44100, 64000),
        ("libopus", "mkv", 48000, 32000), ("wmav2", "wma", 44100, 64000),
        ("ac3", "ts", 48000, 96000),
    ],
)  # fmt: skip
def test_a_step_of_level_is_where_and_what_it_was(
    tmp_path: Path, codec: str, suffix: str, rate: int, bit_rate: int | None
) -> None:
    """A tone of speech at -20 dB of full scale RMS, ten times fainter for two seconds."""
    sound = tone(6, rate, 700, 0.1414)
    sound[2 * rate : 4 * rate] *= 0.1
    made = make(tmp_path / f"s.{suffix}", Audio(sound, rate, codec, bit_rate=bit_rate))
    found = loudness_of(made.path)
    levels = [to_dbfs(code) for code in unpack(found.speech_levels)]
    assert found.block_s == pytest.approx(0.1, rel=0.01)
    assert found.measured_s == pytest.approx(6.0, abs=0.15)
    assert levels[10] == pytest.approx(-20, abs=1.0)
    assert levels[30] == pytest.approx(-40, abs=1.0)
    low = [number for number, level in enumerate(levels) if level < -30 and 10 <= number < 50]
    assert low[0] * found.block_s == pytest.approx(2.0, abs=0.2)
    assert low[-1] * found.block_s == pytest.approx(3.9, abs=0.2)


def test_levels_lie_on_the_recordings_own_time_line_and_holes_stay_empty(tmp_path: Path) -> None:
    made = make(
        tmp_path / "h.mp4", Picture(6), Audio(noise(6, 48000), 48000, without=((1.0, 3.0),))
    )
    ((begin, end),) = made.left_out[1]
    found = loudness_of(made.path)
    empty = [n for n, code in enumerate(unpack(found.levels)[:58]) if code == NOTHING]
    assert empty[0] * found.block_s == pytest.approx(begin, abs=0.15)
    assert empty[-1] * found.block_s == pytest.approx(end, abs=0.15)


def test_a_dead_channel_takes_nothing_from_the_level() -> None:
    sound = noise(2, 8000, dbfs=-20)
    found = _measured(np.stack([np.zeros_like(sound), sound]), 8000)
    assert to_dbfs(unpack(found.levels)[5]) == pytest.approx(-20, abs=0.5)
    assert found.channels == 2


def test_channels_that_cancel_each_other_are_loud() -> None:
    sound = noise(2, 8000, dbfs=-20)
    assert to_dbfs(unpack(_measured(np.stack([sound, -sound]), 8000).levels)[5]) > -21


def test_an_offset_is_no_sound() -> None:
    found = _measured(np.full(16000, 0.5, np.float32), 8000)
    assert set(unpack(found.levels)) == {FAINTEST}


def test_rumble_is_loud_and_not_speech() -> None:
    found = _measured(tone(2, 16000, 60, 0.5), 16000)
    assert to_dbfs(unpack(found.levels)[5]) == pytest.approx(-9, abs=0.5)
    assert to_dbfs(unpack(found.speech_levels)[5]) < -45
    assert unpack(found.tonality)[0] / PER_UNIT > 0.8


@pytest.mark.parametrize("scale", [1.0, 0.4])
@pytest.mark.parametrize("sign", [1, -1])
def test_flat_tops_are_counted_below_full_scale_and_on_one_side_as_well(
    scale: float, sign: int
) -> None:
    sound = _clipped(2, 16000, 1.0, scale)
    one_sided = sign * np.maximum(sound, -0.2 * scale).astype(np.float32)
    flat = np.abs(sound) >= 0.998 * scale
    found = unpack(_measured(sound, 16000).clipped)[0] / 1000
    assert 0.5 * flat[:16000].mean() < min(found, 0.253) <= flat[:16000].mean() + 0.001
    assert unpack(_measured(one_sided, 16000).clipped)[0] > 0


def test_peaks_that_only_meet_are_not_flat() -> None:
    """A square wave of two samples and a pure tone: equal extremes, no runs."""
    assert set(unpack(_measured(tone(2, 48000, 1000, 0.5), 48000).clipped)) == {0}


@pytest.mark.parametrize(
    ("codec", "suffix", "rate", "bit_rate"),
    [
        ("aac", "mp4", 48000, 64000), ("libmp3lame", "mp3", 44100, 64000),
        ("pcm_mulaw", "wav", 8000, None), ("libopus", "mkv", 48000, 32000),
        ("adpcm_ima_wav", "wav", 8000, None),
    ],
)  # fmt: skip
def test_a_codec_leaves_clipped_sound_crowded(
    tmp_path: Path, codec: str, suffix: str, rate: int, bit_rate: int | None
) -> None:
    def crowding(sound: Sound) -> float:
        audio = Audio((0.5 * sound).astype(np.float32), rate, codec, bit_rate=bit_rate)
        found = unpack(loudness_of(make(tmp_path / f"s.{suffix}", audio).path).crowding)
        return float(np.median(list(found[1:11]))) / PER_UNIT

    limit = float(np.quantile(np.abs(_speech(rate)), 0.95))
    as_it_was = crowding(_speech(rate))
    assert as_it_was < 0.4
    assert crowding(np.clip(_speech(rate), -limit, limit) / limit) > 1.3 * as_it_was


@pytest.mark.parametrize(("hz", "expected"), [(1000, 1000), (5000, 5000)])
def test_the_rolloff_of_a_tone_is_its_pitch(hz: int, expected: int) -> None:
    found = unpack(_measured(tone(1, 16000, hz), 16000).rolloffs)[0] * STEP_HZ
    assert found == pytest.approx(expected, abs=150)


def test_pieces_give_what_the_whole_gives() -> None:
    rate, sound = 11025, noise(70, 11025, dbfs=-30)
    grid = Grid(rate)
    meter = LoudnessMeter()
    for onset in range(0, len(sound), 30 * grid.second):
        meter.add(sound[np.newaxis, onset : onset + 30 * grid.second], rate, onset)
    assert meter.loudness((), 0) == _measured(sound, rate)


def test_what_lies_beyond_the_longest_recording_is_not_measured() -> None:
    meter = LoudnessMeter()
    meter.add(noise(1, 8000)[np.newaxis], 8000, 0)
    meter.add(noise(1, 8000)[np.newaxis], 8000, round(8000 * LONGEST_S))
    assert meter.loudness((), 0).measured_s == 1.0


def test_an_hour_stays_small() -> None:
    """Speech-like levels: noise that comes and goes."""
    chance, meter, grid = np.random.default_rng(2), LoudnessMeter(), Grid(1000)
    for onset in range(0, 3600 * 1000, 60 * grid.second):
        loud = np.repeat(10 ** chance.uniform(-3, -0.5, 600), grid.block)
        sound = chance.standard_normal(len(loud)) * loud
        meter.add(np.clip(sound, -1, 1)[np.newaxis].astype(np.float32), 1000, onset)
    assert len(plain.to_json(meter.loudness((), 0))) < 100_000


def test_no_sound_at_all_is_no_series() -> None:
    found = LoudnessMeter().loudness((), 3)
    assert unpack(found.levels) == b""
    assert found.undecodable == 3


@given(st.binary(max_size=2000))
def test_series_come_back(values: bytes) -> None:
    assert unpack(pack(values)) == values


@pytest.mark.parametrize("text", ["?", "AAAA", "eJw="])
def test_what_is_no_series_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"series|base64|incomplete|padding|characters"):
        unpack(text)


@settings(max_examples=40, deadline=None)
@given(
    rate=st.integers(1, 200_000), length=st.integers(0, 30_000),
    dbfs=st.floats(-90, 0), missing=st.booleans(),
)  # fmt: skip
def test_any_rate_and_length_is_measured(
    rate: int, length: int, dbfs: float, missing: bool
) -> None:
    drawn = np.clip(np.random.default_rng(length).standard_normal((2, length)), -1, 1)
    sound = (drawn * 10 ** (dbfs / 20)).astype(np.float32)
    if missing:
        sound[:, ::7] = np.nan
    meter = LoudnessMeter()
    meter.add(sound, rate, 0)
    found = meter.loudness((), 0)
    grid = Grid(rate)
    assert grid.second % grid.block == grid.block % grid.fine == grid.fine % grid.thinning == 0
    seconds = -(-length // grid.second)
    assert len(unpack(found.levels)) == 10 * seconds
    assert {len(unpack(s)) for s in (found.peaks, found.clipped, found.rolloffs)} == {seconds}
    assert all(code == NOTHING or to_dbfs(code) <= 6 + STEP_DB for code in unpack(found.levels))


def test_a_mute_shows_in_the_levels(tmp_path: Path) -> None:
    sound = muted(noise(4, 16000), 16000, (1.0, 2.0))
    found = loudness_of(make(tmp_path / "m.wav", Audio(sound, 16000, "pcm_s16le")).path)
    assert set(unpack(found.levels)[11:19]) == {FAINTEST}
