"""Moving pictures drawn for the sample recordings, with a clock burned in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Colour = tuple[int, int, int]

FONT = cv2.FONT_HERSHEY_SIMPLEX
MARGIN = 0.18  # how much wider and taller the drawn place is than the view
SKY = {
    "market": (214, 196, 170),
    "village": (225, 205, 180),
    "field": (210, 214, 215),
    "room": (196, 204, 208),
}
GROUND = {
    "market": (122, 124, 128),
    "village": (112, 128, 138),
    "field": (86, 140, 168),
    "room": (112, 128, 150),
}


def fill(picture: Picture, box: tuple[float, float, float, float], colour: Colour) -> None:
    """Fill a box given in shares of the picture's width and height."""
    height, width = picture.shape[:2]
    left, top, right, bottom = box
    start = (int(left * width), int(top * height))
    cv2.rectangle(picture, start, (int(right * width), int(bottom * height)), colour, -1)


def tint(rng: np.random.Generator, low: int = 70, high: int = 190) -> Colour:
    """A dull colour by chance."""
    blue, green, red = (int(value) for value in rng.integers(low, high, 3))
    return blue, green, red


def houses(picture: Picture, rng: np.random.Generator, height: float) -> None:
    """A row of houses with windows and roofs along the horizon."""
    left = -0.02
    while left < 1.0:
        width = float(rng.uniform(0.1, 0.2))
        top = 0.55 - height * float(rng.uniform(0.6, 1.0))
        fill(picture, (left, top, left + width, 0.58), tint(rng, 120, 200))
        eaves = (left - 0.005, top - 0.02, left + width + 0.005, top + 0.01)
        fill(picture, eaves, tint(rng, 50, 110))
        for column in np.arange(left + 0.02, left + width - 0.03, 0.04):
            fill(picture, (column, top + 0.06, column + 0.02, top + 0.13), (95, 82, 70))
        left += width + float(rng.uniform(0.005, 0.04))


def stalls(picture: Picture, rng: np.random.Generator) -> None:
    """Market stalls: an awning, a table and boxes of fruit."""
    for left in np.arange(0.03, 0.95, 0.16):
        fill(picture, (left, 0.47, left + 0.13, 0.51), tint(rng, 60, 220))
        fill(picture, (left + 0.01, 0.62, left + 0.12, 0.70), (96, 116, 140))
        for box in range(4):
            side = left + 0.012 + box * 0.027
            fill(picture, (side, 0.585, side + 0.022, 0.62), tint(rng, 40, 230))


def furniture(picture: Picture) -> None:
    """An office: a window, a notice board, a table and two chairs."""
    fill(picture, (0.10, 0.15, 0.34, 0.42), (232, 226, 214))
    fill(picture, (0.215, 0.15, 0.225, 0.42), (150, 150, 150))
    fill(picture, (0.56, 0.18, 0.84, 0.36), (120, 98, 52))
    fill(picture, (0.28, 0.62, 0.72, 0.68), (70, 104, 150))
    fill(picture, (0.30, 0.68, 0.33, 0.86), (58, 86, 126))
    fill(picture, (0.67, 0.68, 0.70, 0.86), (58, 86, 126))


def crops(picture: Picture, rng: np.random.Generator) -> None:
    """A field: furrows and heaps of straw."""
    for row in np.arange(0.60, 1.0, 0.05):
        fill(picture, (0.0, row, 1.0, row + 0.012), (72, 122, 150))
    height, width = picture.shape[:2]
    for _ in range(7):
        centre = (int(rng.uniform(0, 1) * width), int(rng.uniform(0.62, 0.8) * height))
        axes = (int(0.045 * width), int(0.05 * height))
        cv2.ellipse(picture, centre, axes, 0, 180, 360, (92, 176, 208), -1)


def place(scene: str, size: tuple[int, int], rng: np.random.Generator) -> Picture:
    """The whole place, somewhat larger than the view, softened like a lens does."""
    width, height = (int(side * (1 + MARGIN)) for side in size)
    picture: Picture = np.zeros((height, width, 3), np.uint8)
    fill(picture, (0, 0, 1, 1), SKY[scene])
    fill(picture, (0, 0.56, 1, 1), GROUND[scene])
    if scene == "room":
        furniture(picture)
    elif scene == "field":
        crops(picture, rng)
    else:
        houses(picture, rng, 0.34 if scene == "market" else 0.2)
    if scene == "market":
        stalls(picture, rng)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), size[1] / 600), dtype=np.uint8)


