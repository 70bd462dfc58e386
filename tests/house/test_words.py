"""What must not stand in the code, and what must."""

from __future__ import annotations

import ast
import re

from house.checkout import CODE, at, nodes, python_files, text_files

_SHIPPED = python_files("src", "pipelines")
# Put together here, or this file would hold what it looks for.
_UNFINISHED = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X"]) + r")\b")
# Where somebody's machine keeps things, and whom installers talk to: neither belongs here.
_FOREIGN = re.compile(
    r"(?<![\w.])/(?:" + "|".join(["wo" + "rk/", "opt/d" + "ev"]) + r")"
    r"|" + "|".join(["py" + r"pi\.org", "files" + r"\.pythonhosted"])
)


def _is_quiet(handler: ast.ExceptHandler) -> bool:
    """Whether a handler catches everything and does nothing about it."""
    broad = isinstance(handler.type, ast.Name) and handler.type.id in ("Exception", "BaseException")
    silent = all(
        isinstance(step, ast.Pass | ast.Continue)
        or (isinstance(step, ast.Expr) and isinstance(step.value, ast.Constant))
        for step in handler.body
    )
    return handler.type is None or (broad and silent)


def test_no_error_is_swallowed() -> None:
    quiet = [
        at(path, node.lineno)
        for path, node in nodes(python_files(*CODE))
        if isinstance(node, ast.ExceptHandler) and _is_quiet(node)
    ]
    assert not quiet


def test_nothing_is_printed_past_the_voice_of_a_command() -> None:
    printed = [
        at(path, node.lineno)
        for path, node in nodes(_SHIPPED)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("print", "breakpoint")
    ]
    assert not printed


def test_nothing_is_left_unfinished() -> None:
    left = [
        f"{at(path, number)}: {line.strip()}"
        for path in python_files(*CODE)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if _UNFINISHED.search(line)
    ]
    left += [
        at(path, node.lineno)
        for path, node in nodes(_SHIPPED)
        if isinstance(node, ast.Name) and node.id == "NotImplementedError"
    ]
    assert not left


def test_what_is_public_is_described() -> None:
    bare = []
    for path in _SHIPPED:
        for of_file, node in nodes([path]):
            if isinstance(node, ast.Module) and not ast.get_docstring(node):
                bare.append(at(of_file))
            elif isinstance(node, ast.Module):
                bare += [f"{at(path, one.lineno)}: {one.name}" for one in _undescribed(node)]
    assert not bare


def _undescribed(module: ast.Module) -> list[ast.FunctionDef | ast.ClassDef]:
    """Public functions and classes without a docstring."""
    found = [one for one in module.body if isinstance(one, ast.FunctionDef | ast.ClassDef)]
    return [one for one in found if not one.name.startswith("_") and not ast.get_docstring(one)]


def test_texts_are_about_the_project() -> None:
    foreign = [
        f"{at(path, number)}: {match.group()}"
        for path, text in text_files()
        for number, line in enumerate(text.splitlines(), 1)
        if (match := _FOREIGN.search(line))
    ]
    assert not foreign
