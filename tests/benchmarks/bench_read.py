"""How long an audit without speech takes to read a recording, beside `sha256sum` over it.

python tests/benchmarks/bench_read.py [--runs N] [--folder FOLDER]
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

import measured

_MINUTES, _LOOP_S = 20, 8
_WIDTH, _HEIGHT, _FPS, _BIT_RATE = 1920, 1080, 30, 7_000_000
_RATE_HZ, _AAC_SAMPLES = 48_000, 1024
_RATIO, _MEMORY_MB = 1.5, 1024


def encode(path: Path, seconds: int) -> None:
    """A noisy moving picture with sound, as a body camera writes it: H.264 without B-frames."""
    with av.open(str(path), "w") as output:
        picture: Any = output.add_stream("h264", rate=_FPS)
        picture.width, picture.height, picture.pix_fmt = _WIDTH, _HEIGHT, "yuv420p"
        picture.bit_rate = _BIT_RATE
        picture.options = {"preset": "veryfast", "g": str(_FPS), "bf": "0", "sc_threshold": "0",
                           "maxrate": str(_BIT_RATE), "bufsize": str(_BIT_RATE)}  # fmt: skip
        sound: Any = output.add_stream("aac", rate=_RATE_HZ, layout="mono")
        for number in range(seconds * _FPS):
            frame = av.VideoFrame.from_ndarray(_image(number), format="gray").reformat(
                format="yuv420p"
            )
            frame.pts, frame.time_base = number, Fraction(1, _FPS)
            output.mux(picture.encode(frame))
        output.mux(picture.encode(None))
        noise = np.random.default_rng(3).standard_normal((1, seconds * _RATE_HZ)) * 0.1
        for at in range(0, seconds * _RATE_HZ, _AAC_SAMPLES):
            block = np.ascontiguousarray(noise[:, at : at + _AAC_SAMPLES], np.float32)
            piece = av.AudioFrame.from_ndarray(block, "fltp", "mono")
            piece.sample_rate, piece.pts = _RATE_HZ, at
            piece.time_base = Fraction(1, _RATE_HZ)
            output.mux(sound.encode(piece))
        output.mux(sound.encode(None))


def _image(number: int) -> Any:
    """A slope that moves, under fresh noise."""
    chance = np.random.default_rng(number)
    slope = (np.arange(_WIDTH)[None, :] + np.arange(_HEIGHT)[:, None] + 5 * number) // 8 % 200
    return (slope + chance.integers(0, 24, slope.shape)).astype(np.uint8)


def repeat(loop: Path, path: Path, times: int) -> None:
    """The loop's packets again and again, their times going on: long, without encoding it all."""
    with av.open(str(loop)) as source, av.open(str(path), "w") as output:
        made = {s.index: output.add_stream_from_template(s) for s in source.streams}
        start = [
            (packet, packet.pts, packet.dts, packet.time_base)
            for packet in source.demux()
            if packet.pts is not None and packet.dts is not None and packet.pts >= 0
        ]
        for turn in range(times):
            for packet, pts, dts, base in start:
                shift = round(turn * _LOOP_S / base)
                copy = av.Packet(bytes(packet))
                copy.pts, copy.dts, copy.time_base = pts + shift, dts + shift, base
                copy.duration = packet.duration
                copy.is_keyframe = packet.is_keyframe
                copy.stream = made[packet.stream.index]
                output.mux(copy)


def recordings(folder: Path) -> tuple[Path, Path]:
    """The long and the short recording, made where they are not there yet."""
    long, short = folder / f"long_{_MINUTES}min.mp4", folder / "short_1s.mp4"
    if not long.exists():
        loop, begun = folder / "loop.mp4", folder / "begun.mp4"
        encode(loop, _LOOP_S)
        encode(short, 1)
        repeat(loop, begun, _MINUTES * 60 // _LOOP_S)
        begun.rename(long)
    return long, short


def audit(path: Path) -> measured.Process:
    """An audit with a new store, without speech."""
    folder = Path(tempfile.mkdtemp(prefix="bench-read-"))
    try:
        command = [*measured.AVAUDIT, "audit", str(path), "--db", str(folder / "store.duckdb")]
        return measured.run(command, {"AVAUDIT_SPEECH_MODEL": "none"})
    finally:
        shutil.rmtree(folder)


def digest(path: Path) -> measured.Process:
    """SHA-256 by Python's own library (OpenSSL): on some machines faster than coreutils."""
    code = "import hashlib,sys;hashlib.file_digest(open(sys.argv[1],'rb'),'sha256')"
    return measured.run([sys.executable, "-c", code, str(path)])


def main() -> None:
    """Measure and report."""
    given = measured.options(__doc__ or "", runs=5)
    measured.heading("bench_read", f"{_MINUTES} min of 1080p30 H.264 with AAC, warm cache")
    long, short = recordings(given.folder)
    for path in (long, short):
        path.read_bytes()
    runs = [
        (measured.run(["sha256sum", str(long)]), digest(long), audit(short), audit(long))
        for _ in range(given.runs)
    ]
    sums, digests, starts, audits = zip(*runs, strict=True)
    net = [whole.wall_s - start.wall_s for start, whole in zip(starts, audits, strict=True)]
    measured.table(
        ("measured", "median (range)", "peak of parent, MiB", "peak of worker, MiB"),
        [
            (f"`sha256sum`, {long.stat().st_size / 2**20:.0f} MiB",
             measured.spread([p.wall_s for p in sums]) + " s", "", ""),
            ("the same by Python's hashlib", measured.spread([p.wall_s for p in digests]) + " s",
             "", ""),
            *(
                (name, measured.spread([p.wall_s for p in of]) + " s",
                 f"{max(p.peak_mb for p in of):.0f}", f"{max(p.worker_mb for p in of):.0f}")
                for name, of in (("audit of 1 s (start)", starts), ("audit of the whole", audits))
            ),
            ("audit less start", measured.spread(net) + " s", "", ""),
        ],
    )  # fmt: skip
    for name, of in (("sha256sum", sums), ("hashlib", digests)):
        ratio = measured.median(net) / measured.median(p.wall_s for p in of)
        measured.say(measured.verdict(f"(audit less start) / {name}", ratio, _RATIO))
    peak = max(max(p.peak_mb, p.worker_mb) for p in audits)
    measured.say(measured.verdict("peak resident memory", peak, _MEMORY_MB, " MiB"))


if __name__ == "__main__":
    main()
