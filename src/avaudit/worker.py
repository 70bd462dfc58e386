"""A worker process: `python -m avaudit.worker REQUEST ANSWER LIFELINE MEMORY_MB` (by isolate.py).

The first three are file descriptors. The process ends when its parent does, whatever it is doing:
the lifeline is a pipe whose other end only the parent holds.
"""

from __future__ import annotations

import errno
import os
import resource
import signal
import sys
import threading

from avaudit import codec
from avaudit.domain.examination import ExamineRequest
from avaudit.errors import SourceUnavailable
from avaudit.isolate import OUT_OF_MEMORY, READY

#: What a worker never does: reach another machine. Python's own audit events (PEP 578); FFmpeg is
#: kept to files by its protocol whitelist (see `media.open`).
_NETWORK = frozenset(
    f"socket.{name}"
    for name in ("connect", "bind", "sendto", "sendmsg", "getaddrinfo", "gethostbyname")
)

#: A worker writes nothing but its log.
_FILE_SIZE_BYTES = 16 << 20


def _limit(memory_mb: int) -> None:
    memory = memory_mb << 20
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE_SIZE_BYTES, _FILE_SIZE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle


def _stay_offline() -> None:
    """Refuse what reaches the network. A hook cannot be taken out again by what runs later."""

    def refuse(event: str, _: object) -> None:
        if event in _NETWORK:
            raise PermissionError(errno.EACCES, "workers reach no network", event)

    sys.addaudithook(refuse)


def _end_with_parent(lifeline: int) -> None:
    def wait() -> None:
        os.read(lifeline, 1)  # returns when the parent is gone, or closed it
        os._exit(0)

    threading.Thread(target=wait, name="lifeline", daemon=True).start()


def _serve(request_fd: int, answer_fd: int) -> None:
    # Heavy imports only now: the limits hold for them, and a dead parent ends them.
    from avaudit.examine import examine  # noqa: PLC0415

    with os.fdopen(request_fd, "rb") as requests, os.fdopen(answer_fd, "wb") as answers:
        answers.write(READY + b"\n")
        answers.flush()
        for line in requests:
            try:
                done = examine(codec.from_json(ExamineRequest, line.decode()))
                answers.write(b"examined " + codec.to_json(done).encode() + b"\n")
            except SourceUnavailable as error:
                answers.write(
                    b"unavailable " + str(error.values.get("detail", "")).encode() + b"\n"
                )
            answers.flush()


def main() -> int:
    """Serve requests until the parent closes the pipe."""
    request_fd, answer_fd, lifeline, memory_mb = map(int, sys.argv[1:5])
    _end_with_parent(lifeline)
    _limit(memory_mb)
    _stay_offline()
    try:
        _serve(request_fd, answer_fd)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)  # no unwinding: there may be no memory for it
    return 0


if __name__ == "__main__":
    sys.exit(main())
