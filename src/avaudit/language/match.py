"""Find an expected value in what was heard, by sound: where it fits best, and how well.

The value's syllables are aligned with a stretch of the heard ones (semi-global alignment, after
Sellers 1980): each pair counts as alike as it sounds, a syllable that is not said counts nothing,
one that is said in between costs a little.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise

from avaudit.language.heard import PAUSE, Heard
from avaudit.language.sound import in_context, likeness, merged, readings

#: What a syllable (or a mark or pause) in between costs.
_INSERTED, _MARK = 0.35, 0.05
MARKS = frozenset(PAUSE + ",.。、？！?! ·:：;；“”\"'（）()《》-—")
#: A pair less alike than this counts as one left out and one put in.
_ALIKE = 0.3


@dataclass(frozen=True, slots=True)
class Match:
    """Where a value fits best: characters `[begin, end)`, and a score of 0 to 1."""

    value: str
    begin: int
    end: int
    score: float

    def meets(self, other: Match) -> bool:
        """Whether both lie on some of the same characters."""
        return self.begin < other.end and other.begin < self.end


@lru_cache(maxsize=4096)
def sounds(value: str) -> tuple[str, ...]:
    """The syllables of a value, marks left out."""
    return tuple(s for s in in_context(value) if s not in MARKS)


def find(value: str, heard: Heard, begin: int = 0, end: int | None = None) -> Match:
    """Where a value fits best in characters `[begin, end)`; the score is 0.0 where nowhere."""
    wanted = sounds(value)
    said = heard.syllables[begin:end]
    if not wanted or not said:
        return Match(value, begin, begin, 0.0)
    score, first, last = _align(wanted, said)
    return Match(value, begin + first, begin + last, round(max(0.0, score) / len(wanted), 3))


def widened(match: Match, heard: Heard) -> list[Match]:
    """A match, and where it lacks syllables of its value also with the characters in their stead.

    A syllable at either end that sounds quite otherwise is left out of a match; what was heard
    there is part of the place all the same.
    """
    wanted = sounds(match.value)
    lacking = len(wanted) - (match.end - match.begin)
    if lacking <= 0 or match.end <= match.begin:
        return [match]
    first = likeness(wanted[0], heard.syllables[match.begin]) >= _ALIKE
    last = likeness(wanted[-1], heard.syllables[match.end - 1]) >= _ALIKE
    sides = [0] if first and not last else [lacking] if last and not first else [0, lacking]
    wider = [(match.begin - left, match.end + lacking - left) for left in sides]
    return [match] + [
        Match(match.value, begin, end, match.score) for begin, end in wider
        if begin >= 0 and end <= len(heard.text) and not MARKS & {*heard.text[begin:end]}
    ]  # fmt: skip


def _align(wanted: Sequence[str], said: Sequence[str]) -> tuple[float, int, int]:
    """Best score of a whole value against any stretch, with the stretch's bounds."""
    row: list[tuple[float, int]] = [(0.0, at) for at in range(len(said) + 1)]
    for syllable in wanted:
        before, row = row, [(row[0][0], row[0][1])]
        for at, one in enumerate(said, 1):
            alike = likeness(syllable, one)
            paired = before[at - 1][0] + (alike if alike >= _ALIKE else -1.0)
            left_out = before[at][0]
            put_in = row[at - 1][0] - (_MARK if one in MARKS else _INSERTED)
            best = max(paired, left_out, put_in)
            origin = (
                before[at - 1] if best == paired else before[at] if best == left_out else row[-1]
            )
            row.append((best, origin[1]))
    last = max(range(len(row)), key=lambda at: (row[at][0], -at))
    return row[last][0], row[last][1], last


def alike(one: str, other: str) -> float:
    """How alike two values sound (0 to 1), syllable by syllable; of the longer one."""
    first, second = sounds(one), sounds(other)
    if not first or not second:
        return 0.0
    if len(first) < len(second):
        first, second = second, first
    score, _, _ = _align(first, second)
    return max(0.0, score) / len(first)


def alternatives(value: str) -> tuple[str, ...]:
    """What a register's cell names: the whole, and what stands before, and in, brackets."""
    parts = [part.strip() for part in re.split(r"[（）()；;、,，/]", value)]
    return tuple(dict.fromkeys(part for part in parts if part))


