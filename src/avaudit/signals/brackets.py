"""Which stretches are decoded for a closer look, and what of them belongs together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from avaudit.domain.picture import Empty, Looks, Still
from avaudit.domain.time import Span, merge
from avaudit.signals.closer import BESIDE_S
from avaudit.signals.standouts import Standouts

#: Seconds decoded beside a candidate; candidates longer than `_WHOLE_S` are decoded at their ends.
_BESIDE_S, _WHOLE_S = BESIDE_S + 0.5, 12.0
#: Looks that differ by at most so many tenths of a level show the same.
_SAME_TENTHS = 10
_FLAT_PERCENT = 25
_TOUCHING_S = 0.3

Stretch = TypeVar("Stretch", Empty, Still)


def brackets(
    standouts: Sequence[Standouts], extent: Span, budget_s: float
) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """What to decode, at most so many seconds of it, and the likely candidates left out.

    Short candidates come first: a long one is more likely how the scene is.
    """
    chosen: tuple[Span, ...] = ()
    left_out: list[Span] = []
    likely = sorted((c for s in standouts for c in s.likely), key=lambda span: span.length_s)
    further = sorted((c for s in standouts for c in s.further), key=lambda span: span.length_s)
    for candidate in (*likely, *further):
        wanted = merge([*chosen, *(_within(piece, extent) for piece in _pieces(candidate))])
        if sum(span.length_s for span in wanted) <= budget_s:
            chosen = wanted
        else:
            left_out.append(candidate)
    return chosen, merge(candidate for candidate in left_out if candidate in likely)


def _pieces(candidate: Span) -> tuple[Span, ...]:
    onset_s, offset_s = candidate.onset_s - _BESIDE_S, candidate.offset_s + _BESIDE_S
    if candidate.length_s <= _WHOLE_S:
        return (Span(onset_s, offset_s),)
    return (
        Span(onset_s, candidate.onset_s + 2 * _BESIDE_S),
        Span(candidate.offset_s - 2 * _BESIDE_S, offset_s),
    )


def _within(piece: Span, extent: Span) -> Span:
    onset_s = min(max(piece.onset_s, extent.onset_s), extent.offset_s)
    return Span(onset_s, max(onset_s, min(piece.offset_s, extent.offset_s)))


def joined(found: Sequence[Stretch], decoded: Sequence[Span], looks: Looks) -> tuple[Stretch, ...]:
    """Stretches that reach the end of one bracket and go on at the start of the next are one,
    where every look between them shows the same (or, for empty ones, as little)."""
    whole: list[Stretch] = []
    for one in sorted(found, key=lambda stretch: stretch.onset_s):
        last = whole[-1] if whole else None
        if last is not None and _goes_on(last, one, decoded, looks):
            whole[-1] = _one(last, one)
        else:
            whole.append(one)
    return tuple(whole)


def _goes_on(last: Stretch, one: Stretch, decoded: Sequence[Span], looks: Looks) -> bool:
    ends = any(abs(last.offset_s - span.offset_s) <= _TOUCHING_S for span in decoded)
    begins = any(abs(one.onset_s - span.onset_s) <= _TOUCHING_S for span in decoded)
    if not ends or not begins or last.after is not None or one.before is not None:
        return False
    between = [
        n for n, ms in enumerate(looks.at_ms) if last.onset_s < ms / 1000 <= one.offset_s - 0.01
    ]
    if isinstance(last, Empty):
        return all(looks.textured[n] <= _FLAT_PERCENT for n in between)
    return all(looks.changed[n] <= _SAME_TENTHS for n in between[1:])


def _one(first: Stretch, second: Stretch) -> Stretch:
    if isinstance(first, Still) and isinstance(second, Still):
        repeats = first.repeats + second.repeats
        equal = first.equal_share * first.repeats + second.equal_share * second.repeats
        return replace(
            first, offset_s=second.offset_s, after=second.after, offset_step=second.offset_step,
            repeats=repeats, equal_share=round(equal / max(1, repeats), 3),
            moved=max(first.moved, second.moved),
        )  # fmt: skip
    return replace(
        first, offset_s=second.offset_s, after=second.after,
        offset_ramp_s=second.offset_ramp_s, likeness=max(first.likeness, second.likeness),
    )  # fmt: skip
