"""What was heard in a stretch of a recording, as one text with its sound and its times."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from avaudit.domain.signal import Segment
from avaudit.domain.time import Span
from avaudit.language.sound import in_context

#: Stands between segments: a pause, which no syllable is like.
PAUSE = "，"


@dataclass(frozen=True, slots=True)
class Heard:
    """A text with one syllable, one span and one probability for each of its characters."""

    text: str
    syllables: tuple[str, ...]
    spans: tuple[Span, ...]
    probabilities: tuple[float, ...]

    def span(self, begin: int, end: int) -> Span:
        """The time of characters `[begin, end)`, of which there is one at least."""
        onset = self.spans[begin].onset_s
        return Span(onset, max(onset, self.spans[end - 1].offset_s))

    def probability(self, begin: int, end: int) -> float:
        """The recogniser's mean word probability (0 to 1) over characters `[begin, end)`."""
        told = self.probabilities[begin:end]
        return sum(told) / len(told) if told else 0.0

    def quote(self, begin: int, end: int, around: int = 0) -> str:
        """The characters, with so many before and after them."""
        return self.text[max(0, begin - around) : end + around].strip(PAUSE)


def heard(segments: Iterable[Segment], within: Span) -> Heard:
    """All that is trusted and begins within a span, in order of time."""
    text, spans, probabilities = "", list[Span](), list[float]()
    for segment in segments:
        if not segment.trusted or not within.onset_s <= segment.onset_s < within.offset_s:
            continue
        if text:
            text, spans = text + PAUSE, [*spans, Span(spans[-1].offset_s, spans[-1].offset_s)]
            probabilities.append(0.0)
        said, times, sure = characters(segment)
        text, spans = text + said, spans + times
        probabilities += sure
    return Heard(text, in_context(text), tuple(spans), tuple(probabilities))


def characters(segment: Segment) -> tuple[str, list[Span], list[float]]:
    """A segment's text with a span and a probability for each character, shared out in words."""
    if not segment.words:
        spans = [Span(segment.onset_s, max(segment.onset_s, segment.offset_s))]
        count = len(segment.text)
        return segment.text, spans * count, [0.0] * count
    text, times, sure = "", list[Span](), list[float]()
    for word in segment.words:
        said = word.text.strip()
        text += said
        times += _shared(word.onset_s, word.offset_s, len(said))
        sure += [word.probability] * len(said)
    return text, times, sure


def _shared(onset_s: float, offset_s: float, parts: int) -> Sequence[Span]:
    step = max(0.0, offset_s - onset_s) / max(1, parts)
    return [Span(onset_s + k * step, onset_s + (k + 1) * step) for k in range(parts)]
