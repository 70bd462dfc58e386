"""Every error that avaudit raises on purpose, in one tree.

    AvauditError                    has a catalogue key and values: can be said in any language
    |-- TransientError              the same call may succeed later: retried by flows
    |   |-- StoreBusy               another process holds the store longer than the retry bound
    |   |-- SourceUnavailable       a share or disk did not answer (EIO, ESTALE, ETIMEDOUT ...)
    |   `-- WorkerUnavailable       a worker process could not be started
    `-- PermanentError              the same call will fail again: reported, never retried
        |-- ConfigError             a setting, argument or file given by the user is wrong
        |   |-- RuleBookError       a rule book with mistakes (each with file, line, column)
        |   `-- RegisterError       a register that cannot be read at all
        |-- Unexaminable            a recording that cannot be opened or examined
        |-- ModelError              model files are missing, altered or cannot be fetched
        |-- StoreError              the store is damaged, newer than this program, or misused
        `-- QueryError              a user's SQL is wrong or tries to write

A mistake in a user's file is a `Problem` with its place; an error may carry many.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a file that a person wrote: where it is and what was expected.

    `line` and `column` count from 1; 0 means that the place is the file as a whole.
    `column` is a number (text files) or a name (a register's column header).
    """

    file: str
    key: str
    values: Mapping[str, object] = field(default_factory=dict)
    line: int = 0
    column: int | str = 0


class AvauditError(Exception):
    """Base of the tree. `key` names a text in the catalogue, `values` fill it.

    `problems` are the single mistakes behind it, each with its place, where there are any.
    """

    problems: tuple[Problem, ...] = ()

    def __init__(self, key: str, /, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values: dict[str, object] = values

    def __str__(self) -> str:
        said = ", ".join(f"{name}={value}" for name, value in self.values.items())
        return f"{self.key}: {said}" if said else self.key


class TransientError(AvauditError):
    """The same call may succeed later."""


class StoreBusy(TransientError):
    """The store stayed locked by another process for longer than the retry bound."""


class SourceUnavailable(TransientError):
    """The disk or share that holds a recording did not answer."""


class WorkerUnavailable(TransientError):
    """A worker process could not be started."""


class PermanentError(AvauditError):
    """The same call will fail again."""


class ConfigError(PermanentError):
    """A setting, an argument or a file given by the user is wrong."""

    def __init__(self, key: str, /, problems: Sequence[Problem] = (), **values: object) -> None:
        super().__init__(key, **values)
        self.problems = tuple(problems)


class RuleBookError(ConfigError):
    """A rule book has mistakes: see `problems`."""


class RegisterError(ConfigError):
    """A register cannot be read at all: see `problems`."""


class Unexaminable(PermanentError):
    """A recording cannot be opened or examined. `key` is the code of `quality.unreadable`."""


class ModelError(PermanentError):
    """Model files are missing, altered or cannot be fetched."""


class StoreError(PermanentError):
    """The store is damaged, made by a newer program, or misused."""


class QueryError(PermanentError):
    """A user's SQL is wrong, or tries to write."""
