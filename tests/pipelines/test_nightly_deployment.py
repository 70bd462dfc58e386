"""The deployment as it is shipped: taken by a real server and run by a real worker."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from support.night import CLI, ROOT, environment, rows_of, run, tiny_recordings
from support.workflow import Server

_PREFECT = (sys.executable, "-m", "prefect")
_FILE = ROOT / "pipelines" / "prefect.yaml"


@pytest.fixture(scope="module")
def deployed(prefect_server: Server, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of whoever runs the deployment, after it was made."""
    env = prefect_server.environment(AVAUDIT_HOME=ROOT)
    folder = tmp_path_factory.mktemp("deploying")
    pool = run((*_PREFECT, "work-pool", "create", "avaudit", "--type", "process"), env, folder)
    assert pool.returncode == 0, pool.stderr
    command = (*_PREFECT, "--no-prompt", "deploy", "--all", "--prefect-file", _FILE)
    made = run(command, env, ROOT)
    assert made.returncode == 0, made.stdout + made.stderr
    return env


def test_every_deployment_names_a_flow_of_this_project() -> None:
    described = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    for deployment in described["deployments"]:
        file, _, name = deployment["entrypoint"].partition(":")
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8")


def test_the_server_takes_the_schedule_for_what_it_says(
    prefect_server: Server, deployed: dict[str, str]
) -> None:
    nightly, verify = sorted(prefect_server.ask("deployments/filter"), key=lambda d: d["name"])
    assert (nightly["name"], verify["name"]) == ("nightly", "verify")
    assert verify["entrypoint"] == "pipelines/verify_originals.py:verify_originals"
    assert verify["schedules"][0]["schedule"]["cron"] == "0 3 * * *"
    assert set(verify["parameters"]) <= set(verify["parameter_openapi_schema"]["properties"])
    assert nightly["entrypoint"] == "pipelines/nightly_audit.py:nightly_audit"
    assert nightly["global_concurrency_limit"]["limit"] == 1
    (schedule,) = nightly["schedules"]
    assert schedule["active"]
    assert schedule["schedule"]["cron"] == "0 22 * * *"
    assert ZoneInfo(schedule["schedule"]["timezone"]).key == "Asia/Shanghai"
    assert set(nightly["parameters"]) <= set(nightly["parameter_openapi_schema"]["properties"])


def test_a_worker_runs_the_deployment_to_its_end(
    prefect_server: Server, deployed: dict[str, str], tmp_path: Path
) -> None:
    recordings = tiny_recordings(tmp_path / "recordings", 3)
    given = {"paths": [str(recordings)], "register_file": None, "db": str(tmp_path / "s.duckdb")}
    asked = run(
        (*_PREFECT, "deployment", "run", "avaudit-nightly/nightly", "--params", json.dumps(given)),
        deployed, tmp_path,
    )  # fmt: skip
    assert asked.returncode == 0, asked.stderr
    worker = run(
        (*_PREFECT, "worker", "start", "--pool", "avaudit", "--run-once"), deployed, tmp_path
    )
    assert worker.returncode == 0, worker.stderr
    assert "Traceback" not in worker.stdout + worker.stderr, worker.stderr
    (night,) = prefect_server.ask(
        "flow_runs/filter", deployments={"name": {"any_": ["nightly"]}},
        flow_runs={"state": {"type": {"not_any_": ["SCHEDULED"]}}},
    )  # fmt: skip
    assert night["state_name"] == "Completed"
    artifacts = prefect_server.ask(
        "artifacts/filter", artifacts={"flow_run_id": {"any_": [night["id"]]}}
    )
    assert [artifact["key"] for artifact in artifacts] == ["night-summary"]
    env = environment()
    same = run((*CLI, "audit", recordings, "--db", tmp_path / "t.duckdb"), env, tmp_path)
    assert same.returncode == 0, same.stderr
    assert rows_of(tmp_path / "s.duckdb") == rows_of(tmp_path / "t.duckdb")
