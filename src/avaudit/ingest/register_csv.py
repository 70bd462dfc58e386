"""Registers as CSV: which encoding, which separator, and on which line each record begins."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator

from avaudit.errors import Problem
from avaudit.ingest.register_header import find_header
from avaudit.ingest.register_table import Row, Sheet, refusal

DELIMITERS = (",", ";", "\t")

#: A record of more lines than this has lost its closing quotation mark.
LINES_IN_RECORD = 100

_PROBED_LINES = 200


def read_csv(data: bytes, file: str) -> Sheet:
    """The file's records. Raises `RegisterError` where its bytes are no text.

    A record whose quotation marks do not match is reported, and reading goes on with the next
    line, so that one stray mark costs one row and not the rest of the file.
    """
    lines = list(io.StringIO(_decoded(data, file), newline=""))
    delimiter = _delimiter(lines)
    rows: list[Row] = []
    problems: list[Problem] = []
    for line, cells in _records(lines, delimiter):
        if cells is None:
            problems.append(Problem(file, "register.quotes", line=line))
        else:
            rows.append(Row(line, tuple(cells)))
    return Sheet(tuple(rows), shifting=True, problems=tuple(problems))


def _decoded(data: bytes, file: str) -> str:
    """The text, by its byte order mark, else UTF-8, else GB18030, each taken strictly.

    GB18030 is tried last because nearly any bytes pass for it and few pass for UTF-8.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif b"\0" in data:  # a picture, a database, UTF-16 without its mark
        raise refusal(file, "not_a_table")
    elif data.startswith(codecs.BOM_UTF8):
        encodings = ["utf-8-sig"]
    else:
        encodings = ["utf-8", "gb18030"]
    furthest = 0
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            furthest = max(furthest, error.start)
            continue
        if "\0" in text:
            raise refusal(file, "not_a_table")
        return text
    # The encoding that got furthest is the likeliest, and where it stopped is the place to look at.
    raise refusal(file, "encoding", line=data.count(b"\n", 0, furthest) + 1)


def _delimiter(lines: list[str]) -> str:
    """The separator under which the header names the most columns that are known.

    Counting characters would fail here: cells hold lists separated by semicolons.
    """

    def score(delimiter: str) -> tuple[int, int]:
        probed = _records(lines[:_PROBED_LINES], delimiter)
        rows = [Row(line, tuple(cells)) for line, cells in probed if cells]
        header = find_header(rows)
        return (len(header.columns), len(header.names)) if header else (0, 0)

    return max(DELIMITERS, key=score)


def _records(lines: list[str], delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """Each record with its first line (from 1); None for one with unmatched quotation marks."""
    at = 0
    while at < len(lines):
        reader = csv.reader(lines[at : at + LINES_IN_RECORD], delimiter=delimiter, strict=True)
        try:
            cells: list[str] | None = next(reader)
            step = reader.line_num
        except csv.Error:
            cells, step = None, 1
        yield at + 1, cells
        at += step
