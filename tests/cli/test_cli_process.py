"""The command line as a process: stopped, cut off from its reader, without a network."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from avaudit.i18n import LANGUAGES, say
from support.night import CLI, ask, can_cut_network, environment, rows_of, run, tiny_recordings
from support.workers import alive, wait_until, workers_of

_NUMBER = 60


def test_ctrl_c_stops_at_once_and_the_next_audit_goes_on_from_there(tmp_path: Path) -> None:
    folder = tiny_recordings(tmp_path / "r", _NUMBER)
    whole = run((*CLI, "audit", folder, "--db", "whole.duckdb"), environment(), tmp_path)
    assert whole.returncode == 0, whole.stderr
    audit = subprocess.Popen(
        [*CLI, "audit", str(folder), "--db", "s.duckdb", "--jobs", "1"], cwd=tmp_path,
        env=environment(), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert wait_until(lambda: any(tmp_path.glob("s.records/*.jsonl")), within_s=60)
    workers = workers_of(audit.pid)
    audit.send_signal(signal.SIGINT)
    _, told = audit.communicate(timeout=60)
    assert audit.returncode == 130, told
    assert "已按要求停止" in told
    assert "Traceback" not in told
    assert workers
    assert not any(map(alive, workers))
    ((kept,),) = ask(tmp_path / "s.duckdb", "SELECT count(*) FROM recordings")
    assert 0 < kept < _NUMBER
    again = run((*CLI, "audit", folder, "--db", "s.duckdb"), environment(), tmp_path)
    assert again.returncode == 0, again.stderr
    assert f"以前已审查 {kept} 个" in again.stderr
    assert rows_of(tmp_path / "s.duckdb") == rows_of(tmp_path / "whole.duckdb")


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    folder = tiny_recordings(tmp_path / "r", 10)
    assert run((*CLI, "audit", folder), environment(), tmp_path).returncode == 0
    for command in (("findings",), ("findings", "--format", "csv"),
                    ("sql", "SELECT * FROM signals, results", "--format", "csv")):  # fmt: skip
        reader = subprocess.Popen(
            [*CLI, *command], cwd=tmp_path, env=environment(), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert reader.stdout is not None
        assert reader.stderr is not None
        reader.stdout.close()
        told = reader.stderr.read()
        reader.stderr.close()
        assert reader.wait(60) == 0, told
        assert told == ""


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory, samples: Path, models_dir: Path) -> Path:
    """A store with what was heard, made where there is no network at all."""
    folder = tmp_path_factory.mktemp("spoken")
    (folder / "r").mkdir()
    for name in ("DSJ-A2_0000417_20261119_163100.wmv", "DSJ-A3_0001235_20261120_160100.mp4"):
        shutil.copy2(samples / name, folder / "r")
    env = environment(AVAUDIT_SPEECH_MODEL="whisper-base", AVAUDIT_MODELS_DIR=models_dir)
    register = samples / "register.csv"
    command = (*CLI, "audit", "r", "--register", register, "--db", "s.duckdb")
    done = run(command, env, folder, ("unshare", "-n") if can_cut_network() else ())
    assert done.returncode == 0, done.stderr
    assert "未能判定”。" not in done.stderr
    return folder


def test_speech_is_recognised_without_a_network(spoken: Path) -> None:
    if not can_cut_network():
        pytest.skip("network namespaces cannot be made here")
    ((said,),) = ask(spoken / "s.duckdb", "SELECT count(*) FROM transcript_segments")
    assert said > 5


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_explanation_has_all_its_sections(lang: str, spoken: Path) -> None:
    query = "findings", "--rule", "statement.present", "--format", "json", "--db", "s.duckdb"
    rows = json.loads(run((*CLI, *query), environment(), spoken).stdout)
    ((finding),) = [row["finding_id"] for row in rows if row["outcome"] == "fail"]
    command = (*CLI, "explain", finding, "--db", "s.duckdb", "--lang", lang)
    done = run(command, environment(), spoken)
    assert done.returncode == 0, done.stderr
    names = (
        "measured", "heard", "rationale", "innocent", "settles", "param", "coverage", "rule",
        "severity", "sha256", "started_at", "span", "run",
    )  # fmt: skip
    for name in names:
        assert say(f"report.{name}", lang) in done.stdout, name
    assert say("report.article", lang, n="14") in done.stdout
    assert not re.search(r"\{\w+\}|(report|cli|checks)\.[a-z]", done.stdout)
    assert re.search(r"[\u4e00-\u9fff]{4}", done.stdout)  # what was heard, in either language
