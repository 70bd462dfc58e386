"""What the readers of CSV and XLSX hand to the reader of registers: sheets of rows."""

from __future__ import annotations

from dataclasses import dataclass

from avaudit.errors import Problem, RegisterError
from avaudit.ingest.register_cells import Cell

#: Longest piece of a file's own text that a message quotes, in characters.
QUOTED = 60


@dataclass(frozen=True, slots=True)
class Row:
    """One record. `line` counts from 1, as an editor or a spreadsheet shows its first line."""

    line: int
    cells: tuple[Cell, ...]

    @property
    def filled(self) -> bool:
        """Whether any cell holds more than blanks."""
        return any(not blank(cell) for cell in self.cells)

    @property
    def width(self) -> int:
        """Cells up to the last one that holds more than blanks."""
        cells = self.cells
        return next((n for n in range(len(cells), 0, -1) if not blank(cells[n - 1])), 0)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as read. `shifting`: a cell too many means that the others are out of place."""

    rows: tuple[Row, ...]
    shifting: bool
    name: str = ""
    problems: tuple[Problem, ...] = ()


def blank(cell: Cell) -> bool:
    """Whether a cell holds nothing, or spaces only."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def refusal(file: str, key: str, /, *, line: int = 0, **values: object) -> RegisterError:
    """The error for a file that cannot be read as a register at all."""
    problem = Problem(file, f"register.{key}", values, line)
    return RegisterError("register.unusable", [problem], file=file)


def quoted(text: str) -> str:
    """`text`, cut to a length that a message can carry."""
    return text if len(text) <= QUOTED else text[: QUOTED - 1] + "…"
