"""Recall, precision and false alarms of rules, over a store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from labelled_store import HOUR_S, audited, evaluated, label, raised, store, truth

from avaudit.domain.rule import Outcome
from avaudit.errors import ConfigError
from avaudit.evaluate.rules import OtherGrade, RuleFigures
from avaudit.evaluate.truth import read_truth

_GAP = "continuity.gap"


def _rule(folder: Path, findings: list[tuple[float | None, float | None]],
          labels: list[tuple[float | None, float | None]], collar_s: float = 0.5
          ) -> RuleFigures:  # fmt: skip
    """The figures of a rule over one recording of an hour."""
    db = store(folder, audited(folder / "a.wav", [raised(_GAP, "fail", *f) for f in findings]))
    expected = [label(_GAP, "fail", *one) for one in labels]
    written = truth(folder, {"path": "a.wav", "expected": expected})
    (figures,) = evaluated(db, written, collar_s).overall.rules
    return figures


def test_findings_meet_labels_where_they_lie(tmp_path: Path) -> None:
    found = _rule(tmp_path, [(10.0, 12.0), (50.0, 51.0)], [(11.0, 14.0), (80.0, 81.0), (95.0, 96)])
    assert (found.recall.n, found.recall.of) == (1, 3)
    assert (found.precision.n, found.precision.of) == (1, 2)
    assert (found.false_alarms, found.per_100_h) == (1, 100.0)
    assert (found.files, found.hours, found.left_open) == (1, 1.0, 0)


@pytest.mark.parametrize(
    ("found", "labelled", "collar_s", "meets"),
    [
        ((10.0, 12.0), (12.4, 13.0), 0.5, True),
        ((10.0, 12.0), (12.6, 13.0), 0.5, False),
        ((13.0, 14.0), (10.0, 12.4), 0.5, False),
        ((13.0, 14.0), (10.0, 12.4), 0.6, True),
        ((None, None), (12.6, 13.0), 0.5, True),
        ((10.0, 12.0), (None, None), 0.5, True),
        ((10.0, None), (10.2, None), 0.5, True),
        ((10.0, None), (10.6, None), 0.5, False),
    ],
)
def test_the_collar_decides_at_the_edges(
    tmp_path: Path,
    found: tuple[float | None, float | None],
    labelled: tuple[float | None, float | None],
    collar_s: float,
    meets: bool,
) -> None:
    assert _rule(tmp_path, [found], [labelled], collar_s).recall.n == int(meets)


def test_passes_are_neither_found_nor_false(tmp_path: Path) -> None:
    records = [audited(tmp_path / "a.wav", [raised(_GAP, "open"), raised(_GAP, "error")])]
    db = store(tmp_path, *records)
    written = truth(tmp_path, {"path": "a.wav", "expected": [label(_GAP, "pass")]})
    (figures,) = evaluated(db, written).overall.rules
    assert (figures.recall.of, figures.precision.of, figures.per_100_h) == (0, 0, 0.0)


def test_what_was_left_open_is_told_apart_from_what_was_missed(tmp_path: Path) -> None:
    outcomes = {"a": "open", "b": "pass", "c": "open"}
    db = store(tmp_path, *(
        audited(tmp_path / name, [raised(_GAP)] if name == "c" else [], {_GAP: outcome})
        for name, outcome in outcomes.items()
    ))  # fmt: skip
    written = truth(tmp_path, *({"path": n, "expected": [label(_GAP)]} for n in outcomes))
    (figures,) = evaluated(db, written).overall.rules
    assert (figures.recall.n, figures.recall.of, figures.left_open) == (1, 3, 1)
    assert (figures.judged, figures.files) == (3, 3)


def test_another_grade_counts_as_found_and_is_listed(tmp_path: Path) -> None:
    db = store(tmp_path, audited(tmp_path / "a", [raised(_GAP, "review")]),
               audited(tmp_path / "b", [raised(_GAP, "fail"), raised(_GAP, "review")]))  # fmt: skip
    entries = ({"path": name, "expected": [label(_GAP, "fail")]} for name in "ab")
    (figures,) = evaluated(db, truth(tmp_path, *entries)).overall.rules
    assert (figures.recall.n, figures.precision.n) == (2, 3)
    path = str(tmp_path / "a")
    assert figures.other_grade == (OtherGrade(path, Outcome.FAIL, Outcome.REVIEW),)


def test_a_rule_that_does_not_apply_to_a_file_is_false_there(tmp_path: Path) -> None:
    db = store(tmp_path, audited(tmp_path / "a", [raised(_GAP)], length_s=3 * HOUR_S),
               audited(tmp_path / "b", [raised(_GAP), raised("custody.hash")]))  # fmt: skip
    written = truth(tmp_path, {"path": "a", "expected": [label(_GAP)]}, {"path": "b"})
    (figures,) = evaluated(db, written).overall.rules
    assert (figures.rule, figures.false_alarms) == (_GAP, 1)
    assert (figures.hours, figures.per_100_h) == (4.0, 25.0)
    assert (figures.judged, figures.files) == (0, 2)  # the records hold no results


def test_files_of_one_side_alone_are_told(tmp_path: Path) -> None:
    db = store(tmp_path, audited(tmp_path / "a"), audited(tmp_path / "z", [raised(_GAP)]))
    entries = ({"path": name, "expected": [label(_GAP)]} for name in "ab")
    found = evaluated(db, truth(tmp_path, *entries))
    assert found.missing == (str(tmp_path / "b"),)
    assert found.unlabelled == (str(tmp_path / "z"),)
    assert (found.overall.files, found.overall.rules[0].recall.of) == (1, 1)
    assert found.overall.rules[0].false_alarms == 0


def test_a_store_without_any_of_them_is_refused(tmp_path: Path) -> None:
    db = store(tmp_path, audited(tmp_path / "z"))
    with pytest.raises(ConfigError) as caught:
        evaluated(db, truth(tmp_path, {"path": "a"}))
    assert caught.value.key == "evaluate.none_held"


def test_a_file_that_was_moved_is_found_by_its_name_unless_in_doubt(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    places = (elsewhere / "a", elsewhere / "b", elsewhere / "more" / "b", tmp_path / "c",
              elsewhere / "c")  # fmt: skip
    db = store(tmp_path, *(audited(place) for place in places))
    found = evaluated(db, truth(tmp_path, *({"path": name} for name in "abc")))
    assert found.overall.files == 2
    assert found.missing == (str(tmp_path / "b"),)
    assert set(found.unlabelled) == {str(places[1]), str(places[2]), str(places[4])}


def test_the_latest_audit_of_a_file_counts(tmp_path: Path) -> None:
    first, second = (audited(tmp_path / "a", f, night=n) for n, f in ((1, [raised(_GAP)]), (2, [])))
    db = store(tmp_path, second, first)
    written = truth(tmp_path, {"path": "a", "expected": [label(_GAP)]})
    assert evaluated(db, written).overall.rules[0].recall.n == 0


def test_groups_share_out_the_files(tmp_path: Path) -> None:
    db = store(
        tmp_path, *(audited(tmp_path / n, [raised(_GAP)] if n == "a" else []) for n in "abc")
    )
    voices = {"a": {"voice": "low"}, "b": {"voice": "clear"}, "c": {}}
    entries = [{"path": n, "expected": [label(_GAP)], **voice} for n, voice in voices.items()]
    found = evaluated(db, truth(tmp_path, *entries), by="voice")
    assert {name: (f.files, f.rules[0].recall.n) for name, f in found.groups.items()} == {
        "": (1, 0), "clear": (1, 0), "low": (1, 1),
    }  # fmt: skip
    assert found.overall.rules[0].recall.of == 3


def test_the_span_error_is_the_larger_miss_of_the_nearest_finding(tmp_path: Path) -> None:
    found = _rule(
        tmp_path, [(10.0, 12.0), (11.0, 20.0), (50.2, 51.0), (80.0, None), (None, None)],
        [(10.1, 12.4), (50.0, 51.1), (80.0, 81.0)],
    )  # fmt: skip
    assert found.span_error is not None
    assert found.span_error.n == 2
    assert found.span_error.median_s == pytest.approx(0.3)
    assert found.span_error.largest_s == pytest.approx(0.4)
    assert found.span_error.p90_s == pytest.approx(0.4)
    assert found.span_error.within_frame.of == 0


def test_misses_are_told_in_quantiles_and_frames(tmp_path: Path) -> None:
    """Ten places in one file, missed by 0, 0.01 ... 0.09 s: 0.04 s is how long a picture lasts."""
    places = [10.0 * (n + 1) for n in range(10)]
    found = [raised(_GAP, "fail", at + n / 100, at + n / 100) for n, at in enumerate(places)]
    db = store(tmp_path, audited(tmp_path / "a.wav", found))
    expected = [label(_GAP, "fail", at, at) for at in places]
    written = truth(tmp_path, {"path": "a.wav", "expected": expected, "frame_s": 0.04})
    (figures,) = evaluated(db, written).overall.rules
    assert figures.span_error is not None
    assert figures.span_error.median_s == pytest.approx(0.045)
    assert figures.span_error.p90_s == pytest.approx(0.08)
    assert (figures.span_error.within_frame.n, figures.span_error.within_frame.of) == (5, 10)


@pytest.mark.parametrize(
    ("finding", "allowed", "alarms"),
    [
        (("review", 10.0, 11.0), ("review", None, None), 0),
        (("fail", 10.0, 11.0), ("review", None, None), 1),
        (("fail", 10.0, 11.0), ("fail", None, None), 0),
        (("review", 10.0, 11.0), ("review", 30.0, 31.0), 1),
        (("review", 30.2, 31.0), ("review", 30.0, 31.0), 0),
    ],
)
def test_what_a_file_allows_is_neither_right_nor_wrong(
    tmp_path: Path,
    finding: tuple[str, float, float],
    allowed: tuple[str, float | None, float | None],
    alarms: int,
) -> None:
    db = store(tmp_path, audited(tmp_path / "a.wav", [raised(_GAP, *finding)]))
    entry = {"path": "a.wav", "expected": [label(_GAP, "fail", 80.0, 81.0)],
             "allowed": [label(_GAP, *allowed)]}  # fmt: skip
    (figures,) = evaluated(db, truth(tmp_path, entry)).overall.rules
    assert (figures.false_alarms, figures.precision.of) == (alarms, alarms)
    assert figures.recall.n == 0


def test_a_finding_on_a_label_is_right_whatever_is_allowed(tmp_path: Path) -> None:
    db = store(tmp_path, audited(tmp_path / "a.wav", [raised(_GAP, "review", 10.0, 11.0)]))
    entry = {"path": "a.wav", "expected": [label(_GAP, "fail", 10.0, 11.0)],
             "allowed": [label(_GAP, "review")]}  # fmt: skip
    (figures,) = evaluated(db, truth(tmp_path, entry)).overall.rules
    assert (figures.recall.n, figures.precision.n, figures.precision.of) == (1, 1, 1)


def test_without_spans_there_is_no_span_error(tmp_path: Path) -> None:
    assert _rule(tmp_path, [(None, None)], [(10.0, 12.0)]).span_error is None
    assert _rule(tmp_path, [(10.0, 12.0)], [(None, None)]).span_error is None
    assert _rule(tmp_path, [(90.0, 92.0)], [(10.0, 12.0)]).span_error is None


_OVERLAP = "continuity.overlap"


def _sessions(folder: Path, *sessions: dict[str, Any]) -> Path:
    files = [{"path": name, "expected": [label(_GAP, "pass")]} for name in "abc"]
    book = {"files": files, "sessions": list(sessions)}
    path = folder / "truth.yaml"
    path.write_text(yaml.safe_dump(book), encoding="utf-8")
    return path


def test_rules_of_sessions_are_judged_by_sessions(tmp_path: Path) -> None:
    """a and b are a session with a label that is found, c one with none, and an alarm."""
    db = store(tmp_path, audited(tmp_path / "a"), audited(tmp_path / "b", [raised(_OVERLAP)]),
               audited(tmp_path / "c", [raised(_OVERLAP), raised(_GAP)]))  # fmt: skip
    written = _sessions(
        tmp_path, {"name": "one", "files": ["a", "b"], "expected": [label(_OVERLAP)], "kind": "x"},
        {"name": "two", "files": ["c"], "expected": [label(_OVERLAP, "pass")], "kind": "y"},
    )  # fmt: skip
    found = evaluated(db, written, by="kind")
    gap, overlap = found.overall.rules
    assert (gap.files, gap.false_alarms, gap.hours) == (3, 1, 3.0)
    assert (overlap.files, overlap.recall.n, overlap.recall.of) == (2, 1, 1)
    assert (overlap.false_alarms, overlap.hours) == (1, 3.0)
    assert (found.overall.files, found.overall.hours) == (3, 3.0)
    assert found.groups["x"].rules[0].recall.n == 1
    assert found.groups["y"].rules[0].false_alarms == 1


def test_a_session_lacking_a_file_in_the_store_is_missing(tmp_path: Path) -> None:
    db = store(tmp_path, *(audited(tmp_path / name) for name in "abc"))
    written = _sessions(tmp_path, {"name": "s", "files": ["a", "gone"], "expected": []})
    assert evaluated(db, written).missing == ("s",)


@pytest.mark.parametrize("sessions", [{"no": "list"}, [{"name": "s"}], [{"files": []}], ["x"]])
def test_sessions_without_files_are_refused(tmp_path: Path, sessions: object) -> None:
    path = tmp_path / "t.yaml"
    path.write_text(yaml.safe_dump({"files": [{"path": "a"}], "sessions": sessions}), "utf-8")
    with pytest.raises(ConfigError, match=r"evaluate\.no_"):
        read_truth(path)
