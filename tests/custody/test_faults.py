"""Faults, each by doing it: a full disk, a corrupt store, a power cut; the chain stays whole."""

from __future__ import annotations

import resource
import shutil
import signal
from pathlib import Path

import pytest

from avaudit.errors import SourceUnavailable, StoreError
from avaudit.isolate import WorkerPool
from avaudit.store import chain
from avaudit.store.proof import prove
from avaudit.store.rebuild import rebuild
from fuzz.kills import VERIFY, by_command, killed_nights
from support.forge import Audio, Picture, make, tone
from support.night import CLI, ask, environment, rows_of, run, tiny_recordings
from support.originals import audited, configured, tiny_files, verified
from support.workers import request
from support.workflow import Server


def test_a_full_disk_ends_a_night_with_a_word_and_the_next_one_goes_on(tmp_path: Path) -> None:
    db = tmp_path / "s.duckdb"
    configuration = configured(db)
    audited(db, tiny_files(tmp_path / "r", 40), configuration)
    limit, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    (file,) = chain.files(db)
    length = file.stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (length + 5000, most))
    try:
        with pytest.raises(StoreError) as caught:
            verified(configuration)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, most))
        signal.signal(signal.SIGXFSZ, before)
    assert caught.value.key in ("store.unusable", "store.damaged")
    assert file.read_bytes().endswith(b"\n")
    assert prove(db).intact
    assert verified(configuration).all_well


def test_a_store_made_anew_knows_the_chain_and_what_was_judged(tmp_path: Path) -> None:
    db = tmp_path / "s.duckdb"
    configuration = configured(db)
    files = tiny_files(tmp_path / "r", 12)
    audited(db, files, configuration)
    files[3].unlink()
    verified(configuration)
    before = rows_of(db)
    chained = ask(db, 'SELECT "position", hash, kind, path FROM custody_events ORDER BY 1')
    db.write_bytes(b"not a database")
    rebuild(db)
    assert rows_of(db) == before
    again = ask(db, 'SELECT "position", hash, kind, path FROM custody_events ORDER BY 1')
    assert again == chained
    assert not verified(configuration).all_well  # goes on where it was


def test_nights_killed_at_any_moment_leave_one_chain(tmp_path: Path) -> None:
    """One here; `tests/fuzz/kills.py` does fifty."""
    stored = tiny_recordings(tmp_path / "recordings", 2)
    done = killed_nights(tmp_path, by_command(stored), 1, each=1, seed=7, env=environment())
    assert done.at_work == 1


def test_a_chain_that_is_gone_is_said_and_gone_on_with(tmp_path: Path) -> None:
    """Nobody stops the nights after it, or has them say less, by deleting the chain."""
    db = tmp_path / "s.duckdb"
    configuration = configured(db)
    files = tiny_files(tmp_path / "r", 12)
    audited(db, files, configuration)
    verified(configuration)
    shutil.rmtree(tmp_path / "s.custody")
    files[2].unlink()
    report = verified(configuration)
    assert [(one.what, one.position) for one in report.proof.breaks] == [("cut_off", 1)]
    assert report.states == {"whole": 11, "missing": 1}
    assert ask(db, "SELECT code FROM v_inbox WHERE outcome = 'fail'") == [("missing",)]
    (one,) = verified(configuration).proof.breaks
    assert (one.what, one.position, one.until) == ("removed", 1, 24)
    ((top,),) = ask(db, 'SELECT count(*) FROM custody_events WHERE "position" > 24')
    assert top == 12 + 11


def test_the_flow_verifies_a_share_every_night(prefect_server: Server, tmp_path: Path) -> None:
    db = tmp_path / "s.duckdb"
    files = tiny_files(tmp_path / "r", 12)
    audited(db, files, configured(db))
    env = prefect_server.environment()
    night = (*VERIFY, "--db", "s.duckdb", "--days", "2")
    done = run(night, env, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "保管链完整" in done.stderr
    files[4].unlink()
    shutil.rmtree(tmp_path / "s.custody")
    done = run(night, env, tmp_path)  # the chain is gone: said, and the night ends all the same
    assert done.returncode == 1
    assert "链尾第 1" in done.stderr
    assert "r00004.wav" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_a_demuxer_calls_an_io_error_is_damaged_and_under_custody(
    tmp_path: Path,
) -> None:
    """The disk gives every byte: nobody keeps an original out of custody by cutting it so."""
    whole = make(tmp_path / "whole.mkv", Picture(0.6, fps=10), Audio(tone(0.6, 8000), 8000)).path
    cut = tmp_path / "r" / "cut.mkv"
    cut.parent.mkdir()
    cut.write_bytes(whole.read_bytes()[:651])
    with WorkerPool(1, 60.0, 4096) as pool, pytest.raises(SourceUnavailable):
        pool.examine(request(cut))
    env = environment()
    assert run((*CLI, "audit", cut, "--db", "s.duckdb"), env, tmp_path).returncode == 1
    found = ask(tmp_path / "s.duckdb", "SELECT status, sha256 IS NULL, error FROM recordings")
    assert [(status, unread) for status, unread, _ in found] == [("unexaminable", False)]
    assert found[0][2].startswith("damaged")
    assert ask(tmp_path / "s.duckdb", "SELECT kind FROM v_original JOIN custody_events USING "
                                      "(recording_id)") == [("seen_first",)]  # fmt: skip
