"""Edits of time and of sound: repeated, frozen, faster; silent, cut, spoken over, replaced."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from sounds import RATE, Sound, muted, scene_sound, voice

from forge.cuts import Chance, Edit, export
from forge.labels import NotFor, Truth, processed, stretch, throughout
from forge.profiles import program
from forge.sources import Source
from forge.splice import resound
from forge.take import Take, encode


def _stretch(take: Take, seconds: float, chance: Chance) -> tuple[int, int]:
    """A run of pictures well within a take."""
    count = max(1, round(min(seconds, 0.35 * take.seconds) * take.fps))
    begin = int(chance.integers(len(take.times) // 5, len(take.times) * 4 // 5 - count + 1))
    return begin, begin + count


def _anew(source: Source, out: Path, take: Take) -> Path:
    """Encoded by a program that keeps the device's settings, in its container."""
    return encode(out.with_suffix(source.original.suffix), take, program(source.profile))


def duplicated(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """A second and a half is shown, and heard, twice."""
    own = source.take
    first, last = _stretch(own, 1.5, chance)
    length = own.times[last] - own.times[first]
    pictures = [*own.pictures[:last], *own.pictures[first:]]
    times = own.times[:last] + tuple(at + length for at in own.times[first:])
    heard = [round(own.times[n] * RATE) for n in (first, last)]
    sound = np.concatenate([own.sound[: heard[1]], own.sound[heard[0] :]])
    begin = own.times[last]
    take = replace(own, pictures=pictures, times=times, sound=sound)
    return export(source, out, take), stretch(begin, begin + length)


def freeze(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """Three seconds of what happens give way to one picture; the sound goes on."""
    own = source.take
    first, last = _stretch(own, 3, chance)
    pictures = list(own.pictures)
    pictures[first:last] = [pictures[first]] * (last - first)
    truth = stretch(own.times[first], own.times[last], "fail")
    return _anew(source, out, replace(own, pictures=pictures)), truth


def speed_changed(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """Six seconds pass in four, pictures left out and sound squeezed."""
    own = source.take
    first, last = _stretch(own, 6, chance)
    kept = [n for n in range(first, last) if (n - first) % 3 != 1]
    length = len(kept) / own.fps
    begin, end = own.times[first], own.times[last]
    pictures = [*own.pictures[:first], *(own.pictures[n] for n in kept), *own.pictures[last:]]
    times = (*own.times[:first], *(begin + n / own.fps for n in range(len(kept))),
             *(at - end + begin + length for at in own.times[last:]))  # fmt: skip
    heard = [round(at * RATE) for at in (begin, end)]
    squeezed = _stretched(own.sound[heard[0] : heard[1]], round(length * RATE))
    sound = np.concatenate([own.sound[: heard[0]], squeezed, own.sound[heard[1] :]])
    take = replace(own, pictures=pictures, times=times, sound=sound)
    return export(source, out, take), stretch(begin, begin + length)


def _stretched(sound: Sound, count: int) -> Sound:
    places = np.linspace(0, len(sound) - 1, count)
    return np.interp(places, np.arange(len(sound)), sound).astype(np.float32)


def rate_changed(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """All exported at another frame rate, pictures repeated or left out."""
    own, fps = source.take, 25 if source.take.fps != 25 else 30
    count = round(own.seconds * fps)
    shown = np.clip(np.searchsorted(own.times, np.arange(count) / fps, "right") - 1, 0, None)
    pictures = [own.pictures[int(n)] for n in shown]
    take = replace(own, pictures=pictures, times=tuple(n / fps for n in range(count)), fps=fps)
    return export(source, out, take), processed()


def _with_sound(source: Source, out: Path, sound: Sound) -> Path:
    """The pictures' packets copied, the sound encoded anew by a program."""
    path = out.with_suffix(source.original.suffix)
    resound(source.original, path, program(source.profile), sound)
    return path


def _heard(source: Source) -> Take:
    """The whole sound: the pictures are copied whole, so they must have been decoded whole."""
    take = source.take
    if take.seconds < float(source.gops.end) - 1:
        raise NotFor("longer than what is decoded")
    return take


def mute(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """Two to four seconds of sound are zeros, the pictures' packets as they were."""
    own = _heard(source)
    first, last = _stretch(own, chance.uniform(2, 4), chance)
    begin, end = own.times[first], own.times[last]
    return _with_sound(source, out, muted(own.sound, begin, end, None)), stretch(begin, end)


def sound_cut(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """Two seconds of sound are taken out and the rest moved up; the pictures stay whole."""
    own = _heard(source)
    first, last = _stretch(own, 2, chance)
    begin, end = (round(own.times[n] * RATE) for n in (first, last))
    sound = np.concatenate([own.sound[:begin], own.sound[end:]])
    at = own.times[first]
    return _with_sound(source, out, sound), stretch(at, at)


def overdub(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """For three seconds another voice is heard in place of the sound, with no room behind it."""
    own = _heard(source)
    first, last = _stretch(own, 3, chance)
    sound = own.sound.copy()
    begin, end = (round(own.times[n] * RATE) for n in (first, last))
    spoken = voice(12.0, chance)
    power = np.concatenate([[0.0], np.cumsum(spoken.astype(np.float64) ** 2)])
    loudest = int(np.argmax(power[end - begin :] - power[: len(power) - (end - begin)]))
    sound[begin:end] = spoken[loudest : loudest + end - begin]
    return _with_sound(source, out, sound), stretch(own.times[first], own.times[last])


def other_sound(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """The sound of another place all through."""
    own = _heard(source)
    return _with_sound(source, out, scene_sound(own.seconds, chance)), throughout()


def denoised(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """What lies near the noise floor is taken out of the sound, all through."""
    sound, size, step = _heard(source).sound, 1024, 512
    window = np.hanning(size).astype(np.float32)
    whole = np.zeros(len(sound) + size, np.float32)
    count = max(1, (len(sound) - size) // step)
    places = np.arange(count)[:, None] * step + np.arange(size)
    spectra = np.fft.rfft(sound[places] * window)
    loud = np.abs(spectra)
    floor = np.median(loud, axis=0) * 1.5
    spectra *= np.clip((loud - floor) / np.maximum(loud, 1e-9), 0.02, 1)
    for number, piece in enumerate(np.fft.irfft(spectra, size)):
        whole[number * step : number * step + size] += piece
    return _with_sound(source, out, whole[: len(sound)]), processed()


EDITS: tuple[Edit, ...] = (
    duplicated, freeze, speed_changed, rate_changed, mute, sound_cut, overdub, other_sound,
    denoised,
)  # fmt: skip
