"""One row of a register: its activity, and what is wrong with it."""

from __future__ import annotations

from datetime import datetime

from avaudit.domain.register import Activity
from avaudit.errors import Problem
from avaudit.ingest.register_cells import (
    Cell,
    code_of,
    digits_lost,
    list_of,
    moment_of,
    person,
    text_of,
)
from avaudit.ingest.register_header import Header
from avaudit.ingest.register_table import Row, quoted

#: Numbers and identifiers: a spreadsheet may have eaten their last digits.
_CODES = ("activity_id", "case_no", "cert_nos", "device_ids")


class RowReader:
    """Reads rows in order. `problems` grows with each; `read` answers None for a row left out."""

    def __init__(self, file: str, header: Header, shifting: bool) -> None:
        self.problems: list[Problem] = []
        self._file = file
        self._header = header
        self._shifting = shifting
        self._first_lines: dict[str, int] = {}

    def read(self, row: Row) -> Activity | None:
        """The row's activity, or None where it cannot be used. Mistakes go to `problems`."""
        if self._too_wide(row):
            return None
        activity_id = code_of(self._cell(row, "activity_id"))
        if not self._is_new(activity_id, row):
            return None
        self._report_lost_digits(row)
        activity = self._activity(activity_id, row)
        self._report_unpaired(activity, row)
        return activity

    def _report(self, row: Row, field: str, name: str, **values: object) -> None:
        column = quoted(self._header.name(field)) if field else 0
        self.problems.append(Problem(self._file, f"register.{name}", values, row.line, column))

    def _cell(self, row: Row, field: str) -> Cell:
        position = self._header.columns.get(field)
        if position is None or position >= len(row.cells):
            return None
        return row.cells[position]

    def _too_wide(self, row: Row) -> bool:
        """A stray separator moves every cell behind it: none of them can be trusted."""
        expected = len(self._header.names)
        if not self._shifting or row.width <= expected:
            return False
        self._report(row, "", "too_many_cells", expected=expected, found=row.width)
        return True

    def _is_new(self, activity_id: str, row: Row) -> bool:
        if not activity_id:
            self._report(row, "activity_id", "no_id")
            return False
        first = self._first_lines.setdefault(activity_id, row.line)
        if first != row.line:
            self._report(row, "activity_id", "repeated_id", found=quoted(activity_id), first=first)
        return first == row.line

    def _report_lost_digits(self, row: Row) -> None:
        for field in _CODES:
            cell = self._cell(row, field)
            if digits_lost(cell):
                self._report(row, field, "lost_digits", found=quoted(text_of(cell)))

    def _activity(self, activity_id: str, row: Row) -> Activity:
        started_at, ended_at = self._span(row)
        return Activity(
            activity_id=activity_id,
            case_no=self._text(row, "case_no"),
            kind=self._text(row, "kind"),
            started_at=started_at,
            ended_at=ended_at,
            place=self._text(row, "place"),
            officers=tuple(map(person, list_of(self._text(row, "officers"), commas=True))),
            cert_nos=list_of(code_of(self._cell(row, "cert_nos")), commas=True),
            cause=self._text(row, "cause"),
            target=self._text(row, "target"),
            stages=list_of(self._text(row, "stages"), commas=True),
            device_ids=list_of(code_of(self._cell(row, "device_ids")), commas=True),
            # File names may hold commas.
            recordings=list_of(self._text(row, "recordings"), commas=False),
            stored_at=self._moment(row, "stored_at", hours=False),
            returned_at=self._moment(row, "returned_at", hours=False),
            written_explanations=self._text(row, "written_explanations"),
            unit=self._text(row, "unit"),
        )

    def _text(self, row: Row, field: str) -> str:
        return text_of(self._cell(row, field))

    def _moment(self, row: Row, field: str, *, hours: bool) -> datetime | None:
        """The moment in a cell; None, and a problem, where it states none.

        With `hours` a bare date is not enough: its midnight would be a time that nobody wrote.
        """
        cell = self._cell(row, field)
        text = text_of(cell)
        if not text:
            return None
        moment = moment_of(cell)
        if moment is None:
            self._report(row, field, "no_moment", found=quoted(text))
            return None
        if hours and moment.whole_day:
            self._report(row, field, "no_hours", found=quoted(text))
            return None
        return moment.at

    def _span(self, row: Row) -> tuple[datetime | None, datetime | None]:
        if not self._text(row, "started_at"):
            self._report(row, "started_at", "no_start")
        started_at = self._moment(row, "started_at", hours=True)
        ended_at = self._moment(row, "ended_at", hours=True)
        if started_at and ended_at and ended_at < started_at:
            times = {"started": f"{started_at:%Y-%m-%d %H:%M:%S}"}
            self._report(row, "ended_at", "ends_first", found=self._text(row, "ended_at"), **times)
            return started_at, None
        return started_at, ended_at

    def _report_unpaired(self, activity: Activity, row: Row) -> None:
        """Numbers pair with officers by their order. A register without numbers pairs none."""
        expected, found = len(activity.officers), len(activity.cert_nos)
        if found and found != expected:
            self._report(row, "cert_nos", "unpaired", expected=expected, found=found)
