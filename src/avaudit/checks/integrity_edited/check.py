"""Do traces of cutting, joining or replacing agree on a place?

One trace always has an innocent explanation somewhere: an encoder that restarts, a door that shuts,
a clock that is set. Grade A asks for groups of traces that fail independently to agree on a place,
one of them in the recording's own structure; grade B is one strong group alone, for a person to
look at.
"""

from __future__ import annotations

from pydantic import Field

from avaudit.checks._cues import observation
from avaudit.checks._declare import CheckParams, check
from avaudit.domain.cue import CueGroup, Cues, Weights
from avaudit.domain.finding import Measured, Observation
from avaudit.domain.rule import Outcome
from avaudit.domain.time import Span
from avaudit.integrity.weigh import STRUCTURAL, Place, places


class Params(CheckParams):
    """Weights are natural logarithms of likelihood ratios; lengths in seconds."""

    apart_s: float = Field(gt=0)
    hole_s: float = Field(gt=0)
    agree_weight: float = Field(gt=0)
    sure_weight: float = Field(gt=0)
    alone_weight: float = Field(gt=0)
    most_places: int = Field(ge=1)


_CODES = {"agreeing": Outcome.FAIL, "content": Outcome.REVIEW, "alone": Outcome.REVIEW}


@check("integrity.edited", codes=_CODES)
def edited(cues: Cues, weights: Weights, params: Params) -> Measured:
    """Grade the places that cues point at; the heaviest ones are told."""
    graded = [
        (place, code)
        for place in places(cues, weights, params.apart_s)
        if (code := _code(place, params)) and not _at_a_hole(place, cues, params)
    ]
    heaviest = sorted(graded, key=lambda one: -one[0].total)[: params.most_places]
    seen: list[Observation] = [
        observation(code, "A" if code == "agreeing" else "B", place, cues, weights)
        for place, code in sorted(heaviest, key=graded.index)
    ]
    looked = CueGroup.TIMELINE in cues.measured
    return Measured(1.0 if looked else 0.0, tuple(seen), cause="no_time_line")


def _at_a_hole(place: Place, cues: Cues, params: Params) -> bool:
    """Whether time is missing there for all to see: `continuity.gap` tells that."""
    if place.span is None:
        return False
    around = Span(place.span.onset_s - params.apart_s, place.span.offset_s + params.apart_s)
    return any(
        hole.length_s >= params.hole_s
        and hole.onset_s <= around.offset_s
        and around.onset_s <= hole.offset_s
        for hole in cues.holes
    )


def _code(place: Place, params: Params) -> str:
    """What a place comes to; "" where its traces are too few. Sound and picture that agree are for
    a person to look at: a door that is walked through changes both at once."""
    agreeing = {group for group, weight in place.groups.items() if weight >= params.agree_weight}
    if len(agreeing) > 1 and place.total >= params.sure_weight:
        return "agreeing" if agreeing & STRUCTURAL else "content"
    return "alone" if max(place.groups.values()) >= params.alone_weight else ""
