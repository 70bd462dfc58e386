"""Is the statement made first and in one piece, before enforcement goes on?"""

from __future__ import annotations

from itertools import pairwise

from pydantic import Field

from avaudit.checks._declare import CheckParams, check
from avaudit.checks._statement import statement_in
from avaudit.domain.finding import Measured, NotApplicable, Observation
from avaudit.domain.rule import Outcome
from avaudit.domain.signal import Speech, Transcript
from avaudit.domain.time import Span
from avaudit.language.statement import Statement


class Params(CheckParams):
    """Seconds of speech; elements are those of Article 14."""

    window_s: float = Field(gt=0)
    min_similarity: float = Field(gt=0, le=1)
    min_elements: int = Field(ge=2, le=7)
    talk_before_s: float = Field(gt=0)
    talk_between_s: float = Field(gt=0)


@check("statement.order", codes={"talk_first": Outcome.REVIEW, "interrupted": Outcome.REVIEW})
def order(transcript: Transcript, speech: Speech, params: Params) -> Measured | NotApplicable:
    """How long people talk before the statement, and between two of its elements."""
    statement = statement_in(transcript, params.window_s, params.min_similarity)
    if statement is None or len(statement.elements) < params.min_elements:
        return NotApplicable("no_statement")
    seen = []
    before = Span(0.0, statement.span.onset_s)
    talked_s = _spoken_s(speech, before)
    if talked_s >= params.talk_before_s:
        seen.append(_seen("talk_first", before, talked_s, params.talk_before_s, statement))
    for gap in _between(statement):
        talked_s = _spoken_s(speech, gap)
        if talked_s >= params.talk_between_s:
            seen.append(_seen("interrupted", gap, talked_s, params.talk_between_s, statement))
    return Measured(1.0, tuple(seen))


def _between(statement: Statement) -> list[Span]:
    """The stretches between the end of one element's cue and the beginning of the next one's."""
    cues = sorted(statement.cues, key=lambda cue: cue.span)
    return [
        Span(one.span.offset_s, max(one.span.offset_s, other.span.onset_s))
        for one, other in pairwise(cues)
    ]


def _spoken_s(speech: Speech, within: Span) -> float:
    return sum(voiced.overlap_s(within) for voiced in speech.voiced)


def _seen(
    code: str, span: Span, talked_s: float, limit_s: float, statement: Statement
) -> Observation:
    return Observation(
        code,
        span,
        measured={"talked_s": round(talked_s, 1), "elements": list(statement.elements)},
        expected={"talked_s": limit_s},
        quote=statement.cues[0].heard,
    )
