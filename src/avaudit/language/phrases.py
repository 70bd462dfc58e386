"""Places, causes, targets, stages and notices in what was heard."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from avaudit.language.heard import Heard
from avaudit.language.match import MARKS, Match, alike, alternatives, find, sounds
from avaudit.language.naming import cue_at, introduced, words
from avaudit.language.sound import in_context, likeness

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


#: What a pair of syllables must reach (of 1.0) where there are only two; phrases also of three.
_NEARLY, _FEW = 0.9, 3


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
    found, recorded = list[tuple[int, int]](), _recording_words(heard)
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


def heard_stages(heard: Heard, min_similarity: float) -> dict[str, Match]:
    """Stages of enforcement that were named: the first name of each, and where."""
    found: dict[str, Match] = {}
    for names in words()["stages"]:
        if best := heard_stage(names, heard, min_similarity):
            found[names[0]] = best
    return found


def heard_stage(names: Iterable[str], heard: Heard, min_similarity: float) -> Match | None:
    """The best of a stage's names that was heard well enough; None where none was."""
    good = [m for name in names for m in _stage_matches(name, heard, min_similarity)]
    return max(good, key=lambda m: (m.score, len(m.value)), default=None)


def _stage_matches(name: str, heard: Heard, min_similarity: float) -> list[Match]:
    """Where a stage's name stands; a short one of exactly that sound, and not in other words."""
    sound = sounds(name)
    if len(sound) > _SHORT:
        match = find(name, heard)
        said = match.score >= min_similarity and _ends_alike(match, sound, heard)
        return [match] if said else []
    places = (at for at in range(len(heard.text)) if heard.syllables[at : at + len(sound)] == sound)
    if name in words()["stages_at_edges"]:
        places = (at for at in places if _announced(heard, at, name))
    other = tuple(words()["stages_not_before"])
    return [
        Match(name, at, at + len(sound), 1.0)
        for at in places if not heard.text.startswith(other, at + len(sound))
    ]  # fmt: skip


def _ends_alike(match: Match, sound: Sequence[str], heard: Heard) -> bool:
    """Whether the last two syllables are said: what leads to a stage leads to much else."""
    said = heard.syllables[max(match.begin, match.end - _SHORT) : match.end]
    alike = sum(map(likeness, sound[-len(said) :], said)) / _SHORT
    return alike >= _ENDS


#: What the last pair of a longer name must reach.
_ENDS = 0.8


def _announced(heard: Heard, at: int, name: str) -> bool:
    """Whether a word is written at an edge of its clause or behind one that says it will be done,
    and nothing before denies it."""
    end = at + len(name)
    begin = max((i + 1 for i in range(at) if heard.text[i] in MARKS), default=0)
    denied = any(word in heard.text[begin:at] for word in words()["stages_not_after"])
    last = end == len(heard.text) or heard.text[end] in MARKS
    told = heard.text[begin:at].endswith(tuple(words()["stages_behind"]))
    return heard.text[at:end] == name and (begin == at or last or told) and not denied


def stage_names(stage: str) -> Sequence[str]:
    """A stage as the register calls it, and what else the same stage is called.

    What is called by no such name is the stage whose longest name stands in it (询问当事人).
    """
    within = [(len(name), names) for names in words()["stages"] for name in names if name in stage]
    _, same = max(within, key=lambda found: found[0], default=(0, ()))
    return [stage, *(name for name in same if name != stage)]


def needed(value: str, min_score: float) -> float:
    """What a value must score: short ones more, for they fit somewhere by chance."""
    return max(min_score, _NEARLY) if len(sounds(value)) <= _SHORT else min_score


def heard_notice(
    heard: Heard, min_similarity: float, besides: Iterable[tuple[int, int]] = ()
) -> Match | None:
    """Where people are told that they are recorded, if they are; not where something else is."""
    taken = sorted(besides)
    free = _between(taken, len(heard.text))
    found = [find(phrase, heard, *part) for phrase in words()["notice"]["phrases"] for part in free]
    good = [m for m in found if m.score >= max(min_similarity, _sure(m.value))]
    good += [m for m in _recording_words(heard) if not _within(m, taken)]
    return max(good, key=lambda m: (m.score, len(m.value)), default=None)


def _sure(phrase: str) -> float:
    """What a phrase must score by its length: of few syllables none may sound quite otherwise."""
    return _NEARLY if len(sounds(phrase)) <= _FEW else 0.0


