"""The rule book loader on whatever a file holds."""

from __future__ import annotations

from pathlib import Path

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avaudit.errors import RuleBookError
from avaudit.i18n import say_error
from avaudit.rules.load import load_rulebook
from support.rule_books import GOOD

PROPERTY = settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

PIECES = st.sampled_from(
    [
        *GOOD.splitlines(keepends=True),
        *" :-{}[],&*!|>%@`\"'#?~\n\t",
        *["\n  ", "- ", ": ", "? ", "<<: ", "&a ", "*a", "!!int ", "!!set ", "--- ", "%YAML 9.9\n"],
        *["0b", "1e9", "1:60", "\\U00110000", '"\\uD800"', "\ufeff", "\x85", "\0"],
    ]
)

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


def check_any(folder: Path, data: bytes) -> None:
    path = folder / "any.yaml"
    path.write_bytes(data)
    try:
        load_rulebook(str(path))
    except RuleBookError as raised:
        error = raised
    else:
        return
    assert error.problems
    assert say_error(error, "zh")
    assert say_error(error, "en")


@PROPERTY
@given(pieces=st.lists(PIECES, max_size=40))
def test_any_pieces_of_yaml(tmp_path: Path, pieces: list[str]) -> None:
    check_any(tmp_path, "".join(pieces).encode())


@PROPERTY
@given(at=st.integers(0, len(GOOD)), piece=PIECES)
def test_a_good_book_with_a_piece_put_in(tmp_path: Path, at: int, piece: str) -> None:
    check_any(tmp_path, (GOOD[:at] + piece + GOOD[at:]).encode())


@PROPERTY
@given(data=st.binary() | st.text().map(str.encode))
def test_any_bytes(tmp_path: Path, data: bytes) -> None:
    check_any(tmp_path, data)


@PROPERTY
@given(
    key=st.sampled_from(["id", "version", "title", "regulation", "articles", "rules"]),
    rule_key=st.sampled_from(["id", "article", "severity", "applies_to", "min_coverage", "params"]),
    value=PLAIN,
    rule_value=PLAIN,
)
def test_any_values(
    tmp_path: Path, key: str, rule_key: str, value: object, rule_value: object
) -> None:
    book = yaml.safe_load(GOOD)
    book["rules"][0][rule_key] = rule_value
    book[key] = value
    check_any(tmp_path, yaml.safe_dump(book, allow_unicode=True).encode("utf-8", "surrogatepass"))
