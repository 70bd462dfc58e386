"""Read originals anew: what stat says of them, and the SHA-256 of their bytes. Nothing is opened
as media: reading bytes is safe, so it is done in threads of this process (hashing lets others run).
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from avaudit.ingest.discover import display_path

_READ_BYTES = 4 << 20
_ABSENT = (errno.ENOENT, errno.ENOTDIR)
_BUFFERS = threading.local()


@dataclass(frozen=True, slots=True)
class Facts:
    """What stat says of a file: who writes to it, or puts another in its place, changes these."""

    size_bytes: int
    mtime_ns: int
    ctime_ns: int

    @classmethod
    def of(cls, status: os.stat_result) -> Facts:
        """From the answer of stat."""
        return cls(status.st_size, status.st_mtime_ns, status.st_ctime_ns)


@dataclass(frozen=True, slots=True)
class Seen:
    """What lies at a path now. `sha256` is None where nothing was read, `facts` where stat failed.

    `trouble` is "" where all is well, "absent" where no file is, else what the system said;
    "changing" where the file was written to while it was read.
    """

    facts: Facts | None = None
    sha256: str | None = None
    trouble: str = ""

    @property
    def absent(self) -> bool:
        """Whether there is no such file."""
        return self.trouble == "absent"


def look(shown: str) -> Seen:
    """What stat says of a path as `display_path` spells it."""
    try:
        status = os.stat(spelled(shown))  # noqa: PTH116  (names may not be text)
    except OSError as error:
        return _failed(error)
    except ValueError:  # an embedded zero: no file is called so
        return Seen(trouble="absent")
    if not stat.S_ISREG(status.st_mode):
        return Seen(trouble="absent")  # a folder or a pipe in its place: the file is not there
    return Seen(Facts.of(status))


def read(shown: str, advance: Callable[[int], None] = lambda _: None) -> Seen:
    """The digest of the file at a path. `advance` is told of bytes as they are read."""
    try:
        fd = os.open(spelled(shown), os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        return _failed(error)
    except ValueError:
        return Seen(trouble="absent")
    try:
        return _read(fd, advance)
    except OSError as error:
        return _failed(error)
    finally:
        os.close(fd)


def _read(fd: int, advance: Callable[[int], None]) -> Seen:
    before = os.fstat(fd)
    if not stat.S_ISREG(before.st_mode):
        return Seen(trouble="absent")
    os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_SEQUENTIAL)
    view = memoryview(_buffer())
    digest, at = hashlib.sha256(), 0
    while count := os.preadv(fd, [view], at):
        digest.update(view[:count])
        at += count
        advance(count)
    facts = Facts.of(os.fstat(fd))
    if (facts.size_bytes, facts.mtime_ns) != (before.st_size, before.st_mtime_ns):
        return Seen(facts, trouble="changing")
    return Seen(facts, digest.hexdigest())


def _buffer() -> bytearray:
    """A buffer of the thread's own: making one for each file takes longer than small files do."""
    if not hasattr(_BUFFERS, "bytes"):
        _BUFFERS.bytes = bytearray(_READ_BYTES)
    own: bytearray = _BUFFERS.bytes
    return own


def _failed(error: OSError) -> Seen:
    if error.errno in _ABSENT:
        return Seen(trouble="absent")
    return Seen(trouble=error.strerror or str(error))


def spelled(shown: str) -> bytes:
    """The name as the file system spells it, from how `display_path` shows it.

    Names that are not plain text are shown with escapes: their folder is searched for the one.
    """
    plain = os.fsencode(shown)
    if "\\" not in shown or os.path.lexists(plain):
        return plain
    found = b"/"
    for part in shown.strip("/").split("/"):
        found = os.path.join(found, _spelled_in(found, part))  # noqa: PTH118
    return found


def _spelled_in(folder: bytes, part: str) -> bytes:
    plain = os.fsencode(part)
    if "\\" not in part or os.path.lexists(os.path.join(folder, plain)):  # noqa: PTH118
        return plain
    try:
        names = os.listdir(folder)  # noqa: PTH208
    except OSError:
        return plain
    return next((name for name in names if display_path(name) == part), plain)


def files_below(folder: str) -> Iterator[tuple[str, Facts]]:
    """Regular files under a folder, with what stat says, links not followed."""
    waiting = [spelled(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    elif entry.is_file(follow_symlinks=False):
                        yield display_path(entry.path), Facts.of(entry.stat(follow_symlinks=False))
        except OSError:
            continue  # a folder that cannot be read holds nothing that could be told


def holds_files(folder: str) -> bool:
    """Whether any file lies below a folder; False also where there is no such folder."""
    return next(files_below(folder), None) is not None
