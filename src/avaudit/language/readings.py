"""Questions for a line-up: rival readings of a place in the transcript, and who won.

Made-up readings stand beside the expected one, so that winning means something: a recogniser finds
any name probable enough where it is the only one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from avaudit.domain.signal import Question, Ranking
from avaudit.language.heard import PAUSE, Heard
from avaudit.language.match import sounds
from avaudit.language.sound import in_context, likeness

#: So many characters before and after the place are kept: the model needs to find it.
_BEFORE, _AFTER = 8, 4
#: Sound beside the words, in seconds; a longer stretch than the last cannot be asked about.
_EDGE_S, _LONGEST_S = 0.3, 28.0
#: Words further apart than this are not one piece.
_PIECE_S = 1.5

#: Frequent characters of names, of many different syllables, to make up names with.
_FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余"
_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂文华建国志海春玉林兰红光福生荣德天守满仓长顺河有贵"
    "二牛秀小晓东方成才来喜花梅根宝财旺兴发水山石"
)
#: Of the made-up names, so many for each place; syllables more alike than this are no rivals.
_EACH, _TWIN = 4, 0.8


def question(heard: Heard, begin: int, end: int, readings: Iterable[str]) -> Question | None:
    """Ask which of some readings (and of what was heard) stands at characters `[begin, end)`.

    None where the place is too long, or there is nothing to choose between.
    """
    if not 0 <= begin < end <= len(heard.text):
        return None
    first, last = _reach(heard, begin, -1, _BEFORE), _reach(heard, end - 1, 1, _AFTER) + 1
    onset = max(0.0, heard.spans[first].onset_s - _EDGE_S)
    offset = heard.spans[last - 1].offset_s + _EDGE_S
    rivals = sorted({*readings, heard.text[begin:end]})
    if len(rivals) < 2 or offset - onset > _LONGEST_S:
        return None
    before, after = heard.text[first:begin], heard.text[end:last]
    return Question(round(onset, 2), round(offset, 2), before, after, tuple(rivals))


def _reach(heard: Heard, at: int, step: int, most: int) -> int:
    """The furthest character in a direction that still belongs to the same piece of speech."""
    for _ in range(most):
        beyond = at + step
        if not 0 <= beyond < len(heard.text):
            break
        gap = heard.spans[max(at, beyond)].onset_s - heard.spans[min(at, beyond)].offset_s
        if gap > _PIECE_S:
            break
        at = beyond
    while heard.text[at] == PAUSE and step < 0:
        at += 1
    return at


def made_up(name: str) -> list[str]:
    """Names that differ from one in a single syllable: near ones and far ones, always the same."""
    own = in_context(name)
    found = []
    for at, syllable in enumerate(own):
        pool = _FAMILY if at == 0 else _GIVEN
        rivals = {in_context(char)[0]: char for char in reversed(pool)}
        apart = [(likeness(syllable, s), s) for s in rivals if likeness(syllable, s) < _TWIN]
        apart.sort(key=lambda pair: (-pair[0], pair[1]))
        chosen = apart[:_EACH] + apart[_EACH :: max(1, len(apart) // _EACH)]
        found += [name[:at] + rivals[s] + name[at + 1 :] for _, s in chosen]
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """How a reading came out of a line-up, in natural logarithms of probability.

    `lead`: before the best of its rivals, what was heard not among them. `behind`: what was heard
    is the recogniser's own favourite; so much less probable, a character, is the reading.
    `reading`: the best of those that mean the same.
    """

    lead: float
    behind: float
    reading: str


def standing(ranking: Ranking, own: Collection[str], heard_as: str) -> Standing:
    """The standing of a reading, or of the best of several that mean the same.

    Where one of them sounds like what was heard, that speaks for it as well. Raises `ValueError`
    where none of them was in the line-up.
    """
    scores = dict(zip(ranking.question.readings, ranking.log_probabilities, strict=True))
    mine, reading = max((scores[one], one) for one in own if one in scores)
    favourite = scores[heard_as]
    rivals = [score for one, score in scores.items() if one not in own and one != heard_as]
    best = mine if all(apart(one, heard_as) for one in own) else max(mine, favourite)
    behind = (favourite - mine) / max(1, len(reading))
    return Standing(round(best - max(rivals, default=best), 2), round(behind, 2), reading)


def apart(one: str, other: str) -> bool:
    """Whether two readings can be told apart by their syllables."""
    first, second = sounds(one), sounds(other)
    if len(first) != len(second):
        return True
    return any(likeness(a, b) < _TWIN for a, b in zip(first, second, strict=True))
