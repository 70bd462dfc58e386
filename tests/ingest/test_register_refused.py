"""Files that are no register, and what is said of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from avaudit.errors import RegisterError
from avaudit.ingest.register import read_register
from support.register_files import refused

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
