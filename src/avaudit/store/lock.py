"""Waiting for one's turn: bounded patience, and locks between processes (`flock(2)`).

A lock goes when its holder ends, however it ends, so that a crash leaves nothing to clean up.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from avaudit.errors import StoreBusy, StoreError

_FIRST_PAUSE_S = 0.01
_LONGEST_PAUSE_S = 0.25


class Patience:
    """A bound, in seconds, on all the waiting of one unit of work."""

    def __init__(self, wait_s: float) -> None:
        self.wait_s = wait_s
        self._until = time.monotonic() + wait_s

    @property
    def left_s(self) -> float:
        """Seconds that may still be waited; 0.0 when they are used up."""
        return max(0.0, self._until - time.monotonic())

    def tries(self) -> Iterator[None]:
        """One item a try, the first at once; the pause between doubles up to a bound.

        Pauses vary by chance (half to whole), so that waiting processes do not keep step.
        """
        yield
        pause_s = _FIRST_PAUSE_S
        while left_s := self.left_s:
            # Waiting for whoever holds the lock.
            time.sleep(min(left_s, pause_s * (0.5 + secrets.randbelow(1024) / 2048)))
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
            yield

    def busy(self, file: Path) -> StoreBusy:
        """The error to raise when the tries are over."""
        return StoreBusy("store.busy", file=str(file), wait_s=self.wait_s)


@contextmanager
def locked(lock: Path, patience: Patience) -> Iterator[None]:
    """Hold a lock file's lock, alone among processes and threads.

    Raises `StoreBusy` when others hold it longer than the patience lasts, `StoreError` where the
    lock file cannot be made.
    """
    try:
        fd = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StoreError("store.unusable", file=str(lock), reason=error.strerror) from error
    try:
        _acquire(fd, lock, patience)
        yield
    finally:
        os.close(fd)


def _acquire(fd: int, lock: Path, patience: Patience) -> None:
    for _ in patience.tries():
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        return
    raise patience.busy(lock)
