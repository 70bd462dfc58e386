"""Is there an opening statement at all? Its elements are introduced in what is heard, or not."""

from __future__ import annotations

from pydantic import Field

from avaudit.checks._declare import CheckParams, absence, check
from avaudit.checks._statement import (
    drowned,
    listened_share,
    opening,
    statement_in,
    understood_share,
    within,
)
from avaudit.checks._values import values_heard
from avaudit.domain.finding import Measured, Observation
from avaudit.domain.register import Expected
from avaudit.domain.rule import Outcome
from avaudit.domain.signal import DigitalSilence, Speech, Transcript
from avaudit.domain.time import Span
from avaudit.language.heard import heard
from avaudit.language.statement import ELEMENTS


class Params(CheckParams):
    """Counts are of the seven elements of Article 14. Likenesses by sound (0 to 1):
    `min_similarity` of words that introduce one, `min_score` of what the register has."""

    window_s: float = Field(gt=0)
    min_elements: int = Field(ge=1, le=7)
    few_elements: int = Field(ge=1, le=7)
    min_similarity: float = Field(gt=0, le=1)
    min_score: float = Field(gt=0, le=1)
    min_log_probability: float = Field(lt=0)
    min_understood_share: float = Field(ge=0, le=1)
    loud_background_dbfs: float = Field(lt=0)


@check(
    "statement.present",
    codes={
        "absent": absence(Outcome.FAIL),
        "nobody_speaks": absence(Outcome.FAIL),
        "nobody_heard_in_noise": absence(Outcome.REVIEW),
        "partial": absence(Outcome.REVIEW),
    },
)
def present(
    speech: Speech, transcript: Transcript, silence: DigitalSilence, expected: Expected,
    params: Params,
) -> Measured:  # fmt: skip
    """Count the elements that are introduced or told in the opening window, where enough of it
    can be heard."""
    elements = _elements(transcript, expected, params)
    if len(elements) >= params.min_elements:
        return Measured(1.0)  # heard is heard, however little of the rest could be listened to
    coverage = listened_share(speech, silence.silent, params.window_s)
    window = opening(speech, params.window_s)
    if not any(v.onset_s < params.window_s for v in speech.voiced):
        return Measured(coverage, (_nobody(speech, window, params),), cause="too_little_sound")
    understood = understood_share(transcript, speech, params.window_s, params.min_log_probability)
    if understood < params.min_understood_share:
        return Measured(min(coverage, understood), cause="not_understood")
    code = "partial" if len(elements) >= params.few_elements else "absent"
    seen = _few(code, window, elements, transcript, understood, params)
    return Measured(coverage, (seen,), cause="too_little_sound")


def _elements(transcript: Transcript, expected: Expected, params: Params) -> tuple[str, ...]:
    """What was introduced, and what was told without introduction, as officers in a hurry do."""
    statement = statement_in(transcript, params.window_s, params.min_similarity)
    introduced = statement.elements if statement else ()
    if len(introduced) >= params.min_elements:
        return introduced
    told = values_heard(
        heard(transcript.segments, Span(0.0, params.window_s)), expected, params.min_score
    )
    return tuple(e for e in ELEMENTS if e in introduced or e in told)


def _nobody(speech: Speech, window: Span, params: Params) -> Observation:
    loud = drowned(speech, window, params.loud_background_dbfs)
    return Observation(
        "nobody_heard_in_noise" if loud else "nobody_speaks",
        window,
        measured={"background_dbfs": speech.background_dbfs, "window_s": round(window.length_s, 1)},
        expected={"elements": params.min_elements},
    )


def _few(
    code: str, window: Span, elements: tuple[str, ...], transcript: Transcript,
    understood: float, params: Params,
) -> Observation:  # fmt: skip
    return Observation(
        code,
        window,
        measured={
            "elements": list(elements),
            "elements_heard": len(elements),
            "not_heard": [e for e in ELEMENTS if e not in elements],
            "understood_share": round(understood, 2),
            "window_s": round(window.length_s, 1),
        },
        expected={"elements": params.min_elements},
        score=round(understood, 2),
        quote="".join(segment.text for segment in within(transcript, params.window_s))[:200],
    )
