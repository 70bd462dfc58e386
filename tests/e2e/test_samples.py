"""The shipped samples, audited once as a user would, against what is true of them.

The audit runs without privilege over a read-only copy: nothing of an original can change.
"""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.night import CLI, WITHOUT_PRIVILEGE, ask, environment, run, state_of

_TOLERANCE_S = 0.5
Span = tuple[float | None, float | None]

#: What depends on when the samples were copied to this machine, not on what is in them.
_NOT_OF_THE_SAMPLES = ("storage.late",)


@dataclass(frozen=True)
class Sample:
    """What is known of a sample and what the store says of it."""

    label: dict[str, Any]
    outcomes: dict[str, str]
    findings: list[tuple[str, str, float | None, float | None]]
    activity: str | None


@dataclass(frozen=True)
class Audited:
    """The audit of the samples: its exit status and words, its store, files before and after."""

    status: int
    errors: str
    db: Path
    before: dict[str, Any]
    after: dict[str, Any]
    samples: dict[str, Sample]


def _samples(db: Path, labels: list[dict[str, Any]]) -> dict[str, Sample]:
    results = ask(db, "SELECT path, rule_id, outcome FROM results r "
                      "JOIN recordings ON recording_id = subject_id")  # fmt: skip
    findings = ask(db, "SELECT path, rule_id, outcome, start_s, end_s FROM findings "
                       "JOIN recordings USING (recording_id) "
                       "WHERE subject_kind = 'recording'")  # fmt: skip
    matched = dict(ask(db, "SELECT path, activity_id FROM audits JOIN recordings "
                           "USING (recording_id)"))  # fmt: skip
    activities = {Path(path).name: activity for path, activity in matched.items()}
    return {
        label["path"]: Sample(
            label,
            {rule: outcome for path, rule, outcome in results if Path(path).name == label["path"]},
            [(r, o, s, e) for path, r, o, s, e in findings if Path(path).name == label["path"]],
            activities[label["path"]],
        )
        for label in labels
    }


@pytest.fixture(scope="session")
def audited(tmp_path_factory: pytest.TempPathFactory, samples: Path, models_dir: Path) -> Audited:
    folder = tmp_path_factory.mktemp("samples")
    copy = folder / "originals"
    shutil.copytree(samples, copy)
    for file in copy.iterdir():
        file.chmod(0o444)
    copy.chmod(0o555)
    before = state_of(copy)
    db = folder / "s.duckdb"
    env = environment(AVAUDIT_SPEECH_MODEL="whisper-base", AVAUDIT_MODELS_DIR=models_dir)
    command = (*CLI, "audit", copy, "--register", copy / "register.csv", "--db", db)
    done = run(command, env, folder, WITHOUT_PRIVILEGE)
    assert db.exists(), done.stderr
    labels = yaml.safe_load((samples / "truth.yaml").read_text(encoding="utf-8"))["files"]
    return Audited(done.returncode, done.stderr, db, before, state_of(copy), _samples(db, labels))


def test_one_sample_cannot_be_examined_and_the_status_says_so(audited: Audited) -> None:
    assert audited.status == 1, audited.errors
    found = ask(audited.db, "SELECT path FROM recordings WHERE status = 'unexaminable'")
    assert [Path(path).name for (path,) in found] == ["DSJ-A3_0001237_20261120_143000.mp4"]


def test_every_labelled_outcome_is_found(audited: Audited) -> None:
    table: Counter[tuple[str, str, str]] = Counter()
    wrong = []
    for name, sample in audited.samples.items():
        for fact in sample.label["expected"]:
            got = sample.outcomes.get(fact["rule"], "none")
            table[fact["rule"], fact["outcome"], got] += 1
            if got != fact["outcome"]:
                wrong.append(f"{name}: {fact['rule']} is {got}, labelled {fact['outcome']}")
    assert sum(table.values()) > 90
    assert not wrong, "\n".join([*wrong, *_scores(table)])


def _scores(table: Counter[tuple[str, str, str]]) -> list[str]:
    """Precision and recall of failures and reviews, a line a rule."""
    bad = ("fail", "review")
    lines = [f"{'rule':28}{'recall':>12}{'precision':>12}"]
    for rule in sorted({rule for rule, _, _ in table}):
        cells = [(want in bad, got in bad, n) for (r, want, got), n in table.items() if r == rule]
        true = sum(n for want, got, n in cells if want and got)
        wanted = sum(n for want, _, n in cells if want)
        claimed = sum(n for _, got, n in cells if got)
        lines.append(f"{rule:28}{f'{true}/{wanted}':>12}{f'{true}/{claimed}':>12}")
    return lines


def _near(found: Span, labelled: Span) -> bool:
    return all(
        want is None or (got is not None and abs(got - want) <= _TOLERANCE_S + 1e-6)
        for got, want in zip(found, labelled, strict=True)
    )


def _labelled_span(fact: dict[str, Any]) -> Span:
    """A late statement is found from its first cue to its last one, not to its last word."""
    return fact["start_s"], None if fact["rule"] == "statement.late" else fact["end_s"]


def test_every_labelled_failure_is_found_where_it_is_and_nothing_beside_it(
    audited: Audited,
) -> None:
    wrong = []
    for name, sample in audited.samples.items():
        labels = [f for f in sample.label["expected"] if f["outcome"] in ("fail", "review")]
        seen = [f for f in sample.findings if f[0] not in _NOT_OF_THE_SAMPLES]
        found = [f for f in seen if f[1] in ("fail", "review")]
        for fact in labels:
            kind, span = (fact["rule"], fact["outcome"]), _labelled_span(fact)
            if not any(f[:2] == kind and _near(f[2:], span) for f in found):
                wrong.append(f"{name}: {kind} {span} not among {found}")
        for rule, outcome, *at in found:
            spans = [_labelled_span(f) for f in labels if f["rule"] == rule]
            if not any(_near((at[0], at[1]), span) for span in spans):
                wrong.append(f"{name}: {rule} {outcome} at {at} is labelled nowhere: {spans}")
    assert not wrong, "\n".join(wrong)


