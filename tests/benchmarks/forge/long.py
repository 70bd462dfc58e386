"""Long recordings as devices write them, to count false alarms by the hour in what packets tell.

python -m forge.long --out FOLDER [--part tune|report] [--minutes M] [--each N] [--seed N]
    [--codec NAME]        (in tests/benchmarks)

Pictures are tiny and sound comes again and again: container, packets and counters are those of an
hour, and nothing else of them is to be measured (`forge.cues --only bitstream container timeline`).
What devices do lawfully meanwhile is in them: pictures dropped with and without a note, times that
jitter, sound that is put right against the picture, keyframes where a scene changes.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import yaml
from sounds import RATE, scene_sound

from forge import boxes
from forge.labels import Truth
from forge.profiles import DEVICES, LONG_DEVICES, Profile, of_part
from forge.sources import START
from forge.take import (
    Planes,
    _unmarked,
    even,
    picture_stream,
    sound_packets,
    sound_stream,
    wrapping,
)

_WIDTH, _HEIGHT, _FPS = 96, 64, 15
_LOOP_S = 24.0


@dataclass(frozen=True)
class Habits:
    """What a device does: pictures dropped an hour (and whether it notes that), jitter of times,
    and how often its sound is put right."""

    drops: int
    noted: bool
    jitter_s: float
    resync_s: float


def _habits(profile: Profile, chance: np.random.Generator) -> Habits:
    timed = profile.timed
    return Habits(
        drops=int(chance.integers(0, 40)),
        noted=timed,
        jitter_s=float(chance.choice((0.0, 0.0, 0.002))) if timed else 0.0,
        resync_s=float(chance.choice((0.0, 90.0, 300.0))) if timed else 0.0,
    )


def record(path: Path, profile: Profile, seconds: float, chance: np.random.Generator) -> None:
    """Record as the device does, with habits drawn by chance."""
    habits = _habits(profile, chance)
    if profile.picture == "libx264" and chance.random() < 1 / 3:
        profile = replace(profile, options={**profile.options, "sc_threshold": "40"})
    with wrapping(path, profile, START) as output:
        # Times that are uneven need fine ticks, which `even` times are not given.
        shown = even([_blank()] * 2, np.zeros(0, np.float32), _FPS)
        shown = replace(shown, times=(0.0, 1 / _FPS + 1e-3))
        video, audio = picture_stream(output, shown, profile), sound_stream(output, profile)
        heard = _heard(audio, profile, seconds, habits, chance)
        late = next(heard, None)
        for packet in _seen(video, profile, seconds, habits, chance):
            while late is not None and late.dts * late.time_base <= packet.dts * packet.time_base:
                output.mux(late)
                late = next(heard, None)
            output.mux(packet)
    boxes.mark(path, profile)


def _blank() -> Planes:
    return np.zeros((_HEIGHT * 3 // 2, _WIDTH), np.uint8)


def _pictures(count: int, chance: np.random.Generator) -> Iterator[Planes]:
    """A texture that wanders, noise on it; another one now and then."""
    noise = chance.normal(0, 4, (7, *_blank().shape)).astype(np.int16)
    place = np.zeros(2)
    for number in range(count):
        if number % (40 * _FPS) == 0:
            small = chance.integers(30, 220, (_HEIGHT // 8 * 3 // 2, _WIDTH // 8))
            texture = np.kron(small, np.ones((8, 8), np.int16)).astype(np.int16)
        place += chance.normal(0, 0.6, 2)
        rolled = np.roll(texture, tuple(place.astype(int)), (0, 1))
        yield np.clip(rolled + noise[chance.integers(7)], 0, 255).astype(np.uint8)


def _seen(stream: Any, profile: Profile, seconds: float, habits: Habits,
          chance: np.random.Generator) -> Iterator[Any]:  # fmt: skip
    """The picture's packets. Pictures that were dropped without a note leave the container's times
    as if there had been none: only the encoder knows."""
    base, count = stream.codec_context.time_base, round(seconds * _FPS)
    dropped = np.zeros(count, bool)
    for at in chance.integers(_FPS, count, round(habits.drops * seconds / 3600)):
        dropped[at : at + int(chance.integers(1, 6))] = True
    written = 0
    frames = (
        (number, planes)
        for number, planes in enumerate(_pictures(count, chance)) if not dropped[number]
    )  # fmt: skip
    last = -1
    for number, planes in frames:
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        if profile.picture == "mjpeg":
            frame = frame.reformat(format="yuvj420p", dst_color_range=2)
        at = Fraction(number, _FPS) + Fraction(float(chance.normal(0, habits.jitter_s or 1e-12)))
        frame.pts, frame.time_base = max(last + 1, round(at / base)), base
        last = frame.pts
        for packet in _unmarked(stream.encode(frame), profile):
            written = _numbered(packet, written, habits)
            yield packet
    for packet in _unmarked(stream.encode(None), profile):
        written = _numbered(packet, written, habits)
        yield packet


def _numbered(packet: Any, written: int, habits: Habits) -> int:
    if not habits.noted:
        packet.pts = packet.dts = written
    return written + 1


def _heard(stream: Any, profile: Profile, seconds: float, habits: Habits,
           chance: np.random.Generator) -> Iterator[Any]:  # fmt: skip
    """The sound's packets: some seconds of it, over and over, times going on."""
    loop = sound_packets(stream, scene_sound(_LOOP_S, chance)[: round(_LOOP_S * RATE)], profile)
    loop = loop[2:-2]  # an encoder's first and last packets are shorter
    length = sum(packet.duration for packet in loop)
    base, moved = loop[0].time_base, 0
    next_s = habits.resync_s * chance.uniform(0.2, 1.2)
    for turn in range(int(seconds / float(length * base)) + 1):
        for one in loop:
            at_s = float((one.pts - loop[0].pts + turn * length) * base)
            if at_s >= seconds:
                return
            if habits.resync_s and at_s >= next_s:
                moved += round(one.duration * chance.uniform(0.15, 0.85))
                next_s += habits.resync_s * chance.uniform(0.5, 1.5)
            packet = av.Packet(bytes(one))
            packet.stream, packet.time_base, packet.duration = stream, base, one.duration
            packet.pts = packet.dts = one.pts - loop[0].pts + turn * length + moved
            packet.is_keyframe = True
            yield packet


