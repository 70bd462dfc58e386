"""Counters of a picture stream: the rule that each follows, and where it is broken.

What is expected comes from the standards (H.264, 7.4.3: `frame_num`, `idr_pic_id`; 8.2.1: picture
order count) and from the stream's own habit. A device that begins a new file begins its counters
anew: that is the beginning of a file, not a break in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from avaudit.domain.bitstream import Break, Sequence
from avaudit.probe.bits import Column, Mask
from avaudit.probe.slices import BLA, CRA, Slices

#: A rule needs at least so many steps, and so large a share of them: what is broken more often is
#: no rule. Groups of pictures need a larger one, for encoders also begin one where scenes change.
_LEAST_STEPS, _LEAST_SHARE, _LEAST_SHARE_OF_GOPS = 3, 0.8, 0.9
_BESIDE = 20
_MAX_BREAKS = 200
_ID_LIMIT = 1 << 16
_DAY_MS = 86_400_000
#: The encoder's clock may be off by so many pictures: muxers leave one out here and there.
_STAMP_SHARE = 1.6

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judged:
    """A sequence and all of its breaks."""

    sequence: Sequence
    breaks: tuple[Break, ...]


def judge(found: Slices, at_s: Floats, starts: Column, shown: Column) -> list[Judged]:
    """Every sequence of a stream. `at_s` has one time a packet, `shown` its place in the order of
    showing; `starts` are rows of keyframes."""
    judged = [_idr_ids(found, at_s), _frame_nums(found, at_s), _order(found, at_s)]
    judged += [_gops(starts, shown, at_s), _splices(found, at_s), _stamps(found, at_s)]
    return [one for one in judged if one is not None]


def bounded(judged: Iterable[Judged]) -> tuple[tuple[Break, ...], int]:
    """Breaks of all sequences, the least expected kept where there are too many, in order."""
    every = [one for each in judged if each.sequence.rule for one in each.breaks]
    kept = sorted(every, key=lambda one: -one.beside)[:_MAX_BREAKS]
    in_order = sorted(kept, key=lambda one: (one.at_s, one.sequence))
    return tuple(in_order), len(every) - len(kept)


def _judged(
    name: str, rule: str, step: int, well: Mask, at_s: Floats, expected: Column, got: Column
) -> Judged:
    """A sequence by the steps that follow its rule; one value of each array a step."""
    steps = len(well)
    share = float(np.mean(well)) if steps else 0.0
    least = _LEAST_SHARE_OF_GOPS if name == "gop" else _LEAST_SHARE
    if steps < _LEAST_STEPS or share < least:
        rule = ""
    beside = _beside(well)
    breaks = tuple(
        Break(name, round(float(at_s[k]), 3), int(expected[k]), int(got[k]),
              round(float(beside[k]), 4))
        for k in (np.flatnonzero(~well)[: 20 * _MAX_BREAKS] if rule else ())
    )  # fmt: skip
    return Judged(Sequence(name, rule, step, steps, round(share, 6)), breaks)


def _beside(well: Mask) -> Floats:
    """For each step the share of those around it that follow the rule, itself left out."""
    total = np.concatenate(([0], np.cumsum(well)))
    number = np.arange(len(well))
    begin, end = np.maximum(number - _BESIDE, 0), np.minimum(number + _BESIDE + 1, len(well))
    others = total[end] - total[begin] - well
    beside: Floats = others / np.maximum(end - begin - 1, 1)
    return beside


def _idr_ids(found: Slices, at_s: Floats) -> Judged | None:
    rows = np.flatnonzero(found.idr & found.good & (found.idr_id >= 0))
    # The second field of a picture repeats the first one's.
    pairs = found.field[rows]
    if pairs.any():
        rows = rows[~np.concatenate(([False], pairs[1:] & (np.diff(rows) == 1)))]
    ids = found.idr_id[rows]
    if len(ids) < 2:
        return None
    before, after = ids[:-1], ids[1:]
    wraps = (after == 0) & (before > 0) & ((before + 1) & before == 0)
    rules = {
        "constant": (before, after == before),
        "alternates": (1 - before, (after == 1 - before) & (before <= 1)),
        "counts": ((before + 1) % _ID_LIMIT, (after == before + 1) | (wraps & (ids.max() > 1))),
    }
    rule = max(rules, key=lambda name: float(np.mean(rules[name][1])))
    expected, well = rules[rule]
    return _judged("idr_pic_id", rule, int(rule != "constant"), well, at_s[rows[1:]], expected,
                   after)  # fmt: skip


def _frame_nums(found: Slices, at_s: Floats) -> Judged | None:
    rows = np.flatnonzero(found.good & (found.frame_num >= 0))
    if len(rows) < 2:
        return None
    number, reference = found.frame_num[rows], found.reference[rows]
    idr, field = found.idr[rows], found.field[rows]
    place = np.where(reference | idr, np.arange(len(rows)), -1)
    last = np.maximum.accumulate(place)[:-1]
    known = last >= 0
    expected = (number[np.maximum(last, 0)] + 1) % found.frame_nums[rows[1:]]
    well = (number[1:] == expected) | (field[1:] & field[:-1] & (number[1:] == number[:-1]))
    counted = known & ~idr[1:]
    return _judged("frame_num", "counts", 1, well[counted], at_s[rows[1:]][counted],
                   expected[counted], number[1:][counted])  # fmt: skip


def _order(found: Slices, at_s: Floats) -> Judged | None:
    """Picture order counts of neighbours in the order of showing, between two IDR pictures.

    Containers that know no presentation times (AVI) leave the order to the counts themselves.
    """
    rows = np.flatnonzero(found.good & (found.poc >= 0))
    if len(rows) < 2 or found.field.any():
        return None
    group = np.cumsum(found.idr)[rows]
    counted = _ordered(found, at_s, rows[np.lexsort((at_s[rows], group))])
    if counted is None or counted.sequence.rule:
        return counted
    half = found.pocs[rows] // 2
    steps = (np.diff(found.poc[rows], prepend=found.poc[rows[0]]) + half) % (2 * half) - half
    return _ordered(found, at_s, rows[np.lexsort((np.cumsum(steps), group))])


def _ordered(found: Slices, at_s: Floats, rows: Column) -> Judged | None:
    group = np.cumsum(found.idr)[rows]
    same = group[1:] == group[:-1]
    limit = found.pocs[rows[1:]]
    steps = (np.diff(found.poc[rows]) % limit)[same]
    if not len(steps):
        return None
    step = int(Counter(steps.tolist()).most_common(1)[0][0])
    before = found.poc[rows[:-1]][same]
    later = rows[1:][same]
    return _judged("poc", "counts", step, steps == step, at_s[later],
                   (before + step) % limit[same], found.poc[later])  # fmt: skip


def _gops(starts: Column, shown: Column, at_s: Floats) -> Judged | None:
    """Lengths of groups of pictures; the last one ends where the recording does."""
    lengths = np.diff(shown[starts])
    if not len(lengths):
        return None
    usual = int(Counter(lengths.tolist()).most_common(1)[0][0])
    expected = np.full(len(lengths), usual, np.int64)
    return _judged("gop", "fixed", usual, lengths == usual, at_s[starts[1:]], expected, lengths)


def _splices(found: Slices, at_s: Floats) -> Judged | None:
    """BLA pictures, which HEVC has for streams that were spliced (H.265, 3.12)."""
    rows = np.flatnonzero(found.good & (found.unit >= 16) & (found.unit <= 23) & ~found.idr)
    if not len(rows) or not np.isin(found.unit[rows], BLA).any():
        return None
    units = found.unit[rows]
    return _judged("bla", "unspliced", 0, ~np.isin(units, BLA), at_s[rows],
                   np.full(len(rows), CRA, np.int64), units)  # fmt: skip


def _stamps(found: Slices, at_s: Floats) -> Judged | None:
    """The encoder's own clock beside the times of the container, both in milliseconds."""
    rows = np.flatnonzero(found.good & (found.stamp >= 0))
    if len(rows) < 2 or not found.stamps:
        return None
    own = np.diff(found.stamp[rows]) * 1000 // found.stamps
    own = (own + _DAY_MS // 2) % _DAY_MS - _DAY_MS // 2  # hours begin anew at 24
    shown = np.round(np.diff(at_s[rows]) * 1000).astype(np.int64)
    usual = float(np.median(shown))
    apart = np.abs(own - shown)
    # Containers of a fixed rate leave a picture out, and those with ticks round.
    well = apart <= max(2.0, _STAMP_SHARE * usual)
    return _judged("stamp", "keeps_time", 0, well, at_s[rows[1:]], shown, own)
