"""Does the same trouble come back in several recordings of a device?"""

from __future__ import annotations

from collections import defaultdict

from pydantic import Field

from avaudit.checks._declare import CheckParams, check
from avaudit.domain.finding import Measured, NotApplicable, Observation
from avaudit.domain.rule import Outcome
from avaudit.domain.session import DeviceHistory


class Params(CheckParams):
    """Of at least `min_recordings` recordings, `min_troubled` and `min_share` (0 to 1) of them
    must have the same trouble."""

    min_recordings: int = Field(ge=2)
    min_troubled: int = Field(ge=2)
    min_share: float = Field(ge=0, le=1)


@check(
    "device.repeated",
    codes={
        "power_loss": Outcome.REVIEW,
        "clock_wrong": Outcome.REVIEW,
        "other": Outcome.REVIEW,
    },
)
def repeated(device_history: DeviceHistory, params: Params) -> Measured | NotApplicable:
    """Count recordings by the rule that found trouble in them; each recording once a rule."""
    total = len(device_history.members)
    if total < params.min_recordings:
        return NotApplicable("too_few")
    troubled: dict[str, list[str]] = defaultdict(list)
    for trouble in device_history.troubles:
        if trouble.recording_id not in troubled[trouble.rule_id]:
            troubled[trouble.rule_id].append(trouble.recording_id)
    seen = [
        _observation(device_history, rule_id, recordings, params)
        for rule_id, recordings in sorted(troubled.items())
        if len(recordings) >= params.min_troubled and len(recordings) >= params.min_share * total
    ]
    return Measured(1.0, tuple(seen))


def _observation(
    history: DeviceHistory, rule_id: str, recordings: list[str], params: Params
) -> Observation:
    troubles = [t for t in history.troubles if t.rule_id == rule_id]
    total = len(history.members)
    name = rule_id.partition(".")[2]
    measured = {
        "device": history.device_id,
        "rule": rule_id,
        "troubled": len(recordings),
        "recordings": total,
        "percent": round(100 * len(recordings) / total),
        "codes": sorted({trouble.code for trouble in troubles}),
        "which": recordings,
    }
    expected = {"troubled": params.min_troubled}
    code = name if name in ("power_loss", "clock_wrong") else "other"
    return Observation(code, measured=measured, expected=expected)
