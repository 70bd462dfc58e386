"""Custody of originals: events bound in a chain, and what is known of each original."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from avaudit.domain.finding import CustodyEvent

#: Digests (lower-case hex) by algorithm: `sha256` always, `sm3` where it was asked for.
Hashes = Mapping[str, str]


class Happened(StrEnum):
    """Kinds of custody events.

    About an original: `detail` of what was hashed holds `size_bytes`, `mtime_ns`, `ctime_ns`.
    `changed` says what was `found` and, where two changed places, `swapped_with`; `missing` says
    `undone` where the place has its earlier content back, and `source` where a whole folder is
    gone (`n` originals); `moved` says `before`. About disclosure: `approved`, `viewed`, `exported`.
    `held` and `released` concern a case. `decided` is about a finding.
    """

    SEEN_FIRST = "seen_first"
    VERIFIED = "verified"
    CHANGED = "changed"
    MISSING = "missing"
    MOVED = "moved"
    RETURNED = "returned"
    UNREADABLE = "unreadable"
    RETENTION_ENDED = "retention_ended"
    EXPORTED = "exported"
    VIEWED = "viewed"
    DECIDED = "decided"
    APPROVED = "approved"
    HELD = "held"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Chained:
    """An event with its place in the chain. `position` counts from 1."""

    position: int
    previous: Hashes
    event: CustodyEvent
    hash: Hashes


@dataclass(frozen=True, slots=True)
class Head:
    """The last event of a chain at some time: whoever keeps it elsewhere can prove what was."""

    position: int
    hash: Hashes
    at: datetime


class State(StrEnum):
    """How an original was found last."""

    WHOLE = "whole"
    CHANGED = "changed"
    SWAPPED = "swapped"
    MISSING = "missing"
    MOVED = "moved"
    UNDONE = "undone"
    UNREADABLE = "unreadable"
    SOURCE_GONE = "source_gone"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class OriginalState:
    """What the custody chain says of an original, for checks. Days of Asia/Shanghai.

    `path` is its place, `other_path` where else it lies or with what it changed places,
    `found_sha256` what its place holds instead. `found_on` is the day on which it was found so,
    `whole_on` the last day on which it was found whole. `quiet_s` is how long before first sight
    nobody had written to it. `kept_until` is the end of its retention (None: no end), `held` says
    that an open case keeps it. `lost` is False where its bytes lie elsewhere under custody. Of a
    source (a folder gone as a whole) `n` counts its originals.
    """

    state: State
    path: str
    sha256: str | None
    other_path: str = ""
    found_sha256: str = ""
    found_on: date | None = None
    whole_on: date | None = None
    quiet_s: float | None = None
    kept_until: date | None = None
    held: bool = False
    lost: bool = True
    n: int = 1
