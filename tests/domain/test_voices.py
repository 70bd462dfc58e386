"""Which voice says a segment: the one that says most of its words, or nobody."""

from __future__ import annotations

import pytest

from avaudit.domain.signal import Segment, Speaker, Speakers, Transcript, Turn, Word
from avaudit.domain.time import Span
from avaudit.domain.voices import voice_of, voices

_TURNS = (Turn("S1", 1.0, 4.0, -20.0), Turn("S2", 3.5, 6.0, -26.0))


def a_segment(*words: tuple[float, float], onset: float = 0.0, offset: float = 9.0) -> Segment:
    said = tuple(Word("字", a, b, 0.9) for a, b in words)
    return Segment(onset, offset, "字" * len(words), said, -0.2, 0.0, 1.0)


@pytest.mark.parametrize(
    ("segment", "voice"),
    [
        (a_segment((1.0, 2.0), (2.0, 3.0), (4.5, 5.0)), "S1"),
        (a_segment((2.0, 3.0), (4.5, 5.0), (5.0, 5.5)), "S2"),
        (a_segment((2.0, 3.0), (4.5, 5.0)), None),  # as many words of one as of the other
        (a_segment((3.4, 4.4)), "S2"),  # more of the word's time
        (a_segment((1.0, 2.0), (7.0, 7.5), (8.0, 8.5)), None),  # most of it in nobody's turn
        (a_segment((7.0, 8.0)), None),
        (a_segment(onset=1.0, offset=2.0), "S1"),  # without words, its own time
        (a_segment(onset=6.5, offset=7.0), None),
    ],
)
def test_the_voice_of_most_words(segment: Segment, voice: str | None) -> None:
    assert voice_of(segment, _TURNS) == voice


def test_voices_follow_the_transcript_segment_by_segment() -> None:
    said = (a_segment((1.0, 2.0)), a_segment((5.0, 5.5)), a_segment((8.0, 8.5)))
    examined = (Span(0.0, 9.0),)
    both = (Speaker("S1", 3.0, -20.0, 1.0), Speaker("S2", 2.5, -26.0, 3.5))
    told = Speakers("m", examined, _TURNS, (Span(3.5, 4.0),), both, "S1", 0.7)
    found = voices(told, Transcript("w", examined, said))
    assert found.segments == ("S1", "S2", None)
    assert (found.speakers, found.wearer, found.wearer_score) == (both, "S1", 0.7)
    assert voices(told, None).segments == ()
