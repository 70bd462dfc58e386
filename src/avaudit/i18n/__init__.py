"""Every text that a user reads, in Chinese (default) and English, from catalogues.

A catalogue is `locales/AREA.yaml`; a text's key is `AREA.NAME`, its places are filled by name as
`str.format` does. The texts of a check stand in the check's own folder (`text.yaml`).
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from functools import cache

from avaudit.errors import AvauditError, Problem
from avaudit.packaged import read_yaml

LANGUAGES = ("zh", "en")

Catalogue = Mapping[str, Mapping[str, str]]


@cache
def catalogue(area: str) -> Catalogue:
    """Texts of one area: name -> language -> text. Raises `KeyError` where there is no area."""
    try:
        loaded: Catalogue = read_yaml(__name__, f"locales/{area}.yaml")
    except FileNotFoundError as error:
        raise KeyError(f"no catalogue {area!r}") from error
    return loaded


def say(key: str, lang: str, /, **values: object) -> str:
    """The text of a key in a language, filled with values.

    Raises `KeyError` for a key that no catalogue has, or a place that no value fills: a missing
    text is a defect of the program, found by its tests.
    """
    area, _, name = key.partition(".")
    return fill(catalogue(area)[name][lang], values)


def fill(template: str, values: Mapping[str, object]) -> str:
    """Fill a template by name; control characters in values are made visible.

    Values come from file names and tags, which nobody has checked: a terminal escape or a line
    break in them must not reach a screen or a report as such.
    """
    return template.format_map({name: _printable(value) for name, value in values.items()})


def places(template: str) -> set[str]:
    """The names that a template wants filled."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def printable(text: str) -> str:
    """`text` with control characters, line breaks and direction overrides made visible."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _printable(value: object) -> object:
    return printable(value) if isinstance(value, str) else value


def say_error(error: AvauditError, lang: str) -> str:
    """What an error of the tree says, with one line for each problem it carries."""
    problems = [f"  {say_problem(problem, lang)}" for problem in error.problems]
    return "\n".join([say(error.key, lang, **error.values), *problems])


def say_problem(problem: Problem, lang: str) -> str:
    """A problem with its place: `file:line:column: what is wrong and what to do`."""
    place = printable(problem.file)
    if problem.line:
        place += f":{problem.line}"
    if problem.column:
        place += f":{problem.column}"
    return f"{place}: {say(problem.key, lang, **problem.values)}"
