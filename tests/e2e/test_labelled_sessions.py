"""Sessions whose truth is known, of real files, through the audit: what is missing, and why.

Hard negatives among them (a device's own parting, midnight, pre-recording, two devices, two
activities, photos that take numbers) never fail.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from avaudit.audit import Auditor
from avaudit.batch import Watcher, run_batch
from avaudit.cli import main
from avaudit.configuration import configure
from avaudit.domain.register import Activity, Register
from avaudit.i18n import LANGUAGES, say
from avaudit.ingest.discover import discover
from avaudit.ingest.register import read_register
from avaudit.settings import load_settings
from avaudit.store import journal
from avaudit.store.sync import sync
from support.forge import Audio, make, tone
from support.night import ask

_DAY = datetime(2026, 11, 18)
_BETWEEN, _MISSING = "continuity.between_files", "continuity.file_missing"
_OVERLAP, _LATE, _EARLY = "continuity.overlap", "coverage.late_start", "coverage.early_end"
_FINE = {_BETWEEN: "pass", _MISSING: "not_applicable", _OVERLAP: "pass",
         _LATE: "pass", _EARLY: "pass"}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """An activity of one device: files as (clock, seconds), and what its rules come to.

    `numbers` number the files; a length of None makes a photo. `window` is what the register has.
    """

    name: str
    device: int
    files: Sequence[tuple[str, float | None]]
    window: tuple[str, str]
    outcomes: dict[str, str] = field(default_factory=dict)
    codes: set[str] = field(default_factory=set)
    numbers: Sequence[int] = ()
    written: str = ""


def _parts(first: str, count: int, seconds: float, apart: float = 0.0) -> list[tuple[str, float]]:
    at = _DAY.replace(hour=int(first[:2]), minute=int(first[2:4]), second=int(first[4:]))
    starts = (at + timedelta(seconds=n * (seconds + apart)) for n in range(count))
    return [(f"{start:%H%M%S}", seconds) for start in starts]


_NUMBERED = [n for n in range(1, 14) if n != 7]
CASES = [
    Case("parted by the device without a loss", 1, _parts("093000", 3, 4), ("0930", "0931"),
         codes={"segmentation"}),
    Case("parted by the device, two seconds lost", 2, _parts("093000", 3, 4, 2), ("0930", "0931"),
         codes={"segmentation"}),
    Case("over midnight", 3, [("235956", 4), ("19_000000", 4)], ("2359", "2359"),
         codes={"segmentation"}),
    Case("kept from before the button", 4, [("093000", 12), ("093004", 12)], ("0930", "0931"),
         codes={"pre_record"}),
    Case("a photo takes a number in between", 5, [("093000", 4), ("093002", None), ("093004", 4)],
         ("0930", "0931"), {_MISSING: "pass"}, {"segmentation"}, (1, 2, 3)),
    Case("a minute lost, nobody listened", 6, [("093000", 4), ("093104", 4)], ("0930", "0932"),
         {_BETWEEN: "open"}, {"not_listened"}),
    Case("a minute lost, explained in writing", 7, [("093000", 4), ("093104", 4)],
         ("0930", "0932"), {}, {"explained_in_writing"}, written="设备故障，记录中断一分钟"),
    Case("a file taken out of a numbered series", 8,
         [(f"0930{2 * n:02}", 2) for n in _NUMBERED], ("0930", "0931"),
         {_MISSING: "pass", _BETWEEN: "pass"}, {"segmentation"}, _NUMBERED),
    Case("a file and its minute taken out", 9,
         [(f"093{n // 7}{2 * (n % 7):02}", 2) for n in _NUMBERED], ("0930", "0933"),
         {_MISSING: "fail", _BETWEEN: "open"}, {"missing", "segmentation", "not_listened"},
         _NUMBERED),
    Case("the same time twice", 10, [("093000", 60), ("093010", 60)], ("0930", "0932"),
         {_OVERLAP: "review"}, {"overlap"}),
    Case("a clock at its default date", 11, [("093000", 4), ("2000", 4)], ("0930", "0931"),
         {_BETWEEN: "open", _OVERLAP: "open", _MISSING: "pass"}, {"no_clock"}, (1, 2)),
    Case("begun and ended far too early and late", 12, [("093000", 4)], ("0900", "1000"),
         {_BETWEEN: "not_applicable", _OVERLAP: "not_applicable", _LATE: "fail", _EARLY: "fail"},
         {"late_start", "early_end"}),
    Case("ten minutes late by a register kept by hand", 13, [("093000", 4)], ("0920", "0931"),
         {_BETWEEN: "not_applicable", _OVERLAP: "not_applicable", _LATE: "review"}, {"maybe"}),
    Case("eight hours off the register", 14, [("173000", 4)], ("0930", "0931"),
         {_BETWEEN: "not_applicable", _OVERLAP: "not_applicable", _LATE: "open", _EARLY: "open"},
         {"no_clock"}),
]  # fmt: skip


def _name(case: Case, clock: str, place: int, suffix: str) -> str:
    day, _, time = clock.rpartition("_")
    at = "20000101_000012" if clock == "2000" else f"202611{day or 18}_{time}"
    number = f"_{case.numbers[place]:04}" if case.numbers else ""
    return f"DSJ-A3_{case.device:07}_{at}{number}.{suffix}"


def _write(folder: Path, case: Case, photo: Path) -> None:
    for place, (clock, seconds) in enumerate(case.files):
        if seconds is None:
            shutil.copy(photo, folder / _name(case, clock, place, "jpg"))
            continue
        sound = tone(seconds, 8000, 100.0 * case.device + place)
        make(folder / _name(case, clock, place, "wav"), Audio(sound, 8000, "pcm_s16le"))


def _row(case: Case) -> str:
    start, end = (f"2026-11-18 {at[:2]}:{at[2:]}:00" for at in case.window)
    if case.window[1] == "2359":
        end = "2026-11-19 00:00:30"
    pattern = f"DSJ-A3_{case.device:07}_*"
    return f"A{case.device},案,检查,{start},{end},甲村,李晓红,{pattern},{case.written}\n"


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory, samples: Path) -> Path:
    tmp_path = tmp_path_factory.mktemp("sessions")
    folder = tmp_path / "recordings"
    folder.mkdir()
    rows = "activity_id,case_no,kind,started_at,ended_at,place,officers,recordings,"
    rows += "written_explanations\n"
    for case in CASES:
        _write(folder, case, samples / "IMG_20261118_093412.jpg")
        rows += _row(case)
    rows += _side_by_side(folder)
    register = tmp_path / "register.csv"
    register.write_text(rows, encoding="utf-8")
    settings = load_settings(db=tmp_path / "s.duckdb", speech_model="none")
    with Auditor(configure(settings, read_register(register))) as auditor:
        waiting = auditor.pending(discover([folder]).recordings)
        auditor.note_register()
        assert not run_batch(auditor, waiting, Watcher()).failed
        auditor.finish()
    return settings.db


def _side_by_side(folder: Path) -> str:
    """Two devices at one scene, one of them interrupted; and one device at two activities."""
    for device, clock, seconds in ((21, "093000", 4), (21, "093050", 4), (22, "093000", 60),
                                   (23, "093000", 4), (23, "094000", 4)):  # fmt: skip
        sound = Audio(tone(seconds, 8000, 50.0 * device + int(clock[2:])), 8000, "pcm_s16le")
        make(folder / f"DSJ-A3_{device:07}_20261118_{clock}.wav", sound)
    times = "2026-11-18 09:30:00,2026-11-18 09:31:00"
    return (
        f"A21,案,检查,{times},甲村,李晓红,DSJ-A3_000002[12]_*,\n"
        f"A23,案,检查,{times},甲村,李晓红,DSJ-A3_0000023_*_0930*,\n"
        "A24,案,检查,2026-11-18 09:40:00,2026-11-18 09:41:00,甲村,李晓红,"
        "DSJ-A3_0000023_*_0940*,\n"
    )


def _outcomes(db: Path, activity: str) -> dict[str, str]:
    return dict(ask(
        db, "SELECT rule_id, outcome FROM v_present_result WHERE activity_id = ? "
            "AND subject_kind IN ('session', 'activity')", activity,
    ))  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_session_comes_to_what_is_true_of_it(db: Path, case: Case) -> None:
    activity = f"A{case.device}"
    sessions = ask(db, "SELECT n_recordings FROM v_session WHERE activity_id = ?", activity)
    assert sessions == [(len(case.files),)]
    outcomes = _outcomes(db, activity)
    assert {rule: outcomes[rule] for rule in _FINE} == {**_FINE, **case.outcomes}
    codes = ask(db, "SELECT DISTINCT code FROM v_present_finding WHERE activity_id = ? "
                    "AND list_contains(?, rule_id)", activity, list(_FINE))  # fmt: skip
    assert {code for (code,) in codes} == case.codes


def test_only_what_is_sure_fails(db: Path) -> None:
    failed = ask(db, "SELECT DISTINCT activity_id, rule_id FROM v_inbox WHERE outcome = 'fail' "
                     "AND subject_kind IN ('session', 'activity') "
                     "AND split_part(rule_id, '.', 1) = 'continuity'")  # fmt: skip
    assert failed == [("A9", _MISSING)]


def test_another_device_covers_an_interruption(db: Path) -> None:
    assert _outcomes(db, "A21")[_LATE] == "pass"
    found = ask(db, "SELECT code, outcome FROM v_present_finding WHERE activity_id = 'A21' "
                    "AND rule_id = ?", _BETWEEN)  # fmt: skip
    assert found == [("covered_elsewhere", "review")]
    row = ask(
        db, "SELECT recorded_s, device_s, n_devices FROM v_coverage WHERE activity_id = 'A21'"
    )
    assert row == [(60.0, 68.0, 2)]
    each = ask(db, "SELECT device_id, recorded_s FROM v_coverage_device WHERE activity_id = 'A21'")
    assert each == [("DSJ-A3_0000021", 8.0), ("DSJ-A3_0000022", 60.0)]


def test_two_activities_of_one_device_are_two_sessions(db: Path) -> None:
    rows = ask(
        db, "SELECT activity_id FROM v_session WHERE device_id = 'DSJ-A3_0000023' ORDER BY 1"
    )
    assert rows == [("A23",), ("A24",)]
    assert _outcomes(db, "A23")[_BETWEEN] == "not_applicable"


def test_the_ledger_has_a_row_for_each_boundary(db: Path) -> None:
    rows = ask(db, "SELECT s.activity_id, kind, explanation, round(length_s) FROM v_gap "
                   "JOIN sessions s USING (session_id) WHERE s.activity_id IN "
                   "('A2', 'A4', 'A7', 'A11', 'A12') ORDER BY ALL")  # fmt: skip
    assert rows == [
        ("A11", "between_files", "no_clock", None),
        ("A12", "early_end", "absent", 1796.0),
        ("A12", "late_start", "absent", 1800.0),
        ("A2", "segmentation", "segmentation", 2.0),
        ("A2", "segmentation", "segmentation", 2.0),
        ("A4", "overlap", "pre_record", 8.0),
        ("A7", "between_files", "in_writing", 60.0),
    ]
    kinds = ask(db, "SELECT kind, count(*) FROM v_gap JOIN sessions s USING (session_id) "
                    "WHERE s.activity_id = 'A9' GROUP BY kind ORDER BY kind")  # fmt: skip
    assert kinds == [("missing_file", 1), ("segmentation", 10)]
    total = ask(db, "SELECT n_gaps, n_unexplained FROM v_session WHERE activity_id = 'A7'")
    assert total == [(1, 0)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_time_lines_are_told(db: Path, lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    ((session,),) = ask(db, "SELECT session_id FROM v_session WHERE activity_id = 'A9'")
    ((finding,),) = ask(db, "SELECT finding_id FROM v_inbox WHERE code = 'missing'")
    for name in ("A9", session, finding):
        assert main(["explain", name, "--db", str(db), "--lang", lang]) == 0
        told = capsys.readouterr().out
        assert say("timeline.title", lang, name="A9" if name == "A9" else session) in told
        assert say("timeline.kind_missing_file", lang) in told
        assert "DSJ-A3_0000009_20261118_093102_0008.wav" in told
        assert not re.search(r"\{\w+\}|timeline\.[a-z]|report\.[a-z]", told)
    assert main(["findings", "--rule", "coverage", "--db", str(db), "--lang", lang]) == 0
    assert "DSJ-A3_0000012_20261118_093000.wav" in capsys.readouterr().out
    assert main(["findings", "--rule", "continuity", "--format", "csv", "--db", str(db)]) == 0
    assert f"session,{session}" in capsys.readouterr().out


def test_an_activity_that_nobody_recorded_has_a_time_line_too(
    db: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal.append(db, [Register("r", "ab" * 32, (Activity("Z1", case_no="案"),))])
    sync(db)
    assert main(["explain", "Z1", "--db", str(db)]) == 0
    assert say("timeline.nothing", "zh") in capsys.readouterr().out
