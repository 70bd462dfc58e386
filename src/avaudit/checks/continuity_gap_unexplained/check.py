"""Why was recording interrupted: said aloud on restart, explained in writing, or neither?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, StringConstraints

from avaudit.checks._declare import CheckParams, check
from avaudit.checks._gaps import Gap, GapParams, find_gaps
from avaudit.checks._listened import listened_share_of, understood_s, voiced_s
from avaudit.checks._reach import timed_share
from avaudit.domain.finding import Measured, NotApplicable, Observation
from avaudit.domain.media import MediaFacts
from avaudit.domain.register import Expected
from avaudit.domain.rule import Outcome
from avaudit.domain.signal import DigitalSilence, PacketTimeline, Speech, Transcript
from avaudit.domain.time import Span
from avaudit.language.heard import heard
from avaudit.language.reasons import ReasonWords, SpokenReason, spoken_reason
from avaudit.language.wording import Stretch, between

_Word = Annotated[str, StringConstraints(min_length=1)]
_Words = Annotated[tuple[_Word, ...], Field(min_length=1)]

#: A quote shows so many characters around a reason, and so many of what was said without one.
_AROUND, _LONGEST = 12, 60

#: What `gaps.explanation` says, by code; a reason said aloud adds its kind.
_EXPLANATIONS = {
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


class Params(GapParams):
    """See `GapParams` for gaps. Shares and scores go from 0 to 1.

    A reason is looked for in `restart_window_s` seconds after a gap, of which `min_listened_share`
    must have been listened to and, of their speech, `min_understood_share` understood, before one
    is said to be missing. `reach` is how many characters apart a reason and what it is the reason
    of may be said. A cell of the register with one of `no_explanation` explains nothing.
    """

    restart_window_s: float = Field(gt=0)
    min_read_share: float = Field(ge=0, le=1)
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


@dataclass(frozen=True, slots=True)
class _Sound:
    """What was listened to and understood of a recording."""

    transcript: Transcript
    speech: Speech
    silence: DigitalSilence

    def after(self, gap: Gap, params: Params) -> Span:
        """The time after a gap in which a reason is due, as far as there is sound."""
        end_s = max((span.offset_s for span in self.silence.examined), default=0.0)
        onset_s = gap.span.offset_s
        return Span(onset_s, max(onset_s, min(end_s, onset_s + params.restart_window_s)))

    def said(self, gap: Gap, params: Params) -> Stretch:
        """What is said after a gap; where sound goes on, during it as well."""
        window = self.after(gap, params)
        onset_s = gap.span.onset_s if gap.kind == "picture_gap" else window.onset_s
        everything = heard(self.transcript.segments, Span(0.0, window.offset_s))
        return between(everything, onset_s, window.offset_s)


@check(
    "continuity.gap_unexplained",
    codes={
        "explained_aloud": Outcome.PASS,
        "maybe_explained": Outcome.REVIEW,
        "explained_in_writing": Outcome.PASS,
        "unexplained": Outcome.FAIL,
        "not_understood": Outcome.OPEN,
        "not_listened": Outcome.OPEN,
        "not_to_its_end": Outcome.OPEN,
    },
)
def gap_unexplained(
    packets: PacketTimeline, media: MediaFacts, expected: Expected, transcript: Transcript | None,
    speech: Speech | None, silence: DigitalSilence | None, params: Params,
) -> Measured | NotApplicable:  # fmt: skip
    """One observation for each gap of `continuity.gap` that is not short."""
    gaps = [gap for gap in find_gaps(packets, params).found if not gap.short(params)]
    share = timed_share(media, packets)
    whole = share >= params.min_read_share
    if not gaps and whole:
        return NotApplicable("no_gap")
    sound = _Sound(transcript, speech, silence) if transcript and speech and silence else None
    written = _written(expected, params)
    seen = [_answered(gap, sound, written, params) for gap in gaps]
    if not whole:
        seen.append(Observation("not_to_its_end", measured={"read_share": round(share, 3)}))
    return Measured(1.0, tuple(seen))


def _written(expected: Expected, params: Params) -> str:
    told = expected.activity.written_explanations.strip() if expected.activity else ""
    return "" if told in params.no_explanation else told


def _answered(gap: Gap, sound: _Sound | None, written: str, params: Params) -> Observation:
    """What became of one gap: a reason said aloud counts first, then one in writing."""
    said = sound.said(gap, params) if sound else None
    reason = spoken_reason(said, params.words(), params.min_score, params.reach) if said else None
    if said and reason and reason.sure:
        return _aloud("explained_aloud", gap, said, reason)
    if written:
        mentions = [word for word in _telling(params) if word in written]
        return _seen("explained_in_writing", gap, quote=written, mentions=mentions)
    if said and reason:
        return _aloud("maybe_explained", gap, said, reason)
    quote = said.text[:_LONGEST] if said else ""
    return _seen(_without_reason(gap, sound, params), gap, quote=quote)


def _aloud(code: str, gap: Gap, said: Stretch, reason: SpokenReason) -> Observation:
    quote = said.heard.quote(max(said.begin, reason.begin - _AROUND), reason.end + _AROUND)
    return _seen(code, gap, reason.kind, quote=quote, score=reason.score)


def _without_reason(gap: Gap, sound: _Sound | None, params: Params) -> str:
    """The code of a gap for which no reason was heard: whether that says anything."""
    if sound is None:
        return "not_listened"
    window = sound.after(gap, params)
    if listened_share_of(window, sound.speech, sound.silence) < params.min_listened_share:
        return "not_listened"
    spoken_s = voiced_s(sound.speech, window)
    clear_s = understood_s(sound.transcript, sound.speech, window, params.min_log_probability)
    return "unexplained" if clear_s >= params.min_understood_share * spoken_s else "not_understood"


def _telling(params: Params) -> Sequence[str]:
    """Words by which a text shows that it is about an interruption."""
    words = params.words()
    return (*words.interruption, *(word for kind in words.reasons.values() for word in kind))


def _seen(
    code: str, gap: Gap, kind: str = "", *, quote: str, score: float | None = None, **more: object
) -> Observation:
    explanation = _EXPLANATIONS[code] + (f":{kind}" if kind else "")
    measured = {
        "gap_s": round(gap.span.length_s, 3), "in": gap.kind, "explanation": explanation, **more,
    }  # fmt: skip
    return Observation(code, gap.span, measured=measured, score=score, quote=quote)
