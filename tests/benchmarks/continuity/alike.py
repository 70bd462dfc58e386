"""What looks like a fault and is none, applied to frames and sound before they are encoded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from edits import Clip, Edit, needed, over_frames, stretch
from scenes import Camera, Frame, dimmed
from sounds import gated, room, scene_sound


def untouched(clip: Clip, chance: np.random.Generator) -> Clip:
    """Nothing is done."""
    return clip


def night(clip: Clip, chance: np.random.Generator) -> Clip:
    """Hardly any light all through."""
    if clip.camera is None:
        return over_frames(clip, 0, clip.seconds, lambda f: (f * 0.08).astype(np.uint8))
    dark = Camera(dimmed(clip.camera.look), clip.seconds, clip.fps, int(chance.integers(1 << 30)))
    return replace(clip, at=dark.at)


def light_switch(clip: Clip, chance: np.random.Generator) -> Clip:
    """Somebody switches the light off, and on again: what is left of it is a twelfth."""
    begin, end = stretch(clip, 4.0, chance)

    def dim(frame: Frame) -> Frame:
        noise = np.random.default_rng(int(frame[0, 0, 0])).normal(0, 3, frame.shape)
        return np.clip(frame / 12.0 + 4 + noise, 0, 255).astype(np.uint8)

    return over_frames(clip, begin, end, dim)


def fast_pan(clip: Clip, chance: np.random.Generator) -> Clip:
    """The camera swings aside within half a second, smeared as it goes, and back again."""
    begin, _ = stretch(clip, 2.0, chance)
    at = clip.at

    def panned(number: int) -> Frame:
        into = number / clip.fps - begin
        if not 0 <= into < 2:
            return at(number)
        swing = np.sin(np.pi * min(1.0, into / 0.5) / 2)
        if into >= 1:
            swing = np.cos(np.pi * (into - 1) / 2)
        pixels = int(260 * swing)
        frame = clip.camera.at(number, pixels) if clip.camera else np.roll(at(number), pixels, 1)
        smeared = cv2.blur(frame, (31, 1)) if into < 0.5 or into > 1 else frame
        return np.asarray(smeared, np.uint8)

    return replace(clip, at=panned)


def arm(clip: Clip, chance: np.random.Generator) -> Clip:
    """An arm passes close before the lens, for less than half a second."""
    begin, _ = stretch(clip, 1.0, chance)
    at = clip.at
    colour = tuple(float(v) for v in chance.uniform((30, 40, 60), (70, 80, 110)))

    def passed(number: int) -> Frame:
        into = number / clip.fps - begin
        frame = at(number)
        if not 0 <= into < 0.45:
            return frame
        height, width = frame.shape[:2]
        x = int((into / 0.45 * 2.4 - 0.7) * width)
        sleeve = np.ascontiguousarray(frame.copy())
        cv2.ellipse(sleeve, (x, height // 2), (int(width * 0.6), height), 12, 0, 360, colour, -1)
        return np.asarray(cv2.GaussianBlur(sleeve, (0, 0), 3), np.uint8)

    return replace(clip, at=passed)


def static_noisy(clip: Clip, chance: np.random.Generator) -> Clip:
    """A fixed camera on which nothing happens, alive with the sensor's noise."""
    still = clip.at(0).astype(np.float32)
    grains = chance.normal(0, 3, (8, *still.shape)).astype(np.float32)
    return replace(clip, at=lambda n: np.clip(still + grains[n * 5 % 8], 0, 255).astype(np.uint8))


def static_clean(clip: Clip, chance: np.random.Generator) -> Clip:
    """The same with its noise filtered away: frame by frame the same, but for a clock."""
    still = np.asarray(cv2.medianBlur(clip.at(0), 3), np.uint8)
    return replace(clip, at=lambda _: still)


def variable_rate(clip: Clip, chance: np.random.Generator) -> Clip:
    """Frames come as the device can, one to three steps apart."""
    steps = np.cumsum(chance.choice([1, 1, 2, 3], len(clip.shown)))
    kept = [n for n in (0, *steps.tolist()) if n < len(clip.shown)]
    return replace(clip, shown=tuple(clip.shown[n] for n in kept),
                   times=tuple(clip.times[n] for n in kept))  # fmt: skip


def quiet(clip: Clip, chance: np.random.Generator) -> Clip:
    """Nobody speaks, nothing sounds: a room at night."""
    return replace(clip, sound=room(clip.seconds, chance.uniform(-76, -62), chance))


def noise_gate(clip: Clip, chance: np.random.Generator) -> Clip:
    """A device that cuts its sound where it is quiet, for three times as long as the others: real
    recordings last, and a gate closes again and again."""
    drawn = clip.camera is not None
    sound = scene_sound(3 * clip.seconds, chance) if drawn else np.tile(needed(clip.sound), 3)
    at, whole = clip.at, len(clip.shown)
    count = 3 * whole
    return replace(
        clip, sound=gated(sound, -38, chance.uniform(0.2, 0.5)), seconds=count / clip.fps,
        at=lambda n: at(n % whole), shown=tuple(range(count)),
        times=tuple(k / clip.fps for k in range(count)),
    )  # fmt: skip


NEGATIVES: Sequence[Edit] = (
    untouched, night, light_switch, fast_pan, arm, static_noisy, static_clean, variable_rate,
    quiet, noise_gate,
)  # fmt: skip
