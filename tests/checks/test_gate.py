"""A noise gate is told by how it closes and opens; a mute is not taken for one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from avaudit.checks._gate import noise_gate
from avaudit.checks._levels import Levels
from avaudit.domain.time import Span

_BLOCK_S, _HOLD = 0.1, 3
Stretch = tuple[int, int]


def _talk(chance: np.random.Generator, blocks: int = 400) -> tuple[list[float], list[Stretch]]:
    """Levels of people who talk, and the pauses between: blocks of 0.1 s."""
    levels: list[float] = []
    pauses: list[Stretch] = []
    while len(levels) < blocks:
        levels += chance.uniform(-34, -18, int(chance.integers(8, 40))).tolist()
        pause = int(chance.integers(4, 26))
        pauses.append((len(levels), len(levels) + pause))
        levels += chance.uniform(-52, -49, pause).tolist()
    return levels, pauses


def _cut(levels: list[float], cuts: Sequence[Stretch]) -> tuple[Levels, list[Span]]:
    silent: list[float] = list(levels)
    for first, last in cuts:
        silent[first:last] = [float("-inf")] * (last - first)
    spans = [Span(first * _BLOCK_S, last * _BLOCK_S) for first, last in cuts]
    return Levels(tuple(silent), _BLOCK_S), [span for span in spans if span.length_s >= 0.25]


@pytest.mark.parametrize("seed", range(12))
def test_a_gate_is_known_and_explains_its_silences(seed: int) -> None:
    levels, pauses = _talk(np.random.default_rng(seed))
    closed = [(first + _HOLD, last) for first, last in pauses if last - first > _HOLD]
    levels_then, silent = _cut(levels, closed)
    gate = noise_gate(silent, levels_then, 3)
    assert gate is not None
    assert gate.hold_s == pytest.approx(_HOLD * _BLOCK_S, abs=_BLOCK_S)
    assert -52 < gate.threshold_dbfs < -30
    long = [span for span in silent if span.length_s >= 1]
    assert set(long) <= set(gate.closings)


@pytest.mark.parametrize("seed", range(12))
def test_mutes_are_no_gate(seed: int) -> None:
    """Wherever they are laid, in talk or in pauses, the room goes on elsewhere."""
    chance = np.random.default_rng(100 + seed)
    levels, _ = _talk(chance)
    begins = sorted(int(at) + 90 * n for n, at in enumerate(chance.integers(20, 70, 4)))
    levels_then, silent = _cut(levels, [(at, at + int(chance.integers(11, 20))) for at in begins])
    assert noise_gate(silent, levels_then, 3) is None


@pytest.mark.parametrize("seed", range(12))
def test_a_mute_in_talk_is_not_explained_by_the_devices_gate(seed: int) -> None:
    levels, pauses = _talk(np.random.default_rng(200 + seed))
    closed = [(first + _HOLD, last) for first, last in pauses if last - first > _HOLD]
    ends = [(last, following) for (_, last), (following, _) in pairwise(pauses)]
    begin, end = max(ends, key=lambda pair: pair[1] - pair[0])
    mute = (begin + 4, end - 2)
    levels_then, silent = _cut(levels, sorted([*closed, mute]))
    gate = noise_gate(silent, levels_then, 3)
    assert gate is None or Span(mute[0] * _BLOCK_S, mute[1] * _BLOCK_S) not in gate.closings


@pytest.mark.parametrize("seed", range(12))
def test_a_known_gate_explains_what_is_a_little_louder_for_its_blocks(seed: int) -> None:
    """Blocks show the mean of what a gate hears: a murmur that keeps it open lies below pauses that
    close it, so that no threshold explains all of them."""
    levels, pauses = _talk(np.random.default_rng(300 + seed))
    long = [(first, last) for first, last in pauses if last - first >= 14 and last < len(levels)]
    first, last = long[len(long) // 2]
    levels[first : first + _HOLD] = [-45.0] * _HOLD
    murmur = next(n for n in range(len(levels)) if max(levels[n : n + 12]) > -35 and
                  min(levels[n : n + 12]) > -35)  # fmt: skip
    levels[murmur : murmur + 12] = [-47.0 if n % 12 else -20.0 for n in range(12)]
    closed = [(a + _HOLD, b) for a, b in pauses if b - a > _HOLD]
    levels_then, silent = _cut(levels, closed)
    gate = noise_gate(silent, levels_then, 3)
    assert gate is not None
    assert Span((first + _HOLD) * _BLOCK_S, last * _BLOCK_S) in gate.closings
