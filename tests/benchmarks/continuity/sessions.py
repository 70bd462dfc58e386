"""Sessions of several files: what their names, lengths and the register say, true and wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from edits import Label, label

_BETWEEN, _MISSING = "continuity.between_files", "continuity.file_missing"
_OVERLAP, _LATE = "continuity.overlap", "coverage.late_start"
RULES = (_BETWEEN, _MISSING, _OVERLAP, _LATE)
_CLOCK_WRONG = "device.clock_wrong"


@dataclass(frozen=True)
class File:
    """One file: its number, when its name says it began, which seconds of the source it
    is; behind its end the source begins again."""

    number: int
    named: datetime
    begin: float
    end: float
    labels: tuple[Label, ...] = ()


@dataclass(frozen=True)
class Session:
    """Files of one device at one activity, which the register has from `begun` to `ended`."""

    kind: str
    files: tuple[File, ...]
    begun: datetime
    ended: datetime
    labels: tuple[Label, ...] = ()


def _parts(start: datetime, lengths: Sequence[float], apart: float = 0.0) -> tuple[File, ...]:
    """Files one after the other, `apart` seconds lost between them; names count whole seconds."""
    files, at, begin = [], start, 0.0
    for number, length in enumerate(lengths, 1):
        files.append(File(number, at.replace(microsecond=0), begin, begin + length))
        at += timedelta(seconds=length + apart)
        begin += length + apart
    return tuple(files)


def _session(kind: str, files: tuple[File, ...], *labels: Label, early_s: float = 20.0) -> Session:
    clocks = [file.named for file in files if file.named.year > 2000]
    begun = min(clocks) - timedelta(seconds=early_s)
    ended = max(clocks) + timedelta(seconds=30)
    return Session(kind, files, begun, ended, labels)


def sessions(start: datetime, seconds: float, chance: np.random.Generator) -> tuple[Session, ...]:
    """Every kind of session, made of pieces of a source of so many seconds, each on its own day."""
    piece = float(int(min(5.0, seconds / 4)))
    three = (piece, piece, piece)

    def day(number: int) -> datetime:
        return start + timedelta(days=number)

    midnight = day(1).replace(hour=23, minute=59, second=60 - int(piece))
    first, second = _parts(day(2), (piece, piece))
    kept = (first, File(2, second.named - timedelta(seconds=2), second.begin - 2, second.end))
    missing = _parts(day(3), (piece,) * 4, 0.0)
    lost = timedelta(minutes=int(chance.integers(2, 9)))
    holed = (missing[0], missing[1], *(
        File(f.number + 1, f.named + lost, f.begin, f.end) for f in missing[2:]
    ))  # fmt: skip
    reset = list(_parts(day(5), three))
    when = datetime(2000, 1, 1, 0, 0, 12, tzinfo=start.tzinfo)
    reset[1] = File(2, when, piece, 2 * piece, (label(_CLOCK_WRONG, "review"),))
    return (
        _session("segmentation", _parts(day(0), three)),
        _session("segmentation_2s", _parts(day(6), three, 2.0)),
        _session("midnight", _parts(midnight, three)),
        _session("pre_record", kept),
        _session("file_missing", holed, label(_MISSING), label(_BETWEEN)),
        _session("overlap", _overlapping(day(4)), label(_OVERLAP, "review")),
        _session("clock_reset", tuple(reset)),
        _session("late_start", _parts(day(7), three), label(_LATE), early_s=2400.0),
    )


def _overlapping(start: datetime) -> tuple[File, ...]:
    """The second file begins 42 s before the first one ends: no pre-recording is as long."""
    first, second = _parts(start, (50.0, 6.0))
    return first, File(2, first.named + timedelta(seconds=8), second.begin, second.end)


#: Sessions that nothing is wrong with.
NEGATIVES = ("segmentation", "segmentation_2s", "midnight", "pre_record")
KINDS = ("segmentation", "segmentation_2s", "midnight", "pre_record", "file_missing", "overlap",
         "clock_reset", "late_start")  # fmt: skip
