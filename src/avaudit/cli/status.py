"""Exit statuses: what a script that calls avaudit can rely on."""

from enum import IntEnum


class Exit(IntEnum):
    """Findings alone never change the status, unless `--fail-on` asks for it."""

    RAN = 0
    NOT_ALL_DONE = 1
    WRONG_USE = 2
    FINDINGS = 3
    STOPPED = 130
