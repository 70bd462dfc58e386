"""Each mistake in a register, with its place and what is said."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from avaudit.domain.time import SHANGHAI
from avaudit.errors import RegisterError
from avaudit.ingest.register import read_register
from support.register_files import as_csv, book_of, only_problem, read_book, read_text, said


def test_a_row_without_a_number_is_left_out(tmp_path: Path) -> None:
    register = read_text(
        tmp_path, "编号,开始时间\n,2026-11-18 09:30\nA2,2026-11-18 09:30\n", "gb18030"
    )
    assert [a.activity_id for a in register.activities] == ["A2"]
    assert only_problem(register) == (
        2,
        "编号",
        "缺少活动编号，此行未采用",
        "the activity has no number; the row was left out",
    )


def test_a_repeated_number_names_the_first_line(tmp_path: Path) -> None:
    row = "A1,2026-11-18 09:30,"
    register = read_text(tmp_path, f"编号,开始时间,地点\n{row}东街\n\n{row}西街\n")
    assert [a.place for a in register.activities] == ["东街"]
    assert only_problem(register) == (
        4,
        "编号",
        "活动编号“A1”与第 2 行重复，此行未采用",
        "number “A1” is that of line 2; the row was left out",
    )


def test_an_end_before_the_start_is_left_empty(tmp_path: Path) -> None:
    text = "编号,开始时间,结束时间\nA1,2026-11-18 09:30,2026-11-18 9:29\n"
    register = read_text(tmp_path, text)
    assert register.activities[0].started_at is not None
    assert register.activities[0].ended_at is None
    assert only_problem(register) == (
        2,
        "结束时间",
        "结束时间“2026-11-18 9:29”早于开始时间 2026-11-18 09:30:00；此格留空，其余照用",
        "the end “2026-11-18 9:29” lies before the start 2026-11-18 09:30:00; the cell is left "
        "empty, the rest of the row is used",
    )


def test_a_date_alone_is_no_start_but_does_for_storage(tmp_path: Path) -> None:
    register = read_text(tmp_path, "编号,开始时间,入库时间\nA1,2026-11-18,2026年11月19日\n")
    assert register.activities[0].started_at is None
    assert register.activities[0].stored_at == datetime(2026, 11, 19, tzinfo=SHANGHAI)
    assert only_problem(register) == (
        2,
        "开始时间",
        "“2026-11-18”只有日期，应写到时分，如“2026-11-18 09:30”；此格留空，其余照用",
        "“2026-11-18” is a date only, expected hours and minutes too, like “2026-11-18 09:30”; the "
        "cell is left empty, the rest of the row is used",
    )


def test_an_empty_start_is_reported(tmp_path: Path) -> None:
    register = read_text(tmp_path, "编号,开始时间\nA1,\n")
    assert len(register.activities) == 1
    assert only_problem(register) == (
        2,
        "开始时间",
        "没有开始时间，此格留空，其余照用",
        "there is no start time; the rest of the row is used",
    )


def test_certificates_must_pair_with_officers(tmp_path: Path) -> None:
    text = "编号,开始时间,执法人员,执法证号\nA1,2026-11-18 09:30,张三;李四,04000123\n"
    register = read_text(tmp_path, text)
    assert register.activities[0].cert_nos == ("04000123",)
    assert only_problem(register) == (
        2,
        "执法证号",
        "执法证号应与执法人员一一对应：有 2 名执法人员，却有 1 个证号",
        "each officer needs one certificate number: 2 officers, but 1 numbers",
    )


def test_digits_that_a_spreadsheet_ate_are_reported(tmp_path: Path) -> None:
    wanted = (
        2,
        "证号",
        "数字“{}”超过 15 位，电子表格只保留前 15 位，后面的已丢失；请把此列设为文本后重新填写",
        "“{}” has more than 15 digits, of which a spreadsheet keeps 15; make the column text and "
        "enter it again",
    )
    rows: list[list[object]] = [["编号", "开始时间", "证号"], ["A1", "2026-11-18 09:30"]]
    rows[1].append(140101199001011000)
    shown = "140101199001011000"
    line, column, zh, en = wanted
    problems = read_book(tmp_path, book_of(rows)).problems
    assert said(problems[0]) == (line, column, zh.format(shown), en.format(shown))
    text = "编号,开始时间,证号\nA1,2026-11-18 09:30,1.40101E+17\n"
    problems = read_text(tmp_path, text).problems
    assert said(problems[0]) == (line, column, zh.format("1.40101E+17"), en.format("1.40101E+17"))


def test_an_unknown_column_is_named_once(tmp_path: Path) -> None:
    text = "编号,备注,开始时间\nA1,甲,2026-11-18 09:30\nA2,乙,2026-11-18 09:30\n"
    register = read_text(tmp_path, text)
    assert len(register.activities) == 2
    assert only_problem(register) == (
        1,
        "备注",
        "不认识这一列，已忽略；请改用台账规定的列名",
        "this column is unknown and was ignored; use one of the register's column names",
    )


def test_a_column_that_stands_twice_is_read_once(tmp_path: Path) -> None:
    text = "编号,开始时间,执法对象,当事人\nA1,2026-11-18 09:30,王五,赵六\n"
    register = read_text(tmp_path, text)
    assert register.activities[0].target == "王五"
    assert only_problem(register) == (
        1,
        "当事人",
        "这一列与“执法对象”含义相同，已忽略；请只保留一列",
        "this column means the same as “执法对象” and was ignored; keep one of them",
    )


def test_cells_under_no_header_are_reported_once(tmp_path: Path) -> None:
    wanted = (
        3,
        3,
        "此处有内容，但这一列没有列名，整列已忽略；请补上列名",
        "there is something here but the column has no header and was ignored; give it one",
    )
    at = "2026-11-18 09:30"
    rows = [["编号", "开始时间", ""], ["A1", at], ["A2", at, "甲"], ["A3", at, "乙"]]
    register = read_text(tmp_path, as_csv(rows))
    assert len(register.activities) == 3
    assert only_problem(register) == wanted
    register = read_book(tmp_path, book_of([["编号", "开始时间"], *rows[1:]]))
    assert len(register.activities) == 3
    assert only_problem(register) == wanted


def test_a_header_without_rows_is_reported(tmp_path: Path) -> None:
    register = read_text(tmp_path, "编号,开始时间\n\n , \n")
    assert register.activities == ()
    assert only_problem(register) == (
        1,
        0,
        "标题行以下没有任何活动",
        "there is no activity below the header",
    )


def test_missing_required_columns_are_all_named(tmp_path: Path) -> None:
    path = tmp_path / "台账.csv"
    path.write_text("\n地点,执法人员\n东街,张三\n", encoding="utf-8")
    with pytest.raises(RegisterError) as raised:
        read_register(path)
    assert [said(problem) for problem in raised.value.problems] == [
        (
            2,
            0,
            "缺少必需的列：应有“活动编号 / 编号 / 执法编号 / activity_id”之一，"
            "找到的是“地点 | 执法人员”",
            "a required column is missing: expected one of “活动编号 / 编号 / 执法编号 / "
            "activity_id”, found “地点 | 执法人员”",
        ),
        (
            2,
            0,
            "缺少必需的列：应有“开始时间 / 执法开始时间 / 起始时间 / started_at”之一，"
            "找到的是“地点 | 执法人员”",
            "a required column is missing: expected one of “开始时间 / 执法开始时间 / 起始时间 / "
            "started_at”, found “地点 | 执法人员”",
        ),
    ]
