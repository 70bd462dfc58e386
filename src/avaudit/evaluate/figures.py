"""Shares with what stands behind them: n of how many, and how far to trust that."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

#: Two-sided 95 % of the normal distribution.
_Z = 1.959964


@dataclass(frozen=True, slots=True)
class Share:
    """`n` of `of`. `share` and its Wilson 95 % interval (0 to 1) are None where `of` is 0."""

    n: int
    of: int
    share: float | None = None
    low: float | None = None
    high: float | None = None


def share(n: int, of: int) -> Share:
    """A share with its Wilson score interval. Raises `ValueError` unless 0 <= n <= of."""
    if not 0 <= n <= of:
        raise ValueError(f"not a share: {n} of {of}")
    if of == 0:
        return Share(n, of)
    p, z2 = n / of, _Z * _Z
    middle = (p + z2 / (2 * of)) / (1 + z2 / of)
    half = _Z / (1 + z2 / of) * sqrt(p * (1 - p) / of + z2 / (4 * of * of))
    return Share(n, of, p, max(0.0, middle - half), min(1.0, middle + half))
