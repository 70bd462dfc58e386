"""The opening statement in the store: its elements, and what the inbox leaves out of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from store_values import a_finding, a_record, changed_file, moved_on, stored, view

from avaudit.domain.finding import Finding
from avaudit.domain.rule import Outcome
from avaudit.errors import ConfigError, StoreError
from avaudit.i18n import say_error
from avaudit.language.statement import ELEMENTS
from avaudit.store.read import FindingFilter, finding, findings, statement
from support.statements import audited, judged, kept, sample_register

_ACTIVITY = sample_register().activities[0]
_TALK = ("今天天气不错咱们中午去吃什么好呢",)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "avaudit.duckdb"


def test_elements_stand_in_the_order_of_the_article(db: Path) -> None:
    kept(db, audited(judged(("地点是青羊镇城关村农贸市场东口",), _ACTIVITY), _ACTIVITY))
    for name in ("a.mp4", "/v/a.mp4", "v/a.mp4", "rec-QY2026-001"):
        found = statement(db, name)
        assert [row["element"] for row in found.elements] == list(ELEMENTS)
        assert found.activity is not None
        assert found.activity["activity_id"] == "QY2026-001"
    place = found.elements[1]
    assert (place["match"], place["value"]) == ("confirmed", _ACTIVITY.place)
    assert finding(db, place["finding_id"]).elements == found.elements


def test_the_latest_audit_of_a_recording_counts(db: Path) -> None:
    stored(db, a_record(1), moved_on(a_record(1, run="run-2"), 1), changed_file(1))
    assert statement(db, "现场 1.mp4").recording["recording_id"] == "rec-1-new"
    assert statement(db, "rec-1").run["run_id"] == "run-2"


def test_recordings_that_are_not_there_or_not_alone_are_told(db: Path) -> None:
    there = audited(judged(_TALK, _ACTIVITY), _ACTIVITY)
    other = replace(there.recording, recording_id="rec-2", path="/w/a.mp4")
    photo = replace(there.recording, recording_id="rec-3", path="/v/b.jpg")
    kept(db, there, replace(there, recording=other),
         replace(there, recording=photo, findings=(), results=()))  # fmt: skip
    for name, kind, key in (
        ("c.mp4", StoreError, "no_recording"), ("b.jpg", StoreError, "no_statement"),
        (".mp4", StoreError, "no_recording"), ("a.mp4", ConfigError, "several_recordings"),
    ):  # fmt: skip
        with pytest.raises(kind) as caught:
            statement(db, name)
        assert caught.value.key == f"store.{key}"
    told = say_error(caught.value, "zh")
    assert "/v/a.mp4" in told
    assert "rec-2" in told
    assert statement(db, "w/a.mp4").recording["recording_id"] == "rec-2"


@pytest.mark.parametrize(
    ("measured", "value"),
    [({"value": "冬沟村", "match": "ambiguous", "either": ["东沟村", "冬沟村"]}, ""),
     ({"value": "王建国", "match": "ambiguous", "either": ["李晓宏/李晓红"]}, "王建国"),
     ({"value": "", "match": "ambiguous", "either": ["李一", "李毅"]}, ""),
     ({"value": "东沟村", "match": "confirmed"}, "东沟村"),
     ({"coverage": 0.0}, None)],
)  # fmt: skip
def test_a_value_that_was_not_judged_or_that_sound_leaves_open_is_none(
    measured: dict[str, object], value: str | None, db: Path
) -> None:
    made = replace(a_finding(1, "place", Outcome.OPEN, "run-1"), evidence={"measured": measured})
    stored(db, a_record(1, findings=(made,)))
    (row,) = statement(db, "rec-1").elements
    assert row["value"] == value
    assert row["either"] == measured.get("either")


def test_the_inbox_says_once_that_there_is_no_statement(db: Path) -> None:
    none = audited(judged(_TALK, _ACTIVITY), _ACTIVITY)
    extra = [
        _changed(none.findings, "statement.place", outcome=Outcome.FAIL, code="differs"),
        _changed(none.findings, "statement.time", outcome=Outcome.REVIEW, code="may_differ"),
        _changed(none.findings, "statement.cause", outcome=Outcome.OPEN, code="unsure"),
    ]
    rest = tuple(f for f in none.findings if f.rule_id not in {e.rule_id for e in extra})
    kept(db, replace(none, findings=(*rest, *extra)))
    assert {row["rule_id"] for row in view(db, "v_inbox")} == {
        "statement.present", "statement.place", "statement.time",
    }  # fmt: skip
    assert len(findings(db)) == len(ELEMENTS) + 1


def _changed(found: tuple[Finding, ...], rule: str, **changes: Any) -> Finding:
    (one,) = (f for f in found if f.rule_id == rule)
    return replace(one, **changes)


def test_the_inbox_keeps_elements_where_there_is_a_statement(db: Path) -> None:
    said = ("地点是青羊镇城关村农贸市场东口", "我们是执法人员李晓红、王建国", "进行现场检查")
    kept(db, audited(judged(said, _ACTIVITY), _ACTIVITY))
    assert {row["rule_id"] for row in view(db, "v_inbox")} == {
        "statement.time", "statement.cause", "statement.target", "statement.notice",
    }  # fmt: skip


def test_an_old_run_without_a_statement_hides_nothing_of_a_new_one(db: Path) -> None:
    none = audited(judged(_TALK, _ACTIVITY), _ACTIVITY)
    rest = tuple(f for f in none.findings if f.rule_id != "statement.present")
    assert none.audited_at is not None
    later = none.audited_at + timedelta(days=1)
    newer = replace(none, run=replace(none.run, run_id="run-2"), findings=rest, audited_at=later)
    kept(db, none, newer)
    assert len(view(db, "v_inbox")) == len(ELEMENTS)


def test_elements_that_pass_are_examples_and_no_clutter(db: Path) -> None:
    kept(db, audited(judged(("地点是青羊镇城关村农贸市场东口", *_TALK), _ACTIVITY), _ACTIVITY))
    assert {row["outcome"] for row in findings(db)} > {"pass"}
    without = findings(db, FindingFilter(passes=False))
    assert without
    assert "pass" not in {row["outcome"] for row in without}
    (good,) = [row for row in view(db, "v_examples") if row["outcome"] == "pass"]
    assert (good["rule_id"], good["code"], good["decision"]) == (
        "statement.place", "confirmed", None,
    )  # fmt: skip
    assert "农贸市场" in good["quote"]
    (month,) = view(db, "v_article_month")
    assert month["n_results"] == len(view(db, "results")) - 2  # late and order do not apply
