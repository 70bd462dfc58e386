"""Which activity of the register a recording belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import PurePath

from avaudit.domain.register import Activity


def activity_of(path: str, activities: Iterable[Activity]) -> Activity | None:
    """The first activity whose `recordings` patterns name the file.

    A pattern is a shell pattern for the file's name, or for the end of its path where it has a
    slash in it.
    """
    name = PurePath(path).name
    for activity in activities:
        for pattern in activity.recordings:
            if fnmatchcase(name, pattern) or ("/" in pattern and fnmatchcase(path, f"*/{pattern}")):
                return activity
    return None