def _most_alike(syllable: str, heard: Heard, at: int) -> float:
    """How alike a syllable is to a heard character, as it is read there or anywhere else."""
    return max(likeness(syllable, s) for s in (heard.syllables[at], *readings(heard.text[at])))


def find_name(name: str, heard: Heard, begin: int = 0, end: int | None = None) -> Match:
    """Where a name fits best, syllable for syllable, on characters with no mark between them."""
    wanted = sounds(name)
    stop = len(heard.syllables) if end is None else end
    best = Match(name, begin, begin, 0.0)
    for at in range(begin, stop - len(wanted) + 1):
        alike = (_most_alike(one, heard, at + step) for step, one in enumerate(wanted))
        score = sum(alike) / len(wanted)
        if score > best.score + 1e-9 and not MARKS & set(heard.text[at : at + len(wanted)]):
            best = Match(name, at, at + len(wanted), round(score, 3))
    return best


def in_pieces(value: str, heard: Heard) -> Match:
    """Where the words of a value are said in any order, close together: the share of its syllables
    that pieces of two or more in a row make up there. Dialects' confusions count as the same."""
    wanted = [merged(s) for s in sounds(value)]
    said = [merged(s) for s in heard.syllables]
    room = len(wanted) + _ROOM
    best = Match(value, 0, 0, 0.0)
    for at in (n for n, syllable in enumerate(said) if syllable in wanted):
        pieces = _pieces(wanted, said[at : at + room])
        covered = sum(size for _, size in pieces)
        if covered > best.score * len(wanted) + 1e-9:
            end = at + max(begin + size for begin, size in pieces)
            best = Match(value, at, end, round(covered / len(wanted), 3))
    return best


def _pieces(wanted: list[str], said: list[str]) -> list[tuple[int, int]]:
    """Where pieces of the wanted syllables are said, longest first, with their lengths."""
    left, free, found = list(wanted), list(said), list[tuple[int, int]]()
    matcher = SequenceMatcher(None, autojunk=False)
    while True:
        matcher.set_seqs(left, free)
        piece = matcher.find_longest_match()
        if piece.size < _PIECE:
            return found
        found.append((piece.b, piece.size))
        left[piece.a : piece.a + piece.size] = [f"-{piece.a + n}" for n in range(piece.size)]
        free[piece.b : piece.b + piece.size] = [f"+{piece.b + n}" for n in range(piece.size)]


#: Words of a value stand within so many more syllables than it has, and are of two at least.
_ROOM, _PIECE = 6, 2

#: Syllables less alike than this are more than what dialects and recognisers commonly confuse.
_SAME = 0.85


def heard_whole(value: str, heard: Heard) -> bool:
    """Whether a value of three syllables at least was heard with every syllable sounding as it
    should, or as dialects and recognisers commonly confuse it."""
    return _run(sounds(value), heard, len(sounds(value)))


def heard_mostly(value: str, heard: Heard) -> bool:
    """Whether a value was heard whole, or five syllables in a row of a longer one were."""
    return _run(sounds(value), heard, min(_MOSTLY, len(sounds(value))))


def _run(wanted: Sequence[str], heard: Heard, length: int) -> bool:
    """Whether so many syllables in a row were heard as they should sound, marks left out."""
    said = [syllable for syllable in heard.syllables if syllable not in MARKS]
    if length < _WHOLE:
        return False
    return any(
        all(likeness(a, b) >= _SAME for a, b in zip(part, said[at : at + length], strict=True))
        for part in (wanted[begin : begin + length] for begin in range(len(wanted) - length + 1))
        for at in range(len(said) - length + 1)
    )


#: Shorter values fit somewhere by chance; of longer ones so many syllables tell enough.
_WHOLE, _MOSTLY = 3, 5


def nearly_pairs(texts: Iterable[str], heard: Heard) -> list[Match]:
    """Pairs of characters of which one sounds as in a word of two, and the other nearly so."""
    pairs = [(word, in_context(word)) for word in texts if len(word) == _PAIR]
    return [
        Match(word, at, at + _PAIR, round(alike, 3))
        for at, said in enumerate(pairwise(heard.syllables))
        for word, sound in pairs
        if sorted(a == b for a, b in zip(said, sound, strict=True)) == [False, True]
        and (alike := sum(map(likeness, said, sound)) / _PAIR) >= _HINTED
    ]


#: What a pair of syllables must reach to be the hint of a word.
_HINTED, _PAIR = 0.8, 2
