"""Reasons for interruptions, looked for in one place: after gaps inside files and between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, StringConstraints

from avaudit.checks._declare import CheckParams
from avaudit.checks._listened import listened_share_of, understood_s, voiced_s
from avaudit.domain.signal import DigitalSilence, Speech, Transcript
from avaudit.domain.time import Span
from avaudit.language.heard import heard
from avaudit.language.reasons import ReasonWords, SpokenReason, spoken_reason
from avaudit.language.wording import Stretch, between

_Word = Annotated[str, StringConstraints(min_length=1)]
_Words = Annotated[tuple[_Word, ...], Field(min_length=1)]

#: A quote shows so many characters around a reason, and so many of what was said without one.
_AROUND, _LONGEST = 12, 60

#: What `gaps.explanation` says, by code; a reason said aloud adds its kind.
EXPLANATIONS = {
    "explained_aloud": "aloud",
    "maybe_explained": "maybe",
    "explained_in_writing": "in_writing",
    "unexplained": "absent",
    "not_understood": "not_understood",
    "not_listened": "not_listened",
}


class Reasons(CheckParams):
    """Words of each kind of reason that Article 15 names."""

    device: _Words
    weather: _Words
    obstruction: _Words


class ReasonParams(CheckParams):
    """How reasons are looked for. Shares and scores go from 0 to 1.

    A reason is looked for in `restart_window_s` seconds after a gap, of which `min_listened_share`
    must have been listened to and, of their speech, `min_understood_share` understood, before one
    is said to be missing. `reach` is how many characters apart a reason and what it is the reason
    of may be said. A cell of the register with one of `no_explanation` explains nothing.
    """

    restart_window_s: float = Field(gt=0)
    min_listened_share: float = Field(ge=0, le=1)
    min_understood_share: float = Field(ge=0, le=1)
    min_log_probability: float = Field(lt=0)
    min_score: float = Field(ge=0.5, le=1)
    reach: int = Field(ge=0)
    # Lists stand in the rule book that a finding cites: repeated in each they would only bury it.
    reasons: Reasons = Field(exclude=True)
    interruption: _Words = Field(exclude=True)
    because: _Words = Field(exclude=True)
    just_now: _Words = Field(exclude=True)
    no_explanation: _Words = Field(exclude=True)

    def words(self) -> ReasonWords:
        """The lists as the search for a reason takes them."""
        kinds = {kind: getattr(self.reasons, kind) for kind in Reasons.model_fields}
        return ReasonWords(kinds, self.interruption, self.because, self.just_now)

    def written(self, cell: str) -> str:
        """What a cell of the register explains; "" where it explains nothing."""
        told = cell.strip()
        return "" if told in self.no_explanation else told


@dataclass(frozen=True, slots=True)
class Sound:
    """What was listened to and understood of a recording."""

    transcript: Transcript
    speech: Speech
    silence: DigitalSilence

    def after(self, onset_s: float, params: ReasonParams) -> Span:
        """The time from a moment on in which a reason is due, as far as there is sound."""
        end_s = max((span.offset_s for span in self.silence.examined), default=0.0)
        return Span(onset_s, max(onset_s, min(end_s, onset_s + params.restart_window_s)))

    def said(self, onset_s: float, until_s: float) -> Stretch:
        """What is said between two moments."""
        return between(heard(self.transcript.segments, Span(0.0, until_s)), onset_s, until_s)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an interruption: a code, what `gaps.explanation` says, and the words.

    `mentions` are the words by which a written explanation shows that it is about one.
    """

    code: str
    explanation: str
    quote: str = ""
    score: float | None = None
    mentions: tuple[str, ...] = ()


def answer(
    sound: Sound | None, restart_s: float, from_s: float, written: str, params: ReasonParams
) -> Answer:
    """The reason given for an interruption: one said aloud counts first, then one in writing.

    Recording goes on again at `restart_s`; what is said counts from `from_s` on.
    """
    said = sound.said(from_s, sound.after(restart_s, params).offset_s) if sound else None
    reason = spoken_reason(said, params.words(), params.min_score, params.reach) if said else None
    if said and reason and reason.sure:
        return _aloud("explained_aloud", said, reason)
    if written:
        mentions = tuple(word for word in _telling(params) if word in written)
        code = "explained_in_writing"
        return Answer(code, EXPLANATIONS[code], written, mentions=mentions)
    if said and reason:
        return _aloud("maybe_explained", said, reason)
    code = _without_reason(sound, restart_s, params)
    return Answer(code, EXPLANATIONS[code], said.text[:_LONGEST] if said else "")


def _aloud(code: str, said: Stretch, reason: SpokenReason) -> Answer:
    quote = said.heard.quote(max(said.begin, reason.begin - _AROUND), reason.end + _AROUND)
    return Answer(code, f"{EXPLANATIONS[code]}:{reason.kind}", quote, reason.score)


def _without_reason(sound: Sound | None, restart_s: float, params: ReasonParams) -> str:
    """The code of an interruption for which no reason was heard: whether that says anything."""
    if sound is None:
        return "not_listened"
    window = sound.after(restart_s, params)
    if listened_share_of(window, sound.speech, sound.silence) < params.min_listened_share:
        return "not_listened"
    spoken_s = voiced_s(sound.speech, window)
    clear_s = understood_s(sound.transcript, sound.speech, window, params.min_log_probability)
    return "unexplained" if clear_s >= params.min_understood_share * spoken_s else "not_understood"


def _telling(params: ReasonParams) -> Sequence[str]:
    """Words by which a text shows that it is about an interruption."""
    words = params.words()
    return (*words.interruption, *(word for kind in words.reasons.values() for word in kind))
