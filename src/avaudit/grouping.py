"""Put the recordings of a store into groups, judge those that changed, and keep the judgements."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from avaudit.configuration import Configuration
from avaudit.domain.group import GroupRecord
from avaudit.domain.session import GroupKind, Trouble
from avaudit.domain.time import SHANGHAI
from avaudit.groups import all_groups, judge, member_of, withdrawn
from avaudit.ingest.members import prepared
from avaudit.ingest.sessions import group
from avaudit.store import read, read_groups
from avaudit.store.sync import SyncReport, sync_with


def judge_groups(configuration: Configuration) -> SyncReport:
    """Bring the store up to date, then judge its groups and write those that are new or changed.

    Groups are made of the recordings that lie at their paths now and of every activity that a
    register ever named, not only of what was audited this time. A group that is as it was judged
    before under this run is not judged again. Raises as `store.sync.sync_with` does.
    """
    settings = configuration.settings
    return sync_with(settings.db, lambda: list(_changes(configuration)), settings.store_wait_s)


def _changes(configuration: Configuration) -> Iterable[GroupRecord]:
    """Withdrawals first: what is gone must not claim recordings any more."""
    db, wait_s = configuration.settings.db, configuration.settings.store_wait_s
    the_run, now = configuration.run, datetime.now(SHANGHAI)
    activities = {one.activity_id: one for one in read.activities(db, wait_s)}
    members = [member_of(row) for row in read_groups.present_members(db, wait_s)]
    troubles = [Trouble(**row) for row in read_groups.present_troubles(db, wait_s)]
    named = prepared(members, configuration.names, activities)
    sessions = group(named, activities, configuration.settings.session_gap_s)
    groups = all_groups(sessions, activities.values(), troubles)
    known = read_groups.known_groups(db, the_run.run_id, wait_s)
    there = {(one.kind.value, one.subject_id) for one in groups}
    for kind, subject_id in sorted(known.keys() - there):
        yield withdrawn(GroupKind(kind), subject_id, the_run, now)
    for one in groups:
        if known.get((one.kind.value, one.subject_id)) != one.input_digest:
            yield judge(one, configuration.bound, the_run, now)
