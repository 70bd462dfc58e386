"""What grouping asks the store: the present recordings, and the groups that there are."""

from __future__ import annotations

from collections import defaultdict
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
