"""A picture too small to recognise people, documents and places by."""

from __future__ import annotations

from pydantic import Field

from avaudit.checks._declare import CheckParams, check
from avaudit.domain.finding import Measured, NotApplicable, Observation
from avaudit.domain.media import MediaFacts
from avaudit.domain.rule import Outcome


class Params(CheckParams):
    """Lengths of the picture's short side in pixels: upright recordings count like level ones."""

    min_short_side_px: int = Field(gt=0)
    recommended_short_side_px: int = Field(gt=0)


@check(
    "quality.low_resolution",
    codes={"too_low": Outcome.FAIL, "below_recommended": Outcome.REVIEW},
)
def low_resolution(media: MediaFacts, params: Params) -> Measured | NotApplicable:
    """The declared size of the first picture stream."""
    picture = media.first("video")
    if picture is None:
        return NotApplicable("no_picture")
    short_side = min(picture.width, picture.height)
    if not short_side:
        return Measured(0.0, cause="no_size")
    if short_side >= params.recommended_short_side_px:
        return Measured(1.0)
    too_low = short_side < params.min_short_side_px
    least = params.min_short_side_px if too_low else params.recommended_short_side_px
    seen = Observation(
        "too_low" if too_low else "below_recommended",
        measured={"width_px": picture.width, "height_px": picture.height},
        expected={"short_side_px": least},
        score=1.0,
    )
    return Measured(1.0, (seen,))
