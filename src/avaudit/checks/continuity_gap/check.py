"""A stretch inside a file that no packet covers: recording stopped, or something was taken out."""

from __future__ import annotations

from pydantic import Field

from avaudit.checks._declare import check
from avaudit.checks._gaps import Gap, GapParams, find_gaps
from avaudit.checks._reach import timed_share
from avaudit.domain.finding import Measured, Observation
from avaudit.domain.media import MediaFacts
from avaudit.domain.rule import Outcome
from avaudit.domain.signal import PacketTimeline, StreamTimeline
from avaudit.domain.time import Span

#: Containers whose sound has no times of its own, but begins anew where the last packet ended: all
#: of it, or what is coded sample by sample.
_COUNTED, _COUNTED_PCM, _PCM = "avi", "mov", ("pcm_", "adpcm_")


class Params(GapParams):
    """See `GapParams`. Picture and sound may end `max_end_difference_s` seconds apart; where what
    is missing of the sound can only show at its end, `min_gap_s`."""

    max_end_difference_s: float = Field(gt=0)


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
        "sound_too_short": Outcome.REVIEW,
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
    gaps = find_gaps(packets, params)
    seen = [_observation(one, params) for one in gaps.found]
    seen += [_irregular(kind, holes, params) for kind, holes in gaps.irregular]
    seen.sort(key=lambda o: o.span or Span(0, 0))
    seen += [_too_many(stream) for stream in streams if stream.holes_left_out]
    if picture and sound:
        seen += _ends(picture, sound, params)
        seen += _too_short(picture, sound, media, params)
    return Measured(timed_share(media, packets), tuple(seen), cause="not_to_its_end")


def _irregular(kind: str, holes: tuple[Span, ...], params: Params) -> Observation:
    measured = {"holes": len(holes), "longest_s": round(max(h.length_s for h in holes), 2)}
    expected = {"holes": params.irregular_holes}
    whole = Span(holes[0].onset_s, holes[-1].offset_s)
    return Observation(f"irregular_{kind}", whole, measured=measured, expected=expected)


def _observation(found: Gap, params: Params) -> Observation:
    short = found.short(params)
    return Observation(
        "short_gap" if short else found.kind,
        found.span,
        measured={"gap_s": round(found.span.length_s, 3), "in": found.kind},
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


def _too_short(
    picture: StreamTimeline, sound: StreamTimeline, media: MediaFacts, params: Params
) -> list[Observation]:
    """Less sound than picture, in a container that would show a hole of it nowhere else."""
    short_s = picture.end_s - sound.end_s
    stream = media.first("audio")
    sampled = stream is not None and stream.codec.startswith(_PCM)
    names = media.container.split(",")  # FFmpeg's: mov,mp4,m4a,3gp,3g2,mj2
    counted = _COUNTED in names or (sampled and _COUNTED_PCM in names)
    if not counted or short_s < params.min_gap_s:
        return []
    if short_s > params.max_end_difference_s:
        return []  # told as an early end
    measured = {"difference_s": round(short_s, 3)}
    expected = {"max_difference_s": params.min_gap_s}
    return [Observation("sound_too_short", Span(sound.end_s, picture.end_s), measured, expected)]


def _end(code: str, span: Span, params: Params) -> Observation:
    measured = {"difference_s": round(span.length_s, 3)}
    expected = {"max_difference_s": params.max_end_difference_s}
    return Observation(code, span, measured=measured, expected=expected, score=1.0)
