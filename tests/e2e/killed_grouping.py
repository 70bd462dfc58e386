"""Judge the groups of a store and die at a step: `python killed_grouping.py DB STEP`."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from avaudit import grouping
from avaudit.configuration import configure
from avaudit.settings import load_settings
from avaudit.store import journal, regroup, sync


def _die(*_: Any, **__: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def _die_after(module: Any, name: str) -> None:
    real = getattr(module, name)

    def dying(*arguments: Any, **named: Any) -> Any:
        real(*arguments, **named)
        _die()

    setattr(module, name, dying)


def _die_within_a_line() -> None:
    real = vars(journal)["write_block"]

    def torn(file: Path, block: bytes) -> None:
        real(file, block[: len(block) * 2 // 3])
        _die()

    vars(journal)["write_block"] = torn


if __name__ == "__main__":
    db, step = Path(sys.argv[1]), sys.argv[2]
    match step:
        case "before appending":
            vars(sync)["append"] = _die
        case "within a line":
            _die_within_a_line()
        case "before applying":
            _die_after(sync, "append")
        case "while applying":
            _die_after(regroup, "_move")
        case "after applying":
            _die_after(grouping, "sync_with")
    grouping.judge_groups(configure(load_settings(db=db, speech_model="none")))
