"""What the checks of single elements share: the stretch they look in, and how they answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from pydantic import Field

from avaudit.checks._declare import CheckParams, Code, absence
from avaudit.checks._statement import drowned, listened_share, missed_s, opening
from avaudit.domain.finding import Measured, Observation
from avaudit.domain.rule import Outcome
from avaudit.domain.signal import DigitalSilence, LineUp, Question, Speech, Transcript
from avaudit.domain.time import Span
from avaudit.language.heard import Heard, heard
from avaudit.language.readings import Standing, question, standing
from avaudit.language.statement import statement_region

#: The codes that the checks of all elements have. What is not sure is open, never a failure.
CODES = {
    "confirmed": Code(Outcome.PASS),
    "said": Code(Outcome.PASS),
    "differs": Code(Outcome.FAIL),
    "may_differ": Code(Outcome.REVIEW),
    "absent": absence(Outcome.FAIL),
    "ambiguous": Code(Outcome.OPEN),
    "unsure": Code(Outcome.OPEN),
}

#: What `statement_elements.match` says, by code where it is not the code itself.
_MATCHES = {"may_differ": "differs", "other_words": "absent", "said_by_title": "said"}


class ElementParams(CheckParams):
    """Scores (0 to 1) are likenesses by sound.

    From `min_score` on a value counts as heard, below `unsure_score` as not heard; `min_margin` is
    how much better than any other value it has to fit. `min_similarity` is a cue's, and with
    `min_elements` cues there is a statement to look in; else it is `window_s` from the start.
    What lies between the two scores is put in a line-up: there it must lead its rivals by
    `min_lead` and be at most `max_behind` a character behind what was heard (natural logarithms).
    Speech of `missed_speech_s` that became no words may hide anything. Where nobody is heard,
    surroundings from `loud_background_dbfs` on may hide who speaks.
    """

    window_s: float = Field(gt=0)
    min_similarity: float = Field(gt=0, le=1)
    min_elements: int = Field(ge=1, le=7)
    min_score: float = Field(gt=0, le=1)
    unsure_score: float = Field(gt=0, le=1)
    min_margin: float = Field(ge=0, le=1)
    min_lead: float = Field(ge=0)
    max_behind: float = Field(gt=0)
    min_log_probability: float = Field(lt=0)
    min_understood_share: float = Field(ge=0, le=1)
    missed_speech_s: float = Field(gt=0)
    loud_background_dbfs: float = Field(lt=0)


@dataclass(frozen=True, slots=True)
class Opening:
    """The stretch that elements are looked for in, what was heard there, and how much of it.

    `stated` is the statement itself within it; None where there is none, only a beginning.
    """

    region: Span
    heard: Heard
    coverage: float
    cause: str
    lineup: LineUp | None
    stated: Span | None = None
    asked: list[Question] = field(default_factory=list)

    def belongs(self, at: tuple[int, int]) -> bool:
        """Whether characters `[begin, end)` lie in or near the statement; True if there is none."""
        near = _around(self.stated) if self.stated else self.region
        return self.stated is None or self.heard.span(*at).overlap_s(near) > 0

    def settles(
        self, at: tuple[int, int], own: Collection[str], rivals: Iterable[str]
    ) -> Standing | None:
        """How a reading of characters `[begin, end)` stands among rivals on the same sound.

        `own` are ways to write it. None where that was not asked yet (it is now) or cannot be.
        """
        asked = question(self.heard, *at, (*own, *rivals))
        if asked is None:
            return None
        ranking = self.lineup.answer(asked) if self.lineup else None
        if ranking is None:
            self.asked.append(asked)
            return None
        return standing(ranking, own, self.heard.text[at[0] : at[1]])

    def answer(
        self,
        code: str,
        at: tuple[int, int] | None = None,
        *,
        value: str = "",
        expected: str = "",
        score: float | None = None,
        **measured: object,
    ) -> Measured:
        """A check's answer: one observation, of characters `[begin, end)` or of the region."""
        span, quote = self.region, ""
        if at and at[1] > at[0]:
            span, quote = self.heard.span(*at), self.heard.quote(*at, around=_AROUND)
        seen = Observation(
            code,
            span,
            measured={"value": value, "match": _MATCHES.get(code, code), **measured},
            expected={"value": expected},
            score=None if score is None else round(min(1.0, score), 3),
            quote=quote,
        )
        return Measured(self.coverage, (seen,), cause=self.cause, questions=tuple(self.asked))


#: A quote shows so many characters on either side, for the reader to place it.
_AROUND = 6


def stands(how: Standing | None, params: ElementParams) -> bool:
    """Whether a reading won its line-up."""
    return how is not None and how.lead >= params.min_lead and how.behind <= params.max_behind


def opening_of(
    transcript: Transcript, speech: Speech, silence: DigitalSilence, params: ElementParams,
    lineup: LineUp | None = None,
) -> Opening:  # fmt: skip
    """Where elements are looked for. Coverage is 0.0 where too little speech was understood."""
    reach = opening(speech, max(params.window_s, *(e.offset_s for e in speech.examined[:1]), 0.0))
    segments = [s for s in transcript.segments if s.onset_s < reach.offset_s]
    found = statement_region(segments, params.window_s, params.min_similarity, params.min_elements)
    region = found.around if found else Span(0.0, params.window_s)
    region = Span(region.onset_s, max(region.onset_s, min(region.offset_s, reach.offset_s)))
    coverage = listened_share(speech, silence.silent, params.window_s)
    cause = "too_little_sound"
    stated = found.core if found else None
    near = _around(stated or region)
    if (
        _understood(transcript, speech, region, params) < params.min_understood_share
        or missed_s(transcript, speech, near) >= params.missed_speech_s
    ):
        coverage, cause = 0.0, "not_understood"
    elif drowned(speech, region, params.loud_background_dbfs):
        coverage, cause = 0.0, "drowned"
    return Opening(region, heard(segments, region), coverage, cause, lineup, stated)


def _around(statement: Span) -> Span:
    return Span(max(0.0, statement.onset_s - _NEAR_S), statement.offset_s + _NEAR_S)


#: What is said so many seconds before or after a statement may belong to it.
_NEAR_S = 8.0


def _understood(
    transcript: Transcript, speech: Speech, region: Span, params: ElementParams
) -> float:
    """The share of the region's speech that became words with confidence; 1.0 without speech."""
    clear = [
        Span(s.onset_s, s.offset_s)
        for s in transcript.segments
        if s.trusted and s.mean_log_probability >= params.min_log_probability
    ]
    spoken = [Span(max(v.onset_s, region.onset_s), min(v.offset_s, region.offset_s))
              for v in speech.voiced if v.overlap_s(region) > 0]  # fmt: skip
    spoken_s = sum(v.length_s for v in spoken)
    heard_s = sum(v.overlap_s(c) for v in spoken for c in clear)
    return min(1.0, heard_s / spoken_s) if spoken_s else 1.0
