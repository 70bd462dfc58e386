"""Hard negatives before the encoder: what happens before a lens and a microphone, and in a device.

Each changes a clip as its sensor delivers it; the device then records it as always.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

import cv2
import numpy as np
from alike import arm, fast_pan, night, noise_gate, static_noisy, variable_rate
from edits import Clip, covered
from scenes import Frame, clock_of, stamped
from sounds import RATE, Sound, muted

Chance = np.random.Generator
Happening = Callable[[Clip, Chance], Clip]


def _within(clip: Clip, seconds: float, chance: Chance) -> tuple[int, int]:
    """The numbers of a run of pictures well within the recording."""
    count = round(min(seconds, 0.4 * clip.seconds) * clip.fps)
    first = int(chance.integers(len(clip.shown) // 5, len(clip.shown) * 4 // 5 - count))
    return first, first + count


def _sound(clip: Clip) -> Sound:
    if clip.sound is None:
        raise ValueError("a clip without sound")
    return clip.sound


def _lit(clip: Clip, light: Callable[[int], float | tuple[float, float, float]]) -> Clip:
    """Brightness by the number of the picture, of all colours or of each (blue, green, red)."""
    at = clip.at

    def seen(number: int) -> Frame:
        shares = np.asarray(light(number), np.float32)
        return np.asarray(np.clip(at(number) * shares, 0, 255), np.uint8)

    return replace(clip, at=seen)


def dropped_burst(clip: Clip, chance: Chance) -> Clip:
    """A slow card: for two seconds most pictures are lost, the sound goes on."""
    first, last = _within(clip, 2, chance)
    kept = [n for n in clip.shown if not first <= n < last or chance.random() < 0.35]
    return replace(clip, shown=tuple(kept), times=tuple(n / clip.fps for n in kept))


def exposure_jump(clip: Clip, chance: Chance) -> Clip:
    """The exposure falls to half within two pictures, and comes back in steps."""
    first, last = _within(clip, 4, chance)

    def light(number: int) -> float:
        if not first <= number < last:
            return 1.0
        return 0.45 + 0.55 * max(0.0, (number - last + clip.fps) / clip.fps)

    return _lit(clip, light)


def flash(clip: Clip, chance: Chance) -> Clip:
    """Somebody takes photographs: single pictures nearly white."""
    struck = {int(n) for n in chance.integers(0, len(clip.shown), 5)}
    return _lit(clip, lambda n: 3.5 if n in struck else 1.0)


def police_lights(clip: Clip, chance: Chance) -> Clip:
    """Red and blue lights turn all through."""
    turns = chance.uniform(1.5, 3.5)

    def light(number: int) -> tuple[float, float, float]:
        red = np.sin(2 * np.pi * turns * number / clip.fps) > 0
        return (0.7, 0.65, 1.5) if red else (1.6, 0.65, 0.7)

    return _lit(clip, light)


def day_infrared(clip: Clip, chance: Chance) -> Clip:
    """The camera turns to infrared: grey from one picture to the next, and brighter grain."""
    first, _ = _within(clip, 2, chance)
    at = clip.at

    def seen(number: int) -> Frame:
        image = at(number)
        if number < first:
            return image
        grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
        bright = cv2.convertScaleAbs(grey, alpha=1.25, beta=12)
        return np.asarray(cv2.cvtColor(bright, cv2.COLOR_GRAY2BGR), np.uint8)

    return replace(clip, at=seen)


def running(clip: Clip, chance: Chance) -> Clip:
    """The wearer runs: the view jumps and smears three times a second."""
    first, last = _within(clip, 5, chance)
    at = clip.at

    def seen(number: int) -> Frame:
        image = at(number)
        if not first <= number < last:
            return image
        phase = 2 * np.pi * 3 * number / clip.fps
        shift = np.array([[1, 0, 22 * np.sin(phase / 2)], [0, 1, 30 * np.sin(phase)]], np.float32)
        moved = cv2.warpAffine(image, shift, image.shape[1::-1], borderMode=cv2.BORDER_REFLECT_101)
        return np.asarray(cv2.blur(moved, (1, 1 + round(14 * abs(np.cos(phase))))), np.uint8)

    return replace(clip, at=seen)


def vehicle(clip: Clip, chance: Chance) -> Clip:
    """A lorry passes close by within a second and fills the view."""
    first, last = _within(clip, 1.2, chance)
    at, colour = clip.at, tuple(float(v) for v in chance.uniform(40, 200, 3))

    def seen(number: int) -> Frame:
        image = at(number).copy()
        if first <= number < last:
            height, width = image.shape[:2]
            x = int(((number - first) / (last - first) * 2.6 - 1.3) * width)
            cv2.rectangle(image, (x, height // 8), (x + int(1.2 * width), height), colour, -1)
            image = np.asarray(cv2.blur(image, (25, 1)), np.uint8)
        return image

    return replace(clip, at=seen)


def doors(clip: Clip, chance: Chance) -> Clip:
    """Out of a dark room into the sun and in again, the exposure following a second late."""
    first, last = _within(clip, 5, chance)

    def light(number: int) -> float:
        if number < first:
            return 0.8
        if number < last:
            return 1.0 + 1.4 * float(np.exp(-(number - first) / (0.5 * clip.fps)))
        return 0.8 - 0.6 * float(np.exp(-(number - last) / (0.7 * clip.fps)))

    sound = _sound(clip).copy()
    begin, end = (round(n / clip.fps * RATE) for n in (first, last))
    sound[begin:end] += chance.normal(0, 0.012, end - begin).astype(np.float32)
    return replace(_lit(clip, light), sound=sound)


def covered_lens(clip: Clip, chance: Chance) -> Clip:
    """Something lies over the lens for seconds; nothing was taken out under it."""
    return replace(covered(clip, chance), labels=())


def privacy_mute(clip: Clip, chance: Chance) -> Clip:
    """The device's own mute key: its encoder gets zeros for some seconds."""
    first, last = _within(clip, 4, chance)
    return replace(clip, sound=muted(_sound(clip), first / clip.fps, last / clip.fps, None))


