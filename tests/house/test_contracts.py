"""What may import what: the contracts of pyproject.toml are kept, and each of them bites."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from house.checkout import ROOT, SRC, at, nodes

_CONFIG = ROOT / "pyproject.toml"
_CONTRACTS = tomllib.loads(_CONFIG.read_text("utf-8"))["tool"]["importlinter"]["contracts"]

#: For each contract an import that breaks it: who imports, and what.
_BAD = {
    "layers": ("store/read.py", "import avaudit.checks._run"),
    "workers": ("batch.py", "import avaudit.probe.boxes"),
    "measuring": ("signals/silence.py", "import avaudit.domain.register"),
    "pure-checks": ("checks/custody_hash/check.py", "import avaudit.settings"),
    "single-checks": (
        "checks/statement_late/check.py",
        "import avaudit.checks.statement_present.check",
    ),
    "domain": ("domain/time.py", "import numpy"),
    "prefect": ("batch.py", "import prefect"),
    "duckdb": ("report/export.py", "import duckdb"),
    "pyav": ("ingest/discover.py", "import av"),
    "opencv": ("media/sniff.py", "import cv2"),
    "text-recogniser": ("language/osd_text.py", "import rapidocr"),
    "recogniser": ("language/sound.py", "import faster_whisper"),
    "voices": ("examine.py", "import torch"),
    "network": ("store/publish.py", "import httpx"),
    "time-stamps": ("store/proof.py", "import rfc3161_client"),
    "renderers": ("store/read.py", "import rich"),
    "holidays": ("rules/book.py", "import chinese_calendar"),
    "workbooks": ("cli/looking.py", "import openpyxl"),
}


def _lint(source: Path, *options: str) -> tuple[int, str]:
    """Exit status and report of import-linter over the package in a folder."""
    command = "import sys; from importlinter.cli import lint_imports_command as c; c()"
    done = subprocess.run(
        [sys.executable, "-c", command, "--no-logo", "--no-cache", "--config", str(_CONFIG),
         *options],
        cwd=source, env={**os.environ, "PYTHONPATH": str(source), "COLUMNS": "200"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_contracts_are_kept() -> None:
    status, report = _lint(SRC.parent)
    assert status == 0, report
    assert f"Contracts: {len(_CONTRACTS)} kept, 0 broken." in report


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The report over a copy of the package in which every contract is broken once."""
    source = tmp_path_factory.mktemp("spoilt")
    skip = shutil.ignore_patterns("__pycache__")
    shutil.copytree(SRC, source / SRC.name, ignore=skip)
    for file, line in _BAD.values():
        path = source / SRC.name / file
        path.write_text(f"{path.read_text('utf-8')}\n{line}\n", encoding="utf-8")
    status, report = _lint(source)
    assert status == 1, report
    return report


@pytest.mark.parametrize("contract", [contract["id"] for contract in _CONTRACTS])
def test_contract_bites(contract: str, spoilt: str) -> None:
    (name,) = (c["name"] for c in _CONTRACTS if c["id"] == contract)
    assert re.search(rf"^{re.escape(name)} BROKEN", spoilt, re.MULTILINE), spoilt


def test_bad_import_alone_is_named(tmp_path: Path) -> None:
    shutil.copytree(SRC, tmp_path / SRC.name, ignore=shutil.ignore_patterns("__pycache__"))
    file = tmp_path / SRC.name / "checks" / "_run.py"
    file.write_text(f"{file.read_text('utf-8')}\nimport duckdb\n", encoding="utf-8")
    status, report = _lint(tmp_path, "--contract", "duckdb")
    assert status == 1
    assert "avaudit.checks._run" in report


def test_domain_imports_the_standard_library_alone() -> None:
    """As the contract says, also for libraries that nobody thought of when it was written."""
    known = sys.stdlib_module_names | {"avaudit"}
    foreign = []
    for path, node in nodes([*(SRC / "domain").rglob("*.py"), SRC / "errors.py"]):
        match node:
            case ast.Import(names=names):
                heads = {name.name.partition(".")[0] for name in names}
            case ast.ImportFrom(module=str(module)):
                heads = {module.partition(".")[0]}
            case _:
                continue
        foreign += [f"{at(path, node.lineno)}: {head}" for head in heads - known]
    assert not foreign
