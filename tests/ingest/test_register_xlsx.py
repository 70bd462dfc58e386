"""Registers that are workbooks: typed cells, sheets, and files that are damaged."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook

from avaudit.domain.time import SHANGHAI
from support.register_files import (
    FULL_ACTIVITY,
    FULL_HEADER,
    FULL_ROW,
    book_of,
    read_book,
    refused,
    said,
)


def test_a_workbook_gives_the_same_from_text_and_from_typed_cells(tmp_path: Path) -> None:
    typed: list[object] = list(FULL_ROW)
    for position in (3, 4, 13):
        typed[position] = datetime.fromisoformat(FULL_ROW[position])
    for row in (FULL_ROW, typed):
        register = read_book(tmp_path, book_of([FULL_HEADER, row]))
        assert register.activities == (FULL_ACTIVITY,)
        assert register.problems == ()


def test_numbers_in_a_workbook_stay_whole(tmp_path: Path) -> None:
    book = book_of([["编号", "开始时间", "证号", "案号", "设备编号"]])
    sheet = book.worksheets[0]
    sheet.append([17.0, 46344.395833333336, 4000123, 3.5, True])
    sheet["C2"].number_format = "00000000"
    (activity,) = read_book(tmp_path, book).activities
    assert activity.activity_id == "17"
    assert activity.started_at == datetime(2026, 11, 18, 9, 30, tzinfo=SHANGHAI)
    assert activity.cert_nos == ("04000123",)
    assert activity.case_no == "3.5"
    assert activity.device_ids == ("TRUE",)


def test_a_workbook_s_midnight_is_an_hour_only_where_hours_are_shown(tmp_path: Path) -> None:
    book = book_of([["编号", "开始时间", "入库时间"]])
    sheet = book.worksheets[0]
    midnight = datetime(2026, 11, 18)
    sheet.append(["A1", midnight, date(2026, 11, 19)])
    sheet.append(["A2", midnight, time(9, 30)])
    sheet.append(["A3", midnight, timedelta(hours=30)])
    sheet["B3"].number_format = "yyyy/m/d"
    register = read_book(tmp_path, book)
    first, second, _ = register.activities
    assert first.started_at == midnight.replace(tzinfo=SHANGHAI)
    assert first.stored_at == datetime(2026, 11, 19, tzinfo=SHANGHAI)
    assert second.started_at is None
    keys = [(p.line, p.column, p.key) for p in register.problems]
    assert keys == [
        (3, "开始时间", "register.no_hours"),
        (3, "入库时间", "register.no_moment"),
        (4, "入库时间", "register.no_moment"),
    ]


def test_the_first_visible_register_of_a_workbook_is_read(tmp_path: Path) -> None:
    rows = [["编号", "开始时间"], ["A1", "2026-11-18 09:30"]]
    book = book_of([["说明"], ["每行一次活动"]])
    for title in ("藏", "十一月", "十二月"):
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book["藏"].sheet_state = "hidden"
    register = read_book(tmp_path, book)
    assert [a.activity_id for a in register.activities] == ["A1"]
    (problem,) = register.problems
    assert said(problem) == (
        0,
        0,
        "已读取工作表“十一月”，工作表“十二月”也是台账但未读取；请一个文件只放一张台账",
        "sheet “十一月” was read; “十二月” is a register too and was not read; keep one in a file",
    )


def test_a_workbook_s_lines_are_its_row_numbers(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet["B3"], sheet["C3"] = "编号", "开始时间"
    sheet["B7"], sheet["C7"] = "A1", "明天"
    register = read_book(tmp_path, book)
    assert [(p.line, p.column) for p in register.problems] == [(7, "开始时间")]


def test_a_damaged_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    book_of([FULL_HEADER, FULL_ROW]).save(path)
    path.write_bytes(path.read_bytes()[:-40])
    line, column, zh, en = refused(path)
    assert (line, column) == (0, 0)
    assert zh.startswith("工作簿无法打开，可能已损坏或不是 XLSX：BadZipFile(")
    assert en.startswith("the workbook cannot be opened; it may be damaged or no XLSX: BadZipFile(")


def test_an_archive_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert refused(path)[2].startswith("工作簿无法打开")


def test_a_workbook_that_would_fill_the_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "台账.xlsx"
    book_of([FULL_HEADER, FULL_ROW]).save(path)
    monkeypatch.setattr("avaudit.ingest.register_xlsx.MAX_UNPACKED_BYTES", 1024)
    assert refused(path)[2:] == (
        "文件超过 0 MiB，不像是台账",
        "the file exceeds 0 MiB; that is no register",
    )
