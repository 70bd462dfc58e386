"""Are the people present told that they are being recorded?"""

from __future__ import annotations

from avaudit.checks._declare import check
from avaudit.checks._element import CODES, ElementParams, opening_of
from avaudit.domain.finding import Measured
from avaudit.domain.signal import DigitalSilence, Speech, Transcript
from avaudit.language.phrases import heard_notice, hinted_notice


class Params(ElementParams):
    """See `ElementParams`."""


@check("statement.notice", codes={name: CODES[name] for name in ("said", "unsure", "absent")})
def notice(
    transcript: Transcript, speech: Speech, silence: DigitalSilence, params: Params
) -> Measured:
    """Find the notice by sound. The register has nothing to compare it with."""
    opening = opening_of(transcript, speech, silence, params)
    for code, score in (("said", params.min_score), ("unsure", params.unsure_score)):
        found = heard_notice(opening.heard, score)
        if found:
            at = (found.begin, found.end)
            return opening.answer(code, at, value=found.value, score=found.score)
    hint = hinted_notice(opening.heard)
    if hint:
        at = (hint.begin, hint.end)
        return opening.answer("unsure", at, value=opening.heard.quote(*at), score=0.5)
    return opening.answer("absent")
