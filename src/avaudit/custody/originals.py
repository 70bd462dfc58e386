"""Originals as the custody chain has them, and what a look at their places says of each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from avaudit.custody.reading import Facts, Seen
from avaudit.domain.custody import Happened, State

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Original:
    """An original under custody.

    `place` is where it was last known to lie whole, `first_path` where it was seen first.
    `happened` and `detail` are those of the last event that says how it is; `facts` is what stat
    said when it was whole last. `checked_at` is None before its first verification, and so is
    `read_order`, which is less for what was read earlier. `quiet_s` is how long nobody had written
    to it when it was seen first.
    """

    recording_id: str
    sha256: str
    place: str
    first_path: str
    first_at: datetime
    happened: Happened
    detail: Mapping[str, Any] = field(default_factory=dict)
    facts: Facts | None = None
    whole_at: datetime | None = None
    checked_at: datetime | None = None
    activity_id: str | None = None
    started_at: datetime | None = None
    quiet_s: float | None = None
    read_order: int | None = None

    @property
    def state(self) -> State:
        """How it was found last."""
        match self.happened:
            case Happened.CHANGED:
                return State.SWAPPED if self.detail.get("swapped_with") else State.CHANGED
            case Happened.MISSING:
                return State.UNDONE if self.detail.get("undone") else State.MISSING
            case Happened.UNREADABLE:
                return State.UNREADABLE
            case Happened.RETENTION_ENDED:
                return State.ENDED
        return State.WHOLE if self.place == self.first_path else State.MOVED

    @property
    def disputed(self) -> bool:
        """Whether it was not found whole last: it is looked at first."""
        return self.state not in (State.WHOLE, State.MOVED)

    def changed_since(self, now: Seen) -> bool:
        """Whether stat tells that somebody was at the file since it was found whole last."""
        return self.facts is None or now.facts != self.facts


def original_of(row: Row) -> Original:
    """From a row of `store.chained.originals`."""
    known = row["facts"] or row
    values = [known[name] for name in ("size_bytes", "mtime_ns", "ctime_ns")]
    facts = Facts(*map(int, values)) if None not in values else None
    mtime_ns = row["mtime_ns"]
    quiet_s = row["first_at"].timestamp() - mtime_ns / 1e9 if mtime_ns else None
    return Original(
        recording_id=row["recording_id"],
        sha256=row["sha256"],
        place=row["place"],
        first_path=row["first_path"],
        first_at=row["first_at"],
        happened=Happened(row["state"]),
        detail=row["detail"] or {},
        facts=facts,
        whole_at=row["whole_at"],
        checked_at=row["checked_at"],
        activity_id=row["activity_id"],
        started_at=row["started_at"],
        quiet_s=quiet_s,
        read_order=row["read_order"],
    )


@dataclass(frozen=True, slots=True)
class Verdict:
    """How an original was found. `other_path` is where else, or with what it changed places."""

    state: State
    other_path: str = ""
    found: str = ""
    lost: bool = True
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Around:
    """What else is known of the places of originals: which were expected there, what lies there."""

    expected: Mapping[str, Sequence[Original]]
    seen: Mapping[str, Seen]
    paths: Mapping[str, Collection[str]]

    @classmethod
    def of(cls, originals: Sequence[Original], seen: Mapping[str, Seen]) -> Around:
        """From all originals and all that was read."""
        expected: dict[str, list[Original]] = {}
        for one in originals:
            expected.setdefault(one.place, []).append(one)
        paths: dict[str, list[str]] = {}
        for path, what in seen.items():
            if what.sha256:
                paths.setdefault(what.sha256, []).append(path)
        return cls(expected, seen, paths)


def judge_place(one: Original, around: Around) -> Verdict:
    """What became of an original, from what lies at its place and elsewhere now."""
    here = around.seen[one.place]
    if here.sha256 == one.sha256:
        return Verdict(State.WHOLE)
    if not here.absent and here.sha256 is None:
        return Verdict(State.UNREADABLE, reason=here.trouble)
    return _judge_other(one, here.sha256 or "", around)


def _judge_other(one: Original, found: str, around: Around) -> Verdict:
    """What became of an original whose place holds nothing, or something else (`found`)."""
    elsewhere = sorted(set(around.paths.get(one.sha256, ())) - {one.place})
    earlier = {
        other.sha256
        for other in around.expected.get(one.place, ())
        if other.first_at < one.first_at
    }
    if one.first_path in elsewhere:
        return Verdict(State.WHOLE, one.first_path)
    if found in earlier:
        return Verdict(State.UNDONE, elsewhere[0] if elsewhere else "", found, not elsewhere)
    for path in elsewhere:
        if found and any(other.sha256 == found for other in around.expected.get(path, ())):
            return Verdict(State.SWAPPED, path, found, lost=False)
    # Where the same bytes are another original's, this one was not moved there.
    free = [path for path in elsewhere if not _is_of_another(path, one, around)]
    if free:
        return Verdict(State.MOVED, free[0], found, lost=False)
    if elsewhere and not found:
        return Verdict(State.MISSING, elsewhere[0], lost=False)
    return Verdict(State.CHANGED if found else State.MISSING, "", found)


def _is_of_another(path: str, one: Original, around: Around) -> bool:
    return any(
        other.sha256 == one.sha256 and other.recording_id != one.recording_id
        for other in around.expected.get(path, ())
    )


def is_over(last_day: date | None, today: date) -> bool:
    """Whether a retention whose last day that is has ended."""
    return last_day is not None and last_day < today
