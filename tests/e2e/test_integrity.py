"""Edited files beside their untouched twins, through a whole audit into the store."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from avaudit.audit import Auditor
from avaudit.batch import Watcher, run_batch
from avaudit.configuration import configure
from avaudit.domain.reference import Reference
from avaudit.enrol import enrol
from avaudit.ingest.discover import discover
from avaudit.isolate import WorkerPool
from avaudit.settings import load_settings
from support.edits import stream_copy
from support.forge import Audio, Picture, make, tone
from support.night import ask

_OPTIONS = {"preset": "veryfast", "g": "25", "bf": "0", "sc_threshold": "0"}
_WEIGHTS = """
version: of a test
genuine_hours: 0.1
weights:
  timeline.sound_step_at_key: {steps: [[1.0, 3.0]], genuine: 50, edited: 50}
  bitstream.idr_pic_id: {steps: [[0.5, 3.0]], genuine: 50, edited: 50}
"""


def _genuine(path: Path, seconds: float) -> Path:
    path.parent.mkdir(exist_ok=True)
    picture = Picture(seconds, "libx264", 25, options=_OPTIONS)
    make(path, picture, Audio(tone(seconds, 44100), 44100))
    return path


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store over a genuine recording, its copy with a stretch cut out, and a re-wrapped one."""
    folder = tmp_path_factory.mktemp("integrity")
    whole = _genuine(folder / "r" / "DSJ-A3_0000001_20251118_093000.mp4", 10.0)
    stream_copy(whole, folder / "r" / "DSJ-A3_0000001_20251118_103000.mp4", [(0, 3.0), (6.0, 10.0)])
    stream_copy(whole, folder / "r" / "DSJ-A3_0000001_20251118_113000.mov", [(0, 10.0)])
    (folder / "weights.yaml").write_text(_WEIGHTS, encoding="utf-8")
    settings = load_settings(
        db=folder / "s.duckdb", speech_model="none", integrity_weights=folder / "weights.yaml"
    )
    twins = [_genuine(folder / "twins" / f"{n}.mp4", 4.0 + n) for n in range(12)]
    with WorkerPool(1, 60.0, 4096) as pool:
        enrolment = enrol(
            discover(twins).recordings, Reference("DSJ-A3"), settings.references_folder, pool,
            configure(settings).names,
        )  # fmt: skip
    assert enrolment.added == len(twins)
    with Auditor(configure(settings)) as auditor:
        waiting = auditor.pending(discover([folder / "r"]).recordings)
        assert not run_batch(auditor, waiting, Watcher()).failed
        auditor.finish()
    return folder / "s.duckdb"


def test_traces_that_agree_are_told_where_they_lie(store: Path) -> None:
    found = ask(
        store,
        "SELECT path, code, outcome, grade, start_s, end_s, evidence, message_zh, message_en "
        "FROM v_present_finding "
        "JOIN recordings USING (recording_id) WHERE rule_id = 'integrity.edited'",
    )
    ((path, code, outcome, grade, start_s, end_s, evidence, message_zh, message_en),) = found
    assert Path(path).name == "DSJ-A3_0000001_20251118_103000.mp4"
    assert (code, outcome, grade) == ("agreeing", "fail", "A")
    assert start_s - 0.1 <= 3.0 <= end_s + 0.1
    told = json.loads(evidence)
    assert {"bitstream.idr_pic_id", "timeline.sound_step_at_key"} <= set(told["measured"])
    assert told["measured"]["calibration"] == "of a test"
    assert "时间线" in message_zh
    assert "time line" in message_en


def test_only_what_the_device_does_not_write_is_called_processed(store: Path) -> None:
    found = ask(
        store,
        "SELECT path, code, grade, evidence FROM v_present_finding "
        "JOIN recordings USING (recording_id) WHERE rule_id = 'integrity.processed'",
    )
    ((path, code, grade, evidence),) = found
    assert (Path(path).suffix, code, grade) == (".mov", "differs", "C")
    told = json.loads(evidence)
    assert told["expected"]["files"] == 12
    assert "container.brands" in told["measured"]


def test_the_axes_are_kept_apart(store: Path) -> None:
    rows = ask(
        store,
        "SELECT path, continuity, originality, completeness, examinability, grade FROM v_integrity",
    )
    told = {Path(row[0]).name[-10:]: row[1:] for row in rows}
    assert told["093000.mp4"] == ("pass", "pass", "pass", "pass", None)
    assert told["103000.mp4"][0] == "fail"
    assert told["103000.mp4"][4] == "A"
    assert told["113000.mov"][1] == "review"
    assert told["113000.mov"][4] == "C"
