"""What a file's name tells: device, clock, running number, part."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import PurePath

from avaudit.domain.file_name import NamePattern, NameReading
from avaudit.domain.time import SHANGHAI

#: Longer names are no device's.
_LONGEST = 120
_DIGITS = re.compile(r"\d+")


class Names:
    """Reads names by patterns, the first that fits. Each name is looked at once."""

    def __init__(self, patterns: Iterable[NamePattern]) -> None:
        self._patterns = [(p, re.compile(p.expression)) for p in patterns]
        self._read: dict[tuple[str, str], NameReading | None] = {}

    def read(self, path: str) -> NameReading | None:
        """What the name of a file tells; None where no pattern fits it."""
        file = PurePath(path)
        key = (file.parent.name, file.stem)
        if key not in self._read:
            self._read[key] = self._first(*key) if len(file.stem) <= _LONGEST else None
        return self._read[key]

    def _first(self, folder: str, stem: str) -> NameReading | None:
        for pattern, expression in self._patterns:
            if match := expression.fullmatch(stem):
                return _reading(pattern, folder, match)
        return None


def _reading(pattern: NamePattern, folder: str, match: re.Match[str]) -> NameReading:
    told = {group: text for group, text in match.groupdict().items() if text}
    device = told.get("device")
    return NameReading(
        pattern.name,
        _series(pattern.name, match),
        f"{folder}/{device}" if device and pattern.local else device,
        _clock(told.get("date", ""), told.get("time", "")),
        int(told["number"]) if "number" in told else None,
        int(told["part"]) if "part" in told else None,
    )


def _clock(date: str, time: str) -> datetime | None:
    digits = "".join(_DIGITS.findall(date + time))
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=SHANGHAI)
    except ValueError:  # no clock in it, or digits that look like one: 20260231
        return None


def _series(name: str, match: re.Match[str]) -> str:
    """The name without what changes from file to file."""
    whole = match.group()
    for group in ("date", "time", "number", "part"):
        if group in match.re.groupindex and match.group(group):
            begin, end = match.span(group)
            whole = whole[:begin] + "\0" * (end - begin) + whole[end:]
    return f"{name}:{whole.replace(chr(0), '')}"
