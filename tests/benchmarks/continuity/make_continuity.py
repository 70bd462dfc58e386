"""Makes the labelled continuity set: untouched recordings, edited twins, and sessions of files.

python make_continuity.py --out FOLDER [--part tune|report] [--sources FOLDER] [--clips N]
    [--seconds S] [--kinds KIND ...] [--seed N] [--talk FOLDER]

Everything is drawn from the seed; `--sources` takes recordings of your own instead, `--talk` their
sound alone.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import alike
import av
import av.error
import cv2
import devices
import edits
import numpy as np
import sessions
import yaml
from edits import RULES, Clip, Label, label
from places import PLACES
from recorders import DEVICES, OTHERS, Device
from scenes import Camera, Frame, part_of
from sounds import RATE, Sound, scene_sound

_START = datetime(2026, 11, 2, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
_FPS = 15
_REGISTER = ("activity_id", "case_no", "kind", "started_at", "ended_at", "place", "officers",
             "device_ids", "recordings")  # fmt: skip
#: Frames of somebody's own recording are made no larger than this (shorter side, pixels).
_LARGEST = 360


@dataclass
class Made:
    """What was made so far: entries of the truth file, and rows of the register."""

    folder: Path
    files: list[dict[str, Any]] = field(default_factory=list)
    sessions: list[dict[str, Any]] = field(default_factory=list)
    rows: list[dict[str, str]] = field(default_factory=list)


def _device(number: int, drawn: bool) -> Device:
    """What records a source; those of one part never record the other."""
    if drawn:
        return PLACES[number % len(PLACES)].device
    of_part = OTHERS if part_of(number) == "report" else DEVICES
    return of_part[number % len(of_part)]


def drawn(number: int, seconds: float, seed: int) -> Clip:
    """A source that the generator draws: the whole of it, untouched."""
    look = PLACES[number % len(PLACES)].look
    camera = Camera(look, seconds, _FPS, seed + number // len(PLACES))
    sound = scene_sound(seconds, np.random.default_rng([seed, number]))
    return _clip(cache(camera.at), camera, seconds, _FPS, sound, number, look.clock)


def _clip(at: Any, camera: Camera | None, seconds: float, fps: int, sound: Sound | None,
          number: int, clock: bool) -> Clip:  # fmt: skip
    count = round(seconds * fps)
    device = _device(number, camera is not None)
    return Clip(
        at=at, camera=camera, seconds=count / fps, fps=fps, sound=sound,
        start=_START + timedelta(hours=number), device=f"{device.name} {number:07}", clock=clock,
        shown=tuple(range(count)), times=tuple(k / fps for k in range(count)),
    )  # fmt: skip


def taken(path: Path, number: int, seconds: float) -> Clip:
    """A source out of somebody's own recording; drawn sound where it has none."""
    with av.open(str(path)) as given:
        stream = given.streams.video[0]
        fps = max(5, min(30, round(float(stream.average_rate or 15))))
        frames: list[Frame] = []
        for frame in _decoded(given, stream):
            short = min(frame.width, frame.height)
            scale = min(1.0, _LARGEST / short)
            size = [int(side * scale) // 2 * 2 for side in (frame.width, frame.height)]
            image = frame.to_ndarray(width=size[0], height=size[1], format="bgr24")
            frames.append(np.asarray(image, np.uint8))
            if len(frames) >= seconds * fps:
                break
    if len(frames) < 8 * fps:
        raise SystemExit(f"{path}: shorter than 8 s")
    length = len(frames) / fps
    sound = _sound_of(path, length)
    if sound is None:
        sound = scene_sound(length, np.random.default_rng(number))
    return _clip(frames.__getitem__, None, length, fps, sound, number, bool(number % 2))


def _decoded(given: Any, stream: Any) -> Iterator[Any]:
    """Frames of a stream, damaged packets left out."""
    for packet in given.demux(stream):
        with contextlib.suppress(av.error.FFmpegError):
            yield from packet.decode()


def _sound_of(path: Path, seconds: float) -> Sound | None:
    with av.open(str(path)) as given:
        if not given.streams.audio:
            return None
        shaped = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        found = _decoded(given, given.streams.audio[0])
        decoded = (out for frame in found for out in shaped.resample(frame))
        pieces = [out.to_ndarray().reshape(-1) for out in decoded]
    if not pieces:
        return None
    sound = np.concatenate(pieces)[: round(seconds * RATE)].astype(np.float32)
    return sound if len(sound) >= 0.9 * seconds * RATE and np.abs(sound).max() > 0.02 else None


def _talk(folder: Path, number: int, seconds: float) -> Sound:
    """What people say in one of the recordings of a folder: the next that lasts long enough."""
    paths = sorted(p for p in folder.iterdir() if p.suffix in (".wav", ".mp4", ".m4a", ".mkv"))
    turned = (paths[(number + n) % len(paths)] for n in range(len(paths)))
    sound = next((s for p in turned if (s := _sound_of(p, seconds)) is not None), None)
    if sound is None:
        raise SystemExit(f"{folder}: no recording lasts {seconds} s")
    return sound


def make_file(made: Made, clip: Clip, number: int, kind: str, about: dict[str, Any]) -> None:
    """Encode one edited clip and note what is true of it."""
    device = _device(number, clip.camera is not None)
    # Each of a device of its own: they are not of one session.
    name = f"{device.name}_{number:05}{100 + len(made.files):03}_{clip.start:%Y%m%d_%H%M%S}"
    name += f".{device.suffix}"
    path = made.folder / name
    frames = clip.frames()
    target = path.with_stem(f"{path.stem}_whole") if clip.copied else path
    written = devices.write(
        target, device, frames, clip.times, clip.sound, clip.fps, clip.start, clip.without
    )
    if clip.copied:
        devices.copied(target, path, clip.copied)
        target.unlink()
    labels = [_placed(one, written) for one in clip.labels]
    made.files.append({
        "path": name, "kind": kind, **about, "codec": device.picture, "container": device.suffix,
        "sound": device.sound, "clock": "yes" if clip.clock else "no",
        "duration_s": round(clip.seconds, 3), "expected": [*labels, *_passes(clip, labels)],
    })  # fmt: skip


def _placed(one: Label, written: devices.Written) -> Label:
    """A label of what was left out lies where packets are really missing."""
    hole = next(iter(stretch for holes in written.holes.values() for stretch in holes), None)
    if hole is None:
        return one
    return label(one["rule"], one["outcome"], *hole)


def _passes(clip: Clip, labels: Sequence[Label]) -> Iterator[Label]:
    """The rules that nothing is wrong by; the clock's only where one is burned in."""
    labelled = {one["rule"] for one in labels}
    for rule in RULES:
        if rule not in labelled and (clip.clock or rule != "continuity.clock"):
            yield label(rule, "pass")


def make_session(
    made: Made, clip: Clip, number: int, session: sessions.Session, about: dict[str, Any]
) -> None:
    """Encode the files of one session, and write its activity into the register."""
    device = _device(number, clip.camera is not None)
    kind = sessions.KINDS.index(session.kind)
    series, names = f"{device.name}_{number:05}{kind:02}", []
    for file in session.files:
        name = f"{series}_{file.named:%Y%m%d_%H%M%S}_{file.number:04}.{device.suffix}"
        piece = _piece(clip, file)
        frames = replace(piece, start=file.named).frames()
        devices.write(made.folder / name, device, frames, piece.times, piece.sound, clip.fps,
                      file.named)  # fmt: skip
        names.append(name)
        made.files.append({"path": name, "kind": f"in_{session.kind}", **about,
                           "expected": [*file.labels, *_passes(clip, file.labels)]})  # fmt: skip
    activity = f"{series}_{session.kind}"
    labelled = {one["rule"] for one in session.labels}
    passes = [label(rule, "pass") for rule in sessions.RULES if rule not in labelled]
    made.sessions.append({"name": activity, "kind": session.kind, **about, "activity": activity,
                          "files": names, "expected": [*session.labels, *passes]})  # fmt: skip
    times = (f"{at:%Y-%m-%d %H:%M:%S}" for at in (session.begun, session.ended))
    values = (activity, activity, "检查", *times, "青羊镇城关村", "李晓红", "", f"{series}_*")
    made.rows.append(dict(zip(_REGISTER, values, strict=True)))


def _piece(clip: Clip, file: sessions.File) -> Clip:
    """The part of a source that a file of a session is; behind its end it begins again."""
    first, count = round(file.begin * clip.fps), round((file.end - file.begin) * clip.fps)
    at, whole, sound = clip.at, len(clip.shown), clip.sound
    if sound is not None:
        begin = round(file.begin * RATE)
        places = np.arange(begin, begin + round(count / clip.fps * RATE)) % len(sound)
        sound = sound[places]
    times = tuple(k / clip.fps for k in range(count))
    return replace(clip, at=lambda n: at((n + first) % whole), shown=tuple(range(count)),
                   times=times, sound=sound, seconds=count / clip.fps)  # fmt: skip


def make_source(made: Made, clip: Clip, number: int, given: argparse.Namespace, part: str) -> None:
    """Everything that is made of one source."""
    about = {"source": clip.camera.look.name if clip.camera else f"own{number}", "part": part}
    both = clip.camera is None or PLACES[number % len(PLACES)].alike
    for place, edit in enumerate((*edits.FAULTS, *(alike.NEGATIVES if both else ()))):
        kind = edit.__name__
        if not given.kinds or kind in given.kinds:
            chance = np.random.default_rng([given.seed, number, place])
            own = replace(clip, start=clip.start + timedelta(minutes=2 * place))
            make_file(made, edit(own, chance), number, kind, about)
    chance = np.random.default_rng([given.seed, number, 99])
    for session in sessions.sessions(clip.start + timedelta(hours=12), clip.seconds, chance):
        if not given.kinds or session.kind in given.kinds:
            # What a session is judged by is hardly the picture: a small one will do for most.
            make_session(made, _small(clip) if number % 3 else clip, number, session, about)


def _small(clip: Clip) -> Clip:
    """The same too small for a clock to be read."""

    def at(number: int) -> Frame:
        return np.asarray(cv2.resize(clip.at(number), (240, 136), interpolation=cv2.INTER_AREA))

    return replace(clip, at=cache(at), clock=False)


def write_truth(made: Made) -> None:
    """truth.yaml, and the register of the sessions."""
    book = {"files": made.files, "sessions": made.sessions}
    text = yaml.safe_dump(book, allow_unicode=True, sort_keys=False, width=120)
    (made.folder / "truth.yaml").write_text(text, encoding="utf-8")
    with (made.folder / "register.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, _REGISTER)
        writer.writeheader()
        writer.writerows(made.rows)


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("--part", choices=("tune", "report"), help="only these sources")
    options.add_argument("--sources", type=Path, help="a folder with recordings of your own")
    options.add_argument("--talk", type=Path, help="a folder with recordings of people who talk")
    options.add_argument("--clips", type=int, default=len(PLACES), help="sources to draw")
    options.add_argument("--seconds", type=float, default=20.0, help="length of each source")
    options.add_argument("--kinds", nargs="*", default=[], help="only these kinds")
    options.add_argument("--seed", type=int, default=7)
    return options


def make(given: argparse.Namespace) -> Path:
    """Make the set. Returns the truth file."""
    given.out.mkdir(parents=True, exist_ok=True)
    made = Made(given.out)
    own = sorted(p for p in given.sources.iterdir() if p.is_file()) if given.sources else []
    for number in range(len(own) or given.clips):
        part = part_of(number) if own else PLACES[number % len(PLACES)].part
        if given.part in (None, part):
            clip = (taken(own[number], number, given.seconds) if own
                    else drawn(number, given.seconds, given.seed))  # fmt: skip
            if given.talk:
                clip = replace(clip, sound=_talk(given.talk, number, clip.seconds))
            make_source(made, clip, number, given, part)
            write_truth(made)  # a set that is not finished can be used all the same
            sys.stderr.write(f"{number}: {len(made.files)} files\n")
    return made.folder / "truth.yaml"


if __name__ == "__main__":
    make(parser().parse_args())
