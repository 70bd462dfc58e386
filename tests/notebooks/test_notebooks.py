"""The notebooks run from top to bottom on a published store, and only read."""

from __future__ import annotations

import ast
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from samples_store import audited_samples

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


def _code(notebook: Path) -> str:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return "\n\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_and_changes_nothing(notebook: Path, tmp_path: Path) -> None:
    published = audited_samples(tmp_path)
    before = hashlib.sha256(published.read_bytes()).hexdigest()
    script = tmp_path / "notebook.py"
    script.write_text(_code(notebook), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", str(script)],
        env={"AVAUDIT_PUBLISHED": str(published), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "QY2026-010" in done.stdout  # the activity that has no recording
    assert hashlib.sha256(published.read_bytes()).hexdigest() == before


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_defines_nothing_and_keeps_no_output(notebook: Path) -> None:
    tree = ast.parse(_code(notebook))
    kinds = (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)
    assert not [node for node in ast.walk(tree) if isinstance(node, kinds)]
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    assert not [cell for cell in cells if cell.get("outputs")]


def test_there_is_one() -> None:
    assert NOTEBOOKS
