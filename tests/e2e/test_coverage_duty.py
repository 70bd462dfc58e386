"""What must be recorded, over real files and a register: judged once for all that a store holds."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from avaudit.audit import Auditor
from avaudit.batch import Watcher, run_batch
from avaudit.configuration import configure
from avaudit.domain.time import SHANGHAI
from avaudit.ingest.discover import discover
from avaudit.ingest.register import read_register
from avaudit.settings import load_settings
from support.forge import Audio, Picture, make, tone
from support.night import ask, rows_of

_HEADER = "activity_id,kind,started_at,ended_at,device_ids,recordings,written_explanations\n"
_ROWS = """\
A1,扣押,2025-11-18 09:00:00,2025-11-18 09:00:20,,DSJ-A3_0001234_20251118_*,
A2,强制拆除,2025-11-19 09:00:00,2025-11-19 10:00:00,DSJ-A3 0001234,,
A3,代履行,2025-11-20 09:00:00,2025-11-20 10:00:00,,,设备进水无法开机
A4,检查,2025-11-20 14:00:00,2025-11-20 15:00:00,,,
A5,行政处罚,2025-11-20 15:00:00,2025-11-20 16:00:00,,,
A6,查封,2024-03-01 09:00:00,2024-03-01 10:00:00,,,
"""


def _audit(tmp_path: Path, register: str | None = _ROWS) -> None:
    settings = load_settings(db=tmp_path / "s.duckdb", speech_model="none")
    path = tmp_path / "register.csv"
    if register is not None:
        path.write_text(_HEADER + register, encoding="utf-8")
    read = read_register(path) if register is not None else None
    with Auditor(configure(settings, read)) as auditor:
        waiting = auditor.pending(discover([tmp_path / "r"]).recordings)
        auditor.note_register()
        assert not run_batch(auditor, waiting, Watcher()).failed
        auditor.finish()


def _video(tmp_path: Path, name: str, seconds: float) -> None:
    folder = tmp_path / "r"
    folder.mkdir(exist_ok=True)
    sound = Audio(tone(seconds, 8000), 8000)
    make(folder / name, Picture(seconds, fps=5, plain=True), sound)


def _came_to(tmp_path: Path, rule: str) -> dict[str, tuple[str, str]]:
    rows = ask(
        tmp_path / "s.duckdb",
        "SELECT subject_id, outcome, cause FROM v_present_result WHERE rule_id = ?",
        rule,
    )
    return {subject: (outcome, cause) for subject, outcome, cause in rows}


def test_activities_with_and_without_recordings(tmp_path: Path) -> None:
    _video(tmp_path, "DSJ-A3_0001234_20251118_090000.mp4", 12.0)
    _video(tmp_path, "DSJ-A3_0001234_20251119_150000.mp4", 11.0)
    _audit(tmp_path)
    assert _came_to(tmp_path, "coverage.recording_missing") == {
        "A1": ("pass", ""),
        "A2": ("fail", "missing"),
        "A3": ("review", "missing_explained"),
        "A4": ("not_applicable", "may"),
        "A5": ("open", "kind_unknown"),
        "A6": ("open", "not_looked"),
    }
    shares = _came_to(tmp_path, "coverage.share")
    assert shares.pop("A1") == ("review", "partly")
    assert set(shares.values()) == {("not_applicable", "no_recording")}
    listed = ask(tmp_path / "s.duckdb", "SELECT evidence ->> '$.measured.percent' FROM findings "
                                        "WHERE rule_id = 'coverage.share'")  # fmt: skip
    assert listed == [("60",)]
    matched = sorted(_came_to(tmp_path, "coverage.recording_unmatched").values())
    assert matched == [("pass", ""), ("review", "perhaps")]
    (said,) = ask(tmp_path / "s.duckdb", "SELECT message_zh FROM v_inbox WHERE rule_id = "
                                         "'coverage.recording_unmatched'")  # fmt: skip
    assert "A2" in said[0]
    before = rows_of(tmp_path / "s.duckdb")
    _audit(tmp_path)
    assert rows_of(tmp_path / "s.duckdb") == before


def test_without_a_register_nothing_is_owed(tmp_path: Path) -> None:
    _video(tmp_path, "DSJ-A3_0001234_20251119_150000.mp4", 11.0)
    _audit(tmp_path, None)
    assert _came_to(tmp_path, "coverage.recording_missing") == {}
    unmatched = _came_to(tmp_path, "coverage.recording_unmatched")
    assert set(unmatched.values()) == {("not_applicable", "no_register")}


def test_what_happened_today_or_lies_ahead_is_not_missing_yet(tmp_path: Path) -> None:
    _video(tmp_path, "DSJ-A3_0001234_20251119_150000.mp4", 11.0)
    now = datetime.now(SHANGHAI)
    today, ahead = (f"{now + timedelta(days=n):%Y-%m-%d}" for n in (0, 5))
    rows = (
        f"A1,扣押,{today} 00:00:00,{today} 00:01:00,,,",
        f"A2,扣押,{ahead} 09:00:00,{ahead} 10:00:00,,,",
    )
    _audit(tmp_path, "\n".join(rows))
    outcomes = set(_came_to(tmp_path, "coverage.recording_missing").values())
    assert outcomes == {("open", "not_yet")}
