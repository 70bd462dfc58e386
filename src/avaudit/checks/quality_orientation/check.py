"""Whether the picture is declared level: players show it as wide as people see."""

from __future__ import annotations

from avaudit.checks._declare import CheckParams, check
from avaudit.domain.finding import Measured, NotApplicable, Observation
from avaudit.domain.media import MediaFacts
from avaudit.domain.picture import Picture
from avaudit.domain.rule import Outcome


class Params(CheckParams):
    """None: the file declares its orientation, or none."""


@check("quality.orientation", codes={"upright": Outcome.REVIEW, "slanting": Outcome.REVIEW})
def orientation(
    media: MediaFacts,
    picture: Picture | None,
    params: Params,  # noqa: ARG001
) -> Measured | NotApplicable:
    """The declared size and rotation. What is upside down without saying so is not told."""
    stream = media.first("video")
    if stream is None:
        return NotApplicable("no_picture")
    if picture is None or not min(stream.width, stream.height):
        return Measured(0.0, cause="not_measured")
    turned = picture.rotation_deg % 180
    wide, high = (stream.width, stream.height) if turned != 90 else (stream.height, stream.width)
    measured = {"shown_width_px": wide, "shown_height_px": high, "rotation": picture.rotation_deg}
    if turned not in (0, 90):
        return Measured(1.0, (Observation("slanting", measured=measured, score=1.0),))
    if high > wide:
        return Measured(1.0, (Observation("upright", measured=measured, score=1.0),))
    return Measured(1.0)
