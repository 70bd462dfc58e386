"""Clocks that cannot be right are marked, and another one is trusted where there is one."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from avaudit.domain.media import ClockReading, ClockSource
from avaudit.domain.time import SHANGHAI
from avaudit.ingest.clock_doubts import doubted, trusted

_AT = datetime(2026, 11, 18, 9, 30, tzinfo=SHANGHAI)
_NAME, _TAG, _WRITTEN = ClockSource.FILENAME, ClockSource.CONTAINER, ClockSource.MTIME


def _clock(source: ClockSource, hours: float = 0.0, seconds: float = 0.0) -> ClockReading:
    return ClockReading(source, _AT + timedelta(hours=hours, seconds=seconds), "raw")


def _doubts(*readings: ClockReading, length_s: float = 600.0) -> list[str]:
    return [one.doubt for one in doubted(readings, length_s)]


@pytest.mark.parametrize(
    ("hours", "doubt"),
    [(8, "zone"), (-8, "zone"), (1, "zone"), (12, "half_day"), (-12, "half_day")],
)
def test_whole_hours_apart(hours: int, doubt: str) -> None:
    assert _doubts(_clock(_NAME), _clock(_TAG, hours, 1.0)) == ["", doubt]


def test_the_file_system_tells_which_of_two_is_wrong() -> None:
    written = _clock(_WRITTEN, 0, 600)
    assert _doubts(_clock(_NAME, 8), _clock(_TAG), written) == ["zone", "", ""]
    assert _doubts(_clock(_NAME), _clock(_TAG, 8), written) == ["", "zone", ""]


@pytest.mark.parametrize("apart_s", [0, 40, 170, 1500, 2.5 * 3600, 20 * 3600])
def test_other_differences_are_none_of_a_zone(apart_s: float) -> None:
    assert _doubts(_clock(_NAME), _clock(_TAG, 0, apart_s)) == ["", ""]


@pytest.mark.parametrize(
    ("at", "doubt"),
    [
        (datetime(2000, 1, 1, 0, 12, tzinfo=SHANGHAI), "reset"),
        (datetime(2018, 1, 1, 0, 0, 7, tzinfo=SHANGHAI), "reset"),
        (datetime(1980, 1, 6, tzinfo=SHANGHAI), "reset"),
        (datetime(2025, 1, 1, 9, tzinfo=SHANGHAI), ""),
        (_AT, ""),
    ],
)
def test_default_dates(at: datetime, doubt: str) -> None:
    assert doubted([ClockReading(_NAME, at, "")])[0].doubt == doubt


def test_a_recording_is_not_made_after_it_was_stored() -> None:
    stored = _AT + timedelta(hours=5)
    marked = doubted([_clock(_NAME, 30), _clock(_TAG)], 60.0, stored)
    assert [one.doubt for one in marked] == ["ahead", ""]


def test_the_trusted_clock_is_one_without_doubt() -> None:
    reset = ClockReading(_NAME, datetime(2000, 1, 1, tzinfo=SHANGHAI), "")
    for readings, source in (
        ([_clock(_NAME), _clock(_TAG, 8)], _NAME),
        ([reset, _clock(_TAG)], _TAG),
        ([reset, _clock(_WRITTEN)], _WRITTEN),
        ([_clock(_WRITTEN), _clock(_TAG)], _TAG),
    ):
        chosen = trusted(doubted(readings))
        assert chosen is not None
        assert chosen.source is source
    assert trusted(()) is None
    assert doubted([reset, _clock(_TAG, 8)])[0].at == reset.at  # marked, never corrected
