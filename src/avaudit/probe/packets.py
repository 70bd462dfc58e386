"""Packet times of every picture and sound stream: the ground on which continuity is judged.

All packets are read to the end of the file (a proof that it can be), none is decoded. Times come
from the demuxer, with edit lists applied; packets that it marks as not to be shown (an encoder's
priming, what an edit list hides) do not count as presented.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import av
import av.container
import av.error
import numpy as np
import numpy.typing as npt

from avaudit.domain.signal import Hole, PacketTimeline, StreamTimeline
from avaudit.media.demux import demux
from avaudit.probe.tape import Tape, tape_of

#: Holes kept for each stream; a stream with more is reported with the count of the rest.
MAX_HOLES = 2000

#: PCM codecs whose samples take fewer bits in the file than FFmpeg decodes them to.
_CODED_BITS = {"pcm_alaw": 8, "pcm_mulaw": 8, "pcm_vidc": 8, "pcm_s24le": 24, "pcm_s24be": 24}

_FILLER_ENDS = b"\xff\xff\xff\x80"

Floats = npt.NDArray[np.float64]


@dataclass(slots=True)
class StreamPackets:
    """Packets of one stream in the order of the file. Times in ticks of `tick_s` seconds.

    `bytes_per_s` is of PCM streams alone, `keys` (which packets are keyframes) and `carried` (sizes
    without filler) of picture streams. `tape` holds the beginnings of all of a picture's packets,
    those not to be shown as well.
    """

    index: int
    kind: str
    codec: str
    tick_s: float
    bytes_per_s: float | None
    times: list[int] = field(default_factory=list)
    decode_times: list[int] = field(default_factory=list)
    durations: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    keys: list[bool] = field(default_factory=list)
    carried: list[int] = field(default_factory=list)
    keyframes: int = 0
    without_time: int = 0
    corrupt: int = 0
    tape: Tape | None = None


@dataclass(slots=True)
class PacketTable:
    """Packets of all streams, the container time of the first one shown, and how far it went."""

    streams: dict[int, StreamPackets]
    zero_s: float
    last_byte: int
    stopped_by: str


def read_packets(container: av.container.InputContainer) -> PacketTable:
    """Read every packet of the picture and sound streams to the end of the file.

    A read error ends the table where it happened and is named in `stopped_by`; what was read
    before it counts. Raises nothing for damaged content.
    """
    wanted = [s for s in container.streams if s.type in ("video", "audio") and s.codec_context]
    table = {s.index: _stream_packets(s) for s in wanted}
    last_byte, stopped_by = 0, ""
    try:
        for packet in demux(container, wanted):
            if not packet.size:
                continue  # the demuxer's own mark that a stream has ended
            _take(table[packet.stream_index], packet)
            if packet.pos is not None:
                last_byte = max(last_byte, packet.pos + packet.size)
    except (av.error.FFmpegError, OSError) as error:
        stopped_by = f"{type(error).__name__}: {getattr(error, 'strerror', None) or error}"
    starts = [min(s.times) * s.tick_s for s in table.values() if s.times]
    return PacketTable(table, min(starts, default=0.0), last_byte, stopped_by)


def _stream_packets(stream: av.stream.Stream) -> StreamPackets:
    bytes_per_s = None
    if isinstance(stream, av.AudioStream) and stream.codec_context.name.startswith("pcm_"):
        codec = stream.codec_context
        bits = codec.format.bytes * 8 if codec.format else 0
        bits = _CODED_BITS.get(codec.name, bits)  # G.711 codes 16 bits in 8
        bytes_per_s = float(codec.rate * (codec.channels * bits // 8)) or None
    return StreamPackets(
        stream.index,
        stream.type,
        stream.codec_context.name,
        float(stream.time_base or 0),
        bytes_per_s,
        tape=tape_of(stream),
    )


def _take(stream: StreamPackets, packet: av.Packet[Any]) -> None:
    stream.corrupt += packet.is_corrupt
    at = packet.pts
    if at is None:
        at = packet.dts
    if stream.kind == "video":
        _take_picture(stream, packet, at)
    if packet.is_discard:
        return
    if at is None:
        stream.without_time += 1
        return
    stream.times.append(at)
    stream.decode_times.append(packet.dts if packet.dts is not None else at)
    stream.durations.append(packet.duration or 0)
    stream.sizes.append(packet.size)
    if stream.kind != "video":
        stream.keyframes += packet.is_keyframe


def _take_picture(stream: StreamPackets, packet: av.Packet[Any], at: int | None) -> None:
    view, key = memoryview(packet), packet.is_keyframe
    if stream.tape:
        stream.tape.take(packet, view, at, key)
    if at is not None and not packet.is_discard:
        stream.keyframes += key
        stream.keys.append(key)
        stream.carried.append(_without_filler(packet, view))


def _without_filler(packet: av.Packet[Any], view: memoryview) -> int:
    """A picture packet's size without the filler that encoders of constant bit rate append.

    Filler is a run of bytes 0xFF with a closing 0x80 (ITU-T H.264, 7.3.2.7; H.265, 7.3.2.8).
    """
    if view[-4:] != _FILLER_ENDS:
        return int(packet.size)
    return len(bytes(packet)[:-1].rstrip(b"\xff"))


def timeline(table: PacketTable, file_bytes: int) -> PacketTimeline:
    """The signal that is kept: each stream's extent, step, jitter and holes, in seconds."""
    return PacketTimeline(
        streams=tuple(_timeline(stream, table.zero_s) for stream in table.streams.values()),
        readable_share=min(1.0, table.last_byte / file_bytes) if file_bytes else 0.0,
        stopped_by=table.stopped_by,
    )


