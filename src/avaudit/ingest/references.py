"""Reference files of device models: one JSON file for a model, a firmware and a workstation."""

from __future__ import annotations

import os
import re
from pathlib import Path

from pydantic import ValidationError

from avaudit import codec
from avaudit.domain.reference import Reference
from avaudit.errors import ConfigError, Problem

_UNFIT = re.compile(r"[^\w.+-]+")
_SUFFIX = ".json"


def reference_path(folder: Path, model: str, firmware: str = "", workstation: str = "") -> Path:
    """Where the reference of a model, firmware and workstation is kept."""
    parts = [_UNFIT.sub("_", part).strip("._") or "_" for part in (model, firmware, workstation)
             if part]  # fmt: skip
    return folder / ("@".join(parts) + _SUFFIX)


def read_references(folder: Path) -> tuple[Reference, ...]:
    """All references of a folder, in the order of their names; none where there is no folder.

    Raises `ConfigError` that names each file that is no reference.
    """
    found, problems = [], []
    for path in sorted(folder.glob("*" + _SUFFIX)) if folder.is_dir() else ():
        try:
            found.append(codec.from_json(Reference, path.read_bytes()))
        except (ValidationError, OSError) as error:
            problems.append(
                Problem(str(path), "settings.reference_unreadable", {"reason": str(error)[:200]})
            )
    if problems:
        raise ConfigError("settings.references_unusable", problems)
    return tuple(found)


def write_reference(folder: Path, reference: Reference) -> Path:
    """Write a reference, whole or not at all. Raises `OSError`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = reference_path(folder, reference.model, reference.firmware, reference.workstation)
    begun = path.with_suffix(f".{os.getpid()}.part")
    begun.write_text(codec.to_json(reference) + "\n", encoding="utf-8")
    begun.replace(path)
    return path
