"""Places of other kinds than boxes under a sky: how they are drawn, and what moves in them.

A place is a still picture wider than the view (`STILL`) and, for some, what goes on in the view
itself (`ALIVE`): leaves in the wind, cars, water, rain, writing on a screen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Chance = np.random.Generator
#: Draws a still place: the size (height, width), two colours, how busy it is, and chance.
Still = Callable[[tuple[int, int], Any, Any, int, Chance], Floats]
#: Draws what moves over a view at a second of the recording; phases are of the recording's own.
Alive = Callable[[Floats, float, npt.NDArray[Any]], None]


def _filled(size: tuple[int, int], colour: Any) -> Floats:
    return np.full((*size, 3), colour, np.float32)


def rough(size: tuple[int, int], scales: tuple[float, ...], chance: Chance) -> Floats:
    """Noise of several scales, coarse ones strongest, of standard deviation 1. Shape `size`."""
    height, width = size
    whole = np.zeros(size, np.float32)
    for scale in scales:
        few = (int(height / scale) + 2, int(width / scale) + 2)
        grain = chance.normal(0, 1, few).astype(np.float32)
        whole += cv2.resize(grain, (width, height), interpolation=cv2.INTER_CUBIC) * scale**0.35
    return np.asarray(whole / whole.std(), np.float32)


def _write(view: Floats, lines: list[tuple[str, int]], left: int, size: float, ink: Any) -> None:
    """Write lines, each with its height in the view: OpenCV writes in pictures of bytes alone."""
    mask = np.zeros(view.shape[:2], np.uint8)
    for words, y in lines:
        cv2.putText(mask, words, (left, y), cv2.FONT_HERSHEY_PLAIN, size, (255,), 1, cv2.LINE_AA)
    share = (mask.astype(np.float32) / 255)[..., np.newaxis]
    view += share * (np.float32(ink) - view)


def grove(size: tuple[int, int], light: Any, dark: Any, busy: int, chance: Chance) -> Floats:
    """Leaves against the light, with trunks."""
    leaves = rough(size, (3, 7, 18, 60), chance)[..., np.newaxis]
    share = 1 / (1 + np.exp(-2.2 * leaves))
    view = np.asarray(share * np.float32(light) + (1 - share) * np.float32(dark), np.float32)
    for _ in range(busy // 10):
        x, wide = int(chance.integers(0, size[1])), int(chance.integers(6, 34))
        lean = int(chance.integers(-40, 40))
        bark = tuple(float(v) for v in chance.uniform((20, 30, 40), (50, 70, 90)))
        cv2.line(view, (x, size[0]), (x + lean, 0), bark, wide)
    return view


def papers(size: tuple[int, int], desk: Any, paper: Any, busy: int, chance: Chance) -> Floats:
    """Sheets with lines of writing on a table."""
    view = _filled(size, desk) + 6 * rough(size, (2, 30), chance)[..., np.newaxis]
    for _ in range(max(4, busy // 10)):
        x, y = (int(chance.integers(-40, side - 60)) for side in (size[1], size[0]))
        wide, tall = (int(v) for v in chance.integers((150, 180), (260, 340)))
        cv2.rectangle(view, (x, y), (x + wide, y + tall), tuple(map(float, paper)), -1)
        cv2.rectangle(view, (x, y), (x + wide, y + tall), (120, 120, 120), 1)
        sheet = view[max(0, y) : y + tall, max(0, x) : x + wide]
        words = [("".join(chance.choice(list("nmouwxeaILT "), int(chance.integers(6, 20)))), line)
                 for line in range(14, tall - 10, 13)]  # fmt: skip
        _write(sheet, words, 12, 0.8, (50, 45, 45))
    return view


def road(size: tuple[int, int], sky: Any, asphalt: Any, busy: int, chance: Chance) -> Floats:
    """A road that runs away from the camera, lamps and houses beside it."""
    height, width = size
    horizon = int(0.42 * height)
    view = _filled(size, sky)
    view[horizon:] = asphalt
    for _ in range(busy):
        x, y = int(chance.integers(0, width)), horizon + int(chance.integers(-130, 10))
        colour = tuple(float(v) for v in chance.uniform(15, 130, 3))
        right, bottom = x + int(chance.integers(20, 110)), horizon + 14
        cv2.rectangle(view, (x, y), (right, bottom), colour, -1)
        for lit in range(int(chance.integers(0, 5))):
            cv2.rectangle(view, (x + 6 + 14 * lit, y + 8), (x + 12 + 14 * lit, y + 16),
                          (140, 215, 235), -1)  # fmt: skip
    for lane in (-0.7, -0.25, 0.25, 0.7):
        cv2.line(view, (width // 2, horizon), (int(width * (0.5 + lane)), height),
                 (190, 195, 195), 3)  # fmt: skip
    return view + 7 * rough(size, (2, 9), chance)[..., np.newaxis]


def room(size: tuple[int, int], wall: Any, floor: Any, busy: int, chance: Chance) -> Floats:
    """A room: tiles that run together, a window, furniture."""
    height, width = size
    edge = int(0.55 * height)
    view = _filled(size, wall)
    view[edge:] = floor
    for n in range(-20, 21):
        cv2.line(view, (width // 2 + n * 22, edge), (width // 2 + n * 110, height), (60, 60, 64), 2)
    for n in range(1, 9):
        y = edge + int((height - edge) * (n / 9) ** 1.7)
        cv2.line(view, (0, y), (width, y), (60, 60, 64), 2)
    left = int(chance.integers(60, width - 260))
    cv2.rectangle(view, (left, 40), (left + 190, edge - 90), (245, 240, 235), -1)
    cv2.rectangle(view, (left, 40), (left + 190, edge - 90), (70, 60, 55), 6)
    for _ in range(busy // 8):
        x, wide = int(chance.integers(0, width)), int(chance.integers(50, 170))
        foot, tall = edge + int(chance.integers(10, 120)), int(chance.integers(40, 170))
        colour = tuple(float(v) for v in chance.uniform(25, 160, 3))
        cv2.rectangle(view, (x, foot - tall), (x + wide, foot), colour, -1)
        cv2.rectangle(view, (x, foot - tall), (x + wide, foot), (20, 20, 20), 2)
    return view + 4 * rough(size, (2, 6), chance)[..., np.newaxis]


def shelves(size: tuple[int, int], board: Any, back: Any, busy: int, chance: Chance) -> Floats:
    """Goods side by side on shelves: the same shapes again and again."""
    view = _filled(size, back)
    for y in range(0, size[0], 78):
        x = 0
        while x < size[1]:
            wide, tall = int(chance.integers(14, 40)), int(chance.integers(36, 64))
            colour = tuple(float(v) for v in chance.uniform(20, 240, 3))
            for _ in range(int(chance.integers(2, 7))):
                cv2.rectangle(view, (x, y + 70 - tall), (x + wide - 2, y + 70), colour, -1)
                cv2.circle(view, (x + wide // 2, y + 70 - tall // 2), 4 + busy % 5, (20, 20, 20), 1)
                x += wide
        cv2.rectangle(view, (0, y + 70), (size[1], y + 78), tuple(map(float, board)), -1)
    return view + 3 * rough(size, (2, 5), chance)[..., np.newaxis]


def tunnel(size: tuple[int, int], lamp: Any, wall: Any, busy: int, chance: Chance) -> Floats:
    """A passage under the ground: rings of light that lead away."""
    height, width = size
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    away = np.hypot((x - width / 2) / width, (y - height / 2) / height) + 0.03
    rings = 0.5 + 0.5 * np.sin(busy * 0.4 / away)
    share = (rings**3 * np.minimum(1, 2.2 * away))[..., np.newaxis]
    view = np.asarray(share * np.float32(lamp) + (1 - share) * np.float32(wall), np.float32)
    return view + 9 * rough(size, (2, 4, 12), chance)[..., np.newaxis]


def in_wind(view: Floats, second: float, phases: npt.NDArray[Any]) -> None:
    """Leaves that sway: rows and columns move a little, each at its own time."""
    height, width = view.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x += 3.0 * np.sin(2.1 * second + y / 35 + phases[5]).astype(np.float32)
    y += 2.0 * np.sin(1.7 * second + x / 50 + phases[6]).astype(np.float32)
    view[:] = cv2.remap(view, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)


def cars(view: Floats, second: float, phases: npt.NDArray[Any]) -> None:
    """Cars that come nearer with their lights on, and others that leave."""
    height, width = view.shape[:2]
    horizon = 0.42 * height
    for number, phase in enumerate(phases[:6]):
        near = ((0.11 + 0.03 * number) * second + phase) % 1.6
        if near > 1 or near < 0.05:
            continue
        near = near**2 if number % 2 else (1 - near) ** 2
        side = (0.06 + 0.1 * number) * (1 if number % 2 else -1)
        x, y = int(width * (0.5 + side * near)), int(horizon + (height - horizon) * near)
        wide = max(3, int(0.16 * width * near))
        cv2.rectangle(view, (x, y - wide // 2), (x + wide, y), (40 + 20 * number, 40, 50), -1)
        light = (235, 245, 255) if number % 2 else (40, 40, 210)
        for lamp in (x + wide // 6, x + 5 * wide // 6):
            cv2.circle(view, (lamp, y - wide // 5), max(1, wide // 9), light, -1)


def water(view: Floats, second: float, phases: npt.NDArray[Any]) -> None:
    """Ripples over the lower half, that mirror the light."""
    height, width = view.shape[:2]
    y, x = np.mgrid[height // 2 : height, 0:width].astype(np.float32)
    wave = np.sin(y / 5 + 1.9 * second + phases[5]) * np.sin(x / 31 - 0.7 * second + phases[6])
    wave += 0.7 * np.sin(x / 9 + y / 14 + 2.7 * second + phases[7])
    view[height // 2 :] += 16 * wave[..., np.newaxis].astype(np.float32)


def rain(view: Floats, second: float, phases: npt.NDArray[Any]) -> None:
    """Drops that fall past the lens; what is far is pale."""
    height, width = view.shape[:2]
    view[:] = 0.72 * view + 0.28 * 150
    drops = np.random.default_rng(int(1000 * second) + int(1000 * phases[5]))
    for x, y, long in drops.integers((0, 0, 6), (width, height, 26), (90, 3)):
        end = (int(x) + int(long) // 6, int(y) + int(long))
        cv2.line(view, (int(x), int(y)), end, (196, 198, 200), 1)


def written(view: Floats, second: float, phases: npt.NDArray[Any]) -> None:
    """A screen on which lines of text go up."""
    height, width = view.shape[:2]
    left, top, right, bottom = width // 6, height // 5, 5 * width // 6, 4 * height // 5
    inner = view[top:bottom, left:right]
    inner[:] = (70, 52, 40)
    lines = []
    for line in range(-1, (bottom - top) // 16 + 1):
        number = line + int(second * 2 + 10 * phases[5])
        words = f"{number * 7919 % 99991:05} {number * 104729 % 999983:06} ok {number % 7}"
        lines.append((words, line * 16 + 16 - int(second * 32) % 16))
    _write(inner, lines, 10, 1.0, (190, 225, 200))


STILL: Mapping[str, Still] = {
    "grove": grove, "papers": papers, "road": road, "room": room, "shelves": shelves,
    "tunnel": tunnel,
}  # fmt: skip
ALIVE: Mapping[str, Alive] = {
    "wind": in_wind, "cars": cars, "water": water, "rain": rain, "screen": written,
}  # fmt: skip
