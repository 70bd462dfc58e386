"""More places, and more that moves: walls of bricks, gravel, a front of windows, dust, lamps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import worlds
from worlds import Alive, Chance, Floats, Still, rough


def bricks(size: tuple[int, int], brick: Any, ground: Any, busy: int, chance: Chance) -> Floats:
    """A wall of bricks with holes in it, over the ground."""
    height, width = size
    view = np.full((height, width, 3), (150, 152, 154), np.float32)
    for row, y in enumerate(range(0, height, 14)):
        for x in range(-30 + 15 * (row % 2), width, 30):
            shade = np.array(brick, np.float32) * np.float32(chance.uniform(0.7, 1.25))
            cv2.rectangle(view, (x, y), (x + 27, y + 11), tuple(map(float, shade)), -1)
    view[int(0.72 * height) :] = ground
    for _ in range(busy // 8):
        x, y = int(chance.integers(0, width)), int(chance.integers(0, int(0.7 * height)))
        wide = tuple(int(v) for v in chance.integers(18, 70, 2))
        cv2.ellipse(view, (x, y), wide, float(chance.uniform(0, 90)), 0, 360, (46, 44, 44), -1)
    return view + 7 * rough(size, (2, 7), chance)[..., np.newaxis]


def gravel(size: tuple[int, int], sky: Any, stone: Any, busy: int, chance: Chance) -> Floats:
    """Heaps of stones, fine all over."""
    height, width = size
    view = np.full((height, width, 3), sky, np.float32)
    edge = int(0.3 * height) + 40 * np.sin(np.arange(width) / 130 + float(chance.uniform(0, 6)))
    below = np.arange(height)[:, np.newaxis] > edge[np.newaxis, :]
    stones = np.float32(stone) + 34 * rough(size, (2, 4, 9), chance)[..., np.newaxis]
    view[below] = stones[below]
    for _ in range(busy // 5):
        x, y = int(chance.integers(0, width)), int(chance.integers(height // 2, height))
        grey = float(chance.uniform(60, 190))
        cv2.circle(view, (x, y), int(chance.integers(8, 34)), (grey, grey, grey), -1)
    return view


def facade(size: tuple[int, int], wall: Any, street: Any, busy: int, chance: Chance) -> Floats:
    """A house with windows in rows, some of them lit."""
    height, width = size
    view = np.full((height, width, 3), wall, np.float32)
    for y in range(20, int(0.66 * height), 84):
        for x in range(20, width - 40, 66):
            lit = chance.uniform() < busy / 120
            pane = chance.uniform((90, 170, 190), (150, 230, 250)) if lit else (52, 44, 40)
            cv2.rectangle(view, (x, y), (x + 38, y + 56), tuple(map(float, pane)), -1)
            cv2.rectangle(view, (x, y), (x + 38, y + 56), (90, 92, 96), 2)
    view[int(0.78 * height) :] = street
    return view + 6 * rough(size, (2, 5, 20), chance)[..., np.newaxis]


def dust(view: Floats, second: float, phases: npt.NDArray[Any]) -> None:
    """Clouds of dust or smoke that drift through and hide what is behind."""
    height, width = view.shape[:2]
    few = np.random.default_rng(int(1000 * phases[5])).uniform(0, 1, (14, 40)).astype(np.float32)
    whole = cv2.resize(few, (3 * width, height), interpolation=cv2.INTER_CUBIC)
    begin = int((40 * second + 100 * phases[6]) % (2 * width))
    cloud = np.clip(whole[:, begin : begin + width] - 0.45, 0, 0.45)[..., np.newaxis]
    view += 1.3 * cloud * (np.array((178, 182, 186), np.float32) - view)


def flicker(view: Floats, second: float, phases: npt.NDArray[Any]) -> None:
    """Coloured lamps that brighten and fade, each at its own time."""
    height, width = view.shape[:2]
    for number, phase in enumerate(phases[:5]):
        glow = max(0.0, float(np.sin((0.8 + 0.3 * number) * second + phase)))
        x, y = int(width * (0.12 + 0.19 * number)), int(height * (0.2 + 0.05 * number))
        colour = [60.0 + 160 * glow * float((number + k) % 3 != 0) for k in range(3)]
        cv2.circle(view, (x, y), 22, colour, -1)


STILL: Mapping[str, Still] = {
    **worlds.STILL, "bricks": bricks, "gravel": gravel, "facade": facade,
}  # fmt: skip
ALIVE: Mapping[str, Alive] = {**worlds.ALIVE, "dust": dust, "flicker": flicker}
