"""The pace of packets: steps that differ from the usual ones are found, and only those."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from avaudit.integrity.timeline import cues
from avaudit.probe.pace import pace
from avaudit.probe.packets import PacketTable, StreamPackets

_TICK_S = 1 / 90000


def table(picture: list[int], sound: list[int]) -> PacketTable:
    streams = {}
    for index, (kind, times) in enumerate((("video", picture), ("audio", sound))):
        streams[index] = StreamPackets(
            index, kind, "any", _TICK_S, None, times=times, decode_times=list(times),
            durations=[0] * len(times), sizes=[1] * len(times),
        )  # fmt: skip
    return PacketTable(streams, 0.0, 0, "")


def steady(step: int, packets: int) -> list[int]:
    return [step * number for number in range(packets)]


@given(st.integers(1000, 9000), st.integers(0, 300))
def test_a_steady_stream_has_no_odd_step(step: int, packets: int) -> None:
    found = pace(table(steady(step, packets), []))
    assert found.streams[0].packets == packets
    assert found.streams[0].odd == ()
    assert not cues(found)


@given(st.lists(st.integers(3000, 4500), min_size=60, max_size=300))
def test_jitter_of_all_steps_is_nobodys_cue(steps: list[int]) -> None:
    """A stream in which every step is another: few of them stand out from those beside them."""
    times = [sum(steps[:number]) for number in range(len(steps))]
    found = pace(table(times, []))
    assert len(cues(found)) <= len(steps) // 10 + 1
    assert len(found.streams[0].odd) <= 32


@given(st.integers(60, 200), st.integers(10, 49), st.integers(1, 3))
def test_a_step_that_was_closed_up_stands_out(packets: int, at: int, share: int) -> None:
    step = 1920
    times = [n * step - (share * step // 4 if n >= at else 0) for n in range(packets)]
    found = pace(table(steady(3600, packets), times))
    (one,) = found.streams[1].odd
    assert abs(one.at_s - times[at] * _TICK_S) < 1e-5
    (cue,) = (c for c in cues(found) if c.kind == "sound_step")
    assert cue.span
    assert abs(cue.span.offset_s - one.at_s) < 1e-6
    assert cue.value > 1


@given(st.integers(60, 150), st.booleans())
def test_a_step_where_a_group_begins_is_told_apart(at: int, there: bool) -> None:
    times = [n * 1920 + (700 if n >= at else 0) for n in range(200)]
    made = table(steady(3600, 110), times)
    picture = made.streams[0]
    # A group of 13 pictures and more; the keyframe nearest to the step is put into it, or half a
    # group away.
    inside = round(((at - 1) * 1920 + 1310) / 3600)
    apart = 0 if there else 6
    picture.keys = [(n - inside - apart) % 13 == 0 for n in range(110)]
    picture.times = [time + (at * 1920 - inside * 3600 - 300) for time in picture.times]
    found = pace(made)
    (one,) = found.streams[1].odd
    assert (one.key_s == 0) is there
    (cue,) = (c for c in cues(found) if c.kind.startswith("sound_step"))
    assert cue.kind == ("sound_step_at_key" if there else "sound_step")


def test_steps_at_keyframes_among_as_many_elsewhere_are_a_device_that_keeps_time() -> None:
    places = (40, 90, 140)
    times = [n * 1920 + sum(700 for at in places if n >= at) for n in range(200)]
    made = table(steady(3600, 110), times)
    made.streams[0].keys = [n == 21 for n in range(110)]  # within the first step alone
    found = pace(made)
    assert [one.key_s == 0 for one in found.streams[1].odd] == [True, False, False]
    assert {c.kind for c in cues(found) if c.kind.startswith("sound_step")} == {"sound_step"}


def test_ends_that_lie_apart() -> None:
    found = pace(table(steady(3600, 100), steady(1920, 400)))
    (cue,) = cues(found)
    assert cue.kind == "ends_apart"
    assert cue.value > 4.0
