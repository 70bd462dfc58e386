"""Recordings with a clock burned in, drawn in the fonts that OpenCV brings along, and encoded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
START = datetime(2026, 11, 20, 9, 30, 5, 400_000)
FORMS: dict[str, Callable[[datetime], str]] = {
    "zh": lambda at: f"{at:%Y}年{at:%m}月{at:%d}日 {at:%H:%M:%S}",
    "zh_weekday": lambda at: (
        f"{at:%Y}年{at:%m}月{at:%d}日 星期{'一二三四五六日'[at.weekday()]} {at:%H:%M:%S}"
    ),
    "dash": lambda at: f"{at:%Y-%m-%d %H:%M:%S}",
    "slash": lambda at: f"{at:%Y/%m/%d %H:%M:%S}",
    "dmy": lambda at: f"{at:%d-%m-%Y %H:%M:%S}",
    "mdy": lambda at: f"{at:%m/%d/%Y %H:%M:%S}",
    "weekday": lambda at: f"{at:%m-%d-%Y %a %H:%M:%S}",
    "am_pm": lambda at: f"{at:%Y-%m-%d %I:%M:%S %p}",
    "two_lines": lambda at: f"{at:%Y-%m-%d}\n{at:%H:%M:%S}",
    "time": lambda at: f"{at:%H:%M:%S}",
    "fraction": lambda at: f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 100000}",
}  # fmt: skip


@dataclass(frozen=True)
class Osd:
    """How the clock is drawn. `height` is that of a line, as a share of the picture's.

    `clock` gives the clock's seconds since `start` for a second of the recording; None: no clock
    is drawn then.
    """

    form: str = "dash"
    height: float = 0.04
    colour: tuple[int, int, int] = (255, 255, 255)
    edge: tuple[int, int, int] | None = (20, 20, 20)
    place: tuple[str, str] = ("left", "top")
    font: str = "sans"
    weight: int = 500
    beside: str = ""
    start: datetime = START
    clock: Callable[[float], float | None] = lambda at_s: at_s
    draw: Callable[[Picture, str, tuple[int, int], int], None] | None = None


@dataclass(frozen=True)
class Scene:
    """What the camera sees: `sky` (bright), `street` (busy), `night`; `sways` as worn ones do.

    `poster` is a text fixed in the scene (it moves with it), `at` its place as shares.
    """

    kind: str = "street"
    sways: bool = True
    poster: str = ""
    poster_at: tuple[float, float] = (0.3, 0.12)
    seed: int = 3


@dataclass(frozen=True)
class Film:
    """A recording to be encoded. `times` makes the frames' times; default: evenly at `fps`."""

    seconds: float = 20.0
    size: tuple[int, int] = (640, 360)
    fps: int = 10
    keyframe_s: float = 1.0
    bit_rate: int | None = None
    osd: Osd | None = field(default_factory=Osd)
    scene: Scene = field(default_factory=Scene)
    codec: str = "libx264"


def make_film(path: Path, film: Film) -> Path:
    """Draw and encode a recording."""
    width, height = film.size
    place = _place(film)
    with av.open(str(path), "w") as output:
        options = {"preset": "veryfast", "g": str(max(1, round(film.keyframe_s * film.fps)))}
        if film.codec == "libx264" and not film.bit_rate:
            options["crf"] = "26"
        stream: Any = output.add_stream(film.codec, rate=film.fps, options=options)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        if film.bit_rate:
            stream.bit_rate = film.bit_rate
        stream.codec_context.time_base = Fraction(1, film.fps)
        chance = np.random.default_rng(film.scene.seed)
        grain = chance.integers(0, 14, (height + 64, width + 64, 3), np.uint8)
        for number in range(round(film.seconds * film.fps)):
            at_s = number / film.fps
            x, y = number * 37 % 64, number * 23 % 64
            noise = np.ascontiguousarray(grain[y : y + height, x : x + width])
            picture = np.asarray(cv2.add(_view(place, film, at_s), noise), np.uint8)
            if film.osd:
                stamp(picture, film.osd, at_s)
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24").reformat(format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, film.fps)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def stamp(picture: Picture, osd: Osd, at_s: float) -> None:
    """Burn the clock of a moment into a picture."""
    shown = osd.clock(at_s)
    if shown is None:
        return
    text = FORMS[osd.form](osd.start + timedelta(seconds=shown))
    lines = text.split("\n") + ([osd.beside] if osd.beside else [])
    size = max(8, round(osd.height * picture.shape[0]))
    pitch = round(size * 1.35)
    for number, line in enumerate(lines):
        wide = _width(line, size, osd)
        left = 12 if osd.place[0] == "left" else picture.shape[1] - wide - 12
        top = 8 + number * pitch
        if osd.place[1] == "bottom":
            top = picture.shape[0] - 8 - (len(lines) - number) * pitch
        _write(picture, line, (left, top), size, osd)


def _width(line: str, size: int, osd: Osd) -> int:
    face = cv2.FontFace(osd.font)
    box = cv2.getTextSize((0, 0), line, (0, 0), face, size, osd.weight)
    return int(box[2])


def _write(picture: Picture, line: str, at: tuple[int, int], size: int, osd: Osd) -> None:
    if osd.draw:
        osd.draw(picture, line, at, size)
        return
    base = (at[0], at[1] + size)
    face = cv2.FontFace(osd.font)
    if osd.edge:
        for dx, dy in ((-1, -1), (1, 1)):
            at_edge = (base[0] + dx, base[1] + dy)
            cv2.putText(picture, line, at_edge, osd.edge, face, size, osd.weight)
    cv2.putText(picture, line, base, osd.colour, face, size, osd.weight)


def _place(film: Film) -> Picture:
    """The whole place, larger than the view."""
    width, height = (round(side * 1.25) for side in film.size)
    rng = np.random.default_rng(film.scene.seed)
    ground = {"sky": (245, 240, 232), "street": (150, 160, 165), "night": (22, 20, 18)}
    picture: Picture = np.full((height, width, 3), ground[film.scene.kind], np.uint8)
    if film.scene.kind != "sky":
        for _ in range(60):
            x, y = int(rng.integers(0, width)), int(rng.integers(0, height))
            far = (x + int(rng.integers(20, width // 4)), y + int(rng.integers(10, height // 4)))
            bright = (
                rng.integers(10, 60, 3) if film.scene.kind == "night" else rng.integers(40, 250, 3)
            )
            cv2.rectangle(picture, (x, y), far, [int(v) for v in bright], -1)
    picture[int(height * 0.55) :] = picture[int(height * 0.55) :] // 2 + 30
    if film.scene.poster:
        x, y = int(film.scene.poster_at[0] * width), int(film.scene.poster_at[1] * height)
        size = round(0.05 * height)
        cv2.rectangle(
            picture, (x - 8, y - size), (x + 12 * size, y + size // 2), (235, 235, 235), -1
        )
        cv2.putText(
            picture, film.scene.poster, (x, y), (10, 10, 10), cv2.FontFace("sans"), size, 500
        )
    return picture


def _view(place: Picture, film: Film, at_s: float) -> Picture:
    width, height = film.size
    spare_x, spare_y = place.shape[1] - width, place.shape[0] - height
    sway = np.sin(0.9 * at_s) * film.scene.sways
    bob = np.sin(1.7 * at_s + 1) * film.scene.sways
    x, y = int(spare_x * (0.5 + 0.45 * sway)), int(spare_y * (0.5 + 0.45 * bob))
    return place[y : y + height, x : x + width].copy()
