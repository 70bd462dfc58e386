"""Sound is laid where its time stamps say, whole, at its level, and keeps its pitch."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avaudit.domain.time import Span
from avaudit.media.open import open_descriptor, open_input
from avaudit.media.sound import Samples, decode_mono, resample
from avaudit.probe.packets import read_packets
from support.forge import Audio, Picture, Sound, make, muted, noise, tone

_HZ = 1000.0


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    fd = open_descriptor(os.fsencode(path))
    try:
        with open_input(fd) as container:
            yield container
    finally:
        os.close(fd)


def decoded(path: Path, within: Span, fill: float = np.nan) -> tuple[Samples, int]:
    """Sound of the first sound stream, on the recording's own time line."""
    with opened(path) as container:
        zero_s = read_packets(container).zero_s
    with opened(path) as container:
        index = container.streams.audio[0].index
        sound, rate, undecodable = decode_mono(container, index, within, zero_s, fill)
    assert undecodable == 0
    return sound, rate


def loud_part(sound: Samples, rate: int) -> tuple[float, float]:
    """Where sound above a tenth of full scale begins and ends, in seconds."""
    at = np.flatnonzero(np.abs(np.nan_to_num(sound)) > 0.1)
    return float(at[0]) / rate, float(at[-1] + 1) / rate


def pitch(sound: Samples, rate: int) -> float:
    """The strongest frequency in Hz, to within one bin."""
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return float(np.argmax(spectrum)) * rate / len(sound)


def beep(rate: int, begin: float = 4.0, end: float = 4.5, seconds: float = 6.0) -> Sound:
    return muted(tone(seconds, rate, _HZ, 0.5), rate, (0.0, begin), (end, seconds))


@pytest.mark.parametrize(
    ("suffix", "codec", "rate", "delay_s"),
    [
        ("mp4", "aac", 48000, 0.0), ("mkv", "aac", 48000, 1024 / 48000),
        ("ts", "aac", 48000, 1024 / 48000), ("flv", "aac", 44100, 1024 / 44100),
        ("3gp", "libopencore_amrnb", 8000, 0.006), ("mkv", "pcm_s16le", 16000, 0.0),
        ("mkv", "libopus", 48000, 0.0065),
    ],
)  # fmt: skip
@pytest.mark.parametrize("begin_s", [0.0, 3.0])
def test_a_beep_behind_a_hole_is_heard_at_its_own_time(
    tmp_path: Path, suffix: str, codec: str, rate: int, delay_s: float, begin_s: float
) -> None:
    """Two seconds of packets are missing before it; a decoder that joins would hear it at 2 s.

    `delay_s`: what the encoder put before the first sample, where the container cannot hide it.
    """
    made = make(tmp_path / f"beep.{suffix}", Audio(beep(rate), rate, codec, without=((1.0, 3.0),)))
    sound, got = decoded(made.path, Span(begin_s, 6.0))
    assert got == rate
    assert len(sound) == round((6.0 - begin_s) * rate)
    begin, end = loud_part(sound, rate)
    assert begin + begin_s == pytest.approx(4.0 + delay_s, abs=0.03)
    assert end + begin_s == pytest.approx(4.5 + delay_s, abs=0.03)


def test_what_no_packet_delivered_is_left_as_filled(tmp_path: Path) -> None:
    made = make(tmp_path / "hole.mp4", Audio(noise(6, 48000), 48000, without=((1.0, 3.0),)))
    ((begin, end),) = made.left_out[0]
    sound, rate = decoded(made.path, Span(0.0, 6.0))
    empty = np.flatnonzero(np.isnan(sound)) / rate
    assert empty[0] == pytest.approx(begin, abs=0.03)
    assert empty[-1] == pytest.approx(end, abs=0.03)
    assert len(empty) / rate == pytest.approx(end - begin, abs=0.05)


@pytest.mark.parametrize(
    ("suffix", "codec", "rate"),
    [("mkv", "aac", 44100), ("mkv", "aac", 48000), ("flv", "aac", 44100), ("ts", "aac", 44100),
     ("mp4", "aac", 44100), ("wma", "wmav2", 44100)],
)  # fmt: skip
def test_rounded_times_leave_no_cracks(tmp_path: Path, suffix: str, codec: str, rate: int) -> None:
    """Containers with ticks of a millisecond put frames up to one apart that belong together."""
    sound = Audio(tone(4, rate, _HZ), rate, codec, bit_rate=128000 if codec == "wmav2" else None)
    got, _ = decoded(make(tmp_path / f"whole.{suffix}", sound).path, Span(0.5, 3.5))
    assert not np.isnan(got).any()
    # A sine without cracks has next to nothing beside its own frequency.
    spectrum = np.abs(np.fft.rfft(got * np.hanning(len(got)))) ** 2
    peak = int(np.argmax(spectrum))
    beside = spectrum.sum() - spectrum[peak - 5 : peak + 6].sum()
    assert 10 * np.log10(beside / spectrum.sum()) < -25


