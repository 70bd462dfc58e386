"""Weigh cues together: where several point at one place, and what concerns the file as a whole.

Cues of one group fail together (an encoder that restarts breaks all of its counters), so that only
the strongest of each group counts at a place. Groups fail independently, and their weights, which
are logarithms of likelihood ratios, add up (Good, "Probability and the Weighing of Evidence",
1950; Ramos and Gonzalez-Rodriguez, "Reliable support", Forensic Science International 230, 2013,
on why a weight must not exceed what the number of files behind it can carry).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from avaudit.domain.cue import Cue, CueGroup, Cues, Weights
from avaudit.domain.time import Span

#: Groups whose cues lie in the recording's own structure and time: one of them has to agree.
STRUCTURAL = frozenset({CueGroup.TIMELINE, CueGroup.BITSTREAM, CueGroup.CLOCK})


@dataclass(frozen=True, slots=True)
class Weighed:
    """A cue and its weight: the natural logarithm of a likelihood ratio."""

    cue: Cue
    weight: float


@dataclass(frozen=True, slots=True)
class Place:
    """Cues that point at one place of the recording (`span`), or at all of it (None)."""

    span: Span | None
    cues: tuple[Weighed, ...]

    @property
    def groups(self) -> Mapping[CueGroup, float]:
        """The strongest weight of each group, strongest first."""
        best: dict[CueGroup, float] = {}
        for one in self.cues:
            best[one.cue.group] = max(one.weight, best.get(one.cue.group, 0.0))
        return dict(sorted(best.items(), key=lambda pair: (-pair[1], pair[0])))

    @property
    def total(self) -> float:
        """The weights of the groups together."""
        return sum(self.groups.values())


def whole_file(cues: Cues, weights: Weights) -> Place | None:
    """What speaks for the file as a whole having been processed; None where nothing does."""
    found = _weighed((cue for cue in cues.cues if cue.span is None), weights)
    return Place(None, tuple(found)) if found else None


def places(cues: Cues, weights: Weights, apart_s: float) -> tuple[Place, ...]:
    """Where cues point at, in order of time. Those of one place lie at most `apart_s` apart.

    The strongest cue makes a place and takes those beside it; then the strongest that is left. A
    cue that is narrower than another tells better where: the place is the narrowest span of its
    heaviest group.
    """
    left = _weighed((cue for cue in cues.cues if cue.span is not None), weights)
    left.sort(key=lambda one: (-one.weight, _span(one).length_s, _span(one).onset_s))
    found: list[Place] = []
    while left:
        at = _span(left[0])
        here = [one for one in left if _distance_s(at, _span(one)) <= apart_s]
        left = [one for one in left if one not in here]
        found.append(Place(_narrowest(here), tuple(here)))
    return tuple(sorted(found, key=lambda place: place.span or at))


def _weighed(cues: Iterable[Cue], weights: Weights) -> list[Weighed]:
    weighed = [Weighed(cue, weights.of(cue)) for cue in cues]
    return sorted((one for one in weighed if one.weight > 0), key=lambda one: -one.weight)


def _span(one: Weighed) -> Span:
    if one.cue.span is None:
        raise ValueError("a cue of the whole file has no place")
    return one.cue.span


def _distance_s(one: Span, other: Span) -> float:
    return max(0.0, one.onset_s - other.offset_s, other.onset_s - one.offset_s)


def _narrowest(here: Sequence[Weighed]) -> Span:
    structural = [one for one in here if one.cue.group in STRUCTURAL]
    spans = [_span(one) for one in structural or here]
    return min(spans, key=lambda span: (span.length_s, span.onset_s))
