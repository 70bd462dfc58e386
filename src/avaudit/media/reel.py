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
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Any, Self

import av
import av.error
from av.stream import Discard

from avaudit.domain.time import Span
from avaudit.media.decoding import (
    Decoded,
    Keyframe,
    Packet,
    decode,
    decode_alone,
    keyframe_of,
    seek,
)
from avaudit.media.demux import demux
from avaudit.media.open import open_input

#: Keyframes in the decoders' hands at once: two being decoded, two waiting.
_AHEAD = 4
#: Times are sums of floats.
_ROUNDING_S = 1e-6
#: Seconds before a span at which reading starts, tried in turn until a keyframe lies before the
#: span: containers without an index (TS) seek to some packet, not to a keyframe.
_EARLIER_S = (0.0, 5.0, 20.0)
#: The same for one keyframe whose time is known; so many packets are read before it is given up.
_SEEK_EARLIER_S, _SEEK_PACKETS = (0.0, 1.0), 200


@dataclass(slots=True)
class Reel:
    """One picture stream of a file, held open to be looked at again and again. A context manager.

    `zero_s` is the container time at which the recording's time line starts. `keys` are the times
    of all keyframes, in ticks of the stream, where they are known: then they are sought instead of
    read up to. One iteration at a time: a new one moves the reel away from the one before.

    Opening raises what `open_input` raises, and so does iterating for the first time.
    """

    fd: int
    stream_index: int
    zero_s: float
    keys: tuple[int, ...] | None = None
    _opened: dict[str, tuple[Any, av.VideoStream]] = field(default_factory=dict, init=False)
    _closing: contextlib.ExitStack = field(default_factory=contextlib.ExitStack, init=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.clear()
        self._closing.close()

    def keyframes(
        self, *, at_least_apart_s: float = 0.0, within: Span | None = None,
        also_ms: frozenset[int] = frozenset(),
    ) -> Pictures:  # fmt: skip
        """Keyframes, in order; damaged ones are left out and counted.

        Where a codec has keyframes only (MJPEG), `at_least_apart_s` keeps the cost down. Those at
        `also_ms`, in milliseconds, come in any case.
        """
        return Pictures(self, at_least_apart_s, within, also_ms)

    def frames(self, span: Span) -> Pictures:
        """Every frame shown within a span: decoded from the keyframe before it."""
        return Pictures(self, within=span, every_frame=True)

    def key_times(self) -> list[float]:
        """When keyframes are shown, in seconds of the recording. Decodes nothing."""
        if self.keys is None:
            container, stream = self.opened("keyframes")
            seek(container, stream, None)
            found = [
                at_s
                for packet in demux(container, [stream])
                if packet.size and packet.is_keyframe and not packet.is_discard
                and (at_s := self.seconds(packet, stream)) is not None
            ]  # fmt: skip
            return sorted(found)
        time_base = self.opened("keyframes")[1].time_base or 0
        return [float(at * time_base) - self.zero_s for at in self.keys]

    def seconds(self, of: Any, stream: av.VideoStream) -> float | None:
        """When a packet or frame is shown, in seconds of the recording."""
        at = of.pts if of.pts is not None else of.dts
        return None if at is None else float(at * stream.time_base) - self.zero_s

    def opened(self, role: str) -> tuple[Any, av.VideoStream]:
        """A container and its stream for one use. Each use has a decoder of its own settings."""
        if role not in self._opened:
            container = self._closing.enter_context(open_input(self.fd))
            stream = container.streams[self.stream_index]
            if not isinstance(stream, av.VideoStream) or not stream.time_base:
                raise ValueError(f"stream {self.stream_index} holds no picture with times")
            stream.codec_context.thread_count = 1  # FFmpeg's frame threads can hang when closed
            if role != "frames":
                stream.codec_context.options = {"skip_loop_filter": "all"}
            for other in container.streams:
                # Not `Discard.nonkey` for ours: FFmpeg's MP4 reader then gives the keyframes of
                # streams with B-frames the times of other frames, and reading on costs little.
                other.discard = Discard.default if other is stream else Discard.all
            self._opened[role] = (container, stream)
        container, stream = self._opened[role]
        stream.codec_context.flush_buffers()
        return container, stream


@dataclass(slots=True)
class Pictures:
    """Decodes as it is iterated over. `undecodable` counts packets that gave an error so far."""

    reel: Reel
    at_least_apart_s: float = 0.0
    within: Span | None = None
    also_ms: frozenset[int] = frozenset()
    every_frame: bool = False
    undecodable: int = field(default=0, init=False)

    def __iter__(self) -> Iterator[Keyframe]:
        """The pictures in presentation order. Raises what `open_input` raises."""
        return self._one_by_one() if self.every_frame else self._side_by_side()

    def _one_by_one(self) -> Iterator[Keyframe]:
        container, stream = self.reel.opened("frames")
        for packet in self._all(container, stream):
            decoded, bad = decode(stream.codec_context, packet)
            self.undecodable += bad
            for frame in decoded:
                at_s = self.reel.seconds(frame, stream)
                if at_s is not None and self.within and at_s >= self.within.offset_s:
                    return
                if at_s is not None and not (self.within and at_s < self.within.onset_s):
                    yield keyframe_of(frame, at_s)

    def _side_by_side(self) -> Iterator[Keyframe]:
        """Keyframes decoded in two threads, each with a decoder of its own."""
        container, stream = self.reel.opened("keyframes")
        # Not the decoder of the container that is read: seeking there would empty it meanwhile.
        contexts = [self.reel.opened(role)[1].codec_context for role in ("first", "second")]
        with (
            ThreadPoolExecutor(1, "keyframes") as first,
            ThreadPoolExecutor(1, "keyframes") as second,
        ):
            turns = cycle(zip((first, second), contexts, strict=True))
            waiting: deque[tuple[float, Future[Decoded]]] = deque()
            for at_s, packet in self._keys(container, stream):
                pool, context = next(turns)
                waiting.append((at_s, pool.submit(decode_alone, context, packet)))
                if len(waiting) >= _AHEAD:
                    yield from self._taken(*waiting.popleft())
            while waiting:
                yield from self._taken(*waiting.popleft())

    def _taken(self, at_s: float, decoding: Future[Decoded]) -> Iterator[Keyframe]:
        decoded, bad = decoding.result()
        self.undecodable += bad or not decoded
        for frame in decoded[:1]:
            yield keyframe_of(frame, at_s)

    def _keys(self, container: Any, stream: av.VideoStream) -> Iterator[tuple[float, Packet]]:
        """Keyframe packets within the span, not closer than asked for, with their times."""
        last = -math.inf
        if self.reel.keys is not None:
            due = self._due()
            for at_s, packet in self._sought(container, stream, due):
                last = at_s
                yield at_s, packet
            if not due or last == due[-1]:
                return
        yield from self._read_up_to(container, stream, last)

    def _due(self) -> list[float]:
        """Times of the known keyframes that are wanted."""
        due: list[float] = []
        for at_s in self.reel.key_times():
            if self._wanted(at_s, due[-1] if due else -math.inf):
                due.append(at_s)
        return due

    def _wanted(self, at_s: float, last: float) -> bool:
        if self.within and not self.within.onset_s <= at_s < self.within.offset_s:
            return False
        if at_s <= last:
            return False  # a damaged time line runs back
        apart = at_s >= last + self.at_least_apart_s - _ROUNDING_S
        return apart or round(at_s * 1000) in self.also_ms

    def _sought(
        self, container: Any, stream: av.VideoStream, due: Sequence[float]
    ) -> Iterator[tuple[float, Packet]]:
        """Known keyframes, each sought. Ends early where one is not found where it should be."""
        for at_s in due:
            for earlier_s in _SEEK_EARLIER_S:
                seek(container, stream, max(0.0, at_s - earlier_s) + self.reel.zero_s)
                packet = self._packet_at(container, stream, at_s)
                if packet is not None:
                    yield at_s, packet
                    break
            else:
                return

    def _packet_at(self, container: Any, stream: av.VideoStream, at_s: float) -> Packet | None:
        for packet in islice(self._read(container, stream), _SEEK_PACKETS):
            found_s = self.reel.seconds(packet, stream)
            if found_s is not None and packet.is_keyframe and abs(found_s - at_s) < _ROUNDING_S:
                return packet
        return None

    def _read_up_to(
        self, container: Any, stream: av.VideoStream, last: float
    ) -> Iterator[tuple[float, Packet]]:
        """The wanted keyframes after the last one, found by reading everything up to them."""
        onset_s = max(last, self.within.onset_s if self.within else 0.0)
        seek(container, stream, onset_s + self.reel.zero_s if onset_s > 0 else None)
        for packet in self._read(container, stream):
            at_s = self.reel.seconds(packet, stream)
            if not packet.size or not packet.is_keyframe or packet.is_discard or at_s is None:
                continue
            if self.within and at_s >= self.within.offset_s:
                return
            if self._wanted(at_s, last):
                last = at_s
                yield at_s, packet

    def _all(self, container: Any, stream: av.VideoStream) -> Iterator[Packet]:
        """All packets from the keyframe before the span on."""
        onset_s = self.within.onset_s if self.within else 0.0
        held: list[Packet] = []
        for earlier_s in (*_EARLIER_S, onset_s + 1.0):
            from_s = max(0.0, onset_s - earlier_s)
            seek(container, stream, from_s + self.reel.zero_s if from_s else None)
            packets = self._read(container, stream)
            held = self._lead_in(packets, stream, onset_s)
            if held or not from_s:
                break
        yield from held
        yield from packets

    def _lead_in(
        self, packets: Iterator[Packet], stream: av.VideoStream, onset_s: float
    ) -> list[Packet]:
        """Packets from the last keyframe at or before the onset up to the first after it.

        Empty where there is no such keyframe.
        """
        held: list[Packet] = []
        for packet in packets:
            at_s = self.reel.seconds(packet, stream)
            late = at_s is None or at_s > onset_s
            if packet.is_keyframe and not late:
                held = [packet]
            elif held:
                held.append(packet)
            if late and (packet.is_keyframe or held or not packet.size):
                return held
        return held

    def _read(self, container: Any, stream: av.VideoStream) -> Iterator[Packet]:
        """Packets until the end or the first read error, which the packet table names."""
        try:
            yield from demux(container, [stream])
        except (av.error.FFmpegError, OSError):
            self.undecodable += 1
