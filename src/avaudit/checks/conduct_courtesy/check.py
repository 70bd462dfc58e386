"""Is any word of courtesy heard?"""

from __future__ import annotations

from avaudit.checks._conduct import PhraseParams, listened_to
from avaudit.checks._declare import absence, check
from avaudit.domain.finding import Measured
from avaudit.domain.media import MediaFacts
from avaudit.domain.rule import Outcome
from avaudit.domain.signal import DigitalSilence, Speech, Transcript


class Params(PhraseParams):
    """See `PhraseParams`."""


@check("conduct.courtesy", codes={"not_heard": absence(Outcome.REVIEW)})
def courtesy(
    transcript: Transcript, speech: Speech, silence: DigitalSilence, media: MediaFacts,
    params: Params,
) -> Measured:  # fmt: skip
    """Whoever says it: who speaks is not known."""
    heard = listened_to(transcript, speech, silence, media, params)
    return heard.unless_said(params, heard.without("not_heard"))
