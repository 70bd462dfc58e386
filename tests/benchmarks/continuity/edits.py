"""Faults, applied to decoded frames and sound before they are encoded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import cv2
import numpy as np
from scenes import Camera, Frame, clock_of, stamped
from sounds import Sound, muted

_COVERED, _FROZEN = "quality.covered", "quality.frozen"
_NO_AUDIO, _GAP, _CLOCK = "quality.no_audio", "continuity.gap", "continuity.clock"
#: What is true of every recording that nothing was done to.
RULES = (_COVERED, _FROZEN, _NO_AUDIO, _GAP, _CLOCK)

Label = dict[str, Any]


@dataclass(frozen=True)
class Clip:
    """A recording before it is encoded. `at` gives what the sensor delivers as a frame.

    `shown` are the numbers of the frames that are shown, at `times` in seconds; `clock` is whether
    the device burns one in. `without` are stretches whose packets are left out, by kind of stream.
    """

    at: Callable[[int], Frame]
    camera: Camera | None
    seconds: float
    fps: int
    sound: Sound | None
    start: datetime
    device: str
    clock: bool
    shown: tuple[int, ...]
    times: tuple[float, ...]
    finish: Callable[[int, Frame], Frame] | None = None
    without: dict[str, tuple[float, float]] = field(default_factory=dict)
    labels: tuple[Label, ...] = ()
    copied: tuple[str, ...] = ()

    def frames(self) -> list[Frame]:
        """Every frame as it goes to the encoder: sensor, clock, what was done to the picture."""
        found = []
        for place, number in enumerate(self.shown):
            frame = self.at(number)
            if self.clock:
                frame = stamped(frame, clock_of(self.start, number, self.fps), self.device)
            found.append(self.finish(place, frame) if self.finish else frame)
        return found


def label(rule: str, outcome: str = "fail", start: float | None = None,
          end: float | None = None) -> Label:  # fmt: skip
    """A label as a truth file has it."""
    rounded = [None if at is None else round(at, 3) for at in (start, end)]
    return {"rule": rule, "outcome": outcome, "start_s": rounded[0], "end_s": rounded[1]}


def stretch(clip: Clip, length_s: float, chance: np.random.Generator) -> tuple[float, float]:
    """A stretch well within the recording, on its frames, no longer than two fifths of it."""
    length_s = min(length_s, 0.4 * clip.seconds)
    begin = chance.uniform(0.2 * clip.seconds, 0.75 * clip.seconds - length_s)
    begin = round(begin * clip.fps) / clip.fps
    return begin, begin + round(length_s * clip.fps) / clip.fps


def over_frames(clip: Clip, begin: float, end: float, change: Callable[[Frame], Frame]) -> Clip:
    """A change of what the sensor delivers, within a stretch."""
    first, last = round(begin * clip.fps), round(end * clip.fps)
    at = clip.at
    return replace(clip, at=lambda n: change(at(n)) if first <= n < last else at(n))


def black(clip: Clip, chance: np.random.Generator) -> Clip:
    """The whole picture is black, the burned-in clock with it."""
    begin, end = stretch(clip, chance.choice([1.0, 2.0, 4.0]), chance)

    def finish(place: int, frame: Frame) -> Frame:
        inside = begin <= clip.times[place] < end
        return np.full_like(frame, 1) if inside else frame

    return replace(clip, finish=finish, labels=(label(_COVERED, "fail", begin, end),))


def covered(clip: Clip, chance: np.random.Generator) -> Clip:
    """Something dark lies over the lens, with what light comes through; the clock stays."""
    begin, end = stretch(clip, chance.choice([1.5, 3.0, 5.0]), chance)
    tint = chance.uniform((8, 10, 14), (28, 30, 48))
    left = chance.uniform(0.02, 0.08)

    def over(frame: Frame) -> Frame:
        few = cv2.resize(frame, (4, 3), interpolation=cv2.INTER_AREA)
        soft = cv2.resize(few, frame.shape[1::-1])
        noise = np.random.default_rng(int(frame[0, 0, 0]) + 1).normal(0, 1.5, frame.shape)
        return np.clip(soft * left + tint + noise, 0, 255).astype(np.uint8)

    changed = over_frames(clip, begin, end, over)
    return replace(changed, labels=(label(_COVERED, "fail", begin, end),))


def _frozen(clip: Clip, length_s: float, chance: np.random.Generator) -> Clip:
    begin, end = stretch(clip, length_s, chance)
    first = next(k for k, at in enumerate(clip.times) if at >= begin)
    shown = tuple(
        clip.shown[first] if begin <= at < end else number
        for number, at in zip(clip.shown, clip.times, strict=True)
    )
    return replace(clip, shown=shown, labels=(label(_FROZEN, "fail", begin, end),))


def frozen_1s(clip: Clip, chance: np.random.Generator) -> Clip:
    """The same frame for a second while sound goes on."""
    return _frozen(clip, 1.0, chance)


def frozen_3s(clip: Clip, chance: np.random.Generator) -> Clip:
    """The same frame for three seconds."""
    return _frozen(clip, 3.0, chance)


def _mute(clip: Clip, chance: np.random.Generator, dither: bool) -> Clip:
    begin, end = stretch(clip, chance.choice([1.2, 2.0, 4.0]), chance)
    sound = muted(needed(clip.sound), begin, end, chance if dither else None)
    outcome = "review" if dither else "fail"
    return replace(clip, sound=sound, labels=(label(_NO_AUDIO, outcome, begin, end),))


def needed(sound: Sound | None) -> Sound:
    """The sound, for edits that need some. Raises `ValueError` without."""
    if sound is None:
        raise ValueError("this edit needs a recording with sound")
    return sound


def mute(clip: Clip, chance: np.random.Generator) -> Clip:
    """Nothing but zeros."""
    return _mute(clip, chance, dither=False)


def mute_dithered(clip: Clip, chance: np.random.Generator) -> Clip:
    """The lowest bit by chance, as some editors write silence."""
    return _mute(clip, chance, dither=True)


def sound_deleted(clip: Clip, chance: np.random.Generator) -> Clip:
    """The sound stream is taken out, packets copied."""
    return replace(clip, copied=("video",), labels=(label(_NO_AUDIO),))


def sound_ends(clip: Clip, chance: np.random.Generator) -> Clip:
    """The sound stops well before the picture."""
    at = round(chance.uniform(0.4, 0.7) * clip.seconds, 2)
    sound = needed(clip.sound)[: round(at * 48_000)]
    return replace(clip, sound=sound, labels=(label(_GAP, "fail", at, clip.seconds),))


def picture_dropped(clip: Clip, chance: np.random.Generator) -> Clip:
    """Packets of the picture are taken out; the sound goes on."""
    begin, end = stretch(clip, chance.choice([1.5, 3.0]), chance)
    return replace(clip, without={"video": (begin, end)}, labels=(label(_GAP, "fail", begin, end),))


def sound_dropped(clip: Clip, chance: np.random.Generator) -> Clip:
    """Packets of the sound are taken out; the picture goes on."""
    begin, end = stretch(clip, chance.choice([1.5, 3.0]), chance)
    return replace(clip, without={"audio": (begin, end)}, labels=(label(_GAP, "fail", begin, end),))


def cut_closed(clip: Clip, chance: np.random.Generator) -> Clip:
    """Five seconds are taken out and the rest moved up: only a burned-in clock tells."""
    begin, end = stretch(clip, 5.0, chance)
    first, last = round(begin * clip.fps), round(end * clip.fps)
    shown = clip.shown[:first] + clip.shown[last:]
    sound = needed(clip.sound)
    joined = np.concatenate([sound[: round(begin * 48_000)], sound[round(end * 48_000) :]])
    labels = (label(_CLOCK, "review", begin, begin),) if clip.clock else ()
    return replace(clip, shown=shown, times=clip.times[: len(shown)], sound=joined, labels=labels,
                   seconds=len(shown) / clip.fps)  # fmt: skip


Edit = Callable[[Clip, np.random.Generator], Clip]
FAULTS: Sequence[Edit] = (
    black, covered, frozen_1s, frozen_3s, mute, mute_dithered, sound_deleted, sound_ends,
    picture_dropped, sound_dropped, cut_closed,
)  # fmt: skip
