"""What findings out of weighed cues show: each cue's raw value, its weight and its facts."""

from __future__ import annotations

import math

from avaudit.domain.cue import Cues, Weights
from avaudit.domain.finding import Observation
from avaudit.integrity.weigh import Place

#: Cues of one place that a finding shows at most, strongest first.
_SHOWN = 12


def observation(
    code: str, grade: str, place: Place, cues: Cues, weights: Weights, **further: object
) -> Observation:
    """An observation of a place. `score` is the weight as a probability at even prior odds."""
    measured: dict[str, object] = {
        "weight": round(place.total, 2),
        "count": len(place.groups),
        "groups": [str(group) for group in place.groups],
        **{f"{group}.weight": round(weight, 2) for group, weight in place.groups.items()},
    }
    for one in place.cues[:_SHOWN]:
        name = f"{one.cue.group}.{one.cue.kind}"
        if name in measured:
            continue  # the strongest of its kind is shown
        measured[name] = round(one.cue.value, 3)
        measured |= {f"{name}.{key}": value for key, value in one.cue.facts.items()}
    measured |= {
        "looked_for": [str(group) for group in cues.measured],
        "calibration": weights.version,
        "calibration_genuine_hours": weights.genuine_hours,
        **further,
    }
    return Observation(code, place.span, measured, score=as_score(place.total), grade=grade)


def as_score(weight: float) -> float:
    """A weight of evidence as a probability at even prior odds, 0 to 1."""
    return round(1 / (1 + math.exp(-weight)), 3)
