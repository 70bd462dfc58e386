"""Does the file as a whole look as its device writes it, or was it written anew by something else?

That it was processed is not that it was edited: workstations wrap recordings anew, and a copy may
lawfully be encoded for a smaller disk. What is at stake is whether it is the original.

Where genuine files of the recording's own device model were enrolled, only they count: a common
encoder's name is no trace in the files of a device that uses it. Without them general knowledge
has to do, which is said with the finding; a library's name alone then leaves the question open.
"""

from __future__ import annotations

import math

from pydantic import Field

from avaudit.checks._cues import as_score, observation
from avaudit.checks._declare import CheckParams, check
from avaudit.domain.cue import CueGroup, Cues, Weights
from avaudit.domain.finding import Measured, Observation
from avaudit.domain.reference import Compared, Difference
from avaudit.domain.rule import Outcome
from avaudit.integrity.weigh import Place, whole_file


class Params(CheckParams):
    """The natural logarithm of the likelihood ratio from which a file counts as processed."""

    processed_weight: float = Field(gt=0)


@check(
    "integrity.processed",
    codes={
        "processed": Outcome.REVIEW,
        "differs": Outcome.REVIEW,
        "library": Outcome.OPEN,
    },
)
def processed(cues: Cues, weights: Weights, compared: Compared, params: Params) -> Measured:
    """Compare with the device's reference where there is one, else weigh general traces."""
    coverage = 1.0 if CueGroup.CONTAINER in cues.measured else 0.0
    if compared.own:
        seen = _differs(compared, params)
    else:
        seen = _by_traces(cues, weights, compared, params)
    return Measured(coverage, (seen,) if seen else (), cause="no_container")


def _by_traces(
    cues: Cues, weights: Weights, compared: Compared, params: Params
) -> Observation | None:
    found = whole_file(cues, weights)
    if found is None or found.total < params.processed_weight:
        return None
    told = [one for one in found.cues if (one.cue.group, one.cue.kind) != _LIBRARY]
    code = "processed" if Place(None, tuple(told)).total >= params.processed_weight else "library"
    return observation(code, "C", found, cues, weights, nearest_model=compared.model)


def _differs(compared: Compared, params: Params) -> Observation | None:
    """Weigh the rarest difference of each group: features of one group change together."""
    rarest: dict[str, Difference] = {}
    for one in compared.differences:  # the rarest first
        rarest.setdefault(one.feature.partition(".")[0], one)
    total = sum(-math.log(one.rarity) for one in rarest.values())
    if total < params.processed_weight:
        return None
    measured: dict[str, object] = {"weight": round(total, 2), "count": len(compared.differences)}
    expected: dict[str, object] = {
        "model": compared.model, "firmware": compared.firmware,
        "workstation": compared.workstation, "files": compared.files,
    }  # fmt: skip
    for one in compared.differences[:_SHOWN]:
        measured[one.feature] = one.found[:_LONGEST]
        expected[one.feature] = f"{one.usual[:_LONGEST]} ({one.usual_files}/{one.files})"
    measured["groups"] = [*rarest]
    return Observation("differs", None, measured, expected, as_score(total), grade="C")


#: A library that devices and workstations use as well as editors do: alone it settles nothing.
_LIBRARY = (CueGroup.CONTAINER, "trace_library")
#: Features that are shown, and characters of each, at most.
_SHOWN, _LONGEST = 12, 120
