"""Stages of enforcement in what was heard: named, announced, or hinted at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from avaudit.language.heard import PAUSE, Heard
from avaudit.language.match import MARKS, Match, find, nearly_pairs, sounds
from avaudit.language.naming import words
from avaudit.language.sound import likeness

#: Names of at most so many syllables must sound exact to be heard at all.
_SHORT = 2


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
    elif name in words()["stages_written"]:
        places = (at for at in places if heard.text.startswith(name, at))
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

    What is called by no such name is the stage whose longest name stands in it.
    """
    within = [(len(name), names) for names in words()["stages"] for name in names if name in stage]
    _, same = max(within, key=lambda found: found[0], default=(0, ()))
    return [stage, *(name for name in same if name != stage)]


def hinted_stages(names: Iterable[str], heard: Heard) -> list[Match]:
    """What may have been one of a stage's names, in order: a part of it or what is said to be
    carried out (with a score of 0.5), or what sounds nearly like it (with more)."""
    names = tuple(names)
    parts = {part for name in names for part in _stage_parts(name)}
    found = [
        Match(part, m.start(), m.end(), 0.5)
        for part in parts for m in re.finditer(part, _without_common(heard.text))
    ]  # fmt: skip
    found += [Match("", m.start(), m.end(), 0.5) for m in _carried_out().finditer(heard.text)]
    return sorted([*found, *nearly_pairs(names, heard)], key=lambda m: (m.begin, m.value))


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
        text = text.replace(word, PAUSE * len(word))
    return text


@cache
def _carried_out() -> re.Pattern[str]:
    """Two characters at the end of a clause, of which it says that they are carried out."""
    said = "|".join(words()["stages_carried_out"])
    return re.compile(f"(?:{said})[\u4e00-\u9fff]{{2}}(?=[{re.escape(''.join(MARKS))}]|$)")
