"""What lies about in a folder of recordings: each gets its answer, and none stops the rest."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from avaudit.cli import main
from support.forge import Audio, make, tone
from support.night import (
    CLI,
    WITHOUT_PRIVILEGE,
    ask,
    environment,
    permissions_hold,
    run,
    tiny_recordings,
)
from support.workers import wait_until

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202e\u2066]")
_NAMES = {
    "chinese": "执法记录仪 第一号.wav".encode(),
    "newline": b"two\nlines.wav",
    "escape": b"red\x1b[31m.wav",
    "override": "gnp\u202evaw.wav".encode(),
    "emoji": "🎥📹.wav".encode(),
    "longest": b"x" * 251 + b".wav",
    "gb18030": "录音".encode("gb18030") + b".wav",
    "markup": b"[bold]x[red]{0}%s.wav",
    "option": b"--help.wav",
    "protocol": b"http:__host.wav",
    "quote": b'it\'s "so".wav',
}
#: By what they are, names that a spreadsheet would take for a formula.
_FORMULAS = (b"=cmd|.mp4", b"@SUM(1).mp4", b"-2+3.mp4", b"+1.mp4")


@pytest.fixture
def wav(tmp_path: Path) -> bytes:
    path = tmp_path / "plain.wav"
    make(path, Audio(tone(1.0, 8000), 8000, "pcm_s16le"))
    data = path.read_bytes()
    path.unlink()
    return data


@pytest.fixture(autouse=True)
def _without_speech(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AVAUDIT_SPEECH_MODEL", "none")
    monkeypatch.setenv("COLUMNS", "160")


def _put(folder: Path, name: bytes, data: bytes) -> None:
    folder.mkdir(exist_ok=True)
    with open(os.path.join(os.fsencode(folder), name), "wb") as file:  # noqa: PTH118, PTH123
        file.write(data)


def _statuses(db: Path) -> dict[str, tuple[str, str]]:
    """By name as it is shown, status and code of the failure of every recording."""
    found = ask(db, "SELECT path, status, coalesce(error, '') FROM recordings")
    return {path.rpartition("/")[2]: (status, error.partition(":")[0])
            for path, status, error in found}  # fmt: skip


def _subjects_with_all_results(db: Path) -> bool:
    counts = ask(  # groups of recordings have results of their own
        db, "SELECT count(*) FROM results WHERE subject_kind = 'recording' GROUP BY subject_id"
    )
    return len(set(counts)) == 1 and len(counts) == len(_statuses(db))


def test_any_name_is_examined_and_shown_without_harm(
    wav: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in _NAMES.values():
        _put(tmp_path / "r", name, wav)
    assert main(["audit", "r"]) == 0
    told = capsys.readouterr()
    assert not _CONTROL.search(told.out), told.out
    db = tmp_path / "avaudit.duckdb"
    statuses = _statuses(db)
    assert len(statuses) == len(_NAMES)
    assert set(statuses.values()) == {("examined", "")}
    assert _subjects_with_all_results(db)
    assert "执法记录仪 第一号.wav" in statuses
    assert "two\\nlines.wav" in statuses
    assert "¼\\xd2\\xf4.wav" in statuses  # its first two bytes happen to be UTF-8
    assert main(["findings"]) == 0
    shown = capsys.readouterr().out
    assert not _CONTROL.search(shown)
    assert "[bold]x[red]{0}%s.wav" in shown
    assert main(["audit", "r"]) == 0
    assert "以前已审查 11 个" in capsys.readouterr().err


def _special(folder: Path) -> None:
    (folder / "folder.mp4").mkdir()
    (folder / "loop.mp4").symlink_to("loop.mp4")
    (folder / "again").symlink_to(folder)
    (folder / "dangling.mp4").symlink_to("nothing")
    os.mkfifo(folder / "pipe.mp4")
    (folder / "empty.mp4").touch()
    (folder / "notes.txt").write_text("说明", encoding="utf-8")
    (folder / "words.mp4").write_text("只有文字", encoding="utf-8")
    (folder / "zeros.mp4").write_bytes(bytes(5000))
    (folder / "noise.bin").write_bytes(bytes(range(256)) * 8)


def test_what_is_no_recording_is_a_finding_or_passed_over_and_never_hangs(
    wav: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "r"
    _put(folder, b"good.wav", wav)
    _special(folder)
    _put(folder / "folder.mp4", b"inside.wav", wav)
    assert main(["audit", "r", "--json"]) == 1
    told = capsys.readouterr()
    night = json.loads(told.out)
    assert _statuses(tmp_path / "avaudit.duckdb") == {
        "good.wav": ("examined", ""),
        "inside.wav": ("examined", ""),
        "loop.mp4": ("unexaminable", "symlink_loop"),
        "dangling.mp4": ("unexaminable", "vanished"),
        "empty.mp4": ("unexaminable", "empty"),
        "words.mp4": ("unexaminable", "not_media"),
        "zeros.mp4": ("unexaminable", "not_media"),
    }
    assert (night["audited"], night["unexaminable"], night["failed"]) == (7, 5, [])
    passed_over = {Path(one["path"]).name for one in night["passed_over"]}
    assert passed_over == {"noise.bin", "pipe.mp4"}
    assert all(name in told.err for name in passed_over)
    assert _subjects_with_all_results(tmp_path / "avaudit.duckdb")
    reasons = ask(
        tmp_path / "avaudit.duckdb",
        "SELECT outcome, count(*) FROM findings WHERE rule_id = 'quality.unreadable' "
        "GROUP BY outcome ORDER BY outcome",
    )
    assert reasons == [("fail", 4), ("review", 1)]


@pytest.mark.parametrize("name", ["pipe.mp4", "loop.mp4", "notes.txt", "zeros.mp4"])
def test_what_is_named_is_always_answered(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "r").mkdir()
    _special(tmp_path / "r")
    assert main(["audit", f"r/{name}"]) == 1
    assert "无法检查 1 个" in capsys.readouterr().err
    assert _statuses(tmp_path / "avaudit.duckdb")[name][0] == "unexaminable"


def test_files_nobody_may_read_are_findings_until_permission_is_given(
    wav: bytes, tmp_path: Path
) -> None:
    if not permissions_hold(tmp_path):
        pytest.skip("file permissions do not hold here")
    folder = tmp_path / "r"
    _put(folder, b"good.wav", wav)
    _put(folder, b"locked.wav", wav + b"\0\0")
    _put(folder / "closed", b"unseen.wav", wav)
    (folder / "locked.wav").chmod(0)
    (folder / "closed").chmod(0)
    command = (*CLI, "audit", folder, "--db", "s.duckdb")
    done = run(command, environment(), tmp_path, WITHOUT_PRIVILEGE)
    assert done.returncode == 1, done.stderr
    assert "没有权限进入文件夹" in done.stderr
    assert "Traceback" not in done.stderr
    assert _statuses(tmp_path / "s.duckdb") == {
        "good.wav": ("examined", ""),
        "locked.wav": ("unexaminable", "no_permission"),
    }
    (folder / "locked.wav").chmod(0o600)
    (folder / "closed").chmod(0o700)
    done = run(command, environment(), tmp_path, WITHOUT_PRIVILEGE)
    assert done.returncode == 0, done.stderr
    assert "本次审查 2 个" in done.stderr
    db = tmp_path / "s.duckdb"
    shown = ask(db, "SELECT DISTINCT path FROM v_inbox WHERE rule_id = 'quality.unreadable'")
    assert shown == []


def _while_auditing(
    folder: Path, meanwhile: Callable[[subprocess.Popen[str]], None]
) -> tuple[int, str]:
    """Audit with one worker, and do something once the first record is kept."""
    audit = subprocess.Popen(
        [*CLI, "audit", str(folder), "--db", "s.duckdb", "--jobs", "1"],
        env=environment(), text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert wait_until(lambda: any(Path().glob("s.records/*.jsonl")), within_s=60)
    meanwhile(audit)
    _, told = audit.communicate(timeout=120)
    return audit.returncode, told


def test_a_file_that_vanishes_meanwhile_is_a_finding_and_the_rest_goes_on(tmp_path: Path) -> None:
    folder = tiny_recordings(tmp_path / "r", 30)
    status, told = _while_auditing(folder, lambda _: (folder / "r29.wav").unlink())
    assert status == 1, told
    assert "Traceback" not in told
    statuses = _statuses(tmp_path / "s.duckdb")
    assert statuses.pop("r29.wav") == ("unexaminable", "vanished")
    assert len(statuses) == 29
    assert set(statuses.values()) == {("examined", "")}


def test_a_file_that_grows_meanwhile_is_told_and_audited_again(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    folder.mkdir()
    growing = folder / "growing.wav"
    make(growing, Audio(tone(30.0, 48000), 48000, "pcm_s16le"))
    stop = threading.Event()

    def grow() -> None:
        with growing.open("ab", buffering=0) as file:
            while not stop.wait(0.001):
                file.write(b"\0" * 64)

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        time.sleep(0.05)  # the file is to be growing already
        assert main(["audit", "r"]) == 0
    finally:
        stop.set()
        writer.join()
    db = tmp_path / "avaudit.duckdb"
    codes = "SELECT rule_id, outcome FROM v_inbox WHERE code = 'changed_while_reading'"
    assert ask(db, codes) == [("custody.hash", "review")]
    assert _statuses(db) == {"growing.wav": ("partial", "changed_while_reading")}
    assert main(["audit", "r"]) == 0
    assert ask(db, codes) == []
    assert _statuses(db) == {"growing.wav": ("examined", "")}
    assert ask(db, "SELECT count(*) FROM v_recording WHERE present") == [(1,)]


def _exports(tmp_path: Path) -> tuple[list[dict[str, str]], list[dict[str, Any]], list[Any]]:
    for kind in ("csv", "json", "xlsx"):
        assert main(["findings", "--output", f"out.{kind}"]) == 0
    text = (tmp_path / "out.csv").read_bytes().decode("utf-8")
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    objects = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["findings"]
    return rows, objects, list(sheet.iter_rows(min_row=2))


def test_no_cell_of_an_export_is_a_formula_or_breaks_a_line(
    wav: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in _FORMULAS:
        _put(tmp_path / "r", name, b"")
    _put(tmp_path / "r", b"bell\x07\ntab\t.mp4", b"")
    shutil.copy(tmp_path / "r" / "+1.mp4", tmp_path / "r" / '"quoted", and so on.mp4')
    assert main(["audit", "r"]) == 1
    rows, objects, cells = _exports(tmp_path)
    assert len(rows) == len(objects) == len(cells) >= 6
    shown = {Path(row["path"]).name for row in rows}
    assert {"=cmd|.mp4", "bell\\x07\\ntab\\t.mp4", '"quoted", and so on.mp4'} <= shown
    for row in rows:
        for value in row.values():
            assert not _CONTROL.search(value)
            assert not value.startswith(("=", "+", "-", "@", "\t", "\r")), value
    for cell in (cell for row in cells for cell in row):
        assert cell.data_type != "f", cell.value
    for row, item in zip(rows, objects, strict=True):
        assert row["path"] == item["path"]
        assert not _CONTROL.search(item["path"])


def test_a_recording_named_like_a_formula_by_its_register_is_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What people typed into a register reaches the export beside the file's name."""
    _put(tmp_path / "r", b"a.mp4", b"")
    header = "activity_id,case_no,kind,started_at,ended_at,place,officers,recordings\n"
    row = '=1+1,@case,检查,2026-11-18 09:00:00,2026-11-18 10:00:00,"=HYPERLINK(""x"")",-李,a.mp4\n'
    (tmp_path / "register.csv").write_text(header + row, encoding="utf-8")
    assert main(["audit", "r", "--register", "register.csv"]) == 1
    rows, objects, cells = _exports(tmp_path)
    assert objects[0]["activity_id"] == "=1+1"
    assert rows[0]["activity_id"] == "'=1+1"
    assert rows[0]["place"] == '\'=HYPERLINK("x")'
    assert rows[0]["officers"] == "'-李"
    assert all(cell.data_type != "f" for line in cells for cell in line)
