"""Find the opening statement (Article 14) in what was heard: which elements are introduced, when.

Only cues are looked for here (words that introduce an element), by sound, in the blind transcript.
What the elements say is not judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from avaudit.domain.signal import Segment
from avaudit.domain.time import Span, merge
from avaudit.language.heard import characters
from avaudit.language.sound import in_context, likeness
from avaudit.packaged import read_yaml

#: The elements of Article 14, in the order in which it names them.
ELEMENTS = ("time", "place", "officers", "cause", "target", "stage", "notice")

#: A statement is one piece of speech: its cues lie within this many seconds.
STATEMENT_S = 60.0
_EXACT_LENGTH = 2
#: A statement goes on as long as its last cue is no older than so many seconds.
_RECENT_S, _SIMILARITY = 20.0, 0.8
#: A cue at most so many seconds after the one before belongs to the same statement.
_CHAINED_S, _BEFORE_S, _AROUND_S = 12.0, 16.0, 16.0


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue as heard: the element it introduces, the words, their span, 0 to 1 by sound."""

    element: str
    heard: str
    span: Span
    similarity: float


@dataclass(frozen=True, slots=True)
class Statement:
    """Cues that lie together, the best one of each element, in the order in which they came."""

    cues: tuple[Cue, ...]

    @property
    def elements(self) -> tuple[str, ...]:
        said = {cue.element for cue in self.cues}
        return tuple(element for element in ELEMENTS if element in said)

    @property
    def span(self) -> Span:
        onset = min(cue.span.onset_s for cue in self.cues)
        return Span(onset, max(cue.span.offset_s for cue in self.cues))


@cache
def _cues() -> Mapping[str, tuple[tuple[tuple[str, ...], ...], tuple[re.Pattern[str], ...]]]:
    book = read_yaml(__package__, "statement_cues.yaml")
    return {
        element: (
            tuple(in_context(phrase) for phrase in entry["phrases"]),
            tuple(re.compile(pattern) for pattern in entry.get("patterns", ())),
        )
        for element, entry in book.items()
    }


def find_statement(segments: Iterable[Segment], min_similarity: float) -> Statement | None:
    """The stretch of speech with the most elements, the earliest where several are equal.

    `segments` in order of time; untrusted ones are left out. None where no cue is heard.
    """
    cues = sorted(
        (c for s in segments if s.trusted for c in cues_of(s, min_similarity)),
        key=lambda cue: cue.span,
    )
    best: tuple[Cue, ...] = ()
    for start in cues:
        together = _best_of_each(
            c for c in cues if 0 <= c.span.onset_s - start.span.onset_s <= STATEMENT_S
        )
        if len(together) > len(best):
            best = together
    return Statement(best) if best else None


@dataclass(frozen=True, slots=True)
class Region:
    """The stretch in which elements are looked for, and within it the statement's own words."""

    around: Span
    core: Span


def statement_region(
    segments: Sequence[Segment], window_s: float, min_similarity: float, min_elements: int
) -> Region | None:
    """Where elements of the statement are looked for; None where there is no statement.

    From shortly before the statement to shortly after its last cue, cues being chained as long as
    one follows another. Its core are the segments that introduce most of its elements one soon
    after the other, and what lies between them: talk that follows may hold a cue by chance.
    """
    statement = find_statement([s for s in segments if s.onset_s < window_s], min_similarity)
    if statement is None or len(statement.elements) < min_elements:
        return None
    own = _together(statement.cues)
    reached = [s for s in segments if Span(s.onset_s, s.offset_s).overlap_s(own) > 0]
    core = merge([own, *(Span(s.onset_s, s.offset_s) for s in reached)], STATEMENT_S)[0]
    offset = statement.span.offset_s
    cues = (c for s in segments if s.trusted for c in cues_of(s, min_similarity))
    for cue in sorted(cues, key=lambda cue: cue.span):
        if statement.span.onset_s <= cue.span.onset_s <= offset + _CHAINED_S:
            offset = max(offset, cue.span.offset_s)
    around = Span(max(0.0, statement.span.onset_s - _BEFORE_S), offset + _AROUND_S)
    # A segment is one breath of the recogniser's, up to half a minute: what reaches in belongs in.
    reaching = [s.onset_s for s in segments if s.trusted and _reaches(s, around)]
    return Region(Span(min([around.onset_s, *reaching]), around.offset_s), core)


def _together(cues: Sequence[Cue]) -> Span:
    """The span of those cues, given in order, that follow each other closely; of most of them."""
    groups: list[list[Cue]] = [[cues[0]]]
    for cue in cues[1:]:
        if cue.span.onset_s - groups[-1][-1].span.offset_s > _CHAINED_S:
            groups.append([])
        groups[-1].append(cue)
    most = max(len(group) for group in groups)
    return Statement(tuple(next(group for group in groups if len(group) == most))).span


def _reaches(segment: Segment, within: Span) -> bool:
    return Span(segment.onset_s, segment.offset_s).overlap_s(within) > 0


def goes_on(segments: Sequence[Segment], end_s: float) -> bool:
    """Whether a statement is still being made at a time: a cue of one was heard just before."""
    recent = (s for s in segments if s.trusted and s.offset_s >= end_s - _RECENT_S)
    cues = (cue for segment in recent for cue in cues_of(segment, _SIMILARITY))
    return any(cue.span.offset_s >= end_s - _RECENT_S for cue in cues)


def _best_of_each(cues: Iterable[Cue]) -> tuple[Cue, ...]:
    best: dict[str, Cue] = {}
    for cue in cues:
        if cue.element not in best or cue.similarity > best[cue.element].similarity:
            best[cue.element] = cue
    return tuple(sorted(best.values(), key=lambda cue: cue.span))


@lru_cache(maxsize=1024)  # every check of an element asks for the same segments'
def cues_of(segment: Segment, min_similarity: float) -> tuple[Cue, ...]:
    """All cues heard in one segment."""
    text, times, _ = characters(segment)
    heard = in_context(text)
    found: list[Cue] = []
    for element, (phrases, patterns) in _cues().items():
        for phrase in phrases:
            at, similarity = _best_place(heard, phrase)
            needed = 1.0 if len(phrase) <= _EXACT_LENGTH else min_similarity
            if similarity >= needed:
                found.append(_cue(element, text, times, at, at + len(phrase), similarity))
        for pattern in patterns:
            found += [_cue(element, text, times, *m.span(), 1.0) for m in pattern.finditer(text)]
    return tuple(found)


def _cue(
    element: str, text: str, times: Sequence[Span], begin: int, end: int, similarity: float
) -> Cue:
    onset = times[begin].onset_s
    span = Span(onset, max(onset, times[end - 1].offset_s))
    return Cue(element, text[begin:end], span, round(similarity, 3))


def _best_place(heard: Sequence[str], phrase: Sequence[str]) -> tuple[int, float]:
    """Where in what was heard a phrase fits best, and how well: mean likeness of syllables."""
    best_at, best = 0, 0.0
    for at in range(len(heard) - len(phrase) + 1):
        alike = sum(likeness(heard[at + k], p) for k, p in enumerate(phrase)) / len(phrase)
        if alike > best:
            best_at, best = at, alike
    return best_at, best
