"""The register reader on real files: each encoding and format, and each mistake with its place."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from avaudit.domain.register import Activity, Register
from avaudit.domain.time import SHANGHAI
from avaudit.errors import Problem, RegisterError
from avaudit.i18n import say_error, say_problem
from avaudit.ingest.register import read_register
from avaudit.ingest.register_cells import text_of
from avaudit.ingest.register_header import spellings

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


def problems_of(path: Path) -> tuple[Problem, ...]:
    """What is wrong with a file, whether it can be used or not. No other error may come."""
    try:
        return read_register(path).problems
    except RegisterError as error:
        return error.problems


# Formats and encodings.


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_each_encoding_and_separator_gives_the_same(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    register = read_text(tmp_path, as_csv([FULL_HEADER, FULL_ROW], delimiter), encoding)
    assert register.activities == (FULL_ACTIVITY,)
    assert register.problems == ()


def test_the_path_and_the_digest_are_the_file_s(tmp_path: Path) -> None:
    data = as_csv([FULL_HEADER, FULL_ROW]).encode("gb18030")
    register = read_bytes(tmp_path, data)
    assert register.path == str(tmp_path / "台账.csv")
    assert register.sha256 == hashlib.sha256(data).hexdigest()


def test_field_names_are_headers_too(tmp_path: Path) -> None:
    header = list(spellings())
    assert header == list(Activity.__dataclass_fields__)
    register = read_text(tmp_path, as_csv([header, FULL_ROW]))
    assert register.activities == (FULL_ACTIVITY,)
    assert register.problems == ()


def test_no_spelling_of_a_header_stands_for_two_fields() -> None:
    every = [name for names in spellings().values() for name in names]
    assert len(every) == len(set(every))


@pytest.mark.parametrize(
    "header",
    ["编号,开始时间", "编号 *,开始时间：", "ACTIVITY_ID,Started At", " 活动编号（必填）,开始 时间"],
)
def test_headers_are_compared_without_trimmings(tmp_path: Path, header: str) -> None:
    register = read_text(tmp_path, f"{header}\nA1,2026-11-18 09:30\n")
    assert [a.activity_id for a in register.activities] == ["A1"]
    assert register.problems == ()


def test_a_title_above_the_header_is_passed_over(tmp_path: Path) -> None:
    text = "青羊镇行政执法台账\n\n活动编号,开始时间\n,2026-11-18 09:30\nA1,2026-11-18 09:30\n"
    register = read_text(tmp_path, text)
    assert [a.activity_id for a in register.activities] == ["A1"]
    assert [p.line for p in register.problems] == [4]


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


# Cells.


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


# Mistakes, each with its place and what is said.


def only_problem(register: Register) -> tuple[int, int | str, str, str]:
    (problem,) = register.problems
    return said(problem)


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


def test_a_row_with_cells_too_many_is_left_out(tmp_path: Path) -> None:
    text = "编号,开始时间,地点\nA1,2026-11-18 09:30,东街,3号\nA2,2026-11-18 09:30,西街,,\n"
    register = read_text(tmp_path, text)
    assert [a.activity_id for a in register.activities] == ["A2"]
    assert only_problem(register) == (
        2,
        0,
        "应有 3 格，实有 4 格，各格可能错位，此行未采用；内容含分隔符时应加引号",
        "expected 3 cells, found 4; cells may be out of place and the row was left out; put "
        "quotation marks around a cell that holds the separator",
    )


@pytest.mark.parametrize("broken", ['A1,2026-11-18 09:30,"东街', 'A1,2026-11-18 09:30,"东"街'])
def test_unmatched_quotation_marks_cost_one_row(tmp_path: Path, broken: str) -> None:
    text = f'编号,开始时间,地点\n{broken}\nA2,2026-11-18 09:30,"西街"\n'
    register = read_text(tmp_path, text)
    assert [a.activity_id for a in register.activities] == ["A2"]
    assert only_problem(register) == (
        2,
        0,
        "引号不成对或单元格过长，此行未采用；应成对使用英文双引号",
        "quotation marks do not match, or a cell is too long; the row was left out",
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_those_of_an_editor(tmp_path: Path, end: str) -> None:
    lines = [
        "编号,开始时间,书面说明",
        'A1,2026-11-18 09:30,"一',
        "二",
        '三"',
        "",
        'A2,后天,"四',
        '五"',
    ]
    register = read_text(tmp_path, end.join(lines))
    assert [a.written_explanations for a in register.activities] == [
        f"一{end}二{end}三",
        f"四{end}五",
    ]
    assert [(p.line, p.column) for p in register.problems] == [(6, "开始时间")]


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


# Files that are no register.

NO_TABLE = (
    0,
    0,
    "这不是表格文件；应为 CSV 或 XLSX",
    "this is not a table; CSV or XLSX was expected",
)
EMPTY = (
    0,
    0,
    "文件是空的；应为一张有标题行的表（CSV 或 XLSX）",
    "the file is empty; a table with a header row (CSV or XLSX) was expected",
)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", EMPTY),
        (b" \r\n\n", EMPTY),
        (b"\xef\xbb\xbf,,\n,,\n", EMPTY),
        (b"\x00\x00\x01\xba\x00", NO_TABLE),
        ("编号,开始时间".encode("utf-16-le"), NO_TABLE),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more",
            (
                0,
                0,
                "这是旧格式（.xls）或带密码的工作簿；请去掉密码，另存为 XLSX",
                "this is an old (.xls) or password-protected workbook; remove the password and "
                "save it as XLSX",
            ),
        ),
        (
            b"<html><table>",
            (
                0,
                0,
                "这是网页格式的表格（有些系统把它命名为 .xls）；请打开后另存为 XLSX",
                "this is a web page (some systems name it .xls); open it and save it as XLSX",
            ),
        ),
        (
            "编号,开始时间\n地点".encode() + b"\xff\xff\xff\n",
            (
                2,
                0,
                "此行的字符无法识别；文件应为 UTF-8、带标记的 UTF-16 或 GB18030 编码",
                "characters on this line cannot be read; UTF-8, UTF-16 with its mark, or GB18030 "
                "was expected",
            ),
        ),
    ],
)
def test_what_is_no_table_is_refused(
    tmp_path: Path, data: bytes, expected: tuple[int, int | str, str, str]
) -> None:
    path = tmp_path / "台账.xls"
    path.write_bytes(data)
    assert refused(path) == expected


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


def test_a_file_that_is_too_large_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "台账.csv"
    path.write_bytes(b"x" * (2**20 + 1))
    monkeypatch.setattr("avaudit.ingest.register.MAX_BYTES", 2**20)
    assert refused(path)[2] == "文件超过 1 MiB，不像是台账"


def test_no_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "无.csv")[2:] == ("没有这个文件", "there is no such file")
    folder = refused(tmp_path)
    assert folder[2].startswith("文件无法读取：")
    assert folder[3].startswith("the file cannot be read: ")
    with pytest.raises(RegisterError):
        read_register(Path("a\0b"))


def test_a_name_that_is_no_utf8_is_made_printable(tmp_path: Path) -> None:
    path = tmp_path / "\udcff.csv"
    path.write_text("编号,开始时间\nA1,2026-11-18 09:30\n", encoding="utf-8")
    assert read_register(path).path == f"{tmp_path}/\\xff.csv"


# Whatever the file holds.

ANY_CELL = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"))
PROPERTY = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@PROPERTY
@given(
    cells=st.lists(st.tuples(ANY_CELL, ANY_CELL), min_size=1, max_size=4),
    delimiter=st.sampled_from(",;\t"),
)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_any_text_comes_back(
    tmp_path: Path, cells: list[tuple[str, str]], delimiter: str, encoding: str
) -> None:
    rows = [["编号", "开始时间", "案由", "书面说明"]]
    rows += [[f"A{n}", "2026-11-18 09:30", *pair] for n, pair in enumerate(cells)]
    register = read_text(tmp_path, as_csv(rows, delimiter), encoding)
    assert register.problems == ()
    found = [(a.cause, a.written_explanations) for a in register.activities]
    assert found == [(text_of(cause), text_of(words)) for cause, words in cells]


HEADER_BYTES = "编号,开始时间,结束时间,执法人员,证号\n".encode()


@PROPERTY
@given(
    data=st.one_of(
        st.binary(),
        st.binary().map(HEADER_BYTES.__add__),
        st.text('A1,";\n\r\t 2026-:年月日时', max_size=200).map(
            lambda text: HEADER_BYTES + text.encode()
        ),
        st.text().map(lambda text: text.encode("utf-16", "surrogatepass")),
        st.binary().map(b"PK\x03\x04".__add__),
    )
)
def test_any_bytes_are_read_or_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "any"
    path.write_bytes(data)
    problems = problems_of(path)
    assert all(say_problem(problem, lang) for problem in problems for lang in ("zh", "en"))


@PROPERTY
@given(at=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_a_workbook_with_a_wrong_byte_is_read_or_refused(
    tmp_path: Path, at: int, byte: int
) -> None:
    path = tmp_path / "台账.xlsx"
    if not path.exists():
        book_of([FULL_HEADER, FULL_ROW]).save(path)
    data = bytearray(path.read_bytes())
    data[at % len(data)] = byte
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(data)
    assert all(say_problem(problem, "zh") for problem in problems_of(broken))
