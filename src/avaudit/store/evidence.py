"""Small pictures that show what findings say, beside the store. Never copies of recordings."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from avaudit.store.disk import flush
from avaudit.store.places import evidence_folder


def write_pictures(db: Path, pictures: Mapping[str, bytes]) -> dict[str, str]:
    """Write pictures by name, each wholly or not at all; gives back why which could not be.

    One that lies there with the same content is left as it is.
    """
    missing: dict[str, str] = {}
    for name, content in pictures.items():
        try:
            _write(evidence_folder(db) / name, content)
        except OSError as error:
            missing[name] = error.strerror or str(error)
    return missing


def _write(file: Path, content: bytes) -> None:
    if file.exists() and file.read_bytes() == content:
        return
    file.parent.mkdir(exist_ok=True)
    new = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    try:
        new.write_bytes(content)
        flush(new)
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)
