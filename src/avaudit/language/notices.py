"""Notices in what was heard: that people are told that they are recorded, or hints of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from avaudit.language.heard import Heard
from avaudit.language.match import MARKS, Match, find, nearly_pairs, sounds
from avaudit.language.naming import words
from avaudit.language.sound import in_context

#: Of phrases of at most so many syllables none may sound quite otherwise: what they must score.
_FEW, _NEARLY, _PAIR = 3, 0.9, 2
#: What says that a word for recording is none stands at most so many characters before it.
_LEAD = 4


def heard_notice(
    heard: Heard, min_similarity: float, besides: Iterable[tuple[int, int]] = ()
) -> Match | None:
    """Where people are told that they are recorded, if they are; not where something else is."""
    taken = sorted(besides)
    free = _between(taken, len(heard.text))
    found = [find(phrase, heard, *part) for phrase in words()["notice"]["phrases"] for part in free]
    good = [m for m in found if m.score >= max(min_similarity, _sure(m.value))]
    good += [m for m in recording_at(heard) if not _within(m, taken)]
    return max(good, key=lambda m: (m.score, len(m.value)), default=None)


def notices_likely(
    heard: Heard, min_similarity: float, besides: Iterable[tuple[int, int]] = ()
) -> list[Match]:
    """Phrases that were said less surely, in order: short ones may be quite other words."""
    free = _between(sorted(besides), len(heard.text))
    found = [find(phrase, heard, *part) for phrase in words()["notice"]["phrases"] for part in free]
    good = (
        m
        for m in found
        if m.score >= (_NEARLY if len(sounds(m.value)) <= _PAIR else min_similarity)
    )
    return sorted(good, key=lambda m: (-m.score, -len(m.value), m.begin))


def _sure(phrase: str) -> float:
    """What a phrase must score by its length: of few syllables none may sound quite otherwise."""
    return _NEARLY if len(sounds(phrase)) <= _FEW else 0.0


def hinted_notices(heard: Heard, besides: Iterable[tuple[int, int]] = ()) -> list[Match]:
    """Words that may have been part of telling people that they are recorded, in order.

    What notices are made of, and what sounds nearly like a word for recording (with a score of
    less than 1.0). What only sounds like the former needs a syllable of recording in its clause.
    """
    taken = sorted(besides)
    hints = [m for m in recording_at(heard, "hints") if _written(heard, m) or _sign(heard, m)]
    hints += [m for m in recording_at(heard, "last") if _ends_clause(heard, m)]
    found = [*hints, *nearly_pairs(recording_words(), heard)]
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


def _ends_clause(heard: Heard, match: Match) -> bool:
    return match.end == len(heard.text) or heard.text[match.end] in MARKS


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


def recording_at(heard: Heard, which: str = "words") -> list[Match]:
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
