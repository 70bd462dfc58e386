"""Power cuts: the flow is killed again and again, and what it kept in the end is all there is."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

from avaudit.store.proof import prove
from support.night import CLI, FLOW, Rows, environment, rows_of, run, tiny_recordings
from support.workers import alive, wait_until, workers_of
from support.workflow import Server

_NUMBER = 36
#: Kills at so many records kept since the run began, at random a little after it;
#: 0 is before the first one, None as soon as the process is there.
_MOMENTS = (0, 3, None, 5, 1, 4)


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_recordings(tmp_path_factory.mktemp("stored") / "recordings", _NUMBER)


@pytest.fixture(scope="module")
def undisturbed(recordings: Path, tmp_path_factory: pytest.TempPathFactory) -> Rows:
    folder = tmp_path_factory.mktemp("undisturbed")
    done = run((*CLI, "audit", recordings, "--db", folder / "s.duckdb"), environment(), folder)
    assert done.returncode == 0, done.stderr
    rows = rows_of(folder / "s.duckdb")
    assert len(rows["audits"]) == len(rows["recordings"]) == _NUMBER
    assert len(rows["findings"]) > _NUMBER
    return rows


def _kept(folder: Path) -> int:
    return sum(file.read_bytes().count(b"\n") for file in folder.glob("s.records/*.jsonl"))


def _killed(
    recordings: Path, env: dict[str, str], folder: Path, moment: int | None, chance: random.Random
) -> bool:
    """Start a night and kill it; whether it was still at work then."""
    before = _kept(folder)
    night = subprocess.Popen(
        [*FLOW, str(recordings), "--db", str(folder / "s.duckdb"), "--jobs", "2"],
        env=env, cwd=folder, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    workers: list[int] = []
    if moment is not None:
        assert wait_until(lambda: bool(workers_of(night.pid)) or night.poll() is not None, 60)
        wait_until(lambda: _kept(folder) >= before + moment or night.poll() is not None, 60)
        workers = workers_of(night.pid)
    time.sleep(chance.uniform(0.0, 0.15))
    workers = sorted({*workers, *workers_of(night.pid)})
    with suppress(ProcessLookupError):  # done already
        if chance.random() < 0.5:
            os.kill(night.pid, signal.SIGKILL)
        else:
            os.killpg(night.pid, signal.SIGKILL)
    night.wait()
    assert wait_until(lambda: not any(map(alive, workers))), "a worker outlived its night"
    assert moment is None or night.returncode == 0 or workers
    return night.returncode == -signal.SIGKILL


def test_nights_killed_at_any_moment_add_up_to_an_undisturbed_one(
    recordings: Path, prefect_server: Server, undisturbed: Rows, tmp_path: Path
) -> None:
    env = prefect_server.environment()
    chance = random.Random(20261123)
    killed = [_killed(recordings, env, tmp_path, moment, chance) for moment in _MOMENTS]
    assert sum(killed) >= 5
    assert _kept(tmp_path) > 0
    last = run((*FLOW, recordings, "--db", "s.duckdb"), env, tmp_path)
    assert last.returncode == 0, last.stderr
    assert rows_of(tmp_path / "s.duckdb") == undisturbed
    assert rows_of(tmp_path / "s.published.duckdb") == undisturbed
    proof = prove(tmp_path / "s.duckdb")
    assert proof.intact
    assert proof.events == _NUMBER


def test_a_store_made_anew_after_kills_is_the_same(
    recordings: Path, undisturbed: Rows, tmp_path: Path
) -> None:
    """Killed while it works on the command line, then rebuilt from the record files alone."""
    for records in (2, 8):
        audit = subprocess.Popen(
            [*CLI, "audit", str(recordings), "--db", "s.duckdb"], env=environment(), cwd=tmp_path,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert wait_until(lambda: _kept(tmp_path) >= records, 60)  # noqa: B023
        audit.kill()
        audit.wait()
    done = run((*CLI, "audit", recordings, "--db", "s.duckdb"), environment(), tmp_path)
    assert done.returncode == 0, done.stderr
    (tmp_path / "s.duckdb").write_bytes(b"not a database")
    made = run((*CLI, "rebuild", "--db", "s.duckdb"), environment(), tmp_path)
    assert made.returncode == 0, made.stderr
    assert rows_of(tmp_path / "s.duckdb") == undisturbed