@pytest.mark.parametrize(
    ("codec", "format_", "rate", "error"),
    [
        ("pcm_u8", "", 8000, 1 / 128), ("pcm_s16le", "", 48000, 1 / 32768),
        ("pcm_s24le", "s32", 48000, 1e-6), ("pcm_f32le", "", 44100, 1e-6),
        ("pcm_alaw", "", 8000, 0.02), ("pcm_mulaw", "", 8000, 0.02),
    ],
)  # fmt: skip
def test_pcm_comes_back_as_it_went_in(
    tmp_path: Path, codec: str, format_: str, rate: int, error: float
) -> None:
    sound = tone(2, rate, 440, 0.5)
    made = make(tmp_path / "pcm.wav", Audio(sound, rate, codec, format_))
    got, got_rate = decoded(made.path, Span(0.0, 2.0))
    assert got_rate == rate
    assert np.max(np.abs(got - sound)) <= error * 1.01


@pytest.mark.parametrize(("suffix", "codec"), [("wav", "pcm_s16le"), ("wav", "pcm_u8"),
                                               ("m4a", "aac")])  # fmt: skip
def test_two_channels_are_mixed_in_equal_parts(tmp_path: Path, suffix: str, codec: str) -> None:
    """Packed (PCM) and planar (AAC) samples alike: 400 Hz left, 900 Hz right."""
    both = np.stack([tone(2, 48000, 400, 0.5), tone(2, 48000, 900, 0.25)])
    made = make(tmp_path / f"two.{suffix}", Audio(both, 48000, codec, bit_rate=192000))
    got, rate = decoded(made.path, Span(0.5, 1.5))
    spectrum = np.abs(np.fft.rfft(got)) / (rate / 2)
    assert spectrum[400] == pytest.approx(0.25, abs=0.01)
    assert spectrum[900] == pytest.approx(0.125, abs=0.01)


def test_a_span_beyond_the_end_is_filled_to_its_length(tmp_path: Path) -> None:
    made = make(tmp_path / "short.wav", Audio(tone(1, 8000), 8000, "pcm_s16le"))
    sound, rate = decoded(made.path, Span(0.5, 2.0))
    assert len(sound) == round(1.5 * rate)
    assert not np.isnan(sound[: rate // 2]).any()
    assert np.isnan(sound[rate // 2 :]).all()


def test_a_picture_stream_holds_no_sound(tmp_path: Path) -> None:
    made = make(tmp_path / "film.mp4", Picture(0.4))
    with opened(made.path) as container, pytest.raises(ValueError, match="holds no sound"):
        decode_mono(container, 0, Span(0.0, 1.0), 0.0)


def test_damaged_packets_are_counted_and_the_rest_is_heard(tmp_path: Path) -> None:
    path = make(tmp_path / "whole.mp4", Audio(noise(4, 48000), 48000)).path
    data = bytearray(path.read_bytes())
    begin = data.index(b"mdat") + 4
    middle = begin + (data.index(b"moov") - begin) // 2
    data[middle : middle + 3000] = b"\xff" * 3000
    path.write_bytes(data)
    with opened(path) as container:
        sound, rate, undecodable = decode_mono(container, 0, Span(0.0, 4.0), 0.0, np.nan)
    assert undecodable > 0
    assert not np.isnan(sound[:rate]).any()
    assert not np.isnan(sound[3 * rate : round(3.9 * rate)]).any()


@settings(max_examples=25, deadline=None)
@given(
    rate=st.sampled_from([8000, 11025, 16000, 22050, 44100, 48000]),
    hz=st.integers(100, 3500), seconds=st.floats(0.5, 2.0),
)  # fmt: skip
def test_resampling_keeps_length_pitch_and_level(rate: int, hz: int, seconds: float) -> None:
    sound = tone(seconds, rate, float(hz), 0.5)
    got = resample(sound, rate, 16000)
    assert got.dtype == np.float32
    assert len(got) / 16000 == pytest.approx(len(sound) / rate, abs=0.002)
    assert pitch(got, 16000) == pytest.approx(hz, abs=1.5 * 16000 / len(got))
    middle = got[1600:-1600]
    assert float(np.sqrt(np.mean(middle**2))) == pytest.approx(0.5 / np.sqrt(2), rel=0.03)


def test_resampling_to_the_same_rate_changes_nothing() -> None:
    sound = tone(0.1, 16000)
    assert resample(sound, 16000, 16000) is sound
    assert len(resample(np.zeros(0, np.float32), 8000, 16000)) == 0
