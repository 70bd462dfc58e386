"""Sound of places, and what happens in them: rooms, voices, hum, doors, wind, gain, engines.

Everything is made from a seed, so that the truth about each sound is known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Sound = npt.NDArray[np.float32]
Values = npt.NDArray[np.floating]


@dataclass(frozen=True)
class Room:
    """A place: its noise's level and colour come from `seed`, so do its hum's phase and drift.

    `hum_db` is the level of the hum's second harmonic relative to the room's noise (None: no hum).
    """

    seed: int
    dbfs: float = -52.0
    hum_db: float | None = None
    mains_hz: float = 50.0


def shaped(
    seconds: float, rate: int, gain_db: Values, hz: Values, chance: np.random.Generator
) -> Sound:
    """Noise whose spectrum follows gains (dB) given at frequencies, RMS 1."""
    count = round(seconds * rate)
    spectrum = np.fft.rfft(chance.standard_normal(count).astype(np.float32))
    at = np.fft.rfftfreq(count, 1 / rate)
    spectrum *= 10 ** (np.interp(np.log(at + 20), np.log(hz + 20), gain_db) / 20)
    sound = np.fft.irfft(spectrum, count)
    return np.asarray(sound / sound.std(), np.float32)


def room_tone(room: Room, seconds: float, rate: int, at_s: float = 0.0) -> Sound:
    """The room with nobody speaking, from `at_s` on (which matters to its hum alone)."""
    own = np.random.default_rng(room.seed)
    hz = np.array([0, 100, 250, 500, 1000, 2000, 4000, 8000, 12000, 20000], np.float32)
    colour = -9 * np.log2(np.maximum(hz, 80) / 80) * own.uniform(0.35, 0.8)
    colour = (colour + own.normal(0, 4, len(hz))).astype(np.float32)
    colour[0] -= 30  # microphones take no steady pressure
    chance = np.random.default_rng((room.seed, round(at_s * 1000)))
    sound = shaped(seconds, rate, colour, hz, chance)
    at = at_s + np.arange(len(sound)) / rate
    # Rooms live: their level wanders by a decibel or two within half a minute.
    wander = np.zeros(len(sound))
    for _ in range(3):
        slow, phase = own.uniform(7, 40), own.uniform(0, 6)
        wander += own.uniform(0.2, 0.7) * np.sin(2 * np.pi * at / slow + phase)
    toned: Values = np.asarray(sound * 10 ** (wander / 20))
    if room.hum_db is not None:
        drift = own.uniform(-0.03, 0.03) * at + 0.02 * np.sin(2 * np.pi * at / own.uniform(20, 90))
        for k, louder in ((1, -6.0), (2, 0.0), (3, -8.0), (4, -6.0), (6, -9.0)):
            turn = 2 * np.pi * k * (room.mains_hz * at + drift) + own.uniform(0, 6.28)
            toned = toned + np.float64(1.41) * 10 ** ((room.hum_db + louder) / 20) * np.sin(turn)
    return np.asarray(toned * 10 ** (room.dbfs / 20), np.float32)


def voices(seconds: float, rate: int, seed: int, loud: float = 0.15) -> Sound:
    """Syllables in sentences with pauses between them: pulses through wandering formants."""
    chance = np.random.default_rng((seed, 77))
    sound = np.zeros(round(seconds * rate), np.float32)
    pitch, at = chance.uniform(95, 230), chance.uniform(0.1, 2.5)
    while at < seconds - 0.5:
        if chance.random() < 0.3:
            pitch = chance.uniform(95, 230)
        for _ in range(int(chance.integers(3, 16))):
            length = chance.uniform(0.12, 0.26)
            syllable = _syllable(length, rate, pitch * chance.uniform(0.85, 1.2), chance)
            begin = round(at * rate)
            piece = syllable[: max(0, len(sound) - begin)]
            sound[begin : begin + len(piece)] += piece
            at += length + chance.uniform(0.0, 0.08)
        at += chance.uniform(0.25, 3.0)
    spectrum = np.fft.rfft(sound)  # a mouth gives no steady pressure
    hz = np.fft.rfftfreq(len(sound), 1 / rate)
    spoken = np.fft.irfft(spectrum * np.minimum(1, (hz / 90) ** 3), len(sound))
    return np.asarray(spoken * loud, np.float32)


def _syllable(seconds: float, rate: int, pitch: float, chance: np.random.Generator) -> Sound:
    at = np.arange(round(seconds * rate)) / rate
    into = at % (1 / pitch)
    pitches = chance.uniform((300, 900, 2200), (800, 2000, 3200))
    sound = sum(
        loud * np.exp(-into * 500) * np.sin(2 * np.pi * hz * into)
        for hz, loud in zip(pitches, (1.0, 0.5, 0.2), strict=True)
    )
    if chance.random() < 0.5:  # a consonant before it
        hiss = chance.standard_normal(len(at)) * (at < 0.06)
        sound = sound + 0.2 * np.diff(hiss, prepend=0)
    swell = np.sin(np.pi * np.minimum(1, at / seconds)) ** 0.5
    return np.asarray(sound * swell * chance.uniform(0.3, 1.0), np.float32)


def scene(room: Room, seconds: float, rate: int, at_s: float = 0.0, loud: float = 0.15) -> Sound:
    """People talking in a room."""
    spoken = voices(seconds, rate, room.seed * 1000 + round(at_s), loud)
    return np.asarray(np.clip(room_tone(room, seconds, rate, at_s) + spoken, -1, 1), np.float32)


def slams(sound: Sound, rate: int, seed: int, every_s: float = 9.0) -> Sound:
    """Doors that slam: a bang with a tail."""
    chance, out = np.random.default_rng((seed, 1)), sound.copy()
    at = chance.uniform(2, every_s)
    while at < len(sound) / rate - 1:
        length = round(rate * 0.8)
        tail = np.exp(-np.arange(length) / (rate * chance.uniform(0.04, 0.15)))
        bang = np.cumsum(chance.standard_normal(length)) * 0.03 + chance.standard_normal(length)
        begin = round(at * rate)
        out[begin : begin + length] += (bang * tail * chance.uniform(0.1, 0.5)).astype(np.float32)
        at += chance.uniform(0.5, 1.5) * every_s
    return np.clip(out, -1, 1)


def wind(sound: Sound, rate: int, seed: int) -> Sound:
    """Gusts at the microphone: low rumble whose level wanders by tens of decibels."""
    chance = np.random.default_rng((seed, 2))
    hz = np.array([0, 60, 150, 400, 1000, 4000, 20000], np.float32)
    rumble = shaped(
        len(sound) / rate, rate, -np.array([0, 0, 10, 24, 40, 60, 80], np.float32), hz, chance
    )
    knots = np.arange(0, len(sound) / rate + 2, 0.7)
    level = np.interp(np.arange(len(sound)) / rate, knots, chance.uniform(-60, -12, len(knots)))
    return np.asarray(np.clip(sound + rumble[: len(sound)] * 10 ** (level / 20), -1, 1), np.float32)


def through_door(inside: Sound, outside: Sound, rate: int, seed: int) -> Sound:
    """Walking from one place into another and back, each time within a second or two."""
    chance = np.random.default_rng((seed, 3))
    share = np.zeros(len(inside), np.float32)
    at = chance.uniform(8, 14)
    while at < len(inside) / rate - 4:
        stay, ramp = chance.uniform(8, 20), chance.uniform(0.7, 2.0)
        knots = (at, at + ramp, at + stay, at + stay + ramp)
        share += np.interp(np.arange(len(inside)) / rate, knots, (0, 1, 1, 0)).astype(np.float32)
        at += stay + ramp + chance.uniform(8, 20)
    mixed = inside * np.sqrt(1 - np.clip(share, 0, 1)) + outside * np.sqrt(np.clip(share, 0, 1))
    return np.asarray(mixed, np.float32)


def gain_control(sound: Sound, rate: int, attack_s: float = 0.02, release_s: float = 0.8) -> Sound:
    """Automatic gain: loud sound turns all of it down at once, slowly up again after it."""
    block = rate // 100
    count = len(sound) // block
    peaks = np.abs(sound[: count * block]).reshape(count, block).max(axis=1)
    held, gains = 1e-3, np.empty(count)
    for n, peak in enumerate(peaks):
        share = 0.01 / (attack_s if peak > held else release_s)
        held += (peak - held) * min(1.0, share)
        gains[n] = min(16.0, 0.3 / max(held, 1e-4))
    at = np.arange(len(sound)) / block
    return np.asarray(
        np.clip(sound * np.interp(at, np.arange(count) + 0.5, gains), -1, 1), np.float32
    )


def engine(sound: Sound, rate: int, seed: int) -> Sound:
    """An engine that is started and left running beside the microphone, then switched off."""
    chance, out = np.random.default_rng((seed, 4)), sound.copy()
    begin = round(rate * chance.uniform(8, 12))
    end = min(len(out), begin + round(rate * chance.uniform(15, 30)))
    at = np.arange(end - begin) / rate
    turning = chance.uniform(22, 30) * (1 + 0.4 * np.exp(-at / 0.5))
    phase = 2 * np.pi * np.cumsum(turning) / rate
    motor = sum(
        chance.uniform(0.2, 1) / k * np.sin(k * phase + chance.uniform(0, 6)) for k in range(1, 40)
    )
    motor = motor * np.minimum(1, at / 0.15) * np.minimum(1, at[::-1] / 0.4)
    out[begin:end] += (motor * 0.01).astype(np.float32)
    return out
