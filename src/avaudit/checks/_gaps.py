"""Gaps inside a recording, found in one place: what one check reports another asks the reason of.

A gap is a stretch of a stream that no packet covers and that its own jitter does not explain.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from avaudit.checks._declare import CheckParams
from avaudit.domain.signal import Hole, PacketTimeline, StreamTimeline
from avaudit.domain.time import Span


class GapParams(CheckParams):
    """Lengths in seconds. A hole also has to exceed the stream's own jitter by a factor."""

    min_gap_s: float = Field(gt=0)
    review_gap_s: float = Field(gt=0)
    jitter_factor: float = Field(ge=1)
    irregular_holes: int = Field(ge=2)


@dataclass(frozen=True, slots=True)
class Gap:
    """One gap. `kind`: gap (nothing is recorded), picture_gap or sound_gap (the other goes on)."""

    kind: str
    span: Span

    def short(self, params: GapParams) -> bool:
        """Whether a device that drops frames may be all that there is to it."""
        return self.span.length_s < params.min_gap_s


@dataclass(frozen=True, slots=True)
class Gaps:
    """What is missing inside a recording, in order.

    `irregular` are the holes of a stream (picture or sound) that has so many of them, while the
    other goes on, that they are how the device works: cameras that leave out frames in which
    nothing moves, phones with a variable frame rate, sound with discontinuous transmission.
    """

    found: tuple[Gap, ...] = ()
    irregular: tuple[tuple[str, tuple[Span, ...]], ...] = ()


def find_gaps(packets: PacketTimeline, params: GapParams) -> Gaps:
    """The gaps of the first picture and the first sound stream."""
    picture, sound = packets.first("video"), packets.first("audio")
    in_picture, in_sound = _real_holes(picture, params), _real_holes(sound, params)
    if picture and sound:
        return _paired(in_picture, in_sound, params)
    return Gaps(tuple(Gap("gap", hole) for hole in in_picture or in_sound))


def _real_holes(stream: StreamTimeline | None, params: GapParams) -> list[Span]:
    """Holes that the stream's own jitter does not explain."""
    if stream is None:
        return []
    jitter_s = params.jitter_factor * max(stream.step_s, stream.step_p95_s)
    least = max(params.review_gap_s, jitter_s)
    return [_span(hole) for hole in stream.holes if hole.length_s >= least]


def _span(hole: Hole) -> Span:
    return Span(hole.at_s, hole.at_s + hole.length_s)


def _paired(picture: list[Span], sound: list[Span], params: GapParams) -> Gaps:
    """A hole in both at once is one gap; the part that both share is what nobody recorded."""
    found: list[Gap] = []
    alone: list[Span] = []
    unpaired = list(sound)
    for hole in picture:
        partner = next((s for s in unpaired if s.overlap_s(hole) > 0), None)
        if partner is None:
            alone.append(hole)
        else:
            unpaired.remove(partner)
            both = Span(max(hole.onset_s, partner.onset_s), min(hole.offset_s, partner.offset_s))
            found.append(Gap("gap", both))
    irregular = []
    for kind, holes in (("picture", alone), ("sound", unpaired)):
        if len(holes) < params.irregular_holes:
            found += [Gap(f"{kind}_gap", hole) for hole in holes]
        else:
            irregular.append((kind, tuple(holes)))
    return Gaps(tuple(sorted(found, key=lambda gap: gap.span)), tuple(irregular))
