"""A picture that shakes so much that little can be made out."""

from __future__ import annotations

from pydantic import Field

from avaudit.checks._declare import CheckParams, check
from avaudit.checks._looked import looked_share
from avaudit.domain.finding import Measured, NotApplicable, Observation
from avaudit.domain.media import MediaFacts
from avaudit.domain.picture import Picture
from avaudit.domain.rule import Outcome
from avaudit.domain.signal import PacketTimeline
from avaudit.domain.time import Span


class Params(CheckParams):
    """`max_unsteady` in thousandths of the width (see the signal's `Sway`); a share from 0 to 1."""

    max_unsteady: float = Field(gt=0)
    min_share: float = Field(gt=0, le=1)
    min_moments: int = Field(ge=1)


@check("quality.shaking", codes={"shaking": Outcome.REVIEW})
def shaking(
    media: MediaFacts, packets: PacketTimeline, picture: Picture | None, params: Params
) -> Measured | NotApplicable:
    """Moments spread over the recording in which the whole picture jumps from frame to frame."""
    if media.first("video") is None:
        return NotApplicable("no_picture")
    if picture is None:
        return Measured(0.0, cause="not_measured")
    if len(picture.sway) < params.min_moments:
        return Measured(0.0, cause="too_few_moments")
    coverage = looked_share(media, packets, picture)
    shaken = [moment for moment in picture.sway if moment.unsteady > params.max_unsteady]
    if len(shaken) < max(params.min_moments, params.min_share * len(picture.sway)):
        return Measured(coverage, cause="not_to_its_end")
    measured = {
        "moments": len(shaken),
        "of": len(picture.sway),
        "unsteady": max(moment.unsteady for moment in shaken),
    }
    span = Span(shaken[0].at_s, shaken[-1].at_s)
    seen = Observation("shaking", span, measured, {"unsteady": params.max_unsteady})
    return Measured(coverage, (seen,), cause="not_to_its_end")
