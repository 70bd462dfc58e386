"""Every edit lies where its label says: seen in packets and decoded pictures, not in its code."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from sounds import RATE

from forge import altered, cuts, negatives, pictured
from forge.cuts import Edit
from forge.labels import EDITED, NotFor
from forge.sources import Source, draw
from forge.splice import lead_s
from forge.take import Take, decoded

_FPS = 10


@pytest.fixture(scope="module", params=[0, 3], ids=["mp4", "avi"])
def source(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Source:
    scratch = tmp_path_factory.mktemp("scratch")
    return draw(request.param, 8.0, _FPS, 7, scratch)


@pytest.fixture(scope="module")
def boxed(tmp_path_factory: pytest.TempPathFactory) -> Source:
    return draw(0, 8.0, _FPS, 7, tmp_path_factory.mktemp("scratch"))


def _edited(edit: Edit, source: Source, folder: Path) -> tuple[Path, list[tuple[float, float]]]:
    """The edited file, and where its labels lie: from the first picture."""
    folder.mkdir(exist_ok=True)
    path, truth = edit(source, folder / "edited", np.random.default_rng(5))
    found = [one for one in truth.expected if one["rule"] == EDITED]
    return path, [(one["start_s"], one["end_s"]) for one in found]


def _packets(path: Path) -> list[tuple[float, bytes]]:
    """When each picture is shown, from the first one, and what its packet holds; edit lists left
    aside."""
    options = {"ignore_editlist": "1"} if path.suffix == ".mp4" else {}
    with av.open(str(path), options=options) as given:
        packets: list[Any] = [p for p in given.demux(given.streams.video[0]) if p.size]
        ticks = [(p.dts if p.pts is None else p.pts, p) for p in packets]
        found = [(float(at * p.time_base), bytes(p)) for at, p in ticks]
    first = min(at for at, _ in found)
    return [(at - first, hashlib.sha256(held).digest()) for at, held in found]


@pytest.mark.parametrize(
    "edit",
    [
        cuts.cut_gops_odd,
        cuts.cut_gops_even,
        cuts.stealth_copy,
        cuts.order_changed,
        cuts.insert_same_device,
    ],
)
def test_stream_copies_join_where_they_are_labelled(
    edit: Edit, source: Source, tmp_path: Path
) -> None:
    path, labels = _edited(edit, source, tmp_path)
    places = {held: n for n, (_, held) in enumerate(_packets(source.original))}
    if edit is cuts.insert_same_device:
        places |= {held: 9000 + n for n, (_, held) in enumerate(_packets(source.another))}
    found = [(at, places[held]) for at, held in _packets(path)]
    joins = [b[0] for a, b in pairwise(found) if b[1] != a[1] + 1]
    assert [start for start, _ in labels] == pytest.approx(joins, abs=0.001)
    taken = len(places) - len(found)
    if edit in (cuts.cut_gops_odd, cuts.cut_gops_even):
        assert taken > 0
        each = _FPS * source.profile.gop_s
        assert taken // each % 2 == (edit is cuts.cut_gops_odd)


def test_trims_lie_at_the_ends(source: Source, tmp_path: Path) -> None:
    whole = _packets(source.original)
    path, labels = _edited(cuts.head_trim, source, tmp_path / "h")
    assert labels == [(0.0, 0.0)]
    assert [h for _, h in _packets(path)] == [h for _, h in whole][-len(_packets(path)) :]
    path, ((start, _),) = _edited(cuts.tail_trim, source, tmp_path / "t")
    left = _packets(path)
    assert [h for _, h in left] == [h for _, h in whole][: len(left)]
    assert len(left) < len(whole)
    assert start == pytest.approx(max(at for at, _ in left) + 1 / _FPS, abs=0.001)


def _seen(take: Take) -> np.ndarray:
    """Pictures small and grey, without the clock's corner."""
    height = take.pictures[0].shape[0] * 2 // 3
    grey = [np.asarray(one[height // 4 : height], np.float32) for one in take.pictures]
    return np.stack([cv2.resize(one, (160, 68), interpolation=cv2.INTER_AREA) for one in grey])


def _shown(path: Path, source: Source) -> tuple[Sequence[float], Sequence[int]]:
    """When each picture of a file is shown, and the number of the source's that it is most like."""
    take, whole = decoded(path), _seen(source.take)
    numbers = [int(np.abs(whole - one).mean(axis=(1, 2)).argmin()) for one in _seen(take)]
    return take.times, numbers


@pytest.mark.parametrize(
    "edit", [cuts.cut_reencoded, cuts.cut_short, cuts.editor_export, cuts.stealth]
)
def test_cuts_that_are_encoded_anew_lie_where_they_are_labelled(
    edit: Edit, boxed: Source, tmp_path: Path
) -> None:
    path, ((start, end),) = _edited(edit, boxed, tmp_path)
    times, numbers = _shown(path, boxed)
    (join,) = [n for n in range(1, len(numbers)) if numbers[n] != numbers[n - 1] + 1]
    assert times[join] == pytest.approx(start, abs=0.01)
    assert start == end
    gone = (numbers[join] - numbers[join - 1] - 1) / _FPS
    assert gone < 1 if edit is cuts.cut_short else gone > 2


def test_what_is_repeated_frozen_or_hurried_lies_where_it_is_labelled(
    boxed: Source, tmp_path: Path
) -> None:
    path, ((start, end),) = _edited(altered.duplicated, boxed, tmp_path / "d")
    times, numbers = _shown(path, boxed)
    (back,) = [n for n in range(1, len(numbers)) if numbers[n] != numbers[n - 1] + 1]
    assert times[back] == pytest.approx(start, abs=0.01)
    again = numbers[back - 1] - numbers[back] + 1
    assert end - start == pytest.approx(again / _FPS, abs=0.01)
    path, ((start, end),) = _edited(altered.freeze, boxed, tmp_path / "f")
    times, numbers = _shown(path, boxed)
    held = [at for at, n in zip(times, numbers, strict=True) if numbers.count(n) > 1]
    assert (held[0], held[-1] + 1 / _FPS) == pytest.approx((start, end), abs=0.01)
    path, ((start, end),) = _edited(altered.speed_changed, boxed, tmp_path / "s")
    times, numbers = _shown(path, boxed)
    fast = [times[n] for n in range(1, len(numbers)) if numbers[n] == numbers[n - 1] + 2]
    assert len(fast) >= 4
    assert start - 0.01 <= fast[0]
    assert fast[-1] <= end + 0.01
    assert numbers[-1] == len(boxed.take.pictures) - 1


def test_sound_is_changed_where_it_is_labelled_and_pictures_are_not(
    boxed: Source, tmp_path: Path
) -> None:
    whole = boxed.take.sound
    for edit in (altered.mute, altered.overdub):
        path, ((start, end),) = _edited(edit, boxed, tmp_path / edit.__name__)
        assert [h for _, h in _packets(path)] == [h for _, h in _packets(boxed.original)]
        sound = decoded(path).sound
        changed = np.abs(sound - whole[: len(sound)])
        # Encoding anew shifts and blurs the edges by a packet or two.
        first, last = (round(at * RATE) for at in (start, end))
        inside, room = slice(first + 4000, last - 4000), slice(0, first - 4000)
        assert changed[inside].mean() > 5 * changed[room].mean()
        if edit is altered.mute:
            assert np.abs(sound[inside]).max() < 1e-4
            assert np.abs(sound[room]).mean() > 1e-3


def test_sound_that_is_cut_moves_up(boxed: Source, tmp_path: Path) -> None:
    path, ((start, _),) = _edited(altered.sound_cut, boxed, tmp_path)
    whole, sound = boxed.take.sound, decoded(path).sound
    gone = round(2.0 * RATE)
    before = slice(0, round(start * RATE) - 4000)
    behind = slice(round(start * RATE) + 4000, len(whole) - gone - 4000)
    assert np.corrcoef(sound[before], whole[before])[0, 1] > 0.9
    moved = whole[behind.start + gone : behind.stop + gone]
    assert np.corrcoef(sound[behind], moved)[0, 1] > 0.9


def test_a_mosaic_covers_its_seconds_alone(boxed: Source, tmp_path: Path) -> None:
    path, ((start, end),) = _edited(pictured.mosaic, boxed, tmp_path)
    take = decoded(path)
    worst = np.abs(_seen(take) - _seen(boxed.take)).max(axis=(1, 2))
    inside = np.array([start <= at < end for at in take.times])
    assert worst[inside].min() > worst[~inside].max()


def test_a_gallery_hides_the_ends_and_keeps_every_packet(boxed: Source, tmp_path: Path) -> None:
    path, labels = _edited(cuts.gallery_trim, boxed, tmp_path)
    assert [h for _, h in _packets(path)] == [h for _, h in _packets(boxed.original)]
    times, numbers = _shown(path, boxed)
    assert numbers[0] > 0
    assert numbers[-1] < len(boxed.take.pictures) - 1
    assert [start for start, _ in labels] == pytest.approx([0.0, times[-1] + 1 / _FPS], abs=0.02)


def test_a_twin_is_its_source_and_copies_keep_every_packet(source: Source, tmp_path: Path) -> None:
    chance = np.random.default_rng(1)
    path, truth = negatives.untouched(source, tmp_path / "u", chance)
    assert path.read_bytes() == source.original.read_bytes()
    assert not truth.expected
    for edit in (negatives.rewrapped, pictured.tags_stripped):
        path, _ = edit(source, tmp_path / edit.__name__, chance)
        assert [h for _, h in _packets(path)] == [h for _, h in _packets(source.original)]
        assert path.read_bytes() != source.original.read_bytes()


def test_only_times_change_with_the_creation_time(boxed: Source, tmp_path: Path) -> None:
    path, _ = pictured.creation_altered(boxed, tmp_path / "c", np.random.default_rng(1))
    old, new = boxed.original.read_bytes(), path.read_bytes()
    assert len(old) == len(new)
    assert 0 < sum(a != b for a, b in zip(old, new, strict=True)) <= 7 * 8
    told = []
    for one in (boxed.original, path):
        with av.open(str(one)) as given:
            told.append(given.metadata["creation_time"])
    assert told[0] < told[1]


def test_devices_leave_no_marks_of_programs_and_neither_does_the_careful(
    boxed: Source, tmp_path: Path
) -> None:
    marks = (b"x264", b"Lavf", b"Lavc", b"x265")
    careful = [_edited(one, boxed, tmp_path / one.__name__)[0]
               for one in (cuts.stealth, cuts.stealth_copy)]  # fmt: skip
    for path in (boxed.original, *careful):
        assert not any(mark in path.read_bytes() for mark in marks)
        assert b"Amba Video" in path.read_bytes()
        assert path.read_bytes()[8:12] == b"mp42"
    open_cut, _ = _edited(cuts.cut_reencoded, boxed, tmp_path / "o")
    assert all(mark in open_cut.read_bytes() for mark in marks[:2])


def test_labels_count_from_what_is_shown_or_heard_first(tmp_path: Path) -> None:
    source = draw(12, 4.0, _FPS, 7, tmp_path)  # MPEG-TS with AAC: its sound begins earlier
    assert source.profile.suffix == "ts"
    assert 0 < lead_s(source.original) < 0.1


def test_what_cannot_be_done_is_said(tmp_path: Path) -> None:
    source = draw(0, 2.0, _FPS, 7, tmp_path)
    with pytest.raises(NotFor):
        cuts.cut_gops_odd(source, tmp_path / "x", np.random.default_rng(1))
