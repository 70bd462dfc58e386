"""Where somebody speaks, and how loud it is: Silero VAD as faster-whisper ships it."""

from __future__ import annotations

import numpy as np
from faster_whisper.vad import VadOptions, get_speech_timestamps

from avaudit.domain.signal import Speech
from avaudit.domain.time import Span
from avaudit.media.sound import Samples
from avaudit.signals.silence import to_dbfs

#: Silero VAD and Whisper listen at this rate.
RATE_HZ = 16000
_BLOCK_S = 0.5

#: A pause of 0.3 s ends a turn (the library's 2 s merge turns of two speakers).
VAD = VadOptions(
    threshold=0.5, min_speech_duration_ms=250, min_silence_duration_ms=300, speech_pad_ms=200
)


def measure(sound: Samples, examined: Span) -> Speech:
    """Voice activity and levels of sound at 16 kHz, shape `(n,)`, that starts at the span's onset.

    Source: Silero VAD (Silero Team, 2021), model v6.
    """
    voiced = get_speech_timestamps(sound, VAD, sampling_rate=RATE_HZ) if len(sound) else []
    level = float(np.sqrt(np.mean(np.square(sound)))) if len(sound) else 0.0
    return Speech(
        examined=(examined,),
        voiced=tuple(_span(v["start"], v["end"], examined) for v in voiced),
        level_dbfs=to_dbfs(level),
        background_dbfs=to_dbfs(_background(sound)),
    )


def _span(start: int, end: int, examined: Span) -> Span:
    onset, offset = (round(examined.onset_s + at / RATE_HZ, 3) for at in (start, end))
    return Span(onset, max(onset, offset))


def _background(sound: Samples) -> float:
    size = round(_BLOCK_S * RATE_HZ)
    count = len(sound) // size
    if not count:
        return 0.0
    blocks = sound[: count * size].reshape(count, size)
    return float(np.percentile(np.sqrt(np.mean(np.square(blocks), axis=1)), 10))
