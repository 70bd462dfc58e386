"""Cues follow from signals alone: where there is none, none; values never fall below 0."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from avaudit.domain.bitstream import Bitstream, Sequence
from avaudit.domain.cue import CueGroup
from avaudit.domain.osd import OsdClock, OsdRun, OsdStep, OsdUnread
from avaudit.domain.picture import Picture, Side, Still
from avaudit.domain.picture_seams import PictureJump, PictureSeams
from avaudit.domain.recompression import GridRun, Recompression
from avaudit.domain.sound_seams import HumJump, RoomChange, SoundSeams
from avaudit.domain.time import Span
from avaudit.integrity import clock, pixel, recompression, sound

_RUNS = (
    OsdRun(Span(0.0, 20.0), 100.0, 1.0, 0.01, 20, 0.0),
    OsdRun(Span(21.0, 40.0), 115.0, 1.0, 0.01, 20, 0.0),
)
_CLOCK = OsdClock(True, sampled=50, read=40, runs=_RUNS)


def test_nothing_measured_gives_no_cue() -> None:
    assert sound.cues(None) == ()
    assert recompression.cues(None) == ()
    assert pixel.cues(None) == ()
    assert clock.cues(None) == ()
    assert clock.cues(OsdClock(False, "no_clock")) == ()
    assert sound.cues(SoundSeams(10.0)) == ()
    assert recompression.cues(Recompression(False, "b_frames")) == ()


def test_a_clock_that_steps_back_shows_times_again() -> None:
    step = OsdStep(Span(20.0, 21.0), -6.0, 0.5, to_the_frame=False, before=20, after=20)
    found = clock.cues(OsdClock(True, sampled=50, read=40, runs=_RUNS, steps=(step,)))
    assert [cue.kind for cue in found] == ["clock_step", "clock_again"]
    assert found[0].value == 12.0
    assert found[1].value == 5.0
    assert {cue.group for cue in found} == {CueGroup.CLOCK}


def test_a_clock_that_goes_right_gives_none() -> None:
    right = OsdRun(Span(21.0, 40.0), 121.0, 1.0, 0.01, 20, 0.0)
    assert clock.cues(OsdClock(True, sampled=50, read=50, runs=(_RUNS[0], right))) == ()


def test_slow_standing_and_lost_clocks_are_told_apart() -> None:
    slow = OsdRun(Span(0.0, 100.0), 0.0, 0.5, 0.01, 50, 0.0)
    stands = OsdRun(Span(100.0, 120.0), 50.0, 0.0, 0.0, 20, 0.0)
    unread = (OsdUnread(Span(120.0, 130.0), 10),)
    found = clock.cues(OsdClock(True, sampled=20, read=10, runs=(slow, stands), unread=unread))
    assert [(cue.kind, cue.value) for cue in found] == [
        ("clock_slope", 49.0), ("clock_stands", 20.0), ("clock_lost", 5.0),
    ]  # fmt: skip


def test_few_readings_weigh_less() -> None:
    sure = OsdStep(Span(20.0, 21.0), 30.0, 0.5, to_the_frame=True, before=20, after=20)
    unsure = OsdStep(Span(20.0, 21.0), 30.0, 0.5, to_the_frame=True, before=20, after=1)
    values = [clock.cues(OsdClock(True, steps=(one,)))[0].value for one in (sure, unsure)]
    assert values == [60.0, 15.0]


def _sizes(second: float, runs: tuple[GridRun, ...] = ()) -> Recompression:
    return Recompression(True, "", 1000, 250, 25, 3, 1.0, -20.0, 38, 40, second, runs)


def test_a_grid_of_seconds_may_be_the_clocks() -> None:
    assert [c.kind for c in recompression.cues(_sizes(-20.0), _CLOCK)] == ["recompressed_second"]
    without = OsdClock(False, "no_clock")
    assert [c.kind for c in recompression.cues(_sizes(-20.0), without)] == ["recompressed"]
    assert [c.kind for c in recompression.cues(_sizes(-1.0), _CLOCK)] == ["recompressed"]
    assert recompression.cues(Recompression(True, "", 1000, log_nfa=0.4)) == ()


def test_a_grid_that_is_lost_for_a_while_is_told() -> None:
    runs = (
        GridRun(Span(0.0, 10.0), 3, 10, 10), GridRun(Span(10.0, 16.0), None, 0, 0),
        GridRun(Span(16.0, 30.0), 3, 14, 14), GridRun(Span(30.0, 40.0), 9, 9, 10),
    )  # fmt: skip
    found = recompression.cues(_sizes(-1.0, runs))
    assert [cue.kind for cue in found] == ["recompressed", "grid_lost", "grid_jump"]
    assert found[1].span == Span(10.0, 16.0)
    assert found[2].span is not None
    assert found[2].span.onset_s <= 30.0 <= found[2].span.offset_s


def test_a_still_picture_within_life_is_a_cue() -> None:
    lively = Side(90.0, 50.0, 3.0, 1.0)
    still = Still(4.0, 7.0, 75, 1.0, 0.0, 2.0, 5.0, 90.0, 50.0, lively, lively)
    alone = Still(4.0, 7.0, 75, 1.0, 0.0, 2.0, 5.0, 90.0, 50.0, None, None)
    (cue,) = pixel.cues(None, Picture((Span(0, 10),), still=(still,)))
    assert (cue.kind, cue.value) == ("still", 3.0)
    assert pixel.cues(None, Picture((Span(0, 10),), still=(alone,))) == ()


def test_a_jump_where_a_group_begins_is_told_twice() -> None:
    def jumps(keyframe: bool, rule: str) -> list[str]:
        jump = PictureJump(Span(4.0, 4.1), 0.9, 0.2, 6.0, 0.0, 0.0, 0.0, -1.0, 1.0, keyframe)
        stream = Bitstream("h264", 300, sequences=(Sequence("gop", rule, 25, 12, 1.0),))
        seams = PictureSeams(Span(0.0, 10.0), 300, usual=0.2, jumps=(jump,))
        return [cue.kind for cue in pixel.cues(seams, None, stream)]

    assert jumps(True, "fixed") == ["jump", "jump_at_key"]
    assert jumps(False, "fixed") == ["jump"]
    assert jumps(True, "") == ["jump"]


_numbers = st.floats(0, 50, allow_nan=False)


@given(st.lists(st.tuples(_numbers, _numbers, _numbers, st.floats(0, 1)), max_size=20), _numbers)
def test_values_are_never_below_nothing_and_grow_with_what_they_measure(
    changes: list[tuple[float, float, float, float]], more: float
) -> None:
    def seams(added: float) -> SoundSeams:
        rooms = tuple(
            RoomChange(Span(at, at + 0.1), d + added, b, 1.0, 0.0, step, 1.0)
            for at, d, b, step in changes
        )
        hums = tuple(
            HumJump(Span(at, at + 0.2), 100.0, 90.0, 5.0, 0.9, d + added, b, 0.0, 1)
            for at, d, b, _ in changes
        )
        return SoundSeams(60.0, rooms=rooms, hums=hums, hum_hz=50.0, hum_share=1.0)

    fewer, most = sound.cues(seams(0.0)), sound.cues(seams(more))
    assert all(cue.value >= 0 for cue in (*fewer, *most))
    for kind in ("room_step", "hum_jump"):
        of_both = [
            max((cue.value for cue in found if cue.kind == kind), default=0.0)
            for found in (fewer, most)
        ]
        assert of_both[0] <= of_both[1] + 1e-6
    assert [cue.span for cue in most] == sorted(cue.span for cue in most if cue.span)
