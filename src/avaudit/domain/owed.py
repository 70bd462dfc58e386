"""What is owed to an activity of the register, and which activity a stray session may be of."""

from __future__ import annotations

from dataclasses import dataclass

from avaudit.domain.matter import Matter
from avaudit.domain.register import Activity
from avaudit.domain.workdays import Term


@dataclass(frozen=True, slots=True)
class Owed:
    """Whether an activity had to be recorded, and by when its recordings had to be in storage.

    `matter` is None where the list of matters does not name it. `term` follows the day on which
    the activity ended (or its officers returned); None where the register tells no day.
    `audited_around` says whether any recording of those days is in the store at all: where none
    is, nobody may have given them to be audited.
    """

    matter: Matter | None = None
    term: Term | None = None
    audited_around: bool = False


@dataclass(frozen=True, slots=True)
class Nearby:
    """What the register holds around a session that is matched with no activity.

    `activities` are those of its days that are nearest in time or name its device, `in_period`
    says whether the register has any of these weeks at all. Both are empty for matched sessions.
    """

    activities: tuple[Activity, ...] = ()
    in_period: bool = False
