"""Stream copies: pieces of files put after each other, packet by packet, times shifted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
from sounds import Sound

from forge import boxes
from forge.labels import NotFor
from forge.profiles import Profile
from forge.take import sound_packets, sound_stream, wrapping


@dataclass(frozen=True)
class Gops:
    """Where the groups of pictures of a file begin, and where the last ends; seconds from 0."""

    begins: tuple[Fraction, ...]
    end: Fraction
    frame_s: float

    def __len__(self) -> int:
        return len(self.begins)

    def at(self, number: int) -> Fraction:
        """The beginning of a group; of the one behind the last, the end."""
        return self.begins[number] if number < len(self.begins) else self.end


@dataclass(frozen=True)
class Piece:
    """Groups of pictures of a file, from one up to another that is not part of it."""

    path: Path
    begin: int
    end: int


def gops(path: Path) -> Gops:
    """Read where the keyframes of a file are. Raises `NotFor` where it has fewer than two."""
    with av.open(str(path)) as given:
        stream = given.streams.video[0]
        shown, keys, lengths = [], [], []
        for packet in given.demux(stream):
            at = shown_at(packet)
            if at is None or not packet.size:
                continue
            shown.append(at)
            lengths.append((packet.duration or 0) * packet.time_base)
            if packet.is_keyframe:
                keys.append(at)
    if len(keys) < 2:
        raise NotFor("a single keyframe")
    zero, ordered = min(shown), sorted(shown)
    steps = sorted(b - a for a, b in pairwise(ordered))
    frame = max(steps[len(steps) // 2], Fraction(1, 1000))
    return Gops(tuple(key - zero for key in keys), max(shown) - zero + frame, float(frame))


def shown_at(packet: Any) -> Fraction | None:
    """When a packet is shown, in seconds of its container; of decoding, where that is all."""
    at = packet.pts if packet.pts is not None else packet.dts
    return None if at is None else at * packet.time_base


def lead_s(path: Path) -> float:
    """Seconds from the first packet that is shown or heard, where recordings begin, to the first
    picture: labels count from the one, edits from the other."""
    first: dict[str, float] = {}
    with av.open(str(path)) as given:
        for packet in given.demux(given.streams.video, given.streams.audio):
            at = shown_at(packet)
            if at is not None and packet.size and not packet.is_discard:
                kind = packet.stream.type
                first[kind] = min(first.get(kind, 1e9), float(at))
    return first["video"] - min(first.values())


def splice(pieces: Sequence[Piece], path: Path, profile: Profile,
           created: datetime | None = None) -> tuple[float, ...]:  # fmt: skip
    """Write the pieces behind each other. Returns where each begins, in seconds of the new file.

    A picture group is never parted; sound goes with the pictures of its time.
    """
    begins: list[Fraction] = []
    with ExitStack() as stack:
        opened = {p.path: stack.enter_context(av.open(str(p.path))) for p in pieces}
        output = stack.enter_context(wrapping(path, profile, created))
        first = opened[pieces[0].path]
        streams = _streams(output, first, profile)
        at, latest = Fraction(0), dict[str, Fraction]()
        for piece in pieces:
            begins.append(at)
            given = opened[piece.path]
            given.seek(0)
            at += _copy(given, piece, streams, output, at, latest)
    boxes.mark(path, profile)
    return tuple(float(at) for at in begins)


def _streams(output: Any, template: Any, profile: Profile) -> dict[str, Any]:
    made = {}
    for kind, handler in zip(("video", "audio"), profile.handlers, strict=True):
        own = [one for one in template.streams if one.type == kind]
        if own:
            made[kind] = output.add_stream_from_template(own[0])
            if handler:
                made[kind].metadata["handler_name"] = handler
    return made


def _copy(given: Any, piece: Piece, streams: dict[str, Any], output: Any, at: Fraction,
          latest: dict[str, Fraction]) -> Fraction:  # fmt: skip
    """Copy a piece to a time of the output. Returns its length.

    Sound that would not come after what is there already (the tail of the piece before, the
    encoder's priming of this one) is left out, as muxers refuse it. `latest` is when the last
    packet of each kind is decoded.
    """
    parts = gops(piece.path)
    begin, end = parts.at(piece.begin), parts.at(piece.end)
    packets = _packets(given, streams)
    zero = min(shown for kind, shown, _ in packets if kind == "video")
    number = -1
    for kind, shown, packet in packets:
        if kind == "video":
            number += packet.is_keyframe
            wanted = piece.begin <= number < piece.end
        else:
            # Priming goes with the first picture, what sounds on behind the last one with it.
            early = shown - zero >= begin or piece.begin == 0
            late = shown - zero < end or piece.end >= len(parts)
            wanted = early and late
        if wanted:
            _move(packet, at - begin - zero, streams[kind])
            decoded = packet.dts * packet.time_base
            if kind == "video" or decoded > latest.get(kind, decoded - 1):
                latest[kind] = decoded
                output.mux(packet)
    return end - begin


def _packets(given: Any, streams: dict[str, Any]) -> list[tuple[str, Fraction, Any]]:
    """Packets in the order of the file, with the times at which they are shown."""
    wanted = [next(s for s in given.streams if s.type == kind) for kind in streams]
    found = [
        (packet.stream.type, shown, packet)
        for packet in given.demux(wanted)
        if packet.size and (shown := shown_at(packet)) is not None
    ]
    _in_decoding_order([packet for kind, _, packet in found if kind == "video"])
    return found


def _in_decoding_order(packets: Sequence[Any]) -> None:
    """Times of decoding where the container has none: as early as the reordering needs."""
    if all(packet.dts is not None for packet in packets):
        return
    shown = [packet.pts for packet in packets]
    ordered = sorted(shown)
    delay = max(late - at for late, at in zip(ordered, shown, strict=True))
    for packet, at in zip(packets, ordered, strict=True):
        packet.dts = at - delay


def _move(packet: Any, by: Fraction, stream: Any) -> None:
    ticks = round(by / packet.time_base)
    for name in ("pts", "dts"):
        value = getattr(packet, name)
        if value is not None:
            setattr(packet, name, value + ticks)
    packet.stream = stream


def rewrap(source: Path, path: Path, profile: Profile, created: datetime | None = None) -> None:
    """All packets as they are, wrapped as a program wraps them."""
    splice([Piece(source, 0, len(gops(source)))], path, profile, created)


def resync(source: Path, path: Path, profile: Profile, places: Sequence[tuple[float, float]],
           created: datetime | None = None) -> None:  # fmt: skip
    """All packets as they are; behind each place (seconds) the sound's times move by a share of a
    packet."""
    with av.open(str(source)) as given, wrapping(path, profile, created) as output:
        streams = _streams(output, given, profile)
        step = Fraction(0)
        for kind, shown, packet in _packets(given, streams):
            if kind == "audio":
                step = step or (packet.duration or 0) * packet.time_base
                share = sum(Fraction(share) for at, share in places if shown >= at)
                _move(packet, share * step, streams[kind])
            else:
                packet.stream = streams[kind]
            output.mux(packet)
    boxes.mark(path, profile)


def resound(source: Path, path: Path, profile: Profile, sound: Sound,
            created: datetime | None = None) -> None:  # fmt: skip
    """The pictures copied, and other sound encoded beside them."""
    with av.open(str(source)) as given, wrapping(path, profile, created) as output:
        video = output.add_stream_from_template(given.streams.video[0])
        audio = sound_stream(output, profile)
        packets = [(shown, packet) for _, shown, packet in _packets(given, {"video": video})]
        zero = min(shown for shown, _ in packets)
        for _, packet in packets:
            _move(packet, -zero, video)
        heard = sound_packets(audio, sound, profile)
        both = [*(packet for _, packet in packets), *heard]
        for packet in sorted(both, key=lambda p: p.dts * p.time_base):
            output.mux_one(packet)
    boxes.mark(path, profile)


def wrapped_by(profile: Profile, suffix: str, **marks: Any) -> Profile:
    """A program that wraps into a container of its own choice."""
    return replace(profile, suffix=suffix, **marks)


def payloads(path: Path, change: Callable[[Any], bytes] = bytes) -> list[bytes]:
    """The bytes of the picture's packets, in the order of the file."""
    with av.open(str(path)) as given:
        return [change(p) for p in given.demux(given.streams.video[0]) if p.size]
