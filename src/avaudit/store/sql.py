"""The SQL of the store, by name: `queries/NAME.sql`. None of it stands in Python."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def query(name: str) -> str:
    """The text of a named query. Raises `FileNotFoundError`: a defect, found by its tests."""
    file = resources.files(__package__) / "queries" / f"{name}.sql"
    return file.read_text(encoding="utf-8")
