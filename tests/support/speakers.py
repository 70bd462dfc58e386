"""Voices that sound like different people, cut from the samples: their truth is known."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import numpy as np
import yaml

from avaudit.domain.time import Span
from avaudit.media.open import open_input
from avaudit.media.sound import Samples, decode_mono, resample
from support.forge import noise

RATE = 16000
SAMPLES = Path(__file__).parents[2] / "data_samples"

#: All voices of the samples come from one person's. Slowed down or sped up they differ as people
#: do: the sample they are cut from, and how much longer they become.
_MADE = {
    "high": ("DSJ-V8_0000021_20261120_090100.mkv", 0.85),
    "deep": ("DSJ-A3_0001234_20261120_090000.mp4", 1.25),
}

Said = tuple[str, float, float]


def decoded(path: Path, seconds: float) -> Samples:
    """The first seconds of a recording's sound at 16 kHz, shape `(n,)`."""
    fd = os.open(path, os.O_RDONLY)
    try:
        with open_input(fd) as container:
            index = next(s.index for s in container.streams if s.type == "audio")
            sound, rate, _ = decode_mono(container, index, Span(0.0, seconds), 0.0)
    finally:
        os.close(fd)
    return resample(sound, rate, RATE)


@cache
def sentences(voice: str) -> tuple[Samples, ...]:
    """What a voice says in its sample, sentence by sentence."""
    name, longer = _MADE[voice]
    labels = yaml.safe_load((SAMPLES / "truth.yaml").read_text(encoding="utf-8"))["files"]
    said = next(label for label in labels if label["path"] == name)["speech"]
    sound = decoded(SAMPLES / name, 45.0)
    cut = (sound[round(s["onset_s"] * RATE) : round(s["offset_s"] * RATE)] for s in said)
    return tuple(resample(one, RATE, round(RATE * longer)) for one in cut)


def talk(*voices: str, gain_db: dict[str, float] | None = None) -> tuple[Samples, list[Said]]:
    """Voices that speak in turn, a second apart, over faint noise; and who said what when."""
    pieces: list[Samples] = [np.zeros(RATE, np.float32)]
    said: list[Said] = []
    count = dict.fromkeys(voices, 0)
    at = 1.0
    for voice in voices:
        sentence = sentences(voice)[count[voice] % len(sentences(voice))]
        count[voice] += 1
        louder = 10 ** ((gain_db or {}).get(voice, 0.0) / 20)
        pieces += [sentence * np.float32(louder), np.zeros(RATE, np.float32)]
        said.append((voice, at, at + len(sentence) / RATE))
        at += len(sentence) / RATE + 1.0
    sound = np.concatenate(pieces)
    return sound + noise(len(sound) / RATE, RATE, -60.0)[: len(sound)], said
