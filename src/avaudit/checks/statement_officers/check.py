"""Are the officers named, at least two, and are they those of the register?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import Field

from avaudit.checks._declare import absence, check
from avaudit.checks._element import Opening, opening_of, stands
from avaudit.checks._residue import LEFT_CODES, ResidueParams, left_as, left_over
from avaudit.checks._values import values_heard
from avaudit.domain.finding import Measured
from avaudit.domain.register import Expected
from avaudit.domain.rule import Outcome
from avaudit.domain.signal import DigitalSilence, LineUp, Speech, Transcript
from avaudit.language.match import Match, alike, sounds
from avaudit.language.naming import (
    Mention,
    NameSpot,
    ends_here,
    mentions,
    neighbours,
    same_sound,
    spots,
)
from avaudit.language.numbers import find_digit_strings
from avaudit.language.readings import made_up

_JOIN = "、"
#: A certificate is known by a number of at least so many digits.
_DIGITS = 5


class Params(ResidueParams):
    """`min_officers` is how many must be named; `alone_score` is asked of a name that nothing
    introduces, `beside_score` of one right beside a name that was heard (to ask about it); from
    `weak_score` on somebody may have been named where nothing introduces it; `company_score`
    is asked of one beside another officer of the activity; syllables alike from `merged` on are
    not told apart."""

    min_officers: int = Field(ge=1, le=10)
    alone_score: float = Field(gt=0, le=1)
    beside_score: float = Field(gt=0, le=1)
    weak_score: float = Field(gt=0, le=1)
    company_score: float = Field(gt=0, le=1)
    merged: float = Field(gt=0, le=1)


@dataclass(frozen=True, slots=True)
class _Named:
    """Who was heard: names by how sure they are, and what else stands where a name stands."""

    sure: tuple[NameSpot, ...]
    ambiguous: tuple[NameSpot, ...]
    unsure: tuple[NameSpot, ...]
    unknown: tuple[Mention, ...]

    @property
    def places(self) -> list[tuple[int, int]]:
        """Where somebody is named, in order; who is named twice, the first time."""
        found: dict[str, tuple[int, int]] = {}
        for spot in (*self.sure, *self.ambiguous, *self.unsure):
            found.setdefault(spot.match.value, (spot.match.begin, spot.match.end))
        for mention in self.unknown:
            found.setdefault(mention.text, (mention.begin, mention.end))
        return sorted(found.values())


@check(
    "statement.officers",
    codes={**LEFT_CODES, "too_few": absence(Outcome.FAIL), "some_missing": absence(Outcome.REVIEW)},
)
def officers(
    transcript: Transcript, speech: Speech, silence: DigitalSilence, expected: Expected,
    lineup: LineUp | None, params: Params,
) -> Measured:  # fmt: skip
    """Compare who was named with the activity's officers, or count them where there is none."""
    opening = opening_of(transcript, speech, silence, params, lineup)
    wanted = expected.activity.officers if expected.activity else ()
    named = _named(opening, expected, wanted, params)
    if not named.places:
        return _nobody(opening, expected, wanted, params)
    return _answer(opening, _code(named, wanted, params), named, wanted, params)


def _nobody(
    opening: Opening, expected: Expected, wanted: Sequence[str], params: Params
) -> Measured:
    """Nobody was named, unless a name of the roster stands there with nothing to introduce it."""
    weak = _weakly(opening, expected, params)
    at = (weak[0].begin, weak[0].end) if weak else left_over(opening, expected, params)
    if at is None:
        return opening.answer("absent", expected=_JOIN.join(wanted))
    code = left_as(opening, at, wanted, expected, params)
    unsure = [opening.heard.quote(*at)]
    return opening.answer(code, at, expected=_JOIN.join(wanted), unsure=unsure)


