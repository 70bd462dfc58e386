"""Drawn scenes, seen as cameras see: noise, exposure, hand-held motion, people, a clock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from grounds import ALIVE, STILL

Frame = npt.NDArray[np.uint8]

WIDTH, HEIGHT = 640, 360
#: The drawn world is so many times wider and taller than the view.
_SPARE = 1.5


@dataclass(frozen=True)
class Look:
    """What a camera sees, and how. Levels 0 to 255; motion in pixels; `people` is their number.

    `sway` is how far a hand-held camera wanders, `tremble` how much it shakes from frame to frame;
    both are 0 for a fixed one. `drift` is how far the exposure breathes (share).
    `kind` and `alive` name another sort of place and what moves in it (see `worlds`); `speed` is
    how fast the camera goes forward, and back again.
    """

    name: str
    seed: int
    sky: tuple[int, int, int] = (200, 190, 170)
    ground: tuple[int, int, int] = (110, 120, 125)
    boxes: int = 60
    grain: float = 3.0
    texture: float = 22.0
    people: int = 3
    sway: float = 60.0
    tremble: float = 1.2
    drift: float = 0.05
    light: float = 1.0
    clock: bool = False
    kind: str = ""
    alive: str = ""
    speed: float = 0.0


#: Sources unlike each other, all of the part that is looked at.
LOOKS = (
    Look("market", 1, clock=True, boxes=160, people=7),
    Look("village", 2, sky=(225, 205, 180), ground=(112, 128, 138), people=2, sway=90),
    Look("field", 3, sky=(214, 214, 212), ground=(86, 140, 168), boxes=15, people=1, tremble=2.5),
    Look("office", 4, sky=(196, 204, 208), ground=(112, 128, 150), sway=0, tremble=0, clock=True),
    Look("corridor", 5, sky=(150, 160, 165), ground=(90, 95, 100), people=1, sway=0, tremble=0,
         grain=5, clock=True),
    Look("street", 6, boxes=110, people=5, sway=0, tremble=0.3, drift=0.15, clock=True),
    Look("kitchen", 7, sky=(120, 150, 190), ground=(70, 90, 130), boxes=90, grain=4, sway=30),
    Look("dusk", 8, sky=(110, 80, 70), ground=(60, 58, 60), light=0.55, grain=7, people=2,
         clock=True),
    Look("warehouse", 9, sky=(100, 105, 110), ground=(80, 84, 90), texture=40, boxes=120, people=1),
    Look("snow", 10, sky=(240, 238, 236), ground=(226, 226, 224), texture=8, boxes=18, people=2,
         sway=120, clock=True),
    Look("stairs", 11, sky=(140, 140, 150), ground=(100, 102, 110), texture=30, sway=100,
         tremble=3, people=0),
    Look("crowd", 12, people=16, boxes=50, sway=25, clock=True),
    Look("parking", 13, sky=(170, 165, 160), ground=(75, 75, 78), people=2, sway=0, tremble=0,
         drift=0.02, grain=2),
    Look("lamp", 14, sky=(60, 70, 90), ground=(50, 60, 80), light=0.8, grain=6, people=1, sway=20,
         drift=0.1, clock=True),
    Look("river", 15, sky=(210, 200, 180), ground=(140, 120, 90), texture=35, boxes=8, sway=70),
)  # fmt: skip


def part_of(number: int) -> str:
    """Of three recordings of one's own, one is for reporting: never looked at while tuning."""
    return "report" if number % 3 == 2 else "tune"


