"""The transcriber is blind, writes simplified characters, and marks what it should not trust."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from avaudit.domain.signal import Speech, Transcript, Word
from avaudit.domain.time import Span
from avaudit.media.sound import Samples
from avaudit.signals import transcript
from avaudit.signals.speech import RATE_HZ
from avaudit.signals.transcript import WhisperRecogniser, measure, placed, simplified
from support.forge import noise

_EXAMINED = Span(0.0, 30.0)
_VOICE = Speech((_EXAMINED,), (Span(1.0, 20.0),), -20.0, -50.0)
_NOBODY = Speech((_EXAMINED,), (), -60.0, -60.0)
_SOUND = np.zeros(RATE_HZ, np.float32)


@dataclass
class Said:
    """A word as faster-whisper gives it."""

    word: str
    start: float
    end: float
    probability: float = 0.9


@dataclass
class Raw:
    """A segment as faster-whisper gives it."""

    text: str
    start: float = 2.0
    end: float = 5.0
    words: list[Said] | None = None
    avg_logprob: float = -0.3
    no_speech_prob: float = 0.05
    compression_ratio: float = 1.1


@dataclass
class Listener:
    """A recogniser that hears what it is told, and counts how often it is asked."""

    heard: list[Raw]
    name: str = "told"
    asked: list[Samples] = field(default_factory=list)

    def recognise(self, sound: Samples) -> list[Any]:
        self.asked.append(sound)
        return list(self.heard)


def heard(*raw: Raw, speech: Speech = _VOICE, examined: Span = _EXAMINED) -> Transcript:
    return measure(_SOUND, examined, speech, Listener(list(raw)))


@pytest.mark.parametrize(
    ("raw", "doubt"),
    [
        (Raw("现在是九点三十分"), ""),
        (Raw("字幕由社区提供"), "credits"),
        (Raw("請不吝點贊 訂閱"), "credits"),  # in the other script all the same
        (Raw("好好好好好好好好", compression_ratio=2.5), "repetition"),
        (Raw("好好好好", compression_ratio=2.4), ""),
        (Raw("嗯", no_speech_prob=0.7, avg_logprob=-1.2), "no_speech"),
        (Raw("嗯", no_speech_prob=0.7, avg_logprob=-0.5), ""),
        (Raw("嗯", no_speech_prob=0.2, avg_logprob=-1.2), ""),
        (Raw("有人吗", start=22.0, end=25.0), "outside_voice"),
        (Raw("有人吗", start=19.0, end=23.0), "outside_voice"),  # 1 s of 4 in the voice
        (Raw("有人吗", start=18.0, end=22.0), ""),  # 2 s of 4
    ],
)
def test_what_is_doubtful_is_marked_and_kept(raw: Raw, doubt: str) -> None:
    (segment,) = heard(raw).segments
    assert segment.doubt == doubt
    assert segment.trusted is (doubt == "")
    assert segment.text == simplified(raw.text)


def test_nobody_is_listened_to_where_nobody_speaks() -> None:
    listener = Listener([Raw("凭空而来的话")])
    assert measure(_SOUND, _EXAMINED, _NOBODY, listener).segments == ()
    assert listener.asked == []
    assert measure(np.zeros(0, np.float32), _EXAMINED, _VOICE, listener).segments == ()
    assert listener.asked == []


def test_the_model_is_named_and_the_reach_is_told() -> None:
    found = heard(Raw(" "), Raw(""))
    assert found.segments == ()
    assert (found.model, found.examined) == ("told", (_EXAMINED,))


def test_both_scripts_become_simplified_in_texts_and_words() -> None:
    (segment,) = heard(
        Raw(" 執法人員錄音 ", words=[Said("執法人員", 2, 3), Said("錄音", 3, 4)])
    ).segments
    assert segment.text == "执法人员录音"
    assert [word.text for word in segment.words] == ["执法人员", "录音"]


def test_times_count_from_the_start_of_the_recording() -> None:
    examined = Span(100.0, 130.0)
    speech = Speech((examined,), (Span(101.0, 120.0),), -20.0, -50.0)
    words = [Said("执法", 2.0, 3.0), Said("人员", 3.0, 4.5)]
    with_words, without = heard(
        Raw("执法人员", start=0.0, end=9.0, words=words), Raw("在", start=6.0, end=7.0),
        speech=speech, examined=examined,
    ).segments  # fmt: skip
    assert (with_words.onset_s, with_words.offset_s) == (102.0, 104.5)
    assert [(word.onset_s, word.offset_s) for word in with_words.words] == [
        (102.0, 103.0), (103.0, 104.5),
    ]  # fmt: skip
    assert (without.onset_s, without.offset_s) == (106.0, 107.0)


def test_a_word_that_ends_before_it_begins_does_no_harm() -> None:
    (segment,) = heard(Raw("好", words=[Said("好", 3.0, 2.0)])).segments
    assert (segment.words[0].onset_s, segment.words[0].offset_s) == (3.0, 3.0)


def test_a_word_at_a_joint_is_moved_to_the_voice_it_belongs_to() -> None:
    voiced = (Span(0.0, 5.0), Span(60.0, 70.0))
    words = (Word("现", 4.7, 5.0, 0.9), Word("在", 60.4, 60.6, 0.9), Word("是", 60.6, 60.8, 0.9))
    moved = placed(words, voiced)
    assert (moved[0].onset_s, moved[0].offset_s) == pytest.approx((60.1, 60.4))
    assert moved[1:] == words[1:]
    together = (Word("现", 60.1, 60.4, 0.9), *words[1:])
    assert placed(together, voiced) == together
    assert placed(words[:1], voiced) == words[:1]


_HUNDREDTHS = st.integers(0, 9000).map(lambda number: number / 100)  # as words are rounded


@given(st.lists(st.tuples(_HUNDREDTHS, st.floats(0, 3)), min_size=1, max_size=8))
def test_words_stay_in_order_of_their_first_and_last_moments(
    drawn: list[tuple[float, float]],
) -> None:
    at = sorted(start for start, _ in drawn)
    words = tuple(Word("字", a, a + length, 0.9) for a, (_, length) in zip(at, drawn, strict=True))
    moved = placed(words, (Span(10.0, 20.0), Span(40.0, 60.0)))
    assert moved[1:] == words[1:]
    assert moved[0].onset_s >= words[0].onset_s
    assert moved[0].onset_s <= moved[0].offset_s


def _texts_taken(function: Any) -> set[str]:
    """Names of the parameters of a function through which a text could come."""
    signature = inspect.signature(function, eval_str=True)
    return {name for name, p in signature.parameters.items() if p.annotation in (str, str | None)}


def test_there_is_no_way_in_for_a_text() -> None:
    """Neither prompt nor hotword: a recogniser that was told a name would hear it in the wind."""
    assert list(inspect.signature(WhisperRecogniser.recognise).parameters) == ["self", "sound"]
    assert list(inspect.signature(measure).parameters) == [
        "sound", "examined", "speech", "listener",
    ]  # fmt: skip
    assert _texts_taken(measure) == _texts_taken(WhisperRecogniser.recognise) == set()
    assert _texts_taken(WhisperRecogniser.__init__) == {"name", "folder", "device"}
    for name in ("prompt", "hotword", "prefix="):
        source = inspect.getsource(transcript.WhisperRecogniser)
        assert name not in source


def test_the_real_recogniser_says_nothing_over_noise(whisper_dir: Path) -> None:
    listener = WhisperRecogniser("base", str(whisper_dir), "cpu")
    sound = noise(5, RATE_HZ, -30)
    assert measure(sound, Span(0.0, 5.0), _VOICE, listener).segments == ()
