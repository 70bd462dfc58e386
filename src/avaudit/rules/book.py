"""From YAML nodes to a rule book. All of it is checked before anything is given up."""

from __future__ import annotations

import re
from collections.abc import Mapping

from yaml.nodes import MappingNode, Node, ScalarNode

from avaudit.domain.media import MediaKind
from avaudit.domain.rule import Rule, RuleBook, Severity
from avaudit.domain.session import GroupKind
from avaudit.rules.entries import Texts, article, identifier, texts
from avaudit.rules.lint import Lint, place, places, shown
from avaudit.rules.matters import read_matters
from avaudit.rules.retention import read_approvals, read_retention

_BOOK_KEYS = ("id", "version", "title", "regulation", "articles", "rules")
_BOOK_EXTRAS = ("matters", "retention", "approvals")
_RULE_KEYS = ("id", "article", "severity", "applies_to")
_RULE_EXTRAS = ("min_coverage", "params")
_SEVERITIES = tuple(Severity)
_KINDS = (*MediaKind, *GroupKind)

_BOOK_ID = re.compile(r"[a-z][a-z0-9_]*")
_RULE_ID = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")

#: Where a rule names no coverage, all of the subject must have been measured before it passes.
FULL_COVERAGE = 1.0


def read_book(root: Node, lint: Lint, sha256: str) -> RuleBook:
    """The rule book under a root node. Mistakes go to `lint`; with any the book is no good."""
    fields = lint.fields(root, "book", _BOOK_KEYS, _BOOK_EXTRAS) or {}
    articles = _articles(fields.get("articles"), lint)
    return RuleBook(
        id=identifier(fields.get("id"), "book_id", _BOOK_ID, lint),
        version=lint.label(fields.get("version"), "version") or "",
        title=texts(fields.get("title"), "title", lint),
        regulation=texts(fields.get("regulation"), "regulation", lint),
        articles=articles,
        rules=_rules(fields.get("rules"), articles, lint),
        sha256=sha256,
        matters=read_matters(fields.get("matters"), articles, lint),
        retention=read_retention(fields.get("retention"), articles, lint),
        approvals=read_approvals(fields.get("approvals"), lint),
        source=lint.file,
    )


def _articles(node: Node | None, lint: Lint) -> Mapping[str, Texts]:
    entries = lint.mapping(node, "articles") or {}
    if isinstance(node, MappingNode) and not node.value:
        lint.report(node, "nothing_in", name="articles")
    return {name: texts(said, f"articles.{name}", lint) for name, (_, said) in entries.items()}


def _rules(node: Node | None, articles: Mapping[str, Texts], lint: Lint) -> tuple[Rule, ...]:
    first_lines: dict[str, int] = {}
    rules: list[Rule] = []
    for item in lint.items(node, "rules"):
        fields = lint.fields(item, "rule", _RULE_KEYS, _RULE_EXTRAS)
        if fields is not None:
            rules.append(_rule(item, fields, articles, lint))
            _report_repeated(fields.get("id"), first_lines, lint)
    return tuple(rules)


def _rule(
    node: Node, fields: Mapping[str, Node], articles: Mapping[str, Texts], lint: Lint
) -> Rule:
    severity = lint.one_of(fields.get("severity"), "severity", _SEVERITIES)
    coverage = lint.share(fields.get("min_coverage"), "min_coverage")
    return Rule(
        id=identifier(fields.get("id"), "rule_id", _RULE_ID, lint),
        article=article(fields.get("article"), articles, lint),
        severity=Severity(severity or Severity.LOW),
        applies_to=_kinds(fields.get("applies_to"), lint),
        min_coverage=FULL_COVERAGE if coverage is None else coverage,
        params=_params(fields.get("params"), lint),
        places={"": place(node), **places(node)},
    )


def _report_repeated(node: Node | None, first_lines: dict[str, int], lint: Lint) -> None:
    if isinstance(node, ScalarNode):
        line, _ = place(node)
        first = first_lines.setdefault(node.value, line)
        if first != line:
            lint.report(node, "repeated_rule", found=shown(node), first=first)


def _kinds(node: Node | None, lint: Lint) -> tuple[str, ...]:
    """Kinds of recording or group, each once."""
    kinds: list[str] = []
    for item in lint.items(node, "applies_to"):
        kind = lint.one_of(item, "applies_to", _KINDS)
        if kind in kinds:
            lint.report(item, "repeated_item", name="applies_to", found=shown(item))
        elif kind is not None:
            kinds.append(kind)
    return tuple(kinds)


def _params(node: Node | None, lint: Lint) -> Mapping[str, object]:
    entries = lint.mapping(node, "params") or {}
    return {name: lint.value(value, f"params.{name}") for name, (_, value) in entries.items()}
