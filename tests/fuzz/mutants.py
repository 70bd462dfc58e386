"""Mutants of small recordings, put through the whole examination in worker processes.

    python tests/fuzz/mutants.py --number 20000 --out mutants.jsonl [--jobs N] [--seed N]

Each file in turn has bits flipped, is cut at its boxes and elsewhere, and has lengths set to 0, 1,
2^31 and 2^63. Mutant number N of a seed is always the same, so a run that was stopped goes on where
`--out` ends, and any mutant can be made again (`--show N FILE`). Speech is left out.
"""

from __future__ import annotations

import argparse
import json
import random
import struct
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from avaudit.domain.signal import PacketTimeline
from avaudit.errors import SourceUnavailable, Unexaminable
from avaudit.isolate import WorkerPool
from support.forge import Audio, Picture, make, tone
from support.workers import request, workers_of

#: Lengths that parsers get wrong.
_LENGTHS = (0, 1, 1 << 31, 1 << 63)
_CONTAINERS = {"mp4", "mov", "3gp"}
_TIMEOUT_S, _MEMORY_MB = 30.0, 2048
_SEED = 20261123


@dataclass(slots=True)
class Tally:
    """What became of mutants. Memory in MiB, of the largest worker."""

    outcomes: Counter[str] = field(default_factory=Counter)
    peak_mb: float = 0.0
    seconds: float = 0.0

    @property
    def number(self) -> int:
        """How many mutants were examined, or were not."""
        return sum(self.outcomes.values())


def originals(folder: Path) -> list[bytes]:
    """Small recordings of every container, each less than a second long."""
    sound = tone(0.6, 8000)
    aac, pcm = Audio(sound, 8000), Audio(sound, 8000, "pcm_s16le")
    picture = Picture(0.6, fps=10)
    for name in ("a.mp4", "a.mov", "a.mkv"):
        make(folder / name, picture, aac)
    make(folder / "a.ts", Picture(0.6, "mpeg2video", 25), Audio(tone(0.6, 16000), 16000, "mp2"))
    make(folder / "a.avi", picture, pcm)
    make(folder / "a.3gp", picture, aac)
    make(folder / "b.wav", pcm)
    make(folder / "b.m4a", aac)
    make(folder / "b.ogg", Audio(tone(0.6, 16000), 16000, "flac"))
    return [path.read_bytes() for path in sorted(folder.iterdir())]


def mutant(files: list[bytes], seed: int, number: int) -> tuple[str, bytes]:
    """The mutant of that number, and what was done to it."""
    chance = random.Random(f"{seed} {number}")
    data = files[number % len(files)]
    starts = list(boxes(data))
    match chance.randrange(4):
        case 0:
            count = chance.choice((1, 1, 4, 32))
            flipped = bytearray(data)
            for _ in range(count):
                flipped[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            return f"{count} bits", bytes(flipped)
        case 1:
            at = chance.choice(starts) + chance.choice((0, 4, 8)) if starts else 0
            at = at or chance.randrange(len(data))
            return f"cut at {at}", data[:at]
        case 2 if starts:
            return _length(data, chance.choice(starts), chance)
        case _:
            return _length(data, chance.randrange(max(1, len(data) - 16)), chance)


def _length(data: bytes, at: int, chance: random.Random) -> tuple[str, bytes]:
    """A length, or what lies at a place, set to one that parsers get wrong."""
    length, order = chance.choice(_LENGTHS), chance.choice("<>")
    wide = length > 0xFFFFFFFF or chance.random() < 0.3
    if wide and data[at + 4 : at + 8].isalpha():  # a box with a long length
        put, at = struct.pack(">Q", length), at + 8
        data = data[: at - 8] + struct.pack(">I", 1) + data[at - 4 :]
    else:
        put = struct.pack(f"{order}{'Q' if wide else 'I'}", length)
    return f"{length:#x} at {at}", data[:at] + put + data[at + len(put) :]


def boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[int]:
    """Where boxes (ISO 14496-12) or chunks begin, those inside others included."""
    end = len(data) if end is None else end
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, start)
        if not kind.isalnum() or size < 8 or start + size > end:
            return
        yield start
        if kind in (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"udta"):
            yield from boxes(data, start + 8, start + size)
        start += size


