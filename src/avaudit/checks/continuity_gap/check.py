"""A stretch inside a file that no packet covers: recording stopped, or something was taken out."""

from __future__ import annotations

from pydantic import Field

from avaudit.checks._declare import CheckParams, check
from avaudit.checks._reach import read_share
from avaudit.domain.finding import Measured, Observation
from avaudit.domain.media import MediaFacts
from avaudit.domain.rule import Outcome
from avaudit.domain.signal import Hole, PacketTimeline, StreamTimeline
from avaudit.domain.time import Span


class Params(CheckParams):
    """Lengths in seconds. A hole also has to exceed the stream's own jitter by a factor."""

    min_gap_s: float = Field(gt=0)
    review_gap_s: float = Field(gt=0)
    jitter_factor: float = Field(ge=1)
    max_end_difference_s: float = Field(gt=0)
    irregular_holes: int = Field(ge=2)


@check(
    "continuity.gap",
    codes={
        "gap": Outcome.FAIL,
        "picture_gap": Outcome.FAIL,
        "sound_gap": Outcome.FAIL,
        "short_gap": Outcome.REVIEW,
        "irregular_picture": Outcome.REVIEW,
        "irregular_sound": Outcome.REVIEW,
        "sound_ends_early": Outcome.FAIL,
        "picture_ends_early": Outcome.FAIL,
        "sound_starts_late": Outcome.REVIEW,
        "picture_starts_late": Outcome.REVIEW,
        "many_gaps": Outcome.REVIEW,
    },
)
def gap(packets: PacketTimeline, media: MediaFacts, params: Params) -> Measured:
    """Holes of the picture and sound streams, and ends that lie apart."""
    picture, sound = packets.first("video"), packets.first("audio")
    streams = [stream for stream in (picture, sound) if stream]
    if not streams:
        return Measured(0.0, cause="no_packets")
    seen = _holes(picture, sound, params)
    seen += [_too_many(stream) for stream in streams if stream.holes_left_out]
    if picture and sound:
        seen += _ends(picture, sound, params)
    return Measured(_coverage(packets, media, streams), tuple(seen), cause="not_to_its_end")


def _holes(
    picture: StreamTimeline | None, sound: StreamTimeline | None, params: Params
) -> list[Observation]:
    in_picture, in_sound = _real_holes(picture, params), _real_holes(sound, params)
    if picture and sound:
        return _paired(in_picture, in_sound, params)
    return [_observation("gap", hole, params) for hole in in_picture or in_sound]


def _real_holes(stream: StreamTimeline | None, params: Params) -> list[Span]:
    """Holes that the stream's own jitter does not explain."""
    if stream is None:
        return []
    jitter_s = params.jitter_factor * max(stream.step_s, stream.step_p95_s)
    least = max(params.review_gap_s, jitter_s)
    return [_span(hole) for hole in stream.holes if hole.length_s >= least]


def _span(hole: Hole) -> Span:
    return Span(hole.at_s, hole.at_s + hole.length_s)


def _paired(picture: list[Span], sound: list[Span], params: Params) -> list[Observation]:
    """A hole in both at once is one gap; the part that both share is what nobody recorded."""
    seen: list[Observation] = []
    alone: list[Span] = []
    unpaired = list(sound)
    for hole in picture:
        partner = next((s for s in unpaired if s.overlap_s(hole) > 0), None)
        if partner is None:
            alone.append(hole)
        else:
            unpaired.remove(partner)
            both = Span(max(hole.onset_s, partner.onset_s), min(hole.offset_s, partner.offset_s))
            seen.append(_observation("gap", both, params))
    seen += _one_sided("picture", alone, params)
    seen += _one_sided("sound", unpaired, params)
    return sorted(seen, key=lambda o: o.span or Span(0, 0))


def _one_sided(kind: str, holes: list[Span], params: Params) -> list[Observation]:
    """Holes in one stream while the other goes on.

    Where they are many they are how the device works: cameras that leave out frames in which
    nothing moves, phones with a variable frame rate, sound with discontinuous transmission.
    """
    if len(holes) < params.irregular_holes:
        return [_observation(f"{kind}_gap", hole, params) for hole in holes]
    measured = {"holes": len(holes), "longest_s": round(max(h.length_s for h in holes), 2)}
    expected = {"holes": params.irregular_holes}
    whole = Span(holes[0].onset_s, holes[-1].offset_s)
    return [Observation(f"irregular_{kind}", whole, measured=measured, expected=expected)]


def _observation(code: str, span: Span, params: Params) -> Observation:
    short = span.length_s < params.min_gap_s
    return Observation(
        "short_gap" if short else code,
        span,
        measured={"gap_s": round(span.length_s, 3), "in": code},
        expected={"max_gap_s": params.review_gap_s if short else params.min_gap_s},
        score=1.0,
    )


def _too_many(stream: StreamTimeline) -> Observation:
    measured = {"kind": stream.kind, "holes": len(stream.holes) + stream.holes_left_out}
    return Observation("many_gaps", Span(stream.start_s, stream.end_s), measured=measured)


def _ends(picture: StreamTimeline, sound: StreamTimeline, params: Params) -> list[Observation]:
    seen = []
    for first, later, early, late in (
        (sound, picture, "sound_ends_early", "sound_starts_late"),
        (picture, sound, "picture_ends_early", "picture_starts_late"),
    ):
        if later.end_s - first.end_s > params.max_end_difference_s:
            seen.append(_end(early, Span(first.end_s, later.end_s), params))
        if first.start_s - later.start_s > params.max_end_difference_s:
            seen.append(_end(late, Span(later.start_s, first.start_s), params))
    return seen


def _end(code: str, span: Span, params: Params) -> Observation:
    measured = {"difference_s": round(span.length_s, 3)}
    expected = {"max_difference_s": params.max_end_difference_s}
    return Observation(code, span, measured=measured, expected=expected, score=1.0)


def _coverage(packets: PacketTimeline, media: MediaFacts, streams: list[StreamTimeline]) -> float:
    """The share of the recording that was read; packets without a time count as not read."""
    timed = sum(s.packets for s in streams)
    with_time = timed / max(1, timed + sum(s.without_time for s in streams))
    return with_time * read_share(media, packets)