def hinted_notices(heard: Heard, besides: Iterable[tuple[int, int]] = ()) -> list[Match]:
    """Words that may have been part of telling people that they are recorded, in order.

    What notices are made of, and what sounds nearly like a word for recording (with a score of
    less than 1.0). What only sounds like the former needs a syllable of recording in its clause.
    """
    taken = sorted(besides)
    hints = [m for m in _recording_words(heard, "hints") if _written(heard, m) or _sign(heard, m)]
    found = [*hints, *_nearly(recording_words(), heard)]
    return sorted((m for m in found if not _within(m, taken)), key=lambda m: m.begin)


def _between(taken: Sequence[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """What is left of `length` characters, in order."""
    found, at = list[tuple[int, int]](), 0
    for begin, end in taken:
        if begin > at:
            found.append((at, begin))
        at = max(at, end)
    return [*found, (at, length)] if at < length else found


def _within(match: Match, taken: Iterable[tuple[int, int]]) -> bool:
    return any(match.begin < end and begin < match.end for begin, end in taken)


def _written(heard: Heard, match: Match) -> bool:
    return heard.text.startswith(match.value, match.begin)


def _sign(heard: Heard, match: Match) -> bool:
    """Whether a syllable of recording stands in the same clause, beside a match."""
    begin = max((at + 1 for at in range(match.begin) if heard.text[at] in MARKS), default=0)
    end = next((at for at in range(match.end, len(heard.text)) if heard.text[at] in MARKS),
               len(heard.text))  # fmt: skip
    beside = {*heard.syllables[begin : match.begin], *heard.syllables[match.end : end]}
    return bool(beside & {in_context(sign)[0] for sign in words()["notice"]["signs"]})


def recording_words() -> list[str]:
    """The commonest words for recording, of two characters."""
    return list(words()["notice"]["nearly"])


def hinted_stages(names: Iterable[str], heard: Heard) -> list[Match]:
    """What may have been one of a stage's names, in order: a part of it or what is said to be
    carried out (with a score of 0.5), or what sounds nearly like it (with more)."""
    names = tuple(names)
    parts = {part for name in names for part in _stage_parts(name)}
    found = [
        Match(part, m.start(), m.end(), 0.5)
        for part in parts for m in re.finditer(part, _without_common(heard.text))
    ]  # fmt: skip
    found += [Match("", m.start(), m.end(), 0.5) for m in _CARRIED_OUT.finditer(heard.text)]
    return sorted([*found, *_nearly(names, heard)], key=lambda m: (m.begin, m.value))


def _stage_parts(name: str) -> Iterable[str]:
    """What a stage's name is made of: of a stage that is no known one every two characters."""
    told: Iterable[str] = words()["stage_hints"].get(name, ())
    if told or any(known in name for names in words()["stages"] for known in names):
        return told
    pairs = (name[at : at + _SHORT] for at in range(len(name) - 1))
    return [pair for pair in pairs if pair not in words()["general"]]


def _without_common(text: str) -> str:
    """A text in which common words that hold a part of a stage's name are blotted out."""
    for word in words()["stage_hints_not"]:
        text = text.replace(word, "，" * len(word))
    return text


def _nearly(texts: Iterable[str], heard: Heard) -> list[Match]:
    """Pairs of characters of which one sounds as in a word of two, and the other nearly so."""
    pairs = [(word, in_context(word)) for word in texts if len(word) == _SHORT]
    return [
        Match(word, at, at + _SHORT, round(alike, 3))
        for at, said in enumerate(pairwise(heard.syllables))
        for word, sound in pairs
        if sorted(a == b for a, b in zip(said, sound, strict=True)) == [False, True]
        and (alike := sum(map(likeness, said, sound)) / _SHORT) >= _HINTED
    ]


#: Two characters at the end of a clause, of which it says that they are carried out.
_CARRIED_OUT = re.compile(
    f"(?:进行|开展|实施)[\u4e00-\u9fff]{{2}}(?=[{re.escape(''.join(MARKS))}]|$)"
)
#: What a pair of syllables must reach to be the hint of a word.
_HINTED = 0.8


def _recording_words(heard: Heard, which: str = "words") -> list[Match]:
    """Words for recording, of exactly that sound, where nothing before them says otherwise."""
    found = []
    for word in words()["notice"][which]:
        sound = in_context(word)
        for at in range(len(heard.syllables) - len(sound) + 1):
            if heard.syllables[at : at + len(sound)] != sound:
                continue
            before = heard.text[max(0, at - _LEAD) : at]
            if not any(no in before for no in words()["notice"]["not_after"]):
                found.append(Match(word, at, at + len(word), 1.0))
    return found
