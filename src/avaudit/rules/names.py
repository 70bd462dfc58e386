"""Patterns of file names: read from YAML, each mistake reported with its line and column."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path, PurePath

from yaml.nodes import Node, ScalarNode

from avaudit.domain.file_name import NamePattern
from avaudit.errors import ConfigError, Problem
from avaudit.rules.lint import Lint, shown
from avaudit.rules.source import read_source

#: What stands for what in a pattern.
_SHORT = {
    "{date}": r"(?P<date>20\d\d[-_.]?(?:0[1-9]|1[0-2])[-_.]?(?:0[1-9]|[12]\d|3[01]))",
    "{time}": r"(?P<time>(?:[01]\d|2[0-3])[-_.]?[0-5]\d[-_.]?[0-5]\d)",
    "{number}": r"(?P<number>\d{1,9})",
    "{part}": r"(?P<part>\d{1,4})",
    "{device}": r"(?P<device>[A-Za-z0-9-]+)",
}
_GROUPS = frozenset({"date", "time", "number", "part", "device"})
#: A list for every device of a township stays far below this.
_MAX_BYTES = 64 * 1024


def name_patterns(own: Path | None = None) -> tuple[NamePattern, ...]:
    """The patterns of a user's own file, then the shipped ones.

    Raises `ConfigError` with every mistake and its place.
    """
    shipped = resources.files("avaudit.rules") / "name_patterns.yaml"
    mine = _read(str(own), _bytes_of(own)) if own else ()
    return (*mine, *_read(str(shipped), shipped.read_bytes()))


def _bytes_of(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        problem = Problem(str(path), "rules.unreadable", {"reason": str(error.strerror)})
        raise ConfigError("rules.names_unusable", [problem], file=str(path)) from error
    if len(data) > _MAX_BYTES:
        problem = Problem(str(path), "rules.too_large", {"limit": _MAX_BYTES // 1024})
        raise ConfigError("rules.names_unusable", [problem], file=str(path))
    return data


def _read(file: str, data: bytes) -> tuple[NamePattern, ...]:
    lint = Lint(file)
    root = read_source(data, lint)
    found = [_pattern(node, lint) for node in _entries(root, lint)] if root is not None else []
    if lint.problems:
        ordered = sorted(lint.problems, key=lambda p: (p.line, str(p.column)))
        raise ConfigError("rules.names_unusable", ordered, file=file)
    return tuple(pattern for pattern in found if pattern)


def _entries(root: Node, lint: Lint) -> list[Node]:
    fields = lint.fields(root, "names", ("patterns",)) or {}
    return lint.items(fields.get("patterns"), "patterns")


def _pattern(node: Node, lint: Lint) -> NamePattern | None:
    fields = lint.fields(node, "pattern", ("name", "pattern", "example"), ("local",)) or {}
    name = lint.text(fields.get("name"), "name")
    written = lint.text(fields.get("pattern"), "pattern")
    example = lint.text(fields.get("example"), "example")
    at = fields.get("pattern")
    if not name or not written or not example or not isinstance(at, ScalarNode):
        return None
    expression = written
    for short, meant in _SHORT.items():
        expression = expression.replace(short, meant)
    try:
        compiled = re.compile(expression)
    except (re.error, OverflowError, RecursionError) as error:
        lint.report(at, "no_expression", found=shown(at), reason=str(error))
        return None
    groups = set(compiled.groupindex)
    if not groups or groups - _GROUPS:
        lint.report(at, "name_groups", found=shown(at), expected=", ".join(sorted(_GROUPS)))
    elif not compiled.fullmatch(PurePath(example).stem):
        lint.report(fields["example"], "no_example", found=example, name=name)
    local = fields.get("local")
    return NamePattern(name, expression, bool(local and lint.value(local, "local")))
