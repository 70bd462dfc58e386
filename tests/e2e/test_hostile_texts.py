"""Texts that others wrote (tags, names, a register, notes) do no harm wherever they come out."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from avaudit.cli import main
from support.forge import Audio, Picture, make, tone
from support.night import ask

Told = pytest.CaptureFixture[str]

#: What a terminal obeys: escapes, C1 controls, bells, and what turns the direction of writing.
_OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_TEXT = (
    "\x1b]0;owned\x07\x1b[31m\x9b31m\u202e'); DROP TABLE findings; --"
    "<script>alert(1)</script>[bold]{0}%s../../../etc/passwd"
)
_ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store of recordings whose every text means harm."""
    folder = tmp_path_factory.mktemp("hostile")
    recordings = folder / "r"
    recordings.mkdir()
    tags = dict.fromkeys(("title", "artist", "comment", "encoder", "date", "model"), f"={_TEXT}")
    tags |= {"creation_time": f"@{_TEXT}", "com.android.version": _TEXT, "make": _TEXT}
    sound, picture = Audio(tone(1.0, 16000), 16000), Picture(1.0)
    for name in ("a.mp4", "＝b.mkv", "c.mov", "=cmd('); DROP TABLE runs; --.mp4"):
        make(recordings / name, picture, sound, tags=tags)
    pcm = Audio(tone(1.0, 8000), 8000, "pcm_s16le")
    make(recordings / "d.wav", pcm, tags=tags | {"ICRD": _TEXT})
    (recordings / "e.mp4").write_bytes((recordings / "a.mp4").read_bytes()[:5000])
    rows = [["activity_id", "case_no", "kind", "started_at", "ended_at", "place", "officers",
             "recordings", "cause", "target"],
            ["＝QY1", f"+{_TEXT}", f"检查{_TEXT}", "2026-11-18 09:00:00", "2026-11-18 10:00:00",
             f"-{_TEXT}", f"@{_TEXT};李", "*.mp4", f"={_TEXT}", _TEXT]]  # fmt: skip
    with (folder / "register.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return folder


@pytest.fixture(autouse=True)
def _there(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(store)
    monkeypatch.setenv("AVAUDIT_SPEECH_MODEL", "none")
    monkeypatch.setenv("AVAUDIT_ACTOR", f"={_TEXT}".replace("\x00", ""))
    if not Path("avaudit.duckdb").exists():
        assert main(["audit", "r", "--register", "register.csv"]) == 1
        assert main(["verify"]) == 0


def _harmless(told: Any) -> str:
    whole = str(told.out + told.err).replace("\r\n", "\n")  # how lines of a CSV end
    assert not _OBEYED.search(whole), _OBEYED.findall(whole)
    return whole


def test_tags_were_read_and_no_table_was_dropped(store: Path) -> None:
    """Else the tests below would prove nothing."""
    db = store / "avaudit.duckdb"
    kept = "SELECT count(*) FROM signals WHERE body::VARCHAR LIKE '%DROP TABLE%'"
    assert ask(db, kept)[0][0] >= 3
    assert ask(db, "SELECT count(*) > 5 FROM findings") == [(True,)]
    assert ask(db, "SELECT count(*) FROM runs") == [(1,)]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_on_a_screen_is_obeyed(lang: str, store: Path, capsys: Told) -> None:
    capsys.readouterr()
    assert main(["findings", "--lang", lang]) == 0
    findings = ask(
        store / "avaudit.duckdb", "SELECT min(finding_id) FROM findings GROUP BY rule_id"
    )
    for (finding,) in findings:
        assert main(["explain", finding, "--lang", lang]) == 0
    assert main(["explain", "=QY1", "--lang", lang]) == 0
    note = f"={_TEXT}"
    assert main(["decide", findings[0][0], "--dismiss", "--note", note, "--lang", lang]) == 0
    assert main(["explain", findings[0][0], "--lang", lang]) == 0
    assert main(["hold", note, "--lang", lang]) == 0
    assert main(["disclosures", "--lang", lang]) == 0
    assert main(["verify", "--lang", lang]) == 0
    for table in ("signals", "recordings", "activities", "custody_events", "decisions", "v_inbox"):
        assert main(["sql", f"FROM {table}", "--lang", lang]) == 0
    assert "DROP TABLE" in _harmless(capsys.readouterr())


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_nothing_for_other_programs_is_obeyed_where_it_is_shown(kind: str, capsys: Told) -> None:
    capsys.readouterr()
    assert main(["findings", "--format", kind]) == 0
    for table in ("signals", "recordings", "activities", "custody_events"):
        assert main(["sql", "--format", kind, f"FROM {table}"]) == 0
    _harmless(capsys.readouterr())


def test_no_cell_is_a_formula(store: Path, capsys: Told) -> None:
    query = "SELECT *, '＝1' AS wide, chr(10) || '=1' AS line FROM activities"
    capsys.readouterr()
    assert main(["sql", "--format", "csv", query]) == 0
    tables = [capsys.readouterr().out]
    assert main(["findings", "--output", "out.csv"]) == 0
    assert main(["findings", "--output", "out.xlsx"]) == 0
    assert main(["findings", "--output", "out.json"]) == 0
    tables.append((store / "out.csv").read_text("utf-8-sig"))
    for table in tables:
        rows = list(csv.reader(io.StringIO(table, newline="")))
        assert len(rows) > 1
        for cell in (cell for row in rows for cell in row):
            assert not cell.startswith(_FORMULAS) or re.fullmatch(r"-?[\d.]+", cell), cell
    sheet = openpyxl.load_workbook(store / "out.xlsx")["findings"]
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert not any(str(cell.value).startswith(_FORMULAS) for cell in cells)
    assert json.loads((store / "out.json").read_text("utf-8"))[0]["finding_id"]


def test_the_notebook_shows_them_harmlessly(store: Path, tmp_path: Path) -> None:
    (notebook,) = (_ROOT / "notebooks").glob("*.ipynb")
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    script = tmp_path / "notebook.py"
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    script.write_text("\n\n".join(code), "utf-8")
    env = {**os.environ, "AVAUDIT_PUBLISHED": str(store / "avaudit.published.duckdb")}
    env["PYTHONUTF8"] = "1"
    done = subprocess.run(
        [sys.executable, str(script)], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "DROP TABLE" in done.stdout
    assert not _OBEYED.search(done.stdout)


def test_no_path_from_a_text_was_written_to(store: Path) -> None:
    made = {path.name for path in store.iterdir()}
    assert made <= {
        "r", "register.csv", "avaudit.duckdb", "avaudit.duckdb.lock", "avaudit.published.duckdb",
        "avaudit.records", "avaudit.custody", "avaudit.evidence", "out.csv", "out.xlsx", "out.json",
    }  # fmt: skip
