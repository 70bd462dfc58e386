"""Is it said whom the enforcement concerns, and is it the register's target?"""

from __future__ import annotations

from pydantic import Field

from avaudit.checks._declare import Code, check
from avaudit.checks._element import Opening, opening_of, stands
from avaudit.checks._residue import (
    LEFT_CODES,
    ResidueParams,
    absent,
    holds,
    left_as,
    stray,
    vouched,
)
from avaudit.domain.finding import Measured
from avaudit.domain.register import Expected
from avaudit.domain.rule import Outcome
from avaudit.domain.signal import DigitalSilence, LineUp, Speech, Transcript
from avaudit.language.match import Match, alike, alternatives, sounds
from avaudit.language.naming import (
    Mention,
    NameSpot,
    mentions,
    old_and_surname,
    same_sound,
    spots,
    surname_and_title,
)
from avaudit.language.phrases import best_fit, introduced_values, only_as_place, place_core
from avaudit.language.readings import made_up
from avaudit.language.times import find_times

#: A person's name has at most so many syllables; what is longer is a business.
_NAME = 3


class Params(ResidueParams):
    """`alone_score` is asked of a name that nothing introduces, and from `near_score` on
    one may have been said; `business_score` of a business; `company_score` of a name where the
    activity's own place and cause were heard beside it; syllables alike from `merged` on are not
    told apart."""

    alone_score: float = Field(gt=0, le=1)
    near_score: float = Field(gt=0, le=1)
    business_score: float = Field(gt=0, le=1)
    company_score: float = Field(gt=0, le=1)
    merged: float = Field(gt=0, le=1)


@check("statement.target", codes={**LEFT_CODES, "said_by_title": Code(Outcome.PASS)})
def target(
    transcript: Transcript, speech: Speech, silence: DigitalSilence, expected: Expected,
    lineup: LineUp | None, params: Params,
) -> Measured:  # fmt: skip
    """Compare who was named with the activity's target, or find one where there is none."""
    opening = opening_of(transcript, speech, silence, params, lineup)
    wanted = expected.activity.target if expected.activity else ""
    if not wanted:
        return _on_its_own(opening, expected, params)
    parts = alternatives(wanted)
    people = [part for part in parts if len(sounds(part)) <= _NAME]
    businesses = [part for part in parts if part not in people]
    return (
        _person(opening, people, wanted, expected, params)
        or _business(opening, businesses, wanted, expected, params)
        or _by_title(opening, people, wanted)
        or _something_else(opening, people, wanted, expected, params)
    )


def _on_its_own(opening: Opening, expected: Expected, params: Params) -> Measured:
    named = mentions(opening.heard, "target") or _weakly(opening, expected, params)
    found = [(m.begin, m.end) for m in named] or introduced_values(opening.heard, "target")
    if not found:
        return opening.answer("absent")
    return opening.answer("said", found[0], value=opening.heard.quote(*found[0]))


def _person(
    opening: Opening, people: list[str], wanted: str, expected: Expected, params: Params
) -> Measured | None:
    others = [p for t in expected.targets for p in alternatives(t) if len(sounds(p)) <= _NAME]
    known = sorted({*people, *others})
    best = max(_mine(opening, people, known, params),
               key=lambda s: (s.introduced and s.match.score >= params.min_score, s.match.score),
               default=None)  # fmt: skip
    if best is None:
        return None
    at, score = (best.match.begin, best.match.end), best.match.score
    name = best.match.value
    twins = [o for o in known if o != name and same_sound(name, o, params.merged)]
    if score < (params.min_score if best.introduced else params.alone_score):
        rivals = {*made_up(name), *(r.value for r in best.rivals)}
        won = name in people and (
            stands(opening.settles(at, (name,), rivals), params)
            or _with_company(opening, best, expected, params)
        )
        if not won and not best.introduced and score < params.near_score:
            return None
        if not won or twins:
            return opening.answer("unsure", at, value=opening.heard.quote(*at), expected=wanted,
                                  score=score)  # fmt: skip
    elif twins or best.margin < params.min_margin:
        either = sorted({name, *twins, *(r.value for r in best.rivals)})
        return opening.answer("ambiguous", at, value="", expected=wanted, score=score,
                              either=either, margin=round(best.margin, 3))  # fmt: skip
    code = "confirmed" if name in people else "differs"
    return opening.answer(code, at, value=name, expected=wanted, score=score,
                          margin=round(best.margin, 3))  # fmt: skip


