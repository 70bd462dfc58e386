"""Is the opening statement made first, as Article 14 asks, or only after a while?"""

from __future__ import annotations

from pydantic import Field

from avaudit.checks._declare import CheckParams, check
from avaudit.checks._statement import statement_in
from avaudit.domain.finding import Measured, NotApplicable, Observation
from avaudit.domain.rule import Outcome
from avaudit.domain.signal import Transcript


class Params(CheckParams):
    """Times in seconds from the start of the recording; elements are those of Article 14."""

    late_after_s: float = Field(gt=0)
    review_after_s: float = Field(gt=0)
    min_elements: int = Field(ge=1, le=7)
    min_similarity: float = Field(gt=0, le=1)


@check("statement.late", codes={"late": Outcome.FAIL, "somewhat_late": Outcome.REVIEW})
def late(transcript: Transcript, params: Params) -> Measured | NotApplicable:
    """When the statement begins. Without a statement the question does not arise."""
    window_s = transcript.examined[0].offset_s if transcript.examined else 0.0
    statement = statement_in(transcript, window_s, params.min_similarity)
    if statement is None or len(statement.elements) < params.min_elements:
        return NotApplicable("no_statement")
    begins_s = statement.span.onset_s
    if begins_s <= params.review_after_s:
        return Measured(1.0)
    is_late = begins_s > params.late_after_s
    seen = Observation(
        "late" if is_late else "somewhat_late",
        statement.span,
        measured={"begins_s": round(begins_s, 1), "elements": list(statement.elements)},
        expected={"begins_by_s": params.late_after_s if is_late else params.review_after_s},
        score=round(sum(c.similarity for c in statement.cues) / len(statement.cues), 2),
        quote=statement.cues[0].heard,
    )
    return Measured(1.0, (seen,))
