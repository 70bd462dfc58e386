"""What files tell about the device that made them, over real files that were spoilt."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from avaudit.audit import Auditor
from avaudit.batch import Watcher, run_batch
from avaudit.configuration import configure
from avaudit.ingest.discover import discover
from avaudit.settings import load_settings
from support.forge import Audio, Picture, make, tone
from support.night import ask


def _video(path: Path, tags: dict[str, str] | None = None) -> Path:
    path.parent.mkdir(exist_ok=True)
    make(path, Picture(3.0, fps=5), Audio(tone(3.0, 8000), 8000), tags=tags)
    return path


def _cut(path: Path, share: float) -> None:
    """Keep the first part of a file: as many bytes, and one more where that keeps it whole."""
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share) // 188 * 188 + 100])


def _audit(tmp_path: Path) -> None:
    with Auditor(
        configure(load_settings(db=tmp_path / "s.duckdb", speech_model="none"))
    ) as auditor:
        waiting = auditor.pending(discover([tmp_path / "r"]).recordings)
        assert not run_batch(auditor, waiting, Watcher()).failed
        auditor.finish()


def _came_to(tmp_path: Path, rule: str) -> dict[str, tuple[str, str]]:
    rows = ask(
        tmp_path / "s.duckdb",
        "SELECT path, outcome, cause FROM v_present_result JOIN recordings USING (recording_id) "
        "WHERE rule_id = ?",
        rule,
    )
    return {Path(path).name: (outcome, cause) for path, outcome, cause in rows}


@pytest.mark.parametrize(
    ("suffix", "code"), [("mp4", "no_index"), ("ts", "tail_cut"), ("avi", "cut_off")]
)
def test_a_file_that_was_cut_off_points_to_the_device(
    tmp_path: Path, suffix: str, code: str
) -> None:
    _video(tmp_path / "r" / f"whole.{suffix}")
    _cut(_video(tmp_path / "r" / f"cut.{suffix}"), 0.6)
    _audit(tmp_path)
    assert _came_to(tmp_path, "device.power_loss") == {
        f"whole.{suffix}": ("pass", ""),
        f"cut.{suffix}": ("review", code),
    }
    failed = ask(tmp_path / "s.duckdb", "SELECT DISTINCT rule_id FROM findings WHERE outcome = "
                                        "'fail' AND starts_with(rule_id, 'device.')")  # fmt: skip
    assert failed == []


def test_clocks_of_name_container_and_file_system(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    for name, made in (
        ("DSJ-A3_0000001_20251118_093000.mp4", "2025-11-18T01:30:00Z"),
        ("DSJ-A3_0000002_20251118_093000.mp4", "2025-11-18T09:30:00Z"),
        ("DSJ-A3_0000003_20251118_093000.mp4", "2025-11-17T13:30:00Z"),
        ("DSJ-A3_0000004_20000101_000500.mp4", "2025-11-18T01:30:00Z"),
        ("DSJ-A3_0000005_20981118_093000.mp4", "2025-11-18T01:30:00Z"),
    ):
        _video(folder / name, {"creation_time": made})
    early = _video(folder / "DSJ-A3_0000006_20251118_093000.mp4")
    os.utime(early, (1_700_000_000, 1_700_000_000))  # 2023
    _audit(tmp_path)
    found = _came_to(tmp_path, "device.clock_wrong")
    assert {name[9:14]: came_to for name, came_to in found.items()} == {
        "00001": ("pass", ""),
        "00002": ("pass", "differ_zone"),
        "00003": ("review", "differ_half_day"),
        "00004": ("review", "reset"),
        "00005": ("review", "ahead"),
        "00006": ("review", "written_before"),
    }


def test_a_device_that_loses_power_again_and_again(tmp_path: Path) -> None:
    for day in (18, 19, 20, 21):
        _video(tmp_path / "r" / f"DSJ-A3_0000001_202511{day}_093000.mp4")
        _video(tmp_path / "r" / f"DSJ-A3_0000002_202511{day}_093000.mp4")
    for path in (tmp_path / "r").glob("*_0000001_202511[12][09]_*"):
        _cut(path, 0.6)
    _audit(tmp_path)
    devices = ask(
        tmp_path / "s.duckdb",
        "SELECT subject_id, outcome, cause FROM v_present_result "
        "WHERE rule_id = 'device.repeated' ORDER BY 1",
    )
    assert devices == [
        ("DSJ-A3_0000001", "review", "power_loss"),
        ("DSJ-A3_0000002", "pass", ""),
    ]
    months = ask(
        tmp_path / "s.duckdb",
        "SELECT device, month, n_recordings, n_troubled, n_power_loss, share_troubled "
        "FROM v_device_month ORDER BY device",
    )
    assert months == [
        ("DSJ-A3_0000001", "2025-11", 4, 2, 2, 0.5),
        ("DSJ-A3_0000002", "2025-11", 4, 0, 0, 0.0),
    ]


def test_a_clock_that_drifts_and_one_that_was_set(tmp_path: Path) -> None:
    """Names come from one clock of the device, tags from another."""
    folder = tmp_path / "r"
    for device, off_s in (("0000001", 11.0), ("0000002", 0.0), ("0000003", 0.0)):
        for day in range(6):
            jump_s = 120 if device == "0000003" and day >= 3 else 0
            made = datetime(2025, 11, 3 + day, 1, 30) + timedelta(seconds=off_s * day + jump_s)
            name = f"DSJ-A3_{device}_2025110{3 + day}_093000.mp4"
            _video(folder / name, {"creation_time": f"{made:%Y-%m-%dT%H:%M:%SZ}"})
    _audit(tmp_path)
    came_to = ask(
        tmp_path / "s.duckdb",
        "SELECT subject_id, outcome, cause FROM v_present_result "
        "WHERE rule_id = 'device.clock_drift' ORDER BY 1",
    )
    assert came_to == [
        ("DSJ-A3_0000001", "review", "drift"),
        ("DSJ-A3_0000002", "pass", ""),
        ("DSJ-A3_0000003", "review", "set"),
    ]
    ((measured,),) = ask(
        tmp_path / "s.duckdb", "SELECT evidence ->> '$.measured.s_per_day' FROM findings "
                               "WHERE rule_id = 'device.clock_drift' AND code = 'drift'"
    )  # fmt: skip
    assert float(measured) == pytest.approx(11, abs=0.2)
