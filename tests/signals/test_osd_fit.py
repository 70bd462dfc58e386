"""Lines through readings of a clock: steps, slopes, and misreadings, which must be no steps."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avaudit.signals.osd_fit import fit, substituted

_BASE = 9 * 3600 + 30 * 60 + 5.4


def _times(count: int, apart: float, phase: float = 0.0) -> list[float]:
    """Times a little uneven, as keyframes are."""
    return [k * apart + 0.4 * math.sin(7.3 * k + phase) for k in range(count)]


def _shown(times: list[float], clock: Callable[[float], float]) -> list[float]:
    return [float(math.floor(_BASE + clock(at))) for at in times]


@settings(deadline=None, max_examples=40)
@given(
    st.integers(20, 90), st.floats(1.5, 60), st.floats(0, 6),
    st.sampled_from([2, -2, 3, 5, -5, 17, 60, -60, 600, 3600, -7200]), st.floats(0.3, 0.7),
)  # fmt: skip
def test_a_step_is_found_where_it_is(
    count: int, apart: float, phase: float, by: int, where: float
) -> None:
    times = _times(count, apart, phase)
    at = times[int(where * count)]
    runs = fit(times, _shown(times, lambda t: t + (by if t >= at else 0)))
    assert len(runs) == 2
    assert times[runs[0].on[-1]] < at <= times[runs[1].on[0]]
    assert runs[1].clock_at(at) - runs[0].clock_at(at) == pytest.approx(by, abs=1.1)


@settings(deadline=None, max_examples=40)
@given(st.integers(12, 90), st.floats(1, 60), st.floats(0, 6), st.floats(-0.0005, 0.0005))
def test_a_clock_that_goes_right_makes_one_line(
    count: int, apart: float, phase: float, drift: float
) -> None:
    times = _times(count, apart, phase)
    runs = fit(times, _shown(times, lambda t: t * (1 + drift)))
    assert [len(run.on) for run in runs] == [count]
    assert abs(runs[0].slope - 1 - drift) <= runs[0].slope_error


@settings(deadline=None, max_examples=60)
@given(
    st.integers(5, 16), st.floats(0.4, 3), st.floats(0, 1), st.lists(st.integers(0, 15), max_size=8)
)
def test_few_pictures_evenly_spaced_tell_no_drift(
    count: int, apart: float, phase: float, missing: list[int]
) -> None:
    """Whole seconds met in a pattern: what chance would bound, a pattern may not."""
    times = [n * apart for n in range(count) if n not in missing]
    for run in fit(times, [float(math.floor(_BASE + at + phase)) for at in times]):
        assert run.slope == 0 or abs(run.slope - 1) <= run.slope_error + 1e-9


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.integers(0, 59), max_size=12, unique=True),
    st.lists(st.sampled_from([1, -1, 10, -20, 60, -360, 3600, 36000]), min_size=12, max_size=12),
)
def test_misreadings_are_left_out_and_make_no_step(places: list[int], off: list[int]) -> None:
    times = _times(60, 7.0)
    clocks = _shown(times, lambda t: t)
    far = [(k, by) for k, by in zip(sorted(places), off, strict=False) if abs(by) > 1]
    for k, by in far:
        clocks[k] += by
    runs = fit(times, clocks)
    doubtful = substituted(runs, clocks, times)
    kept = [run for run in runs if not doubtful & set(run.on)]
    assert len(kept) == 1
    assert not {k for k, _ in far} & set(kept[0].on)


def test_a_digit_misread_as_long_as_it_stands_is_no_step() -> None:
    """09:38 read as 09:36 for a whole minute: five readings that agree, and all are wrong."""
    times = _times(100, 12.0)
    right = _shown(times, lambda t: t)
    clocks = [c - 120 if int(c) // 60 % 10 == 8 else c for c in right]
    runs = fit(times, clocks)
    doubtful = substituted(runs, clocks, times)
    kept = [run for run in runs if not doubtful & set(run.on)]
    assert doubtful or len(runs) == 1
    assert all(clocks[i] == right[i] for run in kept for i in run.on)


@pytest.mark.parametrize("slope", [1.02, 1.1, 0.9, 4.0])
def test_a_slope_is_told(slope: float) -> None:
    times = _times(64, 3.0)
    (run,) = fit(times, _shown(times, lambda t: slope * t))
    assert run.slope == pytest.approx(slope, abs=run.slope_error)
    assert abs(run.slope - 1) > run.slope_error


def test_a_clock_that_stops_and_goes_on() -> None:
    times = _times(60, 2.0)
    runs = fit(times, _shown(times, lambda t: 40.0 if 40 <= t < 70 else t))
    assert [run.slope == 0 for run in runs] == [False, True, False]
    assert times[runs[1].on[0]] == pytest.approx(40, abs=3)


def test_noise_is_no_clock() -> None:
    times = _times(60, 5.0)
    assert not fit(times, [float(int(86400 * math.sin(91.7 * k) ** 2)) for k in range(60)])


def test_two_readings_make_no_line() -> None:
    assert fit([0.0, 5.0], [100.0, 105.0]) == []
