"""Recordings of several files: what devices do between files, and what somebody did to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from sounds import RATE

from forge.labels import FILE_MISSING, Label, Truth, label, processed
from forge.profiles import Profile
from forge.sources import Source, recorded
from forge.take import encode


@dataclass(frozen=True)
class File:
    """One file of a series: the second of the source that it begins at, its length, its clock.

    `named` is what its name tells, where that is not its clock; `profile` how it is encoded.
    """

    number: int
    begin: float
    seconds: float
    clock: datetime
    truth: Truth = field(default_factory=Truth)
    named: datetime | None = None
    profile: Profile | None = None


@dataclass(frozen=True)
class Series:
    """A session's files, and the labels that only the session as a whole can have."""

    files: tuple[File, ...]
    labels: tuple[Label, ...]


def _parts(source: Source, apart: float = 0.0, count: int = 3) -> tuple[File, ...]:
    """Files behind each other, `apart` seconds lost between them (less than 0: kept twice)."""
    length = float(int(min(6.0, source.drawn().seconds / (count + 0.5))))
    step = length + apart
    return tuple(
        File(n + 1, n * step, length, source.start + timedelta(days=1, seconds=n * step))
        for n in range(count)
    )


_WHOLE = (label(FILE_MISSING, "pass"),)


def segmented(source: Source) -> Series:
    """The device begins a new file without losing a picture."""
    return Series(_parts(source), _WHOLE)


def segmented_gap(source: Source) -> Series:
    """The device loses a second and a half at each new file."""
    return Series(_parts(source, 1.5), _WHOLE)


def pre_recorded(source: Source) -> Series:
    """Each file begins with the two seconds before its key was pressed."""
    return Series(_parts(source, -2.0), _WHOLE)


def over_midnight(source: Source) -> Series:
    """The day changes between two files."""
    files = _parts(source)
    late = files[0].clock.replace(hour=23, minute=59, second=0)
    start = late + timedelta(seconds=60 - files[0].seconds)
    moved = [replace(f, clock=start + timedelta(seconds=f.begin)) for f in files]
    return Series(tuple(moved), _WHOLE)


def firmware_changed(source: Source) -> Series:
    """After the first file the device encodes with other settings."""
    options = dict(source.profile.options)
    for name, value in (("crf", "31"), ("qmax", "12"), ("refs", "2")):
        if name in options:
            options[name] = value
    newer = replace(source.profile, options=options, gop_s=source.profile.gop_s * 1.5)
    first, *later = _parts(source)
    return Series((first, *(replace(f, profile=newer) for f in later)), _WHOLE)


def file_removed(source: Source) -> Series:
    """The second of four files is gone; the running numbers of the names still count it."""
    first, _, *later = _parts(source, count=4)
    return Series((first, *later), (label(FILE_MISSING, "fail"),))


def names_swapped(source: Source) -> Series:
    """Two files carry each other's names."""
    first, second, third = _parts(source)
    swapped = (replace(second, number=3, named=third.clock, truth=processed()),
               replace(third, number=2, named=second.clock, truth=processed()))  # fmt: skip
    return Series((first, *swapped), _WHOLE)


SERIES: tuple[Callable[[Source], Series], ...] = (
    segmented, segmented_gap, pre_recorded, over_midnight, firmware_changed, file_removed,
    names_swapped,
)  # fmt: skip


def record(source: Source, file: File, path: Path) -> Path:
    """Record one file of a series with its device."""
    clip = source.drawn()
    count = round(file.seconds * clip.fps)
    first, whole = round(file.begin * clip.fps), len(clip.shown)
    at, sound = clip.at, clip.sound
    if sound is not None:
        begin = round(first / clip.fps * RATE)
        sound = sound[begin : begin + round(count / clip.fps * RATE)]
    piece = replace(
        clip, at=lambda n: at((n + first) % whole), shown=tuple(range(count)), sound=sound,
        times=tuple(n / clip.fps for n in range(count)), seconds=count / clip.fps,
        start=file.clock,
    )  # fmt: skip
    profile = file.profile or source.profile
    return encode(path.with_suffix(f".{profile.suffix}"), recorded(piece), profile, file.clock)
