"""A look at one picture: brightness, texture, sharpness, on a small copy of it."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from avaudit.domain.picture import Looks

Gray = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

#: Width in pixels of the small copy; each of its pixels is the mean of those it stands for, so
#: that a sensor's noise is averaged away.
SMALL_PX = 160
#: Width in pixels at which sharpness is measured: body cameras are rarely sharper than this.
_FINE_PX = 480
_BLOCK_PX = 10
#: A block shows something where its standard deviation exceeds so many levels: dimmer than any
#: edge that a person could make out, brighter than averaged noise.
TEXTURE_LEVELS = 2.5
_TEXTURED_TO_TELL = 12


def small(luma: Gray, full_range: bool) -> Floats:
    """The picture at most `SMALL_PX` wide, black at 0 and white at 255. Shape `(h, w)`.

    What lies below black stays below 0: a dimmed scene may be all that is left there.
    """
    width = min(SMALL_PX, luma.shape[1])
    height = max(1, round(luma.shape[0] * width / luma.shape[1]))
    scaled = cv2.resize(luma, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32)
    if full_range:
        return scaled
    return (scaled - np.float32(16.0)) * np.float32(255.0 / 219.0)


def textured_share(picture: Floats) -> float:
    """The percentage of blocks of a small picture that show anything."""
    return float(100.0 * np.mean(_blocks(picture).std(axis=(1, 3)) > TEXTURE_LEVELS))


def untextured(picture: Floats) -> Floats:
    """1 for each block that shows nothing and lies beside none that does, else 0."""
    shows = (_blocks(picture).std(axis=(1, 3)) > TEXTURE_LEVELS).astype(np.uint8)
    return 1.0 - cv2.dilate(shows, np.ones((3, 3), np.uint8)).astype(np.float32)


def _blocks(picture: Floats, size: int = _BLOCK_PX) -> Floats:
    rows, columns = picture.shape[0] // size, picture.shape[1] // size
    cut = picture[: rows * size, : columns * size]
    return cut.reshape(rows, size, columns, size)


def fine(luma: Gray) -> Gray:
    """The picture at most `_FINE_PX` wide, as coded."""
    width = min(_FINE_PX, luma.shape[1])
    height = max(1, round(luma.shape[0] * width / luma.shape[1]))
    scaled: Gray = np.asarray(
        cv2.resize(luma, (width, height), interpolation=cv2.INTER_AREA), np.uint8
    )
    return scaled


def sharpness(luma: Gray) -> int:
    """Fine detail over coarser detail in the blocks of strongest contrast, in thousandths.

    The energy that a blur over 3 pixels takes away over what blurs over 3 and over 13 pixels leave
    between them: a picture out of focus has lost the first and kept the second, whatever its
    contrast. -1 where too few blocks are textured.
    """
    picture = fine(luma).astype(np.float32)
    once = cv2.blur(picture, (3, 3))
    coarse = cv2.blur(picture, (13, 13))
    size = 4 * _BLOCK_PX
    if min(picture.shape) < size:
        return -1
    lost = np.square(_blocks(picture - once, size)).mean(axis=(1, 3))
    left = np.square(_blocks(once - coarse, size)).mean(axis=(1, 3))
    shows = left > TEXTURE_LEVELS**2
    if np.count_nonzero(shows) < max(2, _TEXTURED_TO_TELL * shows.size // 100):
        return -1
    lost = np.maximum(0.0, lost - np.percentile(lost, 5))  # what the sensor's noise loses anywhere
    strong = shows & (left >= np.percentile(left[shows], 75))  # where noise counts least
    return int(min(9999, round(1000 * float(lost[strong].sum() / left[strong].sum()))))


@dataclass(slots=True)
class Looking:
    """Takes keyframes one after the other and keeps a few numbers of each."""

    at_ms: list[int] = field(default_factory=list)
    columns: list[tuple[int, int, int, int, int]] = field(default_factory=list)
    pictures: list[npt.NDArray[np.float16]] = field(default_factory=list)
    rotation_deg: int = 0
    _last: Floats | None = None

    def take(self, at_s: float, luma: Gray, full_range: bool, rotation_deg: int) -> None:
        """Look at a keyframe. Small copies are kept in `pictures`: 30 KB each."""
        halfway = fine(luma)  # the large picture is gone through once only
        picture = small(halfway, full_range)
        last = self._last
        same = last is not None and last.shape == picture.shape
        changed = float(np.mean(np.abs(picture - last))) if same and last is not None else 0.0
        self.at_ms.append(round(at_s * 1000))
        self.columns.append(
            (
                max(0, round(float(picture.mean()))),
                max(0, round(float(np.percentile(picture, 95)))),
                round(textured_share(picture)),
                sharpness(halfway),
                min(2550, round(10 * changed)),
            )
        )
        self.pictures.append(picture.astype(np.float16))
        self._last, self.rotation_deg = picture, rotation_deg

    def looks(self) -> Looks:
        """All looks so far, column by column."""
        return Looks(tuple(self.at_ms), *(tuple(c) for c in zip(*self.columns, strict=True)))
