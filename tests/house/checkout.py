"""The checkout as the tests of this folder see it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src" / "avaudit"

#: Folders that hold Python of this project.
CODE = ("src", "pipelines", "tests", "data_samples", "scripts")
#: Everything else that is written by hand, or kept beside it.
WRITTEN = (*CODE, "models", "notebooks", ".ci")


def python_files(*folders: str) -> list[Path]:
    """Python files of folders at the top of the checkout."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def text_files() -> Iterator[tuple[Path, str]]:
    """Every text file of the project, with its text. Recordings and caches are none."""
    beside = [path for path in ROOT.iterdir() if path.is_file()]
    within = [path for folder in WRITTEN for path in (ROOT / folder).rglob("*")]
    for path in sorted(beside + within):
        if path.is_file() and not _is_made(path):
            try:
                yield path, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


def _is_made(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    return any(part == "__pycache__" or part.endswith(".egg-info") for part in parts) or (
        path.name == ".git"
    )


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def nodes(paths: Iterable[Path]) -> Iterator[tuple[Path, ast.AST]]:
    """Every node of the syntax trees of files."""
    for path in paths:
        for node in ast.walk(parsed(path)):
            yield path, node


def at(path: Path, line: int = 0) -> str:
    """A place, as editors understand it."""
    shown = str(path.relative_to(ROOT))
    return f"{shown}:{line}" if line else shown
