"""A user's SQL reads the store, and reaches nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from store_values import a_record, dump

from avaudit.errors import QueryError, StoreError
from avaudit.store.journal import append
from avaudit.store.sync import sync
from avaudit.store.user_query import run_query

SECRET = "nobody else's business"


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One store for all: nothing here may change it."""
    folder = tmp_path_factory.mktemp("store")
    db = folder / "avaudit.duckdb"
    append(db, [a_record(number) for number in range(5)])
    sync(db)
    (folder / "secret.csv").write_text(SECRET, encoding="utf-8")
    return db


def test_a_query_gives_columns_and_rows(db: Path) -> None:
    result = run_query(db, "SELECT outcome, count(*) AS n FROM results GROUP BY 1 ORDER BY 1;")
    assert result.columns == ("outcome", "n")
    assert result.rows == (("fail", 5), ("pass", 30))
    assert not result.truncated


def test_rows_are_bounded(db: Path) -> None:
    result = run_query(db, "SELECT * FROM results", max_rows=10)
    assert (len(result.rows), result.truncated) == (10, True)
    assert not run_query(db, "SELECT * FROM recordings", max_rows=5).truncated


@pytest.mark.parametrize(
    "sql",
    [
        "FROM v_inbox",
        "WITH a AS (SELECT 1) SELECT * FROM a",
        "SHOW TABLES",
        "DESCRIBE findings",
        "SUMMARIZE results",
        "EXPLAIN SELECT * FROM results",
        "SELECT strftime(now(), '%Y')",
    ],
)
def test_everything_that_reads_is_allowed(db: Path, sql: str) -> None:
    assert run_query(db, sql).rows


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM findings",
        "UPDATE findings SET outcome = 'pass'",
        "INSERT INTO runs SELECT * FROM runs",
        "WITH gone AS (DELETE FROM findings RETURNING *) SELECT * FROM gone",
        "EXPLAIN ANALYZE DELETE FROM findings",
        "CREATE TABLE mine (a INT)",
        "CREATE TEMP TABLE mine (a INT)",
        "DROP VIEW v_inbox",
        "ATTACH '{folder}/other.duckdb' AS other",
        "ATTACH ':memory:' AS other",
        "SELECT * FROM read_csv('{folder}/secret.csv')",
        "SELECT * FROM read_text('{folder}/secret.csv')",
        "SELECT * FROM read_blob('{folder}/*')",
        "SELECT * FROM glob('{folder}/*')",
        "SELECT * FROM '{folder}/secret.csv'",
        "SELECT * FROM sniff_csv('{folder}/secret.csv')",
        "COPY findings TO '{folder}/out.csv'",
        "COPY runs FROM '{folder}/secret.csv'",
        "EXPORT DATABASE '{folder}/out'",
        "IMPORT DATABASE '{folder}/out'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SELECT * FROM 'https://example.org/x.parquet'",
        "SET enable_external_access = true",
        "RESET enable_external_access",
        "PRAGMA enable_external_access = true",
        "CALL pragma_version()",
        "PREPARE p AS SELECT 1",
        "CHECKPOINT",
        "VACUUM",
        "BEGIN",
        "USE memory",
        "SET VARIABLE x = 1",
        "SELECT * FROM query('DROP TABLE runs')",
        "SELECT * FROM duckdb_secrets()",
        "SELECT 1; SELECT 2",
        "SELECT 1; DELETE FROM findings",
        "",
        "-- nothing",
        "SELEC 1",
        "SELECT * FROM no_such_table",
        "SELECT 1 / 'a'",
        "SELECT error('{folder}')",
        "SELECT $x",
        "SELECT * FROM SECRET",
        "SELECT * FROM result_of_python",
    ],
)
def test_everything_else_is_refused(db: Path, sql: str) -> None:
    result_of_python = dump(db)
    files = sorted(path.name for path in db.parent.iterdir())
    with pytest.raises(QueryError) as caught:
        run_query(db, sql.format(folder=db.parent))
    assert SECRET not in str(caught.value)
    assert sorted(path.name for path in db.parent.iterdir()) == files
    assert dump(db) == result_of_python


def test_the_words_of_the_database_are_passed_on(db: Path) -> None:
    with pytest.raises(QueryError, match="no_such_column") as caught:
        run_query(db, "SELECT no_such_column FROM findings")
    assert caught.value.key == "store.query_wrong"


def test_a_missing_store_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        run_query(tmp_path / "avaudit.duckdb", "SELECT 1")
    assert caught.value.key == "store.missing"
    assert list(tmp_path.iterdir()) == []
