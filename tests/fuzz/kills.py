"""Power cuts: nights of audit and verification, killed at random moments and run again.

    python tests/fuzz/kills.py [--kills 50] [--recordings 200] [--each 5] [--by flow] [--seed N]

Nights are the flows of `pipelines/`, or the commands (`--by command`). Each store is killed
`--each` times, wherever its night is by then, and run to the end after that: its rows are those of
an undisturbed night, no event stands twice, the chain is intact. Then comes a new store, until
there were enough kills.
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from avaudit.store.proof import prove
from support.night import CLI, FLOW, ROOT, Rows, ask, environment, rows_of, run, tiny_recordings
from support.workflow import server

Night = tuple[Sequence[str], ...]

#: Sooner than that, Python itself has hardly begun.
_SOONEST_S = 0.2
VERIFY = (sys.executable, str(ROOT / "pipelines" / "verify_originals.py"))


@dataclass(slots=True)
class Killed:
    """How many nights were killed while they were at work, and how many stores they were of."""

    at_work: int = 0
    stores: int = 0
    moments_s: list[float] = field(default_factory=list)


def by_command(stored: Path) -> Night:
    """A night as the command line runs it."""
    return (*CLI, "audit", str(stored)), (*CLI, "verify")


def by_flow(stored: Path) -> Night:
    """A night as the flows run it."""
    return (*FLOW, str(stored), "--db", "avaudit.duckdb"), (*VERIFY, "--db", "avaudit.duckdb")


def killed_nights(
    folder: Path, night: Night, kills: int, each: int, seed: int, env: dict[str, str]
) -> Killed:
    """Kill so many nights in stores below a folder, and compare each with an undisturbed one.

    Raises `AssertionError` where anything is lost, doubled or broken.
    """
    chance, done = random.Random(seed), Killed()
    whole, lasted = _undisturbed(folder / "whole", night, env)
    while done.at_work < kills:
        home = folder / f"killed{done.stores}"
        home.mkdir()
        for moment in _kill(home, night, min(each, kills - done.at_work), lasted, chance, env):
            done.at_work += 1
            done.moments_s.append(moment)
            assert prove(home / "avaudit.duckdb").intact
        for step in night:
            ended = run(step, env, home)
            assert ended.returncode == 0, ended.stderr
        _compare(whole, home / "avaudit.duckdb")
        done.stores += 1
    return done


def _undisturbed(home: Path, night: Night, env: dict[str, str]) -> tuple[Rows, list[float]]:
    """The rows of a night that nobody disturbs, and how long each of its steps took."""
    home.mkdir()
    lasted = []
    for step in night:
        began = time.monotonic()
        ended = run(step, env, home)
        assert ended.returncode == 0, ended.stderr
        lasted.append(time.monotonic() - began)
    return rows_of(home / "avaudit.duckdb"), lasted


def _kill(
    home: Path, night: Night, times: int, lasted: Sequence[float], chance: random.Random,
    env: dict[str, str],
) -> Iterator[float]:  # fmt: skip
    """Run a night's steps and kill them; gives the moment, in seconds, of each kill that met one.

    A step that was killed is begun again; one that came to its end first is followed by the next.
    """
    killed = 0
    while killed < times:  # a night that came through is another night then
        for step, longest in zip(night, lasted, strict=True):
            while killed < times:
                moment = chance.uniform(_SOONEST_S, longest)
                if not _killed_at(home, step, moment, env):
                    break
                killed += 1
                yield moment


def _killed_at(home: Path, step: Sequence[str], moment: float, env: dict[str, str]) -> bool:
    process = subprocess.Popen(
        step, env=env, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        assert process.wait(timeout=moment) == 0
    except subprocess.TimeoutExpired:
        process.kill()
    return process.wait() == -signal.SIGKILL


def _compare(whole: Rows, db: Path) -> None:
    found = rows_of(db)
    for table, rows in whole.items():
        if table != "custody_events":
            assert found[table] == rows, table
    sights = [
        [row for row in rows["custody_events"] if "seen_first" in row] for rows in (whole, found)
    ]
    assert sights[0] == sights[1]
    query = 'SELECT count(*), count(DISTINCT event_id) FROM custody_events WHERE "position" > 0'
    ((events, different),) = ask(db, query)
    proof = prove(db)
    assert proof.intact
    assert events == different == proof.events
    unverified = "SELECT count(*) FROM v_original WHERE state <> 'verified'"
    assert ask(db, unverified) == [(0,)]


def main() -> None:
    """Kill nights and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--recordings", type=int, default=200)
    parser.add_argument("--each", type=int, default=5)
    parser.add_argument("--by", choices=("flow", "command"), default="flow")
    parser.add_argument("--seed", type=int, default=20261123)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, ExitStack() as opened:
        folder = Path(name)
        stored = tiny_recordings(folder / "recordings", given.recordings)
        if given.by == "flow":
            prefect = opened.enter_context(server(folder / "prefect"))
            night, env = by_flow(stored), prefect.environment()
        else:
            night, env = by_command(stored), environment()
        done = killed_nights(folder, night, given.kills, given.each, given.seed, env)
    moments = sorted(done.moments_s)
    sys.stdout.write(
        f"{done.at_work} nights over {given.recordings} recordings killed at work, "
        f"{moments[0]:.1f} to {moments[-1]:.1f} s after they began, in {done.stores} stores: "
        "rows, events and chain whole\n"
    )


if __name__ == "__main__":
    main()
