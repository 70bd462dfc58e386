"""Shares and their intervals, against values from the literature and by their properties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avaudit.evaluate.figures import Share, share


@pytest.mark.parametrize(
    ("n", "of", "low", "high"),
    # Newcombe (1998), Statistics in Medicine 17, table I, method 3 (Wilson).
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611),
     (1, 29, 0.0061, 0.1718)],
)  # fmt: skip
def test_the_interval_is_wilsons(n: int, of: int, low: float, high: float) -> None:
    found = share(n, of)
    assert found.low == pytest.approx(low, abs=5e-5)
    assert found.high == pytest.approx(high, abs=5e-5)


def test_nothing_counted_is_no_share() -> None:
    assert share(0, 0) == Share(0, 0, None, None, None)


@pytest.mark.parametrize(("n", "of"), [(2, 1), (-1, 3)])
def test_more_than_all_is_a_defect(n: int, of: int) -> None:
    with pytest.raises(ValueError, match="not a share"):
        share(n, of)


@given(st.integers(1, 5000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_holds_the_share(counts: tuple[int, int]) -> None:
    found, rest = share(*counts), share(counts[1] - counts[0], counts[1])
    assert found.share is not None
    assert found.low is not None
    assert found.high is not None
    assert rest.low is not None
    assert 0 <= found.low <= found.share + 1e-9
    assert found.share - 1e-9 <= found.high <= 1
    assert found.high == pytest.approx(1 - rest.low)
