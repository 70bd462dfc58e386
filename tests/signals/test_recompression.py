"""An earlier compression shows in packet sizes, and so does what was taken out after it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avaudit import codec as plain
from avaudit.domain.examination import ExamineRequest
from avaudit.domain.recompression import Recompression
from avaudit.examine_recompression import measure_recompression
from avaudit.gathered import Gathered
from avaudit.integrity.recompression import cues
from avaudit.media.open import open_descriptor, open_input
from avaudit.probe.container import media_facts
from avaudit.probe.packets import read_packets
from avaudit.signals.recompression import measure, on_grids, peaks_of
from support.cameras import Camera, clean, sensor
from support.scenes import Gray, encode

_FIRST = 30


@cache
def _taken(seed: int) -> list[Gray]:
    camera = Camera(seconds=16, width=240, height=136, held=seed % 2 == 0, seed=seed, clock=True)
    return list(sensor(clean(camera), camera))


def _options(period: int, crf: int, *, scenes: bool = False, b_frames: int = 0) -> dict[str, str]:
    return {
        "preset": "veryfast", "g": str(period), "bf": str(b_frames), "crf": str(crf),
        "sc_threshold": "40" if scenes else "0", "keyint_min": "2" if scenes else str(period),
    }  # fmt: skip


def _shown(path: Path) -> Iterator[Gray]:
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            luma = frame.to_ndarray(format="yuv420p")[: frame.height].astype(np.float32)
            yield np.clip((luma - 16) * 255 / 219, 0, 255).round().astype(np.uint8)


def _measured(path: Path) -> Recompression:
    fd, gathered = open_descriptor(os.fsencode(path)), Gathered()
    try:
        with open_input(fd) as container:
            gathered.media = media_facts(container)
            table = read_packets(container)
        request = ExamineRequest(os.fsencode(path).hex())
        measure_recompression(request, gathered, table)
    finally:
        os.close(fd)
    found: Recompression = gathered.signals[Recompression.NAME]
    assert plain.from_plain(Recompression, plain.to_plain(found)) == found
    return found


@pytest.mark.parametrize("seed", [60, 61])
def test_a_second_compression_is_told_from_a_first(tmp_path: Path, seed: int) -> None:
    first = encode(tmp_path / "a.mp4", _taken(seed), options=_options(_FIRST, 22))
    assert _measured(first).log_nfa > -1
    again = encode(tmp_path / "b.mkv", _shown(first), options=_options(250, 21, scenes=True))
    found = _measured(again)
    assert (found.period, found.phase) == (_FIRST, 0)
    assert found.log_nfa < -3
    assert [cue.kind for cue in cues(found)] == ["recompressed"]


@pytest.mark.parametrize(("period", "scenes"), [(12, False), (25, False), (48, False), (250, True)])
def test_one_compression_is_one(tmp_path: Path, period: int, scenes: bool) -> None:
    """Whatever groups of pictures it has; a clock that changes each second is burned in."""
    path = encode(tmp_path / "a.mp4", _taken(62), options=_options(period, 24, scenes=scenes))
    found = _measured(path)
    assert found.applicable
    assert found.log_nfa > -1, found


def test_what_was_taken_out_in_between_shifts_the_grid(tmp_path: Path) -> None:
    first = encode(tmp_path / "a.mp4", _taken(60), options=_options(12, 22))
    frames = list(_shown(first))
    cut = frames[:180] + frames[215:]
    found = _measured(encode(tmp_path / "b.mp4", cut, options=_options(250, 21)))
    assert found.period == 12
    assert found.log_nfa < -8
    assert [run.phase for run in found.runs] == [0, (180 - 215) % 12]
    (jump,) = (cue for cue in cues(found) if cue.kind == "grid_jump")
    assert jump.span is not None
    assert jump.span.onset_s - 0.1 <= 180 / 25 <= jump.span.offset_s + 0.1
    assert jump.value > 3


def test_where_it_cannot_be_told_it_says_so(tmp_path: Path) -> None:
    frames = _taken(60)
    with_b = encode(tmp_path / "b.mp4", frames[:120], options=_options(50, 24, b_frames=2))
    assert _measured(with_b).cause == "b_frames"
    alone = encode(tmp_path / "k.avi", frames[:120], codec="mjpeg", bit_rate=2_000_000)
    assert _measured(alone).cause == "keyframes_only"
    short = encode(tmp_path / "s.mp4", frames[:20], options=_options(50, 24))
    assert _measured(short).cause == "too_short"
    for path in (with_b, alone, short):
        assert cues(_measured(path)) == ()


_Sizes = st.lists(st.integers(1, 100_000), min_size=60, max_size=400)


def _of(sizes: list[int], period: int) -> Recompression:
    keys = np.arange(len(sizes)) % period == 0
    onsets = np.arange(len(sizes)) / 25
    return measure(onsets, np.asarray(sizes), keys, reordered=False, coded_in="h264")


@settings(max_examples=60, deadline=None)
@given(_Sizes, st.integers(20, 200))
def test_sizes_in_any_order_have_no_grid(sizes: list[int], period: int) -> None:
    """The number of false alarms bounds how often chance comes so far."""
    ordered = sorted(sizes, key=lambda size: hash((size, len(sizes))))
    assert _of(ordered, period).log_nfa > -3


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**31), st.integers(7, 40), st.integers(0, 39), st.integers(2, 50))
def test_a_grid_is_found_whatever_the_scale(seed: int, period: int, phase: int, scale: int) -> None:
    chance = np.random.default_rng(seed)
    sizes = chance.integers(800, 1200, 800)
    sizes[phase % period :: period] += 600
    found = _of((sizes * scale).tolist(), 263)
    assert found.period == period
    assert found.phase == phase % period
    assert found.log_nfa < -8
    assert [run.phase for run in found.runs] == [phase % period]


@given(_Sizes, st.integers(2, 50))
def test_peaks_lie_apart_and_grids_count_them_all(sizes: list[int], period: int) -> None:
    keys = np.arange(len(sizes)) % 25 == 0
    peaks = peaks_of(np.asarray(sizes), keys)
    assert not (peaks & keys).any()
    assert (np.diff(np.flatnonzero(peaks)) > 3).all()
    hits, places = on_grids(peaks, keys, period)
    assert hits.sum() == peaks.sum()
    assert places.sum() == np.count_nonzero(~keys)
    assert (hits <= places).all()
