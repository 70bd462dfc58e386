"""kill -9 at any moment of appending, replaying and publishing loses and doubles nothing."""

from __future__ import annotations

import random
import time
from pathlib import Path

from store_values import a_record, dump, said, worker

from avaudit.store.journal import append
from avaudit.store.publish import publish
from avaudit.store.rebuild import rebuild
from avaudit.store.sync import sync

_KILLS = 12
_RECORDS = 10_000  # more than a worker gets to write before it is killed


def _killed_after(db: Path, first: int, pause_s: float) -> int:
    """Let a worker write from a number on, kill it after a pause; gives the next number."""
    process = worker("write", db, first, _RECORDS)
    try:
        assert said(process) == "ready"
        time.sleep(pause_s)
    finally:
        process.kill()
        written, _ = process.communicate(timeout=60)
    acknowledged = [int(line) for line in written.splitlines()]
    return acknowledged[-1] + 1 if acknowledged else first


def test_killed_writers_leave_a_store_like_an_undisturbed_one(tmp_path: Path) -> None:
    db, alone = tmp_path / "killed.duckdb", tmp_path / "alone.duckdb"
    chance, following = random.Random(), 0
    for _ in range(_KILLS):
        following = _killed_after(db, following, chance.uniform(0.0, 0.6))
    append(db, [a_record(following)])
    report = sync(db)
    append(alone, [a_record(number) for number in range(following + 1)])
    sync(alone)
    assert dump(db) == dump(alone)
    # A torn line is never a record that was acknowledged: those are compared above.
    assert {problem.key for problem in report.problems} <= {"store.line_damaged"}
    assert dump(publish(db)) == dump(alone)
    rebuild(db)
    assert dump(db) == dump(alone)
