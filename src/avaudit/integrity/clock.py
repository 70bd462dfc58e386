"""Cues out of the burned-in clock: steps, a rate of its own, stretches without it, another text.

- `clock_step`: between two runs of readings the clock goes on elsewhere. Something was taken out or
  put in; also a clock set over the network, by hand or by a collection workstation. Its value is
  the step over its error, at most for as many readings as the weaker side has.
- `clock_slope`: the clock runs faster or slower than the recording. The picture's speed was
  changed; also a time-lapse mode, a camera that drops frames, a cheap oscillator (below 0.001).
- `clock_stands`: the clock shows the same while time goes on. A frozen picture that was put in;
  also a frozen camera.
- `clock_lost`: a stretch in which no clock can be read, between good readings. Frames of another
  source, or a clock that was painted over; also glare, snow, bright sky behind the digits.
- `clock_again`: times that were shown before are shown once more: a loop. Also a clock set back.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from avaudit.domain.cue import Cue, CueGroup
from avaudit.domain.osd import OsdClock, OsdRun, OsdStep
from avaudit.domain.time import Span

#: A reading weighs so many of what a step needs: few readings may all be misread.
_READINGS = 4.0
_LEAST_ERROR_S = 0.5


def cues(osd: OsdClock | None) -> tuple[Cue, ...]:
    """What the burned-in clock says, in order of time; none where there is no clock."""
    if osd is None or not osd.found:
        return ()
    found = [
        *(_step(one) for one in osd.steps),
        *(cue for run in osd.runs for cue in _rate(run)),
        *_lost(osd),
        *_again(osd),
    ]
    return tuple(sorted(found, key=lambda cue: cue.span or Span(0, 0)))


def _cue(kind: str, span: Span, value: float, **facts: str | float) -> Cue:
    return Cue(CueGroup.CLOCK, kind, span, round(value, 3), facts)


def _step(one: OsdStep) -> Cue:
    resting = min(1.0, min(one.before, one.after) / _READINGS)
    value = abs(one.step_s) / max(one.error_s, _LEAST_ERROR_S) * resting
    return _cue(
        "clock_step", one.span, value, step_s=one.step_s, error_s=one.error_s,
        to_the_frame=float(one.to_the_frame), readings_before=float(one.before),
        readings_after=float(one.after),
    )  # fmt: skip


def _rate(run: OsdRun) -> Iterator[Cue]:
    facts = {
        "slope": run.slope, "slope_error": run.slope_error, "readings": float(run.readings),
        "length_s": round(run.span.length_s, 3),
    }  # fmt: skip
    if run.slope == 0:
        yield _cue("clock_stands", run.span, run.span.length_s, **facts)
        return
    off = abs(run.slope - 1) - run.slope_error
    if off > 0:
        # In seconds that the clock is off at the run's end, beyond what readings can tell.
        yield _cue("clock_slope", run.span, off * run.span.length_s, **facts)


def _lost(osd: OsdClock) -> Iterator[Cue]:
    for one in osd.unread:
        if one.span.length_s > 0:
            seen = osd.readable_share
            yield _cue(
                "clock_lost", one.span, one.samples * seen, samples=float(one.samples),
                readable_share=round(seen, 3),
            )  # fmt: skip


def _again(osd: OsdClock) -> Iterator[Cue]:
    """Runs that show times which the runs before them had shown already."""
    latest = None
    for before, run in pairwise(osd.runs):
        end_s = before.clock_s + before.slope * before.span.length_s
        latest = end_s if latest is None else max(latest, end_s)
        again_s = min(latest - run.clock_s, run.slope * run.span.length_s)
        if again_s > 1.0:  # whole seconds are all that is shown
            yield _cue("clock_again", run.span, again_s, again_s=round(again_s, 1))
