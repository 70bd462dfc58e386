"""What listening to the opening window costs: examining with speech less without, per second.

python tests/benchmarks/bench_speech.py [--runs N] [--folder FOLDER]

Needs the default speech model (`avaudit models fetch`).
"""

from __future__ import annotations

import os
import wave
from pathlib import Path
from typing import Any

import av
import numpy as np
from faster_whisper import WhisperModel

import measured
from avaudit.domain.examination import Examination, ExamineRequest, Listening, SpeechRequest
from avaudit.domain.signal import LineUp, Question
from avaudit.isolate import WorkerPool
from avaudit.language.readings import made_up
from avaudit.models.registry import find
from avaudit.settings import load_settings

_WINDOW_S, _RATE_HZ = 90, 16_000
_PER_SECOND, _MEMORY_MB = 0.2, 1024
_MODEL = "whisper-base"
#: A line-up as checks ask for it: a name among made-up ones, in some seconds of sound.
_NAME, _QUESTION_S = "赵志强", 7.0
_SAMPLES = (
    "DSJ-A3_0001234_20261118_093000.mp4",
    "DSJ-A3_0001235_20261118_141500.ts",
    "REC_20261119_100000.wav",
    "IMG_0412.MOV",
    "CDR_20261118_141600.avi",
)


def sound_of(path: Path) -> Any:
    """A sample's sound at 16 kHz."""
    shaped = av.AudioResampler("s16", "mono", _RATE_HZ)
    with av.open(str(path)) as container:
        frames = [f for frame in container.decode(audio=0) for f in shaped.resample(frame)]
    return np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames])


def recording(folder: Path, number: int) -> Path:
    """A recording of the window's length: speech of the samples, in another order for each."""
    path = folder / f"speech_{number}.wav"
    order = _SAMPLES[number:] + _SAMPLES[:number]
    whole = np.concatenate([sound_of(measured.ROOT / "data_samples" / name) for name in order])
    with wave.open(str(path), "wb") as output:
        output.setnchannels(1)
        output.setsampwidth(2)
        output.setframerate(_RATE_HZ)
        output.writeframes(np.resize(whole, _WINDOW_S * _RATE_HZ).tobytes())
    return path


def one_worker(first: Path, second: Path, speech: SpeechRequest) -> dict[str, float]:
    """Seconds that a fresh worker takes for each file, and its peak memory."""
    settings = load_settings()
    with WorkerPool(1, settings.worker_timeout_s, settings.worker_memory_mb) as pool:

        def seconds(path: Path, how: SpeechRequest | None) -> float:
            request = ExamineRequest(os.fsencode(path).hex(), how)
            return measured.timed(lambda: _sound(pool.examine(request)))

        found = {
            "start": seconds(first, None),
            "without": seconds(first, None),
            "first": seconds(first, speech),
            "second": seconds(second, speech),
        }
        asked = ExamineRequest(os.fsencode(second).hex(), speech, questions=(question(),))
        found["question"] = measured.timed(lambda: _answered(pool.examine(asked)))
        (worker,) = measured.children(os.getpid())
        found["peak_mb"] = measured.memory_mb(worker, "VmHWM")
    return found


def _answered(examination: Examination) -> None:
    assert LineUp.NAME in examination.signals


def question() -> Question:
    """Which of a name and of as many made-up ones as checks ask about is said in a stretch."""
    readings = tuple(sorted((_NAME, *made_up(_NAME))))
    return Question(10.0, 10.0 + _QUESTION_S, "执法人员", "，全程录音", readings)


def _sound(examination: Examination) -> None:
    """Make sure that the file was examined: a failure is fast, too."""
    assert examination.media is not None
    assert not examination.failures


def peer(path: Path, folder: Path) -> float:
    """faster-whisper as its documentation shows it (no voice filter), the model loaded."""
    model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=1)
    return measured.timed(lambda: list(model.transcribe(str(path), language="zh", beam_size=5)[0]))


def main() -> None:
    """Measure and report."""
    given = measured.options(__doc__ or "", runs=3)
    measured.heading("bench_speech", f"opening window of {_WINDOW_S} s, {_MODEL}, int8, CPU")
    first, second = recording(given.folder, 0), recording(given.folder, 2)
    folder = find(_MODEL).folder(load_settings().models_dir)
    speech = SpeechRequest(_MODEL, str(folder), "cpu", Listening(_WINDOW_S, _WINDOW_S, 0.0, 0.0))
    runs = [(one_worker(first, second, speech), peer(second, folder)) for _ in range(given.runs)]
    workers, peers = zip(*runs, strict=True)
    net = [w["second"] - w["without"] for w in workers]
    loading = [w["first"] - w["without"] for w in workers]
    rows = [
        ("worker's start and the file without speech", [w["start"] for w in workers]),
        ("a file without speech", [w["without"] for w in workers]),
        ("speech of the first file (loads the model)", loading),
        ("speech of the second file", net),
        (f"one line-up of {len(question().readings)} readings", [w["question"] for w in workers]),
        ("peer: faster-whisper's `transcribe` alone", peers),
    ]
    measured.table(
        ("measured", "seconds", "of real time"),
        [(n, measured.spread(v), f"{measured.median(v) / _WINDOW_S:.3f}") for n, v in rows],
    )
    peak = max(w["peak_mb"] for w in workers)
    for name, values in (("first", loading), ("second", net)):
        share = measured.median(values) / _WINDOW_S
        measured.say(measured.verdict(f"speech of the {name} file", share, _PER_SECOND, " s/s"))
    ratio = measured.median(net) / measured.median(peers)
    measured.say(f"speech of the second file / faster-whisper alone: {ratio:.2f}")
    measured.say(measured.verdict("peak resident memory of a worker", peak, _MEMORY_MB, " MiB"))


if __name__ == "__main__":
    main()
