"""Files that only grow, a line at a time: written whole or not at all, and healed after a crash."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from avaudit.store.disk import flush


def write_block(file: Path, block: bytes) -> None:
    """Append whole lines to a file, on disk when this returns. Raises `OSError`.

    A line that a crash left open is closed first; where the disk is full no half line is left.
    """
    is_new = not file.exists()
    if not is_new:
        close_torn_line(file)
    fd = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        before = os.fstat(fd).st_size
        if os.write(fd, block) < len(block):  # the disk is full: leave no half line behind
            os.ftruncate(fd, before)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(fd)
    finally:
        os.close(fd)
    if is_new:
        flush(file.parent)


def close_torn_line(file: Path) -> None:
    """End a file's last line where a crash left it open. Raises `OSError`."""
    with file.open("rb+") as stream:
        size = stream.seek(0, os.SEEK_END)
        if not size:
            return
        stream.seek(size - 1)
        if stream.read(1) != b"\n":
            stream.write(b"\n")
            stream.flush()
            os.fsync(stream.fileno())
