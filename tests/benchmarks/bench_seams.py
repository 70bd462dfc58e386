"""How surely seams of sound are told from what happens lawfully.

Run as `python tests/benchmarks/bench_seams.py [--seeds FIRST END]`.

For each class of sound some half minutes are made from seeds of their own, coded as a device would,
and measured. Printed are for each kind of cue the largest value of every recording of the class,
as quantiles; for classes with a seam also the share of recordings whose largest value lies where
the seam is, and the share whose value there exceeds all values of all lawful classes.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from avaudit import codec as plain
from avaudit.domain.cue import Cue
from avaudit.domain.sound_seams import SoundSeams
from avaudit.examine import examine
from avaudit.integrity.sound import cues
from support import rooms
from support.forge import Audio, make
from support.rooms import Room, Sound
from support.workers import request

RATE, SECONDS = 48_000, 45.0
#: A cue is at the seam within so many seconds of it.
_NEAR_S = 0.6


@dataclass(frozen=True)
class Case:
    """A sound, where its seams are, and how it is coded."""

    sound: Sound
    seams: tuple[float, ...] = ()
    rate: int = RATE
    codec: str = "aac"
    suffix: str = "m4a"


def _place(seed: int, *, hum: bool = True) -> Room:
    chance = np.random.default_rng((seed, 9))
    level = chance.uniform(-16, 4) if hum and chance.random() < 0.7 else None
    return Room(seed, float(chance.uniform(-60, -42)), level)


def _lawful(seed: int) -> Iterator[tuple[str, Case]]:
    room, other = _place(seed), _place(seed + 5000)
    talk = rooms.scene(room, SECONDS, RATE)
    yield "room tone", Case(rooms.room_tone(room, SECONDS, RATE))
    yield "talk", Case(talk)
    yield "doors", Case(rooms.slams(talk, RATE, seed))
    yield "wind", Case(rooms.wind(talk, RATE, seed))
    outside = rooms.scene(other, SECONDS, RATE)
    yield "in and out", Case(rooms.through_door(talk, outside, RATE, seed))
    yield "gain control", Case(rooms.gain_control(talk, RATE))
    yield "engine", Case(rooms.engine(talk, RATE, seed))
    quiet = talk.copy()
    quiet[15 * RATE : 20 * RATE] = 0
    yield "mute", Case(quiet)
    narrow = rooms.scene(room, SECONDS, 8000)
    yield "AMR", Case(narrow, (), 8000, "libopencore_amrnb", "3gp")
    yield "G.711", Case(narrow, (), 8000, "pcm_alaw", "wav")


def _edited(seed: int) -> Iterator[tuple[str, Case]]:
    chance = np.random.default_rng((seed, 11))
    room, other = _place(seed), _place(seed + 5000)
    at, more = chance.uniform(12, 18), chance.uniform(5, 12)
    before = rooms.scene(room, at, RATE)
    joined = np.concatenate([before, rooms.scene(room, SECONDS - at, RATE, at + 60 + more)])
    yield "cut", Case(joined, (at,))
    humming = Room(seed, room.dbfs, float(chance.uniform(-10, 4)))
    parts = [rooms.scene(humming, at, RATE), rooms.scene(humming, SECONDS - at, RATE, at + more)]
    yield "cut with hum", Case(np.concatenate(parts), (at,))
    guest = rooms.scene(other, more, RATE, 100.0)
    rest = rooms.scene(room, SECONDS - at - more, RATE, at + more)
    inserted = np.concatenate([before, guest, rest])
    yield "insertion", Case(inserted, (at, at + more))
    narrow = _narrowed(rooms.scene(room, more, RATE, at))
    yield "telephone", Case(np.concatenate([before, narrow, rest]), (at, at + more))
    looped, length = rooms.scene(room, SECONDS, RATE), round(chance.uniform(1, 4) * RATE)
    first, second = round(6 * RATE), round((at + 8) * RATE)
    looped[second : second + length] = looped[first : first + length]
    yield "copy", Case(looped, (second / RATE, (second + length) / RATE))
    studio = rooms.scene(room, SECONDS, RATE)
    begin, end = round(at * RATE), round((at + more) * RATE)
    studio[begin:end] = rooms.voices(more + 1, RATE, seed + 1)[: end - begin]
    yield "overdub", Case(studio, (at, at + more))


def _narrowed(sound: Sound) -> Sound:
    spectrum = np.fft.rfft(sound)
    spectrum[np.fft.rfftfreq(len(sound), 1 / RATE) > 3800] = 0
    return np.asarray(np.fft.irfft(spectrum, len(sound)), np.float32)


def _measured(case: Case, folder: Path) -> tuple[Cue, ...]:
    path = folder / f"sound.{case.suffix}"
    make(path, Audio(case.sound, case.rate, case.codec))
    done = examine(request(path))
    return cues(plain.from_plain(SoundSeams, done.signals[SoundSeams.NAME]))


def _is_near(cue: Cue, seams: tuple[float, ...]) -> bool:
    """Whether a cue lies at a seam; what lasts, between two."""
    span = cue.span
    if span is None:
        return False
    inside = len(seams) == 2 and min(span.offset_s, seams[1]) - max(span.onset_s, seams[0]) > 0
    if cue.kind in ("repeat", "hollow"):
        return inside
    return any(span.onset_s - _NEAR_S <= at <= span.offset_s + _NEAR_S for at in seams)


Values = dict[str, dict[str, list[float]]]


def _collect(
    makes: Callable[[int], Iterator[tuple[str, Case]]], seeds: range, folder: Path
) -> tuple[Values, Values]:
    """By class and kind, the largest value of each recording: anywhere, and at its seams."""
    anywhere: Values = defaultdict(lambda: defaultdict(list))
    at_seams: Values = defaultdict(lambda: defaultdict(list))
    for seed in seeds:
        for name, case in makes(seed):
            found = _measured(case, folder)
            for kind in _KINDS:
                of_kind = [cue for cue in found if cue.kind == kind]
                near = [cue.value for cue in of_kind if _is_near(cue, case.seams)]
                anywhere[name][kind].append(max((cue.value for cue in of_kind), default=0.0))
                at_seams[name][kind].append(max(near, default=0.0))
    return anywhere, at_seams


_KINDS = ("room_step", "band_step", "hum_jump", "repeat", "offset_step", "hollow", "click")


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs=2, default=(900, 904), metavar=("FIRST", "END"))
    seeds = range(*parser.parse_args().seeds)
    with tempfile.TemporaryDirectory() as folder:
        lawful, _ = _collect(_lawful, seeds, Path(folder))
        _, at_seams = _collect(_edited, seeds, Path(folder))
    print(f"{'':14s}" + "".join(f"{kind:>22s}" for kind in _KINDS))
    for name, kinds in lawful.items():
        shown = (f"{np.median(kinds[k]):8.2f} to{max(kinds[k]):7.2f}" for k in _KINDS)
        print(f"{name:14s}" + "".join(f"{text:>22s}" for text in shown))
    worst = {k: max(max(kinds[k]) for kinds in lawful.values()) for k in _KINDS}
    print("at the seam: median, and the share above every lawful value")
    for name, kinds in at_seams.items():
        shares = {k: float(np.mean([v > worst[k] for v in kinds[k]])) for k in _KINDS}
        shown = (f"{np.median(kinds[k]):8.2f} {shares[k]:7.0%}" for k in _KINDS)
        print(f"{name:14s}" + "".join(f"{text:>22s}" for text in shown))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
