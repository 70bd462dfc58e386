"""Groups of recordings after an audit: judged once, again when they change, gone when they are."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from avaudit.audit import Auditor
from avaudit.batch import Watcher, run_batch
from avaudit.configuration import configure
from avaudit.grouping import judge_groups
from avaudit.ingest.discover import discover
from avaudit.ingest.register import read_register
from avaudit.settings import load_settings
from avaudit.store.rebuild import rebuild
from avaudit.store.sync import SyncReport
from support.forge import Audio, make, tone
from support.night import Rows, ask, rows_of

_HEADER = "activity_id,case_no,kind,started_at,ended_at,place,officers,device_ids,recordings\n"
_STEPS = (
    "before appending", "within a line", "before applying", "while applying", "after applying",
)  # fmt: skip


def _folder(tmp_path: Path, *starts: str, seconds: float = 1.0) -> Path:
    folder = tmp_path / "recordings"
    folder.mkdir(exist_ok=True)
    for number, start in enumerate(starts):
        sound = Audio(tone(seconds, 8000, 200.0 + number), 8000, "pcm_s16le")
        make(folder / f"DSJ-A3_0001234_20261118_{start}.wav", sound)
    return folder


def _register(tmp_path: Path, patterns: str = "DSJ-A3_0001234_*") -> Path:
    register = tmp_path / "register.csv"
    row = f"A1,案一,检查,2026-11-18 09:30:00,2026-11-18 09:31:00,甲村,李晓红,,{patterns}\n"
    register.write_text(_HEADER + row, encoding="utf-8")
    return register


def _audit(tmp_path: Path, folder: Path, register: Path | None = None) -> None:
    settings = load_settings(db=tmp_path / "s.duckdb", speech_model="none")
    with Auditor(configure(settings, read_register(register) if register else None)) as auditor:
        waiting = auditor.pending(discover([folder]).recordings)
        auditor.note_register()
        assert not run_batch(auditor, waiting, Watcher()).failed
        assert not auditor.finish().problems


def _lines(tmp_path: Path) -> list[bytes]:
    return [line for f in sorted(tmp_path.glob("s.records/*.jsonl"))
            for line in f.read_bytes().splitlines()]  # fmt: skip


def test_a_second_night_adds_nothing_and_a_rebuild_is_the_same(tmp_path: Path) -> None:
    folder, register = _folder(tmp_path, "093000", "093001", "093002"), _register(tmp_path)
    _audit(tmp_path, folder, register)
    db = tmp_path / "s.duckdb"
    kinds = ask(db, "SELECT kind, count(*) FROM groups GROUP BY ALL ORDER BY ALL")
    assert kinds == [("activity", 1), ("device", 1), ("session", 1)]
    before, lines = rows_of(db), _lines(tmp_path)
    _audit(tmp_path, folder, register)
    assert rows_of(db) == before
    assert _lines(tmp_path) == lines
    rebuild(db)
    assert rows_of(db) == before
    named = ask(db, "SELECT DISTINCT session_id FROM findings WHERE subject_kind = 'recording'")
    assert named == ask(db, "SELECT session_id FROM sessions")


def test_a_recording_audited_again_stays_in_its_session(tmp_path: Path) -> None:
    folder, register = _folder(tmp_path, "093000", "093001"), _register(tmp_path)
    _audit(tmp_path, folder, register)
    register.write_text(register.read_text("utf-8").replace("甲村", "乙村"), encoding="utf-8")
    _audit(tmp_path, folder, register)
    db = tmp_path / "s.duckdb"
    named = ask(db, "SELECT DISTINCT session_id FROM findings WHERE recording_id IS NOT NULL")
    assert named == ask(db, "SELECT session_id FROM sessions")


def test_what_is_grouped_anew_leaves_nothing_of_the_old_groups(tmp_path: Path) -> None:
    """A file that was the first of a session goes to another place, under another name."""
    folder, register = _folder(tmp_path, "093000", "093001", "093002"), _register(tmp_path)
    _audit(tmp_path, folder, register)
    first = folder / "DSJ-A3_0001234_20261118_093000.wav"
    first.rename(folder / "DSJ-A3_0009999_20261119_100000.wav")
    _audit(tmp_path, folder, register)
    db = tmp_path / "s.duckdb"
    members = ask(db, "SELECT device_id, len(members) FROM groups WHERE kind = 'session' "
                      "ORDER BY 1")  # fmt: skip
    assert members == [("DSJ-A3_0001234", 2), ("DSJ-A3_0009999", 1)]
    belongs = ask(db, "SELECT count(*), count(DISTINCT recording_id) FROM session_recordings")
    assert belongs == [(3, 3)]
    stray = ask(db, "SELECT session_id FROM findings WHERE session_id NOT IN "
                    "(SELECT session_id FROM sessions)")  # fmt: skip
    assert stray == []


@pytest.fixture(scope="module")
def ungrouped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store's record files before its groups were judged."""
    tmp_path = tmp_path_factory.mktemp("ungrouped")
    folder = _folder(tmp_path, "093000", "093001", "093002", seconds=0.2)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("avaudit.audit.judge_groups", lambda _: SyncReport())
        patched.setattr("avaudit.audit.publish", lambda *_: None)
        _audit(tmp_path, folder, _register(tmp_path))
    return tmp_path / "s.records"


def _store(folder: Path, ungrouped: Path) -> Path:
    records = folder / "s.records"
    records.mkdir(parents=True)
    for file in ungrouped.glob("*.jsonl"):
        (records / file.name).write_bytes(file.read_bytes())
    return folder / "s.duckdb"


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, ungrouped: Path) -> Rows:
    db = _store(tmp_path_factory.mktemp("alone") / "s", ungrouped)
    judge_groups(configure(load_settings(db=db, speech_model="none")))
    rows = rows_of(db)
    assert rows["groups"]
    return rows


@pytest.mark.parametrize("step", _STEPS)
def test_killed_at_any_step_the_next_run_comes_to_the_same(
    tmp_path: Path, ungrouped: Path, undisturbed: Rows, step: str
) -> None:
    db = _store(tmp_path / "killed", ungrouped)
    script = Path(__file__).with_name("killed_grouping.py")
    killed = subprocess.run([sys.executable, str(script), str(db), step], check=False)
    assert killed.returncode == -signal.SIGKILL
    judge_groups(configure(load_settings(db=db, speech_model="none")))
    assert rows_of(db) == undisturbed
    rebuild(db)
    assert rows_of(db) == undisturbed
