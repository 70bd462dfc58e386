"""What was said in a statement that is explained by nothing: it may be what seems to be missing."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from pydantic import Field

from avaudit.checks._declare import absence
from avaudit.checks._element import CODES, ElementParams, Opening
from avaudit.checks._values import values_heard
from avaudit.domain.finding import Measured
from avaudit.domain.register import Expected
from avaudit.domain.rule import Outcome
from avaudit.domain.time import Span, merge
from avaudit.language.match import (
    MARKS,
    Match,
    alternatives,
    find,
    heard_mostly,
    heard_whole,
    widened,
)
from avaudit.language.naming import spots
from avaudit.language.phrases import fits, place_core
from avaudit.language.residue import telling, unexplained
from avaudit.language.sound import merged

#: `other_words`: the register's value was not said, and words are left that nothing explains.
#: Whether it was left out or something else was said, a person has to hear.
LEFT_CODES = {**CODES, "other_words": absence(Outcome.REVIEW)}


class ResidueParams(ElementParams):
    """See `ElementParams`. In a statement with `unexplained` characters in a row that are neither
    common nor anything of the register's, no value is said to be absent. Beside it that counts
    only where the recogniser's words are less probable than `clear_probability`: what was clearly
    understood there is talk. From `explained_score` on (by sound) words are a value of another
    element. Where words from `doubt_probability` on are less like a value than `clear_score`,
    they are other words, unless it is nearly as probable. A value that is `refuted_behind` a
    character behind what was heard (natural logarithms) was not said there."""

    unexplained: int = Field(ge=2)
    explained_score: float = Field(gt=0, le=1)
    clear_score: float = Field(gt=0, le=1)
    doubt_probability: float = Field(gt=0, le=1)
    clear_probability: float = Field(gt=0, le=1)
    refuted_behind: float = Field(gt=0)


def absent(
    opening: Opening, expected: Expected, values: Collection[str], wanted: str,
    params: ResidueParams,
) -> Measured:  # fmt: skip
    """The answer where nothing like the `values` was heard: absent, or what else was said."""
    at = left_over(opening, expected, params)
    if at is None:
        return opening.answer("absent", expected=wanted)
    code = left_as(opening, at, values, expected, params)
    return opening.answer(code, at, value=opening.heard.quote(*at), expected=wanted)


def left_as(
    opening: Opening, at: tuple[int, int], values: Collection[str], expected: Expected,
    params: ResidueParams,
) -> str:  # fmt: skip
    """The code for characters `[begin, end)` that nothing explains: what they are is open, unless
    a line-up shows that they are none of the `values` that would be the element."""
    taken = tuple(_explained(opening, expected, params))
    return "other_words" if _refuted(opening, at, values, taken, params) else "unsure"


def _refuted(
    opening: Opening, at: tuple[int, int], values: Collection[str],
    taken: Collection[tuple[int, int]], params: ResidueParams,
) -> bool:  # fmt: skip
    """Whether no value is anywhere near as probable as what was heard: neither in place of the
    words that nothing explains, nor where the likeliest fit by sound and nothing else (`taken`) is
    said. False where it is not known.
    """
    fitting = (find(value, opening.heard) for value in values)
    likely = (
        m
        for m in fitting
        if m.score >= (_LIKELY if len(m.value) > _SHORT else _ALIKE)
        and not (len(m.value) <= _ONE_BREATH and _paused(opening, m))
        and 2 * _shared(m, taken) < m.end - m.begin
    )
    likeliest = sorted(likely, key=lambda m: (-m.score, m.value))
    places = [(at, values)]
    for match in likeliest[:_LIKELIEST]:
        places += [((m.begin, m.end), (m.value,)) for m in widened(match, opening.heard)]
    told = [opening.settles(place, own, ()) for place, own in places]
    return bool(values) and all(how and how.behind >= params.refuted_behind for how in told)


def _shared(match: Match, taken: Collection[tuple[int, int]]) -> int:
    """How many of a match's characters something else explains."""
    explained = {n for begin, end in taken for n in range(begin, end)}
    return len(explained & {*range(match.begin, match.end)})


def _paused(opening: Opening, match: Match) -> bool:
    return bool(MARKS & {*opening.heard.text[match.begin : match.end]})


#: A value of so many syllables is said without a pause in it.
_ONE_BREATH = 4
#: Of so many values it is asked where they fit best, if they fit so well there by sound; those
#: of two characters fit somewhere by chance.
_LIKELIEST, _LIKELY, _ALIKE, _SHORT = 3, 0.6, 0.75, 2


def holds(opening: Opening, match: Match, expected: Expected, params: ResidueParams) -> bool:
    """Whether a value that was heard well enough is what was said, and not other words like it.

    One that differs in a syllable needs another value of the activity beside it that does not.
    Where the recogniser was sure of words that only sound like the value, the value must be
    nearly as probable on the same sound. True also where that is not known yet.
    """
    if match.score >= 1.0 or heard_whole(match.value, opening.heard):
        return True
    if not vouched(opening, match.value, expected):
        return False
    at = (match.begin, match.end)
    unclear = opening.heard.probability(*at) < params.doubt_probability
    if unclear or match.score >= params.clear_score:
        return True
    how = opening.settles(at, (match.value,), ())
    return how is None or how.behind <= params.max_behind


def vouched(opening: Opening, value: str, expected: Expected) -> bool:
    """Whether another value of the activity was heard whole, or most of it.

    A register that has one syllable otherwise than it was said, and a recogniser that misheard
    one, look the same. The one is far likelier where nothing else of the activity was heard, the
    other where the activity is plainly the one that is spoken of.
    """
    own = expected.activity
    if own is None:
        return False
    others = [place_core(own.place), own.cause, own.target, *own.officers]
    parts = [part for other in others for part in alternatives(other)
             if part not in value and value not in part]  # fmt: skip
    return any(heard_mostly(part, opening.heard) for part in parts)


