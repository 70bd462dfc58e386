"""The labelled statements are what their README says, and wrong labels are refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import labels
import pytest
import yaml

_BOOK = Path(labels.__file__).with_name("statements.yaml")


@pytest.fixture(scope="module")
def book() -> tuple[dict[str, Any], dict[str, labels.Half]]:
    return labels.load(_BOOK)


def test_each_element_is_left_out_often_enough(
    book: tuple[dict[str, Any], dict[str, labels.Half]],
) -> None:
    report = book[1]["report"]
    out = Counter(name for one in report.statements for name in labels.missing(one))
    assert min(out[name] for name in labels.ELEMENTS) >= 4
    assert sum(bool(labels.missing(one)) for one in report.statements) >= 20
    differs = Counter(name for one in report.statements for name in one["differs"])
    assert set(differs) == {"time", "place", "officers", "cause", "target"}


@pytest.mark.parametrize("half", ["tune", "report"])
def test_registers_hold_what_was_said_or_decoys(
    book: tuple[dict[str, Any], dict[str, labels.Half]], half: str
) -> None:
    decoys, halves = book
    change = labels.disguise(halves[half], decoys)
    right = list(labels.activities(halves[half], {}))
    false = list(labels.activities(halves[half], change))
    assert len(right) == len(halves[half].statements)
    for one, other, statement in zip(right, false, halves[half].statements, strict=True):
        assert one["officers"] == statement["register"]["officers"]
        assert one["recordings"] == other["recordings"]
        assert not set(one["officers"]) & set(other["officers"])
        assert not set(one["cert_nos"]) & set(other["cert_nos"])
        assert all(one[kind] != other[kind] for kind in ("place", "cause", "target"))
        said = statement["elements"] or {}
        assert ("officers" in labels.disguised(statement, change)["differs"]) == bool(
            said.get("officers")
        )


def _unsaid(book: dict[str, Any]) -> None:
    book["tune"]["statements"][0]["elements"]["place"] = "火星"


def _stranger(book: dict[str, Any]) -> None:
    book["tune"]["statements"][0]["register"]["officers"] = ["无名氏"]


def _unlabelled(book: dict[str, Any]) -> None:
    book["tune"]["statements"][0]["officers_said"] = []


def _said_decoy(book: dict[str, Any]) -> None:
    book["decoys"]["target"].append(book["tune"]["statements"][0]["elements"]["target"])


def _in_both(book: dict[str, Any]) -> None:
    row = book["report"]["statements"][0]["register"]
    row["cause"] = book["tune"]["statements"][0]["register"]["cause"]


def _same_time(book: dict[str, Any]) -> None:
    first, second = book["tune"]["statements"][:2]
    second["started_at"] = first["started_at"]


@pytest.mark.parametrize(
    "spoil", [_unsaid, _stranger, _unlabelled, _said_decoy, _in_both, _same_time]
)
def test_wrong_labels_are_refused(spoil: Callable[[dict[str, Any]], None], tmp_path: Path) -> None:
    wrong = yaml.safe_load(_BOOK.read_text(encoding="utf-8"))
    spoil(wrong)
    path = tmp_path / "statements.yaml"
    path.write_text(yaml.safe_dump(wrong, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ValueError, match=r"said|roster|halves|time"):
        labels.load(path)
