"""What Prefect costs: many tiny recordings through the nightly flow, and through `avaudit audit`.

python tests/benchmarks/bench_flow.py [--runs N] [--folder FOLDER]
"""

from __future__ import annotations

import shutil
import struct
import sys
import tempfile
import uuid
import wave
from pathlib import Path

import av
import numpy as np

import measured

_RECORDINGS, _JOBS = 1000, 2
_OVERHEAD_S, _GROWTH = 0.2, 1.2
_FLOW = [sys.executable, str(measured.ROOT / "pipelines" / "nightly_audit.py")]


def recordings(folder: Path) -> Path:
    """Recordings of one second, sound and picture by turns, no two with the same bytes."""
    made = folder / f"tiny_{_RECORDINGS}"
    if made.exists():
        return made
    begun = Path(tempfile.mkdtemp(dir=folder))
    picture = _picture(folder / "tiny.mp4")
    for number in range(_RECORDINGS):
        if number % 2:
            tag = uuid.uuid4().bytes  # in a box at the end that every reader passes over
            box = struct.pack(">I4s", 8 + len(tag), b"free") + tag
            (begun / f"video_{number:04d}.mp4").write_bytes(picture + box)
        else:
            _write_sound(begun / f"sound_{number:04d}.wav", number)
    begun.rename(made)
    return made


def _picture(path: Path) -> bytes:
    with av.open(str(path), "w") as output:
        stream = output.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for number in range(25):
            image = np.full((240, 320, 3), 8 * number, np.uint8)
            output.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        output.mux(stream.encode(None))
    return path.read_bytes()


def _write_sound(path: Path, seed: int) -> None:
    noise = np.random.default_rng(seed).integers(-3000, 3000, 8000).astype("<i2")
    with wave.open(str(path), "wb") as output:
        output.setnchannels(1)
        output.setsampwidth(2)
        output.setframerate(8000)
        output.writeframes(noise.tobytes())


def _lines(folder: Path) -> int:
    """Records kept so far."""
    return sum(path.read_bytes().count(b"\n") for path in folder.glob("*.records/*.jsonl"))


def through(command: list[str], source: Path) -> measured.Process:
    """Audit a folder with a new store, with a command."""
    folder = Path(tempfile.mkdtemp(prefix="bench-flow-"))
    arguments = [str(source), "--db", str(folder / "store.duckdb"), "--jobs", str(_JOBS)]
    environment = {"AVAUDIT_SPEECH_MODEL": "none"}
    try:
        done = measured.run([*command, *arguments], environment, lambda: _lines(folder))
        assert _lines(folder) == _RECORDINGS, f"{_lines(folder)} records"
        return done
    finally:
        shutil.rmtree(folder)


def memory_at(done: measured.Process, share: float) -> float:
    """Resident memory of the parent when that share of the recordings had been kept."""
    wanted = share * _RECORDINGS
    return next((mb for mb, kept in done.samples if kept >= wanted), done.peak_mb)


def main() -> None:
    """Measure and report."""
    given = measured.options(__doc__ or "", runs=3)
    measured.heading("bench_flow", f"{_RECORDINGS} recordings of 1 s, {_JOBS} jobs, no speech")
    source = recordings(given.folder)
    runs = [
        (through([*measured.AVAUDIT, "audit"], source), through(_FLOW, source))
        for _ in range(given.runs)
    ]
    commands, flows = zip(*runs, strict=True)
    measured.table(
        ("through", "total, s", "per recording, s", "RSS at 10 %, MiB", "50 %", "100 %"),
        [
            (name, measured.spread([p.wall_s for p in of], 1),
             f"{measured.median(p.wall_s for p in of) / _RECORDINGS:.3f}",
             *(f"{measured.median(memory_at(p, s) for p in of):.0f}" for s in (0.1, 0.5, 1.0)))
            for name, of in (("`avaudit audit`", commands), ("the nightly flow", flows))
        ],
    )  # fmt: skip
    pairs = zip(flows, commands, strict=True)
    overhead = measured.median(f.wall_s - c.wall_s for f, c in pairs) / _RECORDINGS
    measured.say(measured.verdict("Prefect's overhead a recording", overhead, _OVERHEAD_S, " s"))
    growth = measured.median(memory_at(p, 1.0) / memory_at(p, 0.1) for p in flows)
    measured.say(measured.verdict("RSS at 100 % / RSS at 10 %, flow", growth, _GROWTH))


if __name__ == "__main__":
    main()
