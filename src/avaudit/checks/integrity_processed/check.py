"""Does the file as a whole look as its device writes it, or was it written anew by something else?

That it was processed is not that it was edited: workstations wrap recordings anew, and a copy may
lawfully be encoded for a smaller disk. What is at stake is whether it is the original.
"""

from __future__ import annotations

from pydantic import Field

from avaudit.checks._cues import observation
from avaudit.checks._declare import CheckParams, check
from avaudit.domain.cue import CueGroup, Cues, Weights
from avaudit.domain.finding import Measured
from avaudit.domain.rule import Outcome
from avaudit.integrity.weigh import whole_file


class Params(CheckParams):
    """The natural logarithm of the likelihood ratio from which a file counts as processed."""

    processed_weight: float = Field(gt=0)


@check("integrity.processed", codes={"processed": Outcome.REVIEW})
def processed(cues: Cues, weights: Weights, params: Params) -> Measured:
    """Weigh what concerns the whole file."""
    looked = CueGroup.CONTAINER in cues.measured
    found = whole_file(cues, weights)
    if found is None or found.total < params.processed_weight:
        return Measured(1.0 if looked else 0.0, cause="no_container")
    material = {"calibration": weights.version, "genuine_hours": weights.genuine_hours}
    seen = observation("processed", "C", found, cues, material)
    return Measured(1.0 if looked else 0.0, (seen,), cause="no_container")
