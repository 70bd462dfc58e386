"""What recordings make up together: sessions of one device, activities, the history of a device.

Groups are subjects of rules as recordings are: a check takes `Session`, `Coverage` or
`DeviceHistory` as it takes a signal. They are put together from the store, never measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from avaudit.domain.media import ClockReading, ClockSource, MediaKind
from avaudit.domain.register import Activity


class GroupKind(StrEnum):
    """Kinds of subject that are made of several recordings (or lack one).

    An original is what custody keeps: some bytes that lay at a place, whatever lies there now.
    """

    SESSION = "session"
    ACTIVITY = "activity"
    DEVICE = "device"
    ORIGINAL = "original"


@dataclass(frozen=True, slots=True)
class Member:
    """A recording as its session sees it. `status` as in `domain.finding.Recording`.

    `series` and `number` are the name's constant part and the running number in it, where the
    device numbers its files; `part` counts the files of one number. `started_at` is the word of
    the most trusted of `clocks`: see `doubt` and `clocked`.
    """

    recording_id: str
    path: str
    kind: MediaKind
    status: str
    device_id: str | None = None
    activity_id: str | None = None
    started_at: datetime | None = None
    clock_source: ClockSource | None = None
    clocks: tuple[ClockReading, ...] = ()
    duration_s: float | None = None
    series: str = ""
    number: int | None = None
    part: int | None = None
    size_bytes: int | None = None
    sha256: str | None = None

    @property
    def clocked(self) -> bool:
        """Whether a clock of its own tells its start: the file system's may be that of a copy."""
        return self.started_at is not None and self.clock_source is not ClockSource.MTIME

    @property
    def doubt(self) -> str:
        """What speaks against the clock that tells its start: see `ClockReading.doubt`."""
        used = (one for one in self.clocks if one.source is self.clock_source)
        return next((one.doubt for one in used), "")

    @property
    def ended_at(self) -> datetime | None:
        """When it ends by its own clock; None where start or length are not known."""
        if self.started_at is None or self.duration_s is None:
            return None
        return self.started_at + timedelta(seconds=self.duration_s)

    @property
    def own_start(self) -> datetime | None:
        """When it began by a clock of its own: the file's last write is none."""
        return None if self.clock_source is ClockSource.MTIME else self.started_at


@dataclass(frozen=True, slots=True)
class Session:
    """Recordings of one device that belong together, in the order in which they were made."""

    NAME: ClassVar[str] = "session"
    VERSION: ClassVar[int] = 1

    session_id: str
    members: tuple[Member, ...]
    device_id: str | None = None
    activity: Activity | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """An activity of the register with all sessions that record it (none, one, several devices)."""

    NAME: ClassVar[str] = "coverage"
    VERSION: ClassVar[int] = 1

    activity: Activity
    sessions: tuple[Session, ...] = ()


@dataclass(frozen=True, slots=True)
class Trouble:
    """A finding of a `device.*` rule about one recording of a device."""

    recording_id: str
    rule_id: str
    code: str


@dataclass(frozen=True, slots=True)
class DeviceHistory:
    """All recordings of a device in order, and what was found wrong with the device in them."""

    NAME: ClassVar[str] = "device_history"
    VERSION: ClassVar[int] = 1

    device_id: str
    members: tuple[Member, ...]
    troubles: tuple[Trouble, ...] = ()
