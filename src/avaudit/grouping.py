"""Put the recordings of a store into groups, judge those that changed, and keep the judgements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from avaudit.configuration import Configuration
from avaudit.domain.boundary import Restart, Restarts
from avaudit.domain.group import GroupRecord
from avaudit.domain.session import GroupKind, Member, Session, Trouble
from avaudit.domain.signal import DigitalSilence, Speech, Transcript
from avaudit.domain.time import SHANGHAI
from avaudit.duties import Duties
from avaudit.groups import Group, all_groups, judge, member_of, withdrawn
from avaudit.ingest.members import prepared
from avaudit.ingest.sessions import group
from avaudit.kept import as_values, current_signals
from avaudit.store import read, read_groups
from avaudit.store.sync import SyncReport, sync_with
from avaudit.surroundings import restarting

#: What was heard is looked up for so many groups at once: memory stays flat.
_TOGETHER = 200
_HEARD = (DigitalSilence.NAME, Speech.NAME, Transcript.NAME)


def judge_groups(configuration: Configuration) -> SyncReport:
    """Bring the store up to date, then judge its groups and write those that are new or changed.

    Groups are made of the recordings that lie at their paths now and of every activity that a
    register ever named, not only of what was audited this time. A group that is as it was judged
    before under this run is not judged again. Raises as `store.sync.sync_with` does.
    """
    settings = configuration.settings
    return sync_with(settings.db, lambda: list(_changes(configuration)), settings.store_wait_s)


def _changes(configuration: Configuration) -> Iterator[GroupRecord]:
    """Withdrawals first: what is gone must not claim recordings any more."""
    db, wait_s = configuration.settings.db, configuration.settings.store_wait_s
    the_run, now = configuration.run, datetime.now(SHANGHAI)
    groups = _groups(configuration, now)
    known = read_groups.known_groups(db, the_run.run_id, wait_s)
    there = {(one.kind.value, one.subject_id) for one in groups}
    gone = (one for one in known.keys() - there if one[0] != GroupKind.ORIGINAL)
    for kind, subject_id in sorted(gone):  # originals are never withdrawn: see `custody.judging`
        yield withdrawn(GroupKind(kind), subject_id, the_run, now)
    changed = [g for g in groups if known.get((g.kind.value, g.subject_id)) != g.input_digest]
    for first in range(0, len(changed), _TOGETHER):
        together = changed[first : first + _TOGETHER]
        heard = _heard(configuration, together)
        for one in together:
            restarts = _restarts(one, heard)
            yield judge(one, restarts, configuration.bound, the_run, now)


def _groups(configuration: Configuration, now: datetime) -> list[Group]:
    """Every group that there is, with all that its checks are told and what it depends on."""
    db, wait_s = configuration.settings.db, configuration.settings.store_wait_s
    activities = {one.activity_id: one for one in read.activities(db, wait_s)}
    members = [member_of(row) for row in read_groups.present_members(db, wait_s)]
    troubles = [Trouble(**row) for row in read_groups.present_troubles(db, wait_s)]
    named = prepared(members, configuration.names, activities)
    sessions = group(named, activities, configuration.settings.session_gap_s)
    measured = read_groups.signal_names(db, wait_s)
    duties = Duties(
        configuration.book.matters, configuration.calendar, activities.values(), members, now
    )
    groups = all_groups(sessions, activities.values(), troubles, measured)
    return [one.telling(duties.told(one.told)) for one in groups]


def _heard(configuration: Configuration, groups: Sequence[Group]) -> Mapping[str, Restart]:
    """By the file's digest, what was heard in recordings that follow others."""
    settings = configuration.settings
    wanted = {m.sha256 for one in groups for m in _restarting(one) if m.sha256}
    found = {}
    for sha256, signals in read.signals_of(settings.db, wanted, settings.store_wait_s).items():
        heard = {n: s for n, s in signals.items() if n.partition("@")[0] in _HEARD}
        values = as_values(current_signals(heard, configuration.speech))
        transcript, speech = values.get(Transcript), values.get(Speech)
        silence = values.get(DigitalSilence)
        found[sha256] = Restart(
            "",
            transcript if isinstance(transcript, Transcript) else None,
            speech if isinstance(speech, Speech) else None,
            silence if isinstance(silence, DigitalSilence) else None,
        )
    return found


def _restarting(one: Group) -> tuple[Member, ...]:
    session = one.told.get(Session)
    return restarting(session) if isinstance(session, Session) else ()


def _restarts(one: Group, heard: Mapping[str, Restart]) -> Restarts:
    return Restarts(
        tuple(
            Restart(member.recording_id, known.transcript, known.speech, known.silence)
            for member in _restarting(one)
            if (known := heard.get(member.sha256 or ""))
        )
    )
