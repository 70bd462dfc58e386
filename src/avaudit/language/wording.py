"""Phrases of a list in what was heard: every place where one of them is said, by its sound.

Recognisers write any characters of the same sound, so long phrases are compared by sound with some
slack. Short ones fit somewhere by chance: they must sound nearly exact, without a pause in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from avaudit.language.heard import Heard
from avaudit.language.match import MARKS, Match, find, sounds
from avaudit.language.sound import likeness, merged

#: Phrases of at most so many syllables are short, and what those must score.
_SHORT, _NEARLY_EXACT = 3, 0.95
#: A longer phrase is looked for only where two of its syllables are said, give or take a dialect,
#: in a place at most so much longer than itself: nowhere else can it score enough.
_AT_LEAST, _LONGER = 2, 4


@dataclass(frozen=True, slots=True)
class Stretch:
    """Characters `[begin, end)` of what was heard: where phrases are looked for.

    `index` has their places by syllable, in order, without what dialects merge.
    """

    heard: Heard
    begin: int
    end: int
    index: Mapping[str, Sequence[int]]

    @property
    def text(self) -> str:
        """The characters of the stretch."""
        return self.heard.quote(self.begin, self.end)


def whole(heard: Heard) -> Stretch:
    """All that was heard."""
    return _stretch(heard, 0, len(heard.text))


def between(heard: Heard, onset_s: float, offset_s: float) -> Stretch:
    """What was said between two times, character by character: segments may go on across them."""
    inside = [n for n, span in enumerate(heard.spans) if onset_s <= span.onset_s < offset_s]
    return _stretch(heard, inside[0], inside[-1] + 1) if inside else _stretch(heard, 0, 0)


def _stretch(heard: Heard, begin: int, end: int) -> Stretch:
    index: dict[str, list[int]] = {}
    for at in range(begin, end):
        index.setdefault(merged(heard.syllables[at]), []).append(at)
    return Stretch(heard, begin, end, index)


def places(
    phrases: Iterable[str], stretch: Stretch, min_score: float,
    *, never: Iterable[str] = (), written: int = 1,
) -> tuple[Match, ...]:  # fmt: skip
    """Where the phrases are said, by place; of phrases on the same characters the best one.

    `never` are phrases, by their characters, that hold one of the others and mean something else:
    what meets one of them is left out. Phrases of at most `written` characters are compared by
    their characters.
    """
    innocent = [match for phrase in never for match in _written(phrase, stretch)]
    found = [
        match
        for phrase in phrases
        for match in _each(phrase, stretch, min_score, written)
        if not any(match.meets(other) for other in innocent)
    ]
    kept: list[Match] = []
    for match in sorted(found, key=lambda m: (-m.score, -len(m.value), m.begin)):
        if not any(match.meets(other) for other in kept):
            kept.append(match)
    return tuple(sorted(kept, key=lambda m: m.begin))


def _each(phrase: str, stretch: Stretch, min_score: float, written: int) -> Iterator[Match]:
    if len(phrase) <= written:
        return _written(phrase, stretch)
    if len(sounds(phrase)) <= _SHORT:
        return _exactly(phrase, stretch, max(min_score, _NEARLY_EXACT))
    return _sounding(phrase, stretch, min_score)


def _written(phrase: str, stretch: Stretch) -> Iterator[Match]:
    """Every place where the very characters of a phrase stand."""
    at = stretch.heard.text.find(phrase, stretch.begin, stretch.end)
    while at >= 0:
        yield Match(phrase, at, at + len(phrase), 1.0)
        at = stretch.heard.text.find(phrase, at + len(phrase), stretch.end)


def _exactly(phrase: str, stretch: Stretch, needed: float) -> Iterator[Match]:
    """Every place where a phrase is said syllable for syllable, with no mark between them."""
    wanted, heard = sounds(phrase), stretch.heard
    for at in stretch.index.get(merged(wanted[0]), ()):
        end = at + len(wanted)
        if end > stretch.end or MARKS & set(heard.text[at:end]):
            continue
        alike = sum(map(likeness, wanted, heard.syllables[at:end])) / len(wanted)
        if alike >= needed:
            yield Match(phrase, at, end, round(alike, 3))


def _sounding(phrase: str, stretch: Stretch, min_score: float) -> Iterator[Match]:
    """Every place where a phrase sounds so: the best one, then those before and after it."""
    waiting = _candidates(sounds(phrase), stretch)
    while waiting:
        begin, end = waiting.pop()
        best = find(phrase, stretch.heard, begin, end)
        if best.score >= min_score and best.end > best.begin:
            yield best
            waiting += [(begin, best.begin), (best.end, end)]


def _candidates(wanted: Sequence[str], stretch: Stretch) -> list[tuple[int, int]]:
    """Stretches of characters in which enough of a phrase's syllables are said, none meeting."""
    said = sorted({at for one in set(map(merged, wanted)) for at in stretch.index.get(one, ())})
    room = len(wanted) + _LONGER
    found: list[tuple[int, int]] = []
    for first, last in zip(said, said[_AT_LEAST - 1 :], strict=False):
        if last - first >= room:
            continue
        begin, end = max(stretch.begin, first - room), min(stretch.end, last + room)
        if found and begin <= found[-1][1]:
            found[-1] = found[-1][0], end
        else:
            found.append((begin, end))
    return found
