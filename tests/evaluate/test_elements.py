"""Elements of statements: heard, left out, said otherwise; names and parts of the time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from labelled_store import audited, evaluated, judge, store, truth

from avaudit.evaluate.evaluation import Figures

Judged = dict[str, tuple[str, str | None]]


def _figures(folder: Path, *cases: tuple[dict[str, Any], Judged]) -> Figures:
    """Figures over files, each with its labels and with what the store says of its elements."""
    records = [audited(folder / f"{number}.wav") for number in range(len(cases))]
    db = store(folder, *records)
    for record, (_, rows) in zip(records, cases, strict=True):
        judge(db, record, **rows)
    entries = ({"path": f"{n}.wav", **labels} for n, (labels, _) in enumerate(cases))
    return evaluated(db, truth(folder, *entries)).overall


def _place(said: str | None, match: str | None, *differs: str) -> tuple[dict[str, Any], Judged]:
    rows: Judged = {"place": (match, None)} if match else {}
    return {"elements": {"place": said}, "differs": list(differs)}, rows


def test_what_is_said_as_registered(tmp_path: Path) -> None:
    matches = ("confirmed", "said", "absent", "unsure", "ambiguous", "differs", None)
    (place,) = _figures(tmp_path, *(_place("村口", match) for match in matches)).elements
    assert (place.recall.n, place.recall.of) == (2, 7)
    assert (place.false_absent.n, place.false_absent.of) == (1, 7)
    assert (place.precision.n, place.precision.of) == (2, 2)
    assert place.matches == {"said": {m or "not_judged": 1 for m in matches}}


def test_what_is_left_out(tmp_path: Path) -> None:
    matches = ("absent", "absent", "confirmed", "unsure", None)
    (place,) = _figures(tmp_path, *(_place(None, match) for match in matches)).elements
    assert (place.absent.n, place.absent.of) == (2, 5)
    assert (place.precision.n, place.precision.of) == (0, 1)
    assert (place.recall.of, place.differs.of) == (0, 0)


def test_what_is_said_otherwise(tmp_path: Path) -> None:
    matches = ("differs", "confirmed", "confirmed", "absent")
    (place,) = _figures(tmp_path, *(_place("村口", m, "place") for m in matches)).elements
    assert (place.differs.n, place.differs.of) == (1, 4)
    assert (place.wrongly_confirmed.n, place.wrongly_confirmed.of) == (2, 4)
    assert (place.precision.n, place.precision.of) == (0, 2)
    assert place.recall.of == 0


def test_talk_that_is_no_statement_can_only_be_wrong(tmp_path: Path) -> None:
    talk: tuple[dict[str, Any], Judged] = ({"elements": None}, {"place": ("confirmed", None)})
    (place,) = _figures(tmp_path, _place("村口", "confirmed"), talk).elements
    assert (place.precision.n, place.precision.of) == (1, 2)
    assert (place.recall.of, place.absent.of) == (1, 0)


def test_files_without_labels_of_elements_are_left_aside(tmp_path: Path) -> None:
    unlabelled: tuple[dict[str, Any], Judged] = ({}, {"place": ("confirmed", None)})
    figures = _figures(tmp_path, _place("村口", "confirmed"), unlabelled)
    assert figures.elements[0].precision.of == 1
    assert figures.files == 2


@pytest.mark.parametrize(
    ("labels", "value", "recall", "precision"),
    [
        ({}, "李晓红、王建国", (2, 2), (2, 2)),
        ({}, "李晓红", (1, 2), (1, 1)),
        ({}, "李晓红、赵志强", (1, 2), (1, 2)),
        ({}, None, (0, 2), (0, 0)),
        ({"register": {"officers": ["李晓红", "赵志强"]}}, "李晓红、赵志强", (1, 1), (1, 2)),
        ({"officers_said": ["李晓红"]}, "李晓红、王建国", (1, 1), (1, 2)),
    ],
)
def test_officers_are_counted_by_name(
    tmp_path: Path,
    labels: dict[str, Any],
    value: str | None,
    recall: tuple[int, int],
    precision: tuple[int, int],
) -> None:
    said = {"elements": {"officers": ["李晓红", "王建国"]}, **labels}
    names = _figures(tmp_path, (said, {"officers": ("confirmed", value)})).names
    assert (names.recall.n, names.recall.of) == recall
    assert (names.precision.n, names.precision.of) == precision


def test_names_that_sound_like_another_of_the_register_are_counted_apart(tmp_path: Path) -> None:
    """李晓红 and 李晓宏 in two registers: neither is expected to be found by sound."""
    judged = []
    for officers, found in ((["李晓红", "王建国"], "王建国"), (["李晓宏", "赵志强"], "李晓宏")):
        labels = {"elements": {"officers": officers}, "register": {"officers": officers}}
        answer: Judged = {"officers": ("confirmed", found)}
        judged.append((labels, answer))
    names = _figures(tmp_path, *judged).names
    assert (names.apart.n, names.apart.of) == (1, 2)
    assert (names.doubles.n, names.doubles.of) == (1, 2)
    assert (names.recall.n, names.recall.of) == (2, 4)


@pytest.mark.parametrize(
    ("spoken", "value", "right"),
    [
        ({"date": "2026-11-18", "hour": 9, "minute": 30}, "2026-11-18 09:30", "date hour minute"),
        ({"date": "11-18", "hour": 9, "minute": 30}, "---- 11-18 09:30", "date hour minute"),
        ({"date": "11-18", "hour": 9, "minute": 30}, "2026-11-18 09:20", "date hour"),
        ({"date": "2026-11-18", "hour": 9, "minute": 30}, "---- 11-18 21:30", "minute"),
        ({"hour": 9, "minute": 0}, "---- ----- 09:00", "hour minute"),
        ({"hour": 9, "minute": 0}, "上午九点", ""),
        ({"hour": 9, "minute": 0}, "---- ----- --:00", "minute"),
        ({"hour": 9, "minute": 0}, "---- ----- 09:--", "hour"),
        ({"hour": 9}, "09:00", "hour"),
        ({"date": "11-18", "hour": 9}, "2026----- 09:--", "hour"),
    ],
)
def test_parts_of_the_time(tmp_path: Path, spoken: dict[str, Any], value: str, right: str) -> None:
    said = {"elements": {"time": "九点"}, "spoken": spoken}
    time = _figures(tmp_path, (said, {"time": ("confirmed", value)})).time
    found = {"date": time.date, "hour": time.hour, "minute": time.minute}
    assert {part for part, one in found.items() if one.of} == set(spoken)
    assert " ".join(part for part, one in found.items() if one.n) == right
