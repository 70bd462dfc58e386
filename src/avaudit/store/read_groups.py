"""What grouping asks the store: the present recordings, and the groups that there are."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from avaudit.store.connect import WAIT_S
from avaudit.store.read import Row, answer


def present_members(db: Path, wait_s: float = WAIT_S) -> list[Row]:
    """The recording that each path holds now, with the activity of its latest audit, by path."""
    return answer(db, wait_s, "present_members")


def present_troubles(db: Path, wait_s: float = WAIT_S) -> list[Row]:
    """What those audits found wrong with devices. Rows `recording_id, rule_id, code`."""
    return answer(db, wait_s, "present_troubles")


def known_groups(
    db: Path, run_id: str, wait_s: float = WAIT_S
) -> dict[tuple[str, str], str | None]:
    """Every group, by kind and id, with the digest of its input under a run (None: not judged)."""
    found = answer(db, wait_s, "known_groups", run_id=run_id)
    return {(row["kind"], row["subject_id"]): row["input_digest"] for row in found}


def signal_names(db: Path, wait_s: float = WAIT_S) -> dict[str, list[str]]:
    """By a file's digest, the names of what was heard of it, each with its newest version."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in answer(db, wait_s, "signal_names"):
        found[row["sha256"]].append(f"{row['name']} {row['version']}")
    return dict(found)


@dataclass(frozen=True, slots=True)
class Timeline:
    """A session, or an activity with its sessions, as last judged.

    `recordings` are in order, session after session; `gaps` rows of the ledger; `findings` what
    the rules for groups came to, passes left out. `activity` where the register has it.
    """

    name: str
    recordings: tuple[Row, ...]
    gaps: tuple[Row, ...]
    findings: tuple[Row, ...]
    activity: Row | None


def timeline(db: Path, name: str, wait_s: float = WAIT_S) -> Timeline | None:
    """What a session or activity of that id is made of; None where there is neither."""
    recordings = answer(db, wait_s, "timeline_sessions", name=name)
    activity_id = recordings[0]["activity_id"] if recordings else name
    activities = answer(db, wait_s, "activity", activity_id=activity_id)
    if not recordings and not activities:
        return None
    return Timeline(
        name,
        tuple(recordings),
        tuple(answer(db, wait_s, "timeline_gaps", name=name)),
        tuple(answer(db, wait_s, "timeline_findings", name=name)),
        next(iter(activities), None),
    )
