"""How long looking at a recording and listening to it take, without speech, beside other programs.

python tests/benchmarks/bench_picture.py [--runs N] [--folder FOLDER]

Packets, sound, keyframes and the burned-in clock of 20 minutes of 1080p30; the same with traces of
editing; decoding every frame, `ffmpeg` and `scenedetect` (PySceneDetect), where PATH has them, of
the first minute. Processor time says more than elapsed time where other things run.
"""

from __future__ import annotations

import heapq
import json
import os
import resource
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av

import bench_clock
import measured
from bench_read import encode, recordings

#: Minutes that other programs are given of them: what follows is the same again.
_MINUTES, _DECODED_MINUTES = 20, 1
_SHARE, _MEMORY_MB, _SPEED, _CLOCK_SHARE = 0.08, 400, 100, 0.3
_EXAMINE = """
import json, os, sys
from avaudit.domain.examination import ExamineRequest
from avaudit.examine import examine
done = examine(ExamineRequest(os.fsencode(sys.argv[1]).hex(), have=tuple(json.loads(sys.argv[2]))))
assert "picture" in done.signals, done.missing
"""
_DECODE = """
import av, sys
with av.open(sys.argv[1]) as container:
    container.streams.video[0].codec_context.thread_count = 1
    for number, _ in enumerate(container.decode(video=0)):
        if number >= int(sys.argv[2]):
            break
"""
_FFMPEG = (
    "-nostdin -hide_banner -loglevel error -t {seconds} -i {path} "
    "-vf blackdetect,freezedetect -af silencedetect -f null -"
)
#: Signals for `integrity.*`: what is named is not measured.
_TRACES = ("sound_seams", "recompression")
_CLOCK = "osd_clock"
OWN, ALL = "packets, sound, keyframes, clock", "the same with traces of editing"
START, START_WITHOUT = "start: the same of 1 s", "start: the same of 1 s, no clock looked for"
DECODE = "decode every frame (PyAV, one thread)"
WITH, WITHOUT = "a recording with a clock", "the same, its clock not read"


def recording(folder: Path) -> tuple[Path, Path, Path]:
    """The long recording, one of a second, and one with a clock; made where they are not there."""
    long, short = recordings(folder)
    silent = folder / f"clock_{_MINUTES}min.mp4"
    clock = folder / f"clock_sound_{_MINUTES}min.mp4"
    begun = clock.with_name("clock_begun.mp4")
    if not silent.exists():
        bench_clock.make(begun)
        begun.rename(silent)
    if not clock.exists():
        with_sound(silent, long, begun)
        begun.rename(clock)
    if not short.exists():
        encode(short, 1)
    return long, short, clock


def with_sound(silent: Path, sounding: Path, path: Path) -> None:
    """The picture of one recording with the sound of another, packet by packet."""
    with (
        av.open(str(silent)) as seen,
        av.open(str(sounding)) as heard,
        av.open(str(path), "w") as output,
    ):
        given: Any = ((seen, seen.streams.video[0]), (heard, heard.streams.audio[0]))
        made = [output.add_stream_from_template(stream) for _, stream in given]
        waiting = [source.demux(stream) for source, stream in given]
        for packet, number in _in_order(waiting):
            packet.stream = made[number]
            output.mux_one(packet)


def _in_order(waiting: list[Any]) -> Iterator[tuple[Any, int]]:
    """Packets of several streams, each with its stream's number, by decoding time."""

    def timed_of(packets: Any, number: int) -> Iterator[tuple[float, int, Any]]:
        for packet in packets:
            if packet.dts is not None:
                yield float(packet.dts * packet.time_base), number, packet

    streams = (timed_of(packets, number) for number, packets in enumerate(waiting))
    for _, number, packet in heapq.merge(*streams, key=lambda one: one[:2]):
        yield packet, number


