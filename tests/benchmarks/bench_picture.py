"""How long looking at the picture takes, beside decoding all of it and beside other programs.

python tests/benchmarks/bench_picture.py [--runs N] [--folder FOLDER]

`ffmpeg` and `scenedetect` (PySceneDetect) are measured where PATH has them.
"""

from __future__ import annotations

import os
import resource
import shutil
import sys
from pathlib import Path

import measured
from bench_read import encode, repeat

_LOOP_S, _TIMES = 8, 30
_SHARE, _MEMORY_MB, _SPEED = 0.08, 400, 100
_EXAMINE = """
import os, sys
from avaudit.domain.examination import ExamineRequest
from avaudit.examine import examine
done = examine(ExamineRequest(os.fsencode(sys.argv[1]).hex()))
assert "picture" in done.signals, done.missing
"""
_DECODE = """
import av, sys
with av.open(sys.argv[1]) as container:
    container.streams.video[0].codec_context.thread_count = 1
    for frame in container.decode(video=0):
        pass
"""
_FFMPEG = (
    "-nostdin -hide_banner -loglevel error -i {path} -vf blackdetect=d=0.5,freezedetect=d=0.5 "
    "-af silencedetect=d=0.5 -f null -"
)


def recording(folder: Path) -> Path:
    """Four minutes of 1080p30, made where they are not there yet."""
    path = folder / f"picture_{_LOOP_S * _TIMES}s.mp4"
    if not path.exists():
        loop, begun = folder / "picture_loop.mp4", folder / "picture_begun.mp4"
        encode(loop, _LOOP_S)
        repeat(loop, begun, _TIMES)
        begun.rename(path)
    return path


def timed(command: list[str]) -> tuple[float, float, float]:
    """Wall seconds, processor seconds and peak MiB of a process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = measured.run(command)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return done.wall_s, used, done.peak_mb


def commands(path: Path, short: Path) -> dict[str, list[str]]:
    """What is measured, by name; programs that are not there are left out."""
    wanted = {
        "examine: packets, sound, digest, picture": [sys.executable, "-c", _EXAMINE, str(path)],
        "examine 1 s (start)": [sys.executable, "-c", _EXAMINE, str(short)],
        "decode every frame (PyAV, one thread)": [sys.executable, "-c", _DECODE, str(path)],
    }
    if ffmpeg := shutil.which("ffmpeg"):
        arguments = _FFMPEG.format(path=path).split()
        wanted["ffmpeg black-, freeze-, silencedetect"] = [ffmpeg, *arguments]
    if scenes := shutil.which("scenedetect"):
        wanted["PySceneDetect detect-content"] = [scenes, "-i", str(path), "-q", "detect-content"]
    return wanted


def main() -> None:
    """Measure and report."""
    given = measured.options(__doc__ or "", runs=1)
    seconds = _LOOP_S * _TIMES
    measured.heading("bench_picture", f"{seconds} s of 1080p30 H.264 with AAC, warm cache")
    path, short = recording(given.folder), given.folder / "picture_short.mp4"
    if not short.exists():
        encode(short, 1)
    path.read_bytes()
    walls: dict[str, list[float]] = {}
    used: dict[str, list[float]] = {}
    peaks: dict[str, float] = {}
    for _ in range(given.runs):
        for name, command in commands(path, short).items():
            wall_s, used_s, peak_mb = timed(command)
            walls.setdefault(name, []).append(wall_s)
            used.setdefault(name, []).append(used_s)
            peaks[name] = max(peaks.get(name, 0.0), peak_mb)
    measured.table(
        ("measured", "wall, s", "processor, s", "times real time", "peak, MiB"),
        [
            (name, measured.spread(walls[name], 1), measured.spread(used[name], 1),
             f"{seconds / measured.median(walls[name]):.0f}", f"{peaks[name]:.0f}")
            for name in walls
        ],
    )  # fmt: skip
    whole, start, decode = list(walls)[:3]
    net_wall = measured.median(walls[whole]) - measured.median(walls[start])
    net_used = measured.median(used[whole]) - measured.median(used[start])
    share = net_used / measured.median(used[decode])
    measured.say(measured.verdict("(examine less start) / decode, processor time", share, _SHARE))
    share = net_wall / measured.median(walls[decode])
    measured.say(measured.verdict("(examine less start) / decode, wall time", share, _SHARE))
    slow = net_wall / seconds
    measured.say(measured.verdict("(examine less start) / real time", slow, 1 / _SPEED))
    measured.say(measured.verdict("peak resident memory", peaks[whole], _MEMORY_MB, " MiB"))


if __name__ == "__main__":
    os.environ.setdefault("AVAUDIT_SPEECH_MODEL", "none")
    main()
