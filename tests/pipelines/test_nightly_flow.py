"""The nightly flow as it runs on a machine that nobody has set Prefect up on."""

from __future__ import annotations

import fcntl
import json
import re
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from support.night import CLI, FLOW, Rows, environment, rows_of, run, tiny_recordings
from support.workers import alive, wait_until, workers_of
from support.workflow import Server

_NUMBER = 20
_NOISE = re.compile(r"Traceback|prefect|nanobind|\| (INFO|WARNING|ERROR)|Warning", re.IGNORECASE)


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_recordings(tmp_path_factory.mktemp("stored") / "recordings", _NUMBER)


@pytest.fixture(scope="module")
def undisturbed(recordings: Path, tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """The rows of an audit of the recordings that nothing interferes with."""
    folder = tmp_path_factory.mktemp("undisturbed")
    done = run((*CLI, "audit", recordings, "--db", folder / "s.duckdb"), environment(), folder)
    assert done.returncode == 0, done.stderr
    rows = rows_of(folder / "s.duckdb")
    assert len(rows["audits"]) == len(rows["recordings"]) == _NUMBER
    assert len(rows["findings"]) > _NUMBER
    return rows


@pytest.fixture(scope="module")
def prefect_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("prefect")


def _started(command: tuple[object, ...], env: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [str(part) for part in command], env=env, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def _children(pid: int) -> list[int]:
    """Process ids of all descendants, whichever thread started them."""
    lists = [task / "children" for task in Path(f"/proc/{pid}/task").iterdir()]
    found = [int(child) for one in lists for child in one.read_text().split()]
    return found + [below for child in found for below in _children(child)]


def test_without_a_server_it_is_quiet_and_a_second_run_skips_everything(
    recordings: Path, prefect_home: Path, undisturbed: Rows, tmp_path: Path
) -> None:
    env = environment(AVAUDIT_PREFECT_HOME=prefect_home)
    first = run((*FLOW, recordings, "--db", "s.duckdb"), env, tmp_path)
    assert first.returncode == 0, first.stderr
    assert "审查结果汇总" in first.stdout
    assert "custody.hash" in first.stdout
    assert f"本次审查 {_NUMBER} 个" in first.stderr
    again = run((*FLOW, recordings, "--db", "s.duckdb", "--lang", "en"), env, tmp_path)
    assert again.returncode == 0, again.stderr
    assert "Summary" in again.stdout or "custody.hash" in again.stdout
    assert f"0 audited now (0 readable in part, 0 not examinable), {_NUMBER}" in again.stderr
    for said in (first.stdout, first.stderr, again.stdout, again.stderr):
        assert not _NOISE.search(said), said
    assert rows_of(tmp_path / "s.duckdb") == undisturbed
    assert rows_of(tmp_path / "s.published.duckdb") == undisturbed
    _artifacts_say(prefect_home / "prefect.db")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "s.custody", "s.duckdb", "s.duckdb.lock", "s.published.duckdb", "s.records",
    ]  # fmt: skip


def _artifacts_say(prefect_db: Path) -> None:
    with sqlite3.connect(prefect_db) as database:
        rows = database.execute(
            "SELECT data, description FROM artifact WHERE key = 'night-summary' ORDER BY created"
        ).fetchall()
    database.close()
    assert len(rows) == 2
    assert f"本次审查 {_NUMBER} 个" in rows[0][1]
    assert f"{_NUMBER} recordings: 0 audited now" in rows[1][1]
    table = json.loads(json.loads(rows[0][0]))
    cell = {row["审查项"].split()[-1]: row for row in table if row["结论"] == "符合"}
    assert int(cell["custody.hash"]["数量"]) == _NUMBER


def test_two_nights_at_once_on_one_store_end_as_one(
    recordings: Path, prefect_home: Path, undisturbed: Rows, tmp_path: Path
) -> None:
    env = environment(AVAUDIT_PREFECT_HOME=prefect_home)
    command = (*FLOW, recordings, "--db", tmp_path / "s.duckdb")
    nights = [_started(command, env) for _ in range(2)]
    said = [night.communicate(timeout=200) for night in nights]
    assert [night.returncode for night in nights] == [0, 0], said
    for out, errors in said:
        assert not _NOISE.search(out + errors), errors
        assert "审查结果汇总" in out
    assert rows_of(tmp_path / "s.duckdb") == undisturbed


def test_a_killed_night_leaves_no_process_behind(
    recordings: Path, prefect_home: Path, tmp_path: Path
) -> None:
    """Its own Prefect server and its workers end with it, also when it cannot end them."""
    env = environment(AVAUDIT_PREFECT_HOME=prefect_home)
    night = _started((*FLOW, recordings, "--db", tmp_path / "s.duckdb"), env)
    assert wait_until(lambda: bool(workers_of(night.pid)), within_s=120)
    left = _children(night.pid)
    assert len(left) >= 3  # guard, server, worker
    night.kill()
    night.communicate()
    assert wait_until(lambda: not any(map(alive, left)))


def _hold(lock: Path, seconds: float) -> None:
    with lock.open("r+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        time.sleep(seconds)


def _runs(prefect_server: Server, name: str) -> dict[str, int]:
    """How often each task of a flow was run, by the name of its recording."""
    flows = prefect_server.ask("flow_runs/filter", sort="START_TIME_DESC")
    newest = {"flow_run_id": {"any_": [flows[0]["id"]]}}
    tasks = prefect_server.ask("task_runs/filter", task_runs=newest, limit=200)
    assert flows[0]["state_name"] == name
    return {task["name"]: task["run_count"] for task in tasks}


def test_what_may_pass_is_tried_again(
    recordings: Path, prefect_server: Server, undisturbed: Rows, tmp_path: Path
) -> None:
    """Another program keeps the record files locked for longer than a task waits for them."""
    env = prefect_server.environment(AVAUDIT_STORE_WAIT_S="0.3")
    night = _started((*FLOW, recordings, "--db", tmp_path / "s.duckdb", "--jobs", "1"), env)
    lock = tmp_path / "s.records" / "append.lock"
    assert wait_until(lock.exists, within_s=60)
    _hold(lock, 2.5)
    out, errors = night.communicate(timeout=120)
    assert night.returncode == 0, errors
    assert "审查结果汇总" in out
    assert rows_of(tmp_path / "s.duckdb") == undisturbed
    counts = _runs(prefect_server, "Completed")
    assert len(counts) == _NUMBER
    assert max(counts.values()) > 1


def test_what_cannot_pass_is_not_tried_again_and_is_said_without_a_traceback(
    recordings: Path, prefect_server: Server, tmp_path: Path
) -> None:
    """The folder of the record files leads nowhere: nothing can be kept."""
    (tmp_path / "s.records").symlink_to(tmp_path / "gone" / "away")
    begun = time.monotonic()
    done = run(
        (*FLOW, recordings, "--db", "s.duckdb", "--jobs", "1"),
        prefect_server.environment(), tmp_path,
    )  # fmt: skip
    assert done.returncode == 1
    assert "s.records" in done.stderr
    counts = _runs(prefect_server, "Failed")
    assert set(counts.values()) <= {0, 1}
    assert 1 <= sum(counts.values()) < _NUMBER
    assert time.monotonic() - begun < 60


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([".", "--rulebook", "nosuch"], "nosuch"),
        (["nowhere"], "没有这个文件或文件夹"),
        ([".", "--register", "none.csv"], "none.csv"),
        ([".", "--jobs", "0"], "jobs"),
        ([".", "--lang", "fr"], "fr"),
        ([], "缺少参数"),
    ],
)
def test_wrong_use_is_said_before_anything_is_started(
    arguments: list[str], says: str, tmp_path: Path
) -> None:
    env = environment(AVAUDIT_PREFECT_HOME=tmp_path / "prefect")
    done = run((*FLOW, *arguments), env, tmp_path)
    assert done.returncode == 2, done.stderr
    assert says in done.stderr
    assert not _NOISE.search(done.stderr), done.stderr
    assert not list(tmp_path.iterdir())
