"""Pictures come with their own times, whole, in every container, also out of damaged files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from avaudit.domain.time import Span
from avaudit.examine_picture import picture_reel
from avaudit.gathered import Gathered
from avaudit.media.open import open_descriptor, open_input
from avaudit.media.reel import Reel
from avaudit.probe.container import media_facts
from avaudit.probe.packets import read_packets
from support.forge import mutated_bytes
from support.scenes import Gray, encode

_FPS, _SECONDS = 25, 8
_BITS = 8

#: File name, codec, options: what devices of the field write.
_KINDS = [
    ("h264.mp4", "libx264", {"g": "25", "bf": "0"}),
    ("h264_b.mp4", "libx264", {"g": "25", "bf": "3"}),
    ("h264_b.ts", "libx264", {"g": "25", "bf": "3"}),
    ("h264.mkv", "libx264", {"g": "25", "bf": "2"}),
    ("h264.flv", "libx264", {"g": "25", "bf": "2"}),
    ("hevc.mp4", "libx265", {"x265-params": "keyint=25:log-level=none"}),
    ("mpeg4.mp4", "mpeg4", {"g": "25"}),
    ("mpeg4.avi", "mpeg4", {"g": "25", "bf": "2"}),
    ("mjpeg.avi", "mjpeg", {}),
    ("h263.3gp", "h263", {"g": "25"}),
    ("wmv2.asf", "wmv2", {"g": "25"}),
    ("mpeg2.ts", "mpeg2video", {"g": "25", "bf": "2"}),
]


def numbered(number: int) -> Gray:
    """A picture that carries its number in eight blocks, dark and light, on a slope."""
    picture = np.tile(np.linspace(60, 190, 176).astype(np.uint8), (144, 1))
    for bit in range(_BITS):
        picture[16:48, 22 * bit : 22 * bit + 22] = 230 if number >> bit & 1 else 25
    return picture


def number_in(picture: Gray) -> int:
    blocks = (picture[24:40, 22 * bit + 5 : 22 * bit + 17].mean() for bit in range(_BITS))
    return sum((value > 127) << bit for bit, value in enumerate(blocks))


@contextmanager
def unsought(path: Path) -> Iterator[Reel]:
    """The picture of a recording whose keyframes are not known beforehand."""
    fd = open_descriptor(os.fsencode(path))
    try:
        with open_input(fd) as container:
            zero_s = read_packets(container).zero_s
        with Reel(fd, 0, zero_s) as reel:
            yield reel
    finally:
        os.close(fd)


@contextmanager
def sought(path: Path) -> Iterator[Reel]:
    """The picture of a recording as a worker opens it: the times of its keyframes are known."""
    fd = open_descriptor(os.fsencode(path))
    try:
        with open_input(fd) as container:
            media, table = media_facts(container), read_packets(container)
        reel = picture_reel(fd, Gathered(media), table)
        assert reel is not None
        with reel:
            yield reel
    finally:
        os.close(fd)


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("keyframes")
    pictures = [numbered(number) for number in range(_FPS * _SECONDS)]
    return {
        name: encode(folder / name, pictures, fps=_FPS, codec=codec, options=options)
        for name, codec, options in _KINDS
    }


@pytest.mark.parametrize("name", [kind[0] for kind in _KINDS])
def test_keyframes_carry_their_times(name: str, recordings: dict[str, Path]) -> None:
    with sought(recordings[name]) as reel:
        seen = [(k.at_s, number_in(k.luma), k.luma.shape) for k in reel.keyframes()]
    assert len(seen) >= (_SECONDS if name != "mjpeg.avi" else _FPS * _SECONDS)
    assert [at for at, _, _ in seen] == sorted(at for at, _, _ in seen)
    for at, number, shape in seen:
        assert shape == (144, 176)
        assert at * _FPS == pytest.approx(number, abs=0.6)


@pytest.mark.parametrize("name", [kind[0] for kind in _KINDS])
def test_keyframes_are_the_same_whether_sought_or_read_up_to(
    name: str, recordings: dict[str, Path]
) -> None:
    seen = []
    for way in (sought, unsought):
        with way(recordings[name]) as reel:
            for within in (None, Span(2.5, 6.0)):
                pictures = reel.keyframes(at_least_apart_s=1.5, within=within)
                seen.append([(k.at_s, number_in(k.luma)) for k in pictures])
            assert reel.key_times() == [k.at_s for k in reel.keyframes()]
    assert seen[:2] == seen[2:]
    assert len(seen[0]) > len(seen[1]) >= 2


def test_a_reel_is_looked_at_again_and_again(recordings: dict[str, Path]) -> None:
    with sought(recordings["h264_b.mp4"]) as reel:
        first = next(iter(reel.keyframes(within=Span(4.0, 8.0))))
        frames = [number_in(f.luma) for f in reel.frames(Span(7.0, 8.0))]
        again = next(iter(reel.keyframes(within=Span(4.0, 8.0))))
        frames_again = [number_in(f.luma) for f in reel.frames(Span(7.0, 8.0))]
    assert (first.at_s, number_in(first.luma)) == (again.at_s, number_in(again.luma))
    assert frames == frames_again
    assert frames[-1] == _FPS * _SECONDS - 1


def test_a_keyframe_that_is_not_where_it_should_be_is_read_up_to(
    recordings: dict[str, Path],
) -> None:
    with sought(recordings["h264.mp4"]) as reel:
        keys = reel.keys
        assert keys is not None
        reel.keys = (*keys[:3], keys[3] + 1, *keys[4:])
        times = [k.at_s for k in reel.keyframes()]
    assert times == pytest.approx([float(n) for n in range(_SECONDS)])


@pytest.mark.parametrize("name", [kind[0] for kind in _KINDS])
def test_frames_of_a_span_are_all_there(name: str, recordings: dict[str, Path]) -> None:
    span = Span(3.3, 4.7)
    with sought(recordings[name]) as reel:
        seen = [(f.at_s, number_in(f.luma)) for f in reel.frames(span)]
    numbers = [number for _, number in seen]
    assert numbers == list(range(numbers[0], numbers[-1] + 1))
    assert numbers[0] == pytest.approx(83, abs=1)
    assert numbers[-1] == pytest.approx(117, abs=1)
    for at, number in seen:
        assert at * _FPS == pytest.approx(number, abs=1.1)


def test_keyframes_keep_apart_and_within(recordings: dict[str, Path]) -> None:
    with sought(recordings["mjpeg.avi"]) as reel:
        apart = [k.at_s for k in reel.keyframes(at_least_apart_s=2.0)]
        part = [k.at_s for k in reel.keyframes(within=Span(3.0, 3.4))]
    assert apart == pytest.approx([0.0, 2.0, 4.0, 6.0])
    assert part == pytest.approx([3.0 + k / _FPS for k in range(10)])


def test_damaged_frames_are_left_out(recordings: dict[str, Path], tmp_path: Path) -> None:
    whole = recordings["mjpeg.avi"].read_bytes()
    holes = [(at, b"\x00" * 3000) for at in range(20_000, len(whole) // 2, 15_000)]
    broken = tmp_path / "broken.avi"
    broken.write_bytes(mutated_bytes(whole, holes))
    with sought(broken) as reel:
        pictures = reel.keyframes()
        seen = [k.at_s for k in pictures]
    assert 0 < len(seen) < _FPS * _SECONDS
    assert pictures.undecodable > 0
    assert seen == sorted(seen)


def test_a_file_without_its_end_gives_what_it_holds(
    recordings: dict[str, Path], tmp_path: Path
) -> None:
    whole = recordings["h264_b.ts"].read_bytes()
    cut = tmp_path / "cut.ts"
    cut.write_bytes(whole[: len(whole) // 2])
    with sought(cut) as reel:
        seen = [k.at_s for k in reel.keyframes()]
        none = list(reel.frames(Span(7.0, 7.5)))
    assert 2 <= len(seen) < _SECONDS
    assert none == []


def test_rotation_is_told_and_not_applied(tmp_path: Path) -> None:
    path = encode(
        tmp_path / "turned.mp4", [numbered(n) for n in range(30)], options={"g": "10"},
        rotation_deg=90,
    )  # fmt: skip
    with sought(path) as reel:
        seen = list(reel.keyframes())
    assert {(abs(k.rotation_deg), k.luma.shape) for k in seen} == {(90, (144, 176))}