def timed(command: list[str]) -> tuple[float, float, float]:
    """Wall seconds, processor seconds and peak MiB of a process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = measured.run(command)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return done.wall_s, used, done.peak_mb


def examine(path: Path, *have: str) -> list[str]:
    """The command that measures a recording, but for the signals that are named."""
    return [sys.executable, "-c", _EXAMINE, str(path), json.dumps(have)]


def commands(long: Path, short: Path, clock: Path) -> dict[str, tuple[list[str], float]]:
    """What is measured, by name, and of how many minutes; programs that are not there are left
    out."""
    frames = str(_DECODED_MINUTES * 60 * 30)
    wanted: dict[str, tuple[list[str], float]] = {
        OWN: (examine(long, *_TRACES), _MINUTES),
        ALL: (examine(long), _MINUTES),
        START: (examine(short, *_TRACES), 1 / 60),
        START_WITHOUT: (examine(short, *_TRACES, _CLOCK), 1 / 60),
        WITH: (examine(clock, *_TRACES), _MINUTES),
        WITHOUT: (examine(clock, *_TRACES, _CLOCK), _MINUTES),
        DECODE: ([sys.executable, "-c", _DECODE, str(long), frames], _DECODED_MINUTES),
    }
    if ffmpeg := shutil.which("ffmpeg"):
        arguments = _FFMPEG.format(path=long, seconds=60 * _DECODED_MINUTES).split()
        wanted["ffmpeg black-, freeze-, silencedetect"] = [ffmpeg, *arguments], _DECODED_MINUTES
    if scenes := shutil.which("scenedetect"):
        for detector in ("detect-content", "detect-adaptive"):
            command = [scenes, "-i", str(long), "-q", "time", "-d", f"{60 * _DECODED_MINUTES}s",
                       detector]  # fmt: skip
            wanted[f"PySceneDetect {detector}"] = command, _DECODED_MINUTES
    return wanted


def main() -> None:
    """Measure and report."""
    given = measured.options(__doc__ or "", runs=1)
    measured.heading("bench_picture", f"{_MINUTES} min of 1080p30 H.264 with AAC, warm cache")
    paths = recording(given.folder)
    for path in paths:
        path.read_bytes()
    wanted = commands(*paths)
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in wanted}
    for _ in range(given.runs):
        for name, (command, _) in wanted.items():
            found[name].append(timed(command))
    measured.table(
        ("measured", "minutes", "wall, s", "processor, s", "processor s a minute",
         "times real time", "peak, MiB"),
        [
            (name, f"{minutes:.3g}", measured.spread([r[0] for r in runs], 1),
             measured.spread([r[1] for r in runs], 1),
             f"{measured.median(r[1] for r in runs) / minutes:.2f}",
             f"{60 * minutes / measured.median(r[0] for r in runs):.0f}",
             f"{max(r[2] for r in runs):.0f}")
            for name, runs in found.items()
            for minutes in [wanted[name][1]]
        ],
    )  # fmt: skip
    _judge({name: [measured.median(run[n] for run in runs) for n in range(3)]
            for name, runs in found.items()})  # fmt: skip


def _judge(found: dict[str, list[float]]) -> None:
    """What was asked, with and without the traces of editing, less the start of a process."""
    decode = [of / _DECODED_MINUTES * _MINUTES for of in found[DECODE][:2]]
    for name in (OWN, ALL):
        wall, used = (found[name][n] - found[START][n] for n in range(2))
        measured.say(f"\n{name}, less start:")
        share = measured.verdict("processor time / that of a full decode", used / decode[1], _SHARE)
        measured.say(share)
        measured.say(measured.verdict("elapsed / full decode", wall / decode[0], _SHARE))
        slow = wall / (60 * _MINUTES)
        measured.say(measured.verdict(f"elapsed / real time ({1 / slow:.0f} times real time)",
                                      slow, 1 / _SPEED))  # fmt: skip
        # What two cores with nothing else to do would take, if both were always busy.
        measured.say(f"real time / half of the processor time: {60 * _MINUTES / (used / 2):.0f}")
        measured.say(measured.verdict("peak resident memory", found[name][2], _MEMORY_MB, " MiB"))
    whole = found[WITH][1] - found[START][1]
    rest = found[WITHOUT][1] - found[START_WITHOUT][1]
    measured.say(f"\n{WITH}, less start:")
    of_clock = (whole - rest) / whole
    measured.say(measured.verdict("the clock's share of processor time", of_clock, _CLOCK_SHARE))
    loaded = (found[WITH][1] - found[WITHOUT][1]) / found[WITH][1]
    measured.say(f"with the start of a process, which loads the recogniser: {loaded:.3g}")


if __name__ == "__main__":
    os.environ.setdefault("AVAUDIT_SPEECH_MODEL", "none")
    main()
