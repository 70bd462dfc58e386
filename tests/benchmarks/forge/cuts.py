"""Edits that take out, put in or move: by stream copy, and re-encoded."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from edits import covered as cover
from sounds import RATE

from forge import boxes
from forge.labels import NotFor, Truth, processed, seams
from forge.profiles import Profile, program
from forge.sources import Source, recorded
from forge.splice import Piece, gops, splice, wrapped_by
from forge.take import Take, encode

Chance = np.random.Generator
#: Writes the edited file; the path's suffix may be changed, and is returned with the truth.
Edit = Callable[[Source, Path, Chance], tuple[Path, Truth]]


def _copier(source: Source) -> Profile:
    """A program that copies streams into the device's container."""
    return wrapped_by(program(source.profile), source.original.suffix[1:])


def _groups(source: Source, seconds: float, least: int) -> int:
    """Groups of pictures that take so many seconds."""
    each = float(source.gops.end) / len(source.gops)
    wanted = max(least, round(seconds / each))
    if wanted > len(source.gops) - 4 and len(source.gops) < least + 4:
        raise NotFor("too few groups of pictures")
    return min(wanted, len(source.gops) - 4)


def _middle(source: Source, count: int, chance: Chance) -> int:
    """Where a run of groups begins that leaves two on either side."""
    return int(chance.integers(2, len(source.gops) - count - 1))


