"""Digital silence is found where it was put, in every codec; quiet rooms are not silent."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from avaudit import codec as plain
from avaudit.domain.loudness import Loudness
from avaudit.domain.signal import DigitalSilence
from avaudit.domain.time import total_s
from avaudit.examine import examine
from avaudit.signals.silence import ONE_STEP, SilenceMeter, covered_by, still_blocks, to_dbfs
from support.forge import Audio, Picture, Sound, make, muted, noise, tone
from support.workers import request

_MUTE = (2.0, 4.0)

#: codec, container, rate, bit rate
_CODECS = [
    ("aac", "m4a", 44100, None),
    ("aac", "mkv", 48000, None),
    ("libopencore_amrnb", "3gp", 8000, None),
    ("libopencore_amrnb", "amr", 8000, None),
    ("libmp3lame", "mp3", 44100, 128000),
    ("pcm_alaw", "wav", 8000, None),
    ("pcm_mulaw", "wav", 8000, None),
    ("pcm_s16le", "wav", 16000, None),
    ("pcm_s16le", "mov", 16000, None),
    ("pcm_u8", "wav", 8000, None),
    ("libopus", "mkv", 48000, None),
    ("wmav2", "wma", 44100, 128000),
    ("adpcm_ima_wav", "wav", 8000, None),
    ("ac3", "ts", 48000, 96000),
    ("mp2", "ts", 48000, 128000),
]


def silence_in(path: Path) -> DigitalSilence:
    """What a whole examination says, candidates from packets included."""
    done = examine(request(path))
    assert not done.failures
    return plain.from_plain(DigitalSilence, done.signals[DigitalSilence.NAME])


def _of(folder: Path, sound: Sound, rate: int, codec: str = "pcm_s16le") -> DigitalSilence:
    suffix = "m4a" if codec == "aac" else "wav"
    return silence_in(make(folder / f"sound.{suffix}", Audio(sound, rate, codec)).path)


@pytest.mark.parametrize(("codec", "suffix", "rate", "bit_rate"), _CODECS)
def test_a_mute_is_found_where_it_is(
    tmp_path: Path, codec: str, suffix: str, rate: int, bit_rate: int | None
) -> None:
    sound = muted(noise(6, rate, dbfs=-12), rate, _MUTE)
    found = silence_in(
        make(tmp_path / f"m.{suffix}", Audio(sound, rate, codec, bit_rate=bit_rate)).path
    )
    (span,) = found.silent
    # A decoder rings a little behind loud sound: the onset may be heard later, never earlier.
    ringing = {"libopus": 0.25, "wmav2": 0.15}.get(codec, 0.1)
    assert _MUTE[0] - 0.05 <= span.onset_s <= _MUTE[0] + ringing
    assert span.offset_s == pytest.approx(_MUTE[1], abs=0.1)
    assert total_s(found.examined) == pytest.approx(6.0, abs=0.15)
    assert found.peak_dbfs < -66


@pytest.mark.parametrize(("codec", "suffix", "rate", "bit_rate"), _CODECS)
def test_sound_without_a_mute_has_none(
    tmp_path: Path, codec: str, suffix: str, rate: int, bit_rate: int | None
) -> None:
    sound = Audio(noise(3, rate, dbfs=-12), rate, codec, bit_rate=bit_rate)
    assert silence_in(make(tmp_path / f"n.{suffix}", sound).path).silent == ()


def test_the_mute_of_a_film_is_found_beside_its_picture(tmp_path: Path) -> None:
    sound = muted(noise(6, 48000, dbfs=-12), 48000, _MUTE)
    (span,) = silence_in(make(tmp_path / "film.mp4", Picture(6.0), Audio(sound, 48000)).path).silent
    assert (span.onset_s, span.offset_s) == pytest.approx(_MUTE, abs=0.1)


@pytest.mark.parametrize("rate", [8000, 48000])
def test_the_noise_of_a_quiet_room_is_not_silence(tmp_path: Path, rate: int) -> None:
    """-70 dBFS: ten steps of 16 bits."""
    assert _of(tmp_path, noise(3, rate, dbfs=-70), rate).silent == ()


def test_a_quiet_room_in_aac_is_not_silence(tmp_path: Path) -> None:
    """Loud speech, then the room: packets get small, and are decoded, and speak."""
    sound = noise(6, 48000, dbfs=-12)
    sound[2 * 48000 : 4 * 48000] = noise(2, 48000, dbfs=-70)
    assert _of(tmp_path, sound, 48000, "aac").silent == ()


@pytest.mark.parametrize("level", [0.0, 0.25, -0.5])
def test_samples_that_stand_still_are_silence_wherever_they_stand(
    tmp_path: Path, level: float
) -> None:
    found = _of(tmp_path, np.full(3 * 8000, level, np.float32), 8000)
    (span,) = found.silent
    assert (span.onset_s, span.offset_s) == pytest.approx((0.0, 3.0), abs=0.05)
    assert found.peak_dbfs == (
        -120.0 if level == 0 else pytest.approx(20 * np.log10(abs(level)), abs=0.1)
    )


def test_a_whole_stream_of_nothing_is_silent_throughout_in_aac(tmp_path: Path) -> None:
    found = _of(tmp_path, np.zeros(3 * 48000, np.float32), 48000, "aac")
    (span,) = found.silent
    assert span.length_s == pytest.approx(3.0, abs=0.1)


def test_two_mutes_stay_two_and_a_short_one_is_not_listed(tmp_path: Path) -> None:
    stretches = ((1.0, 1.6), (2.0, 2.15), (3.0, 3.6))
    found = _of(tmp_path, muted(tone(5, 16000), 16000, *stretches), 16000)
    assert len(found.silent) == 2
    for span, stretch in zip(found.silent, (stretches[0], stretches[2]), strict=True):
        assert (span.onset_s, span.offset_s) == pytest.approx(stretch, abs=0.07)


def test_a_hole_is_not_silence_and_not_examined(tmp_path: Path) -> None:
    sound = Audio(noise(6, 48000), 48000, without=(_MUTE,))
    made = make(tmp_path / "hole.mp4", sound)
    found = silence_in(made.path)
    ((begin, end),) = made.left_out[0]
    assert found.silent == ()
    assert len(found.examined) == 2
    assert found.examined[0].offset_s == pytest.approx(begin, abs=0.03)
    assert found.examined[1].onset_s == pytest.approx(end, abs=0.03)


def test_a_mute_longer_than_is_decoded_at_once_is_one(tmp_path: Path) -> None:
    sound = muted(tone(150, 8000), 8000, (10.0, 140.0))
    (span,) = _of(tmp_path, sound, 8000).silent
    assert (span.onset_s, span.offset_s) == pytest.approx((10.0, 140.0), abs=0.05)


def test_blocks_with_a_part_that_nobody_decoded_are_not_still() -> None:
    sound = np.zeros((1, 1600), np.float32)
    sound[0, 800:960] = np.nan
    still = still_blocks(sound, 160)[0]
    assert still.tolist() == [True] * 5 + [False] + [True] * 4


def test_one_step_is_still_and_two_are_not() -> None:
    sound = np.zeros((1, 160), np.float32)
    sound[0, ::2] = ONE_STEP
    assert still_blocks(sound, 160).all()
    sound[0, ::2] = 2 * ONE_STEP
    assert not still_blocks(sound, 160).any()


def test_what_a_decoder_makes_of_zeros_is_still_and_dither_is_not() -> None:
    chance = np.random.default_rng(5)
    rattle = chance.normal(0, ONE_STEP / 3, (1, 960)).astype(np.float32)
    assert still_blocks(rattle, 960).all()
    dither = (chance.integers(-1, 2, (1, 960)) * ONE_STEP).astype(np.float32)
    assert not still_blocks(dither, 960).any()


def test_sound_in_one_of_two_channels_is_sound() -> None:
    """Also where the two would cancel each other in a mix."""
    sound = tone(1.0, 8000)
    meter = SilenceMeter()
    meter.add(np.stack([sound, -sound]), 8000, 160, 0.0)
    assert meter.silence(()).silent == ()
    assert meter.alone_still() == ((), ())


def test_a_channel_that_falls_silent_alone_is_told(tmp_path: Path) -> None:
    both = np.stack([tone(4, 8000), muted(tone(4, 8000), 8000, (1.0, 3.0))])
    done = examine(request(make(tmp_path / "two.wav", Audio(both, 8000, "pcm_s16le")).path))
    assert plain.from_plain(DigitalSilence, done.signals[DigitalSilence.NAME]).silent == ()
    left, right = plain.from_plain(Loudness, done.signals[Loudness.NAME]).still
    assert left == ()
    assert [(s.onset_s, s.offset_s) for s in right] == [pytest.approx((1.0, 3.0), abs=0.05)]


@pytest.mark.parametrize(("samples", "block"), [(0, 160), (100, 160), (0, 0)])
def test_too_little_sound_for_a_block_is_no_block(samples: int, block: int) -> None:
    assert still_blocks(np.zeros((2, samples), np.float32), block).shape == (2, 0)


@given(st.floats(0, 1))
def test_levels_have_a_floor_and_full_scale_is_zero(amplitude: float) -> None:
    assert -120.0 <= to_dbfs(amplitude) <= 0.0
    assert to_dbfs(1.0) == 0.0
    assert to_dbfs(0.5) == -6.0


def test_nothing_is_covered_without_packets() -> None:
    nothing = np.zeros(0)
    assert covered_by(nothing, nothing, ()) == ()
