"""A rule book on how long originals are kept (Article 20), and what needs approval (18)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from yaml.nodes import Node, ScalarNode

from avaudit.domain.retention import Retention
from avaudit.rules.entries import Texts, article, identifier, texts
from avaudit.rules.lint import Lint, place, shown

_KEYS = ("id", "article", "keep", "title")
_EXTRAS = ("names",)
_ID = re.compile(r"[a-z][a-z0-9_]*")
_KEEP = re.compile(r"([1-9]\d{0,3}) (days|months|years)")
#: Whole days in each, rather too many than too few.
_DAYS = {"days": 1, "months": 31, "years": 366}
#: For ever.
_PERMANENT = "permanent"
ACTIONS = ("view", "export")


def read_retention(
    node: Node | None, articles: Mapping[str, Texts], lint: Lint
) -> tuple[Retention, ...]:
    """The classes under a node, none where the book has none. Mistakes go to `lint`.

    One class without names is the least for everything; ids and names stand for one class alone.
    """
    seen: dict[str, int] = {}
    classes: list[Retention] = []
    for item in lint.items(node, "retention"):
        fields = lint.fields(item, "retention_class", _KEYS, _EXTRAS)
        if fields is None:
            continue
        called = lint.items(fields.get("names"), "names")
        for one in (fields.get("id"), *called):
            _note(one, seen, lint)
        names = tuple(text for one in called if (text := lint.text(one, "names")))
        if "names" not in fields:
            _note_least(item, seen, lint)
        classes.append(
            Retention(
                id=identifier(fields.get("id"), "retention_id", _ID, lint),
                article=article(fields.get("article"), articles, lint),
                days=_days(fields.get("keep"), lint),
                names=names,
                title=texts(fields.get("title"), "title", lint),
            )
        )
    return tuple(classes)


def read_approvals(node: Node | None, lint: Lint) -> tuple[str, ...]:
    """What needs approval before it is done: `view`, `export`."""
    found = (lint.one_of(item, "approvals", ACTIONS) for item in lint.items(node, "approvals"))
    return tuple(one for one in found if one)


def _days(node: Node | None, lint: Lint) -> int | None:
    """Days of a term such as `3 years`; None for `permanent` (and for what is wrong)."""
    said = lint.text(node, "keep")
    if node is None or said is None or said == _PERMANENT:
        return None
    term = _KEEP.fullmatch(said)
    if term is None:
        lint.report(node, "retention_keep", found=shown(node))
        return None
    return int(term[1]) * _DAYS[term[2]]


def _note(node: Node | None, seen: dict[str, int], lint: Lint) -> None:
    if isinstance(node, ScalarNode):
        line, _ = place(node)
        if node.value in seen:
            lint.report(node, "repeated_retention", found=shown(node), first=seen[node.value])
        seen.setdefault(node.value, line)


def _note_least(node: Node, seen: dict[str, int], lint: Lint) -> None:
    line, _ = place(node)
    if "" in seen:
        lint.report(node, "repeated_least", first=seen[""])
    seen.setdefault("", line)
