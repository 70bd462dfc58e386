"""A picture without fine detail: out of focus, a dirty lens, or condensation on it."""

from __future__ import annotations

from pydantic import Field

from avaudit.checks._declare import CheckParams, check
from avaudit.checks._looked import end_of, looked_share, runs
from avaudit.domain.finding import Measured, NotApplicable, Observation
from avaudit.domain.media import MediaFacts
from avaudit.domain.picture import Picture
from avaudit.domain.rule import Outcome
from avaudit.domain.signal import PacketTimeline
from avaudit.domain.time import Span, total_s


class Params(CheckParams):
    """`min_sharpness` in thousandths (see the signal's `Looks`), lengths in seconds."""

    min_sharpness: int = Field(ge=0)
    min_length_s: float = Field(gt=0)
    min_told_share: float = Field(ge=0, le=1)


@check("quality.blurred", codes={"blurred": Outcome.REVIEW})
def blurred(
    media: MediaFacts, packets: PacketTimeline, picture: Picture | None, params: Params
) -> Measured | NotApplicable:
    """Stretches whose strongest edges are soft. A plain wall tells nothing."""
    if media.first("video") is None:
        return NotApplicable("no_picture")
    if picture is None:
        return Measured(0.0, cause="not_measured")
    looks = picture.looks
    coverage = looked_share(media, packets, picture)
    told = [sharpness >= 0 for sharpness in looks.sharpness]
    if sum(told) < params.min_told_share * len(told):
        return Measured(0.0, cause="no_detail")
    marked = [0 <= sharpness < params.min_sharpness for sharpness in looks.sharpness]
    found = tuple(
        _observation(span, picture, params)
        for span in runs(looks, marked, end_of(picture))
        if span.length_s >= min(params.min_length_s, 0.9 * total_s(picture.examined))
    )
    return Measured(coverage, found, cause="not_to_its_end")


def _observation(span: Span, picture: Picture, params: Params) -> Observation:
    looks = picture.looks
    inside = sorted(
        sharpness
        for ms, sharpness in zip(looks.at_ms, looks.sharpness, strict=True)
        if span.onset_s <= ms / 1000 < span.offset_s
    )
    measured = {"blurred_s": round(span.length_s, 1), "sharpness": inside[len(inside) // 2]}
    return Observation("blurred", span, measured, {"sharpness": params.min_sharpness})
