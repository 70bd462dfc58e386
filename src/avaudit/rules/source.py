"""From the bytes of a rule book to YAML nodes, each of which knows its line and column."""

from __future__ import annotations

import re

import yaml
from yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, NodeEvent, ScalarEvent
from yaml.nodes import Node

from avaudit.rules.lint import Lint

#: A rule book is five deep at most; the parser itself gives up at some hundreds.
MAX_DEPTH = 20

_SURROGATE = re.compile("[\ud800-\udfff]")


def read_source(data: bytes, lint: Lint) -> Node | None:
    """The root node of the only document, or None where the file cannot be read as YAML.

    What is wrong is reported to `lint`. Anchors are refused: in a book that people cite, what a
    rule says must stand where the rule stands.
    """
    text = _decoded(data, lint)
    if text is None or not _parses(text, lint):
        return None
    try:
        root: Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:  # a second document
        _report_syntax(error, lint)
        return None
    if root is None:
        lint.report_at((0, 0), "empty")
    return root


def _decoded(data: bytes, lint: Lint) -> str | None:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        lint.report_at((data.count(b"\n", 0, error.start) + 1, 0), "encoding")
        return None


def _parses(text: str, lint: Lint) -> bool:
    """Whether `text` is YAML of the plain kind. Looks at the flat stream of events first."""
    try:
        depth = 0
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            depth += isinstance(event, CollectionStartEvent)
            depth -= isinstance(event, CollectionEndEvent)
            if depth > MAX_DEPTH:
                lint.report(event, "too_deep", limit=MAX_DEPTH)
                return False
            if isinstance(event, NodeEvent):
                _report_fancies(event, lint)
    except yaml.MarkedYAMLError as error:
        _report_syntax(error, lint)
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        place = before.count("\n") + 1, len(before) - before.rfind("\n")
        lint.report_at(place, "character", found=f"U+{int(error.character):04X}")
    except (ValueError, OverflowError) as error:  # "\UFFFFFFFF" in a text, a version of 5000 digits
        lint.report_at((0, 0), "syntax", reason=str(error))
    return not lint.problems


def _report_fancies(event: NodeEvent, lint: Lint) -> None:
    if isinstance(event, AliasEvent) or event.anchor is not None:
        lint.report(event, "anchor", found=str(event.anchor))
    elif isinstance(event, ScalarEvent) and (half := _SURROGATE.search(event.value)):
        lint.report(event, "character", found=f"U+{ord(half[0]):04X}")


def _report_syntax(error: yaml.MarkedYAMLError, lint: Lint) -> None:
    mark = error.problem_mark or error.context_mark
    place = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    said = [part for part in (error.context, error.problem) if part]
    lint.report_at(place, "syntax", reason=", ".join(said))
