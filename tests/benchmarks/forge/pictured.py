"""Edits of the picture, and of the file as a whole: covered, cropped, filmed off a screen."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

import cv2
import numpy as np
from scenes import clock_of
from sounds import RATE

from forge import boxes
from forge.altered import _stretch
from forge.cuts import Chance, Edit, export
from forge.labels import EDITED, NotFor, Truth, processed, stretch, throughout
from forge.profiles import DEVICES, program
from forge.sources import Source
from forge.splice import rewrap, wrapped_by
from forge.take import Image, encode

#: Where the drawn clock stands: x, y, width, height (see `scenes.stamped`).
_CLOCK = (4, 2, 300, 30)


def crop(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """The margins are cut off all through, the rest enlarged."""
    share = chance.uniform(0.08, 0.16)

    def inner(image: Image, at: float) -> Image:
        height, width = image.shape[:2]
        y, x = int(height * share), int(width * share)
        kept = image[y : height - y, x : width - x]
        return np.asarray(
            cv2.resize(kept, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8
        )

    path = export(source, out, source.take.changed(inner))
    return path, processed().allowing(EDITED)


def mosaic(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """A part of the picture is coarse squares for four seconds."""
    own = source.take
    first, last = _stretch(own, 4, chance)
    x, y = chance.uniform(0.2, 0.6, 2)

    def coarse(image: Image, at: float) -> Image:
        height, width = image.shape[:2]
        part = image[int(y * height) : int((y + 0.25) * height),
                     int(x * width) : int((x + 0.2) * width)]  # fmt: skip
        few = cv2.resize(part, (6, 5), interpolation=cv2.INTER_AREA)
        part[:] = cv2.resize(few, part.shape[1::-1], interpolation=cv2.INTER_NEAREST)
        return image

    begin, end = own.times[first], own.times[last]
    path = encode(out.with_suffix(source.original.suffix), own.changed(coarse, begin, end),
                  program(source.profile))  # fmt: skip
    return path, stretch(begin, end)


def _has_clock(source: Source) -> None:
    if not source.clock or source.clip is None:
        raise NotFor("no clock in the picture whose place is known")


def clock_restamped(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """The clock is painted over and another one, hours later, drawn in its place."""
    _has_clock(source)
    x, y, wide, tall = _CLOCK
    start = source.start + timedelta(minutes=int(chance.integers(50, 400)))
    fps = source.take.fps

    def restamped(image: Image, at: float) -> Image:
        around = image[y + tall : y + tall + 2, x : x + wide].mean(axis=(0, 1))
        image[y : y + tall, x : x + wide] = around
        shown = clock_of(start, round(at * fps), fps).strftime("%Y-%m-%d %H:%M:%S")
        cv2.putText(image, shown, (10, 24), cv2.FONT_HERSHEY_DUPLEX, 0.65, (255, 255, 255), 1,
                    cv2.LINE_AA)  # fmt: skip
        return image

    path = encode(out.with_suffix(source.original.suffix), source.take.changed(restamped),
                  program(source.profile))  # fmt: skip
    return path, throughout()


def clock_covered(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """The clock is smeared for as long as the recording lasts."""
    _has_clock(source)
    x, y, wide, tall = _CLOCK

    def smeared(image: Image, at: float) -> Image:
        part = image[y : y + tall, x : x + wide]
        part[:] = cv2.GaussianBlur(part, (0, 0), 12)
        return image

    path = encode(out.with_suffix(source.original.suffix), source.take.changed(smeared),
                  program(source.profile))  # fmt: skip
    return path, throughout()


def creation_altered(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """Another creation time in the headers, all else byte by byte as it was."""
    if not source.profile.boxed:
        raise NotFor("no creation time in the headers")
    path = out.with_suffix(source.original.suffix)
    shutil.copyfile(source.original, path)
    moved = timedelta(minutes=int(chance.integers(90, 5000)))
    boxes.date(path, (source.start + moved).astimezone(UTC))
    return path, processed()


def recapture(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """Filmed off a screen: slanted, with its raster and the other camera's noise; a room's echo."""
    own = source.take
    height, width = own.pictures[0].shape[0] * 2 // 3, own.pictures[0].shape[1]
    slant = chance.uniform(0.01, 0.06, (4, 2)) * (width, height)
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    inward = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]])
    seen = np.asarray(corners + inward * slant, np.float32)
    warp = cv2.getPerspectiveTransform(corners, seen)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    pitch, lean = chance.uniform(2.1, 2.9), chance.uniform(-0.2, 0.2)
    raster = 1 + 0.06 * np.sin(2 * np.pi * (x + lean * y) / pitch)[..., None]
    grains = chance.normal(0, 4, (6, height, width, 3)).astype(np.float32)
    sway = chance.uniform(0, 6.3)

    def filmed(image: Image, at: float) -> Image:
        shift = np.array([[1, 0, 1.5 * np.sin(1.1 * at + sway)],
                          [0, 1, 1.2 * np.sin(0.7 * at)], [0, 0, 1]], np.float32)  # fmt: skip
        view = cv2.warpPerspective(image, shift @ warp, (width, height), borderValue=(12, 10, 10))
        soft = cv2.GaussianBlur(view, (0, 0), 0.8).astype(np.float32)
        light = 1 + 0.02 * np.sin(2 * np.pi * 9.3 * at)
        lit = soft * raster * light * 0.9 + 8 + grains[round(at * own.fps * 5) % 6]
        return np.asarray(np.clip(lit, 0, 255), np.uint8)

    echo = own.sound.copy()
    for delay, share in ((0.011, 0.4), (0.023, 0.3), (0.041, 0.2), (0.067, 0.12)):
        late = round(delay * RATE)
        echo[late:] += np.float32(share) * own.sound[:-late]
    sound = (0.5 * echo + chance.normal(0, 0.002, len(echo))).astype(np.float32)
    device = source.pick(DEVICES, 5)
    path = out.with_suffix(f".{device.suffix}")
    encode(path, replace(own.changed(filmed), sound=sound), device,
           source.start + timedelta(days=1))  # fmt: skip
    return path, processed().allowing(EDITED)


def platform(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """Sent through a platform: smaller, coarser, without tags."""
    own = source.take

    def smaller(image: Image, at: float) -> Image:
        height, width = (int(side * 0.6) // 2 * 2 for side in image.shape[:2])
        return np.asarray(
            cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA), np.uint8
        )

    path = encode(out.with_suffix(f".{source.platform.suffix}"), own.changed(smaller),
                  source.platform)  # fmt: skip
    return path, processed()


def whole_reencode(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """Everything exported by an editor, nothing taken out."""
    return export(source, out, source.take), processed()


def tags_stripped(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """All packets copied, the tags and times of the headers gone."""
    path = out.with_suffix(source.original.suffix)
    rewrap(source.original, path, wrapped_by(program(source.profile), path.suffix[1:]))
    return path, processed()


EDITS: tuple[Edit, ...] = (
    crop, mosaic, clock_restamped, clock_covered, creation_altered, recapture, platform,
    whole_reencode, tags_stripped,
)  # fmt: skip
