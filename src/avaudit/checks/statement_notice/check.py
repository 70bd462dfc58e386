"""Are the people present told that they are being recorded?"""

from __future__ import annotations

from collections.abc import Collection

from pydantic import Field

from avaudit.checks._declare import check
from avaudit.checks._element import CODES, ElementParams, Opening, opening_of
from avaudit.checks._values import values_at
from avaudit.domain.finding import Measured
from avaudit.domain.register import Expected
from avaudit.domain.signal import DigitalSilence, LineUp, Speech, Transcript
from avaudit.language.match import Match
from avaudit.language.notices import (
    heard_notice,
    hinted_notices,
    notices_likely,
    recording_words,
)


class Params(ElementParams):
    """See `ElementParams`. Words for recording that are `refuted_behind` a character behind what
    was heard (natural logarithms) were not said there. Where a value of the activity was heard
    from `explained_score` on, by sound, it is no notice."""

    refuted_behind: float = Field(gt=0)
    explained_score: float = Field(gt=0, le=1)


@check("statement.notice", codes={name: CODES[name] for name in ("said", "unsure", "absent")})
def notice(
    transcript: Transcript, speech: Speech, silence: DigitalSilence, expected: Expected,
    lineup: LineUp | None, params: Params,
) -> Measured:  # fmt: skip
    """Find the notice by sound. The register has none; its own values may sound like one."""
    opening = opening_of(transcript, speech, silence, params, lineup)
    taken = values_at(opening.heard, expected, params.explained_score)
    if found := heard_notice(opening.heard, params.min_score, taken):
        at = (found.begin, found.end)
        return opening.answer("said", at, value=found.value, score=found.score)
    for likely in notices_likely(opening.heard, params.unsure_score, taken):
        at = (likely.begin, likely.end)
        if opening.belongs(at) and not _refuted(opening, likely, (likely.value,), params):
            return opening.answer("unsure", at, value=likely.value, score=likely.score)
    hints = [m for m in hinted_notices(opening.heard, taken)
             if opening.belongs((m.begin, m.end))
             and not _refuted(opening, m, recording_words(), params)]  # fmt: skip
    for hint in hints[:1]:
        at = (hint.begin, hint.end)
        return opening.answer("unsure", at, value=opening.heard.quote(*at), score=0.5)
    return opening.answer("absent")


def _refuted(opening: Opening, heard: Match, own: Collection[str], params: Params) -> bool:
    """Whether what only sounds nearly like words for recording is none, by a line-up."""
    if heard.score >= 1.0:
        return False
    how = opening.settles((heard.begin, heard.end), own, ())
    return how is not None and how.behind >= params.refuted_behind
