"""Find the recordings under files and folders: by content, whatever their names look like."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from avaudit.errors import ConfigError, SourceUnavailable, Unexaminable
from avaudit.i18n import printable
from avaudit.media.open import open_descriptor
from avaudit.media.sniff import Sniffed, read_head, sniff


@dataclass(frozen=True, slots=True)
class Found:
    """A file to examine: its absolute name as the file system spells it, and what stat says.

    `size_bytes` and the times are 0 where the file system would not say.
    """

    path: bytes
    size_bytes: int = 0
    mtime_ns: int = 0
    ctime_ns: int = 0

    @property
    def shown(self) -> str:
        return display_path(self.path)


@dataclass(slots=True)
class Discovery:
    """What was found, in a stable order, and what was passed over (path, catalogue key).

    `gone` are those of the named paths that are not there: a share that is not connected tonight.
    """

    recordings: list[Found] = field(default_factory=list)
    passed_over: list[tuple[str, str]] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)


def display_path(path: bytes) -> str:
    """A path as text that any screen, table or report can hold.

    Bytes that are not UTF-8 stand as `\\xNN`, control characters as escapes.
    """
    return printable(path.decode("utf-8", errors="backslashreplace"))


def discover(paths: Iterable[Path]) -> Discovery:
    """All recordings and photos under the paths, each once, sorted by name.

    Folders are descended into, whatever they are called, through symbolic links too, each real
    folder once. A named file is always a recording. Where some paths are not there, the others are
    gone through all the same. Raises `ConfigError` where none is there.
    """
    found = Discovery()
    seen_files: set[bytes] = set()
    seen_folders: set[tuple[int, int]] = set()
    # resolve() would follow links
    names = [os.fsencode(Path(os.path.abspath(path))) for path in paths]  # noqa: PTH100
    there = [name for name in names if os.path.lexists(name)]
    found.gone = [display_path(name) for name in names if name not in there]
    if found.gone and not there:
        raise ConfigError("audit.no_such_path", path=", ".join(found.gone))
    for name in sorted(there, key=_is_folder):  # named files first: they count whatever they hold
        if _is_folder(name):
            for file in _walk(name, seen_folders, found):
                _file(file, found, seen_files, named=False)
        else:
            _file(name, found, seen_files, named=True)
    found.recordings.sort(key=lambda recording: recording.path)
    return found


def _is_folder(path: bytes) -> bool:
    try:
        return stat.S_ISDIR(os.stat(path).st_mode)  # noqa: PTH116  (names may not be text)
    except OSError:
        return False


def _walk(top: bytes, seen: set[tuple[int, int]], found: Discovery) -> Iterator[bytes]:
    """Files under a folder. A link that leads back to a folder already seen is not followed."""
    waiting = [top]
    while waiting:
        folder = waiting.pop()
        try:
            facts = os.stat(folder)  # noqa: PTH116
            if (facts.st_dev, facts.st_ino) in seen:
                continue
            seen.add((facts.st_dev, facts.st_ino))
            entries = sorted(os.listdir(folder))  # noqa: PTH208
        except OSError as error:
            found.passed_over.append((display_path(folder), _folder_error(error)))
            continue
        for entry in entries:
            path = os.path.join(folder, entry)  # noqa: PTH118
            if _is_folder(path):
                waiting.append(path)
            else:
                yield path


def _folder_error(error: OSError) -> str:
    return "audit.folder_forbidden" if isinstance(error, PermissionError) else "audit.folder_gone"


def _file(path: bytes, found: Discovery, seen: set[bytes], *, named: bool) -> None:
    if path in seen:
        return
    seen.add(path)
    what = _look(path)
    if named or what in (Sniffed.MEDIA, Sniffed.PHOTO, Sniffed.EMPTY):
        try:
            facts = os.stat(path)  # noqa: PTH116
            times = (facts.st_mtime_ns, facts.st_ctime_ns)
            found.recordings.append(Found(path, facts.st_size, *times))
        except OSError:
            found.recordings.append(Found(path))  # the examination will say what is wrong with it
    elif what is Sniffed.UNKNOWN:
        found.passed_over.append((display_path(path), "audit.not_recognised"))


def _look(path: bytes) -> Sniffed:
    """What a file is. One that cannot be read is what its name says: it must not go unseen."""
    name = os.fsdecode(path)
    try:
        fd = open_descriptor(path)
    except (Unexaminable, SourceUnavailable):
        return sniff(b"\x00", name)
    try:
        regular = stat.S_ISREG(os.fstat(fd).st_mode)
        return sniff(read_head(fd), name) if regular else Sniffed.UNKNOWN  # a pipe, a device
    except OSError:  # a failing disk must not end the search
        return sniff(b"\x00", name)
    finally:
        os.close(fd)
