"""Registers of text: each encoding and separator, the header, and how lines are cut."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from avaudit.domain.register import Activity
from avaudit.ingest.register import read_register
from avaudit.ingest.register_header import spellings
from support.register_files import (
    ENCODINGS,
    FULL_ACTIVITY,
    FULL_HEADER,
    FULL_ROW,
    as_csv,
    only_problem,
    read_bytes,
    read_text,
)


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


def test_a_name_that_is_no_utf8_is_made_printable(tmp_path: Path) -> None:
    path = tmp_path / "\udcff.csv"
    path.write_text("编号,开始时间\nA1,2026-11-18 09:30\n", encoding="utf-8")
    assert read_register(path).path == f"{tmp_path}/\\xff.csv"


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
