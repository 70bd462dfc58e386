"""The register reader on whatever a file holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avaudit.errors import Problem, RegisterError
from avaudit.i18n import say_problem
from avaudit.ingest.register import read_register
from avaudit.ingest.register_cells import text_of
from support.register_files import ENCODINGS, FULL_HEADER, FULL_ROW, as_csv, book_of, read_text


def problems_of(path: Path) -> tuple[Problem, ...]:
    """What is wrong with a file, whether it can be used or not. No other error may come."""
    try:
        return read_register(path).problems
    except RegisterError as error:
        return error.problems


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
