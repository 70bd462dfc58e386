"""How long originals are kept: classes of a rule book, by the kind of the activity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from avaudit.domain.matter import folded
from avaudit.domain.register import Activity


@dataclass(frozen=True, slots=True)
class Retention:
    """One class. `names` are what registers call it; without any it is the least for everything.

    `days` is None for what is kept for ever. Titles are by language (`zh`, `en`).
    """

    id: str
    article: str
    days: int | None
    names: tuple[str, ...]
    title: Mapping[str, str]


def retention_of(activity: Activity | None, classes: Iterable[Retention]) -> Retention | None:
    """The longest class that an activity falls under; None where there is none at all.

    An activity falls under a class where its kind, or a stage of it, holds one of its names. What
    belongs to no known activity may belong to any: the longest class of all counts.
    """
    said = [folded(one) for one in (activity.kind, *activity.stages)] if activity else []
    under = [
        one
        for one in classes
        if not (activity and one.names)
        or any(folded(name) in text for name in one.names for text in said)
    ]
    return max(under, key=lambda one: (one.days is None, one.days or 0), default=None)


def kept_until(ended_on: date, chosen: Retention | None) -> date | None:
    """The last day of retention; None where it has no end (also without any class)."""
    if chosen is None or chosen.days is None:
        return None
    return date.fromordinal(min(ended_on.toordinal() + chosen.days, date.max.toordinal()))
