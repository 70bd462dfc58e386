"""`avaudit explain` and `avaudit findings` where an opening statement was judged."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from avaudit.cli import main
from avaudit.i18n import LANGUAGES, say
from support.statements import audited, judged, kept, sample_register

Told = pytest.CaptureFixture[str]
_ACTIVITY = sample_register().activities[0]


@pytest.fixture(autouse=True)
def _store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = ("地点是青羊镇城关村农贸市场东口", "我们是执法人员李晓红、王建国", "进行现场检查")
    kept(
        tmp_path / "s.duckdb", audited(judged(said, _ACTIVITY), _ACTIVITY, str(tmp_path / "a.mp4"))
    )
    monkeypatch.setenv("AVAUDIT_DB", "s.duckdb")
    monkeypatch.setenv("COLUMNS", "160")


def _findings(capsys: Told, *options: str) -> list[dict[str, str]]:
    assert main(["findings", "--format", "json", *options]) == 0
    found: list[dict[str, str]] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_recording_is_explained_by_its_statement(lang: str, capsys: Told) -> None:
    shown = set()
    for name in ("a.mp4", str(Path("a.mp4").absolute()), "rec-QY2026-001"):
        assert main(["explain", name, "--lang", lang]) == 0
        shown.add(capsys.readouterr().out)
    (told,) = shown
    for key in ("receipt.title", "receipt.lacking", "receipt.model", "report.recording"):
        assert say(key, lang) in told
    assert "QY2026-001" in told
    assert "本次执法全程录音录像，请您配合。" in told
    assert not re.search(r"\{\w+\}|receipt\.[a-z]", told)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_finding_about_the_statement_comes_with_the_receipt(lang: str, capsys: Told) -> None:
    for row in _findings(capsys, "--rule", "statement"):
        assert main(["explain", row["finding_id"], "--lang", lang]) == 0
        told = capsys.readouterr().out
        assert say("report.rationale", lang) in told
        assert say("receipt.title", lang) in told
        assert told.count("QY2026-001") == 1


def test_what_is_neither_a_finding_nor_a_recording_is_told(capsys: Told) -> None:
    assert main(["explain", "b.mp4"]) == 1
    assert capsys.readouterr().err.strip() == say("store.no_recording", "zh", name="b.mp4")


def test_passes_are_listed_only_where_they_are_asked_for(capsys: Told) -> None:
    assert {row["outcome"] for row in _findings(capsys)} == {"fail"}
    passes = _findings(capsys, "--outcome", "pass")
    assert {row["rule_id"] for row in passes} == {
        "statement.place", "statement.officers", "statement.stage",
    }  # fmt: skip
