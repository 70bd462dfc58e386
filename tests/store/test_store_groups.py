"""Groups in the store: each line once, recordings in the session that claimed them last."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_values import (
    a_group,
    a_record,
    a_register,
    a_session,
    dump,
    gone,
    moved_on,
    stored,
    view,
)

from avaudit.domain.finding import AuditRecord
from avaudit.domain.group import GroupRecord
from avaudit.domain.session import GroupKind
from avaudit.store.journal import append
from avaudit.store.read import FindingFilter, finding, findings, summary
from avaudit.store.rebuild import rebuild
from avaudit.store.sync import SyncReport, sync, sync_with


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "avaudit.duckdb"


def _sessions(db: Path) -> dict[str, str]:
    """By recording, the session that its findings name; those of its gaps are the same."""
    named = {row["recording_id"]: row["session_id"] for row in view(db, "findings")
             if row["subject_kind"] == "recording"}  # fmt: skip
    inside = {r["recording_id"]: r["session_id"] for r in view(db, "gaps") if r["recording_id"]}
    assert inside == named
    return named


def test_recordings_name_their_session_however_lines_come(db: Path) -> None:
    stored(db, a_record(1), a_record(2), a_record(3))
    assert _sessions(db) == {"rec-1": "rec-1", "rec-2": "rec-2", "rec-3": "rec-3"}
    stored(db, a_session(1, 1, 2))
    assert _sessions(db) == {"rec-1": "s-rec-1", "rec-2": "s-rec-1", "rec-3": "rec-3"}
    again = replace(a_record(2), input_digest="other")
    stored(db, again, a_record(3, run="run-2"))
    assert _sessions(db) == {"rec-1": "s-rec-1", "rec-2": "s-rec-1", "rec-3": "rec-3"}
    before = dump(db)
    rebuild(db)
    assert dump(db) == before
    (session,) = view(db, "sessions")
    assert (session["session_id"], session["activity_id"]) == ("s-rec-1", "act-1")
    places = view(db, "session_recordings")
    assert [(r["recording_id"], r["position"]) for r in places] == [("rec-1", 0), ("rec-2", 1)]


def test_a_group_is_applied_once_and_replaced_by_another_input(db: Path) -> None:
    stored(db, a_record(1), a_record(2), a_session(1, 1, 2))
    before = dump(db)
    append(db, [a_session(1, 1, 2), a_session(1, 1, 2)])
    assert sync(db) == SyncReport(applied=2, unchanged=2)
    assert dump(db) == before
    stored(db, a_session(1, 1))
    assert _sessions(db) == {"rec-1": "s-rec-1", "rec-2": "rec-2"}
    (group,) = view(db, "groups")
    assert group["members"] == ["rec-1"]
    assert len([row for row in view(db, "gaps") if row["recording_id"] is None]) == 0


def test_a_withdrawn_group_takes_all_that_was_judged_of_it_along(db: Path) -> None:
    group = a_session(1, 1, 2)
    lone = stored(db.with_name("lone.duckdb"), a_record(1), a_record(2))
    stored(db, a_record(1), a_record(2), group, a_session(1, 1, 2, run="run-2"), gone(group))
    expected, found = dump(lone), dump(db)
    assert {**found, "runs": []} == {**expected, "runs": []}


def test_kinds_are_told_apart_by_more_than_their_ids(db: Path) -> None:
    same = [a_group(kind, "x") for kind in (GroupKind.ACTIVITY, GroupKind.DEVICE)]
    stored(db, *same)
    stored(db, gone(same[0]))
    assert [row["kind"] for row in view(db, "groups")] == ["device"]
    assert [row["subject_kind"] for row in view(db, "results")] == ["device"]
    assert [row["subject_kind"] for row in view(db, "findings")] == ["device"]


def test_findings_of_groups_are_shown_with_those_of_recordings(db: Path) -> None:
    group = a_session(1, 1, 2)
    device = a_group(GroupKind.DEVICE, "cam-9", device_id="cam-9")
    stored(db, a_record(1), a_record(2), a_register(), group, device)
    inbox = {row["finding_id"]: row for row in view(db, "v_inbox")}
    assert inbox["g-run-1-1"]["path"] == "/videos/现场 2.mp4"
    assert inbox["g-run-1-1"]["officers"] == ["张三", "李四"]
    assert (inbox["device-run-1-cam-9"]["path"], inbox["device-run-1-cam-9"]["device_id"]) == (
        None, "cam-9",
    )  # fmt: skip
    listed = {row["finding_id"] for row in findings(db, FindingFilter(rule="continuity"))}
    assert listed == {"g-run-1-1", "device-run-1-cam-9"}
    assert {row["rule_id"]: row["n"] for row in summary(db, "run-1") if row["outcome"] == "review"
            }["continuity.made_up"] == 2  # fmt: skip
    detail = finding(db, "device-run-1-cam-9")
    assert detail.recording is None
    assert detail.result is not None
    assert detail.result["outcome"] == "review"
    officers = {row["subject"]: row["n_review"] for row in view(db, "v_officer_month")}
    assert officers["张三"] == 1
    articles = {row["subject"]: row for row in view(db, "v_article_month")}
    assert articles["14"]["n_review"] == 2
    counted = {row["recording_id"]: row["n_review"] for row in view(db, "v_recording")}
    assert counted == {"rec-1": 0, "rec-2": 0}


def test_a_later_run_takes_the_place_of_an_earlier_one_in_what_is_shown(db: Path) -> None:
    early = a_session(1, 1, 2)
    later = a_session(1, 1, 2, run="run-2", judged_at=moved_on(a_record(1), 9).audited_at)
    stored(db, a_record(1), a_record(2), early, later)
    shown = {row["finding_id"] for row in findings(db, FindingFilter(rule="continuity"))}
    assert shown == {"g-run-2-1"}
    asked = findings(db, FindingFilter(rule="continuity", run="run-1"))
    assert [row["finding_id"] for row in asked] == ["g-run-1-1"]


def test_what_is_made_of_the_store_sees_it_up_to_date(db: Path) -> None:
    append(db, [a_record(1)])
    report = sync_with(db, lambda: [a_session(1, *(len(findings(db)) // 2,))])
    assert (report.applied, report.problems) == (2, ())
    assert _sessions(db) == {"rec-1": "s-rec-1"}


_LINES = st.lists(
    st.one_of(
        st.builds(
            lambda n, run, others: a_session(n, n, *others, run=run),
            st.integers(0, 2),
            st.sampled_from(["run-1", "run-2"]),
            st.lists(st.integers(3, 5), max_size=2, unique=True),
        ),
        st.builds(lambda n: gone(a_session(n, n)), st.integers(0, 2)),
        st.builds(
            lambda n, d: a_record(n, input_digest=d), st.integers(0, 5), st.sampled_from("ab")
        ),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(lines=_LINES)
def test_batches_and_single_lines_come_to_the_same(
    lines: list[GroupRecord | AuditRecord], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("lines")
    together = stored(folder / "together.duckdb", *lines)
    one_by_one = folder / "single.duckdb"
    append(one_by_one, lines)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("avaudit.store.sync._BATCH_LINES", 1)
        assert sync(one_by_one).problems == ()
    assert dump(one_by_one) == dump(together)
