"""Do the recording's clocks contradict each other, or what else is known of when it was made?

Clocks of one device mostly go wrong together, so a pass says that nothing contradicts them. What a
difference of whole hours means (a zone, noon taken for midnight) is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from pydantic import Field

from avaudit.checks._clocks import between, difference, own_clocks
from avaudit.checks._declare import CheckParams, check
from avaudit.domain.finding import Measured, Observation
from avaudit.domain.media import ClockReading, Clocks, ClockSource, MediaFacts
from avaudit.domain.register import Activity, Expected
from avaudit.domain.rule import Outcome
from avaudit.domain.storage import Storage
from avaudit.domain.time import SHANGHAI


class Params(CheckParams):
    """`tolerance_s`: how far clocks may lie apart. `register_s`: how far the register's times may.
    A clock before `earliest_year` was reset; `ahead_days` after it was seen it is ahead."""

    tolerance_s: float = Field(gt=0)
    register_s: float = Field(gt=0)
    earliest_year: int = Field(ge=1980, le=2100)
    ahead_days: int = Field(ge=1, le=31)


_HOUR_S = 3600.0
#: Beijing time is so much ahead of UTC.
_ZONE_S = 8 * _HOUR_S


@check(
    "device.clock_wrong",
    codes={
        "reset": Outcome.REVIEW,
        "ahead": Outcome.REVIEW,
        "differ": Outcome.REVIEW,
        "differ_half_day": Outcome.REVIEW,
        "differ_hours": Outcome.REVIEW,
        "differ_zone": Outcome.PASS,
        "written_before": Outcome.REVIEW,
        "register_differs": Outcome.REVIEW,
        "register_half_day": Outcome.REVIEW,
        "register_zone": Outcome.REVIEW,
    },
)
def clock_wrong(
    clocks: Clocks, storage: Storage, expected: Expected, media: MediaFacts | None, params: Params
) -> Measured:
    """Compare the most trusted clock with the others, with first sight, and with the register."""
    own = own_clocks(clocks.readings)
    if not own:
        return Measured(0.0, cause="no_clock")
    first, length_s = own[0], (media.duration_s if media else None) or 0.0
    seen = [*_impossible(own, storage, params)]
    if not seen:
        seen += [*_among(own, length_s, params), *_written(clocks, first, params)]
        seen += _registered(first, length_s, expected.activity, params)
    return Measured(1.0, tuple(seen))


def _impossible(own: list[ClockReading], storage: Storage, params: Params) -> Iterator[Observation]:
    """Clocks that cannot be right whatever others say; each is told once."""
    for clock in own:
        told = {"source": clock.source.value, "at": _minute(clock.at), "raw": clock.raw}
        day = clock.at.astimezone(SHANGHAI).date()
        if clock.at.year < params.earliest_year or clock.doubt == "reset":
            year = {"earliest_year": params.earliest_year}
            yield Observation("reset", measured=told, expected=year)
            return
        latest = _later(storage.seen_on, params.ahead_days) if storage.seen_on else None
        if clock.doubt == "ahead" or (latest and day > latest):
            known = {"seen": str(storage.seen_on or "-")}
            yield Observation("ahead", measured=told, expected=known)
            return


def _later(day: date, days: int) -> date:
    return day + timedelta(days=days)


def _among(own: list[ClockReading], length_s: float, params: Params) -> Iterator[Observation]:
    """Each further clock against the first."""
    first = own[0]
    for other in own[1:]:
        apart_s = (other.at - first.at).total_seconds()
        kind = between(first, other, length_s, params.tolerance_s)
        if kind == "same":
            continue
        code = {"zone": "differ_zone", "half_day": "differ_half_day", "hours": "differ_hours"}
        told = {
            "source": first.source.value, "at": _minute(first.at),
            "other_source": other.source.value, "other_at": _minute(other.at),
            "apart_s": round(abs(apart_s)), "hours": round(abs(apart_s) / _HOUR_S),
        }  # fmt: skip
        limit = {"tolerance_s": params.tolerance_s}
        yield Observation(code.get(kind, "differ"), measured=told, expected=limit)


def _written(clocks: Clocks, first: ClockReading, params: Params) -> Iterator[Observation]:
    """A file cannot have been written before the recording began."""
    for written in clocks.readings:
        early_s = (first.at - written.at).total_seconds()
        if written.source is not ClockSource.MTIME or early_s <= params.tolerance_s:
            continue
        if early_s <= _ZONE_S + params.tolerance_s:
            continue  # a card keeps local time without a zone: it may be read as UTC's
        told = {"source": first.source.value, "at": _minute(first.at)}
        known = {"written": _minute(written.at)}
        yield Observation("written_before", measured=told, expected=known)


def _registered(
    first: ClockReading, length_s: float, activity: Activity | None, params: Params
) -> Iterator[Observation]:
    """The register's times are a weak witness: people write them down, and files are matched by
    their names."""
    if activity is None or activity.started_at is None:
        return
    apart = min(activity.distance(first.at), activity.distance(_end(first.at, length_s)))
    if apart.total_seconds() <= params.register_s:
        return
    shift_s = (first.at - activity.started_at).total_seconds()
    kind = difference(shift_s, params.register_s / 4)
    code = {"zone": "register_zone", "half_day": "register_half_day"}.get(kind, "register_differs")
    told = {
        "source": first.source.value, "at": _minute(first.at), "hours": round(shift_s / _HOUR_S, 1),
    }  # fmt: skip
    known = {"activity_id": activity.activity_id, "started": _minute(activity.started_at)}
    yield Observation(code, measured=told, expected=known)


def _end(at: datetime, length_s: float) -> datetime:
    return at + timedelta(seconds=length_s)


def _minute(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
