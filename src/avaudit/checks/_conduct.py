"""What the checks of conduct share: phrases of the rule book, looked for in all that was heard.

A phrase that is heard is heard, however little was listened to. That none is heard says something
only where nearly all of the recording was listened to and most of its speech was understood.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, StringConstraints

from avaudit.checks._declare import CheckParams
from avaudit.checks._listened import listened_share_of, understood_s, voiced_s, whole_span
from avaudit.domain.finding import Measured, Observation, Values
from avaudit.domain.media import MediaFacts
from avaudit.domain.signal import DigitalSilence, Speech, Transcript
from avaudit.domain.time import Span
from avaudit.language.heard import heard
from avaudit.language.match import Match
from avaudit.language.wording import Stretch, places, whole

#: Two Chinese characters at least: a single syllable fits anywhere.
Phrase = Annotated[str, StringConstraints(min_length=2, pattern="^[\u4e00-\u9fff]+$")]
Phrases = tuple[Phrase, ...]

#: A quote shows so many characters on either side, for the reader to place it.
_AROUND = 8


class PhraseParams(CheckParams):
    """`phrases` are looked for by sound; `never` are those that hold one and mean another thing.

    `min_score` (0 to 1) is the likeness by sound that a phrase needs; those of at most
    `written_characters` characters have to stand so in the transcript. That none is heard says
    something from `min_speech_s` seconds of speech on, of which `min_understood_share` became
    words with a mean log probability of `min_log_probability`.
    """

    # Lists stand in the rule book that a finding cites: repeated in each they would only bury it.
    phrases: Phrases = Field(min_length=1, exclude=True)
    never: Phrases = Field(default=(), exclude=True)
    min_score: float = Field(ge=0.5, le=1)
    written_characters: int = Field(ge=1, le=10)
    min_log_probability: float = Field(lt=0)
    min_understood_share: float = Field(ge=0, le=1)
    min_speech_s: float = Field(ge=0)


@dataclass(frozen=True, slots=True)
class Listened:
    """All that was heard of a recording, and how much that is. `cause`: why it is too little."""

    stretch: Stretch
    within: Span
    coverage: float
    understood_s: float
    cause: str

    def places_of(self, phrases: Phrases, params: PhraseParams) -> tuple[Match, ...]:
        """Where some phrases are said, compared as the rule book asks."""
        return places(
            phrases, self.stretch, params.min_score,
            never=params.never, written=params.written_characters,
        )  # fmt: skip

    def at(self, code: str, match: Match, **measured: object) -> Observation:
        """An observation of a phrase that was heard."""
        said = self.stretch.heard
        return Observation(
            code,
            said.span(match.begin, match.end),
            measured={
                "phrase": match.value,
                "word_probability": round(said.probability(match.begin, match.end), 3),
                **measured,
            },
            score=match.score,
            quote=said.quote(match.begin, match.end, around=_AROUND),
        )

    def without(self, code: str) -> Observation:
        """An observation that none of the phrases was heard."""
        measured: Values = {"understood_s": round(self.understood_s, 1)}
        return Observation(code, self.within, measured=measured)

    def unless_said(self, params: PhraseParams, seen: Observation) -> Measured:
        """A pass where one of the phrases was heard, whatever was not listened to; else `seen`."""
        return Measured(1.0) if self.places_of(params.phrases, params) else self.judged(seen)

    def judged(self, *seen: Observation) -> Measured:
        """An answer that needs the coverage."""
        return Measured(self.coverage, seen, cause=self.cause)


def listened_to(
    transcript: Transcript, speech: Speech, silence: DigitalSilence, media: MediaFacts,
    params: PhraseParams,
) -> Listened:  # fmt: skip
    """What was heard of a recording. Coverage is 0.0 where too little speech was understood."""
    within = whole_span(media, silence)
    coverage, cause = listened_share_of(within, speech, silence), "not_all_heard"
    spoken_s = voiced_s(speech, within)
    clear_s = understood_s(transcript, speech, within, params.min_log_probability)
    if spoken_s < params.min_speech_s:
        coverage, cause = 0.0, "too_little_speech"
    elif clear_s < params.min_understood_share * spoken_s:
        coverage, cause = 0.0, "not_understood"
    everything = heard(transcript.segments, Span(0.0, within.offset_s + 1.0))
    return Listened(whole(everything), within, coverage, clear_s, cause)
