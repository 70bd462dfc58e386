"""Names of people in what was heard: where a list of known names fits, and what else is a name.

Recognisers write names with any characters of the same sound, so names are compared by syllable;
two names that sound alike, or that dialects merge, can't be told apart and are reported together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from avaudit.language.heard import Heard
from avaudit.language.match import MARKS, Match, find_name, sounds
from avaudit.language.sound import in_context, likeness
from avaudit.packaged import read_yaml

#: A name stands at most so many characters behind the words that introduce it, or the name before.
_REACH = 12
#: A name right before another one has at most so many characters (a mark, a joining word) between.
_NEXT = 2
#: Elements that have words to introduce them.
INTRODUCED = ("officers", "target", "place", "cause")
#: Cues of fewer syllables than this must sound exactly right; others as much as `_CUE`, and as
#: `_SURE_CUE` (one sound that dialects merge) where what they introduce is on no list.
_BLURRED_FROM, _CUE, _SURE_CUE = 3, 0.88, 0.95


@dataclass(frozen=True, slots=True)
class NameSpot:
    """A known name where it was heard. `rivals`: others that fit there, with their scores.

    `introduced` tells whether words that introduce such a name stand before it.
    """

    match: Match
    rivals: tuple[Match, ...]
    introduced: bool

    @property
    def margin(self) -> float:
        """How much better the name fits than the best of its rivals (1.0 where there is none)."""
        best = max((rival.score for rival in self.rivals), default=self.match.score - 1.0)
        return self.match.score - best


@dataclass(frozen=True, slots=True)
class Mention:
    """Something that stands where a name stands and is built like one."""

    text: str
    begin: int
    end: int


@cache
def words() -> Any:
    """The words around elements, by element (elements.yaml)."""
    return read_yaml(__package__, "elements.yaml")


@cache
def _surnames() -> frozenset[str]:
    return frozenset(s for name in words()["surnames"] for s in in_context(name))


@cache
def _cue_sounds(element: str, kind: str) -> tuple[tuple[str, ...], ...]:
    found = {in_context(phrase) for phrase in words()[element][kind]}
    return tuple(sorted(found, key=lambda s: (-len(s), s)))


def cue_at(heard: Heard, at: int, cues: Iterable[Sequence[str]], similarity: float = _CUE) -> int:
    """How many characters a cue takes that begins at a place (the longest); 0 where none does."""
    for cue in cues:
        said = heard.syllables[at : at + len(cue)]
        if len(said) < len(cue):
            continue
        alike = sum(likeness(a, b) for a, b in zip(said, cue, strict=True)) / len(cue)
        if alike >= (similarity if len(cue) >= _BLURRED_FROM else 1.0):
            return len(cue)
    return 0


def introduced(
    heard: Heard, element: str, how: str = "introduce", similarity: float = _CUE
) -> list[int]:
    """Where the words that introduce an element end, in order."""
    cues = _cue_sounds(element, how)
    found = []
    at = 0
    while at < len(heard.syllables):
        length = cue_at(heard, at, cues, similarity)
        if length:
            found.append(at + length)
        at += length or 1
    return found


def between_cues(heard: Heard) -> list[tuple[int, int]]:
    """Stretches without words that introduce an element: where something else may be said.

    Words for “the place is” sound nearly like a time of day, and stand in most statements.
    """
    cues = [cue for name in INTRODUCED for cue in _cue_sounds(name, "introduce")]
    cues = [cue for cue in cues if len(cue) >= _BLURRED_FROM]
    found, begin, at = list[tuple[int, int]](), 0, 0
    while at < len(heard.syllables):
        length = cue_at(heard, at, cues)
        if length:
            found.append((begin, at))
            begin = at + length
        at += length or 1
    return [run for run in (*found, (begin, len(heard.text))) if run[1] > run[0]]


def spots(
    heard: Heard, known: Sequence[str], element: str, min_score: float
) -> tuple[NameSpot, ...]:
    """Every place where one of the known names fits at least so well, in order.

    Of names on the same characters the best one stands, the others are its rivals.
    """
    found = [m for name in known for m in _all(name, heard, min_score, 0, len(heard.text))]
    starts = introduced(heard, element)
    taken: list[Match] = []
    for match in sorted(found, key=lambda m: (-m.score, m.begin, m.value)):
        if not any(match.meets(other) for other in taken):
            taken.append(match)
    ends = sorted((m.end for m in taken), reverse=True)
    return tuple(
        NameSpot(
            match,
            tuple(r for r in found if r.value != match.value and r.meets(match)),
            _follows(match.begin, [*starts, *ends]) or _precedes(match.end, taken),
        )
        for match in sorted(taken, key=lambda m: m.begin)
    )


def _follows(begin: int, starts: Iterable[int]) -> bool:
    """Whether a place stands close behind a cue or another name."""
    return any(0 <= begin - start <= _REACH for start in starts if start <= begin)


def _precedes(end: int, others: Iterable[Match]) -> bool:
    """Whether another name follows at once: of two in a row the first may be misheard."""
    return any(0 < other.begin - end <= _NEXT for other in others)


def _all(name: str, heard: Heard, min_score: float, begin: int, end: int) -> list[Match]:
    best = find_name(name, heard, begin, end)
    if best.score < min_score or best.end <= best.begin:
        return []
    before = _all(name, heard, min_score, begin, best.begin)
    return [*before, best, *_all(name, heard, min_score, best.end, end)]


def mentions(heard: Heard, element: str, how: str = "introduce") -> tuple[Mention, ...]:
    """What is introduced as a name and begins with a family name, in order, each once."""
    found: dict[int, Mention] = {}
    for start in introduced(heard, element, how, _SURE_CUE):
        at = start
        while (mention := _name_at(heard, _skip(heard, at, element))) is not None:
            if _never(heard, mention.begin, element):
                break
            found.setdefault(mention.begin, mention)
            if not _joined(heard, mention.end):
                break
            at = mention.end
    kept: list[Mention] = []
    for mention in sorted(found.values(), key=lambda m: m.begin):
        if not kept or mention.begin >= kept[-1].end:
            kept.append(mention)
    return tuple(kept)


def neighbours(heard: Heard, beside: Match, name: str) -> list[Match]:
    """How well a name fits right before and right behind another one, with a mark or a joining
    word between them at most."""
    size = len(sounds(name))
    found = []
    for gap in range(_NEXT + 1):
        for begin in (beside.end + gap, beside.begin - gap - size):
            between = heard.text[beside.end : begin] or heard.text[begin + size : beside.begin]
            joins = {*MARKS, *words()["officers"]["joins"], ""}
            if begin >= 0 and begin + size <= len(heard.text) and between in joins:
                found.append(find_name(name, heard, begin, begin + size))
    return [match for match in found if match.end > match.begin]


def _joined(heard: Heard, at: int) -> bool:
    """Whether a mark or a joining word stands here: only then another name may follow."""
    rest = heard.text[at:]
    return rest[:1] in MARKS or any(rest.startswith(word) for word in words()["officers"]["joins"])


def surname_and_title(heard: Heard, name: str) -> Mention | None:
    """Where somebody is called by family name and title instead of a name."""
    titles = _cue_sounds("target", "titles")
    for at in _family(heard, name):
        if length := _exact_at(heard, at + 1, titles):
            return Mention(heard.text[at : at + 1 + length], at, at + 1 + length)
    return None


def old_and_surname(heard: Heard, name: str) -> Mention | None:
    """Where somebody may be called “old” and a family name: any two words of that sound."""
    for at in _family(heard, name):
        if heard.syllables[at - 1 : at] == ("lao",):
            return Mention(heard.text[at - 1 : at + 1], at - 1, at + 1)
    return None


def _family(heard: Heard, name: str) -> list[int]:
    family = in_context(name)[0]
    return [at for at, syllable in enumerate(heard.syllables) if syllable == family]


def _skip(heard: Heard, at: int, element: str) -> int:
    """Past marks and words that may stand between an introduction and a name."""
    fillers = _cue_sounds(element, "fillers")
    limit = at + _REACH
    while at < min(limit, len(heard.text)):
        if heard.text[at] in MARKS:
            at += 1
        elif length := _filler_at(heard, at, fillers):
            at += length
        else:
            break
    return at


def _filler_at(heard: Heard, at: int, fillers: Iterable[Sequence[str]]) -> int:
    """How many characters a filler takes here. One of a single syllable must be written so: many
    family names sound like one."""
    length = _exact_at(heard, at, (f for f in fillers if len(f) > 1))
    single = heard.text[at] in words()["officers"]["fillers"]
    return length or (1 if single else 0)


def _exact_at(heard: Heard, at: int, cues: Iterable[Sequence[str]]) -> int:
    return next((len(c) for c in cues if heard.syllables[at : at + len(c)] == tuple(c)), 0)


def _never(heard: Heard, at: int, element: str) -> bool:
    """Whether words stand here with which no name begins, or ones that introduce an element."""
    text = heard.text[at:]
    never = (*words()[element]["never"], *(w for w in words()["no_name"] if len(w) > 1))
    if text.startswith(never):
        return True
    cues = [cue for name in INTRODUCED for cue in _cue_sounds(name, "introduce")]
    return cue_at(heard, at, (cue for cue in cues if len(cue) >= _BLURRED_FROM)) > 0


def ends_here(heard: Heard, at: int) -> bool:
    """Whether a name may end before a character: nothing follows that makes it other words.

    “We are those of the township” is told like a name, and ends otherwise.
    """
    if at >= len(heard.text) or _joined(heard, at):
        return True
    end = next((n for n in range(at, len(heard.text)) if heard.text[n] in MARKS), len(heard.text))
    if heard.text[:end].endswith(tuple(words()["officers"]["described"])):
        return False
    return heard.text.startswith(tuple(words()["officers"]["follow"]), at)


def _name_at(heard: Heard, at: int) -> Mention | None:
    """A name of two or three characters that begins here: up to a mark or a joining word."""
    if at >= len(heard.syllables) or heard.syllables[at] not in _surnames():
        return None
    end = at + 1
    while end < len(heard.text) and end - at < 3 and not _stops(heard, end, at):
        end += 1
    if end - at < 2 or any(not "\u4e00" <= char <= "\u9fff" for char in heard.text[at:end]):
        return None
    return Mention(heard.text[at:end], at, end)


def _stops(heard: Heard, at: int, begin: int) -> bool:
    if heard.text[at] in MARKS or heard.text.startswith(tuple(words()["no_name"]), at):
        return True
    joins = words()["officers"]["joins"]
    return at - begin >= 2 and any(heard.text.startswith(word, at) for word in joins)


def same_sound(one: str, other: str, at_least: float) -> bool:
    """Whether sound can't tell two names apart: as many syllables, each alike enough."""
    first, second = sounds(one), sounds(other)
    if len(first) != len(second):
        return False
    return all(likeness(a, b) >= at_least for a, b in zip(first, second, strict=True))
