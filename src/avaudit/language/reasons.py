"""A reason said aloud for an interruption: which kind it is, and how surely it is meant as one.

Words of a reason alone prove little: people talk of rain and of batteries. They are a reason where
the interruption itself, or what has just happened, is spoken of close by.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from avaudit.language.match import Match
from avaudit.language.wording import Stretch, places

#: The kind of a reason that is given as one, and is none of those that have words.
OTHER = "other"


@dataclass(frozen=True, slots=True)
class ReasonWords:
    """What reasons are told by.

    `reasons` has the words of each kind; `interruption` speaks of recording that stopped or goes
    on again, `because` introduces a reason, `just_now` what has just happened.
    """

    reasons: Mapping[str, Sequence[str]]
    interruption: Sequence[str]
    because: Sequence[str]
    just_now: Sequence[str]


@dataclass(frozen=True, slots=True)
class SpokenReason:
    """A reason at characters `[begin, end)`; `sure` where it is said to be one. Score 0 to 1."""

    kind: str
    sure: bool
    begin: int
    end: int
    score: float


def spoken_reason(
    stretch: Stretch, words: ReasonWords, min_score: float, reach: int
) -> SpokenReason | None:
    """The reason in a stretch; words at most `reach` characters apart belong together.

    Of several reasons the one closest to what it is the reason of; None where there is none.
    """
    interruption = places(words.interruption, stretch, min_score)
    because = places(words.because, stretch, min_score)
    just_now = places(words.just_now, stretch, min_score)
    of_kinds = [
        (kind, match)
        for kind, phrases in words.reasons.items()
        for match in places(phrases, stretch, min_score)
    ]
    context = (*interruption, *just_now)
    return (
        _closest(of_kinds, context, reach)
        or _closest([(OTHER, match) for match in because], interruption, reach)
        or _unsure(of_kinds)
        or _unsure([(OTHER, m) for m in just_now if _near(m, interruption, reach)])
    )


def _closest(
    reasons: Iterable[tuple[str, Match]], context: Sequence[Match], reach: int
) -> SpokenReason | None:
    """The reason that stands closest to its context, with that context."""
    pairs = [
        (_apart(match, other), match.begin, kind, match, other)
        for kind, match in reasons
        for other in context
        if _apart(match, other) <= reach
    ]
    if not pairs:
        return None
    _, _, kind, match, other = min(pairs, key=lambda pair: pair[:3])
    score = min(match.score, other.score)
    begin, end = min(match.begin, other.begin), max(match.end, other.end)
    return SpokenReason(kind, True, begin, end, score)


def _near(match: Match, others: Iterable[Match], reach: int) -> bool:
    return any(_apart(match, other) <= reach for other in others)


def _apart(one: Match, other: Match) -> int:
    """Characters between two places; 0 where they meet."""
    return max(0, other.begin - one.end, one.begin - other.end)


def _unsure(reasons: Sequence[tuple[str, Match]]) -> SpokenReason | None:
    if not reasons:
        return None
    kind, match = min(reasons, key=lambda reason: reason[1].begin)
    return SpokenReason(kind, False, match.begin, match.end, match.score)
