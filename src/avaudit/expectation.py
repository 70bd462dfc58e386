"""What checks are told about a recording from the register, and what that is told apart from."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from avaudit.domain.register import Activity, Expected
from avaudit.language.match import alike, sounds
from avaudit.language.sound import merged

#: Values of other activities are rivals where they sound so much like this one's.
_RIVAL = 0.6


class Expectations:
    """What is expected of recordings under one register. Thread-safe once made.

    Whole lists only of what changes rarely, for an audit depends on all that it was told.
    """

    def __init__(self, activities: Sequence[Activity]) -> None:
        self._officers = _distinct(name for a in activities for name in a.officers)
        numbered = (a for a in activities if len(a.cert_nos) == len(a.officers))
        pairs = {pair for a in numbered for pair in zip(a.officers, a.cert_nos, strict=True)}
        self._certificates = tuple(sorted(pairs))
        self._causes = _distinct(a.cause for a in activities)
        self._stages = _distinct(stage for a in activities for stage in a.stages)
        self._places = _Neighbours(a.place for a in activities)
        self._targets = _Neighbours(a.target for a in activities)

    def of(self, activity: Activity | None) -> Expected:
        """What is expected of a recording of an activity (None: of none in the register)."""
        return Expected(
            activity=activity,
            officers=self._officers,
            certificates=self._certificates,
            places=self._places.of(activity.place) if activity else (),
            causes=self._causes,
            targets=self._targets.of(activity.target) if activity else (),
            stages=self._stages,
        )


class _Neighbours:
    """Finds values that sound alike without comparing each with each."""

    def __init__(self, values: Iterable[str]) -> None:
        self._found: dict[str, tuple[str, ...]] = {}
        self._with: dict[str, list[str]] = defaultdict(list)
        for value in _distinct(values):
            for sound in _merged_sounds(value):
                self._with[sound].append(value)

    def of(self, value: str) -> tuple[str, ...]:
        """The other values that sound like this one, in order."""
        if value not in self._found:
            own = _merged_sounds(value)
            shared = Counter(other for sound in own for other in self._with[sound])
            near = (o for o, n in shared.items() if o != value and n >= _RIVAL * len(own))
            self._found[value] = _distinct(o for o in near if alike(o, value) >= _RIVAL)
        return self._found[value]


def _merged_sounds(value: str) -> frozenset[str]:
    return frozenset(merged(sound) for sound in sounds(value))


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({value for value in values if value}))
