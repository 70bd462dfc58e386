"""Make small recordings whose truth is known: real files, encoded and muxed by PyAV."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt

Sound = npt.NDArray[np.float32]
Stretch = tuple[float, float]

WIDTH, HEIGHT = 160, 120


@dataclass(frozen=True)
class Picture:
    """A picture stream. Packets shown within `without` are left out when muxing.

    `times` (seconds, one a frame) makes the frame rate variable.
    """

    seconds: float = 4.0
    codec: str = "mpeg4"
    fps: int = 25
    without: tuple[Stretch, ...] = ()
    options: dict[str, str] = field(default_factory=dict)
    times: tuple[float, ...] | None = None
    plain: bool = False


@dataclass(frozen=True)
class Audio:
    """A sound stream. `sound` has shape `(n,)` or `(channels, n)`, -1 to 1."""

    sound: Sound
    rate: int
    codec: str = "aac"
    format: str = ""
    without: tuple[Stretch, ...] = ()
    bit_rate: int | None = None


@dataclass(frozen=True)
class Made:
    """A file as made: per stream, in order, the seconds at which packets were left out.

    A stretch reaches from the first packet left out to the next one written, on the stream's own
    clock; only stretches with packets before and after them are holes.
    """

    path: Path
    left_out: tuple[tuple[Stretch, ...], ...]


def tone(seconds: float, rate: int, hz: float = 440.0, amplitude: float = 0.3) -> Sound:
    """A sine."""
    at = np.arange(round(seconds * rate)) / rate
    return (amplitude * np.sin(2 * np.pi * hz * at)).astype(np.float32)


def noise(seconds: float, rate: int, dbfs: float = -20.0, seed: int = 7) -> Sound:
    """White noise with an RMS level in dB of full scale."""
    drawn = np.random.default_rng(seed).standard_normal(round(seconds * rate))
    return np.clip(drawn * 10 ** (dbfs / 20), -1, 1).astype(np.float32)


def muted(sound: Sound, rate: int, *stretches: Stretch) -> Sound:
    """A copy that is zero within stretches of seconds."""
    quiet = sound.copy()
    for begin, end in stretches:
        quiet[..., round(begin * rate) : round(end * rate)] = 0.0
    return quiet


def make(
    path: Path,
    *streams: Picture | Audio,
    container: str | None = None,
    options: dict[str, str] | None = None,
    tags: dict[str, str] | None = None,
) -> Made:
    """Encode and mux streams, packets in the order of their decode times."""
    with av.open(str(path), "w", format=container, options=options or {}) as output:
        output.metadata.update(tags or {})
        packets: list[Any] = []
        left_out: list[tuple[Stretch, ...]] = []
        for stream in streams:
            coded = list(_picture(output, stream) if isinstance(stream, Picture)
                         else _sound(output, stream))  # fmt: skip
            kept = [p for p in coded if not _within(p, stream.without)]
            left_out.append(_left_out(coded, kept))
            packets += kept
        packets.sort(key=lambda p: float(p.dts * p.time_base))
        for packet in packets:
            output.mux_one(packet)
    return Made(path, tuple(left_out))


def _picture(output: Any, spec: Picture) -> Iterator[Any]:
    stream = output.add_stream(spec.codec, rate=spec.fps, options=spec.options)
    stream.width, stream.height = WIDTH, HEIGHT
    stream.pix_fmt = "yuvj420p" if spec.codec == "mjpeg" else "yuv420p"
    ticks = 90000 if spec.codec == "libx264" else spec.fps
    stream.codec_context.time_base = Fraction(1, ticks)
    times = spec.times or [k / spec.fps for k in range(round(spec.seconds * spec.fps))]
    chance = np.random.default_rng(1)
    for number, at in enumerate(times):
        image = np.full((HEIGHT, WIDTH, 3), number % 200, np.uint8)
        if not spec.plain:
            image[::4, ::4] = chance.integers(0, 255, (HEIGHT // 4, WIDTH // 4, 3))
        frame = av.VideoFrame.from_ndarray(image, format="rgb24").reformat(format=stream.pix_fmt)
        frame.pts, frame.time_base = round(at * ticks), Fraction(1, ticks)
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _sound(output: Any, spec: Audio) -> Iterator[Any]:
    channels = 1 if spec.sound.ndim == 1 else spec.sound.shape[0]
    layout = {1: "mono", 2: "stereo"}[channels]
    stream = output.add_stream(spec.codec, rate=spec.rate, layout=layout)
    if spec.bit_rate:
        stream.bit_rate = spec.bit_rate
    if spec.format:
        stream.codec_context.format = spec.format
    context = stream.codec_context
    context.time_base = Fraction(1, spec.rate)
    context.open(strict=False)
    planar = np.atleast_2d(spec.sound).astype(np.float32)
    whole = av.AudioFrame.from_ndarray(np.ascontiguousarray(planar), "fltp", layout)
    whole.sample_rate, whole.pts, whole.time_base = spec.rate, 0, Fraction(1, spec.rate)
    shaped = av.AudioResampler(format=context.format, layout=layout, rate=spec.rate)
    size = context.frame_size or max(1, spec.rate // 50)
    fifo = av.AudioFifo()
    for frame in (*shaped.resample(whole), *shaped.resample(None)):
        fifo.write(frame)
    for frame in [*fifo.read_many(size), *filter(None, [fifo.read(0, partial=True)])]:
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _seconds(packet: Any) -> float:
    return float(packet.pts * packet.time_base)


def _within(packet: Any, stretches: Iterable[Stretch]) -> bool:
    return any(begin <= _seconds(packet) < end for begin, end in stretches)


def _left_out(coded: list[Any], kept: list[Any]) -> tuple[Stretch, ...]:
    """Stretches of shown time without a packet that was written."""
    written = {id(p) for p in kept}
    in_order = sorted(coded, key=_seconds)
    found: list[Stretch] = []
    begin: float | None = None
    for packet in in_order:
        if id(packet) not in written:
            begin = _seconds(packet) if begin is None else begin
        elif begin is not None:
            found.append((begin, _seconds(packet)))
            begin = None
    return tuple(found)


def mutated_bytes(data: bytes, changes: Iterable[tuple[int, bytes]]) -> bytes:
    """A copy with bytes overwritten at places, its length kept."""
    copy = bytearray(data)
    for at, piece in changes:
        copy[at : at + len(piece)] = piece[: max(0, len(copy) - at)]
    return bytes(copy)


def is_name_refused(error: OSError) -> bool:
    """Whether the file system of the test machine cannot hold such a name at all."""
    return error.errno in (errno.EILSEQ, errno.EINVAL, errno.ENAMETOOLONG)
