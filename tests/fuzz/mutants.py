"""Mutants of recordings, put through the examination in worker processes.

    python tests/fuzz/mutants.py --number 20000 --out mutants.jsonl [--jobs N] [--seed N]

Small recordings of every container, and the beginning of every sample, are examined as a night
does it, but for speech (clocks in the picture, which cost ten times all else, are looked for in
every tenth); of every whole sample the build is walked (boxes, packets, bitstream). The
first mutants go through each file in turn: it is cut at each of its parts, and each part's length
is set to 0, 1, 2^31 and 2^63. Those after them have bits flipped, or are cut or given such lengths
anywhere. Mutant number N of a seed is always the same, so a run that was stopped goes on where
`--out` ends, and any mutant can be made again (`--show N FILE`).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import struct
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from avaudit.domain.examination import ExamineRequest
from avaudit.domain.osd import OsdClock
from avaudit.domain.signal import PacketTimeline
from avaudit.errors import SourceUnavailable, Unexaminable
from avaudit.isolate import WorkerPool
from fuzz.places import Place, places
from fuzz.specimens import Specimen, specimens
from support.workers import workers_of

#: Lengths that parsers get wrong.
_LENGTHS = (0, 1, 1 << 31, 1 << 63)
#: A part is cut before it, within its head, and after that.
_CUTS = (0, 4, 8)
_MOST_PARTS = 150
_CLOCKS_EVERY = 10
_TIMEOUT_S, _MEMORY_MB = 30.0, 2048
_SEED = 20261123


@dataclass(slots=True)
class Tally:
    """What became of mutants. Memory in MiB, of the largest worker; times in seconds."""

    outcomes: Counter[str] = field(default_factory=Counter)
    peak_mb: float = 0.0
    slowest_s: float = 0.0
    seconds: float = 0.0

    @property
    def number(self) -> int:
        """How many mutants were examined, or were not."""
        return sum(self.outcomes.values())


class Mutants:
    """The mutants of a seed, by their numbers."""

    def __init__(self, files: Sequence[Specimen], seed: int = _SEED) -> None:
        self.files, self._seed = files, seed
        each = [
            [(which, place) for place in _spread(places(one.data))]
            for which, one in enumerate(files)
        ]
        in_turn = [part for part in chain(*zip_longest(*each)) if part]
        ways = [*(("cut", by) for by in _CUTS), *(("length", to) for to in _LENGTHS)]
        self._planned = [(*part, way) for part in in_turn for way in ways]

    @property
    def planned(self) -> int:
        """How many of them go through every part of every file."""
        return len(self._planned)

    def make(self, number: int) -> tuple[Specimen, str, bytes]:
        """The file that a mutant is of, what was done to it, and its bytes."""
        if number < self.planned:
            which, place, (what, value) = self._planned[number]
            file = self.files[which]
            return file, *_planned(file.data, place, what, value)
        file = self.files[number % len(self.files)]
        chance = random.Random(f"{self._seed} {number}")
        return file, *_anywhere(file.data, chance)


def _spread(parts: list[Place]) -> list[Place]:
    """All of them, or so many evenly: clusters of an hour are all alike."""
    step = max(1.0, len(parts) / _MOST_PARTS)
    return [parts[int(number * step)] for number in range(int(len(parts) / step))]


def _planned(data: bytes, place: Place, what: str, value: int) -> tuple[str, bytes]:
    if what == "cut":
        return f"cut at {place.start + value}", data[: place.start + value]
    return f"length {value:#x} at {place.at}", place.with_length(data, value)


def _anywhere(data: bytes, chance: random.Random) -> tuple[str, bytes]:
    match chance.randrange(4):
        case 0 | 1:
            count, flipped = chance.choice((1, 1, 4, 32)), bytearray(data)
            for _ in range(count):
                # Half of them where headers are: most of a recording is pictures and sound.
                most = len(data) if chance.random() < 0.5 else min(len(data), 4096)
                flipped[chance.randrange(most)] ^= 1 << chance.randrange(8)
            return f"{count} bits", bytes(flipped)
        case 2:
            at = chance.randrange(len(data))
            return f"cut at {at}", data[:at]
    at, length = chance.randrange(max(1, len(data) - 16)), chance.choice(_LENGTHS)
    wide = "Q" if length > 0xFFFFFFFF or chance.random() < 0.3 else "I"
    put = struct.pack(f"{chance.choice('<>')}{wide}", length)
    return f"{length:#x} at {at}", data[:at] + put + data[at + len(put) :]


def run(
    number: int, *, first: int = 0, seed: int = _SEED, jobs: int = 1, log: Path | None = None,
    files: Sequence[Specimen] = (),
) -> Tally:  # fmt: skip
    """Examine mutants from one number to another. Each outcome is a line of `log`."""
    tally, lock, began = Tally(), threading.Lock(), time.monotonic()
    mutants = Mutants(files or specimens(), seed)
    with (
        tempfile.TemporaryDirectory() as folder,
        WorkerPool(jobs, _TIMEOUT_S, _MEMORY_MB) as pool,
        ThreadPoolExecutor(jobs) as threads,
    ):

        def one(which: int) -> None:
            file, what, data = mutants.make(which)
            path = Path(folder) / f"{which}.bin"
            path.write_bytes(data)
            started = time.monotonic()
            have = () if which % _CLOCKS_EVERY == 0 else (OsdClock.NAME,)
            outcome = _examined(pool, path, have, build_only=file.build_only)
            took = time.monotonic() - started
            path.unlink()
            said = {"number": which, "file": file.name, "what": what, "outcome": outcome}
            with lock:
                tally.outcomes[outcome.partition(":")[0]] += 1
                tally.slowest_s = max(tally.slowest_s, took)
                tally.peak_mb = max(tally.peak_mb, *map(_peak_mb, workers_of(os.getpid())), 0.0)
                if log:
                    with log.open("a", encoding="utf-8") as lines:
                        lines.write(json.dumps({**said, "seconds": round(took, 3)}) + "\n")

        for _ in threads.map(one, range(first, number)):
            pass
    tally.seconds = time.monotonic() - began
    return tally


def _examined(pool: WorkerPool, path: Path, have: tuple[str, ...], *, build_only: bool) -> str:
    request = ExamineRequest(os.fsencode(path).hex(), have=have, build_only=build_only)
    try:
        found = pool.examine(request)
    except Unexaminable as error:  # the worker did not survive it: timeout, memory, crashed
        return f"{error.key}: {error.values.get('detail', '')}"
    except SourceUnavailable:
        # FFmpeg calls some damage an I/O error. Where all bytes can be read, audits say damaged.
        path.read_bytes()
        return "unexaminable"
    if any(failure.wholly for failure in found.failures) or found.media is None:
        return "unexaminable"
    timeline = found.signals.get(PacketTimeline.NAME) or {}
    cut = timeline.get("stopped_by") or timeline.get("readable_share", 1.0) < 1.0
    lacking = any(one.cause not in _EXPECTED for one in found.missing)
    return "partial" if found.failures or cut or lacking else "examined"


#: What is missing of whole files as well.
_EXPECTED = {"no_model", "no_sound", "no_picture", "no_clock"}


def _peak_mb(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(x.split()[1]) / 1024 for x in lines if x.startswith("VmHWM")), 0.0)


def _told(log: Path) -> Iterator[dict[str, Any]]:
    return map(json.loads, log.read_text(encoding="utf-8").splitlines())


def main() -> None:
    """Run, or go on with, a number of mutants and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=20000)
    parser.add_argument("--out", type=Path, default=Path("mutants.jsonl"))
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=_SEED)
    parser.add_argument("--seconds", type=float, help="stop after so long; run again to go on")
    parser.add_argument("--show", nargs=2, metavar=("N", "FILE"), help="write mutant N to FILE")
    given = parser.parse_args()
    files = specimens()
    mutants = Mutants(files, given.seed)
    if given.show:
        file, what, data = mutants.make(int(given.show[0]))
        Path(given.show[1]).write_bytes(data)
        sys.stdout.write(f"{file.name}: {what}\n")
        return
    done = given.out.read_text().count("\n") if given.out.exists() else 0
    began, step, peak = time.monotonic(), 500, 0.0
    while done < given.number:
        upto = min(given.number, done + step)
        part = run(upto, first=done, seed=given.seed, jobs=given.jobs, log=given.out, files=files)
        done, peak = upto, max(peak, part.peak_mb)
        rate = part.number / part.seconds
        sys.stdout.write(f"{done}: {dict(part.outcomes)}, {rate:.0f} a second, {peak:.0f} MiB\n")
        sys.stdout.flush()
        if given.seconds and time.monotonic() - began > given.seconds:
            break
    lines = list(_told(given.out))
    total = Counter(line["outcome"].partition(":")[0] for line in lines)
    slowest = max(lines, key=lambda line: float(line["seconds"]))
    sys.stdout.write(
        f"all {len(lines)} ({min(len(lines), mutants.planned)} of them through every part of "
        f"{len(files)} files): {dict(total)}; slowest {slowest['seconds']} s "
        f"(number {slowest['number']}, {slowest['file']}), largest worker {peak:.0f} MiB\n"
    )


if __name__ == "__main__":
    main()
