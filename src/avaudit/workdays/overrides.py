"""The holidays file: the township's own days, and years that the shipped plans do not know yet.

YAML (a list of `{date, day, note}`) or CSV (columns `date,day,note`). `day` is `work` or `rest`;
with a year for a date it is `complete`: the file then holds that year's plan whole. Every mistake
is reported with its line and column.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from yaml.nodes import ScalarNode

from avaudit.errors import ConfigError, Problem
from avaudit.packaged import read_yaml
from avaudit.rules.lint import QUOTED, Lint, place
from avaudit.rules.source import read_source
from avaudit.workdays.calendar import WorkCalendar

#: A line for each day of ten years stays far below this.
MAX_BYTES = 256 * 1024

_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_COMPLETE = "complete"

Place = tuple[int, int | str]


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry as written: the texts of date and day, each with its place."""

    date: str
    day: str
    date_at: Place
    day_at: Place


@dataclass(slots=True)
class _Reading:
    """What was read so far, and what is wrong with the file."""

    file: str
    works: dict[date, bool] = field(default_factory=dict)
    complete: set[int] = field(default_factory=set)
    lines: dict[date | int, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def report(self, key: str, at: Place, **values: object) -> None:
        """Note a mistake; `key` is one of the catalogue `workdays`."""
        self.problems.append(Problem(self.file, key, values, *at))


def load_calendar(path: Path | None) -> WorkCalendar:
    """The calendar with the days of a holidays file; without one, the shipped plans alone.

    Raises `ConfigError` with every mistake of the file and its place.
    """
    if path is None:
        return WorkCalendar()
    file = os.fsencode(path).decode("utf-8", "backslashreplace")
    data = _bytes(path, file)
    reading = _Reading(file)
    entries = _from_csv(data, reading) if path.suffix.lower() == ".csv" else _from_yaml(data, file)
    for entry in entries:
        _take(entry, reading)
    if reading.problems:
        raise _unusable(file, *reading.problems)
    return WorkCalendar(reading.works, frozenset(reading.complete))


def _unusable(file: str, *problems: Problem) -> ConfigError:
    return ConfigError("workdays.unusable", problems, file=file)


def _bytes(path: Path, file: str) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            limit = {"limit": MAX_BYTES // 1024}
            raise _unusable(file, Problem(file, "workdays.too_large", limit))
        return path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL in it
        reason = {"reason": str(error)}
        raise _unusable(file, Problem(file, "workdays.unreadable", reason)) from error


def _from_yaml(data: bytes, file: str) -> Iterator[_Entry]:
    """The entries of a YAML file. Raises `ConfigError` where it is not a list of such entries."""
    lint = Lint(file)
    root = read_source(data, lint)
    for node in lint.items(root, "holidays"):
        fields = lint.fields(node, "day", ("date", "day"), ("note",)) or {}
        for name, said in fields.items():
            if not isinstance(said, ScalarNode):
                lint.text(said, name)
        on, what = fields.get("date"), fields.get("day")
        if isinstance(on, ScalarNode) and isinstance(what, ScalarNode):
            yield _Entry(on.value.strip(), what.value.strip(), place(on), place(what))
    if lint.problems:
        raise _unusable(file, *lint.problems)


def _from_csv(data: bytes, reading: _Reading) -> Iterator[_Entry]:
    """The entries of a CSV file (UTF-8, else GB18030, as spreadsheets write them)."""
    rows = csv.reader(io.StringIO(_decoded(data, reading), newline=""), strict=True)
    try:
        header = next(rows, [])
        columns = {_column(name): number for number, name in enumerate(header)}
        for name in ("date", "day"):
            if name not in columns:
                reading.report("workdays.no_column", (1, 0), expected=name)
        if reading.problems:
            return
        for row in rows:
            if any(cell.strip() for cell in row):
                yield _row(row, rows.line_num, header, columns)
    except csv.Error as error:
        reading.report("workdays.csv", (rows.line_num, 0), reason=str(error))


def _row(row: list[str], line: int, header: list[str], columns: Mapping[str | None, int]) -> _Entry:
    cells = {n: row[at].strip() if at < len(row) else "" for n, at in columns.items()}
    at = {name: (line, header[column].strip()) for name, column in columns.items()}
    return _Entry(cells["date"], cells["day"], at["date"], at["day"])


def _decoded(data: bytes, reading: _Reading) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    reading.report("workdays.encoding", (0, 0))
    return ""


@cache
def _words(area: str) -> Mapping[str, str]:
    """What a word means: every spelling of words.yaml, folded."""
    found = read_yaml("avaudit.workdays", "words.yaml")[area]
    return {spelt.casefold(): name for name, spellings in found.items() for spelt in spellings}


def _column(name: str) -> str | None:
    return _words("columns").get(name.strip().casefold())


def _take(entry: _Entry, reading: _Reading) -> None:
    """Add an entry, or report what is wrong with it."""
    what = _words("days").get(entry.day.casefold())
    if what is None:
        expected = ", ".join(_words("days"))
        shown = entry.day[:QUOTED]
        reading.report("workdays.unknown_day", entry.day_at, found=shown, expected=expected)
    elif what == _COMPLETE:
        _take_year(entry, reading)
    elif (on := _day(entry.date)) is None:
        reading.report("workdays.no_date", entry.date_at, found=entry.date[:QUOTED])
    elif _is_first(on, entry, reading):
        reading.works[on] = what == "work"


def _take_year(entry: _Entry, reading: _Reading) -> None:
    if not _YEAR.fullmatch(entry.date):
        reading.report("workdays.no_year", entry.date_at, found=entry.date[:QUOTED])
    elif _is_first(int(entry.date), entry, reading):
        reading.complete.add(int(entry.date))


def _is_first(what: date | int, entry: _Entry, reading: _Reading) -> bool:
    line = entry.date_at[0]
    first = reading.lines.setdefault(what, line)
    if first != line:
        reading.report("workdays.repeated", entry.date_at, found=entry.date[:QUOTED], first=first)
    return first == line


def _day(text: str) -> date | None:
    found = _DATE.fullmatch(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:  # the 31st of November
        return None