def main() -> None:
    """Read the command line, and make the set."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--part", choices=("tune", "report"), default="tune")
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--each", type=int, default=1, help="recordings of each device")
    parser.add_argument("--seed", type=int, default=41)
    parser.add_argument("--codec", help="only devices with this encoder of the picture")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    files = []
    for number, profile in enumerate(of_part((*DEVICES, *LONG_DEVICES), given.part)):
        if given.codec not in (None, profile.picture):
            continue
        for turn in range(given.each):
            start = START + timedelta(hours=turn)
            serial = f"{given.seed % 100:02}{number:02}{turn:03}"  # sets are told apart by it
            path = given.out / f"{profile.name}_{serial}_{start:%Y%m%d_%H%M%S}"
            path = path.with_suffix(f".{profile.suffix}")
            record(path, profile, 60 * given.minutes,
                   np.random.default_rng([given.seed, number, turn]))  # fmt: skip
            files.append({
                "path": path.name, "kind": "long", "sort": "negative", "way": "long",
                "part": given.part, "device": profile.name, "codec": profile.picture,
                "source": profile.name, "container": profile.suffix, "clock": "no",
                "frame_s": round(1 / _FPS, 4), **Truth().entry(),
            })  # fmt: skip
    book = {"seed": given.seed, "files": files, "sessions": []}
    text = yaml.safe_dump(book, allow_unicode=True, sort_keys=False, width=120)
    (given.out / "truth.yaml").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
