"""Cues out of packet sizes: the grid of an earlier compression, and where its phase jumps.

- `recompressed` (the whole file): frames at even distances cost more bits than their neighbours,
  as those do that were keyframes of an earlier compression. Its value is how unlikely that is by
  chance, as the negative decimal logarithm of the number of false alarms. Innocent causes: a
  collection workstation or a portal that converts all recordings; a camera's own layers of frames,
  or an encoder that refreshes at even distances.
- `recompressed_second`: the same, where the grid is one of whole seconds and a clock is burned in:
  its digits change each second too. Many devices set a keyframe a second, so it tells less.
- `grid_jump`: from one place on the grid goes on with another phase: something was taken out or
  put in before the file was compressed again. Its value is the number of peaks on the weaker side
  that speak for it. Also where a device dropped frames before compressing, or restarted.
- `grid_lost`: a stretch without the grid between stretches that have it: what is shown there may
  be from elsewhere; also a picture that stands still or is dark, where no frame costs anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from avaudit.domain.cue import Cue, CueGroup
from avaudit.domain.osd import OsdClock
from avaudit.domain.recompression import GridRun, Recompression
from avaudit.domain.time import Span

#: A grid of one second that is so nearly as unlikely as the best one may be the same.
_AS_LIKELY = 0.8


def cues(sizes: Recompression | None, clock: OsdClock | None = None) -> tuple[Cue, ...]:
    """What the packets' sizes say. `clock` tells whether one is burned in: without it a grid of
    whole seconds needs no other reason."""
    if sizes is None or not sizes.applicable or sizes.log_nfa >= 0:
        return ()
    may_be_clock = clock is None or clock.found
    by_second = may_be_clock and sizes.log_nfa_second <= _AS_LIKELY * sizes.log_nfa
    kind = "recompressed_second" if by_second else "recompressed"
    facts = {
        "period": float(sizes.period), "period_s": sizes.period_s, "phase": float(sizes.phase),
        "log_nfa": sizes.log_nfa, "peaks": float(sizes.peaks), "places": float(sizes.places),
        "log_nfa_second": sizes.log_nfa_second, "own_period": float(sizes.own_period),
    }  # fmt: skip
    whole = Cue(CueGroup.BITSTREAM, kind, None, round(-sizes.log_nfa, 1), facts)
    return (whole, *_breaks(sizes))


def _breaks(sizes: Recompression) -> Iterator[Cue]:
    """Where one run of the grid ends and another begins."""
    on_grid = [run for run in sizes.runs if run.phase is not None]
    for last, run in pairwise(on_grid):
        weaker = min(_excess(last), _excess(run))
        between = Span(
            max(last.span.onset_s, last.span.offset_s - sizes.period_s),
            min(run.span.offset_s, run.span.onset_s + 0.1),
        )
        facts = {
            "period": float(sizes.period), "log_nfa": sizes.log_nfa,
            "phase_before": float(last.phase or 0), "phase_after": float(run.phase or 0),
            "peaks_before": float(last.peaks), "peaks_after": float(run.peaks),
        }  # fmt: skip
        if last.phase != run.phase and weaker > 0:
            yield Cue(CueGroup.BITSTREAM, "grid_jump", between, round(weaker, 2), facts)
        elif run.span.onset_s > last.span.offset_s:
            lost = Span(last.span.offset_s, run.span.onset_s)
            places = lost.length_s / sizes.period_s
            yield Cue(CueGroup.BITSTREAM, "grid_lost", lost, round(places, 2), facts)


def _excess(run: GridRun) -> float:
    """Peaks beyond half of the places: a grid that is there has nearly all."""
    return run.peaks - run.places / 2