@dataclass
class Walker:
    """Somebody, or a cart, that goes to and fro."""

    start: float
    speed: float
    height: float
    colour: Colour
    cart: bool

    def draw(self, picture: Picture, second: float) -> None:
        """Draw it where it is at a second of the recording."""
        height, width = picture.shape[:2]
        along = (self.start + self.speed * second) % 2.4
        x = int((min(along, 2.4 - along) - 0.1) * width)
        foot = int(0.9 * height + 0.006 * height * np.sin(second * 6))
        tall = int(self.height * height)
        if self.cart:
            top, base = foot - tall // 2, foot - tall // 6
            cv2.rectangle(picture, (x - tall, top), (x + tall, base), self.colour, -1)
            for wheel in (-0.6, 0.6):
                hub = (x + int(wheel * tall), foot - tall // 8)
                cv2.circle(picture, hub, tall // 6, (40, 40, 40), -1)
            return
        body = (max(2, tall // 7), max(4, tall * 2 // 5))
        cv2.ellipse(picture, (x, foot - tall * 2 // 5), body, 0, 0, 360, self.colour, -1)
        cv2.circle(picture, (x, foot - tall * 9 // 10), max(3, tall // 9), (140, 168, 206), -1)


class Camera:
    """A drawn recording: asked for a second, it gives the picture of that second."""

    def __init__(self, video: dict[str, Any], device: str, start: datetime, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.width, self.height = video["size"]
        self.device, self.start = device, start
        self.fixed = bool(video.get("fixed"))
        self.place = place(video["scene"], (self.width, self.height), self.rng)
        self.phase = float(self.rng.uniform(0, 6))
        self.walkers = [self.walker(cart) for cart in (False, video["scene"] != "room", False)]
        spread = 1.5 if self.fixed else 1.2
        shape = (6, self.height, self.width, 1)
        self.grain = np.round(self.rng.normal(0, spread, shape)).astype(np.int16)

    def walker(self, cart: bool) -> Walker:
        """Somebody by chance."""
        start, speed = float(self.rng.uniform(0, 2.4)), float(self.rng.uniform(0.04, 0.12))
        return Walker(
            start, speed, float(self.rng.uniform(0.3, 0.45)), tint(self.rng, 30, 150), cart
        )

    def view(self, second: float) -> Picture:
        """What the camera sees: a body-worn one sways and turns, a fixed one does not."""
        spare_y, spare_x = self.place.shape[0] - self.height, self.place.shape[1] - self.width
        sway = 0.0 if self.fixed else np.sin(0.25 * second + self.phase)
        bob = 0.0 if self.fixed else np.sin(1.1 * second)
        x, y = int(spare_x * (0.5 + 0.4 * sway)), int(spare_y * (0.5 + 0.12 * bob))
        return self.place[y : y + self.height, x : x + self.width].copy()

    def stamp(self, picture: Picture, second: float) -> None:
        """Burn in the clock and the device number, white with a dark edge."""
        clock = (self.start + timedelta(seconds=second + 1e-6)).strftime("%Y-%m-%d %H:%M:%S")
        scale = max(0.5, self.height / 720 * 1.1)
        line = int(34 * scale)
        lines = [(clock, line), (self.device, 2 * line)]
        if self.fixed:
            lines = [(clock, line), (self.device, self.height - line // 2)]
        for text, y in lines:
            for colour, weight in (((20, 20, 20), 3.5), ((255, 255, 255), 1.6)):
                where, thick = (int(14 * scale), y), max(1, round(weight * scale))
                cv2.putText(picture, text, where, FONT, scale, colour, thick, cv2.LINE_AA)

    def at(self, second: float) -> Picture:
        """The picture at a second: place, people, sensor noise and clock."""
        picture = self.view(second)
        for walker in self.walkers:
            walker.draw(picture, second)
        grain = self.grain[int(second * 30) % len(self.grain)]
        noisy: Picture = np.clip(picture.astype(np.int16) + grain, 0, 255).astype(np.uint8)
        self.stamp(noisy, second)
        return np.asarray(noisy, dtype=np.uint8)
