"""Is the cause said, and is it the register's?"""

from __future__ import annotations

from pydantic import Field

from avaudit.checks._declare import check
from avaudit.checks._element import Opening, opening_of
from avaudit.checks._residue import (
    LEFT_CODES,
    ResidueParams,
    anothers,
    echoed,
    holds,
    left_over,
    vouched,
)
from avaudit.domain.finding import Measured
from avaudit.domain.register import Expected
from avaudit.domain.signal import DigitalSilence, LineUp, Speech, Transcript
from avaudit.language.match import in_pieces, sounds
from avaudit.language.naming import introduced
from avaudit.language.phrases import Fit, best_fit, needed


class Params(ResidueParams):
    """See `ResidueParams`. Another cause must score `differs_score` to differ for sure. From
    `pieces_score` on, words of a cause in another order are that cause."""

    pieces_score: float = Field(gt=0, le=1)
    differs_score: float = Field(gt=0, le=1)


@check("statement.cause", codes=LEFT_CODES)
def cause(
    transcript: Transcript, speech: Speech, silence: DigitalSilence, expected: Expected,
    lineup: LineUp | None, params: Params,
) -> Measured:  # fmt: skip
    """Compare the cause that was said with the activity's; causes of the register are rivals."""
    opening = opening_of(transcript, speech, silence, params, lineup)
    wanted = expected.activity.cause if expected.activity else ""
    fit = best_fit([wanted], opening.heard) if wanted else None
    rival = best_fit([c for c in expected.causes if c != wanted], opening.heard)
    if pieces := _otherwise_ordered(opening, wanted, fit, expected, params):
        return _at(opening, "confirmed", pieces, wanted, wanted)
    if fit and fit.match.score >= needed(fit.match.value, params.min_score):
        return _heard(opening, fit, rival, expected, params)
    if rival and rival.match.score >= needed(rival.match.value, params.min_score):
        near = fit is not None and fit.match.score >= params.unsure_score
        sure = not near and rival.match.score >= params.differs_score
        code = "said" if not wanted else "differs" if sure else "may_differ"
        return _at(opening, code, rival, rival.value, wanted)
    if (
        fit and fit.match.score >= params.unsure_score
        and not anothers(opening, fit.match, expected, params)
    ):  # fmt: skip
        at = (fit.match.begin, fit.match.end)
        how = opening.settles(at, (fit.match.value,), expected.causes)
        won = how is not None and how.behind <= params.max_behind
        if how and won and vouched(opening, fit.match.value, expected):
            return _at(opening, "confirmed", fit, wanted, wanted, behind=how.behind)
        return _at(opening, "unsure", fit, opening.heard.quote(*at), wanted)
    return _introduced(opening, wanted, expected, params)


def _otherwise_ordered(
    opening: Opening, wanted: str, fit: Fit | None, expected: Expected, params: Params
) -> Fit | None:
    """The same cause, its words in another order; None where it is not, or heard in its own."""
    if not fit or fit.match.score >= params.min_score or len(sounds(wanted)) < _LONG:
        return None
    match = in_pieces(wanted, opening.heard)
    said = match.score >= params.pieces_score and vouched(opening, wanted, expected)
    return Fit(wanted, match) if said else None


def _heard(
    opening: Opening, fit: Fit, rival: Fit | None, expected: Expected, params: Params
) -> Measured:
    """The register's cause was heard, unless another of its causes fits the same words better, or
    it was other words."""
    wanted, better = fit.value, rival.match.score - fit.match.score if rival else 0.0
    if rival and rival.match.meets(fit.match) and better >= params.min_margin:
        # Causes a syllable apart are easily misheard for each other; two syllables are not.
        if rival.match.score >= params.differs_score and better * len(sounds(wanted)) > _MISHEARD:
            return _at(opening, "may_differ", rival, rival.value, wanted)
        return _at(opening, "ambiguous", fit, rival.value, wanted, either=[wanted, rival.value])
    if holds(opening, fit.match, expected, params):
        return _at(opening, "confirmed", fit, wanted, wanted)
    heard = opening.heard.quote(fit.match.begin, fit.match.end)
    return _at(opening, "unsure", fit, heard, wanted)


def _at(
    opening: Opening, code: str, fit: Fit, value: str, wanted: str, **measured: object
) -> Measured:
    at = (fit.match.begin, fit.match.end)
    return opening.answer(code, at, value=value, expected=wanted, score=fit.match.score, **measured)


def _introduced(opening: Opening, wanted: str, expected: Expected, params: Params) -> Measured:
    """Nothing of the register's was heard: perhaps a cause in other words."""
    starts = introduced(opening.heard, "cause")
    if not starts or starts[0] >= len(opening.heard.text):
        return _left_out(opening, wanted, expected, params)
    at = (starts[0], min(len(opening.heard.text), starts[0] + _SHOWN))
    code = "unsure" if wanted else "said"
    return opening.answer(code, at, value=opening.heard.quote(*at), expected=wanted)


def _left_out(opening: Opening, wanted: str, expected: Expected, params: Params) -> Measured:
    """Causes are told in other words, too: that what was said does not sound like it proves
    nothing, but other words name the same things."""
    at = left_over(opening, expected, params)
    if at is None:
        return opening.answer("absent", expected=wanted)
    lost = opening.heard.probability(*at) < params.doubt_probability
    code = "unsure" if lost or echoed(opening, expected, wanted, params) else "other_words"
    return opening.answer(code, at, value=opening.heard.quote(*at), expected=wanted)


#: Of a shorter cause pieces fit somewhere by chance.
_LONG = 6
#: Syllables by which causes may be apart and still be misheard for each other.
_MISHEARD = 1.1
#: Of a cause that the register does not know, so many characters are shown.
_SHOWN = 14
