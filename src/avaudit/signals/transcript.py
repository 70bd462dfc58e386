"""What was said, by faster-whisper, blind: no prompt, no hotwords, nothing from the register.

A prompted Whisper prints the names that it was given over plain noise. There is no parameter here
through which a name could be given.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any, Protocol

import ctranslate2
import numpy as np
import opencc
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import Tokenizer

from avaudit.domain.signal import Segment, Speech, Transcript, Word
from avaudit.domain.time import Span, merge
from avaudit.media.sound import Samples
from avaudit.packaged import read_yaml
from avaudit.signals.speech import RATE_HZ, VAD

#: Whisper's own limits for a doubtful segment (Radford et al. 2022, section 4.5).
_NO_SPEECH, _LOG_PROBABILITY, _COMPRESSION = 0.6, -1.0, 2.4
_VOICED_SHARE = 0.3
#: Texts whose probabilities are asked for in one go: each costs 3 MB of encoded sound.
_AT_ONCE = 16
#: The encoder gives so many frames a second; so much of the padding is kept behind the sound.
_FRAMES_PER_S, _REST_S = 50, 0.5


class Recogniser(Protocol):
    """Turns sound at 16 kHz, shape `(n,)`, into raw segments with times from its first sample."""

    name: str

    def recognise(self, sound: Samples) -> list[Any]:
        """Segments with the attributes of `faster_whisper.transcribe.Segment`."""


class WhisperRecogniser:
    """faster-whisper on one thread: a second thread is slower than a second process."""

    def __init__(self, name: str, folder: str, device: str) -> None:
        on_gpu = device == "cuda" or (device == "auto" and ctranslate2.get_cuda_device_count() > 0)
        self.name = name
        self._model = WhisperModel(
            folder,
            device="cuda" if on_gpu else "cpu",
            compute_type="int8_float16" if on_gpu else "int8",
            cpu_threads=1,
            local_files_only=True,
        )

    def recognise(self, sound: Samples) -> list[Any]:
        """Beam search at temperature 0: the same sound always gives the same words."""
        segments, _ = self._model.transcribe(
            sound,
            language="zh",
            beam_size=5,
            temperature=0.0,
            condition_on_previous_text=False,
            no_speech_threshold=None,  # doubtful segments are kept and marked, not dropped
            word_timestamps=True,
            vad_filter=True,
            vad_parameters=VAD,
        )
        return list(segments)

    def probabilities(self, sound: Samples, texts: Sequence[str]) -> list[list[float]]:
        """For each text the probability of each of its tokens: see `signals.lineup.Scorer`."""
        tokenizer = Tokenizer(
            self._model.hf_tokenizer, self._model.model.is_multilingual, "transcribe", "zh"
        )
        features = pad_or_trim(self._model.feature_extractor(sound))
        encoded = np.asarray(self._model.encode(features).to_device(ctranslate2.Device.cpu))
        # The padding after the sound says nothing, and costs as much as sound for every text.
        frames = min(encoded.shape[1], math.ceil(_FRAMES_PER_S * (len(sound) / RATE_HZ + _REST_S)))
        encoded = encoded[:, :frames]
        found: list[list[float]] = []
        for at in range(0, len(texts), _AT_ONCE):
            some = [tokenizer.encode(text) for text in texts[at : at + _AT_ONCE]]
            copies = np.repeat(encoded, len(some), axis=0)
            results = self._model.model.align(
                ctranslate2.StorageView.from_array(np.ascontiguousarray(copies)),
                tokenizer.sot_sequence, some, [frames] * len(some),
            )  # fmt: skip
            found += [list(result.text_token_probs) for result in results]
        return found


@lru_cache(maxsize=1)
def recogniser(name: str, folder: str, device: str) -> WhisperRecogniser:
    """The recogniser of this process: a model is loaded once a worker."""
    return WhisperRecogniser(name, folder, device)


def measure(sound: Samples, examined: Span, speech: Speech, listener: Recogniser) -> Transcript:
    """Transcribe sound at 16 kHz that starts at the span's onset; nothing where nobody speaks."""
    raw = listener.recognise(sound) if speech.voiced and len(sound) else []
    segments = tuple(_segment(r, examined.onset_s, speech) for r in raw if r.text.strip())
    return Transcript(model=listener.name, examined=(examined,), segments=segments)


def _segment(raw: Any, zero_s: float, speech: Speech) -> Segment:
    words = placed(
        [
            Word(
                simplified(w.word),
                round(zero_s + w.start, 2),
                round(zero_s + max(w.start, w.end), 2),
                round(w.probability, 3),
            )
            for w in raw.words or ()
        ],
        speech.voiced,
    )
    onset = words[0].onset_s if words else round(zero_s + raw.start, 2)
    offset = words[-1].offset_s if words else round(zero_s + raw.end, 2)
    span = Span(onset, max(onset, offset))
    text = simplified(raw.text.strip())
    doubt = _doubt(raw, text, span, speech)
    return Segment(
        onset_s=span.onset_s,
        offset_s=span.offset_s,
        text=text,
        words=words,
        mean_log_probability=round(raw.avg_logprob, 3),
        no_speech_probability=round(raw.no_speech_prob, 3),
        compression_ratio=round(raw.compression_ratio, 3),
        trusted=not doubt,
        doubt=doubt,
    )


def placed(words: Sequence[Word], voiced: Sequence[Span]) -> tuple[Word, ...]:
    """Words with a first one that belongs to the next stretch of voice moved there.

    faster-whisper hears the voiced stretches joined and shares their times out afterwards; a word
    that begins exactly at a joint lands at the end of the stretch before, up to minutes early.
    """
    if len(words) < 2:
        return tuple(words)
    first, second = words[0], words[1]
    stretch = next((v for v in voiced if v.onset_s <= second.onset_s < v.offset_s), None)
    if stretch is None or first.offset_s >= stretch.onset_s:
        return tuple(words)
    onset = max(stretch.onset_s, second.onset_s - (first.offset_s - first.onset_s))
    moved = replace(first, onset_s=round(onset, 2), offset_s=second.onset_s)
    return (moved, *words[1:])


def _doubt(raw: Any, text: str, span: Span, speech: Speech) -> str:
    """Why a segment is not trusted, or "". The words stay either way."""
    if any(phrase in text for phrase in _credits()):
        return "credits"
    if raw.compression_ratio > _COMPRESSION:
        return "repetition"
    if raw.no_speech_prob > _NO_SPEECH and raw.avg_logprob < _LOG_PROBABILITY:
        return "no_speech"
    voiced = sum(span.overlap_s(v) for v in merge(speech.voiced))
    return "outside_voice" if voiced < _VOICED_SHARE * span.length_s else ""


@cache
def _credits() -> tuple[str, ...]:
    return tuple(read_yaml(__package__, "credits.yaml"))


@cache
def _to_simplified() -> Any:
    return opencc.OpenCC("t2s")


def simplified(text: str) -> str:
    """Text in simplified characters: Whisper mixes both scripts."""
    return str(_to_simplified().convert(text))
