"""The picture stands still while time goes on: the same frame again and again."""

from __future__ import annotations

from pydantic import Field

from avaudit.checks._declare import CheckParams, check
from avaudit.checks._looked import looked_share
from avaudit.domain.finding import Measured, NotApplicable, Observation
from avaudit.domain.media import MediaFacts
from avaudit.domain.picture import Picture, Still
from avaudit.domain.rule import Outcome
from avaudit.domain.signal import PacketTimeline
from avaudit.domain.time import Span, total_s


class Params(CheckParams):
    """Lengths in seconds; shares and textures as in the signal `Still`."""

    min_length_s: float = Field(ge=0.4)
    end_length_s: float = Field(ge=0.4)
    max_moved_share: float = Field(gt=0, lt=1)
    min_moving_share: float = Field(gt=0, le=1)
    min_moved: float = Field(ge=0)
    min_step: float = Field(ge=1)
    min_jump: float = Field(ge=1)
    max_onset_step: float = Field(ge=1)
    min_luma_share: float = Field(ge=0, le=1)
    min_textured: float = Field(ge=0, le=100)
    stutters: int = Field(ge=2)


@check(
    "quality.frozen",
    codes={
        "frozen": Outcome.FAIL,
        "still": Outcome.REVIEW,
        "still_at_end": Outcome.REVIEW,
        "stutter": Outcome.REVIEW,
    },
)
def frozen(
    media: MediaFacts, packets: PacketTimeline, picture: Picture | None, params: Params
) -> Measured | NotApplicable:
    """Stretches of repeated frames within a picture that moves, or is alive with noise."""
    if media.first("video") is None:
        return NotApplicable("no_picture")
    if picture is None:
        return Measured(0.0, cause="not_measured")
    coverage = looked_share(media, packets, picture, closely=True)
    stretches = [
        (one, code)
        for one in picture.still
        if one.textured >= params.min_textured and (code := _code(one, params))
    ]
    between = [one.span for one, code in stretches if code != "still_at_end"]
    if len(between) >= params.stutters:
        measured = {"stretches": len(between), "still_s": round(total_s(between), 2)}
        expected = {"stretches": params.stutters}
        whole = Span(between[0].onset_s, between[-1].offset_s)
        seen = (Observation("stutter", whole, measured, expected),)
        return Measured(coverage, seen, cause="not_to_its_end")
    found = tuple(_observation(one, code, params) for one, code in stretches)
    return Measured(coverage, found, cause="not_to_its_end")


def _code(one: Still, params: Params) -> str:
    """What a stretch comes to; "" where it is how the scene or the encoder is."""
    sides = [side for side in (one.before, one.after) if side]
    lively = sides and all(
        side.moving_share >= params.min_moving_share
        and one.moved <= params.max_moved_share * side.moved
        for side in sides
    )
    jumps = _jumps(one, params)
    dimmed = any(one.luma < params.min_luma_share * side.luma for side in sides)
    if not (lively or jumps) or dimmed:
        return ""  # encoders leave out the noise of a room whose lights went out
    if len(sides) < 2:
        return "still_at_end" if one.span.length_s >= params.end_length_s else ""
    if one.span.length_s < params.min_length_s:
        return ""
    sure = (
        lively
        and min(side.moved for side in sides) >= params.min_moved
        and one.onset_step <= params.max_onset_step  # what stands is what was there before
        and one.offset_step >= params.min_step
    )
    return "frozen" if sure else "still"


def _jumps(one: Still, params: Params) -> bool:
    """Whether frames differ without exception on both sides of the stretch, and it ends in a jump.

    Before a fixed camera little differs from frame to frame but an encoder's noise, which a picture
    that is coded again and again has as well. What comes to rest there by itself begins to move
    little by little. Where more than half as much differs within, the jump must be twice as large.
    """
    sides = [side for side in (one.before, one.after) if side]
    if len(sides) < 2 or any(s.moving_share < 1.0 or s.moved <= one.moved for s in sides):
        return False
    half = all(one.moved <= side.moved / 2 for side in sides)
    return one.offset_step >= params.min_jump * (1 if half else 2)


def _observation(one: Still, code: str, params: Params) -> Observation:
    measured = {
        "still_s": round(one.span.length_s, 2),
        "repeats": one.repeats,
        "equal_share": one.equal_share,
        "moved": one.moved,
        "moved_before": one.before.moved if one.before else None,
        "moved_after": one.after.moved if one.after else None,
        "offset_step": one.offset_step,
    }
    least = params.end_length_s if code == "still_at_end" else params.min_length_s
    expected = {"max_still_s": least, "step": params.min_step}
    return Observation(code, one.span, measured, expected, score=1.0)
