"""A recording belongs to the activity whose patterns name it."""

from __future__ import annotations

import pytest

from avaudit.domain.register import Activity
from avaudit.ingest.match import activity_of

_FIRST = Activity("first", recordings=("DSJ-A3_0001234_20261118_*.mp4", "第一*"))
_SECOND = Activity("second", recordings=("*_20261118_*", "case7/*.ts"))
_NONE = Activity("none")


@pytest.mark.parametrize(
    ("path", "activity"),
    [
        ("/data/DSJ-A3_0001234_20261118_093000.mp4", "first"),
        ("/data/DSJ-A3_0009999_20261118_093000.mp4", "second"),
        ("/data/第一段.mp4", "first"),
        ("/data/case7/a.ts", "second"),
        ("/data/old/case7/a.ts", "second"),
        ("/data/case17/a.ts", None),
        ("/data/case7.ts", None),
        ("/data/dsj-a3_0001234_20261118_093000.mp4", "second"),
        ("/data/_20261118_/other.mp4", None),  # a pattern without a slash is for the name
        ("/data/other.mp4", None),
    ],
)
def test_patterns(path: str, activity: str | None) -> None:
    found = activity_of(path, (_NONE, _FIRST, _SECOND))
    assert (found.activity_id if found else None) == activity


def test_the_first_row_that_names_it_wins() -> None:
    path = "/data/DSJ-A3_0001234_20261118_1.mp4"
    one, other = activity_of(path, (_FIRST, _SECOND)), activity_of(path, (_SECOND, _FIRST))
    assert (one, other) == (_FIRST, _SECOND)


def test_an_empty_register_matches_nothing() -> None:
    assert activity_of("/data/a.mp4", ()) is None
