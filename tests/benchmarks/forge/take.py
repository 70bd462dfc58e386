"""Recordings decoded, and encoded: pictures as planes, their times, and the sound."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import av
import av.error
import numpy as np
import numpy.typing as npt
from av.codec.context import Flags
from sounds import RATE, Sound

from forge import boxes
from forge.profiles import Profile

#: Planes of YUV 4:2:0 below each other: height * 3 / 2 by width.
Planes = npt.NDArray[np.uint8]
Image = npt.NDArray[np.uint8]

_START_CODE = re.compile(rb"\x00\x00\x00?\x01")


@dataclass(frozen=True)
class Take:
    """A recording without its coding: `times` in seconds from the first picture; mono sound."""

    pictures: Sequence[Planes]
    times: tuple[float, ...]
    sound: Sound
    fps: int

    @property
    def seconds(self) -> float:
        """Length of the picture."""
        return self.times[-1] + 1 / self.fps

    @property
    def even(self) -> bool:
        """Whether its pictures are evenly apart."""
        return all(abs(at - n / self.fps) < 1e-3 for n, at in enumerate(self.times))

    def number(self, at_s: float) -> int:
        """The first picture shown at or after a time."""
        return next((n for n, at in enumerate(self.times) if at >= at_s - 1e-6), len(self.times))

    def without(self, begin: float, end: float) -> Take:
        """The rest moved up behind what was taken out of picture and sound."""
        first, last = self.number(begin), self.number(end)
        gone = (self.times[last] if last < len(self.times) else self.seconds) - self.times[first]
        times = self.times[:first] + tuple(at - gone for at in self.times[last:])
        heard = (round(self.times[first] * RATE), round((self.times[first] + gone) * RATE))
        sound = np.concatenate([self.sound[: heard[0]], self.sound[heard[1] :]])
        return replace(self, pictures=[*self.pictures[:first], *self.pictures[last:]], times=times,
                       sound=sound)  # fmt: skip

    def changed(self, change: Callable[[Image, float], Image], begin: float = 0.0,
                end: float = 1e9) -> Take:  # fmt: skip
        """The pictures of a stretch changed, each as BGR, with its time."""
        pictures = [
            planes_of(change(image_of(one), at)) if begin <= at < end else one
            for one, at in zip(self.pictures, self.times, strict=True)
        ]
        return replace(self, pictures=pictures)


def even(pictures: Sequence[Planes], sound: Sound, fps: int) -> Take:
    """A take with pictures evenly apart."""
    return Take(pictures, tuple(n / fps for n in range(len(pictures))), sound, fps)


def planes_of(image: Image) -> Planes:
    """A picture as the encoder takes it, from BGR."""
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format="bgr24")
    return np.asarray(frame.reformat(format="yuv420p").to_ndarray(), np.uint8)


def image_of(planes: Planes) -> Image:
    """BGR of a picture."""
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(planes), format="yuv420p")
    return np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)


def decoded(path: Path, seconds: float = 1e9) -> Take:
    """The beginning of a recording, decoded; silence where it has no sound.

    Raises `ValueError` where it has no two pictures.
    """
    pictures: list[Planes] = []
    times: list[float] = []
    with av.open(str(path)) as given:
        stream = given.streams.video[0]
        for number, frame in enumerate(_frames(given, stream)):
            at = float(number / (stream.base_rate or 25)) if frame.time is None else frame.time
            if times and at - times[0] >= seconds:
                break
            pictures.append(np.asarray(_even_sized(frame).to_ndarray(), np.uint8))
            times.append(at)
    if len(times) < 2:
        raise ValueError(f"{path}: no pictures")
    shown = tuple(at - times[0] for at in times)
    # What headers say of the rate is wrong for some containers.
    fps = max(1, round(1 / median(b - a for a, b in pairwise(times) if b > a)))
    return Take(pictures, shown, _sound(path, shown[-1] + 1 / fps), fps)


def _even_sized(frame: Any) -> Any:
    return frame.reformat(width=frame.width // 2 * 2, height=frame.height // 2 * 2,
                          format="yuv420p", dst_color_range=1)  # fmt: skip


def _frames(given: Any, stream: Any) -> Iterator[Any]:
    """Frames of a stream, damaged packets left out."""
    for packet in given.demux(stream):
        with contextlib.suppress(av.error.FFmpegError):
            yield from packet.decode()


def _sound(path: Path, seconds: float) -> Sound:
    whole = np.zeros(round(seconds * RATE), np.float32)
    with av.open(str(path)) as given:
        if not given.streams.audio:
            return whole
        shaped = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        found = _frames(given, given.streams.audio[0])
        pieces = [o.to_ndarray().reshape(-1) for frame in found for o in shaped.resample(frame)]
    joined = np.concatenate(pieces)[: len(whole)] if pieces else whole[:0]
    whole[: len(joined)] = joined
    return whole


def encode(path: Path, take: Take, profile: Profile, created: datetime | None = None) -> Path:
    """Encode and wrap as a device or program does. Returns the path."""
    with wrapping(path, profile, created) as output:
        video, audio = picture_stream(output, take, profile), sound_stream(output, profile)
        packets = [*_pictures(video, take, profile), *sound_packets(audio, take.sound, profile)]
        for packet in sorted(packets, key=lambda p: p.dts * p.time_base):
            output.mux_one(packet)
    boxes.mark(path, profile)
    return path


def wrapping(path: Path, profile: Profile, created: datetime | None) -> Any:
    """An output container that is marked as the profile marks its files."""
    options = {} if profile.plain else {"fflags": "+bitexact"}
    if profile.boxed and profile.index_first:
        options["movflags"] = "+faststart"
    output = av.open(str(path), "w", options=options)
    if profile.suffix == "ts" and not profile.plain:
        # The muxer gives its own name to a service that has none.
        output.metadata["service_provider"] = output.metadata["service_name"] = profile.name
    if created:
        moment = created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
        output.metadata["creation_time"] = moment
    return output


def picture_stream(output: Any, take: Take, profile: Profile) -> Any:
    """The stream of the picture, made ready to encode."""
    options = {**profile.options, "threads": "1"}
    gop = max(1, round(profile.gop_s * take.fps))
    if profile.picture == "libx265":
        hidden = "" if profile.plain else ":info=0"
        options["x265-params"] = f"log-level=none:pools=none:frame-threads=1:bframes=0{hidden}"
        if not profile.plain:
            options["x265-params"] += f":keyint={gop}:min-keyint={gop}:scenecut=0"
    if profile.picture != "mjpeg":
        options["g"] = str(gop)
    stream = output.add_stream(profile.picture, rate=take.fps, options=options)
    stream.height, stream.width = take.pictures[0].shape[0] * 2 // 3, take.pictures[0].shape[1]
    stream.pix_fmt = "yuvj420p" if profile.picture == "mjpeg" else "yuv420p"
    # Of these the rate is told by the ticks; but uneven times need fine ones.
    coarse = not profile.timed or profile.picture in ("mpeg4", "mjpeg")
    coarse |= profile.suffix == "mkv" and take.even
    stream.codec_context.time_base = Fraction(1, take.fps if coarse else 90000)
    if not profile.plain:
        stream.codec_context.flags |= Flags.bitexact
    if profile.handlers[0]:
        stream.metadata["handler_name"] = profile.handlers[0]
    return stream


def _pictures(stream: Any, take: Take, profile: Profile) -> Iterator[Any]:
    base = stream.codec_context.time_base
    for planes, at in zip(take.pictures, take.times, strict=True):
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(planes), format="yuv420p")
        if profile.picture == "mjpeg":
            frame = frame.reformat(format="yuvj420p", dst_color_range=2)
        frame.pts, frame.time_base = round(at / base), base
        yield from _unmarked(stream.encode(frame), profile)
    yield from _unmarked(stream.encode(None), profile)


def _unmarked(packets: Iterable[Any], profile: Profile) -> Iterator[Any]:
    """x264 tells its settings in a message before the first picture: no device does."""
    for packet in packets:
        if profile.picture != "libx264" or profile.plain or not packet.is_keyframe:
            yield packet
            continue
        units = _START_CODE.split(bytes(packet))
        kept = [unit for unit in units if unit and unit[0] & 31 != 6]
        lean = av.Packet(b"".join(b"\x00\x00\x00\x01" + unit for unit in kept))
        lean.stream, lean.is_keyframe = packet.stream, True
        lean.time_base, lean.duration = packet.time_base, packet.duration
        lean.pts, lean.dts = packet.pts, packet.dts
        yield lean


def sound_stream(output: Any, profile: Profile) -> Any:
    """The stream of the sound, made ready to encode."""
    stream = output.add_stream(profile.sound, rate=profile.rate, layout="mono")
    if profile.bit_rate:
        stream.bit_rate = profile.bit_rate
    stream.codec_context.time_base = Fraction(1, profile.rate)
    if not profile.plain:
        stream.codec_context.flags |= Flags.bitexact
    if profile.handlers[1]:
        stream.metadata["handler_name"] = profile.handlers[1]
    stream.codec_context.open(strict=False)
    return stream


def sound_packets(stream: Any, sound: Sound, profile: Profile) -> list[Any]:
    """The sound, encoded."""
    context = stream.codec_context
    samples = np.ascontiguousarray(sound[np.newaxis].astype(np.float32))
    whole = av.AudioFrame.from_ndarray(samples, "fltp", "mono")
    whole.sample_rate, whole.pts, whole.time_base = RATE, 0, Fraction(1, RATE)
    shaped = av.AudioResampler(format=context.format, layout="mono", rate=profile.rate)
    fifo = av.AudioFifo()
    for frame in (*shaped.resample(whole), *shaped.resample(None)):
        fifo.write(frame)
    size = context.frame_size or profile.rate // 25
    pieces = [*fifo.read_many(size), *filter(None, [fifo.read(0, partial=True)])]
    return [packet for piece in (*pieces, None) for packet in stream.encode(piece)]
