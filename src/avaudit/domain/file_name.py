"""What devices call their files: patterns as data, and what a name tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class NamePattern:
    """A form of names. `expression` is a regular expression for a whole name without its suffix.

    Its groups may be `device`; `date` and `time`; `number`, that runs on from file to file; `part`,
    that counts the parts of one recording. A `local` device is one within its folder only.
    """

    name: str
    expression: str
    local: bool = False


@dataclass(frozen=True, slots=True)
class NameReading:
    """What a file's name tells. `series` is what files that are numbered together have in common.

    `at` is the start by the device's clock, local time. What the name does not tell is None.
    """

    pattern: str
    series: str
    device: str | None = None
    at: datetime | None = None
    number: int | None = None
    part: int | None = None
