"""Where the frames of an AAC encoder began, seen in sound that was decoded again.

After Herre and Schug, "Analysis of decompressed audio: the inverse decoder", AES 109 (2000), and
Gaertner, Dittmar, Aichroth and others, "Efficient cross-codec framing grid analysis for audio
tampering detection", AES 136 (2014): transformed at the encoder's own frames, many coefficients are
(nearly) nothing, for the encoder left them out; one sample beside them that is gone. What is
measured is the mean logarithm of coefficients at each of 1,024 offsets, and how far the lowest one
lies below the others.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

#: Samples of a frame of AAC-LC.
FRAME = 1024
WINDOWS = ("kbd", "sine")
#: Coefficients that are looked at: lower ones are never left out, higher ones hardly ever kept.
_LOW, _HIGH = 20, 500
#: Fainter than a fifth of a step of 16 bits is nothing.
_NOTHING = 6e-6
_KAISER = 4.0
#: The first encoder's samples may lie between those of another rate: so many parts are tried.
PARTS = 4
_AT_ONCE = 128


@cache
def shape(window: str) -> Floats:
    """The window of a long frame (ISO/IEC 14496-3, 4.6.11.3), shape `(2048,)`."""
    at = np.arange(2 * FRAME)
    if window == "sine":
        return np.asarray(np.sin(np.pi * (at + 0.5) / (2 * FRAME)), np.float32)
    total = np.cumsum(np.kaiser(FRAME + 1, np.pi * _KAISER))
    half = np.sqrt(total[:FRAME] / total[FRAME])
    return np.concatenate([half, half[::-1]]).astype(np.float32)


@cache
def _twiddle() -> tuple[npt.NDArray[np.complex64], npt.NDArray[np.complex64]]:
    at = np.arange(FRAME // 2)
    before = np.exp(-1j * np.pi * (4 * at + 1) / (4 * FRAME))
    return before.astype(np.complex64), np.exp(-1j * np.pi * at / FRAME).astype(np.complex64)


def transformed(frames: Floats) -> Floats:
    """The modified discrete cosine transform of windowed frames, shape `(n, 2048)` to `(n, 1024)`;
    even coefficients first, then the odd ones from the top."""
    quarter = FRAME // 2
    a, b, c, d = (frames[:, k * quarter : (k + 1) * quarter] for k in range(4))
    folded = np.concatenate([-c[:, ::-1] - d, a - b[:, ::-1]], axis=1)
    before, after = _twiddle()
    mixed = (folded[:, 0::2] + 1j * folded[:, ::-2]) * before
    turned = np.fft.fft(mixed, axis=1).astype(np.complex64) * after
    return np.concatenate([turned.real, -turned.imag], axis=1).astype(np.float32)


def levels(sound: Floats, begins: npt.NDArray[np.int64], window: str) -> Floats:
    """The mean logarithm of the coefficients of frames that begin at samples of the sound."""
    whole = np.lib.stride_tricks.sliding_window_view(sound, 2 * FRAME)
    told = np.empty(len(begins), np.float32)
    for first in range(0, len(begins), _AT_ONCE):
        some = begins[first : first + _AT_ONCE]
        found = np.abs(transformed(whole[some] * shape(window)))
        # Even coefficients are the first half's, the odd ones lie behind from the top down.
        even = found[:, _LOW // 2 : _HIGH // 2]
        odd = found[:, FRAME - _HIGH // 2 : FRAME - _LOW // 2]
        both = np.log(even + np.float32(_NOTHING)).mean(axis=1)
        told[first : first + _AT_ONCE] = both + np.log(odd + np.float32(_NOTHING)).mean(axis=1)
    return np.asarray(told / 2, np.float32)


def at_offsets(sound: Floats, offsets: npt.NDArray[np.int64], frames: int, window: str) -> Floats:
    """The level at each offset, the mean over so many frames behind each other."""
    begins = offsets[:, None] + np.arange(frames) * FRAME
    told = levels(sound, begins.ravel(), window).reshape(begins.shape)
    return np.asarray(told.mean(axis=1), np.float32)


def standing_out(values: Floats, at: int) -> float:
    """How far a value lies below the others, in multiples of what they scatter by."""
    others = np.delete(values, at)
    middle = float(np.median(others))
    scatter = 1.4826 * float(np.median(np.abs(others - middle)))
    return (middle - float(values[at])) / max(scatter, 1e-6)


def likeliest(parts: list[Floats], frames: int, window: str, count: int) -> list[float]:
    """The offsets (with parts of a sample) that are lowest in the first frames, and those a part
    beside them. `parts` are the sound shifted by parts of a sample, of which every second one is
    looked at: half a part off, frames still stand out, but less."""
    offsets = np.arange(FRAME, dtype=np.int64)
    looked = range(0, len(parts), 2)
    values = np.stack([at_offsets(parts[k], offsets, frames, window) for k in looked], axis=1)
    values -= np.median(values, axis=0)
    order = np.argsort(values, axis=None)[:count]
    found = [at // len(looked) + 2 * (at % len(looked)) / len(parts) for at in order]
    beside = (-1, 0, 1) if len(parts) > 1 else (0,)
    return sorted({float((at + k / len(parts)) % FRAME) for at in found for k in beside})


def shifted(sound: Floats, rate: int, to_rate: int, parts: int) -> list[Floats]:
    """Sound of whole seconds at another rate, once for each part of a sample it is shifted by."""
    if rate == to_rate:
        return [sound]
    count = len(sound) // rate * rate
    spectrum = np.fft.rfft(sound[:count])
    size = count // rate * to_rate
    kept = min(len(spectrum), size // 2 + 1)
    hz = np.arange(kept) * (rate / count)
    made = []
    for part in range(parts):
        turned = np.zeros(size // 2 + 1, np.complex128)
        turned[:kept] = spectrum[:kept] * np.exp(2j * np.pi * hz * part / parts / to_rate)
        made.append((np.fft.irfft(turned, size) * (size / count)).astype(np.float32))
    return made
