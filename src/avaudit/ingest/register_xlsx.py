"""Registers as XLSX: sheets of typed cells, read without running anything in the file."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from datetime import datetime, time
from itertools import islice
from typing import Any

from openpyxl import load_workbook

from avaudit.ingest.register_cells import Cell
from avaudit.ingest.register_table import Row, Sheet, quoted, refusal

#: Excel's own bound; a file that claims more rows is damaged or hostile.
MAX_ROWS = 1_048_576
MAX_UNPACKED_BYTES = 512 * 2**20

_ZERO_PADDED = re.compile(r"0{2,}")


def read_xlsx(data: bytes, file: str) -> tuple[Sheet, ...]:
    """The visible sheets in order. Raises `RegisterError` where the file is no workbook."""
    try:
        if _unpacked_bytes(data) <= MAX_UNPACKED_BYTES:
            return _sheets(data)
    # A damaged workbook makes zipfile, the XML parser and openpyxl raise nearly anything.
    except Exception as error:
        raise refusal(file, "workbook", reason=quoted(repr(error))) from error
    raise refusal(file, "too_large", limit=MAX_UNPACKED_BYTES // 2**20)


def _unpacked_bytes(data: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return sum(member.file_size for member in archive.infolist())


def _sheets(data: bytes) -> tuple[Sheet, ...]:
    with warnings.catch_warnings():
        # openpyxl warns of drop-down lists and print settings, which have no bearing here.
        warnings.simplefilter("ignore")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        try:
            return tuple(_sheet(s) for s in book.worksheets if s.sheet_state == "visible")
        finally:
            book.close()


def _sheet(sheet: Any) -> Sheet:  # openpyxl's read-only sheet is not in its type stubs
    # Some programs write a wrong extent, and openpyxl would read only that much.
    sheet.reset_dimensions()
    rows = (
        Row(line, tuple(_value(cell) for cell in cells))
        for line, cells in enumerate(islice(sheet.iter_rows(), MAX_ROWS), start=1)
    )
    return Sheet(tuple(row for row in rows if row.filled), shifting=False, name=sheet.title)


def _value(cell: Any) -> Cell:
    """A cell's value as a person sees it in the sheet."""
    value: Cell = cell.value
    if isinstance(value, datetime) and value.time() == time() and not _shows_hours(cell):
        return value.date()
    if isinstance(value, int) and _ZERO_PADDED.fullmatch(cell.number_format):
        return str(value).zfill(len(cell.number_format))
    return value


def _shows_hours(cell: Any) -> bool:
    return "h" in cell.number_format.lower()