def _world(look: Look, chance: np.random.Generator) -> npt.NDArray[np.float32]:
    """The whole scene: sky and ground, boxes of all sizes, texture of several scales."""
    width, height = int(WIDTH * _SPARE), int(HEIGHT * _SPARE)
    if look.kind:
        drawn = STILL[look.kind]((height, width), look.sky, look.ground, look.boxes, chance)
        return np.asarray(cv2.GaussianBlur(np.clip(drawn, 0, 255), (0, 0), 0.8), np.float32)
    world = np.empty((height, width, 3), np.float32)
    horizon = int(height * 0.45)
    world[:horizon], world[horizon:] = look.sky, look.ground
    for _ in range(look.boxes):
        x, y = chance.integers(0, width), int(chance.normal(horizon, height * 0.18))
        wide, tall = (int(v) for v in chance.integers(6, 90, 2))
        colour = tuple(float(v) for v in chance.integers(20, 235, 3))
        cv2.rectangle(world, (int(x), y), (int(x) + wide, y + tall), colour, -1)
    for scale in (2, 6, 20):
        shape = (height // scale + 2, width // scale + 2)
        grain = cv2.resize(chance.normal(0, look.texture / 2, shape).astype(np.float32),
                           (width, height), interpolation=cv2.INTER_CUBIC)  # fmt: skip
        world += grain[..., np.newaxis]
    return np.asarray(cv2.GaussianBlur(np.clip(world, 0, 255), (0, 0), 0.8), np.float32)


class Camera:
    """A scene as it is recorded: asked for a frame, it gives what the sensor delivers."""

    def __init__(self, look: Look, seconds: float, fps: int, seed: int) -> None:
        self.look, self.fps = look, fps
        chance = np.random.default_rng([seed, look.seed])
        self.world = _world(look, chance)
        count = round(seconds * fps) + 1
        self.shake = chance.normal(0, look.tremble, (count, 2))
        self.phases = chance.uniform(0, 6.3, 8)
        self.noise = chance.normal(0, look.grain, (8, HEIGHT, WIDTH, 3)).astype(np.float32)
        self.pick = chance.integers(0, 8, count)
        self.people = [self._person(chance) for _ in range(look.people)]

    @staticmethod
    def _person(chance: np.random.Generator) -> tuple[float, ...]:
        """Start, speed, size, foot, gait and a colour."""
        colour = chance.uniform(20, 200, 3)
        return (
            *(float(v) for v in chance.uniform((0, 0.02, 0.15, 0.6, 4), (2, 0.14, 0.5, 0.98, 8))),
            *(float(v) for v in colour),
        )

    def at(self, number: int, offset: float = 0.0) -> Frame:
        """What the sensor delivers as frame `number`, the view turned aside by pixels."""
        look, second = self.look, number / self.fps
        a, b, c, d, e = self.phases[:5]
        x = look.sway * (np.sin(0.31 * second + a) + 0.4 * np.sin(0.83 * second + b)) + offset
        y = 0.4 * look.sway * np.sin(0.53 * second + c)
        x, y = x + self.shake[number][0], y + self.shake[number][1]
        spare_x, spare_y = WIDTH * (_SPARE - 1) / 2, HEIGHT * (_SPARE - 1) / 2
        roll = 0.004 * look.tremble * np.sin(1.3 * second + d)
        shift: npt.NDArray[np.float32] = np.array(
            [[1, roll, -spare_x - x], [-roll, 1, -spare_y - y]], np.float32
        )
        if look.speed:
            shift = _nearer(shift, 1.3 - 0.3 * float(np.cos(look.speed * second + d)))
        turned = cv2.warpAffine(
            self.world, shift, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT_101
        )
        view = np.asarray(turned, np.float32)
        if look.alive:
            ALIVE[look.alive](view, second, self.phases)
        for person in self.people:
            self._draw(view, person, second, x)
        exposure = look.light * (1 + look.drift * np.sin(0.4 * second + e))
        sensed = view * np.float32(exposure) + self.noise[self.pick[number]]
        return np.asarray(np.clip(sensed, 0, 255), np.uint8)

    @staticmethod
    def _draw(view: Any, person: tuple[float, ...], second: float, pan: float) -> None:
        start, speed, size, foot, gait, *colour = person
        along = (start + speed * second) % 2.2
        x = int((min(along, 2.2 - along)) * WIDTH - pan)
        tall = size * HEIGHT
        y = int(foot * HEIGHT + 0.01 * tall * np.sin(gait * second))
        body = (max(2, int(tall * 0.16)), max(3, int(tall * 0.36)))
        lean = 4 * np.sin(gait * second)
        cv2.ellipse(view, (x, y - int(tall * 0.4)), body, lean, 0, 360, colour, -1)
        skin = (140.0, 168.0, 206.0)
        cv2.circle(view, (x, y - int(tall * 0.85)), max(2, int(tall * 0.1)), skin, -1)


def _nearer(shift: npt.NDArray[Any], scale: float) -> npt.NDArray[np.float32]:
    """The same view enlarged about its middle."""
    middle = np.array([[WIDTH / 2], [HEIGHT / 2]], np.float32)
    nearer = np.hstack([shift[:, :2] * scale, (shift[:, 2:] - middle) * scale + middle])
    return nearer.astype(np.float32)


def stamped(frame: Frame, at: datetime, device: str) -> Frame:
    """The frame with the clock and the device's name burned in, as devices do it."""
    copy = frame.copy()
    for text, y in ((at.strftime("%Y-%m-%d %H:%M:%S"), 24), (device, 48)):
        for colour, weight in (((20, 20, 20), 4), ((255, 255, 255), 2)):
            cv2.putText(copy, text, (10, y), cv2.FONT_HERSHEY_SIMPLEX, 0.7, colour, weight,
                        cv2.LINE_AA)  # fmt: skip
    return copy


def clock_of(start: datetime, number: int, fps: int) -> datetime:
    """What the clock shows on a frame."""
    return start + timedelta(seconds=number / fps + 1e-6)


def dimmed(look: Look) -> Look:
    """The same place at night: hardly any light, much gain."""
    return replace(look, light=0.07 * look.light, grain=look.grain + 3.0, drift=0.02)
