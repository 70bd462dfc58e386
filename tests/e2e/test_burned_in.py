"""What cameras burn into the picture, from the file to the store: day, time of day, device."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from avaudit.audit import Auditor
from avaudit.batch import Watcher, run_batch
from avaudit.configuration import configure
from avaudit.ingest.discover import discover
from avaudit.settings import load_settings
from support.clocks import Film, Osd, make_film
from support.night import ask

_AFTERNOON = datetime(2025, 11, 6, 15, 30, 5, 400_000)


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("burned_in")
    (folder / "r").mkdir()
    beside = "DSJ-A3_0001234"
    for name, osd in {
        # 06-11-2025 and 11/06/2025 are the sixth of November or the eleventh of June.
        "VID_20251106_153005.mp4": Osd(form="dmy", start=_AFTERNOON),
        "VID_20251106_153006.mp4": Osd(form="mdy", start=_AFTERNOON),
        "am_pm.mp4": Osd(form="am_pm", start=_AFTERNOON, beside=beside),
        "either_day.mp4": Osd(form="dmy", start=_AFTERNOON),
        # The name was given by the same clock, but read as one of twelve hours.
        "VID_20251106_033005.mp4": Osd(start=_AFTERNOON),
    }.items():
        make_film(folder / "r" / name, Film(8, fps=5, osd=osd))
    settings = load_settings(db=folder / "s.duckdb", speech_model="none")
    with Auditor(configure(settings)) as auditor:
        waiting = auditor.pending(discover([folder / "r"]).recordings)
        assert not run_batch(auditor, waiting, Watcher()).failed
        auditor.finish()
    return folder / "s.duckdb"


def _picture_clock(db: Path, name: str) -> str | None:
    """What the picture's clock came to, as local time to the minute."""
    ((clocks,),) = ask(db, "SELECT clocks FROM recordings WHERE path LIKE '%' || ?", name)
    read = json.loads(clocks) if isinstance(clocks, str) else clocks
    found = [one["at"] for one in read if one["source"] == "picture"]
    return str(found[0])[:16].replace(" ", "T") if found else None


@pytest.mark.parametrize("name", ["VID_20251106_153005.mp4", "VID_20251106_153006.mp4"])
def test_other_clocks_tell_day_from_month(db: Path, name: str) -> None:
    assert _picture_clock(db, name) == "2025-11-06T15:30"


def test_where_nothing_tells_day_from_month_there_is_no_reading(db: Path) -> None:
    assert _picture_clock(db, "either_day.mp4") is None


def test_twelve_hours_are_counted_on(db: Path) -> None:
    assert _picture_clock(db, "am_pm.mp4") == "2025-11-06T15:30"


def test_the_device_beside_the_clock_is_the_recordings(db: Path) -> None:
    devices = dict(ask(db, "SELECT parse_filename(path), device_id FROM recordings"))
    assert devices["am_pm.mp4"].replace(" ", "_") == "DSJ-A3_0001234"
    assert devices["either_day.mp4"] is None


def test_half_a_day_between_picture_and_name_is_called_so(db: Path) -> None:
    came_to = dict(
        ask(db, "SELECT parse_filename(path), cause FROM v_present_result JOIN recordings "
                "USING (recording_id) WHERE rule_id = 'device.clock_wrong'")
    )  # fmt: skip
    assert came_to["VID_20251106_033005.mp4"] == "differ_half_day"
    assert came_to["VID_20251106_153005.mp4"] == ""