def run(
    number: int, *, first: int = 0, seed: int = _SEED, jobs: int = 1, log: Path | None = None
) -> Tally:
    """Examine mutants from one number to another. Each outcome is a line of `log`."""
    tally, lock, began = Tally(), threading.Lock(), time.monotonic()
    with (
        tempfile.TemporaryDirectory() as made,
        tempfile.TemporaryDirectory() as folder,
        WorkerPool(jobs, _TIMEOUT_S, _MEMORY_MB) as pool,
        ThreadPoolExecutor(jobs) as threads,
    ):
        files = originals(Path(made))

        def one(which: int) -> None:
            what, data = mutant(files, seed, which)
            path = Path(folder) / f"{which}.bin"
            path.write_bytes(data)
            outcome = _examined(pool, path)
            path.unlink()
            with lock:
                tally.outcomes[outcome.partition(":")[0]] += 1
                if which % 20 == 0:
                    tally.peak_mb = max(tally.peak_mb, *map(_peak_mb, workers_of_this()), 0.0)
                if log:
                    with log.open("a", encoding="utf-8") as lines:
                        said = {"number": which, "what": what, "outcome": outcome}
                        lines.write(json.dumps(said) + "\n")

        for _ in threads.map(one, range(first, number)):
            pass
    tally.seconds = time.monotonic() - began
    return tally


def _examined(pool: WorkerPool, path: Path) -> str:
    try:
        found = pool.examine(request(path))
    except Unexaminable as error:  # the worker did not survive it: timeout, memory, crashed
        return f"{error.key}: {error.values.get('detail', '')}"
    except SourceUnavailable as error:
        return f"unavailable: {error}"
    if any(failure.wholly for failure in found.failures) or found.media is None:
        return "unexaminable"
    timeline = found.signals.get(PacketTimeline.NAME) or {}
    cut = timeline.get("stopped_by") or timeline.get("readable_share", 1.0) < 1.0
    lacking = any(one.cause not in _EXPECTED for one in found.missing)
    return "partial" if found.failures or cut or lacking else "examined"


#: What is missing of whole files as well.
_EXPECTED = {"no_model", "no_sound", "no_picture", "no_clock"}


def workers_of_this() -> list[int]:
    """The worker processes of this process."""
    import os

    return workers_of(os.getpid())


def _peak_mb(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(x.split()[1]) / 1024 for x in lines if x.startswith("VmHWM")), 0.0)


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
    if given.show:
        with tempfile.TemporaryDirectory() as made:
            what, data = mutant(originals(Path(made)), given.seed, int(given.show[0]))
        Path(given.show[1]).write_bytes(data)
        sys.stdout.write(what + "\n")
        return
    done = given.out.read_text().count("\n") if given.out.exists() else 0
    began, step, peak = time.monotonic(), 500, 0.0
    while done < given.number:
        upto = min(given.number, done + step)
        part = run(upto, first=done, seed=given.seed, jobs=given.jobs, log=given.out)
        done, peak = upto, max(peak, part.peak_mb)
        rate = part.number / part.seconds
        sys.stdout.write(f"{done}: {dict(part.outcomes)}, {rate:.0f} a second, {peak:.0f} MiB\n")
        sys.stdout.flush()
        if given.seconds and time.monotonic() - began > given.seconds:
            break
    lines = map(json.loads, given.out.read_text().splitlines())
    total = Counter(line["outcome"].partition(":")[0] for line in lines)
    sys.stdout.write(f"all {sum(total.values())}: {dict(total)}\n")


if __name__ == "__main__":
    main()
