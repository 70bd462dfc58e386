"""Where a command's words go: results to standard output, everything else to standard error."""

from __future__ import annotations

import sys

from rich.console import Console, RenderableType
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from avaudit.i18n import say
from avaudit.report.tables import show


class _Result(Console):
    """Standard output. Rich itself would end the program with status 1 when its reader is gone."""

    def on_broken_pipe(self) -> None:
        """Leave it to whoever runs the command."""
        raise BrokenPipeError


class Out:
    """A command's voice, in one language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._result = _Result(highlight=False)
        self.errors = Console(stderr=True, highlight=False)

    def say(self, key: str, **values: object) -> None:
        """A remark from the catalogue, to standard error."""
        self.errors.print(Text(say(key, self.lang, **values)), soft_wrap=True)

    def problem(self, text: str) -> None:
        """Something that went wrong, ready to be read."""
        self.errors.print(Text(text, style="red"), soft_wrap=True)

    def warn(self, text: str) -> None:
        """Something that the user should know."""
        self.errors.print(Text(text, style="yellow"), soft_wrap=True)

    def table(self, what: RenderableType) -> None:
        """A table or panel, to standard output."""
        show(self._result, what)

    def raw(self, text: str) -> None:
        """Text for another program, to standard output, as it is."""
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
        sys.stdout.flush()

    def raw_bytes(self, data: bytes) -> None:
        """Bytes for another program, to standard output."""
        sys.stdout.buffer.write(data)
        sys.stdout.flush()

    def progress(self, *, counted: bool = True) -> Progress:
        """A progress bar with the time left, to standard error."""
        middle = (MofNCompleteColumn(),) if counted else (TaskProgressColumn(),)
        return Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            *middle,
            TimeElapsedColumn(),
            TextColumn(say("cli.time_left", self.lang)),
            TimeRemainingColumn(),
            TextColumn("{task.fields[current]}", markup=False, style="dim"),
            console=self.errors,
            transient=True,
        )
