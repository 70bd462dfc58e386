"""Worker processes: what they die of is an answer, and what they leave behind is nothing."""

from __future__ import annotations

import gc
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest

from avaudit.domain.examination import Examination, ExamineRequest, Listening, SpeechRequest
from avaudit.domain.media import MediaKind
from avaudit.domain.signal import FileRead
from avaudit.errors import SourceUnavailable, Unexaminable, WorkerUnavailable
from avaudit.isolate import Worker, WorkerPool
from support.forge import Audio, make, tone
from support.workers import alive, request, sparse, wait_until, workers_of

_GIB = 1 << 30


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("good") / "good.wav"
    return make(path, Audio(tone(1.0, 8000), 8000, "pcm_s16le")).path


@pytest.fixture(scope="module")
def endless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording by its name that takes most of a minute to hash."""
    return sparse(tmp_path_factory.mktemp("endless") / "endless.mp4", 40 * _GIB)


@pytest.fixture
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(1, 60.0, 4096) as made:
        yield made


def _ok(answer: Examination) -> bool:
    return answer.media is not None and answer.media.kind is MediaKind.AUDIO


def _only_worker() -> int:
    (pid,) = workers_of(os.getpid())
    return pid


def _in_background(pool: WorkerPool, path: Path) -> tuple[threading.Thread, list[Exception]]:
    errors: list[Exception] = []

    def ask() -> None:
        try:
            pool.examine(request(path))
        except Exception as error:  # noqa: BLE001  (whatever it is, the test looks at it)
            errors.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    return thread, errors


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_a_worker_killed_at_work_is_one_answer_and_the_next_call_works(
    pool: WorkerPool, good: Path, endless: Path, number: signal.Signals
) -> None:
    assert _ok(pool.examine(request(good)))
    thread, errors = _in_background(pool, endless)
    time.sleep(0.3)
    os.kill(_only_worker(), number)
    thread.join(timeout=20)
    (error,) = errors
    assert isinstance(error, Unexaminable)
    assert error.key == "crashed"
    assert number.name in str(error.values["detail"])
    assert _ok(pool.examine(request(good)))


def test_a_worker_that_died_idle_is_worth_another_try(pool: WorkerPool, good: Path) -> None:
    assert _ok(pool.examine(request(good)))
    pid = _only_worker()
    os.kill(pid, signal.SIGKILL)
    assert wait_until(lambda: not alive(pid))
    time.sleep(0.2)  # its threads, and with them its pipes, may outlive it by a moment
    with pytest.raises(WorkerUnavailable):
        pool.examine(request(good))
    assert _ok(pool.examine(request(good)))


def test_a_file_that_takes_too_long_is_a_timeout_in_time(good: Path, endless: Path) -> None:
    worker = Worker(4096)
    try:
        assert _ok(worker.call(request(good), 60.0))
        begun = time.monotonic()
        with pytest.raises(Unexaminable) as caught:
            worker.call(request(endless), 0.5)
        assert caught.value.key == "timeout"
        assert "0.5 s" in str(caught.value.values["detail"])
        assert 0.4 < time.monotonic() - begun < 5
    finally:
        worker.stop()


def test_after_a_timeout_no_worker_is_left_and_the_next_file_is_examined(
    good: Path, endless: Path
) -> None:
    with WorkerPool(1, 1.0, 4096) as pool:
        with pytest.raises(Unexaminable) as caught:
            pool.examine(request(endless))
        assert caught.value.key == "timeout"
        assert workers_of(os.getpid()) == []
        assert _ok(pool.examine(request(good)))


def test_a_file_that_needs_too_much_memory_is_told_so_and_the_parent_is_unharmed(
    tmp_path: Path, good: Path
) -> None:
    large = tmp_path / "large.png"
    cv2.imwrite(str(large), np.zeros((24000, 24000), np.uint8))  # 0.6 GB once decoded
    unlimited, _ = resource.getrlimit(resource.RLIMIT_AS)
    with WorkerPool(1, 60.0, 1100) as pool:
        with pytest.raises(Unexaminable) as caught:
            pool.examine(request(large))
        assert caught.value.key == "memory"
        assert _ok(pool.examine(request(good)))
    assert resource.getrlimit(resource.RLIMIT_AS)[0] == unlimited  # the limit is the worker's


@pytest.mark.parametrize("busy", [False, True])
def test_workers_end_with_a_parent_that_is_killed(busy: bool, good: Path, endless: Path) -> None:
    program = (
        "import sys, threading; sys.path.insert(0, sys.argv[1])\n"
        "from support.workers import request\n"
        "from avaudit.isolate import WorkerPool\n"
        "pool = WorkerPool(1, 600.0, 4096)\n"
        "pool.examine(request(sys.argv[2].encode()))\n"
        "print('ready', flush=True)\n"
        "pool.examine(request(sys.argv[3].encode())) if sys.argv[3] else sys.stdin.read()\n"
    )
    tests = str(Path(__file__).parent)
    command = [sys.executable, "-c", program, tests, str(good), str(endless) if busy else ""]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        try:
            assert parent.stdout
            assert parent.stdout.readline() == b"ready\n"
            (worker,) = workers_of(parent.pid)
            time.sleep(0.2)
            assert alive(worker)
        finally:
            parent.kill()
    assert wait_until(lambda: not alive(worker), within_s=5)


def test_stop_ends_a_call_under_way_and_says_nothing_about_the_file(
    good: Path, endless: Path
) -> None:
    pool = WorkerPool(2, 60.0, 4096)
    assert _ok(pool.examine(request(good)))
    thread, errors = _in_background(pool, endless)
    time.sleep(0.3)
    pool.stop()
    thread.join(timeout=10)
    assert not thread.is_alive()
    (error,) = errors
    assert isinstance(error, WorkerUnavailable)
    assert error.key == "isolate.stopped"
    assert workers_of(os.getpid()) == []
    pool.stop()
    with pytest.raises(WorkerUnavailable):
        pool.examine(request(good))


def test_a_caller_that_waits_for_a_worker_learns_that_the_pool_was_stopped(
    good: Path, endless: Path
) -> None:
    pool = WorkerPool(1, 60.0, 4096)
    first, _ = _in_background(pool, endless)
    time.sleep(0.2)
    second, errors = _in_background(pool, good)
    time.sleep(0.2)
    pool.stop()
    for thread in (first, second):
        thread.join(timeout=10)
        assert not thread.is_alive()
    assert [type(error) for error in errors] == [WorkerUnavailable]


def test_a_stopped_pool_leaves_no_descriptor_open(good: Path) -> None:
    gc.collect()
    before = set(os.listdir("/proc/self/fd"))  # noqa: PTH208
    with WorkerPool(2, 60.0, 4096) as pool, ThreadPoolExecutor(2) as threads:
        assert all(map(_ok, threads.map(pool.examine, [request(good)] * 4)))
    assert set(os.listdir("/proc/self/fd")) <= before  # noqa: PTH208


def test_what_a_worker_prints_cannot_pass_for_an_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, good: Path
) -> None:
    """Decoders print; here every interpreter of a worker prints on both of its outputs."""
    (tmp_path / "sitecustomize.py").write_text(
        "import os\n"
        "for fd in (1, 2):\n"
        '    os.write(fd, b\'examined {"file": null, "media": null}\\n\')\n'
        "print('examined {}', flush=True)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with WorkerPool(1, 60.0, 4096) as pool:
        for _ in range(3):
            assert _ok(pool.examine(request(good)))


def test_a_worker_that_cannot_start_is_no_word_about_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, good: Path
) -> None:
    (tmp_path / "first").mkdir()
    (tmp_path / "first" / "av.py").write_text("raise ImportError('this FFmpeg does not load')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "first"))
    with WorkerPool(1, 60.0, 4096) as pool:
        with pytest.raises(WorkerUnavailable) as caught:
            pool.examine(request(good))
        assert "this FFmpeg does not load" in str(caught.value.values["detail"])
        monkeypatch.delenv("PYTHONPATH")
        assert _ok(pool.examine(request(good)))


def test_a_worker_imports_nothing_from_the_working_folder(tmp_path: Path, good: Path) -> None:
    assert Path.cwd() == tmp_path
    for name in ("av.py", "numpy.py", "json.py"):
        (tmp_path / name).write_text("raise SystemExit('a recording folder is not a library')")
    with WorkerPool(1, 60.0, 4096) as pool:
        assert _ok(pool.examine(request(good)))


def test_too_little_memory_to_start_in_is_no_word_about_the_file(good: Path) -> None:
    with WorkerPool(1, 60.0, 64) as pool, pytest.raises(WorkerUnavailable):
        pool.examine(request(good))


def test_an_error_inside_a_worker_is_a_crash_with_its_last_words(
    pool: WorkerPool, good: Path
) -> None:
    with pytest.raises(Unexaminable) as caught:
        pool.examine(ExamineRequest("not hexadecimal"))
    assert caught.value.key == "crashed"
    assert "exit 1" in str(caught.value.values["detail"])
    assert "ValueError" in str(caught.value.values["detail"])
    assert _ok(pool.examine(request(good)))


def test_a_model_that_does_not_load_leaves_the_rest_of_the_examination(
    pool: WorkerPool, good: Path, tmp_path: Path
) -> None:
    how = SpeechRequest("none", str(tmp_path / "nothing"), "cpu", Listening(1.0, 1.0, 1.0, 1.0))
    answer = pool.examine(ExamineRequest(request(good).path_bytes, how))
    assert _ok(answer)
    assert [(missing.name, missing.cause) for missing in answer.missing] == [
        ("bitstream", "no_picture"),
        ("picture", "no_picture"),
        ("transcript", "no_model"),
    ]
    assert answer.missing[2].detail
    assert how.speech_key in answer.signals


def test_a_disk_that_does_not_answer_is_no_word_about_the_file(
    pool: WorkerPool, good: Path
) -> None:
    """Reading the first page of a process's memory gives EIO, like a failing disk."""
    pool.examine(request(good))
    worker = _only_worker()
    with pytest.raises(SourceUnavailable):
        pool.examine(request(Path("/proc/self/mem")))
    assert _ok(pool.examine(request(good)))
    assert _only_worker() == worker


def test_many_threads_share_few_workers_and_each_gets_its_own_answer(tmp_path: Path) -> None:
    seconds = [0.5 + 0.1 * number for number in range(12)]
    files = [
        make(tmp_path / f"{s:.1f}.wav", Audio(tone(s, 8000), 8000, "pcm_s16le")).path
        for s in seconds
    ]
    with WorkerPool(2, 60.0, 4096) as pool, ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(pool.examine, map(request, files * 3)))
        assert len(workers_of(os.getpid())) <= 2
    for answer, length_s in zip(answers, seconds * 3, strict=True):
        assert answer.media
        assert answer.media.duration_s == pytest.approx(length_s, abs=0.001)
    sizes = [answer.signals[FileRead.NAME]["size_bytes"] for answer in answers]
    assert sizes == [path.stat().st_size for path in files * 3]
