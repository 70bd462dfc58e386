"""Are the people present told that they are being recorded?"""

from __future__ import annotations

from pydantic import Field

from avaudit.checks._declare import check
from avaudit.checks._element import CODES, ElementParams, Opening, opening_of
from avaudit.domain.finding import Measured
from avaudit.domain.signal import DigitalSilence, LineUp, Speech, Transcript
from avaudit.language.match import Match
from avaudit.language.phrases import heard_notice, hinted_notices, recording_words


class Params(ElementParams):
    """See `ElementParams`. Words for recording that are `refuted_behind` a character behind what
    was heard (natural logarithms) were not said there."""

    refuted_behind: float = Field(gt=0)


@check("statement.notice", codes={name: CODES[name] for name in ("said", "unsure", "absent")})
def notice(
    transcript: Transcript, speech: Speech, silence: DigitalSilence, lineup: LineUp | None,
    params: Params,
) -> Measured:  # fmt: skip
    """Find the notice by sound. The register has nothing to compare it with."""
    opening = opening_of(transcript, speech, silence, params, lineup)
    for code, score in (("said", params.min_score), ("unsure", params.unsure_score)):
        found = heard_notice(opening.heard, score)
        if found:
            at = (found.begin, found.end)
            return opening.answer(code, at, value=found.value, score=found.score)
    hints = [m for m in hinted_notices(opening.heard) if not _refuted(opening, m, params)]
    for hint in hints[:1]:
        at = (hint.begin, hint.end)
        return opening.answer("unsure", at, value=opening.heard.quote(*at), score=0.5)
    return opening.answer("absent")


def _refuted(opening: Opening, hint: Match, params: Params) -> bool:
    """Whether what only sounds nearly like a word for recording is none, by a line-up."""
    if hint.score >= 1.0:
        return False
    how = opening.settles((hint.begin, hint.end), recording_words(), ())
    return how is not None and how.behind >= params.refuted_behind
