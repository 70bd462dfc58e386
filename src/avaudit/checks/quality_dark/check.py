"""A picture too dark to make people and property out, though it shows something."""

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
    """Brightness from 0 to 255, texture in percent of blocks, lengths in seconds.

    Darker than `black_luma` all through there is no light at all: see `quality.covered`.
    """

    black_luma: int = Field(ge=0)
    max_luma: int = Field(ge=0)
    max_bright: int = Field(ge=0)
    max_textured: float = Field(ge=0)
    min_length_s: float = Field(gt=0)
    throughout_share: float = Field(gt=0, le=1)


@check(
    "quality.dark",
    codes={
        "dark": Outcome.REVIEW,
        "dark_throughout": Outcome.REVIEW,
        "nothing_throughout": Outcome.REVIEW,
    },
)
def dark(
    media: MediaFacts, packets: PacketTimeline, picture: Picture | None, params: Params
) -> Measured | NotApplicable:
    """Stretches in which hardly anything is bright. Night is no fault: a person looks.

    A stretch that shows nothing at all beside others that do belongs to `quality.covered`. Where
    nothing shows from beginning to end, a night cannot be told from a lens that lets some light
    through: there is nothing to compare it with.
    """
    if media.first("video") is None:
        return NotApplicable("no_picture")
    if picture is None:
        return Measured(0.0, cause="not_measured")
    looks = picture.looks
    coverage = looked_share(media, packets, picture)
    dim = [
        luma <= params.max_luma and bright <= params.max_bright
        for luma, bright in zip(looks.luma, looks.bright, strict=True)
    ]
    shows = [textured > params.max_textured for textured in looks.textured]
    lit = [
        is_dim and luma > params.black_luma for is_dim, luma in zip(dim, looks.luma, strict=True)
    ]
    marked = [a and b for a, b in zip(dim, shows, strict=True)]
    spans = runs(looks, marked, end_of(picture))
    expected = {"luma": params.max_luma, "bright": params.max_bright}
    either = [a or b for a, b in zip(marked, lit, strict=True)]
    for code, of_it in (("dark_throughout", marked), ("nothing_throughout", either)):
        dark_spans = runs(looks, of_it, end_of(picture))
        if total_s(dark_spans) >= params.throughout_share * max(1e-6, total_s(picture.examined)):
            whole = Span(dark_spans[0].onset_s, dark_spans[-1].offset_s)
            measured = {"dark_s": round(total_s(dark_spans), 1), "luma": _mean(picture, whole)}
            seen = Observation(code, whole, measured, expected)
            return Measured(coverage, (seen,), cause="not_to_its_end")
    found = tuple(
        Observation("dark", span, {"dark_s": round(span.length_s, 1), "luma": _mean(picture, span)},
                    expected)
        for span in spans
        if span.length_s >= params.min_length_s
    )  # fmt: skip
    return Measured(coverage, found, cause="not_to_its_end")


def _mean(picture: Picture, span: Span) -> float:
    looks = picture.looks
    inside = [
        luma
        for ms, luma in zip(looks.at_ms, looks.luma, strict=True)
        if span.onset_s <= ms / 1000 < span.offset_s
    ]
    return round(sum(inside) / max(1, len(inside)), 1)
