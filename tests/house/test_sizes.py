"""Files and functions stay small enough to be read at once, and are called what they are."""

from __future__ import annotations

import ast

from house.checkout import CODE, at, nodes, python_files

_FILE_LINES = 300
_FUNCTION_LINES = 60
_VAGUE = {"util", "utils", "helper", "helpers", "manager", "common", "misc"}


def test_files_are_short() -> None:
    long = [
        f"{at(path)}: {lines} lines"
        for path in python_files(*CODE)
        if (lines := len(path.read_text("utf-8").splitlines())) > _FILE_LINES
    ]
    assert not long


def test_functions_are_short() -> None:
    long = []
    for path, node in nodes(python_files("src", "pipelines")):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > _FUNCTION_LINES:
                long.append(f"{at(path, node.lineno)}: {node.name} has {lines} lines")
    assert not long


def test_modules_are_called_what_they_are() -> None:
    vague = [
        at(path)
        for path in python_files(*CODE)
        if _VAGUE & {part.strip("_") for part in path.with_suffix("").parts}
    ]
    assert not vague
