"""What nothing explains: stretches of a statement that are none of what is usually said in one.

Before it is claimed that an element was left out, what was said has to be understood: words that
fit no element, no name, no number and no common phrase may be the element, badly recognised.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from avaudit.language.heard import Heard
from avaudit.language.match import MARKS
from avaudit.language.naming import cue_at, words
from avaudit.language.sound import in_context
from avaudit.packaged import read_yaml


@cache
def _phrases() -> tuple[tuple[str, ...], ...]:
    """All that introduces, joins or fills, by sound, the longest first; two syllables at least."""
    book, cues = words(), read_yaml(__package__, "statement_cues.yaml")
    texts = [*book["general"], *(phrase for entry in cues.values() for phrase in entry["phrases"])]
    for element in ("officers", "target", "place", "cause"):
        entry = book[element]
        texts += [text for kind, texts_ in entry.items() if kind != "never" for text in texts_]
    texts += [name for names in book["stages"] for name in names]
    texts += [*book["notice"]["phrases"], *book["notice"]["words"]]
    found = {in_context(text) for text in texts if len(text) > 1}
    return tuple(sorted(found, key=lambda s: (-len(s), s)))


@cache
def _single() -> frozenset[str]:
    book = words()
    texts = [*book["general"], *book["officers"]["fillers"], *book["target"]["fillers"],
             *book["officers"]["joins"], *book["place"]["leads"]]  # fmt: skip
    return frozenset(text for text in texts if len(text) == 1)


def telling(value: str) -> tuple[str, ...]:
    """The syllables of a cause that tell what it is about: without what is said in many."""
    for word in sorted(words()["cause"]["common"], key=len, reverse=True):
        value = value.replace(word, "，")
    return tuple(s for s in in_context(value) if s not in MARKS)


def unexplained(
    heard: Heard, taken: Iterable[tuple[int, int]], at_least: int
) -> list[tuple[int, int]]:
    """Stretches with so many characters that are neither `taken` nor common, in order.

    A stretch ends at a mark or a pause, or where two characters in a row are explained: a single
    one in between (a copula, a particle) may belong to anything. Digits and letters explain
    themselves, and so do clauses that ask somebody for something, and names of organisations.
    """
    free = [not (char in MARKS or char.isascii()) for char in heard.text]
    for begin, end in taken:
        free[begin:end] = [False] * len(free[begin:end])
    at = 0
    while at < len(free):
        length = cue_at(heard, at, _phrases())
        if not length and heard.text[at] in _single():
            length = 1
        free[at : at + length] = [False] * length
        at += length or 1
    for begin, end in _clauses(heard):
        if heard.text.startswith(tuple(words()["requests"]), begin):
            free[begin:end] = [False] * (end - begin)
    bridges = _bridges(heard, free)
    return [
        run for run in _runs(bridges)
        if sum(free[slice(*run)]) >= at_least and not _organisation(heard, run)
    ]  # fmt: skip


def _clauses(heard: Heard) -> list[tuple[int, int]]:
    """Stretches between two marks or pauses, in order."""
    return _runs([char not in MARKS for char in heard.text])


def _organisation(heard: Heard, run: tuple[int, int]) -> bool:
    """Whether a stretch ends, or goes on, as the name of an organisation: who sent the officers."""
    return any(heard.text.startswith(word, at) for word in words()["organisations"]
               for at in range(run[1] - len(word), run[1] + 1))  # fmt: skip


def _bridges(heard: Heard, free: list[bool]) -> list[bool]:
    """What is free, with what stands between that is no mark: one character, or a short number."""
    held = _runs(
        [not one and char not in MARKS for one, char in zip(free, heard.text, strict=True)]
    )
    short = (
        (begin, end) for begin, end in held
        if end - begin == 1 or (heard.text[begin:end].isdigit() and end - begin <= _NUMBER)
    )  # fmt: skip
    inner = {at for begin, end in short if free[begin - 1 : begin] == free[end : end + 1] == [True]
             for at in range(begin, end)}  # fmt: skip
    return [one or at in inner for at, one in enumerate(free)]


#: A number of so few digits may stand in the middle of anything; a longer one is a date, a phone's.
_NUMBER = 3


def _runs(free: list[bool]) -> list[tuple[int, int]]:
    found, begin = list[tuple[int, int]](), 0
    for at, one in enumerate([*free, False]):
        if not one:
            if at > begin:
                found.append((begin, at))
            begin = at + 1
    return found
