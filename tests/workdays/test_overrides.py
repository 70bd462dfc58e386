"""The holidays file: both forms of it, and what is wrong with it, each with its place."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avaudit.errors import ConfigError
from avaudit.i18n import say_error
from avaudit.workdays.calendar import WorkCalendar
from avaudit.workdays.overrides import load_calendar

GOOD = """\
# 2027
- {date: 2027-01-02, day: work, note: 青羊镇调休}
- {date: 2027/1/4, day: 休息}
- {date: 2027, day: complete}
"""
GOOD_CSV = "日期,类型,备注\n2027-01-02,work,青羊镇调休\n\n2027/1/4,休息,\n2027,全年,\n"
READ = WorkCalendar({date(2027, 1, 2): True, date(2027, 1, 4): False}, frozenset({2027}))


def _write(folder: Path, text: str, name: str = "h.yaml", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def _mistakes(path: Path) -> list[tuple[str, int, int | str]]:
    with pytest.raises(ConfigError) as raised:
        load_calendar(path)
    assert all(str(path) in say_error(raised.value, lang) for lang in ("zh", "en"))
    return [(problem.key, problem.line, problem.column) for problem in raised.value.problems]


def test_yaml(tmp_path: Path) -> None:
    assert load_calendar(_write(tmp_path, GOOD)) == READ


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv(tmp_path: Path, encoding: str) -> None:
    assert load_calendar(_write(tmp_path, GOOD_CSV, "h.csv", encoding)) == READ


def test_no_file_is_the_shipped_plans() -> None:
    assert load_calendar(None) == WorkCalendar()


def test_mistakes_in_yaml_have_their_places(tmp_path: Path) -> None:
    wrong = """\
- {date: 2027-02-30, day: rest}
- {date: 2027-03-01, day: holiday}
- {date: 2027-03-02, day: rest}
- {date: 2027-03-02, day: work}
- {date: 2027-03, day: complete}
- {date: "2028", day: rest}
"""
    assert _mistakes(_write(tmp_path, wrong)) == [
        ("workdays.no_date", 1, 10),
        ("workdays.unknown_day", 2, 27),
        ("workdays.repeated", 4, 10),
        ("workdays.no_year", 5, 10),
        ("workdays.no_date", 6, 10),
    ]


def test_what_is_no_list_of_days(tmp_path: Path) -> None:
    assert _mistakes(_write(tmp_path, "rest: 2027-01-01\n")) == [("rules.want_list", 1, 1)]
    assert _mistakes(_write(tmp_path, "- {date: 2027-01-01}\n")) == [("rules.missing_key", 1, 3)]
    assert _mistakes(_write(tmp_path, "- {date: [1], day: rest}\n")) == [("rules.want_text", 1, 10)]
    assert _mistakes(_write(tmp_path, "["))[0][:2] == ("rules.syntax", 1)
    assert _mistakes(_write(tmp_path, "")) == [("rules.empty", 0, 0)]


def test_mistakes_in_csv_have_line_and_column(tmp_path: Path) -> None:
    wrong = "date,day\n2027-13-01,rest\n2027-03-01,off\n2027-03-02\n"
    assert _mistakes(_write(tmp_path, wrong, "h.csv")) == [
        ("workdays.no_date", 2, "date"),
        ("workdays.unknown_day", 3, "day"),
        ("workdays.unknown_day", 4, "day"),
    ]
    assert _mistakes(_write(tmp_path, "a,b\n1,2\n", "h.csv")) == [
        ("workdays.no_column", 1, 0),
        ("workdays.no_column", 1, 0),
    ]
    assert _mistakes(_write(tmp_path, 'date,day\n"2027', "h.csv"))[0][0] == "workdays.csv"
    path = tmp_path / "b.csv"
    path.write_bytes(b"\xff\xff\xff")
    assert _mistakes(path)[0][0] == "workdays.encoding"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    assert _mistakes(tmp_path / "none.yaml") == [("workdays.unreadable", 0, 0)]
    large = _write(tmp_path, "#" * 300_000)
    assert _mistakes(large) == [("workdays.too_large", 0, 0)]


PIECES = st.text("0123456789-,:{}[]\n datewrkscmpl休", max_size=60).map(str.encode)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60) | PIECES, st.sampled_from(["h.yaml", "h.csv"]))
def test_any_bytes_are_read_or_refused_with_a_reason(
    tmp_path: Path, data: bytes, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    try:
        load_calendar(path)
    except ConfigError as raised:
        error = raised
    else:
        return
    assert error.problems
    assert say_error(error, "zh")
