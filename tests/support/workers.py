"""What tests need to know of worker processes: which there are, and how to ask for a file."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from avaudit.domain.examination import ExamineRequest


def request(path: Path | bytes) -> ExamineRequest:
    """A request to examine a file without listening to speech."""
    return ExamineRequest(os.fsencode(path).hex())


def workers_of(parent: int) -> list[int]:
    """Process ids of the living workers that a process started."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            stat = (entry / "stat").read_text()
            command = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue  # ended meanwhile
        state, ppid = stat.rpartition(")")[2].split()[:2]
        if int(ppid) == parent and state != "Z" and b"avaudit.worker" in command:
            found.append(int(entry.name))
    return sorted(found)


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not waited for does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def wait_until(true: Callable[[], bool], within_s: float = 15.0) -> bool:
    """Wait for something to become true; whether it did."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.02)
    return true()


def sparse(path: Path, size_bytes: int) -> Path:
    """A file of zeros that takes no room on the disk, and seconds to hash."""
    with path.open("wb") as file:
        file.truncate(size_bytes)
    return path
