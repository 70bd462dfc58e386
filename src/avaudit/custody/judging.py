"""Have the rules for originals judge what the custody chain says of each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from avaudit import codec
from avaudit.configuration import Configuration
from avaudit.custody.originals import Original, is_over, original_of
from avaudit.domain.custody import Happened, OriginalState, State
from avaudit.domain.group import GroupRecord
from avaudit.domain.register import Activity
from avaudit.domain.retention import kept_until, retention_of
from avaudit.domain.session import GroupKind
from avaudit.domain.time import SHANGHAI
from avaudit.groups import Group, judge_told
from avaudit.store import chained, read, read_groups
from avaudit.store.sync import SyncReport, sync_with


def judge_originals(configuration: Configuration) -> SyncReport:
    """Bring the store up to date, then judge every original that was verified once.

    What is as it was judged before under this run is not judged again: a pass says that the
    original was whole when it was read last, and when that was is in the chain. Raises as
    `store.sync.sync_with` does.
    """
    settings = configuration.settings
    return sync_with(settings.db, lambda: list(_changes(configuration)), settings.store_wait_s)


def _changes(configuration: Configuration) -> Iterator[GroupRecord]:
    db, wait_s = configuration.settings.db, configuration.settings.store_wait_s
    the_run, now = configuration.run, datetime.now(SHANGHAI)
    known = read_groups.known_groups(db, the_run.run_id, wait_s)
    for group in groups_of_originals(configuration, now.date()):
        if known.get((group.kind.value, group.subject_id)) != group.input_digest:
            yield judge_told(group, configuration.bound, the_run, now)


def groups_of_originals(configuration: Configuration, today: date) -> Iterator[Group]:
    """Every original that was verified, and every source that was gone, as a subject of rules."""
    db, wait_s = configuration.settings.db, configuration.settings.store_wait_s
    keeping = Keeping(configuration)
    for row in chained.originals(db, wait_s):
        one = original_of(row)
        if one.checked_at is None:
            continue
        told = state_of(one, keeping, today)
        yield _group(one.recording_id, told, one.activity_id, row["started_at"], one.recording_id)
    for row in chained.sources(db, wait_s):
        yield _group(row["recording_id"], _source(row), None, None, None)


def source_id(folder: str) -> str:
    """What a source is called as a subject of rules."""
    return hashlib.sha256(f"source\0{folder}".encode()).hexdigest()[:16]


class Keeping:
    """How long originals are kept, under a configuration and the store's activities and holds."""

    def __init__(self, configuration: Configuration) -> None:
        db, wait_s = configuration.settings.db, configuration.settings.store_wait_s
        self._classes = configuration.book.retention
        self._activities: Mapping[str, Activity] = {
            one.activity_id: one for one in read.activities(db, wait_s)
        }
        self._held = chained.held_cases(db, wait_s)

    def until(self, one: Original) -> date | None:
        """The last day on which an original must be kept; None where there is no end."""
        activity = self._activities.get(one.activity_id or "")
        ends = [one.first_at, one.started_at, activity.ended_at if activity else None]
        last = max(at for at in ends if at).astimezone(SHANGHAI).date()
        return kept_until(last, retention_of(activity, self._classes))

    def held(self, one: Original) -> bool:
        """Whether an open case keeps it."""
        activity = self._activities.get(one.activity_id or "")
        names = {one.recording_id, one.activity_id, activity.case_no if activity else None}
        return bool(self._held & {name for name in names if name})

    def over(self, one: Original, today: date) -> bool:
        """Whether it need not be kept any more."""
        return not self.held(one) and is_over(self.until(one), today)


def state_of(one: Original, keeping: Keeping, today: date) -> OriginalState:
    """What checks are told of an original. Of one that is whole nothing that changes by itself."""
    if one.state is State.WHOLE:
        return OriginalState(State.WHOLE, one.place, one.sha256)
    over = keeping.over(one, today)
    return OriginalState(
        state=State.ENDED if over and one.state in _GONE else one.state,
        path=one.first_path if one.state is State.MOVED else one.place,
        sha256=one.sha256,
        other_path=_other(one),
        found_sha256=str(one.detail.get("found", "")),
        found_on=_day(one.checked_at),
        whole_on=_day(one.whole_at or one.first_at),
        quiet_s=round(one.quiet_s, 1) if one.quiet_s is not None else None,
        kept_until=keeping.until(one),
        held=keeping.held(one),
        lost=bool(one.detail.get("lost", True)),
    )


_GONE = (State.MISSING, State.CHANGED, State.UNDONE, State.ENDED)


def _other(one: Original) -> str:
    if one.state is State.MOVED:
        return one.place
    return str(one.detail.get("swapped_with") or one.detail.get("elsewhere") or "")


def _source(row: Mapping[str, Any]) -> OriginalState:
    gone = row["kind"] == Happened.MISSING
    state = State.SOURCE_GONE if gone else State.WHOLE
    number = int((row["detail"] or {}).get("n", 1))
    found_on = _day(row["happened_at"]) if gone else None
    return OriginalState(state, row["path"], None, found_on=found_on, n=number)


def _day(at: datetime | None) -> date | None:
    return at.astimezone(SHANGHAI).date() if at else None


def _group(
    subject_id: str, told: OriginalState, activity_id: str | None, started_at: datetime | None,
    recording_id: str | None,
) -> Group:  # fmt: skip
    if started_at is not None:
        started_at = started_at.astimezone(SHANGHAI)
    facts = {"told": told, "activity_id": activity_id, "started_at": started_at}
    return Group(
        GroupKind.ORIGINAL,
        subject_id,
        codec.digest(facts),
        {OriginalState: told},
        activity_id=activity_id,
        started_at=started_at,
        recording_id=recording_id,
    )
