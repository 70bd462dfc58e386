"""The views for people: order, denominators, and what is past left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from store_values import (
    START,
    a_decision,
    a_finding,
    a_record,
    a_register,
    an_activity,
    changed_file,
    moved_on,
    stored,
    view,
)

from avaudit.domain.finding import AuditRecord, Result
from avaudit.domain.rule import Outcome, Severity
from avaudit.store.read import (
    summary,
)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "avaudit.duckdb"


def test_passes_count_under_their_own_article(db: Path) -> None:
    passes = (Result("storage.late", Outcome.PASS, "", "17", Severity.MEDIUM),)
    stored(db, a_record(1, results=passes, findings=()))
    (row,) = view(db, "v_article_month")
    assert (row["subject"], row["n_results"], row["n_fail"]) == ("17", 1, 0)
    assert [row["severity"] for row in summary(db, "run-1")] == ["medium"]


def _with_findings(number: int, *kinds: tuple[str, Outcome, Severity]) -> AuditRecord:
    made = [
        replace(a_finding(number, rule, outcome, "run-1"), severity=severity)
        for rule, outcome, severity in kinds
    ]
    return a_record(number, findings=tuple(made))


def test_the_inbox_shows_failures_first(db: Path) -> None:
    record = _with_findings(
        1,
        ("place", Outcome.PASS, Severity.CRITICAL),
        ("time", Outcome.OPEN, Severity.CRITICAL),
        ("cause", Outcome.REVIEW, Severity.LOW),
        ("target", Outcome.FAIL, Severity.LOW),
        ("notice", Outcome.ERROR, Severity.MEDIUM),
        ("officers", Outcome.FAIL, Severity.HIGH),
    )
    stored(db, record, a_register(), a_decision("f-run-1-1-cause", "confirmed"))
    inbox = view(db, "v_inbox")
    assert [row["rule_id"].removeprefix("statement.") for row in inbox] == [
        "officers", "notice", "target", "cause", "time",
    ]  # fmt: skip
    assert [row["decision"] for row in inbox] == [None, None, None, "confirmed", None]
    assert inbox[0]["officers"] == ["张三", "李四"]
    assert inbox[0]["span_at"] == START + timedelta(hours=1, seconds=12)


def test_the_inbox_leaves_out_what_is_past(db: Path) -> None:
    stored(db, a_record(1), moved_on(a_record(1, run="run-2"), 1), a_record(2), changed_file(2))
    assert [row["finding_id"] for row in view(db, "v_inbox")] == ["f-run-2-1-time", "f-new"]


def test_each_recording_has_a_row(db: Path) -> None:
    stored(db, a_record(1), changed_file(1))
    rows = {row["recording_id"]: row for row in view(db, "v_recording")}
    assert (rows["rec-1"]["present"], rows["rec-1-new"]["present"]) == (False, True)
    assert (rows["rec-1"]["n_fail"], rows["rec-1"]["n_pass"], rows["rec-1"]["n_open"]) == (1, 6, 0)


def test_months_have_denominators(db: Path) -> None:
    cause = [replace(r, outcome=Outcome.OPEN) for r in a_record(2).results[:2]]
    other = a_record(2, results=(*cause, *a_record(2).results[2:]), activity_id="act-9")
    stored(db, a_record(1), other, a_register(an_activity(1, officers=("张三",), unit="一队")))
    officers = {row["subject"]: row for row in view(db, "v_officer_month")}
    assert set(officers) == {"张三", None}
    assert officers["张三"]["n_results"] == 7
    assert officers["张三"]["n_fail"] == 1
    assert officers[None]["share_open"] == pytest.approx(2 / 7)
    assert {row["subject"] for row in view(db, "v_unit_month")} == {"一队", None}
    articles = {row["subject"]: row for row in view(db, "v_article_month")}
    assert articles["14(1)"]["n_recordings"] == 2
    assert articles["14(1)"]["n_results"] == 4
    assert articles["14(1)"]["n_open"] == 2
    assert {row["month"] for row in articles.values()} == {"2026-11"}


def test_coverage_counts_activities_that_nobody_recorded(db: Path) -> None:
    stored(db, a_record(1), a_record(4), a_register(an_activity(0), an_activity(1)))
    rows = {row["activity_id"]: row for row in view(db, "v_coverage")}
    assert (rows["act-0"]["n_recordings"], rows["act-0"]["recorded_s"]) == (0, 0)
    assert (rows["act-1"]["n_recordings"], rows["act-1"]["recorded_s"]) == (2, 1200)
    assert rows["act-1"]["planned_s"] == 1800
    assert rows["act-1"]["share_recorded"] == pytest.approx(2 / 3)


def test_examples_are_places_that_nobody_dismissed(db: Path) -> None:
    kinds = (("time", Outcome.FAIL), ("place", Outcome.PASS), ("cause", Outcome.REVIEW))
    record = _with_findings(1, *((rule, outcome, Severity.LOW) for rule, outcome in kinds))
    stored(db, record, a_record(2), a_decision("f-run-1-2-time", "dismissed"))
    rows = view(db, "v_examples")
    assert {row["finding_id"] for row in rows} == {
        "f-run-1-1-time", "f-run-1-1-place", "f-run-1-2-place",
    }  # fmt: skip
    assert {row["quote"] for row in rows} == {"现在是上午九点"}
