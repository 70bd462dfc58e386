"""Opening the store: turns are waited for, damage is named, and the shape is checked."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from store_values import a_decision, a_record, a_register, ask, dump, said, worker

from avaudit.errors import StoreBusy, StoreError
from avaudit.i18n import say_error
from avaudit.store import read
from avaudit.store.connect import open_for_reading, open_for_writing
from avaudit.store.journal import append
from avaudit.store.lock import Patience
from avaudit.store.migrate import migrations
from avaudit.store.places import journal_folder
from avaudit.store.publish import publish
from avaudit.store.rebuild import rebuild
from avaudit.store.sync import sync
from avaudit.store.user_query import run_query


@pytest.fixture
def db(tmp_path: Path) -> Path:
    db = tmp_path / "avaudit.duckdb"
    append(db, [a_record(1), a_record(2), a_register(), a_decision("f-run-1-1-time")])
    sync(db)
    return db


@pytest.mark.parametrize(
    "use",
    [
        lambda db: sync(db, wait_s=0.2),
        lambda db: publish(db, wait_s=0.2),
        lambda db: rebuild(db, wait_s=0.2),
        lambda db: read.findings(db, wait_s=0.2),
        lambda db: run_query(db, "SELECT 1", wait_s=0.2),
    ],
)
def test_waiting_for_a_writer_in_another_process_ends(
    db: Path, use: Callable[[Path], object]
) -> None:
    before, process = dump(db), worker("hold", db)
    try:
        assert said(process) == "held"
        with pytest.raises(StoreBusy) as caught:
            use(db)
        assert str(caught.value.values["file"]).startswith(str(db))
        append(db, [a_record(3)])  # what is being audited is written down all the same
    finally:
        process.communicate(timeout=60)
    assert sync(db).applied == 1
    assert len(dump(db)["recordings"]) == len(before["recordings"]) + 1


def test_a_foreign_programs_lock_is_waited_for_too(db: Path, tmp_path: Path) -> None:
    process = worker("look", db)
    try:
        assert said(process) == "2"
        with pytest.raises(StoreBusy):
            sync(db, wait_s=0.2)
        assert len(read.findings(db)) == 4
    finally:
        process.communicate(timeout=60)
    assert sync(db).applied == 0


def test_a_writer_in_this_process_is_waited_for_too(db: Path) -> None:
    with open_for_writing(db), pytest.raises(StoreBusy), open_for_reading(db, wait_s=0.05):
        pass


def test_patience_without_a_wait_still_tries_once() -> None:
    assert len(list(Patience(0).tries())) == 1


def _garbage(db: Path) -> None:
    db.write_bytes(random.Random(1).randbytes(20_000))


def _cut(db: Path) -> None:
    db.write_bytes(db.read_bytes()[:20_000])


def _emptied(db: Path) -> None:
    db.write_bytes(b"")


def _blotted(db: Path) -> None:
    headers = db.read_bytes()[:12288]  # as DuckDB writes them: the file looks like a store
    db.write_bytes(headers + b"\xff" * (db.stat().st_size - len(headers)))


@pytest.mark.parametrize("damage", [_garbage, _cut, _emptied, _blotted])
def test_a_damaged_store_is_named_and_made_anew(db: Path, damage: Callable[[Path], None]) -> None:
    before = dump(db)
    damage(db)
    damaged = db.read_bytes()
    for use in (sync, read.findings, publish, lambda at: run_query(at, "FROM findings")):
        with pytest.raises(StoreError) as caught:
            use(db)
        assert caught.value.key == "store.damaged"
        assert "avaudit rebuild" in say_error(caught.value, "zh")
    assert rebuild(db).applied == 4
    assert dump(db) == before
    (aside,) = db.parent.glob("avaudit.duckdb.damaged-*")
    assert aside.read_bytes()[: len(damaged)] == damaged
    append(db, [a_record(9)])
    assert sync(db).applied == 1


def test_a_store_of_a_newer_duckdb_is_not_called_damaged(
    db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        # No DuckDB that could write such a file is at hand; these are its words.
        raise duckdb.IOException(
            "IO Error: Trying to read a database file with version number 999, but we can only "
            "read versions between 64 and 68. The database file was created with an newer version "
            "of DuckDB."
        )

    monkeypatch.setattr(duckdb, "connect", refuse)
    with pytest.raises(StoreError) as caught:
        read.findings(db)
    assert caught.value.key == "store.newer_format"


def test_rebuilding_a_sound_store_changes_nothing(db: Path) -> None:
    before = dump(db)
    rebuild(db)
    assert dump(db) == before


def test_a_lost_store_comes_back(db: Path) -> None:
    before = dump(db)
    db.unlink()
    sync(db)
    assert dump(db) == before


def test_without_record_files_nothing_is_rebuilt(db: Path) -> None:
    before = dump(db)
    folder = journal_folder(db)
    folder.rename(folder.with_name("elsewhere"))
    with pytest.raises(StoreError) as caught:
        rebuild(db)
    assert caught.value.key == "store.no_journal"
    assert dump(db) == before


def test_places_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "folder.duckdb"
    folder.mkdir()
    with pytest.raises(StoreError) as caught:
        read.findings(folder)
    assert caught.value.key == "store.unusable"
    with pytest.raises(StoreError) as caught:
        sync(tmp_path / "nowhere" / "avaudit.duckdb")
    assert caught.value.key == "store.unusable"


def test_migrations_are_applied_once(db: Path) -> None:
    with open_for_writing(db) as connection:
        applied = connection.table("schema_migrations").fetchall()
    with open_for_writing(db) as connection:
        assert connection.table("schema_migrations").fetchall() == applied
    assert [row[0] for row in applied] == [m.version for m in migrations()]
    assert [m.version for m in migrations()] == list(range(1, len(migrations()) + 1))


@pytest.mark.parametrize(
    ("sql", "key"),
    [
        ("UPDATE schema_migrations SET sha256 = 'other' WHERE version = 1", "altered_migration"),
        ("INSERT INTO schema_migrations VALUES (999, 'later', 'x', now())", "newer"),
        ("DROP TABLE schema_migrations", "foreign"),
    ],
)
def test_a_store_of_another_shape_is_refused(db: Path, sql: str, key: str) -> None:
    with duckdb.connect(db) as connection:
        connection.execute(sql)
    for use in (sync, read.findings, publish):
        with pytest.raises(StoreError) as caught:
            use(db)
        assert caught.value.key == f"store.{key}"


def test_an_older_store_is_brought_up_to_date_by_its_first_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = tmp_path / "old.duckdb"
    known = migrations()
    with monkeypatch.context() as patched:
        patched.setattr("avaudit.store.migrate.migrations", lambda: known[:1])
        with open_for_writing(db) as connection:
            assert len(connection.table("schema_migrations").fetchall()) == 1
    assert read.findings(db) == []
    with open_for_reading(db) as connection:
        assert len(connection.table("schema_migrations").fetchall()) == len(known)


def test_a_migration_that_fails_leaves_the_store_as_it_was(
    db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, before = migrations(), dump(db)
    bad = type(known[0])(len(known) + 1, "bad", "CREATE TABLE half (a INT); SELEC", "x")
    with monkeypatch.context() as patched:
        patched.setattr("avaudit.store.migrate.migrations", lambda: (*known, bad))
        with pytest.raises(duckdb.ParserException):
            sync(db)
    assert dump(db) == before
    assert sync(db).applied == 0


def test_a_reader_of_the_old_copy_keeps_it(db: Path) -> None:
    copy = publish(db)
    assert copy.name == "avaudit.published.duckdb"
    process = worker("look", copy)
    try:
        assert said(process) == "2"
        append(db, [a_record(3)])
        sync(db)
        assert publish(db) == copy
        assert ask(process) == "2"
        assert len(dump(copy)["recordings"]) == 3
    finally:
        process.communicate(timeout=60)
    assert dump(copy) == dump(db)
    assert sorted(p.name for p in db.parent.iterdir()) == [
        "avaudit.duckdb", "avaudit.duckdb.lock", "avaudit.published.duckdb", "avaudit.records",
    ]  # fmt: skip
    assert copy.stat().st_mode & 0o222 == 0


def test_without_a_store_nothing_is_published(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        publish(tmp_path / "avaudit.duckdb")
    assert caught.value.key == "store.missing"
    assert list(tmp_path.iterdir()) == []
