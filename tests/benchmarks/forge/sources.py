"""Sources: recordings that edits are made of, drawn or somebody's own."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import av
import numpy as np
from av.error import FFmpegError
from edits import Clip
from scenes import LOOKS, Camera, part_of
from sounds import RATE, scene_sound

from forge.labels import NotFor
from forge.profiles import DEVICES, EDITORS, PLATFORMS, WORKSTATIONS, Profile, of_part
from forge.splice import Gops, gops
from forge.take import Planes, Take, decoded, encode, planes_of

START = datetime(2026, 11, 2, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
SUFFIXES = (".mp4", ".mov", ".3gp", ".ts", ".mkv", ".avi", ".m4v", ".mts")
#: Pictures of one recording that are held at once, in bytes.
_HELD = 600_000_000
_ENCODERS = {"h264": "libx264", "hevc": "libx265", "mpeg4": "mpeg4", "mjpeg": "mjpeg"}
_SOUNDS = {"amr_nb": "libopencore_amrnb", "opus": "libopus", "mp3": "libmp3lame"}


@dataclass(frozen=True)
class Source:
    """One untouched recording (`original`) and what is known of it. `clip` is of drawn ones.

    `scratch` is a folder for what is no part of the set.
    """

    name: str
    part: str
    number: int
    seed: int
    profile: Profile
    seconds: float
    start: datetime
    clock: bool
    original: Path
    scratch: Path
    clip: Clip | None = None
    others: tuple[Path, ...] = ()

    @cached_property
    def take(self) -> Take:
        """The recording as an editor decodes it: coded once already."""
        with av.open(str(self.original)) as given:
            stream = given.streams.video[0]
            each = stream.width * stream.height * 3 / 2 * float(stream.average_rate or 25)
        return decoded(self.original, min(self.seconds, _HELD / each))

    @cached_property
    def gops(self) -> Gops:
        """Its groups of pictures."""
        return gops(self.original)

    @cached_property
    def another(self) -> Path:
        """A recording of the same device at another time."""
        if self.clip is None:
            return _same_kind(self.original, self.others)
        path = self.scratch / f"{self.name}_another.{self.profile.suffix}"
        shown = drawn_clip(self.number + 7, self.clip.seconds / 2, self.clip.fps, self.seed + 1)
        shown = replace(shown, start=self.start + timedelta(hours=3), device=self.clip.device,
                        clock=self.clock)  # fmt: skip
        return encode(path, recorded(shown), self.profile, shown.start)

    @cached_property
    def foreign(self) -> Take:
        """Something that another device recorded, decoded, in this one's size and rate."""
        own = self.take
        device = self.pick(DEVICES, 3)
        seconds = min(8.0, own.seconds / 2)
        shown = drawn_clip(self.number + 4, seconds, own.fps, self.seed + 2)
        path = self.scratch / f"{self.name}_foreign.{device.suffix}"
        height, width = own.pictures[0].shape[0] * 2 // 3, own.pictures[0].shape[1]
        found = decoded(encode(path, recorded(replace(shown, clock=self.clock)), device))
        pictures = [_sized(one, width, height) for one in found.pictures]
        return replace(found, pictures=pictures, fps=own.fps)

    def pick(self, profiles: tuple[Profile, ...], step: int = 0) -> Profile:
        """One of the profiles that this source's part may use, not its own device."""
        fit = [one for one in of_part(profiles, self.part) if one.name != self.profile.name]
        return fit[(self.number + step) % len(fit)]

    @property
    def editor(self) -> Profile:
        """What its editor exports with."""
        return self.pick(EDITORS, self.number // 2)

    @property
    def workstation(self) -> Profile:
        """The workstation that collects its files."""
        return self.pick(WORKSTATIONS)

    @property
    def platform(self) -> Profile:
        """Where it was uploaded to."""
        return self.pick(PLATFORMS)

    def drawn(self) -> Clip:
        """The clip before its device's encoder. Raises `NotFor` of somebody's own recording."""
        if self.clip is None:
            raise NotFor("nothing can be done before the device's own encoder")
        return self.clip


def _sized(planes: Planes, width: int, height: int) -> Planes:
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(planes), format="yuv420p")
    return np.asarray(frame.reformat(width=width, height=height).to_ndarray(), np.uint8)


