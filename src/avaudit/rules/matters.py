"""The list of matters in a rule book (Article 8): what is recorded, how, and whether it must be."""

from __future__ import annotations

import re
from collections.abc import Mapping

from yaml.nodes import Node, ScalarNode

from avaudit.domain.matter import Duty, Matter
from avaudit.domain.media import MediaKind
from avaudit.rules.entries import Texts, article, identifier, texts
from avaudit.rules.lint import Lint, place, shown

_KEYS = ("id", "article", "duty", "names", "title", "content", "stages", "manner")
_EXTRAS = ("never",)
_MANNERS = tuple(kind for kind in MediaKind if kind is not MediaKind.UNKNOWN)
_ID = re.compile(r"[a-z][a-z0-9_]*")


def read_matters(
    node: Node | None, articles: Mapping[str, Texts], lint: Lint
) -> tuple[Matter, ...]:
    """The matters under a node, none where the book has no list. Mistakes go to `lint`.

    An id, and a name that registers use, stands for one matter alone.
    """
    ids: dict[str, int] = {}
    names: dict[str, int] = {}
    matters: list[Matter] = []
    for item in lint.items(node, "matters"):
        fields = lint.fields(item, "matter", _KEYS, _EXTRAS)
        if fields is not None:
            matters.append(_matter(fields, articles, names, lint))
            _note(fields.get("id"), ids, lint)
    return tuple(matters)


def _matter(
    fields: Mapping[str, Node], articles: Mapping[str, Texts], names: dict[str, int], lint: Lint
) -> Matter:
    duty = lint.one_of(fields.get("duty"), "duty", tuple(Duty))
    called = lint.items(fields.get("names"), "names")
    for name in called:
        _note(name, names, lint)
    manners = lint.items(fields.get("manner"), "manner")
    manner = [lint.one_of(one, "manner", _MANNERS) for one in manners]
    return Matter(
        id=identifier(fields.get("id"), "matter_id", _ID, lint),
        article=article(fields.get("article"), articles, lint),
        duty=Duty(duty or Duty.MAY),
        names=_said(called, "names", lint),
        title=texts(fields.get("title"), "title", lint),
        content=texts(fields.get("content"), "content", lint),
        stages=texts(fields.get("stages"), "stages", lint),
        manner=tuple(one for one in manner if one is not None),
        never=_said(lint.items(fields.get("never"), "never"), "never", lint),
    )


def _said(nodes: list[Node], name: str, lint: Lint) -> tuple[str, ...]:
    found = (lint.text(node, name) for node in nodes)
    return tuple(text for text in found if text is not None)


def _note(node: Node | None, seen: dict[str, int], lint: Lint) -> None:
    """Note where an id or a name stands; a second place is a mistake."""
    if isinstance(node, ScalarNode):
        line, _ = place(node)
        if node.value in seen:
            lint.report(node, "repeated_matter", found=shown(node), first=seen[node.value])
        seen.setdefault(node.value, line)