def wind(clip: Clip, chance: Chance) -> Clip:
    """Gusts that drive the microphone to its limits."""
    sound = _sound(clip)
    spectrum = np.fft.rfft(chance.standard_normal(len(sound)))
    spectrum /= np.maximum(np.fft.rfftfreq(len(sound), 1 / RATE), 15) ** 1.2
    rumble = np.fft.irfft(spectrum, len(sound))
    gusts = np.interp(np.arange(len(sound)), np.linspace(0, len(sound), 9), chance.uniform(0, 1, 9))
    blown = sound + rumble / rumble.std() * 0.4 * gusts**2
    return replace(clip, sound=np.clip(blown, -0.99, 0.99).astype(np.float32))


def clock_drift(clip: Clip, chance: Chance) -> Clip:
    """The microphone's clock runs two thousandths faster or slower than the sensor's."""
    sound = _sound(clip)
    pace = 1 + chance.choice([-0.002, 0.002])
    places = np.arange(round(len(sound) / pace)) * pace
    drifted = np.interp(places, np.arange(len(sound)), sound)
    return replace(clip, sound=drifted.astype(np.float32))


def packets_concealed(clip: Clip, chance: Chance) -> Clip:
    """Lost packets of a network camera's sound: 20 ms repeated and faded, again and again."""
    sound, size = _sound(clip).copy(), RATE // 50
    for number in chance.integers(1, len(sound) // size, len(sound) // size // 40):
        for run in range(int(chance.integers(1, 4))):
            begin = (int(number) + run) * size
            piece = sound[begin - size : begin][: max(0, len(sound) - begin)]
            sound[begin : begin + len(piece)] = 0.7 * piece
    return replace(clip, sound=sound)


def clock_corrected(clip: Clip, chance: Chance) -> Clip:
    """The burned-in clock is set right while the device records: it steps by some seconds."""
    first, _ = _within(clip, 2, chance)
    step = timedelta(seconds=int(chance.choice([-7, -3, 4, 9])))

    def finish(place: int, image: Frame) -> Frame:
        start = clip.start + (step if place >= first else timedelta())
        return stamped(image, clock_of(start, clip.shown[place], clip.fps), clip.device)

    return replace(clip, clock=False, finish=finish)


def midnight(clip: Clip, chance: Chance) -> Clip:
    """The day changes within the recording."""
    start = clip.start.replace(hour=23, minute=59, second=0)
    return replace(clip, start=start + timedelta(seconds=60 - round(clip.seconds / 2)))


#: By name; `variable_rate`, `arm` and others are the continuity set's.
HAPPENINGS: Mapping[str, Happening] = {
    one.__name__: one
    for one in (
        variable_rate, dropped_burst, exposure_jump, flash, police_lights, day_infrared, night,
        arm, fast_pan, running, vehicle, doors, covered_lens, privacy_mute, noise_gate, wind,
        clock_drift, packets_concealed, clock_corrected, midnight,
    )
} | {"static_cctv": static_noisy}  # fmt: skip

#: Pictures at times of their own: no container without times can hold them.
UNEVEN = ("variable_rate", "dropped_burst")
#: Only where a clock is burned in.
CLOCKED = ("clock_corrected",)
