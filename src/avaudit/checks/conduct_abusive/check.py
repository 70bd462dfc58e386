"""Do abusive words seem to be heard? By whom they are said is not told."""

from __future__ import annotations

from pydantic import Field

from avaudit.checks._conduct import PhraseParams, listened_to
from avaudit.checks._declare import check
from avaudit.domain.finding import Measured
from avaudit.domain.media import MediaFacts
from avaudit.domain.rule import Outcome
from avaudit.domain.signal import DigitalSilence, Speech, Transcript


class Params(PhraseParams):
    """See `PhraseParams`, but stricter: words that sound like many others accuse nobody."""

    min_score: float = Field(ge=0.95, le=1)
    written_characters: int = Field(ge=2, le=10)


@check("conduct.abusive", codes={"heard": Outcome.REVIEW})
def abusive(
    transcript: Transcript, speech: Speech, silence: DigitalSilence, media: MediaFacts,
    params: Params,
) -> Measured:  # fmt: skip
    """Every place where one of the words seems to be said, with what was heard around it."""
    heard = listened_to(transcript, speech, silence, media, params)
    words = heard.places_of(params.phrases, params)
    return heard.judged(*(heard.at("heard", word) for word in words))
