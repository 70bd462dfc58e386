"""Every command, in both languages, as somebody at a keyboard uses it."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from avaudit.cli import main
from avaudit.i18n import LANGUAGES, say
from support.night import CLI, environment, rows_of, run, tiny_recordings

_REGISTER = """\
activity_id,case_no,kind,started_at,ended_at,place,officers,recordings
A1,案一,检查,2026-11-18 09:00:00,2026-11-18 10:00:00,甲村,李晓红;王建国,r00.*
"""
_COMMANDS = [c.split() for c in (
    "audit,findings,explain,decide,sql,rebuild,enrol,evaluate,verify,hold,approve,disclosures,"
    "models list,models fetch,models verify,rules list,rules lint,rules matters"
).split(",")]  # fmt: skip
Told = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with recordings, a register, a store and what the audit printed as JSON."""
    folder = tmp_path_factory.mktemp("audited")
    tiny_recordings(folder / "r", 2)
    (folder / "r" / "bad.mp4").touch()
    (folder / "register.csv").write_text(_REGISTER, encoding="utf-8")
    command = (*CLI, "audit", "r", "--register", "register.csv", "--db", "s.duckdb", "--json")
    done = run(command, environment(), folder)
    assert done.returncode == 1, done.stderr
    (folder / "night.json").write_text(done.stdout, encoding="utf-8")
    return folder


