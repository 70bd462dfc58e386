"""Power cuts: nights of audit and verification, killed at random moments and run again.

    python tests/fuzz/kills.py [--kills 50] [--recordings 20] [--seed N]

At the end the rows are those of undisturbed nights, no event stands twice, the chain is intact.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from avaudit.store.proof import prove
from support.night import CLI, ask, environment, rows_of, run, tiny_recordings

_LONGEST_S = 8.0


def killed_nights(folder: Path, kills: int, recordings: int, seed: int) -> int:
    """Kill so many nights in a folder, then compare; gives how many were still at work.

    Raises `AssertionError` where anything is lost, doubled or broken.
    """
    chance = random.Random(seed)
    stored = tiny_recordings(folder / "recordings", recordings)
    nights = ((*CLI, "audit", str(stored)), (*CLI, "verify"))
    alone, killed = folder / "alone", folder / "killed"
    for home in (alone, killed):
        home.mkdir()
    for night in nights:
        assert run(night, environment(), alone).returncode == 0
    db, at_work = killed / "avaudit.duckdb", 0
    for number in range(kills):
        night = nights[0] if number < kills / 2 else nights[1]
        process = subprocess.Popen(
            night, env=environment(), cwd=killed,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(chance.uniform(0.3, _LONGEST_S))
        at_work += process.poll() is None
        process.kill()
        process.wait()
        assert prove(db).intact
    for night in nights:
        done = run(night, environment(), killed)
        assert done.returncode == 0, done.stderr
    _compare(alone / "avaudit.duckdb", db)
    return at_work


def _compare(whole: Path, db: Path) -> None:
    expected, found = rows_of(whole), rows_of(db)
    seen = [
        [row for row in rows.pop("custody_events") if "seen_first" in row]
        for rows in (expected, found)
    ]
    assert seen[0] == seen[1]
    assert found == expected
    query = 'SELECT count(*), count(DISTINCT event_id) FROM custody_events WHERE "position" > 0'
    ((events, different),) = ask(db, query)
    assert events == different == prove(db).events
    assert prove(db).intact


def main() -> None:
    """Kill nights and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--recordings", type=int, default=20)
    parser.add_argument("--seed", type=int, default=20261123)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        at_work = killed_nights(Path(folder), given.kills, given.recordings, given.seed)
    sys.stdout.write(
        f"{given.kills} kills, {at_work} of them at work: rows, events and chain whole\n"
    )


if __name__ == "__main__":
    main()
