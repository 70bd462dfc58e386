"""Look at every frame for seams: does it follow from the one before, and was it shown before?

Each frame is made small; its shift against the one before is found by phase correlation and taken
out, and so is the light: of both frames what is brighter or darker than its surroundings is
compared, in multiples of the contrast there. What is left (the residual) is held against the
residuals beside it and in the whole recording.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from avaudit.domain.picture_seams import PictureJump, PictureLoop, PictureSeams
from avaudit.domain.time import Span
from avaudit.signals.look import Floats, Gray
from avaudit.signals.seams_repeat import alike
from avaudit.signals.seams_room import strongest

#: The small picture's width, and that of the one that is kept of each frame.
_WIDTH, _TINY = 160, (16, 9)
#: Pixels around that tell the local light and contrast; contrasts below so many levels are noise.
_AROUND, _NOISE_LEVELS = 15, 6.0
#: Frames beyond these are not looked at: what is kept of them would take too much memory.
MOST_FRAMES = 400_000
_MOST_JUMPS, _BESIDE, _APART_S = 24, 3, 0.5
#: A leap of so many pixels is none; logarithms spread by chance at least by so much.
_FLOOR_PX, _LEAST_SPREAD, _FEWEST_KEYS = 0.7, 0.15, 5
#: Pictures look alike where they correlate so well, less what neighbours lack of 1.
_ALIKE = 0.9
_BACK_S = 60.0
#: A loop is at least so long, and begins so many seconds after what it repeats.
_LOOP_S, _NEAREST_S = 0.6, 0.6
#: Mean differences of small pictures below this many levels are none.
_EQUAL_LEVELS = 0.05


@dataclass(slots=True)
class PictureSeamsMeter:
    """Takes every frame in order."""

    at_s: list[float] = field(default_factory=list)
    residuals: list[float] = field(default_factory=list)
    lights: list[float] = field(default_factory=list)
    shifts: list[tuple[float, float]] = field(default_factory=list)
    keys: list[bool] = field(default_factory=list)
    tinies: list[Gray] = field(default_factory=list)
    repeated: int = 0
    last: Floats | None = None
    plain: Floats | None = None
    window: Floats | None = None

    def take(self, at_s: float, luma: Gray, keyframe: bool) -> None:
        """The next frame: its time, its brightness (shape (height, width)), how it is coded."""
        if len(self.at_s) >= MOST_FRAMES:
            return
        picture = _small(luma)
        flat = _flat(picture)
        residual, light, shift = 0.0, 0.0, (0.0, 0.0)
        if self.last is not None and self.plain is not None and self.last.shape == flat.shape:
            light = float(picture.mean() - self.plain.mean())
            if float(cv2.norm(picture, self.plain, cv2.NORM_L1)) <= _EQUAL_LEVELS * picture.size:
                self.repeated += 1
            else:
                residual, shift = self._residual(self.last, flat)
        self.at_s.append(at_s)
        self.residuals.append(residual)
        self.lights.append(light)
        self.shifts.append(shift)
        self.keys.append(keyframe)
        tiny = cv2.resize(flat, _TINY, interpolation=cv2.INTER_AREA)
        self.tinies.append(np.clip(128 + 48 * tiny, 0, 255).astype(np.uint8))
        self.last, self.plain = flat, picture

    def _residual(self, last: Floats, flat: Floats) -> tuple[float, tuple[float, float]]:
        """What is left of the difference to the frame before, and the shift that leaves least."""
        if self.window is None or self.window.shape != flat.shape:
            made = cv2.createHanningWindow((flat.shape[1], flat.shape[0]), cv2.CV_32F)
            self.window = np.asarray(made, np.float32)
        (x, y), _ = cv2.phaseCorrelate(last, flat, self.window)
        plain = _apart(last, flat)
        columns, rows = round(x), round(y)
        if (columns or rows) and abs(columns) < _WIDTH // 2 and abs(rows) < flat.shape[0] // 2:
            shifted = _apart(*_overlap(last, flat, columns, rows))
            return (shifted, (x, y)) if shifted < plain else (plain, (0.0, 0.0))
        return plain, (x, y) if abs(x) + abs(y) < 2 else (0.0, 0.0)

    def seams(self, undecodable: int) -> PictureSeams:
        """What the frames tell all in all."""
        if not self.at_s:
            return PictureSeams(None, undecodable=undecodable)
        residuals = np.asarray(self.residuals)
        moving = residuals[residuals > 0]
        return PictureSeams(
            examined=Span(round(self.at_s[0], 3), round(max(self.at_s), 3)),
            frames=len(self.at_s),
            repeated=self.repeated,
            undecodable=undecodable,
            usual=round(float(np.median(moving)), 3) if len(moving) else 0.0,
            jumps=tuple(self._jumps(residuals)),
            loops=tuple(self._loops()),
        )

    def _jumps(self, residuals: npt.NDArray[np.float64]) -> list[PictureJump]:
        if len(residuals) < 4 * _BESIDE:
            return []
        beside = _most_beside(residuals)
        keys = np.asarray(self.keys)
        sureness = _sureness(residuals, max(1e-3, 0.25 * float(np.median(residuals))), keys)
        leaps = _leaps(np.asarray(self.shifts))
        leaping = _sureness(leaps, _FLOOR_PX, keys)
        at_s = np.asarray(self.at_s)
        steps = np.diff(at_s, prepend=at_s[:1])
        usual_s = max(1e-6, float(np.median(steps)))
        tinies = _standing(np.stack(self.tinies))
        found = []
        both = np.maximum(sureness, leaping)
        for at in strongest(both[1:], _APART_S / usual_s, _MOST_JUMPS):
            at += 1  # noqa: PLW2901  (no frame lies before the first)
            before_s, after_s = sorted((self.at_s[at - 1], self.at_s[at]))
            found.append(
                PictureJump(
                    span=Span(round(before_s, 3), round(after_s, 3)),
                    residual=round(float(residuals[at]), 3),
                    beside=round(float(beside[at]), 3),
                    sureness=round(float(sureness[at]), 2),
                    leap=round(float(leaps[at]), 2),
                    leaping=round(float(leaping[at]), 2),
                    light=round(self.lights[at], 1),
                    back_s=_back_s(tinies, at_s, at),
                    step=round(float(steps[at]) / usual_s, 2),
                    keyframe=self.keys[at],
                )
            )
        return found

    def _loops(self) -> list[PictureLoop]:
        tinies = np.stack(self.tinies)
        step_s = float(np.median(np.diff(self.at_s))) if len(self.at_s) > 1 else 0.0
        size, nearest = (round(s / step_s) if step_s > 0 else 0 for s in (_LOOP_S, _NEAREST_S))
        if size < 4:
            return []
        prints = _prints(tinies)
        moves = _moves(tinies, max(1, size // 3))
        telling = np.asarray(moves > 2.0)  # what stands still is like itself anyhow
        found = []
        for one in alike(prints, telling, size, nearest):
            first, second = (np.arange(at, at + one.length) for at in (one.first, one.second))
            apart = float(np.abs(tinies[first].astype(np.float32) - tinies[second]).mean())
            moved = float(np.median(moves[first]))
            ends = (self.at_s[one.first + one.length - 1], self.at_s[one.second + one.length - 1])
            if apart >= moved:
                continue  # no more alike than what lies a fifth of a second apart
            found.append(
                PictureLoop(
                    Span(round(self.at_s[one.first], 3), round(ends[0], 3)),
                    Span(round(self.at_s[one.second], 3), round(ends[1], 3)),
                    round(1 - apart / moved, 3),
                    one.different,
                )
            )
        return sorted(found, key=lambda one: -one.likeness)


def _small(luma: Gray) -> Floats:
    """The picture `_WIDTH` wide. Of large ones only some pixels are read: it must be quick."""
    stride = max(1, luma.shape[1] // (2 * _WIDTH))
    some = luma[::stride, ::stride]
    height = max(9, round(some.shape[0] * _WIDTH / some.shape[1]))
    return np.asarray(
        cv2.resize(some, (_WIDTH, height), interpolation=cv2.INTER_AREA).astype(np.float32)
    )


def _flat(picture: Floats) -> Floats:
    """The picture without the light: differences to the surroundings over their contrast."""
    size = (_AROUND, _AROUND)
    apart = picture - cv2.blur(picture, size)
    contrast = np.sqrt(np.maximum(cv2.blur(apart * apart, size), 0))  # rounding goes below 0
    return np.asarray(apart / (contrast + np.float32(_NOISE_LEVELS)))


def _apart(one: Floats, other: Floats) -> float:
    return float(cv2.norm(one, other, cv2.NORM_L1)) / max(1, one.size)


def _overlap(last: Floats, flat: Floats, columns: int, rows: int) -> tuple[Floats, Floats]:
    """The parts of two pictures that show the same where the later one is shifted."""
    height, width = last.shape
    a = last[max(0, -rows) : height - max(0, rows), max(0, -columns) : width - max(0, columns)]
    b = flat[max(0, rows) : height + min(0, rows), max(0, columns) : width + min(0, columns)]
    return np.ascontiguousarray(a), np.ascontiguousarray(b)


def _sureness(
    values: npt.NDArray[np.float64], floor: float, keys: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    """How far each value lies above those beside it: the logarithm of their ratio, in multiples of
    its spread over the recording; 0 where it does not.

    Of keyframes what is usual for keyframes is taken off: coding anew changes a picture.
    """
    ratio = np.log((values + floor) / (_most_beside(values) + floor))
    middle = float(np.median(ratio))
    spread = max(_LEAST_SPREAD, 1.4826 * float(np.median(np.abs(ratio - middle))))
    if keys.sum() >= _FEWEST_KEYS:
        ratio[keys] -= max(0.0, float(np.median(ratio[keys])) - middle)
    return np.where(ratio > 0, (ratio - middle) / spread, 0.0)


def _leaps(shifts: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """How far each shift lies from the mean of its two neighbours, in pixels of the small picture:
    a moving camera cannot move by itself between two frames."""
    padded = np.pad(shifts, ((1, 1), (0, 0)), mode="edge")
    return np.asarray(np.linalg.norm(shifts - (padded[:-2] + padded[2:]) / 2, axis=1))


def _most_beside(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """For each value the largest of those up to `_BESIDE` before and after it."""
    padded = np.pad(values, _BESIDE)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * _BESIDE + 1).copy()
    windows[:, _BESIDE] = 0
    return np.asarray(windows.max(axis=1))


def _standing(tinies: npt.NDArray[np.uint8]) -> Floats:
    """Each tiny picture as a vector of length 1 without its mean, so that products correlate."""
    flat = tinies.reshape(len(tinies), -1).astype(np.float32)
    flat -= flat.mean(axis=1, keepdims=True)
    return np.asarray(flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-6))


def _back_s(tinies: Floats, at_s: npt.NDArray[np.float64], at: int) -> float:
    """After how many seconds the picture looks as it did before a jump; -1 where it does not."""
    last = int(np.searchsorted(at_s, at_s[at] + _BACK_S))
    alike_now = tinies[at + 1 : last] @ tinies[at - 1]
    usual = float(tinies[at - 1] @ tinies[max(0, at - 3)])
    if float(tinies[at] @ tinies[at - 1]) >= _ALIKE * usual:
        return 0.0
    again = np.flatnonzero(alike_now >= _ALIKE * usual)
    return round(float(at_s[at + 1 + again[0]] - at_s[at]), 3) if len(again) else -1.0


def _prints(tinies: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint32]:
    """32 bits for each frame: which of two neighbouring parts of the picture is brighter."""
    part = tinies[:, :8].reshape(len(tinies), 4, 2, 16).mean(axis=2)
    pairs = part.reshape(len(tinies), 4, 8, 2)
    bits = (pairs[..., 0] > pairs[..., 1]).reshape(len(tinies), 32)
    return np.packbits(bits, axis=1).view(">u4")[:, 0].astype(np.uint32)


def _moves(tinies: npt.NDArray[np.uint8], ahead: int) -> npt.NDArray[np.float32]:
    """How much each frame differs from one a little later, in levels of the tiny pictures."""
    apart = np.zeros(len(tinies), np.float32)
    for begin in range(0, max(0, len(tinies) - ahead), 4000):
        end = min(begin + 4000, len(tinies) - ahead)
        pair = tinies[begin + ahead : end + ahead].astype(np.float32) - tinies[begin:end]
        apart[begin:end] = np.abs(pair).mean(axis=(1, 2))
    return apart
