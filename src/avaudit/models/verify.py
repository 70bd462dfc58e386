"""Files on disk against the list of models. Nothing here reaches for a network."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from avaudit.errors import ModelError
from avaudit.models.registry import Model, ModelFile, find

PART = ".part"

# A file changed less than this ago may change again without its times showing it (file systems
# keep time in steps of up to 2 s): its digest is not remembered.
_SETTLED_NS = 2_000_000_000


class State(StrEnum):
    """What a file on disk is, compared with the list."""

    OK = "ok"
    MISSING = "missing"
    INCOMPLETE = "incomplete"  # too short, or only begun
    ALTERED = "altered"  # other bytes than listed


@dataclass(frozen=True, slots=True)
class FileState:
    """One file of a model and its state."""

    file: ModelFile
    state: State


def verify(model: Model, models_dir: Path) -> tuple[FileState, ...]:
    """The state of each file of a model, in the list's order.

    Raises `ModelError` (`models.unreadable`) where a file is there but cannot be read.
    """
    folder = model.folder(models_dir)
    return tuple(FileState(file, _state(file, folder)) for file in model.files)


def digest(model: Model, models_dir: Path) -> str:
    """One sha256 (hex) for the bytes of the whole model as they lie on disk.

    It is the sha256 of `sha256sum`'s lines for the files in the order of their names: two runs
    with the same digest used the same model. Raises `ModelError` where a file is missing
    (`models.missing`) or unreadable (`models.unreadable`).
    """
    folder = model.folder(models_dir)
    absent = [file.name for file in model.files if not (folder / file.name).is_file()]
    if absent:
        raise _unusable("models.missing", model, folder, absent)
    lines = [
        f"{sha256_of(folder / name)}  {name}\n" for name in sorted(f.name for f in model.files)
    ]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def require(model_id: str, models_dir: Path, models: Sequence[Model] | None = None) -> Path:
    """The folder of a model whose every byte is as listed; never fetches.

    Digests are remembered for the life of the process, by path and times. Raises `ModelError`:
    `models.unknown`, `models.missing` (also for incomplete files), `models.altered`,
    `models.unreadable`.
    """
    model = find(model_id, models)
    folder = model.folder(models_dir)
    states = verify(model, models_dir)
    # Altered bytes are said first: someone may have to ask how they came there.
    for key, wrong in (
        ("models.altered", {State.ALTERED}),
        ("models.missing", {State.MISSING, State.INCOMPLETE}),
    ):
        names = [found.file.name for found in states if found.state in wrong]
        if names:
            raise _unusable(key, model, folder, names)
    return folder


def sha256_of(path: Path) -> str:
    """sha256 (hex) of a file, remembered while the file's identity and times stay the same.

    Raises `ModelError` (`models.unreadable`) where the file cannot be read.
    """
    try:
        found = path.stat()
        identity = (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
        if time.time_ns() - max(found.st_mtime_ns, found.st_ctime_ns) < _SETTLED_NS:
            return _hash(path)
        return _remembered(path.absolute(), identity)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ModelError("models.unreadable", path=str(path), reason=reason) from error


@lru_cache(maxsize=256)
def _remembered(path: Path, identity: tuple[int, ...]) -> str:  # noqa: ARG001  # the cache's key
    return _hash(path)


def _hash(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _state(file: ModelFile, folder: Path) -> State:
    path = folder / file.name
    try:
        found = path.stat()
    except FileNotFoundError:
        begun = os.path.lexists(folder / (file.name + PART))
        return State.INCOMPLETE if begun else State.MISSING
    except OSError as error:
        reason = error.strerror or str(error)
        raise ModelError("models.unreadable", path=str(path), reason=reason) from error
    if not stat.S_ISREG(found.st_mode) or found.st_size > file.size_bytes:
        return State.ALTERED
    if found.st_size < file.size_bytes:
        return State.INCOMPLETE
    return State.OK if sha256_of(path) == file.sha256 else State.ALTERED


def _unusable(key: str, model: Model, folder: Path, names: Sequence[str]) -> ModelError:
    return ModelError(key, model=model.id, files=", ".join(names), folder=str(folder))
