"""The packages that a model runs with, where they are optional. Nothing is imported here."""

from __future__ import annotations

from importlib.util import find_spec

from avaudit.errors import ModelError
from avaudit.models.registry import Model

#: What `pip install avaudit[EXTRA]` brings, by the task that needs it.
_EXTRAS = {"speakers": ("torch", "torchaudio", "pyannote")}


def require_packages(model: Model) -> None:
    """Raise `ModelError` (`models.no_extra`) where packages that a model needs are not there."""
    absent = [name for name in _EXTRAS.get(model.task, ()) if find_spec(name) is None]
    if absent:
        raise ModelError(
            "models.no_extra", model=model.id, packages=", ".join(absent), extra=model.task
        )
