"""The register of enforcement activities (执法台账): one activity a row."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from avaudit.errors import Problem


@dataclass(frozen=True, slots=True)
class Activity:
    """One row of the register. Times carry the zone Asia/Shanghai. Empty cells are empty here."""

    activity_id: str
    case_no: str = ""
    kind: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    place: str = ""
    officers: tuple[str, ...] = ()
    cert_nos: tuple[str, ...] = ()
    cause: str = ""
    target: str = ""
    stages: tuple[str, ...] = ()
    device_ids: tuple[str, ...] = ()
    recordings: tuple[str, ...] = ()
    stored_at: datetime | None = None
    returned_at: datetime | None = None
    written_explanations: str = ""
    unit: str = ""

    def distance(self, at: datetime) -> timedelta:
        """How far a moment lies from the activity: none within it, endless without its times."""
        begin, end = self.started_at or self.ended_at, self.ended_at or self.started_at
        if begin is None or end is None:
            return timedelta.max
        return max(begin - at, at - end, timedelta())

    def names_device(self, device_id: str | None) -> bool:
        """Whether the activity names a device, however its number is spaced and hyphened."""
        wanted = _letters(device_id or "")
        return bool(wanted) and wanted in map(_letters, self.device_ids)


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


@dataclass(frozen=True, slots=True)
class Expected:
    """What the register says of a recording: its activity, and what that is told apart from.

    `officers`, `causes` and `stages` are all that occur in the register, `places` and `targets`
    those of other activities that sound like this one's. Only checks see this: nothing of it
    reaches a recogniser. `certificates` are (officer, number) where a row has one for each.
    """

    activity: Activity | None = None
    officers: tuple[str, ...] = ()
    certificates: tuple[tuple[str, str], ...] = ()
    places: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Register:
    """A register as read: the usable rows, and what is wrong with the others.

    `problems` carry the file, the line (as a spreadsheet counts it, the header being line 1) and
    the header of the column.
    """

    path: str
    sha256: str
    activities: tuple[Activity, ...]
    problems: tuple[Problem, ...] = field(default=())
