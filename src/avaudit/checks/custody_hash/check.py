"""The digest of every original, taken when it is first seen: the ground of all later custody."""

from __future__ import annotations

from avaudit.checks._declare import CheckParams, check
from avaudit.domain.finding import Measured, Observation
from avaudit.domain.rule import Outcome
from avaudit.domain.signal import FileRead


class Params(CheckParams):
    """Nothing to set: a digest is taken or it is not."""


@check("custody.hash", codes={"changed_while_reading": Outcome.REVIEW})
def hash_taken(read: FileRead, params: Params) -> Measured:  # noqa: ARG001  (every check has some)
    """Whether the file stood still while it was read. No digest at all leaves the rule open."""
    if read.stable:
        return Measured(1.0)
    measured = {"sha256": read.sha256, "size_bytes": read.size_bytes}
    return Measured(1.0, (Observation("changed_while_reading", measured=measured, score=1.0),))
