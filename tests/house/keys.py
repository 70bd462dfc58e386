"""Keys of the catalogues as the code uses them, read from its syntax trees."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from house.checkout import SRC, at, nodes, python_files

LOCALES = SRC / "i18n" / "locales"
CODE = python_files("src", "pipelines")

#: What looks like a key, but is the name of a file.
_FILES = {"models.toml"}

#: Functions that put an area before the name they are given: callee -> (area, file or folder that
#: has it, position of the name among the arguments).
_PREFIXING = {
    "refusal": ("register", "ingest", 1),
    "_report": ("register", "ingest/register_row.py", 2),
    "report": ("rules", "rules", 1),
    "report_at": ("rules", "rules", 1),
}


@dataclass(frozen=True)
class Use:
    """A key in the code: where, and the names of the values given with it (None: not known)."""

    key: str
    place: str
    values: frozenset[str] | None


def catalogues() -> dict[str, dict[str, dict[str, str]]]:
    """Every catalogue: area -> name -> language -> text."""
    return {
        path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted(LOCALES.iterdir())
    }


def check_texts() -> dict[str, object]:
    """Folder -> texts of each check."""
    return {
        path.parent.name: yaml.safe_load(path.read_text("utf-8"))
        for path in sorted((SRC / "checks").glob("*/text.yaml"))
    }


def uses() -> Iterator[Use]:
    """Each key that stands in the code as a whole, or that a prefixing function completes."""
    areas = "|".join(path.stem for path in LOCALES.iterdir())
    key = re.compile(rf"(?:{areas})\.[a-z0-9_]*[a-z0-9]")
    for path, node in nodes(CODE):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if key.fullmatch(node.value) and node.value not in _FILES:
                yield Use(node.value, at(path, node.lineno), None)
        elif isinstance(node, ast.Call):
            yield from _called(path, node, key)


def _called(path: Path, call: ast.Call, key: re.Pattern[str]) -> Iterator[Use]:
    """A key among the arguments of a call, with the values that fill it."""
    callee = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    callee = call.func.id if isinstance(call.func, ast.Name) else callee
    place = at(path, call.lineno)
    texts = [a.value if isinstance(a, ast.Constant) else None for a in call.args]
    area, where, position = _PREFIXING.get(callee, ("", "", 0))
    if area and (SRC / where in path.parents or SRC / where == path):
        name = texts[position] if position < len(texts) else None
        if isinstance(name, str):
            yield Use(f"{area}.{name}", place, _values(call))
        return
    for text in texts:
        if isinstance(text, str) and key.fullmatch(text) and text not in _FILES:
            yield Use(text, place, _given(callee, call))


def _given(callee: str, call: ast.Call) -> frozenset[str] | None:
    """The values given with a key to `say`, a `Problem` or an error; of others nothing is known."""
    if callee == "Problem":
        return _problem_values(call)
    return _values(call) if callee == "say" or callee[:1].isupper() else None


def _values(call: ast.Call) -> frozenset[str] | None:
    """Names of the keyword arguments; None where some are unpacked."""
    names = [keyword.arg for keyword in call.keywords]
    return None if None in names else frozenset(name for name in names if name)


def _problem_values(call: ast.Call) -> frozenset[str] | None:
    """Names of the values of `Problem(file, key, {...})`; None where they are not written there."""
    given = [*call.args[2:3], *(k.value for k in call.keywords if k.arg == "values")]
    if not given:
        return frozenset()
    names = given[0].keys if isinstance(given[0], ast.Dict) else [None]
    found = [n.value if isinstance(n, ast.Constant) else None for n in names]
    return None if None in found else frozenset(str(name) for name in found)


def prefixes() -> dict[str, list[str]]:
    """Keys that are put together: what stands before the first place -> where."""
    areas = {path.stem for path in LOCALES.iterdir()}
    found: dict[str, list[str]] = {}
    for path, node in nodes(CODE):
        if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            head = str(node.values[0].value)
            if head.partition(".")[0] in areas and re.fullmatch(r"[a-z]+\.[a-z_]*", head):
                found.setdefault(head, []).append(at(path, node.lineno))
    return found


def words() -> set[str]:
    """Every text in the code that could be the end of a key."""
    return {
        node.value
        for _, node in nodes(CODE)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
