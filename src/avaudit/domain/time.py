"""Intervals and the one time zone, in pyannote's vocabulary (onset, offset, gap).

Spans are half-open, `[onset_s, offset_s)`, in seconds of the recording's own time line: 0 is the
first moment that any stream of the file presents.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open interval `[onset_s, offset_s)` in seconds.

    Raises `ValueError` when the offset lies before the onset, or a bound is not finite.
    """

    onset_s: float
    offset_s: float

    def __post_init__(self) -> None:
        if not (-1e12 < self.onset_s <= self.offset_s < 1e12):
            raise ValueError(f"not a span: [{self.onset_s}, {self.offset_s})")

    @property
    def length_s(self) -> float:
        return self.offset_s - self.onset_s

    def overlap_s(self, other: Span) -> float:
        """Seconds that both spans share; 0.0 where they do not meet."""
        return max(0.0, min(self.offset_s, other.offset_s) - max(self.onset_s, other.onset_s))


def merge(spans: Iterable[Span], collar_s: float = 0.0) -> tuple[Span, ...]:
    """Union of spans, in order; spans at most `collar_s` apart become one."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.onset_s - merged[-1].offset_s <= collar_s:
            last = merged[-1]
            merged[-1] = Span(last.onset_s, max(last.offset_s, span.offset_s))
        else:
            merged.append(span)
    return tuple(merged)


def gaps(spans: Iterable[Span], within: Span) -> tuple[Span, ...]:
    """The parts of `within` that no span covers, in order, none of them empty."""
    free: list[Span] = []
    at = within.onset_s
    for span in merge(spans):
        if span.onset_s >= within.offset_s:
            break
        if span.onset_s > at:
            free.append(Span(at, span.onset_s))
        at = max(at, span.offset_s)
    if at < within.offset_s:
        free.append(Span(at, within.offset_s))
    return tuple(free)


def total_s(spans: Iterable[Span]) -> float:
    """Seconds covered by the union of the spans."""
    return sum(span.length_s for span in merge(spans))
