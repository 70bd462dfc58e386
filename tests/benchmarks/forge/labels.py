"""What is true of a made file, in the words of truth files. The rule ids stand here alone."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

#: Something was cut, joined, replaced or covered at a place.
EDITED = "integrity.edited"
#: The whole file went through a program: re-wrapped, re-encoded, tags or names altered.
PROCESSED = "integrity.processed"
#: A session lacks one of its files (its label is the session's, not a file's).
FILE_MISSING = "continuity.file_missing"
#: Rules that every file of the set is judged by.
RULES = (EDITED, PROCESSED)

#: Kinds of edits by what they do to a file.
_WAYS = {
    "copied": "cut_gops_odd cut_gops_even stealth_copy cut_under_cover order_changed "
              "insert_same_device",
    "trimmed": "head_trim tail_trim gallery_trim",
    "encoded": "cut_reencoded editor_export stealth cross_fade cut_short insert_other_device",
    "picture": "duplicated freeze mosaic",
    "speed": "speed_changed rate_changed",
    "sound": "mute sound_cut overdub other_sound denoised",
    "clock": "clock_restamped clock_covered",
}  # fmt: skip
_WAY = {kind: way for way, kinds in _WAYS.items() for kind in kinds.split()}

Label = dict[str, Any]


def way_of(kind: str) -> str:
    """What a kind of edit does to a file; the kind itself where it is one of its own."""
    return _WAY.get(kind, kind)


class NotFor(Exception):
    """An edit that this source, device or container does not allow."""


@dataclass(frozen=True)
class Truth:
    """What is true of one file. Seconds count from the first picture that is shown.

    `allowed` are findings that are neither right nor wrong, up to their outcome: a re-wrapped cut
    is processed too, but that is not what it is in the set for. `named`: the time that the file's
    name tells, where it is not the true one.
    """

    expected: tuple[Label, ...] = ()
    allowed: tuple[Label, ...] = ()
    named: datetime | None = None

    def allowing(self, *rules: str, outcome: str = "review") -> Truth:
        """The same, with what may be said of the whole file besides."""
        return replace(self, allowed=self.allowed + tuple(label(rule, outcome) for rule in rules))

    def entry(self) -> dict[str, list[Label]]:
        """The part of a truth file's entry: rules without a label pass."""
        labelled = {one["rule"] for one in self.expected}
        passes = [label(rule, "pass") for rule in RULES if rule not in labelled]
        return {"expected": [*self.expected, *passes], "allowed": list(self.allowed)}


@dataclass
class Entries:
    """What was made so far: entries of the truth file."""

    files: list[dict[str, Any]] = field(default_factory=list)
    sessions: list[dict[str, Any]] = field(default_factory=list)


def label(rule: str, outcome: str, start: float | None = None, end: float | None = None) -> Label:
    """A label as a truth file has it."""
    rounded = [None if at is None else round(float(at), 4) for at in (start, end)]
    return {"rule": rule, "outcome": outcome, "start_s": rounded[0], "end_s": rounded[1]}


def seams(*times: float, outcome: str = "fail") -> Truth:
    """Joins: each at the first picture after it (0 where the head is gone, the end for the tail).

    Whoever joins also writes a new file: that it was processed may be said.
    """
    return Truth(tuple(label(EDITED, outcome, at, at) for at in times)).allowing(PROCESSED)


def stretch(begin: float, end: float, outcome: str = "review") -> Truth:
    """A stretch in which something was replaced, covered, repeated or played at another speed."""
    return Truth((label(EDITED, outcome, begin, end),)).allowing(PROCESSED)


def throughout() -> Truth:
    """Something was replaced from the first second to the last."""
    return Truth((label(EDITED, "review"),)).allowing(PROCESSED)


def processed() -> Truth:
    """The whole file went through a program, and nothing was done at any one place."""
    return Truth((label(PROCESSED, "review"),))
