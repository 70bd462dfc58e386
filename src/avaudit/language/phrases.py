"""Places, causes and targets in what was heard."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from avaudit.language.heard import Heard
from avaudit.language.match import MARKS, Match, alike, alternatives, find, sounds
from avaudit.language.naming import cue_at, introduced, words
from avaudit.language.notices import recording_at
from avaudit.language.sound import in_context

#: A mention runs at most so many characters behind what introduces it.
_LONGEST = 22
#: Values of at most so many syllables must sound nearly exact to be heard at all.
_SHORT = 2
#: Province, city and county may lead to the town; without a town nothing is taken off.
_TO_TOWN = re.compile(
    r"^(?:[\u4e00-\u9fff]{2,3}省)?(?:[\u4e00-\u9fff]{2,3}市(?!场))?"
    r"(?:[\u4e00-\u9fff]{1,3}(?<![小社园厂景])[县区旗])?"
    r"(?P<town>[\u4e00-\u9fff]{2,3}(?:镇|乡(?!镇)|街道(?!办)))(?=[\u4e00-\u9fff]{3})"
)


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a value fits what was heard: its best alternative, and where."""

    value: str
    match: Match


def best_fit(values: Iterable[str], heard: Heard) -> Fit | None:
    """The value that fits best (of equals the longer one); None where there are no values."""
    found = fits(values, heard)
    return max(found, key=lambda f: (f.match.score, len(f.match.value), f.value), default=None)


def fits(values: Iterable[str], heard: Heard) -> list[Fit]:
    """Where each value (and each of its alternatives) fits best, however badly."""
    return [Fit(value, match) for value in values for match in _matches(value, heard)]


def _matches(value: str, heard: Heard) -> list[Match]:
    found = [find(alternative, heard) for alternative in alternatives(value)]
    return [m for m in found if len(sounds(m.value)) > _SHORT or m.score > _NEARLY]


#: What a pair of syllables must reach (of 1.0) where there are only two.
_NEARLY = 0.9


def place_core(place: str) -> str:
    """A place without the province, city, county and town that all places of a register share."""
    return _TO_TOWN.sub("", place) or place


def town(place: str) -> str:
    """The town that a place is in; "" where it names none."""
    found = _TO_TOWN.match(place)
    return found["town"] if found else ""


def only_as_place(heard: Heard, match: Match, place: str) -> bool:
    """Whether a business was named to say where one is: its name is the place's, and a word
    that leads to a place stands before it, or nothing but a mark."""
    if alike(match.value, place_core(place)) < SAME_NAME:
        return False
    return said_as_place(heard, match.begin) or heard.text[match.begin - 1 : match.begin] in MARKS


def said_as_place(heard: Heard, begin: int) -> bool:
    """Whether words that lead to a place end shortly before a character."""
    lead = heard.syllables[max(0, begin - _LEAD) : begin]
    leads = {in_context(word)[0] for word in words()["place"]["leads"]}
    starts = introduced(heard, "place")
    return bool(leads & {*lead}) or any(0 <= begin - start <= _LEAD for start in starts)


def stands_alone(heard: Heard, begin: int, end: int) -> bool:
    """Whether characters `[begin, end)` stand between two marks or pauses."""
    before, after = heard.text[begin - 1 : begin], heard.text[end : end + 1]
    return (begin == 0 or before in MARKS) and (not after or after in MARKS)


def places_alone(heard: Heard) -> list[tuple[int, int]]:
    """Stretches that end with a word that only places are called by, in order.

    Between two marks, or behind a single word that leads to a place.
    """
    leads, found = words()["place"]["leads"], list[tuple[int, int]]()
    for piece in re.finditer(f"[^{re.escape(''.join(MARKS))}]+", heard.text):
        starts = [at + 1 for at in range(*piece.span()) if heard.text[at] in leads]
        for begin in (piece.start(), *starts):
            if _LEAST <= (last := _ends_as_place(heard, begin, piece.end())) - begin <= _MOST and (
                begin in starts or last == piece.end()
            ):
                found.append((begin, last))
                break
    return found


def _ends_as_place(heard: Heard, begin: int, end: int) -> int:
    """Where the last word ends that only places are called by; 0 where there is none."""
    single = tuple(word for word in words()["place"]["alone"] if len(word) == 1)
    said = heard.text[begin:end]
    if said.endswith(single) and not said.endswith(tuple(words()["place"]["never"])):
        return end
    lengths = ((at, cue_at(heard, at, _alone())) for at in range(begin + 1, end))
    return max((at + n for at, n in lengths if n and at + n <= end), default=0)


@cache
def _alone() -> tuple[tuple[str, ...], ...]:
    return tuple(in_context(word) for word in words()["place"]["alone"] if len(word) > 1)


#: A place that stands alone has so many characters.
_LEAST, _MOST = 4, 14
#: A place and a business that are called so much alike are called the same.
SAME_NAME = 0.8
#: A word that leads to a place stands at most so many characters before it.
_LEAD = 4


@cache
def _kinds(element: str) -> tuple[tuple[str, ...], ...]:
    return tuple(in_context(kind) for kind in words()[element]["kinds"])


def introduced_values(heard: Heard, element: str) -> list[tuple[int, int]]:
    """Stretches behind words that introduce an element, up to a mark, where they name a kind.

    For places: up to the last word that places are called by (a village, a crossing, a market).
    That recording goes on sounds like a lane at its end.
    """
    found, recorded = list[tuple[int, int]](), recording_at(heard)
    for after in introduced(heard, element):
        rest = heard.text[after : after + _LONGEST]
        start = after + len(rest) - len(rest.lstrip("".join(MARKS)))
        end = next((at for at in range(start, after + len(rest)) if heard.text[at] in MARKS),
                   after + len(rest))  # fmt: skip
        last = _last_kind(heard, start, end, element)
        if last and not any(m.begin < last <= m.end for m in recorded):
            found.append((start, last))
    return found


def _last_kind(heard: Heard, begin: int, end: int, element: str) -> int:
    """Where the last word of a kind ends between two places; 0 where there is none."""
    last = 0
    for at in range(begin + 1, end):
        length = cue_at(heard, at, _kinds(element))
        if length and at + length <= end:
            last = at + length
    return last


def contrast(value: str, said: str) -> tuple[str, str] | None:
    """Words that tell two places apart: 东 in one and 西 in the other; None where none do.

    Compared by sound, for recognisers write 东 as 冬.
    """
    for group in words()["contrasts"]:
        by_sound = {in_context(word)[0]: word for word in group}
        one, other = ({s for s in sounds(text) if s in by_sound} for text in (value, said))
        if one and other and not one & other:
            return by_sound[min(one)], by_sound[min(other)]
    return None


def needed(value: str, min_score: float) -> float:
    """What a value must score: short ones more, for they fit somewhere by chance."""
    return max(min_score, _NEARLY) if len(sounds(value)) <= _SHORT else min_score
