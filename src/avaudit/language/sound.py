"""How Chinese text sounds: syllables without tones, and how alike two of them are.

Recognisers confuse characters that sound alike, and speakers of Jin and other northern dialects
merge sounds that Mandarin keeps apart. So texts are compared by syllable, with those confusions
counted as small differences.
"""

from __future__ import annotations

from functools import lru_cache

from pypinyin import Style, lazy_pinyin
from rapidfuzz.distance import Levenshtein

#: Pairs that speakers of northern dialects, and recognisers with them, do not keep apart.
_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("h", "f"), ("r", "l"))
_FINALS = (("ang", "an"), ("eng", "en"), ("ing", "in"), ("ong", "en"), ("uang", "uan"))
_CONFUSED, _MAX_LETTERS_APART = 0.85, 0.5


def syllables(text: str) -> tuple[str, ...]:
    """One toneless syllable (or the character itself, where it has none) for each character."""
    return tuple(lazy_pinyin(char, style=Style.NORMAL)[0].lower() for char in text)


def in_context(text: str) -> tuple[str, ...]:
    """Syllables of a whole text, one for each character, heteronyms read by their words."""
    found = tuple(lazy_pinyin(text, style=Style.NORMAL, errors=_apart))  # type: ignore[arg-type]  # documented: may give a list
    return found if len(found) == len(text) else syllables(text)


def _apart(text: str) -> list[str]:
    """What has no sound (digits, letters, marks) stands for itself, one by one."""
    return list(text.lower())


@lru_cache(maxsize=65536)
def likeness(one: str, other: str) -> float:
    """How alike two syllables sound: 1.0 the same, 0.85 commonly confused, 0.0 unlike."""
    if one == other:
        return 1.0
    if _merged(one) == _merged(other):
        return _CONFUSED
    alike = Levenshtein.normalized_similarity(one, other)
    return alike * _CONFUSED if alike > _MAX_LETTERS_APART else 0.0


def _merged(syllable: str) -> str:
    for apart, merged in _INITIALS:
        if syllable.startswith(apart):
            syllable = merged + syllable[len(apart) :]
            break
    for apart, merged in _FINALS:
        if syllable.endswith(apart):
            return syllable[: -len(apart)] + merged
    return syllable
