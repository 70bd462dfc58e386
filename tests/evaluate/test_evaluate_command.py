"""`avaudit evaluate` as somebody at a keyboard uses it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from labelled_store import audited, judge, label, raised, store, truth

from avaudit.cli import main
from avaudit.i18n import LANGUAGES, say

Told = pytest.CaptureFixture[str]
_GAP = "continuity.gap"


@pytest.fixture
def labels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Labels of two files; the store holds them with a false alarm, and a third file."""
    first, second = audited(tmp_path / "a", [raised(_GAP, "review")]), audited(tmp_path / "b")
    db = store(tmp_path, first, second, audited(tmp_path / "z"))
    judge(db, first, place=("confirmed", "村口"), time=("said", "---- 11-18 09:20"))
    monkeypatch.setenv("AVAUDIT_DB", str(db))
    monkeypatch.setenv("COLUMNS", "200")
    said = {
        "elements": {"place": "村口", "time": "九点三十分"},
        "spoken": {"hour": 9, "minute": 30},
    }
    return truth(
        tmp_path,
        {"path": "a", "voice": "low", "expected": [label(_GAP, "fail")], **said},
        {"path": "b", "voice": "clear", "expected": [label(_GAP, "fail")]},
        {"path": "gone", "voice": "clear"},
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_tables_show_counts_and_intervals(labels: Path, lang: str, capsys: Told) -> None:
    assert main(["evaluate", "--truth", str(labels), "--lang", lang]) == 0
    told = capsys.readouterr()
    (rule,) = [line for line in told.out.splitlines() if _GAP in line]
    assert "1/2  50 % [9–91]" in rule
    (place,) = [line for line in told.out.splitlines() if "place" in line]
    assert "1/1  100 % [21–100]" in place
    (minute,) = [line for line in told.out.splitlines() if say("evaluate.minute", lang) in line]
    assert "0/1  0 % [0–79]" in minute
    assert say("evaluate.missing", lang, n=1) in told.err
    assert say("evaluate.unlabelled", lang, n=1) in told.err
    assert str(labels.parent / "gone") in told.err
    assert str(labels.parent / "z") in told.err
    assert say("report.review", lang) in told.err


def test_groups_stand_below_the_whole(labels: Path, capsys: Told) -> None:
    assert main(["evaluate", "--truth", str(labels), "--by", "voice", "--lang", "en"]) == 0
    rows = [line for line in capsys.readouterr().out.splitlines() if _GAP in line]
    assert ["all" in rows[0], "clear" in rows[1], "low" in rows[2]] == [True] * 3
    assert ["1/2" in rows[0], "0/1" in rows[1], "1/1" in rows[2]] == [True] * 3


def test_json_has_everything(labels: Path, capsys: Told) -> None:
    assert main(["evaluate", "--truth", str(labels), "--by", "voice", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found["groups"]) == {"low", "clear"}
    (rule,) = found["overall"]["rules"]
    assert (rule["recall"]["n"], rule["recall"]["of"], rule["recall"]["share"]) == (1, 2, 0.5)
    assert rule["other_grade"][0]["labelled"] == "fail"
    assert found["missing"] == [str(labels.parent / "gone")]
    assert found["unlabelled"] == [str(labels.parent / "z")]
    assert {one["element"]: one["matches"] for one in found["overall"]["elements"]} == {
        "place": {"said": {"confirmed": 1}}, "time": {"said": {"said": 1}},
    }  # fmt: skip


def test_several_files_of_labels_count_together(labels: Path, capsys: Told) -> None:
    more = truth(labels.parent, {"path": "z", "expected": [label(_GAP)]}, name="more.yaml")
    assert main(["evaluate", "--truth", str(labels), str(more), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["overall"]["files"], found["unlabelled"]) == (3, [])


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (["--collar", "-1"], "evaluate.wrong_collar"),
        (["--db", "none.duckdb"], "cli.no_store"),
    ],
)
def test_wrong_use_is_said(labels: Path, arguments: list[str], key: str, capsys: Told) -> None:
    assert main(["evaluate", "--truth", str(labels), *arguments, "--lang", "en"]) == 2
    said = say(key, "en", found=-1.0, db="none.duckdb")
    assert said.split(" none")[0].strip() in capsys.readouterr().err