def packet_spans(stream: StreamPackets, zero_s: float) -> tuple[Floats, Floats, float]:
    """Onsets and offsets of the packets in presentation order, and the median step, in seconds.

    An offset is where the packet's own content ends. Containers such as MP4 stretch a packet's
    duration over a hole that follows it, so a duration beyond 1.5 steps is not believed; PCM
    lengths follow from the number of bytes.
    """
    order = np.argsort(np.asarray(stream.times, np.int64), kind="stable")
    onsets = np.asarray(stream.times, np.float64)[order] * stream.tick_s - zero_s
    lengths = np.asarray(stream.durations, np.float64)[order] * stream.tick_s
    if stream.bytes_per_s:
        lengths = np.asarray(stream.sizes, np.float64)[order] / stream.bytes_per_s
        step = float(np.median(lengths)) if len(lengths) else 0.0
        return onsets, onsets + lengths, step
    step = _median_step(onsets, lengths)
    lengths = np.where((lengths <= 0) | (lengths > 1.5 * step), step, lengths)
    return onsets, onsets + lengths, step


def _median_step(onsets: Floats, lengths: Floats) -> float:
    steps = np.diff(onsets)
    steps = steps[steps > 0]
    if len(steps):
        return float(np.median(steps))
    known = lengths[lengths > 0]
    return float(np.median(known)) if len(known) else 0.0


def _timeline(stream: StreamPackets, zero_s: float) -> StreamTimeline:
    if not stream.times:
        return StreamTimeline(
            stream.index, stream.kind, 0, 0, 0, 0.0, 0.0, 0.0, 0.0, (),
            without_time=stream.without_time, corrupt=stream.corrupt,
        )  # fmt: skip
    onsets, offsets, step = packet_spans(stream, zero_s)
    steps = np.diff(onsets)
    holes = _holes(onsets, offsets, step)
    kept = sorted(holes, key=lambda hole: -hole.length_s)[:MAX_HOLES]
    backward = int(np.count_nonzero(np.diff(np.asarray(stream.decode_times, np.int64)) < 0))
    return StreamTimeline(
        index=stream.index,
        kind=stream.kind,
        packets=len(onsets),
        keyframes=stream.keyframes,
        size_bytes=sum(stream.sizes),
        start_s=round(float(onsets[0]), 6),
        end_s=round(float(offsets.max()), 6),
        step_s=round(step, 6),
        step_p95_s=round(float(np.percentile(steps, 95)), 6) if len(steps) else 0.0,
        holes=tuple(sorted(kept, key=lambda hole: hole.at_s)),
        holes_left_out=len(holes) - len(kept),
        without_time=stream.without_time,
        backward_steps=backward,
        corrupt=stream.corrupt,
    )


def _holes(onsets: Floats, offsets: Floats, step: float) -> list[Hole]:
    covered = np.maximum.accumulate(offsets)
    free = onsets[1:] - covered[:-1]
    at = np.flatnonzero(free >= max(step * 0.999, 1e-6))
    return [Hole(round(float(covered[i]), 6), round(float(free[i]), 6)) for i in at]