def _with_company(opening: Opening, spot: NameSpot, expected: Expected, params: Params) -> bool:
    """Whether a name much like the register's stands where its place and its cause are said.

    That somebody else of nearly the same name is concerned by the same cause at the same place,
    and is in no row, is far less likely than a misheard syllable.
    """
    own = expected.activity
    if own is None or spot.match.score < params.company_score or spot.margin < params.min_margin:
        return False
    fitting = (best_fit([value], opening.heard) for value in (place_core(own.place), own.cause))
    return all(
        fit and fit.match.score >= params.explained_score and not fit.match.meets(spot.match)
        for fit in fitting
    )


def _mine(opening: Opening, people: list[str], known: list[str], params: Params) -> list[NameSpot]:
    """Places where one of the people fits: as the best, or as a rival of another name."""
    found = spots(opening.heard, known, "target", params.unsure_score)
    return [s for s in found if {s.match.value, *(r.value for r in s.rivals)} & {*people}]


def _by_title(opening: Opening, people: list[str], wanted: str) -> Measured | None:
    """Called by family name and title: somebody was named, but it confirms nobody in particular."""
    for name in people:
        titled = surname_and_title(opening.heard, name)
        if found := titled or old_and_surname(opening.heard, name):
            code = "said_by_title" if titled else "unsure"
            return opening.answer(code, (found.begin, found.end), value=found.text,
                                  expected=wanted)  # fmt: skip
    return None


def _business(
    opening: Opening, names: list[str], wanted: str, expected: Expected, params: Params
) -> Measured | None:
    place = expected.activity.place if expected.activity else ""
    fit = best_fit(names, opening.heard)
    if fit and fit.match.score >= params.business_score and only_as_place(
        opening.heard, fit.match, place
    ):  # fmt: skip
        at = (fit.match.begin, fit.match.end)
        return opening.answer("unsure", at, expected=wanted, value=opening.heard.quote(*at))
    if fit is None or fit.match.score < params.unsure_score:
        return None
    at, score = (fit.match.begin, fit.match.end), fit.match.score
    likely = score >= params.business_score and holds(opening, fit.match, expected, params)
    if likely or _won(opening, fit.match, expected, params):
        return opening.answer("confirmed", at, value=fit.value, expected=wanted, score=score)
    return opening.answer("unsure", at, value=opening.heard.quote(*at), expected=wanted,
                          score=score)  # fmt: skip


def _won(opening: Opening, match: Match, expected: Expected, params: Params) -> bool:
    """Whether the name of a business is nearly as probable as what was heard."""
    how = opening.settles((match.begin, match.end), (match.value,), ())
    likely = how is not None and how.behind <= params.max_behind
    return likely and vouched(opening, match.value, expected)


def _something_else(
    opening: Opening, people: list[str], wanted: str, expected: Expected, params: Params
) -> Measured:
    """Nothing like the register's target was heard: perhaps another one was."""
    named = [m for m in mentions(opening.heard, "target") if opening.belongs((m.begin, m.end))]
    for mention in named:
        near = max((alike(name, mention.text) for name in people), default=0.0)
        code = "unsure" if near >= params.unsure_score else "may_differ"
        return opening.answer(code, (mention.begin, mention.end), value=mention.text,
                              expected=wanted, score=1.0 - near)  # fmt: skip
    for at in filter(opening.belongs, introduced_values(opening.heard, "target")):
        return opening.answer("may_differ", at, value=opening.heard.quote(*at), expected=wanted)
    for mention in _weakly(opening, expected, params):
        at = (mention.begin, mention.end)
        code = left_as(opening, at, alternatives(wanted), expected, params)
        return opening.answer(code, at, value=mention.text, expected=wanted)
    if faint := _faintly(opening, people, expected, params):
        return opening.answer("unsure", faint, value=opening.heard.quote(*faint), expected=wanted)
    return absent(opening, expected, alternatives(wanted), wanted, params)


def _faintly(
    opening: Opening, people: list[str], expected: Expected, params: Params
) -> tuple[int, int] | None:
    """Where a name may stand that was badly heard: a little like it, and explained by nothing.

    Names are too short to be what is left over of a statement by themselves.
    """
    found = sorted(
        spots(opening.heard, people, "target", params.unsure_score), key=lambda s: -s.match.score
    )
    places = ((spot.match.begin, spot.match.end) for spot in found)
    return next((at for at in places if stray(opening, at, expected, params)), None)


def _weakly(opening: Opening, expected: Expected, params: Params) -> list[Mention]:
    """What stands like a name behind words that introduce much else; no officer's, no time."""
    officers = spots(opening.heard, expected.officers, "officers", params.unsure_score)
    taken = [(spot.match.begin, spot.match.end) for spot in officers]
    taken += [(time.begin, time.end) for time in find_times(opening.heard.text)]
    return [
        m for m in mentions(opening.heard, "target", "weak")
        if not any(begin < m.end and m.begin < end for begin, end in taken)
    ]  # fmt: skip
