"""Every text that a user reads is in the catalogues, in both languages, and is used."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

import pytest

from avaudit.checks._declare import all_checks
from avaudit.cli.parser import build_parser
from avaudit.domain.custody import State as OriginalIs
from avaudit.domain.finding import Verdict
from avaudit.domain.matter import Duty
from avaudit.domain.rule import Outcome, Severity
from avaudit.i18n import LANGUAGES, places
from avaudit.language.statement import ELEMENTS
from avaudit.models.verify import State
from avaudit.store.proof import BREAKS
from house.checkout import SRC, at, nodes, python_files
from house.keys import CODE, Use, catalogues, check_texts, prefixes, uses, words

_CATALOGUES = catalogues()
_KEYS = {f"{area}.{name}" for area, texts in _CATALOGUES.items() for name in texts}
_USES = list(uses())

#: Keys that are put together from a fixed part and a value, with the values there can be (None:
#: they stand in the code as they are), and why it is so.
_DYNAMIC: dict[str, tuple[set[str] | None, str]] = {
    "checks.": ({"open", "error"}, "what the runner says of a rule that it could not decide"),
    "checks.cause_": (None, "why a rule stayed open: a check's cause, or a measurement's"),
    "cli.column_": (None, "tables name their columns"),
    "cli.duty_": (set(Duty), "whether a matter must be recorded"),
    "cli.manner_": ({"video", "audio", "photo"}, "how a matter may be recorded"),
    "cli.help_": (None, "the parser asks by the names of commands and options"),
    "cli.help_models_": (None, "commands of `avaudit models`"),
    "cli.help_rules_": (None, "commands of `avaudit rules`"),
    "keeping.break_": (set(BREAKS), "what was done to the custody chain"),
    "keeping.kind_": ({"approved", "viewed", "exported"}, "disclosures on record"),
    "keeping.state_": (
        {str(one) for one in OriginalIs} - {"source_gone"},
        "how an original was found",
    ),
    "models.state_": (set(State), "the state of a model's file"),
    "receipt.column_": (None, "tables name their columns"),
    "receipt.element_": (set(ELEMENTS), "the elements of Article 14"),
    "receipt.period_": (None, "the parts of the day"),
    "receipt.state_": (None, "how an element matched: its codes, or its outcome without one"),
    "register.": (None, "a register's reader gives the name of what is wrong"),
    "report.": (None, "outcomes, severities, and the facts about a finding"),
    "report.decision_": (set(Verdict), "what people decide"),
    "report.grade_": ({"A", "B", "C"}, "grades of integrity"),
    "timeline.kind_": (None, "kinds of gaps, as the ledger has them"),
    "timeline.why_": (None, "what became of a gap, as the ledger has it"),
    "rules.": (None, "the linter of rule books gives the name of what is wrong"),
}

#: Catalogues that are not asked for by key.
_WHOLE = {"argparse": "the parser's own words, looked up by the English ones"}

#: Python files that hold Chinese, and why they have to.
_CHINESE = {
    "domain/burned_in.py": "what cameras write before numbers of devices and officers",
    "domain/register.py": "the register's Chinese name, beside its English one",
    "ingest/register.py": "the register's Chinese name, beside its English one",
    "ingest/register_cells.py": "how people write dates and times in registers",
    "ingest/clocks.py": "how devices write dates and times in the names of files",
    "language/clock_forms.py": "how times of day are written",
    "language/numbers.py": "numerals",
    "language/osd_text.py": "how cameras write dates and times",
    "language/phrases.py": "what towns and counties are called",
    "language/readings.py": "characters to make up names with",
    "language/sound.py": "how digits are read",
    "language/time_clock.py": "how times of day are written",
    "language/time_parts.py": "how dates are written",
    "language/time_words.py": "words around dates and times",
    "language/times.py": "how dates and times are written",
}


def _entries(texts: object, where: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Every innermost mapping below some texts: what should be one text in each language."""
    if isinstance(texts, Mapping):
        if all(not isinstance(value, Mapping | list) for value in texts.values()):
            yield where, texts
            return
        for name, value in texts.items():
            yield from _entries(value, f"{where}.{name}")
    elif isinstance(texts, list):
        for number, value in enumerate(texts):
            yield from _entries(value, f"{where}[{number}]")
    else:
        yield where, {"": texts}


def _is_whole(entry: Mapping[str, object]) -> bool:
    return set(entry) == set(LANGUAGES) and all(
        isinstance(text, str) and text.strip() for text in entry.values()
    )


