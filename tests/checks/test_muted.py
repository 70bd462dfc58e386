"""Where a mute begins that a decoder rings on into: its fall belongs to it, a room's does not."""

from __future__ import annotations

import pytest

from avaudit.checks._levels import Levels
from avaudit.checks._muted import FaintParams, faint_stretches, widened
from avaudit.domain.time import Span

_PARAMS = FaintParams(
    min_silence_s=1.0, faint_dbfs=-80.0, faint_companded_dbfs=-70.0, min_drop_db=15.0,
    nearly_silent_dbfs=-85.0,
)  # fmt: skip
_NOTHING = float("-inf")


def _levels(*inside: float) -> Levels:
    """Two seconds of talk, what is given, two seconds of talk; blocks of a tenth of a second."""
    return Levels((*[-24.0] * 20, *inside, *[-24.0] * 20), 0.1)


@pytest.mark.parametrize(
    ("inside", "onset_s"),
    [
        # As Opus rings on: what stands still begins 0.4 s after the mute did.
        ([-50.0, -67.0, -83.0, -97.0, *[_NOTHING] * 8], 2.0),
        # A room that rings for longer than any decoder, and is quiet then: no steep fall.
        ([-31.0, -38.0, -45.0, -52.0, -59.0, -66.0, -73.0, -82.0, *[_NOTHING] * 4], 2.7),
    ],
)
def test_a_fall_into_silence_is_part_of_it(inside: list[float], onset_s: float) -> None:
    still = inside.count(_NOTHING)
    begin = 2.0 + 0.1 * (len(inside) - still)
    silent = Span(round(begin, 3), round(begin + 0.1 * still, 3))
    (found,) = widened([silent], _levels(*inside), -80.0)
    assert found == Span(onset_s, silent.offset_s)


@pytest.mark.parametrize(
    ("inside", "found"),
    [
        (
            [-55.0, -72.0, -87.0, *[-93.0] * 8],
            [Span(2.0, 3.1)],
        ),  # 0.9 s are faint
        ([-30.0, -38.0, -84.0, *[-93.0] * 8], []),  # what leads down to it is talk
    ],
)
def test_a_fall_counts_towards_the_length_of_a_faint_stretch(
    inside: list[float], found: list[Span]
) -> None:
    stretches = faint_stretches(_levels(*inside), [], -80.0, _PARAMS)
    assert [one.span for one in stretches] == found
