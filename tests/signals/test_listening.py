"""Which parts of a recording are listened to, and that none is heard twice or lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from avaudit.domain.examination import Listening
from avaudit.domain.signal import Segment
from avaudit.domain.time import Span, merge, total_s
from avaudit.media.sound import Samples
from avaudit.signals.listening import Heard, listen
from avaudit.signals.speech import RATE_HZ

_HOW = Listening(opening_s=90.0, opening_max_s=300.0, restart_s=60.0, closing_s=60.0)
_ALL = Listening(90.0, 300.0, 60.0, 60.0, everything=True)


@dataclass
class Tape:
    """Silence of any length, and which spans of it were asked for."""

    asked: list[Span] = field(default_factory=list)

    def load(self, span: Span) -> Samples:
        self.asked.append(span)
        return np.zeros(round(span.length_s * RATE_HZ / 100), np.float32)  # length is of no matter


class Deaf:
    """A recogniser that hears nothing."""

    name = "deaf"

    def recognise(self, sound: Samples) -> list[Any]:
        del sound
        return []


def heard(
    end_s: float, *restarts: Span, how: Listening = _HOW, goes_on_until: float = 0.0
) -> tuple[Heard, list[Span]]:
    tape = Tape()

    def goes_on(_: Sequence[Segment], at_s: float) -> bool:
        return at_s < goes_on_until

    return listen(tape.load, end_s, restarts, how, Deaf(), goes_on), tape.asked


def test_opening_and_closing() -> None:
    found, asked = heard(1000.0)
    assert asked == [Span(0.0, 90.0), Span(940.0, 1000.0)]
    assert found.speech.examined == (Span(0.0, 90.0), Span(940.0, 1000.0))
    assert found.transcript
    assert found.transcript.examined == found.speech.examined


def test_the_time_after_each_interruption() -> None:
    found, _ = heard(1000.0, Span(200.0, 210.0), Span(500.0, 503.0))
    assert found.speech.examined == (
        Span(0.0, 90.0), Span(210.0, 270.0), Span(503.0, 563.0), Span(940.0, 1000.0),
    )  # fmt: skip


def test_of_many_interruptions_the_longest() -> None:
    holes = [Span(100.0 * n, 100.0 * n + n) for n in range(2, 20)]
    found, _ = heard(3000.0, *holes)
    starts = [span.onset_s for span in found.speech.examined[1:-1]]
    assert starts == [hole.offset_s for hole in holes[-8:]]


@pytest.mark.parametrize(
    ("until", "end"), [(0.0, 90.0), (100.0, 120.0), (131.0, 150.0), (9e9, 300.0)]
)
def test_the_opening_goes_as_far_as_the_statement_and_no_further(until: float, end: float) -> None:
    found, _ = heard(1000.0, goes_on_until=until)
    assert found.speech.examined[0] == Span(0.0, end)


def test_a_short_recording_is_heard_whole_and_once() -> None:
    found, asked = heard(100.0, Span(20.0, 22.0))
    assert found.speech.examined == (Span(0.0, 100.0),)
    assert total_s(asked) == sum(span.length_s for span in asked)


def test_everything_in_pieces() -> None:
    found, asked = heard(1000.0, how=_ALL, goes_on_until=9e9)
    assert found.speech.examined == (Span(0.0, 1000.0),)
    assert all(span.length_s <= 300.0 for span in asked)


def test_without_a_recogniser_only_voices() -> None:
    tape = Tape()
    found = listen(tape.load, 500.0, (), _HOW, None, lambda *_: True)
    assert found.transcript is None
    assert found.speech.examined == (Span(0.0, 90.0), Span(440.0, 500.0))


@given(
    st.floats(0.1, 2000.0),
    st.lists(st.tuples(st.floats(0.0, 2000.0), st.floats(0.5, 100.0)), max_size=12),
    st.booleans(), st.floats(0.0, 400.0),
)  # fmt: skip
def test_nothing_is_heard_twice_and_nothing_beyond_the_end(
    end_s: float, holes: list[tuple[float, float]], everything: bool, until: float
) -> None:
    restarts = merge(Span(at, at + length) for at, length in holes)
    found, asked = heard(end_s, *restarts, how=_ALL if everything else _HOW, goes_on_until=until)
    assert total_s(asked) == pytest.approx(sum(span.length_s for span in asked))
    assert found.speech.examined == pytest.approx(merge(asked))
    assert all(0.0 <= span.onset_s <= span.offset_s <= end_s for span in asked)
