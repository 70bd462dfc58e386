"""Registers written for a test, and what the reader says about them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from avaudit.domain.register import Activity, Register
from avaudit.domain.time import SHANGHAI
from avaudit.errors import Problem, RegisterError
from avaudit.i18n import say_error, say_problem
from avaudit.ingest.register import read_register

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "gb18030"]

FULL_HEADER = (
    "活动编号 案号 执法类别 开始时间 结束时间 执法地点 执法人员 执法证号 执法事由 当事人 执法环节 "
    "设备编号 录音录像文件 入库时间 返回时间 书面说明 执法机构"
).split()

FULL_ROW = [
    "QY-0001",
    "青行罚〔2026〕12号",
    "行政检查",
    "2026-11-18 09:30",
    "2026-11-18 10:15",
    "青羊镇建设路12号",
    "张三；李四",
    "04000123、04000124",
    "占道经营",
    "王五",
    "调查取证;送达执行",
    "DSJ01",
    "0001/*.mp4\n0001/补录,一.mp4",
    "2026-11-19 08:00",
    "",
    "无",
    "综合行政执法队",
]

FULL_ACTIVITY = Activity(
    activity_id="QY-0001",
    case_no="青行罚〔2026〕12号",
    kind="行政检查",
    started_at=datetime(2026, 11, 18, 9, 30, tzinfo=SHANGHAI),
    ended_at=datetime(2026, 11, 18, 10, 15, tzinfo=SHANGHAI),
    place="青羊镇建设路12号",
    officers=("张三", "李四"),
    cert_nos=("04000123", "04000124"),
    cause="占道经营",
    target="王五",
    stages=("调查取证", "送达执行"),
    device_ids=("DSJ01",),
    recordings=("0001/*.mp4", "0001/补录,一.mp4"),
    stored_at=datetime(2026, 11, 19, 8, 0, tzinfo=SHANGHAI),
    written_explanations="无",
    unit="综合行政执法队",
)


def as_csv(rows: Sequence[Sequence[str]], delimiter: str = ",") -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


def read_text(folder: Path, text: str, encoding: str = "utf-8") -> Register:
    return read_bytes(folder, text.encode(encoding))


def read_bytes(folder: Path, data: bytes) -> Register:
    path = folder / "台账.csv"
    path.write_bytes(data)
    return read_register(path)


def read_book(folder: Path, book: Workbook) -> Register:
    path = folder / "台账.xlsx"
    book.save(path)
    return read_register(path)


def book_of(rows: Sequence[Sequence[object]]) -> Workbook:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    return book


def said(problem: Problem) -> tuple[int, int | str, str, str]:
    """Line, column, and what is said in Chinese and English, the place left out."""
    place = problem.file
    if problem.line:
        place += f":{problem.line}"
    if problem.column:
        place += f":{problem.column}"
    texts = [say_problem(problem, lang) for lang in ("zh", "en")]
    assert all(text.startswith(place + ": ") for text in texts)
    zh, en = (text.removeprefix(place + ": ") for text in texts)
    return problem.line, problem.column, zh, en


def refused(path: Path) -> tuple[int, int | str, str, str]:
    """The only problem of a register that cannot be used."""
    with pytest.raises(RegisterError) as raised:
        read_register(path)
    error = raised.value
    assert error.key == "register.unusable"
    assert say_error(error, "zh").startswith(f"台账 {path} 无法使用：\n  {path}")
    assert say_error(error, "en").startswith(f"register {path} cannot be used:\n  {path}")
    (problem,) = error.problems
    return said(problem)


def only_problem(register: Register) -> tuple[int, int | str, str, str]:
    (problem,) = register.problems
    return said(problem)
