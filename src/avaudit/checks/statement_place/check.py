"""Is the place said, and is it the register's?"""

from __future__ import annotations

from pydantic import Field

from avaudit.checks._declare import check
from avaudit.checks._element import Opening, opening_of
from avaudit.checks._residue import LEFT_CODES, ResidueParams, absent, holds, vouched
from avaudit.domain.finding import Measured
from avaudit.domain.register import Expected
from avaudit.domain.signal import DigitalSilence, LineUp, Speech, Transcript
from avaudit.language.match import Match, alike, alternatives, find
from avaudit.language.phrases import (
    SAME_NAME,
    best_fit,
    contrast,
    introduced_values,
    place_core,
    places_alone,
    said_as_place,
    stands_alone,
)


class Params(ResidueParams):
    """From `near_score` on a place may have been said, from `lineup_score` on it may win a line-up.

    Where only a part of the register's place is said, `part_score` of that must be found in the
    place, and it must be `part_share` of it in length.
    """

    near_score: float = Field(gt=0, le=1)
    lineup_score: float = Field(gt=0, le=1)
    part_score: float = Field(gt=0, le=1)
    part_share: float = Field(gt=0, le=1)


@check("statement.place", codes=LEFT_CODES)
def place(
    transcript: Transcript, speech: Speech, silence: DigitalSilence, expected: Expected,
    lineup: LineUp | None, params: Params,
) -> Measured:  # fmt: skip
    """Compare the place that was said with the activity's, or find one where there is none."""
    opening = opening_of(transcript, speech, silence, params, lineup)
    wanted = expected.activity.place if expected.activity else ""
    said = [at for at in introduced_values(opening.heard, "place") if opening.belongs(at)]
    if not wanted:
        if said:
            return opening.answer("said", said[0], value=_text(opening, said[0]))
        return opening.answer("absent")
    found = _compared(opening, said, wanted, expected, params)
    return found or absent(opening, expected, _cores(wanted), wanted, params)


def _cores(wanted: str) -> list[str]:
    return [place_core(part) for part in alternatives(wanted)]


def _text(opening: Opening, at: tuple[int, int]) -> str:
    return opening.heard.quote(*at)


def _compared(
    opening: Opening, said: list[tuple[int, int]], wanted: str, expected: Expected,
    params: Params,
) -> Measured | None:  # fmt: skip
    cores = _cores(wanted)
    fit = max((find(core, opening.heard) for core in cores), key=lambda m: m.score)
    at = (fit.begin, fit.end)
    rival = best_fit((place_core(other) for other in expected.places), opening.heard)
    target = expected.activity.target if expected.activity else ""
    if fit.score >= params.unsure_score and _only_target(opening, fit, target):
        return opening.answer("unsure", at, value=_text(opening, at), expected=wanted)
    if fit.score >= params.min_score:
        apart = contrast(fit.value, _text(opening, at))
        if apart:
            return opening.answer("may_differ", at, value=_text(opening, at), expected=wanted,
                                  score=fit.score, instead=list(apart))  # fmt: skip
        if rival and rival.match.meets(fit) and rival.match.score - fit.score >= params.min_margin:
            return opening.answer("ambiguous", at, value=rival.value, expected=wanted,
                                  score=fit.score, either=[wanted, rival.value])  # fmt: skip
        code = "confirmed" if holds(opening, fit, expected, params) else "unsure"
        value = wanted if code == "confirmed" else _text(opening, at)
        return opening.answer(code, at, value=value, expected=wanted, score=fit.score)
    return _partly(opening, said, fit, cores, expected, params)


def _partly(
    opening: Opening, said: list[tuple[int, int]], fit: Match, cores: list[str],
    expected: Expected, params: Params,
) -> Measured | None:  # fmt: skip
    """Less than the whole place was heard: a part of it, another one, or nothing."""
    vague, wanted = None, expected.activity.place if expected.activity else ""
    for at in said:
        text = place_core(_text(opening, at))
        within, core = max((_contained(text, core), core) for core in cores)
        enough = len(text) >= params.part_share * len(core)
        sure = within >= 1.0 or vouched(opening, core, expected)
        if within >= params.part_score and enough and sure and not contrast(core, text):
            return opening.answer("confirmed", at, value=_text(opening, at), expected=wanted,
                                  score=within, part=True)  # fmt: skip
        vague = at if within >= params.part_score else vague
    at = (fit.begin, fit.end)
    if fit.score >= params.lineup_score and vouched(opening, fit.value, expected):
        how = opening.settles(at, (fit.value,), ())
        if how and how.behind <= params.max_behind and not contrast(fit.value, _text(opening, at)):
            return opening.answer("confirmed", at, value=wanted, expected=wanted,
                                  score=fit.score, behind=how.behind)  # fmt: skip
    if fit.score >= params.near_score:
        return opening.answer("unsure", at, expected=wanted, score=fit.score,
                              value=_text(opening, at))  # fmt: skip
    return _elsewhere(opening, said, vague, wanted)


def _elsewhere(
    opening: Opening, said: list[tuple[int, int]], vague: tuple[int, int] | None, wanted: str
) -> Measured | None:
    """Nothing like the register's place was heard: a vague one, another one, or none at all."""
    if vague:
        return opening.answer("unsure", vague, value=_text(opening, vague), expected=wanted)
    if said:
        return opening.answer("differs", said[0], value=_text(opening, said[0]), expected=wanted)
    for at in filter(opening.belongs, places_alone(opening.heard)):
        return opening.answer("may_differ", at, value=_text(opening, at), expected=wanted)
    return None


def _only_target(opening: Opening, fit: Match, target: str) -> bool:
    """Whether the place was heard only as the name of the business that is concerned."""
    found = [find(name, opening.heard) for name in alternatives(target)]
    names = [name for name in found if name.score >= _NAMED and name.meets(fit)]
    same = any(
        min(n.end, fit.end) - max(n.begin, fit.begin) >= SAME_NAME * (fit.end - fit.begin)
        or not _heard_beside(opening, fit, n.value)
        for n in names
    )
    alone = stands_alone(opening.heard, fit.begin, fit.end)
    return same and not alone and not said_as_place(opening.heard, fit.begin)


def _heard_beside(opening: Opening, fit: Match, name: str) -> bool:
    """Whether more of a place was heard than the business's name that is part of it."""
    rest = fit.value.replace(name, "")
    if rest == fit.value or len(rest) < _REST:
        return True
    return find(rest, opening.heard, fit.begin, fit.end).score >= _NAMED


#: What is left of a place without a business's name must have so many characters to be asked for.
_REST = 2


#: From this likeness on, the business that is concerned was named there.
_NAMED = 0.6


def _contained(part: str, whole: str) -> float:
    """How much of a part is found in the whole, by sound."""
    longer = alike(part, whole)
    return longer * max(len(part), len(whole)) / max(1, len(part)) if part else 0.0
