"""Decode pictures: keyframes cheaply over a whole recording, every frame in a short stretch.

A keyframe needs no other frame to be decoded, so that a look at a recording every second or two
costs a small part of decoding it. Loops that smooth block edges are left out for keyframes: they
cost a tenth of the time and change nothing that is measured. Two keyframes are decoded at once:
they do not wait for each other, and PyAV lets go of Python's lock meanwhile.
"""

from __future__ import annotations

import contextlib
import math
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

import av
import av.container
import av.error
import numpy as np
import numpy.typing as npt
from av.stream import Discard

from avaudit.domain.time import Span
from avaudit.media.demux import demux
from avaudit.media.open import open_input

Luma = npt.NDArray[np.uint8]

Decoded = tuple[list[av.VideoFrame], bool]

#: Keyframes in the decoders' hands at once: two being decoded, two waiting.
_AHEAD = 4
#: Times are sums of floats.
_ROUNDING_S = 1e-6
#: Seconds before a span at which reading starts, tried in turn until a keyframe lies before the
#: span: containers without an index (TS) seek to some packet, not to a keyframe.
_EARLIER_S = (0.0, 5.0, 20.0)
#: Formats whose first plane is luma with eight bits a pixel.
_PLANAR_LUMA = ("yuv4", "yuvj4", "nv12", "nv21", "nv16", "gray")
_JPEG_RANGE = 2


@dataclass(frozen=True, slots=True)
class Keyframe:
    """A decoded picture. `at_s` is on the recording's own time line.

    `luma` has shape `(height, width)`, as coded (not turned by `rotation_deg`, which is how far a
    player turns it counter-clockwise). `full_range`: black is 0 and white 255, not 16 and 235.
    """

    at_s: float
    luma: Luma
    full_range: bool = False
    rotation_deg: int = 0
    keyframe: bool = True


@dataclass(slots=True)
class Pictures:
    """Decodes as it is iterated over. `undecodable` counts packets that gave an error so far."""

    fd: int
    stream_index: int
    zero_s: float
    at_least_apart_s: float = 0.0
    within: Span | None = None
    also_ms: frozenset[int] = frozenset()
    every_frame: bool = False
    undecodable: int = field(default=0, init=False)

    def __iter__(self) -> Iterator[Keyframe]:
        """The pictures in presentation order. Raises what `open_input` raises."""
        with open_input(self.fd) as container:
            stream = self._stream(container)
            for other in container.streams:
                # Not `Discard.nonkey` for ours: FFmpeg's MP4 reader then gives the keyframes of
                # streams with B-frames the times of other frames, and reading on costs little.
                other.discard = Discard.default if other is stream else Discard.all
            if self.every_frame:
                yield from self._one_by_one(container, stream)
            else:
                yield from self._side_by_side(container, stream)

    def _stream(self, container: av.container.InputContainer) -> av.VideoStream:
        stream = container.streams[self.stream_index]
        if not isinstance(stream, av.VideoStream) or not stream.time_base:
            raise ValueError(f"stream {self.stream_index} holds no picture with times")
        stream.codec_context.thread_count = 1  # FFmpeg's frame threads can hang when closed
        return stream

    def _one_by_one(
        self, container: av.container.InputContainer, stream: av.VideoStream
    ) -> Iterator[Keyframe]:
        for packet in self._all(container, stream):
            decoded, bad = _decode(stream.codec_context, packet)
            self.undecodable += bad
            for frame in decoded:
                at_s = self._seconds(frame, stream)
                if at_s is not None and self.within and at_s >= self.within.offset_s:
                    return
                if at_s is not None and not (self.within and at_s < self.within.onset_s):
                    yield _keyframe(frame, at_s)

    def _side_by_side(
        self, container: av.container.InputContainer, stream: av.VideoStream
    ) -> Iterator[Keyframe]:
        """Keyframes decoded in two threads, each with a decoder of its own."""
        with (
            open_input(self.fd) as beside,
            ThreadPoolExecutor(1, "keyframes") as first,
            ThreadPoolExecutor(1, "keyframes") as second,
        ):
            contexts = (stream.codec_context, self._stream(beside).codec_context)
            for context in contexts:
                context.options = {"skip_loop_filter": "all"}
            turns = cycle(zip((first, second), contexts, strict=True))
            waiting: deque[tuple[float, Future[Decoded]]] = deque()
            for at_s, packet in self._keys(container, stream):
                pool, context = next(turns)
                waiting.append((at_s, pool.submit(_decode_alone, context, packet)))
                if len(waiting) >= _AHEAD:
                    yield from self._taken(*waiting.popleft())
            while waiting:
                yield from self._taken(*waiting.popleft())

    def _taken(self, at_s: float, decoding: Future[Decoded]) -> Iterator[Keyframe]:
        decoded, bad = decoding.result()
        self.undecodable += bad or not decoded
        for frame in decoded[:1]:
            yield _keyframe(frame, at_s)

    def _keys(
        self, container: av.container.InputContainer, stream: av.VideoStream
    ) -> Iterator[tuple[float, av.Packet[Any]]]:
        """Keyframe packets within the span, not closer than asked for, with their times."""
        last = -math.inf
        if self.within and self.within.onset_s > 0:
            _seek(container, stream, self.within.onset_s + self.zero_s)
        for packet in self._read(container, stream):
            at_s = self._seconds(packet, stream)
            if not packet.size or not packet.is_keyframe or packet.is_discard or at_s is None:
                continue
            if self.within and at_s >= self.within.offset_s:
                return
            before = self.within is not None and at_s < self.within.onset_s
            apart = at_s >= last + self.at_least_apart_s - _ROUNDING_S
            if not before and (apart or round(at_s * 1000) in self.also_ms):
                last = at_s
                yield at_s, packet

    def _all(
        self, container: av.container.InputContainer, stream: av.VideoStream
    ) -> Iterator[av.Packet[Any]]:
        """All packets from the keyframe before the span on."""
        onset_s = self.within.onset_s if self.within else 0.0
        held: list[av.Packet[Any]] = []
        for earlier_s in (*_EARLIER_S, onset_s + 1.0):
            from_s = max(0.0, onset_s - earlier_s)
            _seek(container, stream, from_s + self.zero_s if from_s else None)
            packets = self._read(container, stream)
            held = self._lead_in(packets, stream, onset_s)
            if held or not from_s:
                break
        yield from held
        yield from packets

    def _lead_in(
        self, packets: Iterator[av.Packet[Any]], stream: av.VideoStream, onset_s: float
    ) -> list[av.Packet[Any]]:
        """Packets from the last keyframe at or before the onset up to the first after it.

        Empty where there is no such keyframe.
        """
        held: list[av.Packet[Any]] = []
        for packet in packets:
            at_s = self._seconds(packet, stream)
            late = at_s is None or at_s > onset_s
            if packet.is_keyframe and not late:
                held = [packet]
            elif held:
                held.append(packet)
            if late and (packet.is_keyframe or held or not packet.size):
                return held
        return held

    def _read(
        self, container: av.container.InputContainer, stream: av.VideoStream
    ) -> Iterator[av.Packet[Any]]:
        """Packets until the end or the first read error, which the packet table names."""
        try:
            yield from demux(container, [stream])
        except (av.error.FFmpegError, OSError):
            self.undecodable += 1

    def _seconds(self, of: Any, stream: av.VideoStream) -> float | None:
        at = of.pts if of.pts is not None else of.dts
        return None if at is None else float(at * stream.time_base) - self.zero_s


