"""A clock is burned into the picture, and over some stretch nobody can read it."""

from __future__ import annotations

from pydantic import Field

from avaudit.checks._declare import CheckParams, check
from avaudit.domain.finding import Measured, NotApplicable, Observation
from avaudit.domain.osd import OsdClock, OsdUnread
from avaudit.domain.rule import Outcome


class Params(CheckParams):
    """A stretch counts from `min_stretch_s` seconds and `min_samples` pictures looked at on."""

    min_stretch_s: float = Field(gt=0)
    min_samples: int = Field(ge=2)


@check("quality.clock_unreadable", codes={"unreadable_stretch": Outcome.REVIEW})
def clock_unreadable(osd: OsdClock, params: Params) -> Measured | NotApplicable:
    """Stretches between good readings in which pictures gave none that agrees with them."""
    if not osd.found:
        return NotApplicable(osd.cause)
    if not osd.runs:
        return Measured(0.0, cause="never_readable")
    seen = tuple(_stretch(one) for one in osd.unread if _counts(one, params))
    return Measured(osd.readable_share, seen, cause="hardly_readable")


def _counts(one: OsdUnread, params: Params) -> bool:
    return one.span.length_s >= params.min_stretch_s and one.samples >= params.min_samples


def _stretch(one: OsdUnread) -> Observation:
    measured = {"unread_s": round(one.span.length_s, 1), "samples": one.samples}
    return Observation("unreadable_stretch", one.span, measured=measured)
