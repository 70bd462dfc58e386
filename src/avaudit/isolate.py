"""Worker processes for everything that opens a recording, with limits on time and memory.

A hostile or broken file can make a decoder hang, eat memory or crash. Here it costs one answer
("timeout", "memory", "crashed") and a fresh worker, not the night. Requests and answers are lines
of JSON over pipes: what comes out of a worker is read as data, never as objects or code.
"""

from __future__ import annotations

import contextlib
import os
import queue
import selectors
import signal
import subprocess
import sys
import tempfile
import threading
import time
from typing import IO

from avaudit import codec
from avaudit.domain.examination import Examination, ExamineRequest
from avaudit.errors import AvauditError, SourceUnavailable, Unexaminable, WorkerUnavailable

_MAX_ANSWER_BYTES = 64 << 20
_LAST_WORDS_CHARACTERS = 600
#: Exit status with which a worker tells that its memory limit was reached.
OUT_OF_MEMORY = 77
#: What a worker says before it takes its first request.
READY = b"ready"
_START_TIMEOUT_S = 120.0


class Worker:
    """One worker process. Not thread-safe: a pool lends it to one caller at a time."""

    def __init__(self, memory_mb: int) -> None:
        request_read, self._request = os.pipe()
        self._answer, answer_write = os.pipe()
        lifeline_read, self._lifeline = os.pipe()
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  (closed in stop())
        theirs = (request_read, answer_write, lifeline_read)
        # -P: nothing is imported from the working folder, which may be one of recordings.
        command = [sys.executable, "-P", "-m", "avaudit.worker", *map(str, theirs), str(memory_mb)]
        try:
            self._process = subprocess.Popen(
                command,
                pass_fds=theirs,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._log,
            )
        except OSError as error:
            raise WorkerUnavailable("isolate.no_worker", detail=str(error)) from error
        finally:
            for fd in theirs:
                os.close(fd)
        self._ready = False

    def call(self, request: ExamineRequest, timeout_s: float) -> Examination:
        """Have a file examined.

        Raises `Unexaminable` ("timeout", "memory", "crashed") where the worker did not survive
        it, `SourceUnavailable` where the disk did not answer, `WorkerUnavailable` where the worker
        did not start, or was dead before it got the request: no word about the file.
        """
        self._wait_until_ready()
        line = codec.to_json(request).encode() + b"\n"
        try:
            os.write(self._request, line)
        except BrokenPipeError as error:
            raise WorkerUnavailable("isolate.no_worker", detail=self._last_words()) from error
        answer = self._read_line(time.monotonic() + timeout_s, timeout_s)
        kind, _, body = answer.partition(b" ")
        if kind == b"unavailable":
            raise SourceUnavailable("media.source_unavailable", detail=body.decode())
        return codec.from_json(Examination, body.decode())

    def _wait_until_ready(self) -> None:
        """Starting takes a second, and can fail for reasons of the machine, not of the file."""
        if self._ready:
            return
        try:
            said = self._read_line(time.monotonic() + _START_TIMEOUT_S, _START_TIMEOUT_S)
        except Unexaminable as error:
            detail = error.values.get("detail", "")
            raise WorkerUnavailable("isolate.no_worker", detail=detail) from error
        if said != READY:
            raise WorkerUnavailable("isolate.no_worker", detail=said.decode(errors="replace"))
        self._ready = True

    def _read_line(self, deadline: float, timeout_s: float) -> bytes:
        received = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(self._answer, selectors.EVENT_READ)
            while not received.endswith(b"\n"):
                left = deadline - time.monotonic()
                if left <= 0 or not selector.select(left):
                    raise Unexaminable("timeout", detail=f"> {timeout_s:g} s")
                data = os.read(self._answer, 1 << 20)
                received += data
                if not data:
                    raise self._death()
                if len(received) > _MAX_ANSWER_BYTES:
                    raise Unexaminable("crashed", detail="answer too long")
        return bytes(received[:-1])

    def _death(self) -> Unexaminable:
        try:
            status = self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            status = 0
        code = "memory" if status == OUT_OF_MEMORY else "crashed"
        name = signal.Signals(-status).name if status < 0 else f"exit {status}"
        return Unexaminable(code, detail=f"{name}; {self._last_words()}".rstrip("; "))

    def _last_words(self) -> str:
        self._log.seek(0)
        return self._log.read().decode(errors="replace").strip()[-_LAST_WORDS_CHARACTERS:]

    def kill(self) -> None:
        """End the process, at once; whoever waits for its answer learns that it died."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """End the process and give back what it held. For the one who uses it, once."""
        self.kill()
        for fd in (self._request, self._answer, self._lifeline):
            os.close(fd)
        self._log.close()


class WorkerPool:
    """At most `jobs` workers, started when first needed, each kept until a file kills it.

    Thread-safe. `timeout_s` bounds one examination; `memory_mb` the address space of a worker.
    """

    def __init__(self, jobs: int, timeout_s: float, memory_mb: int) -> None:
        self._timeout_s = timeout_s
        self._memory_mb = memory_mb
        self._idle: queue.LifoQueue[Worker | None] = queue.LifoQueue()
        self._live: set[Worker] = set()
        self._lock = threading.Lock()
        self._stopped = False
        for _ in range(jobs):
            self._idle.put(None)

    def examine(self, request: ExamineRequest) -> Examination:
        """Examine a file in a worker. Raises as `Worker.call` does.

        After `stop` it raises `WorkerUnavailable`, also for an examination under way: that the
        worker died then says nothing about the file.
        """
        worker = self._idle.get()
        try:
            worker = worker or self._start()
            return worker.call(request, self._timeout_s)
        except SourceUnavailable:
            raise  # an answer: the worker is well, and has its models loaded
        except BaseException as error:
            self._discard(worker)
            worker = None
            if self._stopped and isinstance(error, AvauditError):
                raise WorkerUnavailable("isolate.stopped") from error
            raise
        finally:
            self._idle.put(worker)
            if self._stopped:
                self._clear()

    def _start(self) -> Worker:
        with self._lock:
            if self._stopped:
                raise WorkerUnavailable("isolate.stopped")
            worker = Worker(self._memory_mb)
            self._live.add(worker)
            return worker

    def _discard(self, worker: Worker | None) -> None:
        if worker is not None:
            with self._lock:
                self._live.discard(worker)
            worker.stop()

    def stop(self) -> None:
        """End all workers at once, busy ones too, and start no other. Safe to call twice."""
        with self._lock:
            self._stopped = True
            live, self._live = self._live, set()
        for worker in live:
            worker.kill()
        self._clear()

    def _clear(self) -> None:
        """Give back what idle workers hold; busy ones are stopped by those who use them."""
        idle: list[Worker | None] = []
        with contextlib.suppress(queue.Empty):
            while True:
                idle.append(self._idle.get_nowait())
        for worker in idle:
            if worker is not None:
                worker.stop()
            self._idle.put(None)  # whoever waits for one learns that the pool has stopped

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
