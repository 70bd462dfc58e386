"""Sound decoded whole lies where sound decoded by spans lies, in every format of samples."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from avaudit.domain.time import Span
from avaudit.media.open import open_descriptor, open_input
from avaudit.media.sound import decode_mono
from avaudit.media.whole_sound import Decoded, Piece, decode_pieces
from avaudit.probe.packets import read_packets
from support.forge import Audio, Picture, make, noise, tone


def _pieces(path: Path, step: int = 800) -> tuple[list[Piece], Decoded, float]:
    """All pieces of the first sound stream, and the time line's beginning."""
    fd, decoded = open_descriptor(os.fsencode(path)), Decoded()
    try:
        with open_input(fd) as container:
            zero_s = read_packets(container).zero_s
        with open_input(fd) as container:
            index = container.streams.audio[0].index
            found = decode_pieces(container, index, zero_s, lambda _: step, decoded)
            copies = [Piece(p.onset, p.rate, p.samples.copy()) for p in found]
    finally:
        os.close(fd)
    return copies, decoded, zero_s


@pytest.mark.parametrize(
    ("suffix", "codec", "rate", "channels"),
    [
        ("mp4", "aac", 48000, 1), ("mkv", "aac", 44100, 2), ("ts", "aac", 44100, 1),
        ("wav", "pcm_u8", 8000, 2), ("wav", "pcm_s16le", 16000, 2), ("wav", "pcm_f32le", 8000, 1),
        ("mkv", "libopus", 48000, 2), ("3gp", "libopencore_amrnb", 8000, 1),
        ("mov", "pcm_s24le", 48000, 2),
    ],
)  # fmt: skip
def test_it_is_the_same_sound_at_the_same_place(
    tmp_path: Path, suffix: str, codec: str, rate: int, channels: int
) -> None:
    sound = np.stack([noise(5, rate, seed=n) for n in range(channels)])
    audio = Audio(sound if channels > 1 else sound[0], rate, codec, without=((1.0, 3.0),))
    path = make(tmp_path / f"s.{suffix}", audio).path
    pieces, decoded, zero_s = _pieces(path)
    laid = np.full(6 * rate, np.nan, np.float32)
    for piece in pieces:
        assert piece.samples.shape[0] == channels
        end = min(len(laid), piece.onset + piece.samples.shape[1])
        laid[piece.onset : end] = piece.samples.mean(axis=0)[: end - piece.onset]
    fd = open_descriptor(os.fsencode(path))
    with open_input(fd) as container:
        index = container.streams.audio[0].index
        expected, _, _ = decode_mono(container, index, Span(0, 6), zero_s, np.nan)
    os.close(fd)
    assert np.array_equal(np.isnan(laid), np.isnan(expected))
    assert np.allclose(laid, expected, atol=1e-6, equal_nan=True)
    assert decoded.undecodable == 0


def test_pieces_are_multiples_of_the_grid_and_leave_out_what_is_not_there(tmp_path: Path) -> None:
    sound = Audio(tone(100, 8000), 8000, "pcm_s16le", without=((2.0, 95.0),))
    pieces, _, _ = _pieces(make(tmp_path / "h.mkv", Picture(100, fps=1), sound).path, 8800)
    assert [piece.onset % 8800 for piece in pieces] == [0, 0]
    assert [piece.onset // 8800 * 1.1 for piece in pieces] == [0, pytest.approx(89.1)]


def test_damaged_packets_are_counted_and_the_rest_is_there(tmp_path: Path) -> None:
    path = make(tmp_path / "whole.mp4", Audio(noise(4, 48000), 48000)).path
    data = bytearray(path.read_bytes())
    begin = data.index(b"mdat") + 4
    middle = begin + (data.index(b"moov") - begin) // 2
    data[middle : middle + 3000] = b"\xff" * 3000
    path.write_bytes(data)
    (piece,), decoded, _ = _pieces(path)
    assert decoded.undecodable > 0
    assert not np.isnan(piece.samples[:, :48000]).any()
    assert not np.isnan(piece.samples[:, 3 * 48000 : round(3.9 * 48000)]).any()


def test_a_picture_stream_holds_no_sound(tmp_path: Path) -> None:
    fd = open_descriptor(os.fsencode(make(tmp_path / "film.mp4", Picture(0.4)).path))
    with open_input(fd) as container, pytest.raises(ValueError, match="holds no sound"):
        list(decode_pieces(container, 0, 0.0, lambda _: 1, Decoded()))
    os.close(fd)


def test_pauses_that_were_not_transmitted_are_no_damage(tmp_path: Path) -> None:
    """AMR at 12.2 kbit/s has frames of 32 bytes; one of type 15 is a byte that says: no data."""
    path = make(
        tmp_path / "d.amr", Audio(noise(4, 8000), 8000, "libopencore_amrnb", bit_rate=12200)
    ).path
    data = path.read_bytes()
    frames = [data[at : at + 32] for at in range(6, len(data), 32)]
    frames[50:100] = [b"\x7c"] * 50
    path.write_bytes(data[:6] + b"".join(frames))
    pieces, decoded, _ = _pieces(path, 8000)
    assert decoded.undecodable == 0
    sound = np.concatenate([piece.samples for piece in pieces], axis=1)
    assert np.isnan(sound[:, 8800:15200]).all()
    assert not np.isnan(sound[:, 17600:24000]).any()
