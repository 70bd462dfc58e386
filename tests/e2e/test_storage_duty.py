"""Storage within two working days, over real files, a register and the store's own memory."""

from __future__ import annotations

import hashlib
import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from avaudit.audit import Auditor
from avaudit.batch import Watcher, run_batch
from avaudit.configuration import configure
from avaudit.domain.finding import CustodyEvent
from avaudit.domain.time import SHANGHAI
from avaudit.ingest.discover import discover
from avaudit.ingest.register import read_register
from avaudit.settings import load_settings
from avaudit.store import journal
from support.forge import Audio, make, tone
from support.night import ask, rows_of

_BOOK = Path(__file__).parents[2] / "src/avaudit/rules/books/qingyang.yaml"
_HEADER = "activity_id,kind,started_at,ended_at,recordings,stored_at,returned_at\n"
#: A Friday whose term ended on Tuesday, 2025-11-25.
_FRIDAY = datetime(2025, 11, 21, 9, 0, tzinfo=SHANGHAI)


def _recording(folder: Path, at: datetime, written: datetime | None = None) -> Path:
    """A recording of a second, named after its start and written then, as devices do."""
    folder.mkdir(exist_ok=True)
    path = folder / f"REC_{at:%Y%m%d_%H%M%S}.wav"
    make(path, Audio(tone(1.0, 8000), 8000, "pcm_s16le"))
    seconds = (written or at).timestamp()
    os.utime(path, (seconds, seconds))
    return path


def _audit(tmp_path: Path, book: Path | str = "qingyang", **settings: object) -> int:
    given = {"db": tmp_path / "s.duckdb", "speech_model": "none", "rulebook": str(book)} | settings
    register = tmp_path / "register.csv"
    read = read_register(register) if register.exists() else None
    with Auditor(configure(load_settings(**given), read)) as auditor:
        waiting = auditor.pending(discover([tmp_path / "r"]).recordings)
        auditor.note_register()
        report = run_batch(auditor, waiting, Watcher())
        auditor.finish()
    return report.audited


def _register(tmp_path: Path, stored: str, returned: str = "") -> None:
    row = f"A1,检查,2025-11-21 09:00,2025-11-21 10:00,REC_20251121_*,{stored},{returned}\n"
    (tmp_path / "register.csv").write_text(_HEADER + row, encoding="utf-8")


def _came_to(tmp_path: Path) -> list[tuple[str, str]]:
    return ask(
        tmp_path / "s.duckdb",
        "SELECT outcome, cause FROM v_present_result WHERE rule_id = 'storage.late'",
    )


@pytest.mark.parametrize(
    ("stored", "returned", "outcome"),
    [
        ("2025-11-25", "", ("pass", "claimed")),
        ("2025-11-26", "", ("fail", "register_late")),
        ("2025-11-27", "2025-11-25 18:00", ("pass", "claimed_after_return")),
        ("2025-11-28", "2025-11-25 18:00", ("fail", "register_late")),
        ("2025-11-20", "", ("review", "register_too_early")),
        ("", "", ("review", "inode_late")),
    ],
)
def test_what_the_register_says(
    tmp_path: Path, stored: str, returned: str, outcome: tuple[str, str]
) -> None:
    _recording(tmp_path / "r", _FRIDAY)
    _register(tmp_path, stored, returned)
    _audit(tmp_path)
    assert _came_to(tmp_path) == [outcome]


def test_a_copy_of_later_is_held_against_the_register(tmp_path: Path) -> None:
    _recording(tmp_path / "r", _FRIDAY, written=_FRIDAY + timedelta(days=30))
    _register(tmp_path, "2025-11-24")
    _audit(tmp_path)
    assert _came_to(tmp_path) == [("review", "written_later")]


def test_what_is_seen_the_same_day_was_stored_in_time(tmp_path: Path) -> None:
    _recording(tmp_path / "r", datetime.now(SHANGHAI) - timedelta(seconds=5))
    _audit(tmp_path)
    (came_to,) = _came_to(tmp_path)
    assert came_to in [("pass", ""), ("pass", "in_time_provisional")]


def test_judging_again_says_the_same_by_what_the_store_remembers(tmp_path: Path) -> None:
    """First sight is the store's, and the inode time is that of then, whatever is done since."""
    path = _recording(tmp_path / "r", _FRIDAY)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    seen = CustodyEvent("e", "x", "seen_first", _FRIDAY + timedelta(days=4), "avaudit", sha256, "/")
    journal.append(tmp_path / "s.duckdb", [seen], 1.0)
    assert _audit(tmp_path) == 1
    assert _came_to(tmp_path) == [("pass", "")]
    before = rows_of(tmp_path / "s.duckdb")
    path.chmod(0o600)
    assert _audit(tmp_path) == 0
    assert rows_of(tmp_path / "s.duckdb") == before
    book = tmp_path / "book.yaml"
    text = _BOOK.read_text(encoding="utf-8").replace('version: "2026.1"', 'version: "2026.2"')
    book.write_text(text, encoding="utf-8")
    assert _audit(tmp_path, book) == 1
    assert _came_to(tmp_path) == [("pass", "")]
    assert rows_of(tmp_path / "s.duckdb")["recordings"] == before["recordings"]


def test_another_calendar_judges_only_what_it_moves(tmp_path: Path) -> None:
    _recording(tmp_path / "r", _FRIDAY)
    _recording(tmp_path / "r", _FRIDAY - timedelta(days=60))
    _register(tmp_path, "2025-11-26")
    assert _audit(tmp_path) == 2
    holidays = tmp_path / "h.csv"
    holidays.write_text("date,day\n2025-11-24,rest\n", encoding="utf-8")
    assert _audit(tmp_path, holidays_file=holidays) == 1
    assert ("pass", "claimed") in _came_to(tmp_path)
    assert _audit(tmp_path, holidays_file=holidays) == 0