def _weakly(opening: Opening, expected: Expected, params: Params) -> list[Match]:
    """What sounds like a name of the roster, and is no value of another element."""
    told = values_heard(opening.heard, expected, params.explained_score, params.weak_score)
    told.pop("officers", None)
    taken = [at for places in told.values() for at in places]
    found = (
        s.match for s in spots(opening.heard, expected.officers, "officers", params.weak_score)
    )
    return [m for m in found if not any(m.begin < end and begin < m.end for begin, end in taken)]


def _named(opening: Opening, expected: Expected, wanted: Sequence[str], params: Params) -> _Named:
    known = sorted({*expected.officers, *wanted})
    certified = _certified(opening, expected)
    sure, ambiguous, unsure = [], [], []
    for found in spots(opening.heard, known, "officers", params.unsure_score):
        spot = _by_certificate(found, certified)
        if _by_chance(spot, wanted):
            continue
        if spot.match.score < (params.min_score if spot.introduced else params.alone_score):
            if _stands(opening, spot, wanted, params) and _told_apart(spot, known, params):
                sure.append(spot)
            elif spot.introduced and (not wanted or _readings(spot) & set(wanted)):
                unsure.append(spot)
        elif spot.match.value in certified or _told_apart(spot, known, params):
            sure.append(spot)
        else:
            ambiguous.append(spot)
    won, beside = _beside(opening, [*sure, *ambiguous, *unsure], sure, wanted, known, params)
    sure, unsure = _with_company([*sure, *won], [*unsure, *beside], wanted, known, params)
    taken = [s.match for s in (*sure, *ambiguous, *unsure)]
    unknown = [
        m for m in mentions(opening.heard, "officers")
        if opening.belongs((m.begin, m.end)) and ends_here(opening.heard, m.end)
        and not any(t.begin < m.end and m.begin < t.end for t in taken)
    ]  # fmt: skip
    return _Named(tuple(sure), tuple(ambiguous), tuple(unsure), tuple(unknown))


def _with_company(
    sure: list[NameSpot], unsure: list[NameSpot], wanted: Sequence[str], known: Sequence[str],
    params: Params,
) -> tuple[list[NameSpot], list[NameSpot]]:  # fmt: skip
    """Both lists, with those now sure who sound much like the register's and have company.

    Where one officer of the activity was surely named, that somebody else of nearly the same
    name as the other one stood there, and is on no roster, is far less likely than a misheard
    syllable.
    """
    company = {spot.match.value for spot in sure} & {*wanted}
    joined = [
        spot for spot in unsure
        if company - {spot.match.value} and spot.match.value in wanted
        and spot.match.score >= params.company_score
        and not _is_short(spot.match.value) and _told_apart(spot, known, params)
    ]  # fmt: skip
    return [*sure, *joined], [spot for spot in unsure if spot not in joined]


def _by_chance(spot: NameSpot, wanted: Sequence[str]) -> bool:
    """Whether a name of two syllables, of nobody in the register's row, only fits by chance.

    As words for “to you” sound nearly like a name behind a list of names.
    """
    exact = spot.introduced and spot.match.score == 1.0
    return _is_short(spot.match.value) and not exact and not _readings(spot) & {*wanted}


def _is_short(name: str) -> bool:
    return len(sounds(name)) < _LONG


#: Of a shorter name too little is left beside a misheard syllable.
_LONG = 3


def _beside(
    opening: Opening, taken: Sequence[NameSpot], sure: Sequence[NameSpot], wanted: Sequence[str],
    known: Sequence[str], params: Params,
) -> tuple[list[NameSpot], list[NameSpot]]:  # fmt: skip
    """Officers of the register who may be named right beside one who was heard.

    Two lists: those who win a line-up there, and those of whom that cannot be told.
    """
    won, still_open = list[NameSpot](), list[NameSpot]()
    heard = {name for spot in taken for name in _readings(spot)}
    for name in (name for name in wanted if name not in heard):
        places = [m for spot in sure for m in neighbours(opening.heard, spot.match, name)]
        free = [m for m in places if not any(m.meets(spot.match) for spot in (*taken, *won))]
        best = max(free, key=lambda m: (m.score, -m.begin), default=None)
        if best is None or best.score < params.beside_score:
            continue
        spot = NameSpot(best, (), introduced=True)
        stood = _stands(opening, spot, wanted, params) and _told_apart(spot, known, params)
        (won if stood else still_open).append(spot)
    return won, still_open


