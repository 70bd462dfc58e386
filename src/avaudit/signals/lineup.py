"""A line-up: how probable the recogniser finds rival readings of the same stretch of sound.

Nothing is recognised here. The blind transcript stands; for a place in it, each of some readings
(among them what was heard, and ones that nobody expects) is put in its stead, and the model's own
probabilities of the tokens are added up (teacher forcing, through CTranslate2's `Whisper.align`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from avaudit.domain.signal import LineUp, Question, Ranking
from avaudit.domain.time import Span
from avaudit.media.sound import Samples

#: A token that the model thinks impossible counts as this probability.
_LEAST = 1e-9


class Scorer(Protocol):
    """Gives the probabilities of texts, token by token, for sound at 16 kHz of at most 30 s."""

    name: str

    def probabilities(self, sound: Samples, texts: Sequence[str]) -> list[list[float]]:
        """For each text the probability (0 to 1) of each of its tokens, given those before."""


def measure(
    load: Callable[[Span], Samples], questions: Iterable[Question], scorer: Scorer
) -> LineUp:
    """Rank the readings of each question. `load` gives the sound of a span at 16 kHz."""
    rankings = []
    for question in questions:
        sound = load(Span(question.onset_s, question.offset_s))
        texts = [question.before + reading + question.after for reading in question.readings]
        scores = tuple(
            round(sum(math.log(max(_LEAST, p)) for p in told), 2)
            for told in scorer.probabilities(sound, texts)
        )
        rankings.append(Ranking(question, scores))
    return LineUp(scorer.name, tuple(rankings))
