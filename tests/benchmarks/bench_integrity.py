"""What looking for traces of editing costs, beside the pass that continuity needs anyway.

python tests/benchmarks/bench_integrity.py [--runs N] [--folder FOLDER]

The pass for continuity is the same examination with every signal of integrity left out.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import measured
from bench_picture import timed
from bench_read import encode, repeat

_LOOP_S, _TIMES = 8, 15
_MORE, _DEEP = 1.2, 1.3
_EXAMINE = """
import os, sys
from avaudit.domain.examination import ExamineRequest
from avaudit.examine import examine
done = examine(ExamineRequest(os.fsencode(sys.argv[1]).hex(), deep=len(sys.argv) > 2))
assert "picture" in done.signals, done.missing
"""
_WITHOUT = """
import avaudit.examine as whole, avaudit.examine_sound as sound, avaudit.probe.packets as packets
from avaudit.domain.pace import Pace
from avaudit.domain.structure import Structure
packets.tape_of = lambda stream: None
whole.structure = lambda *given: Structure("other")
whole.pace = lambda table: Pace(())
whole.measure_recompression = lambda *given: None
sound.SeamsMeter.add = lambda *given: None
"""
_DECODE = """
import av, sys
with av.open(sys.argv[1]) as container:
    for stream in container.streams:
        stream.codec_context.thread_count = 1
    for packet in container.demux():
        packet.decode()
"""


def recording(folder: Path) -> Path:
    """Two minutes of 1080p30, made where they are not there yet."""
    path = folder / f"integrity_{_LOOP_S * _TIMES}s.mp4"
    if not path.exists():
        loop, begun = folder / "integrity_loop.mp4", folder / "integrity_begun.mp4"
        encode(loop, _LOOP_S)
        repeat(loop, begun, _TIMES)
        begun.rename(path)
    return path


def main() -> None:
    """Measure and report."""
    given = measured.options(__doc__ or "", runs=1)
    measured.heading("bench_integrity", f"{_LOOP_S * _TIMES} s of 1080p30 H.264 with AAC")
    path, short = recording(given.folder), given.folder / "integrity_short.mp4"
    if not short.exists():
        encode(short, 1)
    path.read_bytes()
    python = [sys.executable, "-c"]
    commands = {
        "start (1 s)": [*python, _EXAMINE, str(short)],
        "continuity": [*python, _WITHOUT + _EXAMINE, str(path)],
        "continuity and integrity": [*python, _EXAMINE, str(path)],
        "the same with --deep": [*python, _EXAMINE, str(path), "deep"],
        "decode everything (PyAV, one thread)": [*python, _DECODE, str(path)],
    }
    used: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(given.runs):
        for name, command in commands.items():
            used[name].append(timed(command)[1])
    rows = [(name, measured.spread(values, 2)) for name, values in used.items()]
    measured.table(("measured", "processor, s"), rows)
    start, plain, both, deep, decode = (measured.median(one) for one in used.values())
    more = (both - start) / (plain - start)
    measured.say(measured.verdict("integrity and continuity / continuity", more, _MORE))
    measured.say(measured.verdict("--deep / decoding everything", (deep - start) / decode, _DEEP))


if __name__ == "__main__":
    os.environ.setdefault("AVAUDIT_SPEECH_MODEL", "none")
    main()
