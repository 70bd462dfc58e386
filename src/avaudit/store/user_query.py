"""A user's own SQL over the store: it may look at everything in it, and do nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from avaudit.errors import QueryError
from avaudit.store.connect import WAIT_S, Connection, is_damage, open_confined

_READING = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)


@dataclass(frozen=True, slots=True)
class QueryResult:
    """Names of columns, rows, and whether there were more rows than asked for."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    truncated: bool


def run_query(
    db: Path, sql: str, wait_s: float = WAIT_S, max_rows: int | None = None
) -> QueryResult:
    """Run one reading statement on a connection that cannot write nor reach a file or a network.

    Raises `QueryError` with DuckDB's own words for a statement that is wrong, or does anything
    but read; `StoreBusy` and `StoreError` as `open_for_reading` does.
    """
    with open_confined(db, wait_s) as connection:
        try:
            return _run(connection, sql, max_rows)
        except duckdb.Error as error:
            if is_damage(error):
                raise
            raise QueryError("store.query_wrong", reason=str(error).strip()) from error


def _run(connection: Connection, sql: str, max_rows: int | None) -> QueryResult:
    statements = connection.extract_statements(sql)
    if len(statements) != 1:
        raise QueryError("store.query_not_one", found=len(statements))
    if statements[0].type not in _READING:
        raise QueryError("store.query_not_reading", found=statements[0].type.name)
    cursor = connection.execute(statements[0])
    columns = tuple(str(column[0]) for column in cursor.description or ())
    if max_rows is None:
        return QueryResult(columns, tuple(cursor.fetchall()), truncated=False)
    rows = cursor.fetchmany(max_rows + 1)
    return QueryResult(columns, tuple(rows[:max_rows]), truncated=len(rows) > max_rows)
