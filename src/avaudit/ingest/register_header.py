"""The header row of a register: which column means what."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

from avaudit.ingest.register_cells import text_of
from avaudit.ingest.register_table import Row
from avaudit.packaged import read_yaml

#: Without these columns nothing in a register can be matched with a recording.
REQUIRED = ("activity_id", "started_at")

#: A header may stand below a title, a unit and a date, hardly below more.
SEARCHED_ROWS = 5

_DROPPED = re.compile(r"[\s_\-]|[:*]+$")
_NOTE = re.compile(r"\(.*\)$")


@dataclass(frozen=True, slots=True)
class Header:
    """A header row as found. `columns`: field -> position from 0. `names` are as written.

    `unknown` and `repeated` are positions of columns that no field takes.
    """

    line: int
    names: tuple[str, ...]
    columns: Mapping[str, int]
    unknown: tuple[int, ...]
    repeated: tuple[int, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(field for field in REQUIRED if field not in self.columns)

    def name(self, field: str) -> str:
        """The header of a field as the file writes it; the field's own name where it has none."""
        position = self.columns.get(field)
        return field if position is None else self.names[position]

    def first_name(self, position: int) -> str:
        """The header of the column that a repeated column repeats."""
        return self.name(_field(self.names[position]) or "")


@cache
def spellings() -> Mapping[str, tuple[str, ...]]:
    """Accepted spellings by field, the usual one first. Source: register_headers.yaml."""
    loaded = read_yaml("avaudit.ingest", "register_headers.yaml")
    return {field: tuple(names) for field, names in loaded.items()}


@cache
def _fields() -> Mapping[str, str]:
    """Field by folded spelling."""
    known = {field: field for field in spellings()}
    known.update({name: field for field, names in spellings().items() for name in names})
    return {_folded(name): field for name, field in known.items()}


def _folded(name: str) -> str:
    return _DROPPED.sub("", unicodedata.normalize("NFKC", name).casefold())


def _field(name: str) -> str | None:
    folded = _folded(name)
    return _fields().get(folded) or _fields().get(_folded(_NOTE.sub("", folded)))


def read_header(row: Row) -> Header:
    """What a row says if it is taken for the header."""
    names = tuple(text_of(cell) for cell in row.cells)
    columns: dict[str, int] = {}
    unknown: list[int] = []
    repeated: list[int] = []
    for position, name in enumerate(names):
        field = _field(name)
        if field is None:
            unknown.append(position)
        elif field in columns:
            repeated.append(position)
        else:
            columns[field] = position
    return Header(row.line, names, columns, tuple(unknown), tuple(repeated))


def find_header(rows: Sequence[Row]) -> Header | None:
    """The header among the first filled rows: the first complete one, else the likeliest.

    None where no row holds anything.
    """
    filled = list(islice((row for row in rows if row.filled), SEARCHED_ROWS))
    candidates = [read_header(row) for row in filled]
    complete = (header for header in candidates if not header.missing)
    return next(complete, max(candidates, key=lambda h: len(h.columns), default=None))
