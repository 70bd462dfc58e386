"""How often burned-in numbers of device and officer are read, and what is made of them.

python burned_numbers.py --out FOLDER [--clips N] [--seed N]

Short drawn recordings with a clock, a device's number and an officer's, written in several ways and
sizes; each is examined, and judged against a register that has these numbers, and one that has
others: the neighbour's, and those of a colleague who is registered elsewhere.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import cv2
import devices
import numpy as np
from make_continuity import drawn
from places import PLACES
from recorders import OTHERS
from scenes import Frame

from avaudit import codec
from avaudit.checks.device_burned_in.check import Params, burned_in
from avaudit.domain.burned_in import OwnNumber
from avaudit.domain.examination import ExamineRequest
from avaudit.domain.finding import Measured
from avaudit.domain.osd import OsdClock
from avaudit.domain.register import Activity, Expected
from avaudit.examine import examine

_SECONDS, _FPS = 3, 15
#: How cameras write the two numbers.
_DEVICE = ("{0} {1:07d}", "设备编号:{0}-{1:07d}", "ID: {0}_{1:07d}", "{0}-{1:07d}")
_OFFICER = ("执法证号:{0:06d}", "OFFICER ID {0:06d}", "证号 {0:06d}", "USER:{0:06d}")
_PARAMS = Params(min_score=0.95)


@dataclass(frozen=True)
class Numbers:
    """What is burned into a recording."""

    model: str
    device: int
    officer: int
    way: int


def recorded(path: Path, number: int, shown: Numbers, chance: np.random.Generator) -> None:
    """A recording of a drawn scene with a clock and two numbers."""
    clip = drawn(number, _SECONDS, 77)
    size = int(chance.integers(15, 25))
    texts = (_DEVICE[shown.way % 4].format(shown.model, shown.device),
             _OFFICER[shown.way // 4 % 4].format(shown.officer))  # fmt: skip
    frames = [_stamped(clip.at(k), f"{clip.start + timedelta(seconds=k / _FPS):%Y-%m-%d %H:%M:%S}",
                       texts, size) for k in range(_SECONDS * _FPS)]  # fmt: skip
    device = OTHERS[number % len(OTHERS)]
    times = [k / _FPS for k in range(len(frames))]
    devices.write(path.with_suffix(f".{device.suffix}"), device, frames, times, clip.sound, _FPS)


def _stamped(frame: Frame, clock: str, texts: tuple[str, str], size: int) -> Frame:
    copy: Any = frame.copy()
    face = cv2.FontFace("uni")
    lines = (size + 4, int(2.4 * size) + 4, frame.shape[0] - 8)
    for y, text in zip(lines, (clock, *texts), strict=True):
        for shift, grey in ((1, 20), (0, 245)):
            place = (10 + shift, y + shift)
            cv2.putText(copy, text, place, (grey, grey, grey), face, size, 500)
    return np.asarray(copy, np.uint8)


def told(osd: OsdClock, device: str, officer: int, name: str | None = None) -> list[str]:
    """The codes of the check against a register that has these numbers."""
    numbers = (f"{officer:06d}",)
    activity = Activity("A", officers=("甲",), device_ids=(device,), cert_nos=numbers)
    result = burned_in(osd, Expected(activity), OwnNumber(name), _PARAMS)
    return [one.code for one in result.observations] if isinstance(result, Measured) else []


def counted(folder: Path, clips: int, seed: int) -> Iterator[tuple[str, bool]]:
    """What was asked of each recording, and whether it was answered so."""
    report = [n for n, place in enumerate(PLACES) if place.part == "report"]
    for k in range(clips):
        chance = np.random.default_rng([seed, k])
        number = report[k % len(report)]
        model = PLACES[number].device.name
        device, officer = (int(chance.integers(0, 10**n)) for n in (7, 6))
        shown = Numbers(model, device, officer, int(chance.integers(0, 16)))
        recorded(folder / f"{k:03}", number, shown, chance)
        (path,) = folder.glob(f"{k:03}.*")
        wanted = ExamineRequest(os.fsencode(path).hex(), have=("picture", "sound_seams"))
        osd = codec.from_plain(OsdClock, examine(wanted).signals[OsdClock.NAME])
        own = f"{model} {device:07d}"
        right = told(osd, own, officer)
        yield "the register's own numbers contradicted", bool(set(right) - {"agrees"})
        yield "the register's own numbers agree", "agrees" in right
        for code, codes in (
            ("device_differs", told(osd, f"{model} {(device + 1) % 10**7:07d}", officer)),
            ("officer_differs", told(osd, own, (officer + 1) % 10**6)),
        ):
            yield f"a neighbour's number: {code}", code in codes
        neighbour = f"{model}_{(device + 1) % 10**7:07d}"
        yield (
            "a neighbour's name: name_differs",
            "name_differs" in told(osd, own, officer, neighbour),
        )


def main() -> None:
    """Make, examine, judge, and count."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("--clips", type=int, default=54)
    options.add_argument("--seed", type=int, default=5)
    given = options.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    asked: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for what, answer in counted(given.out, given.clips, given.seed):
        asked[what] += 1
        found[what] += answer
    for what, of in asked.items():
        sys.stdout.write(f"{what}: {found[what]} of {of}\n")


if __name__ == "__main__":
    main()
