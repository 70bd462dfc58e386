"""What is done to recordings without encoding them anew: cut, join, re-wrap, trim by edit list."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import av

Stretch = tuple[float, float]


def stream_copy(
    path: Path, made: Path, keep: Sequence[Stretch], *, close_up: bool = True
) -> list[float]:
    """Copy the packets of stretches of seconds, one behind the other, as `ffmpeg -c copy` does.

    Each stretch begins at the keyframe at or after its beginning; sound follows the picture.
    `close_up`: times go on without a hole. Returns where joins lie in the copy, in seconds.
    """
    return join([(path, stretch) for stretch in keep], made, close_up=close_up)


def join(
    pieces: Sequence[tuple[Path, Stretch]], made: Path, *, close_up: bool = True
) -> list[float]:
    """Join stretches of files, the packets as they are. Returns where joins lie, in seconds."""
    at = 0.0
    joins: list[float] = []
    written = 0
    last: dict[str, int] = {}
    with av.open(str(made), "w") as output:
        streams: dict[str, Any] = {}
        for path, (begin, end) in pieces:
            with av.open(str(path)) as source:
                for stream in source.streams:
                    if stream.type not in streams:
                        streams[stream.type] = output.add_stream_from_template(stream)
                packets = [p for p in source.demux() if p.dts is not None and p.size]
                onset = _first_key(packets, begin)
                kept = [p for p in packets if onset - 1e-6 <= _time(p) < end - 1e-6]
                if written:
                    joins.append(round(at, 3))
                shift = at - onset if close_up else 0.0
                _mux(output, streams, kept, shift, last)
                at += min(end, max(_time(p) for p in kept) + 0.04) - onset
                written += 1
    return joins


def _time(packet: Any) -> float:
    return float((packet.dts if packet.pts is None else packet.pts) * packet.time_base)


def _first_key(packets: list[Any], begin: float) -> float:
    keys = (_time(p) for p in packets if p.stream.type == "video" and p.is_keyframe)
    return min(at for at in keys if at >= begin - 1e-6)


def _mux(
    output: Any, streams: dict[str, Any], packets: list[Any], shift: float, last: dict[str, int]
) -> None:
    """Write packets later by `shift` seconds; decode times never go back (`last`, in ns)."""
    for packet in packets:
        ticks = round(shift / packet.time_base)
        packet.pts = packet.pts + ticks if packet.pts is not None else None
        kind, nanos = packet.stream.type, packet.time_base * 1_000_000_000
        packet.dts = max(packet.dts + ticks, -(-last.get(kind, -(10**18)) // nanos) + 1)
        last[kind] = int(packet.dts * nanos)
        packet.stream = streams[kind]
    for packet in sorted(packets, key=lambda p: p.dts * p.time_base):
        output.mux_one(packet)


def remux(path: Path, made: Path, tags: dict[str, str] | None = None) -> Path:
    """Copy a recording into another container, as a workstation or a converter does."""
    with av.open(str(path)) as source, av.open(str(made), "w") as output:
        output.metadata.update(tags or {})
        streams = {s.index: output.add_stream_from_template(s) for s in source.streams}
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = streams[packet.stream.index]
                output.mux_one(packet)
    return made


def trimmed_by_edit_list(path: Path, made: Path, begin: float, end: float) -> Path:
    """Show only a stretch, as galleries trim: the media stay, edit lists hide the rest."""
    data = bytearray(path.read_bytes())
    at = data.find(b"elst")
    scale_of_movie = struct.unpack_from(">I", data, data.index(b"mvhd") + 16)[0]
    while at >= 0:
        mdhd = data.index(b"mdhd", at)
        scale = struct.unpack_from(">I", data, mdhd + 16)[0]
        media = struct.unpack_from(">i", data, at + 16)[0]
        struct.pack_into(">Ii", data, at + 12, round((end - begin) * scale_of_movie),
                         media + round(begin * scale))  # fmt: skip
        at = data.find(b"elst", mdhd)
    made.write_bytes(bytes(data))
    return made


def with_box(path: Path, made: Path, box: bytes, where: Callable[[bytes], int]) -> Path:
    """Insert bytes at a place of the file (its tables are not changed)."""
    data = path.read_bytes()
    at = where(data)
    made.write_bytes(data[:at] + box + data[at:])
    return made
