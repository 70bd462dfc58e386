"""Findings as files for other programs: CSV, JSON, XLSX.

Cells that a spreadsheet would take for a formula are made text, and what a terminal would obey is
made visible: their content comes from file names, tags and speech, which nobody has checked
(CWE-1236, CWE-150).
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from openpyxl import Workbook

from avaudit.domain.time import SHANGHAI

Row = Mapping[str, Any]

#: Columns of an export: the finding's own, then what tells where it belongs.
COLUMNS = (
    "finding_id", "outcome", "severity", "rule_id", "code", "article", "message_zh", "message_en",
    "grade", "score", "start_s", "end_s", "path", "started_at", "device_id", "activity_id",
    "case_no", "officers", "place", "unit", "decision", "recording_id", "session_id", "run_id",
    "evidence", "subject_kind", "subject_id",
)  # fmt: skip
#: What begins a formula, in full width as well: Chinese and Japanese spreadsheets read that alike.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
#: Controls (C0, DEL, C1), line and paragraph breaks, and what turns the direction of writing.
_OBEYED = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def to_csv(rows: Sequence[Row]) -> str:
    """RFC 4180 with a byte order mark, without which Excel misreads Chinese."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(COLUMNS)
    writer.writerows([_cell(row.get(column)) for column in COLUMNS] for row in rows)
    return "\ufeff" + target.getvalue()


def to_json(rows: Sequence[Row]) -> str:
    """A list of objects; instants in ISO 8601."""
    plain = [{column: _plain(row.get(column)) for column in COLUMNS} for row in rows]
    return plain_json(plain)


def plain_json(value: object) -> str:
    """JSON for other programs, in which nothing is obeyed where it is shown after all."""
    told = json.dumps(value, ensure_ascii=False, default=str, indent=1)
    return _SPOKEN.sub(lambda one: f"\\u{ord(one[0]):04x}", told)


def to_xlsx(rows: Sequence[Row]) -> bytes:
    """A workbook with one sheet, its header row fixed and filterable."""
    book = Workbook()
    sheet = book.active
    if sheet is None:
        raise TypeError("a new workbook has a sheet")
    sheet.title = "findings"
    sheet.append(COLUMNS)
    for row in rows:
        sheet.append([_cell(row.get(column)) for column in COLUMNS])
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions
    for name, width in (("G", 60), ("H", 60), ("M", 40), ("N", 20)):
        sheet.column_dimensions[name].width = width
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


#: What of it JSON leaves as it is.
_SPOKEN = re.compile(r"[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _cell(value: object) -> str | int | float | None:
    if value is None or isinstance(value, (int, float)):
        return value
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, (list, tuple)):
        return _text(";".join(map(str, value)))
    if isinstance(value, Mapping):
        return _text(json.dumps(value, ensure_ascii=False))
    return _text(str(value))


def _text(text: str) -> str:
    clean = _OBEYED.sub(lambda one: one[0].encode("unicode_escape").decode(), text)
    return f"'{clean}" if clean.startswith(_FORMULA) else clean


def plain_cell(value: object) -> object:
    """A value of somebody's own query for a table file: text is made safe, the rest stays."""
    return value if value is None or isinstance(value, (int, float)) else _text(str(value))