def head_trim(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """The first seconds are gone, by stream copy."""
    path, count = out.with_suffix(source.original.suffix), _groups(source, 4, 1)
    splice([Piece(source.original, count, len(source.gops))], path, _copier(source))
    return path, seams(0.0, outcome="review")


def tail_trim(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """The last seconds are gone, by stream copy."""
    path, left = out.with_suffix(source.original.suffix), len(source.gops) - _groups(source, 4, 1)
    splice([Piece(source.original, 0, left)], path, _copier(source))
    return path, seams(float(source.gops.at(left)), outcome="review")


def _cut(
    source: Source, out: Path, chance: Chance, odd: bool, by: Profile, created: datetime | None
) -> tuple[Path, Truth]:
    path = out.with_suffix(source.original.suffix)
    count = _groups(source, 5, 2)
    count += (count % 2 == 0) if odd else -(count % 2)
    if not 0 < count <= len(source.gops) - 4:
        count -= 2
    if count < 1:
        raise NotFor("too few groups of pictures")
    begin = _middle(source, count, chance)
    pieces = [Piece(source.original, 0, begin),
              Piece(source.original, begin + count, len(source.gops))]  # fmt: skip
    return path, seams(splice(pieces, path, by, created)[1])


def cut_gops_odd(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """An odd number of groups of pictures is taken out by stream copy."""
    return _cut(source, out, chance, True, _copier(source), None)


def cut_gops_even(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """An even number of groups of pictures is taken out by stream copy."""
    return _cut(source, out, chance, False, _copier(source), None)


def stealth_copy(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """Groups of pictures are taken out by stream copy; marked and dated as the device does it."""
    odd = bool(chance.integers(2))
    return _cut(source, out, chance, odd, source.profile, source.start)


def order_changed(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """Two stretches change places, by stream copy."""
    path, count = out.with_suffix(source.original.suffix), _groups(source, 3, 1)
    if len(source.gops) < 2 * count + 3:
        count = (len(source.gops) - 3) // 2
    if count < 1:
        raise NotFor("too few groups of pictures")
    begin = int(chance.integers(1, len(source.gops) - 2 * count))
    places = (0, begin, begin + count, begin + 2 * count, len(source.gops))
    pieces = [Piece(source.original, places[n], places[n + 1]) for n in (0, 2, 1, 3)]
    return path, seams(*splice(pieces, path, _copier(source))[1:])


def insert_same_device(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """A stretch that the same device recorded at another time is put in, by stream copy."""
    path, other = out.with_suffix(source.original.suffix), source.another
    count = max(1, min(_groups(source, 4, 1), len(gops(other)) - 1))
    begin = int(chance.integers(1, len(source.gops)))
    pieces = [Piece(source.original, 0, begin), Piece(other, 1, 1 + count),
              Piece(source.original, begin, len(source.gops))]  # fmt: skip
    return path, seams(*splice(pieces, path, _copier(source))[1:])


def insert_other_device(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """A stretch from another device is put in, and all exported by an editor."""
    own, other = source.take, source.foreign
    first = own.number(chance.uniform(0.3, 0.7) * own.seconds)
    count = min(len(other.pictures), round(0.3 * len(own.pictures)))
    begin, length = own.times[first], count / own.fps
    times = (*own.times[:first], *(begin + n / own.fps for n in range(count)),
             *(at + length for at in own.times[first:]))  # fmt: skip
    at = round(begin * RATE)
    sound = np.concatenate([own.sound[:at], other.sound[: round(length * RATE)], own.sound[at:]])
    joined = replace(own, times=times, sound=sound,
                     pictures=[*own.pictures[:first], *other.pictures[:count],
                               *own.pictures[first:]])  # fmt: skip
    return export(source, out, joined), seams(begin, begin + length)


def export(source: Source, out: Path, take: Take) -> Path:
    """What an editor makes of it, days later."""
    path = out.with_suffix(f".{source.editor.suffix}")
    return encode(path, take, source.editor, source.start + timedelta(days=2, hours=1))


def taken_out(take: Take, seconds: float, chance: Chance) -> tuple[Take, float]:
    """A take without a stretch of it, and where it was."""
    seconds = min(seconds, 0.4 * take.seconds)
    first = take.number(chance.uniform(0.2 * take.seconds, 0.75 * take.seconds - seconds))
    begin = take.times[first]
    return take.without(begin, begin + seconds), begin


def cut_reencoded(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """Five seconds are taken out, and all encoded anew with the device's keyframe distance."""
    path, (take, at) = out.with_suffix(source.original.suffix), taken_out(source.take, 5, chance)
    encode(path, take, program(source.profile))
    return path, seams(at)


def cut_short(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """Less than a second is taken out (a word), and all exported by an editor."""
    take, at = taken_out(source.take, chance.uniform(0.35, 0.9), chance)
    return export(source, out, take), seams(at, outcome="review")


def editor_export(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """Five seconds are taken out, and all exported with an editor's own settings and marks."""
    take, at = taken_out(source.take, 5, chance)
    return export(source, out, take), seams(at)


def stealth(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """Five seconds are taken out; encoded, wrapped, marked and dated as the device does it."""
    path, (take, at) = out.with_suffix(source.original.suffix), taken_out(source.take, 5, chance)
    encode(path, take, source.profile, source.start)
    return path, seams(at, outcome="review")


def cross_fade(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """Five seconds are taken out, and half a second blended over the join in picture and sound."""
    own = source.take
    take, at = taken_out(own, 5, chance)
    first, count = take.number(at), round(0.5 * own.fps)
    gone = len(own.pictures) - len(take.pictures)
    count = min(count, gone, len(take.pictures) - first)
    pictures, sound = list(take.pictures), take.sound.copy()
    for step in range(count):
        share = (step + 1) / (count + 1)
        mixed = (1 - share) * own.pictures[first + step] + share * pictures[first + step]
        pictures[first + step] = np.asarray(np.round(mixed), np.uint8)
    begin = round(at * RATE)
    ramp = np.linspace(0, 1, round(count / own.fps * RATE), dtype=np.float32)
    piece = slice(begin, begin + len(ramp))
    sound[piece] = (1 - ramp) * own.sound[piece] + ramp * sound[piece]
    path = export(source, out, replace(take, pictures=pictures, sound=sound))
    truth = seams(at, outcome="review")
    truth.expected[0]["end_s"] = round(at + count / own.fps, 4)
    return path, truth


def cut_under_cover(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """Something covers the lens for seconds; within them some are taken out by stream copy."""
    given, parts = source.drawn(), source.gops
    for _ in range(20):  # a cover has to lie over a whole group of pictures
        clip = cover(given, np.random.default_rng(int(chance.integers(1 << 30))))
        begin, end = clip.labels[0]["start_s"], clip.labels[0]["end_s"]
        dark = [n for n in range(1, len(parts)) if begin <= parts.at(n) and parts.at(n + 1) <= end]
        if dark:
            break
    else:
        raise NotFor("no group of pictures lies under the cover")
    whole = source.scratch / f"{source.name}_covered{source.original.suffix}"
    encode(whole, recorded(replace(clip, labels=())), source.profile, source.start)
    path = out.with_suffix(whole.suffix)
    pieces = [Piece(whole, 0, dark[0]), Piece(whole, dark[-1] + 1, len(parts))]
    return path, seams(splice(pieces, path, _copier(source))[1])


def gallery_trim(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """A gallery hides both ends by an edit list; every packet is still there."""
    if not source.profile.boxed:
        raise NotFor("no edit lists in this container")
    path, parts = out.with_suffix(source.original.suffix), source.gops
    begin = float(parts.at(max(1, len(parts) // 6)))
    end = float(parts.at(len(parts) - max(1, len(parts) // 8)))
    boxes.hide(source.original, path, begin, end)
    return path, seams(0.0, end - begin, outcome="review")


def renamed(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """The same bytes under a name that tells another time."""
    source.drawn()  # what somebody else's names tell is not known
    path = out.with_suffix(source.original.suffix)
    shutil.copyfile(source.original, path)
    told = source.start + timedelta(minutes=int(chance.integers(45, 600)))
    return path, replace(processed(), named=told)


EDITS: tuple[Edit, ...] = (
    head_trim, tail_trim, cut_gops_odd, cut_gops_even, cut_reencoded, cut_short, editor_export,
    stealth, stealth_copy, cut_under_cover, cross_fade, gallery_trim, order_changed,
    insert_same_device, insert_other_device, renamed,
)  # fmt: skip