@pytest.fixture
def store(audited: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with that store, a copy; `r` are the recordings where they were."""
    for name in ("s.duckdb", "register.csv"):
        shutil.copy2(audited / name, tmp_path)
    shutil.copytree(audited / "s.records", tmp_path / "s.records")
    monkeypatch.setenv("AVAUDIT_DB", "s.duckdb")
    return tmp_path


@pytest.fixture
def recordings(audited: Path) -> str:
    return str(audited / "r")


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AVAUDIT_SPEECH_MODEL", "none")
    monkeypatch.setenv("COLUMNS", "160")


def _json(told: Told, *arguments: str) -> Any:
    assert main(arguments) == 0
    return json.loads(told.readouterr().out)


def test_an_audit_as_json_has_the_figures_of_the_night(audited: Path) -> None:
    night = json.loads((audited / "night.json").read_text(encoding="utf-8"))
    assert (night["found"], night["skipped"], night["audited"]) == (3, 0, 3)
    assert (night["unexaminable"], night["partial"], night["stopped"]) == (1, 0, False)
    assert night["rulebook"] == "qingyang 2026.1"
    by_rule: dict[str, int] = {}
    for row in night["summary"]:
        assert set(row) >= {"rule_id", "outcome", "n"}
        by_rule[row["rule_id"]] = by_rule.get(row["rule_id"], 0) + row["n"]
    alone = ("custody", "quality", "statement", "conduct")  # not about groups of recordings
    assert {n for rule, n in by_rule.items() if rule.startswith(alone)} == {3}


@pytest.mark.parametrize(("severity", "status"), [("low", 3), ("medium", 3), ("high", 3),
                                                  ("critical", 1)])  # fmt: skip
def test_fail_on_looks_at_severity(
    severity: str, status: int, store: Path, recordings: str
) -> None:
    """Its failures: the picture's size (low) and a file without content (high).

    None is critical; then the status tells that a file could not be examined.
    """
    assert main(["audit", recordings, "--fail-on", severity]) == status


def test_fail_on_a_severity_that_only_lesser_rules_fail(store: Path, recordings: str) -> None:
    arguments = ["audit", f"{recordings}/r00.mp4", "--db", "other.duckdb", "--fail-on"]
    assert main([*arguments, "low"]) == 3
    assert main([*arguments, "medium"]) == 0


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_audit_says_what_it_did(lang: str, store: Path, recordings: str, capsys: Told) -> None:
    assert main(["audit", recordings, "--register", "register.csv", "--lang", lang]) == 1
    told = capsys.readouterr()
    counts = {"audited": 0, "partial": 0, "unexaminable": 0, "skipped": 3}
    done = say("cli.done", lang, unexaminable_before=1, **counts)
    assert done in told.err
    assert say("cli.where", lang, db="s.duckdb") in told.err
    for key in ("report.summary", "report.fail", "report.not_applicable"):
        assert say(key, lang) in told.out


def _said(capsys: Told, *arguments: str) -> str:
    """What a command that is used wrongly says; nothing of it on standard output."""
    try:
        status = main(arguments)
    except SystemExit as left:
        status = int(left.code or 0)
    told = capsys.readouterr()
    assert status == 2, told
    assert told.out == ""
    return told.err


def test_wrong_arguments_name_what_is_wrong(store: Path, capsys: Told) -> None:
    assert "缺少参数" in _said(capsys, "audit")
    assert "--nosuch" in _said(capsys, "audit", ".", "--nosuch")
    assert "nowhere" in _said(capsys, "audit", "nowhere")
    assert "jobs" in _said(capsys, "audit", ".", "--jobs", "0")
    assert "fr" in _said(capsys, "findings", "--lang", "fr")
    assert "明天" in _said(capsys, "findings", "--since", "明天")
    assert "out.doc" in _said(capsys, "findings", "--output", "out.doc")
    assert "no.duckdb" in _said(capsys, "findings", "--db", "no.duckdb")
    assert "nosuch" in _said(capsys, "audit", ".", "--rulebook", "nosuch")
    assert "none.csv" in _said(capsys, "audit", ".", "--register", "none.csv")


def test_a_mistake_in_a_rule_book_is_told_with_its_place(store: Path, capsys: Told) -> None:
    shipped = Path(__file__).parents[2] / "src/avaudit/rules/books/qingyang.yaml"
    text = shipped.read_text(encoding="utf-8").replace("window_s: 90\n", "window_s: -9\n")
    line = next(n for n, one in enumerate(text.splitlines(), 1) if "window_s: -9" in one)
    (store / "book.yaml").write_text(text, encoding="utf-8")
    for command in (["audit", ".", "--rulebook", "book.yaml"], ["rules", "lint", "book.yaml"]):
        said = _said(capsys, *command)
        assert f"book.yaml:{line}:" in said
        assert "window_s" in said


@pytest.mark.parametrize(
    ("text", "says"),
    [("jobs = 'many'\n", "jobs"), ("jobs = \n", "avaudit.toml"), ("job = 2\n", "job"),
     ("lang = 'fr'\n", "lang")],
)  # fmt: skip
def test_wrong_settings_are_told_with_file_and_name(
    text: str, says: str, store: Path, capsys: Told
) -> None:
    (store / "avaudit.toml").write_text(text, encoding="utf-8")
    said = _said(capsys, "audit", ".")
    assert says in said
    assert "avaudit.toml" in said


def test_a_bad_row_of_a_register_is_told_and_the_others_are_used(
    store: Path, recordings: str, capsys: Told
) -> None:
    bad = "A2,案二,检查,2026-13-45 09:00:00,2026-11-18 10:00:00,乙村,赵志强,r01.*\n"
    (store / "register.csv").write_text(_REGISTER + bad, encoding="utf-8")
    assert main(["audit", recordings, "--register", "register.csv"]) == 1
    assert "register.csv:3:" in capsys.readouterr().err
    (store / "empty.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    assert "empty.csv" in _said(capsys, "audit", ".", "--register", "empty.csv")


def test_findings_are_filtered(store: Path, capsys: Told) -> None:
    everything = _json(capsys, "findings", "--format", "json")
    assert len(everything) > 4
    for option, value, column in (
        ("--outcome", "fail", "outcome"), ("--rule", "quality.unreadable", "rule_id"),
    ):  # fmt: skip
        some = _json(capsys, "findings", "--format", "json", option, value)
        assert some == [row for row in everything if row[column] == value]
        assert 0 < len(some) < len(everything)
    group = _json(capsys, "findings", "--format", "json", "--rule", "statement")
    assert {row["rule_id"].partition(".")[0] for row in group} == {"statement"}
    hers = _json(capsys, "findings", "--format", "json", "--officer", "李晓红")
    assert hers == [row for row in everything if row["activity_id"] == "A1"]
    assert hers
    assert _json(capsys, "findings", "--format", "json", "--officer", "李") == []
    assert _json(capsys, "findings", "--format", "json", "--since", "2100-01-01") == []
    assert _json(capsys, "findings", "--format", "json", "--since", "2000-01-01") == everything


def test_findings_as_files_hold_the_same_rows(store: Path, capsys: Told) -> None:
    rows = _json(capsys, "findings", "--format", "json")
    assert main(["findings", "--format", "csv"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("\ufeff")
    read = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert [row["finding_id"] for row in read] == [row["finding_id"] for row in rows]
    assert read[0]["message_zh"] == rows[0]["message_zh"]
    assert main(["findings", "--output", "out.xlsx"]) == 0
    assert "out.xlsx" in capsys.readouterr().err
    sheet = openpyxl.load_workbook("out.xlsx")["findings"]
    header, *cells = sheet.iter_rows(values_only=True)
    assert [dict(zip(header, line, strict=True))["finding_id"] for line in cells] == [
        row["finding_id"] for row in rows
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_kind_of_finding_is_explained_in_words(lang: str, store: Path, capsys: Told) -> None:
    rows = _json(capsys, "findings", "--format", "json")
    for row in {(row["rule_id"], row["code"]): row for row in rows}.values():
        assert main(["explain", row["finding_id"], "--lang", lang]) == 0
        told = re.sub(r"[\s│]+", "", capsys.readouterr().out)
        for key in ("report.measured", "report.rationale", f"report.{row['outcome']}"):
            if key != "report.measured" or row["evidence"].get("measured"):
                assert say(key, lang).replace(" ", "") in told, (row["rule_id"], key)
        for said in (row[f"message_{lang}"], row["finding_id"], row["path"] or row["subject_id"]):
            assert re.sub(r"\s+", "", said) in told
        assert not re.search(r"\{\w+\}|(report|cli|checks)\.[a-z]", told)


def test_an_unknown_finding_is_told(store: Path, capsys: Told) -> None:
    assert main(["explain", "0000"]) == 1
    assert "0000" in capsys.readouterr().err


def test_sql_reads_and_nothing_else(store: Path, capsys: Told) -> None:
    before = rows_of(store / "s.duckdb")
    query = "SELECT count(*) AS n, min(path) AS p FROM recordings"
    assert _json(capsys, "sql", query, "--format", "json")[0]["n"] == 3
    assert main(["sql", query, "--format", "csv"]) == 0
    assert capsys.readouterr().out.startswith("n,p\n3,")
    assert main(["sql", query]) == 0
    assert "┃ n ┃" in capsys.readouterr().out
    for wrong in (
        "INSERT INTO runs SELECT * FROM runs", "DELETE FROM findings", "DROP TABLE findings",
        "ATTACH 'x.duckdb'", "COPY runs TO 'x.csv'", "SELECT 1; DROP TABLE runs", "SELEKT 1",
        "SELECT * FROM read_csv('register.csv')", "SELECT * FROM nosuch", "",
    ):  # fmt: skip
        _said(capsys, "sql", wrong)
    assert rows_of(store / "s.duckdb") == before
    assert not list(store.glob("x.*"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_rules_and_models_are_listed_and_checked(
    lang: str, models_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told
) -> None:
    monkeypatch.setenv("AVAUDIT_MODELS_DIR", str(models_dir))
    monkeypatch.setenv("AVAUDIT_SPEECH_MODEL", "whisper-base")
    assert main(["rules", "list", "--lang", lang]) == 0
    rules = capsys.readouterr().out
    assert "statement.present" in rules
    assert "window_s=90" in rules.replace(" ", "")
    assert main(["rules", "lint", "--lang", lang]) == 0
    assert "qingyang" in capsys.readouterr().err
    assert main(["models", "list", "--lang", lang]) == 0
    assert say("models.state_ok", lang) in capsys.readouterr().out
    assert main(["models", "verify", "--lang", lang]) == 0
    assert "model.bin" in capsys.readouterr().out


def test_a_model_that_is_not_there_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told
) -> None:
    monkeypatch.setenv("AVAUDIT_MODELS_DIR", str(tmp_path / "none"))
    assert main(["models", "verify", "whisper-base"]) == 1
    assert say("models.state_missing", "zh") in capsys.readouterr().out
    _said(capsys, "models", "verify", "nosuch")


def test_a_store_is_made_anew_from_the_record_files(store: Path, capsys: Told) -> None:
    assert main(["disclosures"]) == 0  # takes over what was looked at before
    before = rows_of(store / "s.duckdb")
    (store / "s.duckdb").unlink()
    assert main(["rebuild"]) == 0
    assert "s.duckdb" in capsys.readouterr().err
    assert rows_of(store / "s.duckdb") == before
    os.rename("s.records", "away")  # noqa: PTH104
    assert main(["rebuild"]) == 1
    assert "s.records" in capsys.readouterr().err


@pytest.mark.parametrize("command", [[], ["models"], ["rules"], *_COMMANDS], ids=" ".join)
def test_help_is_in_the_users_language(
    command: list[str], capsys: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In Chinese no word is left in English but names of options, values and places to fill.
    monkeypatch.setenv("AVAUDIT_LANG", "zh")
    with pytest.raises(SystemExit) as left:
        main([*command, "--help"])
    told = capsys.readouterr().out * (not left.value.code)
    names = "|".join({word for one in _COMMANDS for word in one} | {"zh", "en", "statement"})
    allowed = rf"-[-\w]+|\{{[^}}]*\}}|[A-Z][A-Z_-]+|avaudit[. \w]*|\b({names})\b"
    assert not re.findall(r"[a-z]{3,}", re.sub(allowed, " ", told)), told
    assert re.search(r"[\u4e00-\u9fff]{2,}", told)
