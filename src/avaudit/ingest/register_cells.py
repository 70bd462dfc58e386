"""What one cell of a register says: a text, a list, a moment. Nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

from avaudit.domain.time import SHANGHAI

#: What a cell may hold: CSV gives texts only, a spreadsheet gives the others too.
Cell = str | bool | int | float | datetime | date | time | timedelta | None

#: A spreadsheet keeps 15 digits of a number; the digits of a longer one are lost for good.
EXACT_BELOW = 10**15
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[Ee]\+\d\d")

_FULL_WIDTH_DIGITS = {0xFF10 + n: str(n) for n in range(10)}
_FULL_WIDTH_ASCII = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
# Spaces of typesetting become plain ones; marks without width, which copying from a dialogue box
# leaves behind and nobody sees, go: they would make equal names and numbers differ.
_SPACES = dict.fromkeys([0xA0, 0x2002, 0x2003, 0x2009, 0x202F, 0x3000], " ")
_INVISIBLE = dict.fromkeys([0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060, 0xFEFF], "")
_TEXT = _FULL_WIDTH_DIGITS | _SPACES | _INVISIBLE
_CODE = _TEXT | _FULL_WIDTH_ASCII

_LIST = re.compile(r"[;；、\r\n]")
_LIST_WITH_COMMAS = re.compile(r"[;；、,，\r\n]")
_SPACED_NAME = re.compile(r"([\u4e00-\u9fff])\s+([\u4e00-\u9fff])")


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment in Asia/Shanghai. `whole_day`: only the date was written, `at` is its midnight."""

    at: datetime
    whole_day: bool


def text_of(cell: Cell) -> str:
    """The cell as text: digits and spaces of full width made plain, trimmed; "" where empty.

    A number keeps no `.0`, a moment is written as ISO 8601.
    """
    if isinstance(cell, str):
        return cell.translate(_TEXT).strip()
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer():
        # By way of its decimal digits: `int` alone adds those of the binary fraction to long ones.
        return str(int(Decimal(repr(cell))))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    return str(cell)


def code_of(cell: Cell) -> str:
    """The cell as a number or identifier: every letter and sign of full width made plain too."""
    return text_of(cell).translate(_CODE).strip()


def list_of(text: str, *, commas: bool) -> tuple[str, ...]:
    """The parts of a list, separated by ; ； 、 or a line break (`commas`: by , ， too)."""
    parts = (_LIST_WITH_COMMAS if commas else _LIST).split(text)
    return tuple(part.strip() for part in parts if part.strip())


def person(name: str) -> str:
    """A name without the space that typesetting puts between two characters (张　三)."""
    spaced = _SPACED_NAME.fullmatch(name)
    return spaced[1] + spaced[2] if spaced else name


def digits_lost(cell: Cell) -> bool:
    """Whether a long number went through a spreadsheet that kept 15 digits of it."""
    if isinstance(cell, str):
        return _SCIENTIFIC.fullmatch(cell.strip()) is not None
    return isinstance(cell, int | float) and abs(cell) >= EXACT_BELOW


_MOMENT = re.compile(
    r"""(?P<year>\d{4}) \s*[-/.年]\s* (?P<month>\d{1,2}) \s*[-/.月]\s* (?P<day>\d{1,2}) \s*日?
    (?: \s*\(? (?:星期|周) [一二三四五六日天] \)? )?
    (?: (?: \s*T\s* | \s+ | (?<=[日)]) | (?=[上下]午) )
        (?P<half>上午|下午)? \s*
        (?P<hour>\d{1,2}) \s*
        (?: : \s* (?P<minute>\d{1,2}) (?: \s*:\s* (?P<second>\d{1,2}) )?
          | [时点] \s*
            (?: (?P<minute_zh>\d{1,2}) \s*分 \s* (?: (?P<second_zh>\d{1,2}) \s*秒 )? )? )
        (?: \.\d+ )?
        (?: \s* (?P<zone> Z | [+-]\d\d:?\d\d ) )?
    )?""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:[ T]?(\d\d)(\d\d)(\d\d)?)?", re.ASCII)
_SERIAL = re.compile(r"\d{5}(\.\d+)?", re.ASCII)
_SERIAL_ORIGIN = datetime(1899, 12, 30)  # a spreadsheet's days have no zone
_YEARS = range(2000, 2100)
_LONGEST = 48  # characters; more than any spelling of a moment, few enough to match at once


def moment_of(cell: Cell) -> Moment | None:
    """The moment that a cell states, or None where it states none.

    Without a zone it is Beijing time. Years outside 2000 to 2099 are typing errors. A number of
    five digits is a spreadsheet's count of days since 1899-12-30.
    """
    try:
        found = _moment(cell)
    except ValueError:  # a 13th month, a 31st of November, a 25th hour
        return None
    return found if found and found.at.year in _YEARS else None


def _moment(cell: Cell) -> Moment | None:
    if isinstance(cell, datetime):
        return _in_shanghai(_whole_seconds(_plausible(cell)))
    if isinstance(cell, date):
        return Moment(datetime.combine(cell, time(), SHANGHAI), whole_day=True)
    text = code_of(cell)
    return _written(text) if len(text) <= _LONGEST else None


def _written(text: str) -> Moment | None:
    if _SERIAL.fullmatch(text):
        return _from_serial(text)
    if compact := _COMPACT.fullmatch(text):
        digits = compact.groups()
        return _build(digits[:3], digits[3:])
    parts = _MOMENT.fullmatch(text)
    return _from_parts(parts.groupdict()) if parts else None


def _plausible(at: datetime) -> datetime:
    """`at` itself. Raises `ValueError` for other centuries (whose edges have no next day)."""
    if at.year not in _YEARS:
        raise ValueError(at)
    return at


def _whole_seconds(at: datetime) -> datetime:
    """A spreadsheet's fractions of days never hit a second exactly: the nearest one is meant."""
    return (at + timedelta(milliseconds=500)).replace(microsecond=0)


def _in_shanghai(at: datetime, *, whole_day: bool = False) -> Moment:
    if at.tzinfo is None:
        return Moment(at.replace(tzinfo=SHANGHAI), whole_day)
    return Moment(at.astimezone(SHANGHAI), whole_day)


def _from_serial(text: str) -> Moment:
    at = _SERIAL_ORIGIN + timedelta(days=float(text))
    return _in_shanghai(_whole_seconds(at), whole_day="." not in text)


def _from_parts(said: Mapping[str, str | None]) -> Moment:
    hour = said["hour"]
    if hour is not None and said["half"] == "下午" and int(hour) < 12:
        hour = str(int(hour) + 12)
    minute = said["minute"] or said["minute_zh"]
    second = said["second"] or said["second_zh"]
    days = said["year"], said["month"], said["day"]
    return _build(days, (hour, minute, second), said["zone"])


def _build(
    days: Sequence[str | None], clock: Sequence[str | None], zone: str | None = None
) -> Moment:
    """Put digits together. Raises `ValueError` where they name no moment. 24:00 ends the day."""
    year, month, day = (int(part or 0) for part in days)
    at = _plausible(datetime(year, month, day, tzinfo=_zone(zone)))
    if clock[0] is None:
        return _in_shanghai(at, whole_day=True)
    hour, minute, second = (int(part or 0) for part in clock)
    if (hour, minute, second) == (24, 0, 0):
        return _in_shanghai(at + timedelta(days=1))
    return _in_shanghai(at.replace(hour=hour, minute=minute, second=second))


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    if text in "Zz":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)
