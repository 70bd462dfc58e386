"""What looks like an edit and is none: each with the truth that nothing was cut or replaced."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import av
import numpy as np
from alike import fast_pan

from forge import seen
from forge.cuts import Chance, Edit
from forge.labels import EDITED, NotFor, Truth, processed
from forge.profiles import DEVICES, of_part, program
from forge.sources import Source, recorded
from forge.splice import Piece, gops, resync, rewrap, splice, wrapped_by
from forge.take import Image, Take, encode

_CODED_SAMPLES = ("pcm_mulaw", "pcm_alaw", "libopencore_amrnb")


def untouched(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """The recording byte by byte."""
    path = out.with_suffix(source.original.suffix)
    shutil.copyfile(source.original, path)
    return path, Truth()


def _happening(name: str) -> Edit:
    """A hard negative of what happens before the encoder."""

    def recorded_so(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
        clip = source.drawn()
        if name in seen.UNEVEN and not source.profile.timed:
            raise NotFor("a container without times")
        if name in seen.CLOCKED and not source.clock:
            raise NotFor("no clock")
        if name == "packets_concealed" and source.profile.sound not in _CODED_SAMPLES:
            raise NotFor("no sound of a network camera")
        changed = seen.HAPPENINGS[name](clip, chance)
        path = out.with_suffix(f".{source.profile.suffix}")
        encode(path, recorded(changed), source.profile, changed.start)
        # That a clock steps is there to be seen: it may be shown for review.
        return path, Truth().allowing(EDITED) if name in seen.CLOCKED else Truth()

    recorded_so.__name__ = name
    recorded_so.__doc__ = seen.HAPPENINGS[name].__doc__
    return recorded_so


def rewrapped(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """The workstation wraps all packets anew into its own container."""
    station = source.workstation
    fits = source.profile.sound == "aac" and source.profile.picture != "mjpeg"
    suffix = station.suffix if fits else source.original.suffix[1:]
    if source.profile.suffix == "ts" and suffix == "mp4":
        suffix = "ts"  # ADTS frames are not what MP4 holds
    path = out.with_suffix(f".{suffix}")
    rewrap(source.original, path, wrapped_by(station, suffix),
           source.start + timedelta(hours=8))  # fmt: skip
    return path, processed()


def transcoded(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """The workstation encodes everything anew, lawfully and whole."""
    path = out.with_suffix(f".{source.workstation.suffix}")
    encode(path, source.take, source.workstation, source.start + timedelta(hours=8))
    return path, processed()


def adaptive_gop(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """A device that puts keyframes where the scene changes, and the view swings aside."""
    if source.profile.picture not in ("libx264", "mpeg4"):
        raise NotFor("an encoder without scene changes")
    limit = {"libx264": "40", "mpeg4": "0"}[source.profile.picture]
    options = {**source.profile.options, "sc_threshold": limit}
    profile = replace(source.profile, gop_s=8.0, options=options)
    path = out.with_suffix(f".{profile.suffix}")
    return encode(path, recorded(fast_pan(source.drawn(), chance)), profile, source.start), Truth()


def mjpeg_avi(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """A recorder that writes single pictures into AVI."""
    fit = [one for one in of_part(DEVICES, source.part) if one.picture == "mjpeg"]
    path = out.with_suffix(f".{fit[0].suffix}")
    return encode(path, recorded(source.drawn()), fit[0], source.start), Truth()


def power_loss(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """The power fails: the file ends in the midst of a packet, and nothing is closed."""
    if source.profile.boxed:
        raise NotFor("without its index the container cannot be read")
    data = source.original.read_bytes()
    path = out.with_suffix(source.original.suffix)
    path.write_bytes(data[: int(len(data) * chance.uniform(0.55, 0.9))])
    return path, Truth()


def power_loss_fragments(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """The power fails on a device that writes MP4 in fragments."""
    if not source.profile.boxed:
        raise NotFor("not of the MP4 family")
    whole = source.scratch / f"{source.name}_fragments{source.original.suffix}"
    options = {"fflags": "+bitexact", "movflags": "+frag_keyframe+empty_moov+default_base_moof"}
    with av.open(str(source.original)) as given, av.open(str(whole), "w", options=options) as made:
        streams = {s.index: made.add_stream_from_template(s) for s in given.streams}
        for packet in given.demux():
            if packet.size and packet.dts is not None:
                packet.stream = streams[packet.stream_index]
                made.mux(packet)
    data = whole.read_bytes()
    path = out.with_suffix(whole.suffix)
    path.write_bytes(data[: int(len(data) * chance.uniform(0.55, 0.9))])
    return path, Truth()


def damaged_copy(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """A bad card: some bytes in the midst of the file are others than were written."""
    data = bytearray(source.original.read_bytes())
    places = chance.uniform(0.2, 0.8, 12) * len(data)
    for place in places:
        data[int(place)] ^= int(chance.integers(1, 256))
    path = out.with_suffix(source.original.suffix)
    path.write_bytes(data)
    return path, Truth()


def resolution_switch(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """The device goes on in half the size: the stream's parameters change, no time is lost."""
    if source.profile.suffix != "ts":
        raise NotFor("a container with one set of parameters")
    take = recorded(source.drawn())
    half = len(take.pictures) // 2 // round(source.profile.gop_s * take.fps)
    first = half * round(source.profile.gop_s * take.fps)

    def halved(image: Image, at: float) -> Image:
        return np.ascontiguousarray(image[::2, ::2])

    smaller = take.changed(halved, take.times[first])
    halves = []
    for number, (begin, end) in enumerate(((0, first), (first, len(take.pictures)))):
        heard = slice(*(round(n / take.fps * 48_000) for n in (begin, end)))
        times = tuple(at - take.times[begin] for at in take.times[begin:end])
        part = Take(smaller.pictures[begin:end], times, take.sound[heard], take.fps)
        halves.append(source.scratch / f"{source.name}_half{number}.ts")
        encode(halves[-1], part, source.profile)
    path = out.with_suffix(".ts")
    splice([Piece(p, 0, len(gops(p))) for p in halves], path, source.profile)
    return path, Truth()


def copied_by_tool(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """All packets copied by a program that keeps the creation time, as archives are filled."""
    path = out.with_suffix(source.original.suffix)
    rewrap(source.original, path, wrapped_by(program(source.profile), path.suffix[1:]),
           source.start)  # fmt: skip
    return path, processed()


def sound_resync(source: Source, out: Path, chance: Chance) -> tuple[Path, Truth]:
    """Every few seconds the device puts its sound right against its picture, by parts of a packet:
    its two clocks run apart."""
    if not source.profile.timed or source.profile.sound not in ("aac", "libmp3lame"):
        raise NotFor("packets of sound without times of their own")
    path = out.with_suffix(source.original.suffix)
    places = np.arange(chance.uniform(2, 4), source.seconds - 1, chance.uniform(3, 7))
    shares = chance.uniform(0.15, 0.85, len(places)) * chance.choice((-1, 1))
    resync(source.original, path, source.profile, list(zip(places, shares, strict=True)),
           source.start)  # fmt: skip
    return path, Truth()


#: Made behind all others, so that these keep their places and names.
LATER: tuple[Edit, ...] = (sound_resync,)

NEGATIVES: tuple[Edit, ...] = (
    untouched, rewrapped, copied_by_tool, transcoded, adaptive_gop, mjpeg_avi, power_loss,
    power_loss_fragments, damaged_copy, resolution_switch,
    *(_happening(name) for name in seen.HAPPENINGS),
)  # fmt: skip
