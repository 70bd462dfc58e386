"""What the entries of a book share: ids, texts by language, and the article each is about."""

from __future__ import annotations

import re
from collections.abc import Mapping

from yaml.nodes import Node

from avaudit.rules.lint import Lint, shown

Texts = Mapping[str, str]

_LANGUAGES = ("zh", "en")


def identifier(node: Node | None, mistake: str, form: re.Pattern[str], lint: Lint) -> str:
    """An id of a given form; `mistake` names the text for one of another form."""
    said = lint.text(node, "id") or ""
    if node and said and not form.fullmatch(said):
        lint.report(node, mistake, found=shown(node))
    return said


def texts(node: Node | None, name: str, lint: Lint) -> Texts:
    """One text for each language. A missing language is a missing key."""
    fields = lint.fields(node, name, _LANGUAGES) or {}
    said = {lang: lint.text(text, f"{name}.{lang}") for lang, text in fields.items()}
    return {lang: text for lang, text in said.items() if text is not None}


def article(node: Node | None, articles: Mapping[str, Texts], lint: Lint) -> str:
    """The article that an entry is about: one of the book's."""
    said = lint.label(node, "article")
    if node and said is not None and articles and said not in articles:
        expected = ", ".join(articles)
        lint.report(node, "unknown_article", found=shown(node), expected=expected)
    return said or ""
