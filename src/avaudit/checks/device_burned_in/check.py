"""Do the numbers burned in beside the clock go with the register, and with the file's own name?

A camera writes its own number, and often that of who wears it, into every picture. Where another
one stands there than the register or the name has, the file may be of another camera or activity,
or the camera was handed over and never set anew. That is for a person to see, never a failure.
Numbers of another kind than those known (another length) are not compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pydantic import Field

from avaudit.checks._declare import CheckParams, check
from avaudit.domain.burned_in import (
    Burned,
    OwnNumber,
    comparable,
    devices,
    looks,
    same_number,
    wearers,
)
from avaudit.domain.finding import Measured, NotApplicable, Observation
from avaudit.domain.osd import OsdClock
from avaudit.domain.register import Activity, Expected
from avaudit.domain.rule import Outcome

_JOIN = "、"


class Params(CheckParams):
    """`min_score` (0 to 1): what a recogniser is less sure of contradicts nothing."""

    min_score: float = Field(ge=0, le=1)


@check(
    "device.burned_in",
    codes={
        "agrees": Outcome.PASS,
        "device_differs": Outcome.REVIEW,
        "name_differs": Outcome.REVIEW,
        "officer_differs": Outcome.REVIEW,
        "other_officer": Outcome.REVIEW,
    },
)
def burned_in(
    osd: OsdClock, expected: Expected, own: OwnNumber | None, params: Params
) -> Measured | NotApplicable:
    """Compare burned-in numbers with the activity's devices and certificates, and with the name."""
    shown, worn = devices(osd.labels), wearers(osd.labels)
    if not shown and not worn:
        return NotApplicable("no_number")
    activity = expected.activity
    registered = activity.device_ids if activity else ()
    in_name = (own.device_id,) if own and own.device_id else ()
    told = [
        _compared(shown, registered, "device_differs", params),
        _compared(shown, in_name, "name_differs", params),
        _wearer(worn, activity, expected, params),
    ]
    found = [one for one in told if one]
    if not found:
        return NotApplicable("nothing_to_compare")
    differing = [one for one in found if one.code != "agrees"]
    return Measured(1.0, tuple(differing or found[:1]))


def _compared(
    shown: Sequence[Burned], known: Sequence[str], code: str, params: Params
) -> Observation | None:
    """What the numbers that are burned in say of those that are known; None: nothing."""
    for one in shown:
        if any(same_number(one.number, number) for number in known):
            return _seen("agrees", one, known)
    others = [one for one in shown if any(comparable(one.number, number) for number in known)]
    sure = [one for one in others if one.score >= params.min_score]
    return _seen(code, sure[0], known) if sure else None


def _wearer(
    worn: Sequence[Burned], activity: Activity | None, expected: Expected, params: Params
) -> Observation | None:
    """The same of an officer's number; whose it is, where the register has it for another one."""
    found = _compared(worn, activity.cert_nos if activity else (), "officer_differs", params)
    if found is None or found.code == "agrees":
        return found
    number = str(found.measured["number"])
    owner = _owner(number, expected.certificates)
    if not owner:
        return found
    return Observation(
        "other_officer", measured={**found.measured, "owner": owner}, expected=found.expected,
        score=found.score, quote=found.quote,
    )  # fmt: skip


def _owner(number: str, certificates: Iterable[tuple[str, str]]) -> str:
    return next((name for name, own in certificates if looks(own) == looks(number)), "")


def _seen(code: str, one: Burned, known: Sequence[str]) -> Observation:
    measured = {"number": one.number, "text": one.text, "score": one.score}
    return Observation(code, measured=measured, expected={"numbers": _JOIN.join(known)},
                       score=one.score, quote=one.text)  # fmt: skip