def drawn_clip(number: int, seconds: float, fps: int, seed: int) -> Clip:
    """A scene as its sensor and microphone deliver it; every second look has a clock."""
    look = LOOKS[number % len(LOOKS)]
    camera = Camera(look, seconds, fps, seed + number // len(LOOKS))
    count = round(seconds * fps)
    chance = np.random.default_rng([seed, number])
    sound = scene_sound(count / fps, chance)
    if number % 2:  # the mains of half of the places hum
        at = np.arange(len(sound)) / RATE
        sound = (sound + 0.006 * np.sin(2 * np.pi * 50.02 * at)
                 + 0.003 * np.sin(2 * np.pi * 150.06 * at)).astype(np.float32)  # fmt: skip
    return Clip(
        at=lru_cache(maxsize=320)(camera.at), camera=camera, seconds=count / fps, fps=fps,
        sound=sound, start=START + timedelta(hours=number), device=f"DSJ {number:07}",
        clock=look.clock, shown=tuple(range(count)), times=tuple(n / fps for n in range(count)),
    )  # fmt: skip


def recorded(clip: Clip) -> Take:
    """What goes into the device's encoder."""
    if clip.sound is None:
        raise ValueError("a clip without sound")
    return Take([planes_of(one) for one in clip.frames()], clip.times, clip.sound, clip.fps)


def draw(number: int, seconds: float, fps: int, seed: int, scratch: Path) -> Source:
    """Draw a source, and record it with a device of its part."""
    part = part_of(number)
    fit = of_part(DEVICES, part)
    place = number // 3 if part == "report" else number - number // 3
    profile = fit[place % len(fit)]
    clip = drawn_clip(number, seconds, fps, seed)
    clip = replace(clip, device=f"{profile.name} {number:07}")
    name = f"{clip.camera.look.name if clip.camera else ''}{number:02}"
    path = scratch / f"{name}.{profile.suffix}"
    encode(path, recorded(clip), profile, clip.start)
    return Source(name, part, number, seed, profile, clip.seconds, clip.start, clip.clock, path,
                  scratch, clip)  # fmt: skip


def own(folder: Path) -> list[tuple[str, Path]]:
    """Somebody's recordings with their parts: every third device's (a folder each) are `report`.

    Files beside each other in the one folder count as of a device each.
    """
    files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES)
    devices = sorted({p.parent if p.parent != folder else p for p in files})
    parts = {device: part_of(number) for number, device in enumerate(devices)}
    return [(parts[p.parent if p.parent != folder else p], p) for p in files]


def taken(number: int, part: str, path: Path, seconds: float, seed: int, scratch: Path,
          others: Sequence[Path]) -> Source:  # fmt: skip
    """Somebody's own recording, with a profile as like its device's as a look at it tells."""
    start = datetime.fromtimestamp(int(path.stat().st_mtime), ZoneInfo("Asia/Shanghai"))
    return Source(f"own{number:02}", part, number, seed, _like(path, part), seconds, start, False,
                  path, scratch, None, tuple(others))  # fmt: skip


def _like(path: Path, part: str) -> Profile:
    with av.open(str(path)) as given:
        if not given.streams.video:
            raise NotFor("no picture")
        video, sound = given.streams.video[0], next(iter(given.streams.audio), None)
        codec, size = video.codec_context.name, max(1, path.stat().st_size)
        length = float(given.duration or 1_000_000) / 1e6
        rate, spoken = (sound.rate, sound.codec_context.name) if sound else (16000, "aac")
        ordered = not video.codec_context.has_b_frames
    parts = gops(path)
    options = {"b": str(round(size * 8 / length)), "bf": "0" if ordered else "2"}
    if codec in ("h264", "hevc"):
        options["preset"] = "veryfast"
    return Profile(
        path.stem, part, path.suffix.lower()[1:], _ENCODERS.get(codec, "libx264"),
        _SOUNDS.get(spoken, spoken), rate, float(parts.end / len(parts)), options,
    )  # fmt: skip


def _same_kind(path: Path, others: Sequence[Path]) -> Path:
    """Another file with the same parameters, so that packets of both fit one stream."""
    wanted = _parameters(path)
    for other in others:
        with contextlib.suppress(FFmpegError):  # what cannot be read is no help
            if other != path and _parameters(other) == wanted:
                return other
    raise NotFor("no other recording with the same parameters")


def _parameters(path: Path) -> tuple[object, ...]:
    with av.open(str(path)) as given:
        video = next(iter(given.streams.video), None)
        if video is None:
            return ()
        return (video.codec_context.name, video.width, video.height,
                video.codec_context.extradata)  # fmt: skip
