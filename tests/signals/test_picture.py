"""Looks, standouts and closer looks, each on pictures whose truth is known."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from avaudit.domain.picture import Looks
from avaudit.domain.time import Span, total_s
from avaudit.signals import brackets, closer, standouts, sway
from avaudit.signals.look import Looking, sharpness, small, textured_share
from support.cameras import Camera, clean, sensor

_CAMERA = Camera(seconds=1.0, width=640, height=352, seed=3)
_FPS = 25


def packets(sizes: list[int], every: int = 25) -> standouts.Packets:
    keys = np.arange(len(sizes)) % every == 0
    return standouts.Packets(np.arange(len(sizes)) / _FPS, np.asarray(sizes, np.int64), keys)


def usual(seconds: float, seed: int = 1) -> list[int]:
    chance = np.random.default_rng(seed)
    return [int(size) for size in chance.integers(3000, 6000, round(seconds * _FPS))]


@pytest.mark.parametrize("full_range", [True, False])
def test_brightness_has_one_scale(full_range: bool) -> None:
    black, white = (0, 255) if full_range else (16, 235)
    luma = np.full((90, 160), black, np.uint8)
    luma[:, 80:] = white
    seen = small(luma, full_range)
    assert float(seen.min()) == pytest.approx(0.0, abs=0.01)
    assert float(seen.max()) == pytest.approx(255.0, abs=0.01)


def test_a_noisy_wall_has_no_texture_and_a_street_has() -> None:
    chance = np.random.default_rng(1)
    wall = np.clip(chance.normal(128, 4, (352, 640)), 0, 255).astype(np.uint8)
    street = next(sensor(clean(_CAMERA), _CAMERA))
    assert textured_share(small(wall, True)) < 5
    assert textured_share(small(street, True)) > 80
    assert sharpness(wall) == -1


@pytest.mark.parametrize("contrast", [0.5, 1.0])
def test_blur_takes_sharpness_whatever_the_contrast(contrast: float) -> None:
    view = next(clean(_CAMERA)) * np.float32(contrast)
    blurred = cv2.GaussianBlur(view, (0, 0), 3).astype(np.float32)
    sharp, soft = (sharpness(next(sensor(iter([v]), _CAMERA))) for v in (view, blurred))
    assert sharp > 40
    assert 0 <= soft < 20


def test_looks_tell_what_changed() -> None:
    looking = Looking()
    street = next(sensor(clean(_CAMERA), _CAMERA))
    for at_s, luma in enumerate((street, street, np.zeros_like(street))):
        looking.take(float(at_s), luma, True, 90)
    looks = looking.looks()
    assert looks.at_ms == (0, 1000, 2000)
    assert looks.changed[:2] == (0, 0)
    assert looks.changed[2] > 500
    assert looks.luma[2] == 0
    assert looking.rotation_deg == 90


def test_an_even_pan_is_steady_and_a_shake_is_not() -> None:
    view = cv2.resize(next(clean(_CAMERA)), (160, 88), interpolation=cv2.INTER_AREA)

    def unsteady(shifts: list[int]) -> float:
        measured = sway.unsteady([np.roll(view, shift, axis=1) for shift in shifts])
        assert measured is not None
        return measured

    assert unsteady([2 * n for n in range(10)]) < 3
    assert unsteady([0, 5, 0, 5, 0, 5, 0, 5, 0, 5]) > 40
    assert sway.unsteady([np.zeros((88, 160), np.float32)] * 10) is None


@pytest.mark.parametrize("length", [25, 75, 750])
def test_packets_that_carry_nothing_stand_out(length: int) -> None:
    sizes = usual(60.0)
    sizes[500 : 500 + length] = [30] * length
    sizes[500 + length] = 30_000
    (span,) = standouts.from_packets(packets(sizes)).likely
    assert span.onset_s == pytest.approx(20.0, abs=0.3)
    assert span.offset_s == pytest.approx(20.0 + length / _FPS, abs=0.3)


def test_packets_of_the_least_size_stand_out_though_others_carry_hardly_more() -> None:
    """As an encoder with few bits does it: 190 bytes a frame, and 132 for one that repeats."""
    chance = np.random.default_rng(6)
    sizes = [int(size) for size in chance.integers(170, 215, 1500)]
    assert standouts.from_packets(packets(sizes)) == standouts.Standouts()
    sizes[500:540] = [132, 133] * 20
    found = standouts.from_packets(packets(sizes))
    (span,) = (*found.likely, *found.further)
    assert (span.onset_s, span.offset_s) == pytest.approx((20.0, 21.6), abs=0.1)


def test_packets_with_next_to_nothing_stand_out_between_ones_as_large_as_ever() -> None:
    """As an encoder does it that has bits to spend: it refines what stands in every third frame."""
    sizes = usual(60.0)
    sizes[500:525] = [3 * sizes[500 + n] if n % 3 == 0 else 90 for n in range(25)]
    found = standouts.from_packets(packets(sizes))
    assert found.likely == ()
    (span,) = found.further
    assert (span.onset_s, span.offset_s) == pytest.approx((20.0, 21.0), abs=0.2)
    sizes[500:525] = usual(60.0)[500:525]
    sizes[510] = 90  # a single one is nothing
    assert standouts.from_packets(packets(sizes)) == standouts.Standouts()


def test_usual_packets_do_not() -> None:
    assert standouts.from_packets(packets(usual(60.0))) == standouts.Standouts()
    even = [60_000 if n % 25 == 0 else size for n, size in enumerate(usual(60.0))]
    assert standouts.odd_keyframes(packets(even)) == frozenset()


def test_packets_equal_to_the_byte_stand_out_where_all_are_keyframes() -> None:
    sizes = usual(20.0)
    sizes[200:250] = [sizes[200]] * 50
    (span,) = standouts.from_packets(packets(sizes, every=1)).likely
    assert (span.onset_s, span.offset_s) == pytest.approx((8.0, 10.0), abs=0.2)


def test_a_step_and_back_stands_out_where_all_are_keyframes() -> None:
    """Half as much to code for a second and a half, as where a lens is covered."""
    chance = np.random.default_rng(4)
    sizes = [round(15_000 * (1 + 0.01 * chance.normal())) for _ in range(500)]
    assert standouts.from_packets(packets(sizes, every=1)).further == ()
    sizes[200:238] = [size // 2 for size in sizes[200:238]]
    (span,) = standouts.from_packets(packets(sizes, every=1)).further
    assert (span.onset_s, span.offset_s) == pytest.approx((8.0, 9.52), abs=0.05)
    slow = [round(15_000 * (1 + 0.4 * np.sin(n / 60))) for n in range(500)]  # a camera that sways
    assert standouts.from_packets(packets(slow, every=1)).further == ()


def test_a_small_keyframe_is_looked_at() -> None:
    sizes = usual(20.0)
    sizes[::25] = [60_000] * 20
    sizes[250] = 2_000
    assert standouts.odd_keyframes(packets(sizes)) == {10_000}


def test_a_run_of_keyframes_is_looked_at() -> None:
    made = packets([60_000 if n % 25 == 0 else size for n, size in enumerate(usual(20.0))])
    made.keys[250:275] = True
    assert {10_040} <= standouts.odd_keyframes(made)
    assert all(10_000 <= at_ms <= 11_000 for at_ms in standouts.odd_keyframes(made) - {10_000})


def test_repeats_are_told_to_the_frame() -> None:
    camera = Camera(seconds=5.0, width=320, height=176, seed=8)
    pictures = list(sensor(clean(camera), camera))
    pictures[50:75] = [pictures[50]] * 25
    frames = closer.gather((n / _FPS, p, True, n % 25 == 0) for n, p in enumerate(pictures))
    (still,) = closer.still_stretches(frames)
    assert (still.onset_s, still.offset_s, still.equal_share) == (2.0, 3.0, 1.0)
    assert still.offset_step > 2 > still.onset_step
    assert closer.empty_stretches(frames) == []


def test_a_keyframe_that_codes_a_still_picture_anew_does_not_part_it() -> None:
    camera = Camera(seconds=5.0, width=320, height=176, seed=9)
    pictures = list(sensor(clean(camera), camera))
    anew = np.clip(pictures[40].astype(int) + np.indices(pictures[40].shape)[1] % 16 - 6, 0, 255)
    pictures[40:60] = [pictures[40]] * 20
    pictures[60:80] = [anew.astype(np.uint8)] * 20
    pictures[61:80] = [np.asarray(cv2.blur(pictures[60], (5, 1)), np.uint8)] * 19
    for frame_60_is_key in (True, False):
        frames = closer.gather(
            (n / _FPS, p, True, n % 30 == 0 and (n != 60 or frame_60_is_key))
            for n, p in enumerate(pictures)
        )
        stills = [(one.onset_s, one.offset_s) for one in closer.still_stretches(frames)]
        assert stills == ([(1.6, 3.2)] if frame_60_is_key else [(1.6, 2.4), (2.44, 3.2)])


def test_what_follows_a_keyframe_that_repeats_does_not_part_a_still() -> None:
    """At few bits a keyframe changes next to nothing, and the frames behind it put that right."""
    camera = Camera(seconds=5.0, width=320, height=176, seed=10)
    pictures = list(sensor(clean(camera), camera))
    pictures[40:80] = [pictures[40]] * 40
    left = np.indices(pictures[40].shape)[1] < 80
    for number in (61, 62):
        anew = np.clip(pictures[number - 1].astype(int) + 24 * left, 0, 255).astype(np.uint8)
        pictures[number:80] = [anew] * (80 - number)
    for frame_60_is_key in (True, False):
        frames = closer.gather(
            (n / _FPS, p, True, n % 30 == 0 and (n != 60 or frame_60_is_key))
            for n, p in enumerate(pictures)
        )
        stills = [(one.onset_s, one.offset_s) for one in closer.still_stretches(frames)]
        assert stills == ([(1.6, 3.2)] if frame_60_is_key else [(1.6, 2.44), (2.48, 3.2)])


@given(
    st.lists(st.tuples(st.floats(0, 900), st.floats(0.1, 200)), max_size=12),
    st.lists(st.tuples(st.floats(0, 900), st.floats(0.1, 20)), max_size=6),
    st.floats(5, 200),
)
def test_closer_looks_keep_to_their_budget(
    likely: list[tuple[float, float]], further: list[tuple[float, float]], budget_s: float
) -> None:
    first, second = (
        tuple(Span(a, min(a + length, 1000.0)) for a, length in some) for some in (likely, further)
    )
    extent = Span(0.0, 1000.0)
    chosen, left_out = brackets.brackets((standouts.Standouts(first, second),), extent, budget_s)
    assert total_s(chosen) <= budget_s + 1e-6
    assert all(a.offset_s < b.onset_s for a, b in pairwise(chosen))
    assert all(extent.onset_s <= s.onset_s and s.offset_s <= extent.offset_s for s in chosen)
    for candidate in first:
        ends = (candidate.onset_s, candidate.offset_s)
        seen = all(any(s.onset_s <= at <= s.offset_s for s in chosen) for at in ends)
        unseen = any(s.onset_s <= candidate.onset_s <= s.offset_s for s in left_out)
        assert seen or unseen


def test_stretches_at_the_ends_of_brackets_are_one_where_looks_agree() -> None:
    part = closer.Frames()
    camera = Camera(seconds=0.2, width=320, height=176)
    picture = small(next(sensor(clean(camera), camera)), True)
    for n in range(60):
        part.at_s.append(n / _FPS)
        part.differs.append(6.0 if n < 30 else 0.0)
        part.block.append(40.0 if n < 30 else 0.0)
        part.keys.append(False)
        part.textured.append(100.0)
        part.small.append(picture)
    (first,) = closer.still_stretches(part)
    part.at_s = [at + 20.0 for at in part.at_s]
    part.differs, part.block = part.differs[::-1], part.block[::-1]
    (second,) = closer.still_stretches(part)
    decoded = (Span(0.0, 2.4), Span(20.0, 22.4))

    def looks(changed: int) -> Looks:
        at_ms = tuple(range(0, 24_000, 2000))
        none = (0,) * len(at_ms)
        return Looks(at_ms, none, none, none, none, (changed,) * len(at_ms))

    assert len(brackets.joined([first, second], decoded, looks(2))) == 1
    assert len(brackets.joined([first, second], decoded, looks(200))) == 2
