"""A rule book written for a test, and what the loader says about its mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from avaudit.domain.rule import RuleBook
from avaudit.errors import Problem, RuleBookError
from avaudit.i18n import say_error, say_problem
from avaudit.rules.load import load_rulebook

GOOD = """\
id: town
version: 2026.10
title: {zh: 规则, en: Rules}
regulation: {zh: 制度, en: Regulation}
articles:
  14: {zh: 不间断记录。, en: Record without interruption.}
  "22(2)": {zh: 损毁。, en: Damaged.}
rules:
  - id: continuity.gap
    article: 14
    severity: high
    applies_to: [video, audio]
    min_coverage: 0.5
    params:
      min_gap_s: 1.0
      words: [a, 1, true, ~]
      levels: {low: 1}
  - id: quality.unreadable
    article: "22(2)"
    severity: low
    applies_to: [unknown]
"""

Said = tuple[int, int | str, str, str]


def load(folder: Path, text: str | bytes) -> RuleBook:
    path = folder / "town.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_rulebook(str(path))


def said(problem: Problem) -> Said:
    """Line, column, and what is said in Chinese and English, the place left out."""
    place = problem.file
    if problem.line:
        place += f":{problem.line}"
    if problem.column:
        place += f":{problem.column}"
    texts = [say_problem(problem, lang) for lang in ("zh", "en")]
    assert all(text.startswith(place + ": ") for text in texts)
    zh, en = (text.removeprefix(place + ": ") for text in texts)
    return problem.line, problem.column, zh, en


def mistakes(folder: Path, text: str | bytes) -> list[Said]:
    with pytest.raises(RuleBookError) as raised:
        load(folder, text)
    error = raised.value
    file = folder / "town.yaml"
    assert error.key == "rules.unusable"
    assert say_error(error, "zh").startswith(f"规则集 {file} 有误，无法使用：\n  {file}")
    assert say_error(error, "en").startswith(
        f"rule book {file} has mistakes and cannot be used:\n  {file}"
    )
    return [said(problem) for problem in error.problems]
