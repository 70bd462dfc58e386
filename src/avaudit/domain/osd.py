"""The clock that a camera burns into the picture, as it was read. Free of thresholds.

Times ending in `_s` are seconds of the recording's own time line, except `clock_s`: seconds from
the midnight with which the day of the first reading begins, as the burned-in clock counts them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from avaudit.domain.time import Span


@dataclass(frozen=True, slots=True)
class OsdBox:
    """Where something stands in the picture as coded, in pixels from its top left corner."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class OsdLabel:
    """A text that stays in its place beside the clock (device, officer, unit): as read."""

    text: str
    score: float
    box: OsdBox


@dataclass(frozen=True, slots=True)
class OsdReading:
    """What the clock showed in one picture. `agrees`: with others around it (else a misreading).

    `score` (0 to 1) is the recogniser's word for it times how well the text fits the format.
    """

    at_s: float
    clock_s: int
    score: float
    agrees: bool = True


@dataclass(frozen=True, slots=True)
class OsdRun:
    """A stretch in which the readings lie on one line: `clock_s` at its onset, and a slope.

    `slope` counts seconds of the clock per second of the recording: 1.0 for a clock that goes
    right, 0.0 for one that stands still. `slope_error` is how far it may be off, whole seconds
    being all that is shown. `residual_s` is what the readings exceed a clock of whole seconds by.
    """

    span: Span
    clock_s: float
    slope: float
    slope_error: float
    readings: int
    residual_s: float


@dataclass(frozen=True, slots=True)
class OsdStep:
    """Between two runs: the clock goes on elsewhere than the one before it would have.

    It lies after `span.onset_s` (the last picture of the run before) and not after
    `span.offset_s` (the first of the run after). `step_s` is the step of the clock less that of
    the time line, `error_s` how far it may be off. `to_the_frame`: every picture between was
    looked at. `before` and `after` count the readings on which each side rests.
    """

    span: Span
    step_s: float
    error_s: float
    to_the_frame: bool
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class OsdUnread:
    """A stretch between two good readings in which `samples` pictures gave none."""

    span: Span
    samples: int


@dataclass(frozen=True, slots=True)
class OsdClock:
    """The burned-in clock of a recording: where it stands, what it shows, how it goes.

    Not `found`: `cause` says why (`no_clock`, `too_small`, `no_picture`), the rest is empty but
    for `labels` and `examined`. `days` are the dates (ISO) that the first reading may show: none
    where the clock has no date, two where day and month may be either. `text` is what was read
    first, at `text_at_s`. `sampled` counts the pictures looked at evenly over `examined`, `read`
    those that gave a time which agrees with others.
    """

    NAME: ClassVar[str] = "osd_clock"
    VERSION: ClassVar[int] = 1

    found: bool
    cause: str = ""
    examined: Span | None = None
    form: str = ""
    box: OsdBox | None = None
    days: tuple[str, ...] = ()
    text: str = ""
    text_at_s: float = 0.0
    sampled: int = 0
    read: int = 0
    readings: tuple[OsdReading, ...] = ()
    runs: tuple[OsdRun, ...] = ()
    steps: tuple[OsdStep, ...] = ()
    unread: tuple[OsdUnread, ...] = ()
    labels: tuple[OsdLabel, ...] = ()

    @property
    def start_clock_s(self) -> float | None:
        """What the clock of the first run showed, or would have, where the recording begins."""
        if not self.runs:
            return None
        first = self.runs[0]
        return first.clock_s - first.slope * first.span.onset_s

    @property
    def readable_share(self) -> float:
        """The share (0 to 1) of the pictures looked at that gave a time."""
        return self.read / self.sampled if self.sampled else 0.0


@dataclass(frozen=True, slots=True)
class OsdText:
    """A date, a time of day, or both, as burned in.

    `dates` holds the date for each order of its parts that makes one (`ymd`, `dmy`, `mdy`): two
    where day and month may be either. `clock_s` counts seconds from midnight, whole ones as shown
    (a fraction may be tenths or frames). `score` (0 to 1) says how well the text fits its `form`.
    `span` is where it stands in the text, `time_span` where its time does.
    """

    dates: tuple[tuple[str, date], ...]
    clock_s: int | None
    form: str
    score: float
    span: tuple[int, int]
    time_span: tuple[int, int] | None = None
