"""Is the cause said, and is it the register's?"""

from __future__ import annotations

from avaudit.checks._declare import check
from avaudit.checks._element import CODES, ElementParams, opening_of
from avaudit.domain.finding import Measured
from avaudit.domain.register import Expected
from avaudit.domain.signal import DigitalSilence, LineUp, Speech, Transcript
from avaudit.language.naming import introduced
from avaudit.language.phrases import best_fit, needed


class Params(ElementParams):
    """See `ElementParams`."""


@check("statement.cause", codes=CODES)
def cause(
    transcript: Transcript, speech: Speech, silence: DigitalSilence, expected: Expected,
    lineup: LineUp | None, params: Params,
) -> Measured:  # fmt: skip
    """Compare the cause that was said with the activity's; causes of the register are rivals."""
    opening = opening_of(transcript, speech, silence, params, lineup)
    wanted = expected.activity.cause if expected.activity else ""
    fit = best_fit([wanted], opening.heard) if wanted else None
    rival = best_fit([c for c in expected.causes if c != wanted], opening.heard)
    if fit and fit.match.score >= needed(fit.match.value, params.min_score):
        at, score = (fit.match.begin, fit.match.end), fit.match.score
        if (
            rival
            and rival.match.meets(fit.match)
            and rival.match.score - score >= params.min_margin
        ):
            return opening.answer("ambiguous", at, value=rival.value, expected=wanted, score=score,
                                  either=[wanted, rival.value])  # fmt: skip
        return opening.answer("confirmed", at, value=wanted, expected=wanted, score=score)
    if rival and rival.match.score >= needed(rival.match.value, params.min_score):
        at, score = (rival.match.begin, rival.match.end), rival.match.score
        code = "differs" if wanted else "said"
        if fit and fit.match.score >= params.unsure_score:
            code = "may_differ"
        return opening.answer(code, at, value=rival.value, expected=wanted, score=score)
    if fit and fit.match.score >= params.unsure_score:
        at = (fit.match.begin, fit.match.end)
        how = opening.settles(at, fit.match.value, expected.causes, params)
        if how and how.behind <= params.max_behind:
            return opening.answer("confirmed", at, value=wanted, expected=wanted,
                                  score=fit.match.score, behind=how.behind)  # fmt: skip
        return opening.answer("unsure", at, value=opening.heard.quote(*at), expected=wanted,
                              score=fit.match.score)  # fmt: skip
    starts = introduced(opening.heard, "cause")
    if starts:
        at = (starts[0], min(len(opening.heard.text), starts[0] + _SHOWN))
        code = "unsure" if wanted else "said"
        return opening.answer(code, at, value=opening.heard.quote(*at), expected=wanted)
    return opening.answer("absent", expected=wanted)


#: Of a cause that the register does not know, so many characters are shown.
_SHOWN = 14
