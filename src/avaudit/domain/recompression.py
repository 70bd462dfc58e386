"""What packet sizes tell of an earlier compression: a grid of peaks that is not the file's own.

Where a picture was compressed before, what was a keyframe then has other coding noise than the
frames before it, and the frame that shows it costs more bits now. Free of thresholds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from avaudit.domain.time import Span


@dataclass(frozen=True, slots=True)
class GridRun:
    """A stretch in which peaks lie on the grid with one phase: `phase` frames after its multiples,
    counted from the stream's first frame; None where they lie on no phase of it.

    `peaks` of the `places` of the grid in this stretch have one.
    """

    span: Span
    phase: int | None
    peaks: int
    places: int


@dataclass(frozen=True, slots=True)
class Recompression:
    """Peaks in the sizes of predicted frames, and the grid on which they lie most.

    Not `applicable`: `cause` says why (`no_picture`, `b_frames`, `hidden_frames`,
    `keyframes_only`, `too_short`). `log_nfa`: the decimal logarithm of the number of false alarms:
    how many grids, of all periods and phases tried, would by chance catch as many peaks; below 0 it
    is unlikely, at -10 hardly ever. `period` and `phase` count frames, `period_s` is the period in
    seconds; `peaks` of `places` of that grid have a peak, in all `runs` together: where the grid's
    phase holds. `log_nfa_second` is that of the best grid of one second (a burned-in clock changes
    its digits each second, and where it is as low as `log_nfa`, that may be all). `own_period` is
    the usual distance of the file's own keyframes.
    """

    NAME: ClassVar[str] = "recompression"
    VERSION: ClassVar[int] = 1

    applicable: bool
    cause: str = ""
    frames: int = 0
    own_period: int = 0
    period: int = 0
    phase: int = 0
    period_s: float = 0.0
    log_nfa: float = 0.0
    peaks: int = 0
    places: int = 0
    log_nfa_second: float = 0.0
    runs: tuple[GridRun, ...] = ()
