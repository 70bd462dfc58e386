"""What a register's cell may hold: moments, lists, names and nothing."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from avaudit.domain.time import SHANGHAI
from support.register_files import as_csv, read_text, said


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-18 09:30",
        "2026-11-18 09:30:00",
        "2026/11/18 9:30",
        "2026.11.18 9:30",
        "2026年11月18日9时30分",
        "2026年11月18日 9时30分0秒",
        "2026年11月18日上午9点30分",
        "2026年11月18日（星期三）9：30",
        "２０２６－１１－１８　０９：３０",
        "2026-11-18T09:30:00.000+08:00",
        "2026-11-18T01:30Z",
        "2026-11-17T17:30:00-0800",
        "20261118093000",
        "202611180930",
        "46344.3958333333",
        "\u200e2026-11-18\u00a009:30",
    ],
)
def test_spellings_of_a_moment(tmp_path: Path, text: str) -> None:
    register = read_text(tmp_path, as_csv([["编号", "开始时间"], ["A1", text]]))
    assert register.problems == ()
    moment = register.activities[0].started_at
    assert moment == datetime(2026, 11, 18, 9, 30, tzinfo=SHANGHAI)
    assert moment.tzinfo is SHANGHAI


@pytest.mark.parametrize(
    ("text", "hour"), [("2026-11-18 下午3:05", 15), ("2026年11月18日下午12时5分", 12)]
)
def test_afternoons(tmp_path: Path, text: str, hour: int) -> None:
    register = read_text(tmp_path, as_csv([["编号", "开始时间"], ["A1", text]]))
    moment = datetime(2026, 11, 18, hour, 5, tzinfo=SHANGHAI)
    assert register.activities[0].started_at == moment


def test_24_hours_end_the_day(tmp_path: Path) -> None:
    register = read_text(tmp_path, "编号,开始时间\nA1,2026年12月31日24时\n")
    assert register.activities[0].started_at == datetime(2027, 1, 1, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "text",
    [
        "明天上午",
        "2026-13-01 09:30",
        "2026-11-31 09:30",
        "2026-11-18 25:00",
        "2026-11-18 9.30",
        "18/11/2026 09:30",
        "26-11-18 09:30",
        "1026-11-18 09:30",
        "9999-12-31 24:00",
        "2026-11-18 09:30+99:00",
        "2026-11-18 09:30 左右",
        "99999.5",
        "2026-11-18" + " " * 5000 + "x",
    ],
)
def test_a_time_that_is_none_is_reported_and_left_empty(tmp_path: Path, text: str) -> None:
    rows = [["编号", "开始时间", "地点"], ["A1", text, "建设路"]]
    register = read_text(tmp_path, as_csv(rows))
    (activity,) = register.activities
    assert (activity.started_at, activity.place) == (None, "建设路")
    (problem,) = register.problems
    found = text if len(text) <= 60 else text[:59] + "…"
    assert said(problem) == (
        2,
        "开始时间",
        f"时间“{found}”无法识别，应如“2026-11-18 09:30”；此格留空，其余照用",
        f"“{found}” is no time that can be read, expected one like “2026-11-18 09:30”; the cell is "
        "left empty, the rest of the row is used",
    )


def test_lists_take_every_separator_and_names_lose_inner_spaces(tmp_path: Path) -> None:
    header = ["编号", "开始时间", "执法人员", "录音录像", "设备编号", "证号"]
    row = [
        "Ａ１",
        "2026-11-18 09:30",
        "张　三;李四；王五、赵六\n钱七，Ana Li",
        "a.mp4；b,c.mp4",
        "ＤＳＪ－１",
        "1 2 3",
    ]
    (activity,) = read_text(tmp_path, as_csv([header, row])).activities
    assert activity.activity_id == "A1"
    assert activity.officers == ("张三", "李四", "王五", "赵六", "钱七", "Ana Li")
    assert activity.recordings == ("a.mp4", "b,c.mp4")
    assert activity.device_ids == ("DSJ-1",)


@pytest.mark.parametrize("empty", ["", " ", "\u3000", "\ufeff", ";；、"])
def test_empty_cells_are_empty_values(tmp_path: Path, empty: str) -> None:
    rows = [["编号", "开始时间", "执法人员", "证号"], ["A1", "2026-11-18 09:30", empty, empty]]
    register = read_text(tmp_path, as_csv(rows))
    assert register.activities[0].officers == ()
    assert register.problems == ()
