"""How bytes become a model file: `.part`, check, fsync, rename.

A file with its final name is whole and as listed, whatever happened while it was fetched.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from avaudit.errors import ModelError
from avaudit.models.registry import ModelFile
from avaudit.models.verify import PART, sha256_of

BLOCK_BYTES = 1 << 20

Progress = Callable[[str, int, int], None]
"""Called with a file's name, the bytes done and the bytes in all."""


class SourceFailed(ModelError):
    """One source could not give a file: its reason is kept and the next source is tried."""


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Say an `OSError` of writing under `folder` as `ModelError` (`models.unwritable`)."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise ModelError("models.unwritable", folder=str(folder), reason=reason) from error


@contextmanager
def locked(lock: Path) -> Iterator[None]:
    """Hold a lock between processes; wait for whoever holds it.

    The kernel frees the lock of a process that dies. The lock file stays: deleting it would let
    a third process lock a new file while the second waits on the old one.
    """
    with writing(lock.parent):
        lock.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        with writing(lock.parent):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def part_of(folder: Path, file: ModelFile) -> Path:
    """Where a file's bytes gather until they are whole."""
    return folder / (file.name + PART)


def part_size(folder: Path, file: ModelFile) -> int:
    """Bytes gathered so far; a `.part` longer than the file is thrown away."""
    part = part_of(folder, file)
    with writing(folder):
        size = part.stat().st_size if part.exists() else 0
        if size > file.size_bytes:
            part.unlink()
            return 0
    return size


def write(
    folder: Path,
    file: ModelFile,
    blocks: Iterable[bytes],
    progress: Progress,
    *,
    start: int = 0,
) -> None:
    """Write blocks into the `.part`, after its first `start` bytes (0: anew).

    Raises `SourceFailed` (`models.reason_long`) once there are more bytes than listed, and
    `ModelError` (`models.unwritable`). Errors of reading are the business of `blocks`, which must
    not let an `OSError` out.
    """
    done = start
    part = part_of(folder, file)
    with writing(folder):
        part.parent.mkdir(parents=True, exist_ok=True)
    with writing(folder), part.open("ab" if start else "wb") as out:
        for block in blocks:
            done += len(block)
            if done > file.size_bytes:
                part.unlink()
                raise SourceFailed("models.reason_long", file=file.name, expected=file.size_bytes)
            out.write(block)
            progress(file.name, done, file.size_bytes)


def finish(folder: Path, file: ModelFile) -> None:
    """Give a `.part` its final name if its bytes are as listed; else delete it.

    Raises `SourceFailed` (`models.reason_bytes`), `ModelError` (`models.unwritable`).
    """
    part = part_of(folder, file)
    found = sha256_of(part)
    with writing(folder):
        if found != file.sha256:
            part.unlink()
            raise SourceFailed(
                "models.reason_bytes", file=file.name, expected=file.sha256, found=found
            )
        _sync(part)
        whole = folder / file.name
        part.replace(whole)
        _sync(whole.parent)


def _sync(path: Path) -> None:
    """Have the disk keep a file's bytes, or a folder's names."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
