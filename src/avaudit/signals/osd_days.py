"""Which day a burned-in clock shows: dates are read in a few pictures of each run alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from avaudit.domain.osd import OsdStep
from avaudit.domain.time import Span
from avaudit.signals.osd_film import ClockReader, Shot
from avaudit.signals.osd_fit import Fitted

_DAY_S = 86400
#: For each order of day and month: the midnight from which a run is counted, as a day's number.
Bases = dict[str, int]


@dataclass(slots=True)
class Days:
    """The days of a clock. `first`: the dates (ISO) that its first reading may show.

    `bases` has the day of each run by the order that was chosen (None: not read), `changes` the
    steps of whole days inside runs: the date alone was set.
    """

    first: tuple[str, ...] = ()
    bases: list[int | None] = field(default_factory=list)
    changes: list[OsdStep] = field(default_factory=list)

    def shift(self, run: int) -> int:
        """By how many days a run is off those that are counted from the first one."""
        known = [base for base in self.bases[: run + 1] if base is not None]
        return known[-1] - known[0] if known else 0

    def with_changes(self, steps: Sequence[OsdStep]) -> tuple[OsdStep, ...]:
        """Steps between runs and those inside them, in order."""
        return tuple(sorted([*steps, *self.changes], key=lambda step: step.span))


def days_of(reader: ClockReader, runs: Sequence[Fitted], on: Sequence[Sequence[Shot]]) -> Days:
    """Read the dates of each run where it begins, in its middle and where it ends."""
    seen: list[list[tuple[Shot, Bases]]] = []
    for run, shots in zip(runs, on, strict=True):
        seen.append(_dated(reader, run, shots))
    order = _order([bases for one in seen for _, bases in one])
    if not order:
        return Days(bases=[None] * len(runs))
    chosen = order[0]
    days = Days()
    for run, shots, read in zip(runs, on, seen, strict=True):
        known = [(shot, bases[chosen]) for shot, bases in read if chosen in bases]
        days.bases.append(_usual([base for _, base in known]))
        days.changes += _changes(reader, run, shots, known, chosen)
    days.first = _first(seen, order)
    return days


def _dated(reader: ClockReader, run: Fitted, shots: Sequence[Shot]) -> list[tuple[Shot, Bases]]:
    """Three dated shots of a run; where they differ, or some cannot be read, five."""
    three = {k: _bases(reader, run, shots[k]) for k in (0, len(shots) // 2, len(shots) - 1)}
    if any(bases is None or bases != three[0] for bases in three.values()):
        three |= {k: _bases(reader, run, shots[k]) for k in (1, len(shots) - 2) if k not in three}
    return [(shots[k], bases) for k in sorted(three) if (bases := three[k])]


def _bases(reader: ClockReader, run: Fitted, shot: Shot) -> Bases | None:
    """The day's number of midnight zero of a run, for each order in which a date can be read."""
    parsed = reader.read_date(shot)
    if parsed is None:
        return None
    passed = int((run.clock_at(shot.at_s) - (shot.clock_s or 0)) / _DAY_S + 0.5)
    return {order: day.toordinal() - passed for order, day in parsed.dates}


def _order(read: Sequence[Bases]) -> list[str]:
    """The orders of day and month under which most dates go together, best first; equals all."""
    fits: dict[str, int] = {}
    for order in ("ymd", "dmy", "mdy"):
        usual = Counter(bases[order] for bases in read if order in bases)
        if usual:
            fits[order] = usual.most_common(1)[0][1]
    best = max(fits.values(), default=0)
    return [order for order, count in fits.items() if count == best]


def _usual(bases: Sequence[int]) -> int | None:
    """The day that most readings of a run agree on; one alone is not enough."""
    common = Counter(bases).most_common(1)
    return common[0][0] if common and common[0][1] >= 2 else None


def _changes(
    reader: ClockReader, run: Fitted, shots: Sequence[Shot], known: Sequence[tuple[Shot, int]],
    order: str,
) -> list[OsdStep]:  # fmt: skip
    """Where the date is set within a run: two readings of one day, then two of another."""
    steps = []
    for k in range(2, len(known) - 1):
        (_, first), (low, day), (high, after), (_, last) = known[k - 2 : k + 2]
        if first == day != after == last:
            days = after - day
            steps.append(_located(reader, run, shots, (low, high), (day, order), days))
    return steps


def _located(
    reader: ClockReader, run: Fitted, shots: Sequence[Shot], between: tuple[Shot, Shot],
    before: tuple[int, str], days: int,
) -> OsdStep:  # fmt: skip
    """Bisect the shots between two dated ones for where the date changes."""
    low, high = shots.index(between[0]), shots.index(between[1])
    while high - low > 1:
        middle = (low + high) // 2
        bases = _bases(reader, run, shots[middle])
        if bases and bases.get(before[1]) == before[0]:
            low = middle
        else:
            high = middle
    span = Span(round(shots[low].at_s, 3), round(shots[high].at_s, 3))
    return OsdStep(span, float(days * _DAY_S), 0.0, False, low + 1, len(shots) - high)


def _first(seen: Sequence[Sequence[tuple[Shot, Bases]]], order: Sequence[str]) -> tuple[str, ...]:
    """The dates of the first run, for each order that may be meant."""
    if not seen:
        return ()
    early = seen[0][:3]  # a date that is set later in the run is not that of its beginning
    days = (_usual([b[one] for _, b in early if one in b]) for one in order)
    return tuple(sorted({date.fromordinal(day).isoformat() for day in days if day is not None}))