def test_nothing_is_found_where_the_label_says_pass(audited: Audited) -> None:
    wrong = [
        (name, finding)
        for name, sample in audited.samples.items()
        for finding in sample.findings
        for fact in sample.label["expected"]
        if fact["outcome"] == "pass" and finding[0] == fact["rule"] and finding[1] != "pass"
    ]
    assert not wrong


def test_what_the_register_has_stored_late_is_said(audited: Audited) -> None:
    """Recorded on Thursday, 2026-11-19, stored on Wednesday of the next week by the register."""
    late = {n for n, s in audited.samples.items() if s.outcomes["storage.late"] == "fail"}
    assert late == {"CAM-02_20261119_151500.flv", "VID_20261119_152000.3gp"}


def test_each_interruption_has_the_explanation_of_its_label(audited: Audited) -> None:
    labelled = {
        name: fact["explanation"]
        for name, sample in audited.samples.items()
        for fact in sample.label["expected"]
        if "explanation" in fact
    }
    rows = ask(audited.db, "SELECT path, explanation, quote FROM gaps JOIN recordings "
                           "ON recordings.recording_id = gaps.after_recording_id "
                           "WHERE subject_kind = 'recording'")  # fmt: skip
    assert len(rows) == len(labelled) == 2
    assert {Path(path).name: explanation for path, explanation, _ in rows} == labelled
    quotes = {explanation: quote for _, explanation, quote in rows}
    assert quotes["aloud:device"].startswith("刚才")
    assert "已书面说明" in quotes["in_writing"]


def test_facts_of_the_container_are_those_of_the_label(audited: Audited) -> None:
    wrong: list[object] = []
    for path, kind, codec, width, height, duration, started in ask(
        audited.db,
        "SELECT path, kind, video_codec, width, height, duration_s, "
        "strftime(timezone('Asia/Shanghai', started_at), '%Y-%m-%d %H:%M:%S') "
        "FROM recordings WHERE status <> 'unexaminable'",
    ):
        label = audited.samples[Path(path).name].label
        if label["kind"] == "photo":
            continue
        video = label["video"] or {"codec": None, "width": None, "height": None}
        if (kind, codec, width, height) != (
            label["kind"], video["codec"], video["width"], video["height"]
        ):  # fmt: skip
            wrong.append((path, kind, codec, width, height))
        length = label.get("readable_s", label["duration_s"])
        if abs(duration - length) > _TOLERANCE_S + 1e-6:
            wrong.append((path, "duration", duration, length))
        if started != label["started_at"]:
            wrong.append((path, "started_at", started, label["started_at"]))
    assert not wrong, wrong


def test_the_register_is_in_the_store_as_it_is_written(audited: Audited) -> None:
    found = ask(audited.db, "SELECT activity_id, case_no, officers, place FROM activities "
                            "ORDER BY activity_id")  # fmt: skip
    assert [row[0] for row in found] == [f"QY2026-{n:03}" for n in range(1, 11)]
    assert found[0][1:] == (
        "青综执检〔2026〕第118号", ["李晓红", "王建国"], "青羊镇城关村农贸市场东口"
    )  # fmt: skip


def test_recordings_belong_to_the_activity_whose_patterns_name_them(audited: Audited) -> None:
    #: The register names no files for this one: nothing but names links recordings so far.
    unnamed = "QY2026-005"
    for name, sample in audited.samples.items():
        labelled = sample.label["activity"]
        assert sample.activity == (None if labelled == unnamed else labelled), name


def test_each_sample_is_a_session_of_the_activity_that_it_is_labelled_with(
    audited: Audited,
) -> None:
    found = ask(audited.db, "SELECT path, sessions.activity_id FROM recordings "
                            "JOIN session_recordings USING (recording_id) "
                            "JOIN sessions USING (session_id)")  # fmt: skip
    assert {Path(path).name: activity for path, activity in found} == {
        name: sample.label["activity"] for name, sample in audited.samples.items()
    }


def test_of_groups_only_the_end_of_a_short_recording_is_for_review(audited: Audited) -> None:
    """The phone recorded 36 s of an activity of seven minutes."""
    found = ask(audited.db, "SELECT rule_id, subject_id, outcome FROM v_inbox "
                            "WHERE subject_kind <> 'recording' AND split_part(rule_id, '.', 2) IN "
                            "('late_start', 'early_end', 'between_files', 'file_missing', "
                            "'overlap')")  # fmt: skip
    assert found == [("coverage.early_end", "QY2026-009", "review")]


def test_what_was_heard_is_kept_with_its_times(audited: Audited) -> None:
    heard = ask(
        audited.db,
        "SELECT string_agg(text, '' ORDER BY start_s), min(start_s), max(end_s) FROM "
        "transcript_segments JOIN recordings USING (recording_id) WHERE path LIKE '%REC_%'",
    )
    text, begin, end = heard[0]
    assert "询问" in text
    assert 1.0 < begin < 3.0
    assert 27.0 < end < 36.5


def test_originals_are_as_they_were(audited: Audited) -> None:
    assert audited.after == audited.before
    kept = dict(ask(audited.db, "SELECT path, sha256 FROM recordings"))
    assert len(kept) == 17
    for path, sha256 in kept.items():
        assert sha256 == audited.before[Path(path).name][0]