def keyframes(
    fd: int, stream_index: int, zero_s: float, *, at_least_apart_s: float = 0.0,
    within: Span | None = None, also_ms: frozenset[int] = frozenset(),
) -> Pictures:  # fmt: skip
    """Keyframes of a picture stream, in order; damaged ones are left out and counted.

    `zero_s` is the container time at which the recording's time line starts. Where a codec has
    keyframes only (MJPEG), `at_least_apart_s` keeps the cost down. Those at `also_ms`, in
    milliseconds, come in any case.
    """
    return Pictures(fd, stream_index, zero_s, at_least_apart_s, within, also_ms)


def frames(fd: int, stream_index: int, zero_s: float, span: Span) -> Pictures:
    """Every frame shown within a span, for a closer look: decoded from the keyframe before it."""
    return Pictures(fd, stream_index, zero_s, within=span, every_frame=True)


def _seek(
    container: av.container.InputContainer, stream: av.VideoStream, at_s: float | None
) -> None:
    try:
        if at_s is None:
            container.seek(0)
        else:
            container.seek(int(at_s / (stream.time_base or 1)), stream=stream)
    except av.error.FFmpegError:
        with contextlib.suppress(av.error.FFmpegError):
            container.seek(0)  # no index to seek by: read from the start instead


def _decode(context: Any, packet: av.Packet[Any] | None) -> Decoded:
    """The pictures that a packet brings out (None: those still held), and whether it failed."""
    try:
        wanted = packet if packet is not None and packet.size else None
        return [f for f in context.decode(wanted) if isinstance(f, av.VideoFrame)], False
    except av.error.FFmpegError:
        return [], True


def _decode_alone(context: Any, packet: av.Packet[Any]) -> Decoded:
    """A keyframe without any other: what the decoder would hold back comes at once."""
    decoded, bad = _decode(context, packet)
    held, worse = _decode(context, None)
    context.flush_buffers()
    return [*decoded, *held], bad or worse


def _keyframe(frame: av.VideoFrame, at_s: float) -> Keyframe:
    name = frame.format.name
    full = name.startswith("yuvj") or int(frame.color_range or 0) == _JPEG_RANGE
    if not name.startswith(_PLANAR_LUMA) or frame.format.components[0].bits != 8:
        frame, full = frame.reformat(format="gray"), True
    plane = frame.planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return Keyframe(
        at_s,
        rows[: frame.height, : frame.width],
        full,
        int(frame.rotation or 0),
        bool(frame.key_frame),
    )
