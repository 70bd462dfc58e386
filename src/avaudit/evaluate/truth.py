"""Labels: what a person, or whoever made the recordings, says is true of each file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from avaudit.codec import from_plain
from avaudit.domain.rule import Outcome
from avaudit.errors import ConfigError

#: What an element of a statement says: one text, several, or nothing.
Said = str | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Label:
    """What a rule should come to. Seconds of the recording; None: no place in particular."""

    rule: str
    outcome: Outcome
    start_s: float | None = None
    end_s: float | None = None


@dataclass(frozen=True, slots=True)
class SpokenTime:
    """The time as said; None is what was not said. `date`: year-month-day, or month-day."""

    date: str | None = None
    hour: int | None = None
    minute: int | None = None


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """What evaluation needs of the activity in the register."""

    officers: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class FileTruth:
    """The labels of one file, or of a session: several `members` (paths), judged as one.

    What a truth file says beyond these fields is left aside. A session's `path` is its name, and
    `activity` the register's activity that it records.

    `elements` maps each element of the opening statement to the words that state it. It is None
    where no statement is made, and then `labels_elements` tells whether that is known.
    `differs` names elements that are said otherwise than the register has them.

    `allowed` is what may be said of the file without being right or wrong: a finding there of the
    same rule, no worse than the outcome given, counts neither as found nor as a false alarm.
    `frame_s` is how long a picture is shown, in seconds, where places are to be told to a picture.
    """

    path: str
    expected: tuple[Label, ...] = ()
    elements: Mapping[str, Said] | None = None
    spoken: SpokenTime = field(default_factory=SpokenTime)
    officers_said: tuple[str, ...] | None = None
    register: RegisterRow = field(default_factory=RegisterRow)
    differs: tuple[str, ...] = ()
    duration_s: float | None = None
    labels_elements: bool = False
    groups: Mapping[str, str] = field(default_factory=dict)
    members: tuple[str, ...] = ()
    activity: str | None = None
    allowed: tuple[Label, ...] = ()
    frame_s: float | None = None

    @property
    def names_said(self) -> tuple[str, ...]:
        """Officers whose names are said."""
        if self.officers_said is not None:
            return self.officers_said
        said = (self.elements or {}).get("officers")
        return (said,) if isinstance(said, str) else said or ()

    @property
    def names_to_confirm(self) -> tuple[str, ...]:
        """Officers who are said and registered; all who are said where no register is told."""
        if self.register.officers is None:
            return self.names_said
        return tuple(name for name in self.names_said if name in self.register.officers)


def read_truth(path: Path) -> tuple[FileTruth, ...]:
    """The labels of a truth file, with paths made absolute from the folder it lies in.

    Raises `ConfigError` where it cannot be read, is no YAML, or an entry has not the right shape.
    """
    try:
        book = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError("evaluate.unreadable", file=str(path), reason=str(error)) from error
    entries = book.get("files") if isinstance(book, dict) else None
    if not isinstance(entries, list) or not entries:
        raise ConfigError("evaluate.no_files", file=str(path))
    folder = path.resolve().parent
    files = tuple(_entry(path, folder, number, entry) for number, entry in enumerate(entries, 1))
    sessions = book.get("sessions") or []
    if not isinstance(sessions, list):
        raise ConfigError("evaluate.no_sessions", file=str(path))
    return files + tuple(_session(path, folder, n, one) for n, one in enumerate(sessions, 1))


def _entry(path: Path, folder: Path, number: int, entry: Any) -> FileTruth:
    if not isinstance(entry, dict) or not isinstance(entry.get("path"), str):
        raise ConfigError("evaluate.no_path", file=str(path), number=number)
    return _truth(path, entry, {"path": str(folder / entry["path"]), "members": ()})


def _session(path: Path, folder: Path, number: int, entry: Any) -> FileTruth:
    files = entry.get("files") if isinstance(entry, dict) else None
    if not isinstance(files, list) or not all(isinstance(one, str) for one in files) or not files:
        raise ConfigError("evaluate.no_members", file=str(path), number=number)
    name = str(entry.get("name") or number)
    return _truth(path, {**entry, "path": name},
                  {"path": name, "members": tuple(str(folder / one) for one in files)})  # fmt: skip


def _truth(path: Path, entry: Mapping[str, Any], placed: Mapping[str, object]) -> FileTruth:
    known = {f.name: entry[f.name] for f in fields(FileTruth) if entry.get(f.name)}
    known |= placed
    known["labels_elements"] = "elements" in entry
    known["groups"] = {key: value for key, value in entry.items() if isinstance(value, str)}
    try:
        return from_plain(FileTruth, known)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ConfigError(
            "evaluate.wrong_entry", file=str(path), entry=entry["path"], place=place,
            reason=first["msg"],
        ) from error  # fmt: skip