def _all_entries() -> list[tuple[str, Mapping[str, object]]]:
    catalogued = [entry for area, texts in _CATALOGUES.items() for entry in _entries(texts, area)]
    return catalogued + [
        entry for check, texts in check_texts().items() for entry in _entries(texts, check)
    ]


def test_every_text_is_there_in_each_language() -> None:
    assert not [where for where, entry in _all_entries() if not _is_whole(entry)]


def test_languages_have_the_same_places() -> None:
    def filled(text: object, where: str) -> set[str]:
        if where.startswith("argparse."):  # argparse fills its texts with %
            return set(re.findall(r"%(?:\(\w+\))?\w", str(text)))
        return places(str(text))

    unequal = [
        where
        for where, entry in _all_entries()
        if len({frozenset(filled(text, where)) for text in entry.values()}) != 1
    ]
    assert not unequal


def test_texts_of_a_check_have_the_same_parts() -> None:
    for folder, check in ((rule.replace(".", "_"), c) for rule, c in all_checks().items()):
        assert set(check.texts) - {"causes", "names"} == {
            "title", "rationale", "codes", "innocent", "settles",
        }, folder  # fmt: skip
        assert set(check.texts["codes"]) == set(check.codes), folder


def test_every_cause_has_a_text() -> None:
    """A rule that stays open says why: with the check's own words, or the runner's."""
    own = {rule.replace(".", "_"): c.texts.get("causes", {}) for rule, c in all_checks().items()}
    general = {name.removeprefix("cause_") for name in _CATALOGUES["checks"]}
    silent = []
    for path, node in nodes((SRC / "checks").glob("*/check.py")):
        if isinstance(node, ast.Call) and _name(node) == "Measured":
            given = [*node.args[2:3], *(k.value for k in node.keywords if k.arg == "cause")]
            for cause in (one for g in given for one in _constants(g)):
                if cause and cause not in own[path.parent.name] and cause not in general:
                    silent.append(f"{at(path, node.lineno)}: {cause}")
    for path, node in nodes(CODE):
        if isinstance(node, ast.Call) and _name(node) == "Missing":
            lacking = [one for argument in node.args[1:2] for one in _constants(argument)]
            silent += [f"{at(path, node.lineno)}: {c}" for c in lacking if c not in general]
    assert not silent


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _constants(node: ast.AST) -> list[str]:
    found = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant)]
    return [value for value in found if isinstance(value, str)]


def test_every_key_in_the_code_has_a_text() -> None:
    assert not [f"{use.place}: {use.key}" for use in _USES if use.key not in _KEYS]


@pytest.mark.parametrize(
    "use",
    [use for use in _USES if use.values is not None],
    ids=lambda use: f"{use.key} in {use.place}",
)
def test_every_place_of_a_text_is_filled(use: Use) -> None:
    area, _, name = use.key.partition(".")
    for text in _CATALOGUES.get(area, {}).get(name, {}).values():
        assert places(text) <= (use.values or frozenset())


def test_keys_are_put_together_only_where_there_is_a_reason() -> None:
    found = prefixes()
    assert not {head: where for head, where in found.items() if head not in _DYNAMIC}
    assert not set(_DYNAMIC) - set(found), "no longer put together"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_keys_that_are_put_together_exist(lang: str) -> None:
    """By asking for them where that is cheap, and by the lists of what there can be."""
    build_parser(lang)
    wanted = {f"{head}{name}" for head, (names, _) in _DYNAMIC.items() if names for name in names}
    wanted |= {f"report.{one}" for one in (*Outcome, *Severity)}
    assert not wanted - _KEYS


def test_every_text_is_used() -> None:
    whole = {use.key for use in _USES}
    known = words() | {option.replace("-", "_") for option in _options()}
    known |= {str(one) for one in (*Outcome, *Severity, *State, *Duty, *OriginalIs)}
    unused = []
    for key in sorted(_KEYS - whole):
        heads = [head for head in _DYNAMIC if key.startswith(head)]
        if key.partition(".")[0] in _WHOLE or any(key[len(h) :] in known for h in heads):
            continue
        unused.append(key)
    assert not unused


def _options() -> set[str]:
    """The names of options as the code spells them (`--fail-on`)."""
    return {word.lstrip("-") for word in words() if word.startswith("--")}


def test_code_speaks_no_chinese_itself() -> None:
    chinese = re.compile("[\u3400-\u9fff]")
    holding = {
        str(path.relative_to(SRC)) if SRC in path.parents else at(path)
        for path in python_files("src", "pipelines")
        if chinese.search(path.read_text("utf-8"))
    }
    assert holding - set(_CHINESE) == set()
    assert set(_CHINESE) - holding == set(), "no longer there"
