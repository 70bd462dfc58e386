"""Is the party told its rights, where the kind of the activity asks for it?"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from avaudit.checks._conduct import PhraseParams, listened_to
from avaudit.checks._declare import absence, check
from avaudit.domain.finding import Measured, NotApplicable
from avaudit.domain.media import MediaFacts
from avaudit.domain.register import Activity, Expected
from avaudit.domain.rule import Outcome
from avaudit.domain.signal import DigitalSilence, Speech, Transcript


class Params(PhraseParams):
    """See `PhraseParams`. `kinds`: what the kind or a stage of an activity contains if it asks."""

    kinds: tuple[Annotated[str, StringConstraints(min_length=1)], ...] = Field(
        min_length=1, exclude=True
    )


@check("conduct.rights_told", codes={"not_heard": absence(Outcome.REVIEW)})
def rights_told(
    transcript: Transcript, speech: Speech, silence: DigitalSilence, media: MediaFacts,
    expected: Expected, params: Params,
) -> Measured | NotApplicable:  # fmt: skip
    """Any of the rights counts. Whether the rule applies, the register has to say."""
    activity = expected.activity
    if activity and not _asks(activity, params):
        return NotApplicable("other_kind")
    heard = listened_to(transcript, speech, silence, media, params)
    if activity is None and not heard.places_of(params.phrases, params):
        return Measured(0.0, cause="kind_unknown")
    return heard.unless_said(params, heard.without("not_heard"))


def _asks(activity: Activity, params: Params) -> bool:
    return any(kind in told for kind in params.kinds for told in (activity.kind, *activity.stages))
