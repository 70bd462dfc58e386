"""What was judged of a group of recordings: the unit that is written, replayed and shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from avaudit.domain.finding import Finding, Gap, Result, Run
from avaudit.domain.session import GroupKind


@dataclass(frozen=True, slots=True)
class GroupRecord:
    """All that one judgement of one group says.

    `members` are the recordings of a session in order; activities and devices name none, theirs
    are told by the sessions' `activity_id` and the recordings' `device_id`. `input_digest` names
    what was judged, so that the same group under the same run is written once. A record that is
    `withdrawn` says that there is no such group any more: it takes away what was judged of it
    under every run.
    """

    run: Run
    kind: GroupKind
    subject_id: str
    input_digest: str
    members: tuple[str, ...] = ()
    activity_id: str | None = None
    device_id: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    results: tuple[Result, ...] = ()
    findings: tuple[Finding, ...] = ()
    gaps: tuple[Gap, ...] = ()
    withdrawn: bool = False
    judged_at: datetime | None = None
