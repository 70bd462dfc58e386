"""Where somebody present films: are they told the rules for it (Article 16)?"""

from __future__ import annotations

from pydantic import Field

from avaudit.checks._conduct import PhraseParams, Phrases, listened_to
from avaudit.checks._declare import absence, check
from avaudit.domain.finding import Measured, NotApplicable
from avaudit.domain.media import MediaFacts
from avaudit.domain.rule import Outcome
from avaudit.domain.signal import DigitalSilence, Speech, Transcript


class Params(PhraseParams):
    """See `PhraseParams`. `filming`: what is said where somebody present films."""

    filming: Phrases = Field(min_length=1, exclude=True)


@check("conduct.bystander_notice", codes={"not_heard": absence(Outcome.REVIEW)})
def bystander_notice(
    transcript: Transcript, speech: Speech, silence: DigitalSilence, media: MediaFacts,
    params: Params,
) -> Measured | NotApplicable:  # fmt: skip
    """The place of an observation is where filming is first spoken of."""
    heard = listened_to(transcript, speech, silence, media, params)
    filming = heard.places_of(params.filming, params)
    if not filming:
        return NotApplicable("no_filming_heard")
    return heard.unless_said(params, heard.at("not_heard", filming[0]))
