"""What the operating system says and must do about the store's files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from avaudit.errors import StoreError


@contextmanager
def refusals_of(file: Path) -> Iterator[None]:
    """Raise `StoreError`, with the file's name, for what the operating system refuses."""
    try:
        yield
    except OSError as error:
        raise StoreError("store.unusable", file=str(file), reason=error.strerror) from error


def replace_whole(file: Path, content: bytes) -> None:
    """Give a file its content, all of it or none, on disk when this returns. Raises `OSError`."""
    new = file.with_name(f".{file.name}.tmp")
    new.write_bytes(content)
    flush(new)
    new.replace(file)
    flush(file.parent)


def flush(file: Path) -> None:
    """Make a file's bytes, or a folder's names, last through a power cut. Raises `OSError`."""
    fd = os.open(file, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
