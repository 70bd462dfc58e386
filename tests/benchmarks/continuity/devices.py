"""Devices: how each encodes and calls its files; and what can be done to a file's packets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from recorders import Device
from scenes import Frame
from sounds import RATE, Sound

Stretch = tuple[float, float]


@dataclass(frozen=True)
class Written:
    """What a file was made of: stretches, in seconds of its own time line, without packets."""

    seconds: float
    holes: dict[str, tuple[Stretch, ...]]


def write(
    path: Path,
    device: Device,
    frames: Sequence[Frame],
    times: Sequence[float],
    sound: Sound | None,
    fps: int,
    started: datetime | None = None,
    without: dict[str, Stretch] | None = None,
) -> Written:
    """Encode as the device does. Packets shown within `without[kind]` are left out."""
    without = without or {}
    with av.open(str(path), "w", options={"fflags": "+bitexact"}) as output:
        if started:
            moment = started.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
            output.metadata["creation_time"] = moment
        # Both streams are known before any packet is written.
        video = _video(output, device, frames[0], fps)
        audio = _audio(output, device) if sound is not None else None
        packets = list(_pictures(video, device, frames, times, fps))
        if audio is not None and sound is not None:
            packets += _sounds(audio, device, sound)
        packets.sort(key=lambda p: float(p.dts * p.time_base))
        holes: dict[str, tuple[Stretch, ...]] = {}
        seconds = times[-1] + 1 / fps
        for kind, stretch in without.items():
            packets, (begin, end) = _left_out(packets, kind, stretch)
            if kind == "audio" and _counted(device):
                # Without times what follows moves up, and the sound ends so much earlier.
                begin, end = seconds - (end - begin), seconds
            holes[kind] = ((begin, end),)
        for packet in packets:
            output.mux_one(packet)
    return Written(seconds, holes)


def _counted(device: Device) -> bool:
    """Whether sound has no times in the container: any in AVI, samples in MOV."""
    return device.suffix == "avi" or (device.suffix == "mov" and device.sound.startswith("pcm"))


def _video(output: Any, device: Device, first: Frame, fps: int) -> Any:
    stream = output.add_stream(device.picture, rate=fps, options=dict(device.options))
    stream.height, stream.width = first.shape[:2]
    stream.pix_fmt = "yuvj420p" if device.picture == "mjpeg" else "yuv420p"
    ticks = fps if device.suffix == "avi" or device.picture in ("mpeg4", "mjpeg") else 90000
    stream.codec_context.time_base = Fraction(1, ticks)
    return stream


def _pictures(
    stream: Any, device: Device, frames: Sequence[Frame], times: Sequence[float], fps: int
) -> Iterator[Any]:
    base = stream.codec_context.time_base
    full = 2 if device.picture == "mjpeg" else 1
    for image, at in zip(frames, times, strict=True):
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format="bgr24")
        frame = frame.reformat(format=stream.pix_fmt, dst_color_range=full)
        frame.pts, frame.time_base = round(at / base), base
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _audio(output: Any, device: Device) -> Any:
    stream = output.add_stream(device.sound, rate=device.rate, layout="mono")
    if device.bit_rate:
        stream.bit_rate = device.bit_rate
    stream.codec_context.time_base = Fraction(1, device.rate)
    stream.codec_context.open(strict=False)
    return stream


def _sounds(stream: Any, device: Device, sound: Sound) -> list[Any]:
    context = stream.codec_context
    whole = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound[np.newaxis]), "fltp", "mono")
    whole.sample_rate, whole.pts, whole.time_base = RATE, 0, Fraction(1, RATE)
    shaped = av.AudioResampler(format=context.format, layout="mono", rate=device.rate)
    fifo = av.AudioFifo()
    for frame in (*shaped.resample(whole), *shaped.resample(None)):
        fifo.write(frame)
    size = context.frame_size or device.rate // 25
    pieces = [*fifo.read_many(size), *filter(None, [fifo.read(0, partial=True)])]
    return [packet for piece in (*pieces, None) for packet in stream.encode(piece)]


def _left_out(packets: list[Any], kind: str, stretch: Stretch) -> tuple[list[Any], Stretch]:
    """Packets without those of a stretch, and the hole: to the first one that is shown after it.

    Of picture streams what is left out begins and ends at keyframes, as a cut of the stream does.
    """
    own = [p for p in packets if p.stream.type == kind]
    own.sort(key=lambda p: float(p.pts * p.time_base))
    shown = [float(p.pts * p.time_base) for p in own]
    begin, end = stretch
    if kind == "video":
        keys = [at for at, p in zip(shown, own, strict=True) if p.is_keyframe]
        end = next((at for at in keys if at >= end), shown[-1])
    dropped = {id(p) for p, at in zip(own, shown, strict=True) if begin <= at < end}
    kept = [p for p in packets if id(p) not in dropped]
    first = next((at for at in shown if at >= begin), begin)
    after = next((at for at in shown if at >= end), end)
    return kept, (first - shown[0], after - shown[0])


def copied(source: Path, path: Path, kinds: Sequence[str]) -> None:
    """The same file with only the streams of some kinds, packet by packet: a remux."""
    with av.open(str(source)) as given, av.open(str(path), "w") as output:
        wanted = [s for s in given.streams if s.type in kinds]
        made = {s.index: output.add_stream_from_template(s) for s in wanted}
        for packet in given.demux(wanted):
            if packet.dts is not None:
                packet.stream = made[packet.stream.index]
                output.mux(packet)
