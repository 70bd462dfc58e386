"""Turns, levels and the likely wearer, from what a diarizer says."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from avaudit.domain.signal import Speaker, Speakers
from avaudit.domain.time import Span
from avaudit.media.sound import Samples
from avaudit.signals.speakers import RATE_HZ, likely_wearer, measure
from support.forge import tone

_EXAMINED = Span(0.0, 20.0)
_VOICED = (Span(1.0, 15.0),)


@dataclass
class Told:
    """A diarizer that says what it is told, and counts how often it is asked."""

    said: list[tuple[str, float, float]]
    name: str = "told"
    asked: list[Samples] = field(default_factory=list)

    def turns(self, sound: Samples) -> list[tuple[str, float, float]]:
        self.asked.append(sound)
        return self.said


def told(*said: tuple[str, float, float], sound: Samples | None = None) -> Speakers:
    heard = np.zeros(20 * RATE_HZ, np.float32) if sound is None else sound
    return measure(heard, _EXAMINED, _VOICED, Told(list(said)))


def test_voices_are_called_in_the_order_in_which_they_are_heard() -> None:
    found = told(("b", 6.0, 9.0), ("a", 2.0, 5.0), ("c", 8.0, 8.5), ("a", 10.0, 12.0))
    assert [(t.speaker, t.onset_s, t.offset_s) for t in found.turns] == [
        ("S1", 2.0, 5.0), ("S2", 6.0, 9.0), ("S3", 8.0, 8.5), ("S1", 10.0, 12.0),
    ]  # fmt: skip
    assert found.overlaps == (Span(8.0, 8.5),)
    assert [(s.label, s.spoken_s, s.onset_s) for s in found.speakers] == [
        ("S1", 5.0, 2.0), ("S2", 3.0, 6.0), ("S3", 0.5, 8.0),
    ]  # fmt: skip


def test_a_turn_that_voice_activity_does_not_confirm_is_none() -> None:
    assert told(("a", 16.0, 19.0), ("b", 14.95, 18.0)).turns == ()


def test_nobody_is_told_apart_where_nobody_speaks() -> None:
    diarizer = Told([("a", 1.0, 2.0)])
    silent = np.zeros(RATE_HZ, np.float32)
    for sound, voiced in ((silent, ()), (np.zeros(0, np.float32), _VOICED)):
        found = measure(sound, Span(0.0, 1.0), voiced, diarizer)
        assert (found.turns, found.speakers, found.wearer) == ((), (), None)
    assert diarizer.asked == []


def test_times_count_from_the_start_of_the_recording_and_end_with_the_window() -> None:
    examined = Span(100.0, 110.0)
    sound = np.zeros(10 * RATE_HZ, np.float32)
    found = measure(sound, examined, (examined,), Told([("a", 1.0, 3.0), ("b", 9.0, 10.4)]))
    assert [(t.onset_s, t.offset_s) for t in found.turns] == [(101.0, 103.0), (109.0, 110.0)]
    assert found.examined == (examined,)


def test_levels_are_medians_in_db_of_full_scale() -> None:
    sound = np.zeros(20 * RATE_HZ, np.float32)
    sound[2 * RATE_HZ : 5 * RATE_HZ] = tone(3.0, RATE_HZ, 200.0, 0.2)
    sound[6 * RATE_HZ : 9 * RATE_HZ] = tone(3.0, RATE_HZ, 200.0, 0.02)
    sound[7 * RATE_HZ : 7 * RATE_HZ + 1600] = 0.9  # a bang within a turn
    found = told(("a", 2.0, 5.0), ("b", 6.0, 9.0), sound=sound)
    assert [t.level_dbfs for t in found.turns] == pytest.approx([-17.0, -37.0], abs=0.2)
    assert (found.wearer, found.wearer_score) == ("S1", 1.0)


def test_the_level_of_a_voice_is_that_of_where_it_speaks_alone() -> None:
    sound = tone(20.0, RATE_HZ, 200.0, 0.02)
    sound[10 * RATE_HZ : 12 * RATE_HZ] = tone(2.0, RATE_HZ, 200.0, 0.5)
    found = told(("a", 2.0, 5.0), ("a", 10.0, 12.0), ("b", 10.0, 12.0), sound=sound)
    assert [s.level_dbfs for s in found.speakers] == pytest.approx([-37.0, -9.0], abs=0.2)


@pytest.mark.parametrize(
    ("levels", "spoken", "expected"),
    [
        ((), 5.0, (None, None)),
        ((-20.0,), 5.0, (None, None)),  # nobody to compare with
        ((-20.0, -22.9), 5.0, (None, None)),  # one voice varies by as much
        ((-20.0, -24.5), 5.0, ("S1", 0.6)),
        ((-20.0, -40.0), 5.0, ("S1", 1.0)),
        ((-40.0, -20.0), 5.0, ("S2", 0.8)),  # the louder one was not the first
        ((-20.0, -40.0), 0.9, (None, None)),  # too little was said
        ((-30.0, -20.0, -21.0), 5.0, (None, None)),  # the two loudest are alike
    ],
)
def test_the_wearer_is_the_nearest_or_nobody(
    levels: tuple[float, ...], spoken: float, expected: tuple[str | None, float | None]
) -> None:
    speakers = [Speaker(f"S{n}", spoken, level, n * 10.0) for n, level in enumerate(levels, 1)]
    assert likely_wearer(speakers) == expected
