"""Sound of a scene: a room, something like voices, footsteps; and what is done to it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Sound = npt.NDArray[np.float32]

RATE = 48_000


def room(seconds: float, dbfs: float, chance: np.random.Generator) -> Sound:
    """Noise that falls off to high frequencies, with a hum of the mains."""
    count = round(seconds * RATE)
    spectrum = np.fft.rfft(chance.standard_normal(count))
    spectrum /= np.sqrt(np.maximum(np.fft.rfftfreq(count, 1 / RATE), 40))
    sound = np.fft.irfft(spectrum, count)
    sound = sound / sound.std() + 0.3 * np.sin(2 * np.pi * 100 * np.arange(count) / RATE)
    return np.asarray(sound / sound.std() * 10 ** (dbfs / 20), np.float32)


def voice(seconds: float, chance: np.random.Generator) -> Sound:
    """Syllables in sentences with pauses between them: pulses through wandering formants."""
    sound = np.zeros(round(seconds * RATE), np.float32)
    pitch, at = chance.uniform(95, 230), chance.uniform(0.3, 1.5)
    while at < seconds - 3:
        for _ in range(int(chance.integers(5, 16))):
            length = chance.uniform(0.12, 0.26)
            syllable = _syllable(length, pitch * chance.uniform(0.85, 1.2), chance)
            begin = round(at * RATE)
            piece = syllable[: max(0, len(sound) - begin)]
            sound[begin : begin + len(piece)] += piece
            at += length + chance.uniform(0.01, 0.07)
        at += chance.uniform(0.4, 2.5)
    return sound * np.float32(chance.uniform(0.15, 0.5))


def _syllable(seconds: float, pitch: float, chance: np.random.Generator) -> Sound:
    at = np.arange(round(seconds * RATE)) / RATE
    into = at % (1 / pitch)
    pitches = chance.uniform((300, 900, 2200), (800, 2000, 3200))
    sound = sum(
        loud * np.exp(-into * 500) * np.sin(2 * np.pi * hz * into)
        for hz, loud in zip(pitches, (1.0, 0.5, 0.2), strict=True)
    )
    swell = np.sin(np.pi * np.minimum(1, at / seconds)) ** 0.5
    return np.asarray(sound * swell * chance.uniform(0.4, 1.0), np.float32)


def scene_sound(seconds: float, chance: np.random.Generator) -> Sound:
    """A place with people talking: the sound of an untouched recording."""
    sound = room(seconds, chance.uniform(-58, -42), chance) + voice(seconds, chance)
    for at in np.arange(chance.uniform(0, 1), seconds - 0.2, chance.uniform(0.5, 0.8)):
        begin = round(at * RATE)
        step = chance.standard_normal(2400) * np.exp(-np.arange(2400) / 400) * 0.02
        sound[begin : begin + 2400] += step[: len(sound) - begin].astype(np.float32)
    return np.asarray(np.clip(sound, -0.99, 0.99), np.float32)


def muted(sound: Sound, begin: float, end: float, dither: np.random.Generator | None) -> Sound:
    """Zeros within a stretch, or the lowest bit by chance, as some editors write them."""
    quiet = sound.copy()
    first, last = round(begin * RATE), round(end * RATE)
    quiet[..., first:last] = 0.0
    if dither is not None:
        quiet[..., first:last] = dither.integers(-1, 2, last - first) / 32768
    return quiet


def gated(sound: Sound, threshold_dbfs: float, hold_s: float) -> Sound:
    """What a device's noise gate leaves: nothing where it is quiet for longer than it holds."""
    block = RATE // 100
    count = len(sound) // block
    levels = np.sqrt(np.mean(sound[: count * block].reshape(count, block) ** 2, axis=1))
    opened = np.flatnonzero(levels > 10 ** (threshold_dbfs / 20))
    left = sound.copy()
    last = -np.inf
    following = iter([*opened.tolist(), count + 1])
    due = next(following)
    for number in range(count):
        if number == due:
            last, due = number, next(following)
        if number - last > hold_s * 100:
            left[number * block : (number + 1) * block] = 0.0
    return left
