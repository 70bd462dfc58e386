"""The register of activities (执法台账) from CSV or XLSX: each usable row, and each mistake.

A mistake costs no more than it must: a cell that cannot be read stays empty, a row that cannot be
told from the others is left out, and each such case is a `Problem` with its line and column.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from avaudit.domain.register import Activity, Register
from avaudit.errors import Problem, RegisterError
from avaudit.ingest.register_csv import read_csv
from avaudit.ingest.register_header import Header, find_header, spellings
from avaudit.ingest.register_row import RowReader
from avaudit.ingest.register_table import Sheet, blank, quoted, refusal

#: A township's register of many years stays far below this.
MAX_BYTES = 64 * 2**20

#: Bytes that say nothing: UTF-8's byte order mark, blanks, separators.
_NOTHING = b"\xef\xbb\xbf \t\r\n,;"
_ZIP = b"PK\x03\x04"
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_register(path: Path) -> Register:
    """Read a register. Rows with mistakes are reported in `Register.problems`, others are used.

    Raises `RegisterError` where nothing can be used: no such file, no table, or no column for
    the activity's number or its start.
    """
    file = os.fsencode(path).decode("utf-8", "backslashreplace")
    data = _bytes(path, file)
    sheet, header, problems = _choose(_sheets(data, file), file)
    problems += [*sheet.problems, *_column_problems(header, sheet, file)]
    reader = RowReader(file, header, sheet.shifting)
    activities = tuple(_activities(reader, sheet, header))
    problems += reader.problems
    if not activities and not problems:
        problems.append(Problem(file, "register.no_rows", line=header.line))
    digest = hashlib.sha256(data).hexdigest()
    return Register(file, digest, activities, tuple(sorted(problems, key=lambda p: p.line)))


def _bytes(path: Path, file: str) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise refusal(file, "too_large", limit=MAX_BYTES // 2**20)
        return path.read_bytes()
    except FileNotFoundError as error:
        raise refusal(file, "no_file") from error
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL in it
        raise refusal(file, "unreadable", reason=str(error)) from error


def _sheets(data: bytes, file: str) -> Sequence[Sheet]:
    """Tables in the file, by what its first bytes say it is. Its name is not asked."""
    if not data.strip(_NOTHING):
        raise refusal(file, "empty")
    if data.startswith(_ZIP):
        # openpyxl takes as long to import as the rest: only for workbooks.
        from avaudit.ingest.register_xlsx import read_xlsx  # noqa: PLC0415

        return read_xlsx(data, file)
    if data.startswith(_OLE2):
        raise refusal(file, "old_or_locked")
    if data.lstrip(_NOTHING).startswith(b"<"):
        raise refusal(file, "web_page")
    return [read_csv(data, file)]


def _choose(sheets: Sequence[Sheet], file: str) -> tuple[Sheet, Header, list[Problem]]:
    """The first sheet that is a register. Further ones are reported, never passed over.

    Raises `RegisterError` where no sheet has the columns that a register needs.
    """
    found = [(sheet, header) for sheet in sheets if (header := find_header(sheet.rows))]
    if not found:
        raise refusal(file, "empty")
    complete = [(sheet, header) for sheet, header in found if not header.missing]
    if not complete:
        raise _incomplete(max((header for _, header in found), key=lambda h: len(h.columns)), file)
    (sheet, header), *others = complete
    problems = [
        Problem(file, "register.further_sheet", {"used": sheet.name, "found": other.name})
        for other, _ in others
    ]
    return sheet, header, problems


def _incomplete(header: Header, file: str) -> RegisterError:
    found = quoted(" | ".join(header.names))
    problems = [
        Problem(
            file,
            "register.no_column",
            {"expected": " / ".join((*spellings()[field][:3], field)), "found": found},
            header.line,
        )
        for field in header.missing
    ]
    return RegisterError("register.unusable", problems, file=file)


def _column_problems(header: Header, sheet: Sheet, file: str) -> Iterator[Problem]:
    for position in header.unknown:
        if name := header.names[position]:
            yield Problem(file, "register.unknown_column", {}, header.line, quoted(name))
    for position in header.repeated:
        values = {"used": header.first_name(position)}
        name = quoted(header.names[position])
        yield Problem(file, "register.repeated_column", values, header.line, name)
    yield from _nameless_problems(header, sheet, file)


def _nameless_problems(header: Header, sheet: Sheet, file: str) -> Iterator[Problem]:
    """Columns that hold something under no header, once each, at their first filled cell."""
    named = {position for position, name in enumerate(header.names) if name}
    seen: set[int] = set()
    for row in sheet.rows:
        if row.line <= header.line or (sheet.shifting and row.width > len(header.names)):
            continue  # a row with a stray separator is reported as such, and left out
        for position in range(row.width):
            if position not in named | seen and not blank(row.cells[position]):
                seen.add(position)
                yield Problem(file, "register.no_header", {}, row.line, position + 1)


def _activities(reader: RowReader, sheet: Sheet, header: Header) -> Iterator[Activity]:
    for row in sheet.rows:
        if row.line > header.line and row.filled and (activity := reader.read(row)):
            yield activity
