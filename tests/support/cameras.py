"""Pictures as cameras take them: a textured world, a hand that moves, a sensor's noise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Gray = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Camera:
    """A camera in a made-up street. `held` by hand, or fixed with people walking by.

    `noise` is the sensor's, in levels; `clock` burns one in, changing each second.
    """

    seconds: float = 14.0
    fps: int = 25
    width: int = 640
    height: int = 352
    held: bool = True
    noise: float = 2.5
    clock: bool = False
    seed: int = 1


def world(camera: Camera) -> Floats:
    """A large scene with detail at every scale, shape `(3 * height, 3 * width)`."""
    chance = np.random.default_rng(camera.seed)
    size = (3 * camera.height, 3 * camera.width)
    scene = np.zeros(size, np.float32)
    for cell in (3, 9, 30, 90, 240):
        rough = chance.standard_normal((size[0] // cell + 2, size[1] // cell + 2))
        scene += cv2.resize(rough.astype(np.float32), size[::-1], interpolation=cv2.INTER_CUBIC)
    scene = 115 + 32 * scene / scene.std()
    for _ in range(60):  # walls, doors, signs: hard edges
        x, y = chance.integers(0, size[1]), chance.integers(0, size[0])
        w, h = chance.integers(20, 200, 2)
        scene[y : y + h, x : x + w] += chance.uniform(-60, 60)
    clipped: Floats = np.clip(scene, 8, 247)
    return clipped


def clean(camera: Camera) -> Iterator[Floats]:
    """The scene as the lens sees it, frame by frame, without noise."""
    scene, chance = world(camera), np.random.default_rng(camera.seed + 1000)
    phase, speed = chance.uniform(0, 6, 6), chance.uniform(0.4, 2.2, 6)
    walk = np.cumsum(chance.normal(0, 0.6, (round(camera.seconds * camera.fps) + 1, 2)), axis=0)
    people = chance.uniform(0.1, 0.9, 3)
    for number in range(round(camera.seconds * camera.fps)):
        at = number / camera.fps
        x, y = float(camera.width), float(camera.height)
        if camera.held:
            x += 40 * np.sin(speed[0] * at + phase[0]) + 6 * np.sin(3 * speed[1] * at + phase[1])
            y += 20 * np.sin(speed[2] * at + phase[2]) + 4 * np.sin(4 * speed[3] * at + phase[3])
            x, y = x + walk[number, 0], y + walk[number, 1]
        middle = (x + camera.width / 2, y + camera.height / 2)
        view = cv2.getRectSubPix(scene, (camera.width, camera.height), middle)
        for who, share in enumerate(people):
            left = round((share + (0.05 + 0.03 * who) * at) % 1.0 * camera.width)
            view[camera.height // 2 :, left : left + 18 + 6 * who] = 40 + 50 * who
        yield view * np.float32(1 + 0.02 * np.sin(0.7 * at))


def sensor(views: Iterator[Floats], camera: Camera) -> Iterator[Gray]:
    """What comes out of the camera: noise, a clock, limited range."""
    chance = np.random.default_rng(camera.seed + 2000)
    for number, view in enumerate(views):
        taken = view
        if camera.noise:
            taken = view + chance.normal(0, camera.noise, view.shape).astype(np.float32)
        picture = np.clip(taken, 0, 255).astype(np.uint8)
        yield burned_in(picture, number / camera.fps) if camera.clock else picture


def burned_in(picture: Gray, at_s: float) -> Gray:
    """The same with a clock in its corner."""
    text = f"2026-11-20 09:{int(at_s) // 60:02d}:{int(at_s) % 60:02d}"
    place, font = (8, 24), cv2.FONT_HERSHEY_SIMPLEX
    cv2.putText(picture, text, place, font, 0.6, 250, 2)
    return picture
