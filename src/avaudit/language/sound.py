"""How Chinese text sounds: syllables without tones, and how alike two of them are.

Recognisers confuse characters that sound alike, and speakers of Jin and other northern dialects
merge sounds that Mandarin keeps apart. So texts are compared by syllable, with those confusions
counted as small differences, and others by how near their initials and finals are articulated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from pypinyin import Style, lazy_pinyin

from avaudit.packaged import read_yaml

#: Pairs that speakers of northern dialects, and recognisers with them, do not keep apart.
_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("h", "f"), ("r", "l"))
_FINALS = (("ang", "an"), ("eng", "en"), ("ing", "in"), ("ong", "en"), ("uang", "uan"))
_CONFUSED = 0.85

#: Initials by place and manner of articulation: of one group they differ by breath or voice only.
_GROUPS = (
    "bp", "dtl", "gkh", "nlr", "mn", "fh", ("z", "zh", "j"), ("c", "ch", "q"), ("s", "sh", "x"),
    ("j", "q", "x"), ("z", "c", "s"), ("zh", "ch", "sh", "r"), ("", "w", "y"),
)  # fmt: skip
_SAME_GROUP = 0.5
#: What an initial and a final weigh in a syllable; less alike than the last is not alike at all.
_INITIAL_WEIGHT, _LEAST = 0.45, 0.45

_INITIAL = re.compile("zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw]?")
_READ = dict(zip("0123456789", "零一二三四五六七八九", strict=True))
_TEENS = re.compile(r"(?<!\d)1(?=\d(?!\d))")


def syllables(text: str) -> tuple[str, ...]:
    """One toneless syllable (or the character itself, where it has none) for each character."""
    return tuple(lazy_pinyin(char, style=Style.NORMAL)[0].lower() for char in spoken_digits(text))


@lru_cache(maxsize=16384)  # what a register holds is compared with every recording
def in_context(text: str) -> tuple[str, ...]:
    """Syllables of a whole text, one for each character, heteronyms read by their words."""
    said = spoken_digits(text)
    found = tuple(lazy_pinyin(said, style=Style.NORMAL, errors=_apart))  # type: ignore[arg-type]  # documented: may give a list
    return found if len(found) == len(text) else syllables(text)


def readings(char: str) -> tuple[str, ...]:
    """Syllables that a character in use may also be read as: 藏 as cang and as zang.

    A recogniser writes a character for any of them, so in a name each counts. Empty for most.
    """
    return _heteronyms().get(char, ())


@cache
def _heteronyms() -> Mapping[str, tuple[str, ...]]:
    return {char: tuple(told) for char, told in read_yaml(__package__, "heteronyms.yaml").items()}


def spoken_digits(text: str) -> str:
    """Digits as they are read, one character for one: 18 as 十八, all others one by one."""
    teens = _TEENS.sub("十", text)
    return "".join(_READ.get(char, char) for char in teens)


def _apart(text: str) -> list[str]:
    """What has no sound (letters, marks) stands for itself, one by one."""
    return list(text.lower())


@lru_cache(maxsize=65536)
def likeness(one: str, other: str) -> float:
    """How alike two syllables sound: 1.0 the same, 0.85 commonly confused, 0.0 unlike.

    Initials are compared by place and manner of articulation, finals by the sounds they share.
    """
    if one == other:
        return 1.0
    first, second = merged(one), merged(other)
    if first == second:
        return _CONFUSED
    if not (first.isalpha() and first.isascii() and second.isalpha() and second.isascii()):
        return 0.0
    # As articulated, or as northern speakers merge them: an h is near a k, and near an f.
    alike = max(_alike(one, other), _alike(first, second))
    return round(alike * _CONFUSED, 3) if alike * _CONFUSED >= _LEAST else 0.0


def _alike(one: str, other: str) -> float:
    initials, finals = zip(_parts(one), _parts(other), strict=True)
    by_final = _finals_alike(*finals)
    return _INITIAL_WEIGHT * _initials_alike(*initials) + (1 - _INITIAL_WEIGHT) * by_final


def _parts(syllable: str) -> tuple[str, str]:
    match = _INITIAL.match(syllable)
    initial = match.group() if match else ""
    return initial, syllable[len(initial) :]


def _initials_alike(one: str, other: str) -> float:
    if one == other:
        return 1.0
    return _SAME_GROUP if any(one in group and other in group for group in _GROUPS) else 0.0


def _finals_alike(one: str, other: str) -> float:
    """The share of sounds that two finals have in common, from both ends."""
    if one == other:
        return 1.0
    longest = max(len(one), len(other))
    common = 0
    while common < min(len(one), len(other)) and one[common] == other[common]:
        common += 1
    ending = 0
    while ending < min(len(one), len(other)) - common and one[-1 - ending] == other[-1 - ending]:
        ending += 1
    return (common + ending) / longest if longest else 1.0


def merged(syllable: str) -> str:
    """A syllable without the distinctions that northern dialects do not make."""
    for apart, merged in _INITIALS:
        if syllable.startswith(apart):
            syllable = merged + syllable[len(apart) :]
            break
    for apart, merged in _FINALS:
        if syllable.endswith(apart):
            return syllable[: -len(apart)] + merged
    return syllable
