"""All cues of a recording, out of all signals, and what it is compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from avaudit.domain.bitstream import Bitstream
from avaudit.domain.cue import Cue, CueGroup, Cues
from avaudit.domain.media import MediaFacts
from avaudit.domain.osd import OsdClock
from avaudit.domain.pace import Pace
from avaudit.domain.picture import Picture
from avaudit.domain.picture_seams import PictureSeams
from avaudit.domain.recompression import Recompression
from avaudit.domain.reference import Compared, Reference
from avaudit.domain.signal import PacketTimeline
from avaudit.domain.sound_frames import SoundFrames
from avaudit.domain.sound_seams import SoundSeams
from avaudit.domain.structure import Structure
from avaudit.domain.time import Span
from avaudit.integrity import (
    bitstream,
    clock,
    container,
    frames,
    pixel,
    recompression,
    reference,
    sound,
    timeline,
)

Signal = TypeVar("Signal")


def gather(signals: Mapping[type, object]) -> Cues:
    """Cues of every group, and the groups that were looked for."""
    structure, pace = _get(signals, Structure), _get(signals, Pace)
    stream, osd = _get(signals, Bitstream), _get(signals, OsdClock)
    heard, picture = _get(signals, SoundSeams), _get(signals, Picture)
    found: list[Cue] = []
    measured: list[CueGroup] = []
    if structure is not None:
        measured.append(CueGroup.CONTAINER)
        found += container.cues(structure, stream)
    if pace is not None:
        measured.append(CueGroup.TIMELINE)
        found += timeline.cues(pace, structure)
    if stream is not None:
        measured.append(CueGroup.BITSTREAM)
        found += bitstream.cues(stream)
    found += recompression.cues(_get(signals, Recompression), osd)
    if osd is not None and osd.found:
        measured.append(CueGroup.CLOCK)
        found += clock.cues(osd)
    if picture is not None:
        measured.append(CueGroup.PIXEL)
    found += pixel.cues(_get(signals, PictureSeams), picture, stream)
    if heard is not None:
        measured.append(CueGroup.AUDIO)
        found += sound.cues(heard)
        found += frames.cues(_get(signals, SoundFrames))
    return Cues(tuple(found), tuple(measured), _holes(_get(signals, PacketTimeline)))


def _holes(packets: PacketTimeline | None) -> tuple[Span, ...]:
    """Stretches without packets in the first stream of each kind."""
    firsts = [packets.first(kind) for kind in ("video", "audio")] if packets else []
    holes = [hole for stream in firsts if stream for hole in stream.holes]
    return tuple(sorted(Span(one.at_s, one.at_s + one.length_s) for one in holes))


def features_of(media: MediaFacts, signals: Mapping[type, object]) -> dict[str, str]:
    """The features of a recording out of its signals; none without its structure."""
    structure = _get(signals, Structure)
    if structure is None:
        return {}
    return reference.features(media, structure, _get(signals, Bitstream), _get(signals, Pace))


def compared(
    media: MediaFacts | None, signals: Mapping[type, object], references: Sequence[Reference],
    device: str | None, path: str,
) -> Compared:  # fmt: skip
    """The recording beside the reference of its device model, or else the nearest one."""
    found = features_of(media, signals) if media else {}
    chosen, own = reference.choose(references, device, path, found) if found else (None, False)
    if chosen is None:
        return Compared()
    return Compared(
        chosen.model, chosen.firmware, chosen.workstation, chosen.files, own,
        reference.compare(chosen, found),
    )  # fmt: skip


def _get(signals: Mapping[type, object], kind: type[Signal]) -> Signal | None:
    found = signals.get(kind)
    return found if isinstance(found, kind) else None
