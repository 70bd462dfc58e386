"""Was the recording stored within two working days, and who says so?

What avaudit saw on the storage in time was there in time. Later on only the register knows: its
words are quoted, and what the file system says is held against them. A copy or a move renews a
file's times, so they never prove that anything was late.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pydantic import Field

from avaudit.checks._clocks import believed_clocks, between
from avaudit.checks._declare import CheckParams, check
from avaudit.domain.finding import Measured, Observation
from avaudit.domain.media import Clocks, MediaFacts
from avaudit.domain.register import Activity, Expected
from avaudit.domain.rule import Outcome
from avaudit.domain.storage import Storage
from avaudit.domain.time import SHANGHAI
from avaudit.domain.workdays import Term


class Params(CheckParams):
    """`days`: working days after the day of recording. `near_days`: a clock that lies further
    than this from the activity in the register is not believed alone. Clocks of one recording
    that lie `tolerance_s` apart, or are in another zone's time, are the same."""

    days: int = Field(ge=1, le=4)
    tolerance_s: float = Field(gt=0)
    near_days: int = Field(ge=0, le=31)


#: Differences of two clocks that leave them one clock.
_SAME_CLOCK = ("same", "zone")

_CODES = {
    "register_late": Outcome.FAIL,
    "register_late_provisional": Outcome.REVIEW,
    "register_too_early": Outcome.REVIEW,
    "written_later": Outcome.REVIEW,
    "written_late": Outcome.REVIEW,
    "inode_late": Outcome.REVIEW,
    "nothing_tells": Outcome.OPEN,
    "clock_doubtful": Outcome.OPEN,
    "in_time_provisional": Outcome.PASS,
    "claimed": Outcome.PASS,
    "claimed_after_return": Outcome.PASS,
}


@dataclass(frozen=True, slots=True)
class _Evidence:
    """All that bears on when a recording was stored."""

    storage: Storage
    activity: Activity | None
    params: Params

    @property
    def stored_on(self) -> date | None:
        return _day(self.activity.stored_at) if self.activity else None

    @property
    def returned_on(self) -> date | None:
        return _day(self.activity.returned_at) if self.activity else None


@check("storage.late", codes=_CODES)
def late(
    clocks: Clocks, storage: Storage, expected: Expected, media: MediaFacts | None, params: Params
) -> Measured:
    """Judge by each clock that may be right; where they come to different things, none decides."""
    evidence = _Evidence(storage, expected.activity, params)
    days = _ended_on(clocks, media, evidence)
    if not days:
        return Measured(0.0, cause="no_clock")
    possible = [d for d in days if storage.seen_on is None or d <= storage.seen_on]
    verdicts = [_verdict(day, term, evidence) for day in possible if (term := storage.term(day))]
    if not verdicts:
        return Measured(0.0, cause="clock_ahead")
    outcomes = {_CODES[v.code] if v else Outcome.PASS for v in verdicts}
    if len(outcomes) > 1:
        measured = {"days": [str(day) for day in possible], **_said(possible[0], evidence)}
        return Measured(1.0, (Observation("clock_doubtful", measured=measured),))
    return Measured(1.0, (verdicts[0],) if verdicts[0] else ())


def _ended_on(clocks: Clocks, media: MediaFacts | None, evidence: _Evidence) -> Sequence[date]:
    """The days on which the recording may have ended, the likeliest first.

    A clock in another zone's time tells no day of its own. The register's day counts beside a
    clock that is far from it, and where there is no clock. The last write is no clock of the
    recording's: copying renews it.
    """
    activity, tolerance_s = evidence.activity, evidence.params.tolerance_s
    length_s = (media.duration_s if media else None) or 0.0
    own = believed_clocks(clocks.readings)
    apart = [c for c in own[1:] if between(own[0], c, length_s, tolerance_s) not in _SAME_CLOCK]
    ends = [clock.at + timedelta(seconds=length_s) for clock in (*own[:1], *apart)]
    days = [day for end in ends if (day := _day(end))]
    begun = _day(activity.started_at) if activity else None
    over = (_day(activity.ended_at) if activity else None) or begun
    near = timedelta(days=evidence.params.near_days)
    if begun and over:
        believed = days and all(begun - near <= day <= over + near for day in days)
        days += [] if believed else [over]
    return tuple(dict.fromkeys(days))


def _day(at: datetime | None) -> date | None:
    return at.astimezone(SHANGHAI).date() if at else None


def _verdict(ended_on: date, term: Term, evidence: _Evidence) -> Observation | None:
    """What a recording that ended on a day comes to; None where it was surely stored in time."""
    storage, number = evidence.storage, evidence.params.days
    proofs = [day for day in (storage.seen_on, storage.changed_on) if day and day >= ended_on]
    first = min(proofs, default=None)
    deadline = term.deadline(number)
    if first and first <= deadline.day:
        if not deadline.provisional:
            return None
        return _observation("in_time_provisional", ended_on, term, evidence)
    returned, claimed = evidence.returned_on, "claimed"
    if returned and returned > ended_on and (after := storage.term(returned)):
        term, deadline, claimed = after, after.deadline(number), "claimed_after_return"
        if first and first <= deadline.day:
            return _observation(claimed, ended_on, term, evidence)
    return _observation(_by_claim(ended_on, term, claimed, evidence), ended_on, term, evidence)


def _by_claim(ended_on: date, term: Term, claimed: str, evidence: _Evidence) -> str:
    """The code where only the register and the file's times can tell."""
    storage, stored_on, number = evidence.storage, evidence.stored_on, evidence.params.days
    end = term.deadline(number).day
    written_late = storage.modified_on is not None and storage.modified_on > end
    if stored_on is None:
        if written_late:
            return "written_late"
        return "inode_late" if storage.changed_on and storage.changed_on > end else "nothing_tells"
    if stored_on < ended_on:
        return "register_too_early"
    if stored_on > end:
        late = "register_late"
        return late if term.surely_after(stored_on, number) else f"{late}_provisional"
    return "written_later" if written_late else claimed


def _observation(code: str, ended_on: date, term: Term, evidence: _Evidence) -> Observation:
    deadline = term.deadline(evidence.params.days)
    expected = {"deadline": str(deadline.day), "provisional": deadline.provisional}
    return Observation(code, measured=_said(ended_on, evidence), expected=expected)


def _said(ended_on: date, evidence: _Evidence) -> dict[str, str]:
    """Every day that bears on it; "-" for those nobody tells."""
    storage = evidence.storage
    days = {
        "ended": ended_on,
        "stored": evidence.stored_on,
        "returned": evidence.returned_on,
        "seen": storage.seen_on,
        "modified": storage.modified_on,
        "changed": storage.changed_on,
    }
    return {name: str(day) if day else "-" for name, day in days.items()}
