"""How long finding and reading the burned-in clock takes, beside a full decode and a whole pass.

python tests/benchmarks/bench_clock.py [--runs N] [--folder FOLDER]
"""

from __future__ import annotations

import json
import sys
import tempfile
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.video.frame
import cv2
import numpy as np

import bench_read
import measured

_MINUTES, _WIDTH, _HEIGHT, _FPS = 20, 1920, 1080, 30
_START = datetime(2026, 11, 20, 9, 30, 5)
_SHARE = 0.3

_MEASURE = """
import json, os, sys, time
from avaudit.domain.time import Span
from avaudit.media.open import open_input
from avaudit.probe import packets
fd = os.open(sys.argv[1], os.O_RDONLY)
with open_input(fd) as container:
    table = packets.read_packets(container)
stream = next(s for s in table.streams.values() if s.kind == "video")
onsets, offsets, _ = packets.packet_spans(stream, table.zero_s)
keys = tuple(sorted(t for t, key in zip(stream.times, stream.keys) if key))
begin = time.monotonic()
from avaudit.media.reel import Reel
from avaudit.language.osd_text import read_osd, read_time
from avaudit.signals import osd_clock, osd_find, text_reader
reader = text_reader.text_reader()
ready = time.monotonic()
count = [0, 0]
def counted(method, place):
    def call(*given):
        count[place] += 1
        return method(*given)
    return call
reader.find, reader.read = counted(reader.find, 0), counted(reader.read, 1)
cpu = time.process_time()
found = osd_clock.measure(
    Reel(fd, stream.index, table.zero_s, keys), Span(float(onsets.min()), float(offsets.max())),
    len(stream.times), osd_find.Grammar(read_osd, read_time),
)
print(json.dumps({
    "import_s": ready - begin, "clock_s": time.monotonic() - ready,
    "cpu_s": time.process_time() - cpu, "looks": count[0], "crops": count[1],
    "read": found.read, "sampled": found.sampled, "steps": len(found.steps),
    "peak_mb": next(int(line.split()[1]) / 1024 for line in open("/proc/self/status")
                    if line.startswith("VmHWM")),
}))
"""

_DECODE = """
import av, sys
with av.open(sys.argv[1]) as container:
    container.streams.video[0].thread_count = 1
    for number, _ in enumerate(container.decode(video=0)):
        if number >= 1800:
            break
"""


def _stamped(scene: Any, second: int) -> Any:
    """A picture with a clock that jumps by a minute in the middle."""
    image = np.ascontiguousarray(np.roll(scene, 13 * second, axis=1))
    at = _START + timedelta(seconds=second + 60 * (second >= _MINUTES * 30))
    face, text = cv2.FontFace("sans"), f"{at:%Y-%m-%d %H:%M:%S}"
    for shift, grey in ((2, 20), (0, 235)):
        cv2.putText(image, text, (40 + shift, 70 + shift), (grey,), face, 40, 500)
    return image


def _start_codes(data: bytes) -> bytes:
    """H.264 as encoders give it: each unit after a start code instead of after its length."""
    units, at = [], 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        units.append(b"\0\0\0\1" + data[at + 4 : at + 4 + size])
        at += 4 + size
    return b"".join(units)


def make(path: Path) -> None:
    """Keyframes with a clock, one a second, and between them a camera's frames, coded once.

    Nothing looks at the frames between but for the one bracket that is decoded.
    """
    loop = path.with_name("clock_loop.mp4")
    bench_read.encode(loop, 2)
    with av.open(str(loop)) as source:
        packets = [p for p in source.demux(video=0) if p.pts is not None]
        between = [_start_codes(bytes(p)) for p in packets[1:_FPS]]
    scene = bench_read._image(0)
    with av.open(str(path), "w") as output:
        stream: Any = output.add_stream("h264", rate=_FPS)
        stream.width, stream.height, stream.pix_fmt = _WIDTH, _HEIGHT, "yuv420p"
        stream.options = {"preset": "veryfast", "g": str(_FPS), "bf": "0", "sc_threshold": "0",
                          "crf": "30", "forced-idr": "1", "tune": "zerolatency"}  # fmt: skip
        stream.codec_context.time_base = Fraction(1, _FPS)
        for second in range(_MINUTES * 60):
            frame = av.VideoFrame.from_ndarray(_stamped(scene, second), format="gray")
            frame = frame.reformat(format="yuv420p")
            frame.pict_type, frame.pts = av.video.frame.PictureType.I, second * _FPS
            (key,) = stream.encode(frame)
            for number, data in enumerate([bytes(key), *between]):
                packet = av.Packet(data)
                packet.pts = packet.dts = second * _FPS + number
                packet.time_base, packet.stream = Fraction(1, _FPS), stream
                packet.duration, packet.is_keyframe = 1, number == 0
                output.mux(packet)


def main() -> None:
    """Measure and report."""
    given = measured.options(__doc__ or "", runs=3)
    measured.heading("bench_clock", f"{_MINUTES} min of 1080p30 H.264 with a clock, warm cache")
    path = given.folder / f"clock_{_MINUTES}min.mp4"
    if not path.exists():
        begun = path.with_name("clock_begun.mp4")
        make(begun)
        begun.rename(path)
    path.read_bytes()
    told, audits = [], []
    with tempfile.TemporaryDirectory(prefix="bench-clock-") as folder:
        for _ in range(given.runs):
            answer = Path(folder) / "answer.json"
            command = f"exec {sys.executable} -c '{_MEASURE}' {path} > {answer}"
            measured.run(["sh", "-c", command])
            told.append(json.loads(answer.read_text()))
            audits.append(bench_read.audit(path))
    decode = measured.run([sys.executable, "-c", _DECODE, str(path)])
    rows = [
        (name, measured.spread([one[key] for one in told]) + unit)
        for name, key, unit in (
            ("imports and models, once a worker", "import_s", " s"),
            ("finding and reading", "clock_s", " s"), ("the same, processor time", "cpu_s", " s"),
            ("looks for text", "looks", ""), ("crops read", "crops", ""),
            ("peak of a process that reads clocks", "peak_mb", " MiB"),
        )
    ]  # fmt: skip
    rows.append(("audit without speech", measured.spread([p.wall_s for p in audits]) + " s"))
    rows.append(("peak of its worker", f"{max(p.worker_mb for p in audits):.0f} MiB"))
    rows.append(("decoding one minute of the picture, one thread", f"{decode.wall_s:.2f} s"))
    measured.table(("measured", "median (range)"), rows)
    clock_s = measured.median([one["clock_s"] for one in told])
    measured.say(f"read {told[0]['read']} of {told[0]['sampled']}; steps: {told[0]['steps']}")
    share = clock_s / (decode.wall_s * _MINUTES)
    measured.say(measured.verdict("clock / full decode (a minute's, scaled)", share, _SHARE))


if __name__ == "__main__":
    main()
