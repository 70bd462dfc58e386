"""How much surer a value makes than no value, from those of edited and of genuine trials."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

#: Fewer cases than this teach nothing.
FEWEST = 3


@dataclass
class _Bin:
    """Values from `least` up to the next bin: how many edited and genuine trials have one."""

    least: float
    edited: int
    genuine: int


def curve(edited: Sequence[float], edits: int, genuine: Sequence[float], clips: int
          ) -> list[tuple[float, float]]:  # fmt: skip
    """Values, and the weight of a value from there up to the next; both rise.

    `edited` and `genuine` are the values of those trials that had one, of so many `edits` and
    `clips`. A weight is the natural logarithm of a likelihood ratio, half a case added to each
    count (Haldane, 1956). Trials are counted in bins that end where edited ones give way to genuine
    ones; bins with few edited trials, and those that are no surer than the one below, are counted
    with it (pool-adjacent-violators; Ayer and others, 1955).
    """
    pooled: list[_Bin] = []

    def weight(one: _Bin) -> float:
        seen, false = (one.edited + 0.5) / (edits + 1), (one.genuine + 0.5) / (clips + 1)
        return math.log(seen / false)

    for one in _bins(edited, sorted(genuine, reverse=True)):
        pooled.append(one)
        while len(pooled) > 1 and (
            pooled[-2].edited < FEWEST or weight(pooled[-2]) <= weight(pooled[-1])
        ):
            last, above = pooled.pop(), pooled.pop()
            pooled.append(
                _Bin(last.least, above.edited + last.edited, above.genuine + last.genuine)
            )
    return [(one.least, weight(one)) for one in reversed(pooled) if one.edited >= FEWEST]


def _bins(edited: Sequence[float], genuine: Sequence[float]) -> list[_Bin]:
    """The highest first. Each begins halfway down to the next genuine value below its edited ones
    (to 0, where there is none)."""
    found: list[_Bin] = []
    for value in sorted(edited, reverse=True):
        above = sum(one >= value for one in genuine) - sum(one.genuine for one in found)
        if found and not above:
            found[-1].edited += 1
        else:
            found.append(_Bin(value, 1, above))
        below = next((one for one in genuine if one < value), 0.0)
        found[-1].least = (below + value) / 2
    return found