def _certified(opening: Opening, expected: Expected) -> set[str]:
    """Officers whose certificate's number was said, digit by digit, and is nobody else's."""
    said = "".join(f"{digits}," for digits, _, _ in find_digit_strings(opening.heard.text, _DIGITS))
    owners: dict[str, set[str]] = {}
    for name, number in expected.certificates:
        owners.setdefault(number, set()).add(name)
    return {
        name for number, names in owners.items()
        if len(number) >= _DIGITS and number in said and len(names) == 1 for name in names
    }  # fmt: skip


def _by_certificate(spot: NameSpot, certified: set[str]) -> NameSpot:
    """The spot as that of the one rival whose certificate was said, where sound leaves it open."""
    if spot.match.value in certified:
        return spot
    same = [r for r in spot.rivals if r.value in certified and r.score >= spot.match.score]
    if len(same) != 1:
        return spot
    others = (spot.match, *(r for r in spot.rivals if r is not same[0]))
    return NameSpot(same[0], others, spot.introduced)


def _told_apart(spot: NameSpot, known: Sequence[str], params: Params) -> bool:
    name = spot.match.value
    twins = any(other != name and same_sound(name, other, params.merged) for other in known)
    return not twins and spot.margin >= params.min_margin


def _stands(opening: Opening, spot: NameSpot, wanted: Sequence[str], params: Params) -> bool:
    """Whether a name that was badly heard wins a line-up of the roster and of made-up names.

    Asked for those alone that the register leads one to ask about: others stay unsure.
    """
    name = spot.match.value
    if name not in wanted:
        return False
    rivals = {*made_up(name), *(r.value for r in spot.rivals)}
    place = (spot.match.begin, spot.match.end)
    return stands(opening.settles(place, (name,), rivals), params)


def _code(named: _Named, wanted: Sequence[str], params: Params) -> str:
    few = len(named.places) < params.min_officers
    sure = {spot.match.value for spot in named.sure}
    missing = [name for name in wanted if name not in sure]
    if not missing:
        return "too_few" if few else "confirmed" if wanted else "said"
    if any(name in _readings(spot) for name in missing for spot in named.ambiguous):
        return "ambiguous"
    if any(_may_be_heard(name, named, params) for name in missing):
        return "unsure"
    return _without(named, bool(sure - set(wanted)), few)


def _without(named: _Named, others: bool, few: bool) -> str:
    """Somebody of the register was not heard: others were, or somebody unknown, or nobody else."""
    if others:
        return "differs"
    if named.unknown:
        return "may_differ"
    return "too_few" if few else "some_missing"


def _readings(spot: NameSpot) -> set[str]:
    """All names that a spot may be."""
    return {spot.match.value, *(rival.value for rival in spot.rivals)}


def _may_be_heard(name: str, named: _Named, params: Params) -> bool:
    """Whether something that was heard may be that name, badly understood."""
    heard = any(name in _readings(spot) for spot in (*named.unsure, *named.ambiguous))
    return heard or any(alike(name, m.text) >= params.unsure_score for m in named.unknown)


def _answer(
    opening: Opening, code: str, named: _Named, wanted: Sequence[str], params: Params
) -> Measured:
    places = named.places
    sure = [spot.match for spot in named.sure]
    quote = opening.heard.quote
    return opening.answer(
        code,
        (places[0][0], places[-1][1]),
        value=_JOIN.join(dict.fromkeys(match.value for match in sure)),
        expected=_JOIN.join(wanted),
        score=min((match.score for match in sure), default=None),
        either=["/".join(sorted(_readings(spot))) for spot in named.ambiguous],
        unsure=[quote(spot.match.begin, spot.match.end) for spot in named.unsure],
        unknown=[mention.text for mention in named.unknown],
        named=len(places),
        minimum=params.min_officers,
    )
