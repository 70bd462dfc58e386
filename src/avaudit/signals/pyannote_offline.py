"""Import pyannote.audio so that it stays on this machine and on one thread.

Everything that has to be arranged before the import is here and nowhere else: what reaches for a
network or tells others of its use is switched off, and two libraries that only decode files are
kept out, because sound comes decoded from `avaudit.media`.
"""

from __future__ import annotations

import os
import sys
import types
import warnings
from collections.abc import Callable
from functools import cache

#: No hub, no counting of users: pyannote.audio 4 counts unless told otherwise.
_OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "OTEL_SDK_DISABLED": "true",
    "PYANNOTE_METRICS_ENABLED": "false",
}
#: What pyannote.audio calls to count. Its module starts a thread that sends, whatever is set.
_COUNTERS = (
    "set_opentelemetry_log_level",
    "set_telemetry_metrics",
    "track_model_init",
    "track_pipeline_apply",
    "track_pipeline_init",
)
#: Decodes files, with the system's FFmpeg: a second one in a process that has PyAV's.
_DECODER = "torchcodec"
#: pyannote warns that it cannot decode files without it. It need not.
_EXPECTED = r"\s*torchcodec is not installed correctly"


@cache
def prepare() -> None:
    """Make `pyannote.audio` importable, offline, on one thread, in this process. Once is enough.

    Raises `ImportError` where torch or pyannote.audio is not installed.
    """
    os.environ.update(_OFFLINE)
    import torch  # noqa: PLC0415  (a second and 300 MB: for those who tell speakers apart)

    torch.set_num_threads(1)  # a second thread is slower than a second process
    # What torchaudio is where it was built without its compiled part. That part wants CUDA's
    # libraries, also beside a CPU build of torch; the filter banks used here need none of it.
    _put_in_place("torchaudio._extension", _IS_TORCHAUDIO_EXT_AVAILABLE=False,
                  fail_if_no_align=_as_it_is)  # fmt: skip
    _put_in_place("pyannote.audio.telemetry", **dict.fromkeys(_COUNTERS, _nothing))
    sys.modules[_DECODER] = None  # type: ignore[assignment]  # Python's mark for "not there"
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=_EXPECTED)
        import pyannote.audio.pipelines  # noqa: F401, PLC0415


def _put_in_place(name: str, **content: object) -> None:
    """Have a module under that name from now on, with that content."""
    module = types.ModuleType(name)
    module.__dict__.update(content)
    sys.modules[name] = module


def _as_it_is(function: Callable[..., object]) -> Callable[..., object]:
    """Decorates what needs the compiled part. It is never called here."""
    return function


def _nothing(*_: object, **__: object) -> None:
    """Counts nothing."""
