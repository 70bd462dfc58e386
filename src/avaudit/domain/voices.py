"""Which voice says which words: turns of speakers laid over a transcript. Advice, no judgement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from avaudit.domain.signal import Segment, Speaker, Speakers, Transcript, Turn, Word
from avaudit.domain.time import Span


@dataclass(frozen=True, slots=True)
class Voices:
    """The voices of a recording as an audit keeps them beside its transcript.

    `segments` names the voice of each segment of the transcript, in its order; None where none
    says most of its words. `wearer` is as in `Speakers`.
    """

    speakers: tuple[Speaker, ...]
    segments: tuple[str | None, ...] = ()
    wearer: str | None = None
    wearer_score: float | None = None


def voices(speakers: Speakers, transcript: Transcript | None) -> Voices:
    """The voices of a recording, with the segments that each of them says."""
    segments = transcript.segments if transcript else ()
    return Voices(
        speakers=speakers.speakers,
        segments=tuple(voice_of(segment, speakers.turns) for segment in segments),
        wearer=speakers.wearer,
        wearer_score=speakers.wearer_score,
    )


def voice_of(segment: Segment, turns: Iterable[Turn]) -> str | None:
    """The voice that says more than half of a segment's words; of one without words, its time."""
    near = [t for t in turns if t.onset_s < segment.offset_s and t.offset_s > segment.onset_s]
    said: tuple[Word | Segment, ...] = segment.words or (segment,)
    votes = Counter(voice for one in said if (voice := _voice_at(one, near)))
    if not votes:
        return None
    voice, count = votes.most_common(1)[0]
    return voice if 2 * count > len(said) else None


def _voice_at(said: Word | Segment, turns: Iterable[Turn]) -> str | None:
    """The voice that shares most time with a word; None where nobody speaks."""
    at = Span(said.onset_s, said.offset_s)
    shared: dict[str, float] = {}
    for turn in turns:
        both_s = at.overlap_s(Span(turn.onset_s, turn.offset_s))
        shared[turn.speaker] = shared.get(turn.speaker, 0.0) + both_s
    voice = max(shared, key=lambda name: shared[name], default=None)
    return voice if voice is not None and shared[voice] > 0 else None
