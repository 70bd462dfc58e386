"""Rule books: versioned YAML files that say what is checked, how gravely, with which thresholds."""

from __future__ import annotations

import hashlib
import os
from importlib import resources
from pathlib import Path

from avaudit.domain.rule import RuleBook
from avaudit.errors import Problem, RuleBookError
from avaudit.rules.book import read_book
from avaudit.rules.lint import Lint
from avaudit.rules.source import read_source

#: A book with a rule for every sentence of a regulation stays far below this.
MAX_BYTES = 256 * 1024

_SUFFIX = ".yaml"


def shipped_books() -> tuple[str, ...]:
    """Names of the rule books that come with avaudit, in alphabetical order."""
    names = (file.name for file in (resources.files("avaudit.rules") / "books").iterdir())
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX)))


def load_rulebook(name_or_path: str) -> RuleBook:
    """Read and check a rule book: a shipped one by its name, any other by the path of its file.

    Raises `RuleBookError` with every mistake and its place. The parameters of a rule are taken
    as they stand: only its check knows which it has (`Rule.places` tells where each is).
    """
    file, data = _bytes(name_or_path)
    lint = Lint(file)
    root = read_source(data, lint)
    digest = hashlib.sha256(data).hexdigest()
    book = read_book(root, lint, digest) if root is not None else None
    if lint.problems or book is None:
        raise _unusable(file, *sorted(lint.problems, key=lambda p: (p.line, str(p.column))))
    return book


def _bytes(name_or_path: str) -> tuple[str, bytes]:
    """The file's printable name and its bytes. A shipped book's name goes before a path."""
    if name_or_path in shipped_books():
        shipped = resources.files("avaudit.rules") / "books" / f"{name_or_path}{_SUFFIX}"
        return str(shipped), shipped.read_bytes()
    path = Path(name_or_path)
    file = os.fsencode(name_or_path).decode("utf-8", "backslashreplace")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _unusable(file, Problem(file, "rules.too_large", {"limit": MAX_BYTES // 1024}))
        return file, path.read_bytes()
    except FileNotFoundError as error:
        shipped_names = ", ".join(shipped_books())
        raise _unusable(file, Problem(file, "rules.no_book", {"shipped": shipped_names})) from error
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL in it
        raise _unusable(file, Problem(file, "rules.unreadable", {"reason": str(error)})) from error


def _unusable(file: str, *problems: Problem) -> RuleBookError:
    return RuleBookError("rules.unusable", problems, file=file)