def anothers(opening: Opening, match: Match, expected: Expected, params: ResidueParams) -> bool:
    """Whether half of where a value fits is the activity's place or target, which fits better."""
    own = expected.activity
    values = [v for text in ((place_core(own.place), own.target) if own else ())
              for v in alternatives(text)]  # fmt: skip
    better = (m for m in (find(value, opening.heard) for value in values)
              if m.score >= max(params.explained_score, match.score))  # fmt: skip
    shared = (min(m.end, match.end) - max(m.begin, match.begin) for m in better)
    return any(2 * common >= match.end - match.begin for common in shared)


def stray(opening: Opening, at: tuple[int, int], expected: Expected, params: ResidueParams) -> bool:
    """Whether nothing explains characters `[begin, end)` of the statement, few as they are.

    That something like a name stands there does not: whose it is, is the question.
    """
    names = spots(opening.heard, expected.officers, "officers", _CONFUSED)
    taken = sorted([*_explained(opening, expected, params, besides=("officers", "target")),
                    *((spot.match.begin, spot.match.end) for spot in names)])  # fmt: skip
    if not _may_belong(opening, at, _stated(opening, taken), params.clear_probability):
        return False
    runs = unexplained(opening.heard, taken, at[1] - at[0])
    return any(begin <= at[0] and at[1] <= end for begin, end in runs)


def left_over(
    opening: Opening, expected: Expected, params: ResidueParams
) -> tuple[int, int] | None:
    """The longest stretch of the statement that nothing explains; None where there is none."""
    taken = sorted(_explained(opening, expected, params))
    found = _unexplained(opening, taken, params)
    if misheard := [at for at in _own_misheard(opening, expected, params)
                    if any(at[0] < end and begin < at[1] for begin, end in found)]:  # fmt: skip
        found = _unexplained(opening, sorted([*taken, *misheard]), params)
    return max(found, key=lambda at: (at[1] - at[0], -at[0]), default=None)


def _unexplained(
    opening: Opening, taken: list[tuple[int, int]], params: ResidueParams
) -> list[tuple[int, int]]:
    stated = _stated(opening, taken)
    return [
        at for at in unexplained(opening.heard, taken, params.unexplained)
        if _may_belong(opening, at, stated, params.clear_probability)
    ]  # fmt: skip


def echoed(opening: Opening, expected: Expected, value: str, params: ResidueParams) -> bool:
    """Whether any telling syllable of a value is among what nothing explains.

    What is told in other words still names the things it is about. Who hears none of them may say
    that it was not told; one of them may also be there by chance.
    """
    taken = sorted(_explained(opening, expected, params))
    stated = _stated(opening, taken)
    free = {
        syllable for begin, end in unexplained(opening.heard, taken, 1)
        if _may_belong(opening, (begin, end), stated, 1.0)
        for syllable in map(merged, opening.heard.syllables[begin:end])
    }  # fmt: skip
    return any(merged(syllable) in free for syllable in telling(value))


def _own_misheard(
    opening: Opening, expected: Expected, params: ResidueParams
) -> Iterator[tuple[int, int]]:
    """Where the activity's own place, cause or target was said, by a line-up, and misheard."""
    own = expected.activity
    for value in (own.place, own.cause, own.target) if own else ():
        for fit in fits(filter(None, [value]), opening.heard):
            at, likely = (fit.match.begin, fit.match.end), fit.match.score >= params.unsure_score
            if likely and fit.match.score < params.explained_score:
                how = opening.settles(at, (fit.match.value,), ())
                if how is not None and how.behind <= params.max_behind:
                    yield at


def _may_belong(opening: Opening, at: tuple[int, int], stated: list[Span], clear: float) -> bool:
    """Whether a stretch is within the statement, or beside it and badly understood."""
    span = opening.heard.span(*at)
    if any(span.overlap_s(part) > 0 for part in stated):
        return True
    unclear = opening.heard.probability(*at) < clear
    return unclear and any(_near(span, part) for part in stated)


def _stated(opening: Opening, taken: list[tuple[int, int]]) -> list[Span]:
    """The statement's own words: what introduces its elements, and where several of them are."""
    spans = [opening.heard.span(*at) for at in taken if at[1] > at[0]]
    several = [
        part for part in merge(spans, _TOGETHER_S)
        if sum(span.overlap_s(part) > 0 for span in spans) >= _SEVERAL
    ]  # fmt: skip
    return [*several, *([opening.stated] if opening.stated else [])]


def _near(one: Span, other: Span) -> bool:
    return Span(one.onset_s - _BESIDE_S, one.offset_s + _BESIDE_S).overlap_s(other) > 0


#: Names are short: they explain what sounds so much like them, as dialects confuse sounds.
_CONFUSED = 0.85
#: Times, names and values at most so many seconds apart are said in one breath.
_TOGETHER_S = 6.0
#: So many of them make a statement.
_SEVERAL = 2
#: What is said so many seconds before or after it belongs to it.
_BESIDE_S = 3.0


def _explained(
    opening: Opening, expected: Expected, params: ResidueParams, besides: Collection[str] = ()
) -> Iterator[tuple[int, int]]:
    """Times, names, places and whatever the register holds, as far as it was heard."""
    least = params.explained_score
    names = max(least, _CONFUSED)
    for element, found in values_heard(opening.heard, expected, least, names).items():
        if element not in besides:
            yield from found
