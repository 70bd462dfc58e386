"""The burned-in clock against the time line: does it step, run too fast or slow, or stand still?

A step that many readings on both sides agree on is surely measured, but that something was taken
out is only one reason for it: a clock set over the network or by hand steps just the same, and
nothing in the clock tells them apart. So nothing here is a failure by itself.
"""

from __future__ import annotations

from pydantic import Field

from avaudit.checks._declare import CheckParams, check
from avaudit.domain.finding import Measured, NotApplicable, Observation
from avaudit.domain.osd import OsdClock, OsdRun, OsdStep
from avaudit.domain.rule import Outcome


class Params(CheckParams):
    """Lengths in seconds; `max_drift` is a share; readings are those a step or run rests on."""

    min_step_s: float = Field(ge=1.5)
    min_readings: int = Field(ge=3)
    max_drift: float = Field(gt=0)
    min_slope_readings: int = Field(ge=4)
    min_still_s: float = Field(ge=2)


@check(
    "continuity.clock",
    codes={
        "step_forward": Outcome.REVIEW,
        "step_back": Outcome.REVIEW,
        "slope": Outcome.REVIEW,
        "stands_still": Outcome.REVIEW,
    },
)
def clock(osd: OsdClock, params: Params) -> Measured | NotApplicable:
    """Steps between runs of readings, and runs that are no clock going right."""
    if not osd.found:
        return NotApplicable(osd.cause)
    if not osd.runs:
        return Measured(0.0, cause="never_readable")
    still = [run for run in osd.runs if run.slope == 0 and run.span.length_s >= params.min_still_s]
    seen = [_still(run, osd) for run in still]
    seen += [_step(one) for one in osd.steps if _counts(one, params) and not _at(one, still)]
    seen += [_slope(run, params) for run in osd.runs if _is_off(run, params)]
    seen.sort(key=lambda one: one.span.onset_s if one.span else 0.0)
    return Measured(osd.readable_share, tuple(seen), cause="hardly_readable")


def _counts(one: OsdStep, params: Params) -> bool:
    sure = abs(one.step_s) >= params.min_step_s and abs(one.step_s) > 2 * one.error_s
    return sure and min(one.before, one.after) >= params.min_readings


def _at(one: OsdStep, still: list[OsdRun]) -> bool:
    """Whether a step is where a clock stops or goes on: it is told once, as standing still."""
    ends = {end for run in still for end in (run.span.onset_s, run.span.offset_s)}
    return any(one.span.onset_s <= end <= one.span.offset_s for end in ends)


def _step(one: OsdStep) -> Observation:
    measured = {
        "step_s": round(abs(one.step_s), 1),
        "error_s": one.error_s,
        "to_the_frame": one.to_the_frame,
        "readings_before": one.before,
        "readings_after": one.after,
    }
    code = "step_forward" if one.step_s > 0 else "step_back"
    return Observation(code, one.span, measured=measured)


def _is_off(run: OsdRun, params: Params) -> bool:
    if run.slope == 0 or run.readings < params.min_slope_readings:
        return False
    return abs(run.slope - 1) - run.slope_error > params.max_drift


def _slope(run: OsdRun, params: Params) -> Observation:
    percent = 100 * (run.slope - 1)
    measured = {
        "percent": round(percent, 2), "error_percent": round(100 * run.slope_error, 2),
        "readings": run.readings,
    }  # fmt: skip
    expected = {"max_percent": round(100 * params.max_drift, 3)}
    return Observation("slope", run.span, measured=measured, expected=expected)


def _still(run: OsdRun, osd: OsdClock) -> Observation:
    """A clock that stands, and how far it is behind when it goes on (None: it does not)."""
    number = osd.runs.index(run)
    behind = None
    if 0 < number < len(osd.runs) - 1:
        before, after = osd.runs[number - 1], osd.runs[number + 1]
        due = before.clock_s + before.slope * (after.span.onset_s - before.span.onset_s)
        behind = round(due - after.clock_s, 1)
    measured = {"still_s": round(run.span.length_s, 1), "behind_s": behind}
    return Observation("stands_still", run.span, measured=measured)
