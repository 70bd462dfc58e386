"""Retention in a rule book: the longest class counts, and mistakes are told with their places."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from avaudit.domain.register import Activity
from avaudit.domain.retention import kept_until, retention_of
from support.rule_books import GOOD, load, mistakes

CLASSES = """\
retention:
  - id: least
    article: 14
    keep: 180 days
    title: {zh: 一般, en: In general}
  - id: seizure
    article: 14
    names: [扣押]
    keep: 3 years
    title: {zh: 扣押, en: Seizure}
  - id: restraint
    article: 14
    names: [人身自由]
    keep: permanent
    title: {zh: 限制人身自由, en: Restraint}
approvals: [export]
"""
#: Lines of the book before the classes.
BEFORE = GOOD.count("\n")


@pytest.mark.parametrize(
    ("activity", "chosen", "last"),
    [
        (Activity("1", kind="日常检查"), "least", date(2027, 5, 19)),
        (Activity("2", kind="扣 押"), "seizure", date(2029, 11, 22)),
        (Activity("3", kind="检查", stages=("扣押", "告知")), "seizure", date(2029, 11, 22)),
        (Activity("4", kind="扣押并限制人身自由"), "restraint", None),
        (None, "restraint", None),
    ],
)
def test_the_longest_class_counts(
    tmp_path: Path, activity: Activity | None, chosen: str, last: date | None
) -> None:
    book = load(tmp_path, GOOD + CLASSES)
    found = retention_of(activity, book.retention)
    assert found
    assert found.id == chosen
    assert kept_until(date(2026, 11, 20), found) == last
    assert book.approvals == ("export",)


def test_a_book_without_classes_keeps_everything(tmp_path: Path) -> None:
    book = load(tmp_path, GOOD)
    assert retention_of(None, book.retention) is None
    assert kept_until(date(2026, 11, 20), None) is None


@pytest.mark.parametrize(
    ("right", "wrong", "line", "said"),
    [
        ("keep: 3 years", "keep: 3 winters", 9, "“3 winters” must be permanent"),
        ("keep: 3 years", "keep: 0 days", 9, "“0 days” must be permanent"),
        ("id: seizure", "id: least", 6, "“least” stands on line"),
        ("names: [人身自由]", "names: [扣押]", 13, "“扣押” stands on line"),
        ("    names: [扣押]\n", "", 6, "only one class can have no names"),
        ("approvals: [export]", "approvals: [print]", 16, "“approvals” cannot be “print”"),
        ("id: seizure", "id: Seizure", 6, "retention id “Seizure” must be"),
    ],
)
def test_mistakes_have_their_places(
    tmp_path: Path, right: str, wrong: str, line: int, said: str
) -> None:
    assert right in CLASSES
    found = mistakes(tmp_path, GOOD + CLASSES.replace(right, wrong, 1))
    assert [(at - BEFORE, said in english) for at, _, _, english in found] == [(line, True)]
