"""A line-up of readings by the real model: who was said wins, and nobody wins over noise."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from avaudit.domain.signal import Question
from avaudit.domain.time import Span
from avaudit.media.open import open_input
from avaudit.media.sound import Samples, decode_mono, resample
from avaudit.signals import lineup
from avaudit.signals.speech import RATE_HZ
from avaudit.signals.transcript import WhisperRecogniser
from support.forge import noise

_NAMES = ("孙丽娟", "张建军", "李晓红", "王志伟", "赵志强", "陈秀兰")


@pytest.fixture(scope="module")
def model(whisper_dir: Path) -> WhisperRecogniser:
    return WhisperRecogniser("base", str(whisper_dir), "cpu")


def sound_of(file: Path, span: Span) -> Samples:
    with file.open("rb") as opened, open_input(opened.fileno()) as container:
        index = next(stream.index for stream in container.streams if stream.type == "audio")
        native, rate, _ = decode_mono(container, index, span, 0.0)
    return resample(native, rate, RATE_HZ)


def test_who_was_said_wins(samples: Path, model: WhisperRecogniser) -> None:
    """The recogniser wrote 照治墙; the officers are 赵志强 and 陈秀兰."""
    file = samples / "DSJ-A3_0001234_20261120_090000.mp4"
    question = Question(5.8, 11.5, "村村口，执法人员", "，陈秀兰", _NAMES)
    found = lineup.measure(lambda span: sound_of(file, span), [question], model)
    (ranking,) = found.rankings
    best = max(zip(ranking.log_probabilities, _NAMES, strict=True))[1]
    assert best == "赵志强"
    assert found.answer(question) == ranking
    assert found.model == "base"
    again = lineup.measure(lambda span: sound_of(file, span), [question], model)
    assert again == found


def test_order_and_company_change_nothing(model: WhisperRecogniser) -> None:
    """More texts than are asked at once, and each gets its own figures."""
    sound = noise(3, RATE_HZ, -30)
    texts = [f"执法人员{name}" for name in _NAMES * 4]
    together = model.probabilities(sound, texts)
    alone = model.probabilities(sound, texts[3:4])
    assert len(together) == len(texts)
    assert together[3] == pytest.approx(alone[0], abs=0.02)
    assert all(0.0 <= p <= 1.0 for told in together for p in told)


def test_an_impossible_token_is_no_infinity(model: WhisperRecogniser) -> None:
    question = Question(0.0, 1.0, "", "", ("甲", "乙"))

    class Impossible:
        name = "none"

        def probabilities(self, sound: Samples, texts: Sequence[str]) -> list[list[float]]:
            del sound
            return [[0.0, 0.5] for _ in texts]

    found = lineup.measure(lambda _: np.zeros(16, np.float32), [question], Impossible())
    assert all(np.isfinite(found.rankings[0].log_probabilities))
