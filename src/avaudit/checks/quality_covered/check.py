"""A stretch in which the picture shows nothing: black, or a covered lens."""

from __future__ import annotations

from pydantic import Field

from avaudit.checks._declare import CheckParams, check
from avaudit.checks._looked import end_of, looked_share, runs
from avaudit.domain.finding import Measured, NotApplicable, Observation
from avaudit.domain.media import MediaFacts
from avaudit.domain.picture import Empty, Picture
from avaudit.domain.rule import Outcome
from avaudit.domain.signal import PacketTimeline
from avaudit.domain.time import Span, total_s


class Params(CheckParams):
    """Lengths in seconds, brightness from 0 to 255, texture in percent of blocks.

    What still resembles the scene by more than `max_likeness` is the scene, dimmed; unless it is as
    bright as `veil_luma` and varies by less than `veil_share` of its brightness: light that goes
    out takes brightness and contrast alike, something before the lens the contrast alone.

    Where nothing shows from beginning to end and what light there is lies between `black_luma` and
    `night_luma`, it may as well be night: see `quality.dark`.
    """

    min_length_s: float = Field(ge=0.4)
    max_textured: float = Field(ge=0, le=18)
    black_luma: float = Field(ge=0)
    black_spread: float = Field(ge=0)
    dark_luma: float = Field(ge=0)
    night_luma: float = Field(ge=0)
    beside_luma: float = Field(ge=0)
    beside_textured: float = Field(ge=0, le=100)
    max_likeness: float = Field(ge=0, le=1)
    veil_luma: float = Field(ge=0)
    veil_share: float = Field(ge=0, le=1)
    max_ramp_s: float = Field(gt=0)
    throughout_share: float = Field(gt=0, le=1)


@check(
    "quality.covered",
    codes={
        "black": Outcome.FAIL,
        "covered": Outcome.FAIL,
        "flat": Outcome.REVIEW,
        "unclear": Outcome.REVIEW,
        "throughout": Outcome.REVIEW,
    },
)
def covered(
    media: MediaFacts, packets: PacketTimeline, picture: Picture | None, params: Params
) -> Measured | NotApplicable:
    """Stretches without texture, against what the recording shows before and after."""
    if media.first("video") is None:
        return NotApplicable("no_picture")
    if picture is None:
        return Measured(0.0, cause="not_measured")
    coverage = looked_share(media, packets, picture, closely=True)
    looks = picture.looks
    flat = runs(looks, [share <= params.max_textured for share in looks.textured], end_of(picture))
    if total_s(flat) >= params.throughout_share * max(1e-6, total_s(picture.examined)):
        luma = _median(looks.luma)
        if params.black_luma < luma <= params.night_luma:
            return Measured(coverage, cause="not_to_its_end")
        whole = Span(flat[0].onset_s, flat[-1].offset_s)
        measured = {"flat_s": round(total_s(flat), 1), "luma": luma}
        seen = Observation("throughout", whole, measured=measured)
        return Measured(coverage, (seen,), cause="not_to_its_end")
    found = [
        _observation(one, params)
        for one in picture.empty
        if one.textured <= params.max_textured
        and one.span.length_s >= params.min_length_s
        and (one.likeness <= params.max_likeness or _veiled(one, params))
        and not _may_be_night(one, params)
    ]
    return Measured(coverage, tuple(found), cause="not_to_its_end")


def _may_be_night(one: Empty, params: Params) -> bool:
    """Whether there is no lit picture on either side that a dim one could be compared with."""
    alone = one.before is None and one.after is None
    return alone and params.black_luma < one.luma <= params.night_luma


def _veiled(one: Empty, params: Params) -> bool:
    """Whether what little still shows of the scene lies behind something that is lit itself."""
    return one.luma >= params.veil_luma and one.spread <= params.veil_share * one.luma


def _median(values: tuple[int, ...]) -> int:
    return sorted(values)[len(values) // 2]


def _observation(one: Empty, params: Params) -> Observation:
    measured = {
        "empty_s": round(one.span.length_s, 2),
        "luma": one.luma,
        "textured": one.textured,
        "luma_before": one.before.luma if one.before else None,
        "luma_after": one.after.luma if one.after else None,
        "likeness": one.likeness,
    }
    expected = {"max_empty_s": params.min_length_s, "textured": params.max_textured}
    return Observation(_code(one, params), one.span, measured, expected, score=1.0)


def _code(one: Empty, params: Params) -> str:
    """Sure only where the same picture, lit and with detail, was there shortly before and after."""
    ramps = (one.onset_ramp_s, one.offset_ramp_s)
    sides = (one.before, one.after)
    lit = all(
        side and side.luma >= params.beside_luma and side.textured >= params.beside_textured
        for side in sides
    )
    alike = one.likeness > params.max_likeness
    if alike or not lit or any(not 0 <= ramp <= params.max_ramp_s for ramp in ramps):
        return "unclear"
    if one.luma <= params.black_luma and one.spread <= params.black_spread:
        return "black"
    return "covered" if one.luma <= params.dark_luma else "flat"
