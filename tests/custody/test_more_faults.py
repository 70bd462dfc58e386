"""More faults, each by doing it: disks, locks, clocks, shares, models. No night ends by them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from avaudit.custody import events, verification
from avaudit.store import chain
from avaudit.store.proof import prove
from support.night import CLI, ask, environment, rows_of, run, tiny_recordings
from support.originals import audited, configured, tiny_files, verified

Told = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_recordings(tmp_path_factory.mktemp("stored") / "r", 8)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, with room for hardly more than a program's database."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_disk_that_is_full_is_said_and_the_next_night_makes_up_for_it(
    recordings: Path, small_disk: Path, tmp_path: Path
) -> None:
    audit = (*CLI, "audit", recordings, "--db", "s.duckdb")
    whole = run(audit, environment(), tmp_path)
    assert whole.returncode == 0, whole.stderr
    assert run((*CLI, "verify", "--db", "s.duckdb"), environment(), tmp_path).returncode == 0
    filler = small_disk / "filler"
    failed = 0
    for room in (1 << 16, 1 << 20, 4 << 20):
        filler.write_bytes(bytes(1))
        free = shutil.disk_usage(small_disk).free
        filler.write_bytes(bytes(max(0, free - room)))
        for command in (audit, (*CLI, "verify", "--db", "s.duckdb")):
            done = run(command, environment(), small_disk)
            assert "Traceback" not in done.stderr
            assert done.returncode in (0, 1, 2)
            failed += done.returncode != 0
        filler.unlink()
        assert prove(small_disk / "s.duckdb").intact
    assert failed >= 3
    for command in (audit, (*CLI, "verify", "--db", "s.duckdb")):
        done = run(command, environment(), small_disk)
        assert done.returncode == 0, done.stderr
    found, expected = rows_of(small_disk / "s.duckdb"), rows_of(tmp_path / "s.duckdb")
    del found["custody_events"], expected["custody_events"]
    assert found == expected
    assert prove(small_disk / "s.duckdb").intact


def test_a_store_that_is_damaged_is_made_anew_at_night(recordings: Path, tmp_path: Path) -> None:
    night: list[tuple[str, ...]] = [(*CLI, "audit", str(recordings)), (*CLI, "verify")]
    for step in night:
        assert run(step, environment(), tmp_path).returncode == 0
    db = tmp_path / "avaudit.duckdb"
    before = rows_of(db)
    spoilt = (b"not a database", db.read_bytes()[:8192] + bytes(4096))
    for command, content in zip(night, spoilt, strict=True):
        db.write_bytes(content)
        done = run(command, environment(), tmp_path)
        assert done.returncode == 0, done.stderr
        assert "已由逐行记录文件和保管链重建" in done.stderr
        found = rows_of(db)
        for table in ("recordings", "audits", "findings", "results", "runs"):
            assert found[table] == before[table]
    assert len(list(tmp_path.glob("avaudit.duckdb.damaged-*"))) == 2
    assert prove(db).intact


def test_a_store_that_another_program_holds_is_said_and_nothing_is_lost(tmp_path: Path) -> None:
    """A BI tool that keeps the database open for writing, against all advice."""
    db = tmp_path / "avaudit.duckdb"
    configuration = configured(db)
    audited(db, tiny_files(tmp_path / "r", 5), configuration)
    hold = "import duckdb, sys; c = duckdb.connect('avaudit.duckdb'); print(1, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", hold], cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline()
        before = b"".join(file.read_bytes() for file in chain.files(db))
        env = environment(AVAUDIT_STORE_WAIT_S="0.5")
        for command in (("verify",), ("hold", "案1"), ("decide", "x", "--confirm")):
            done = run((*CLI, *command), env, tmp_path)
            assert done.returncode == 1, done.stderr
            assert "avaudit.duckdb" in done.stderr
            assert "Traceback" not in done.stderr
        other.communicate(b"")
    assert prove(db).intact
    assert b"".join(file.read_bytes() for file in chain.files(db)).startswith(before)
    assert verified(configuration).all_well


class _Clock:
    """A clock that can be set, where the custody of originals reads it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead = timedelta()

        class Set(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> Any:
                return datetime.now(tz) + self.ahead

        for module in (events, verification, chain):
            monkeypatch.setattr(module, "datetime", Set)


def test_a_clock_that_ran_ahead_once_puts_no_original_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read in 2036, as the clock had it, is read again when its turn comes."""
    db = tmp_path / "s.duckdb"
    configuration = configured(db)
    audited(db, tiny_files(tmp_path / "r", 40), configuration)
    verified(configuration)
    clock = _Clock(monkeypatch)
    clock.ahead = timedelta(days=3650)
    verified(configuration, days=2)
    clock.ahead = timedelta()
    report = verified(configuration, days=2)
    assert report.behind_s > 3e8
    for _ in range(3):
        verified(configuration, days=2)
    query = "SELECT n_verified FROM v_original"
    assert {count for (count,) in ask(db, query)} == {3, 4}  # five halves, and all once
    assert prove(db).intact
    names = [file.name for file in chain.files(db)]
    assert names == sorted(names)


def test_a_clock_set_ahead_ends_no_retention_for_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever sets the clock, deletes and verifies is found out by the next honest night."""
    db = tmp_path / "s.duckdb"
    configuration = configured(db)
    book = Path(__file__).parents[2] / "src/avaudit/rules/books/qingyang.yaml"
    terms = tmp_path / "book.yaml"
    terms.write_text(book.read_text("utf-8").replace("keep: permanent", "keep: 9 years"), "utf-8")
    configuration = configured(db, rulebook=str(terms))
    files = tiny_files(tmp_path / "r", 3)
    audited(db, files, configuration)
    verified(configuration)
    clock = _Clock(monkeypatch)
    clock.ahead = timedelta(days=4000)
    files[1].unlink()
    assert verified(configuration).states == {"whole": 2, "ended": 1}
    clock.ahead = timedelta()
    assert verified(configuration).states == {"whole": 2, "missing": 1}
    assert ask(db, "SELECT code, outcome FROM v_inbox WHERE rule_id LIKE 'custody.%'") == [
        ("missing", "fail")
    ]


def test_a_share_that_is_gone_keeps_no_other_from_being_audited(
    recordings: Path, tmp_path: Path
) -> None:
    share, local = tmp_path / "share", tmp_path / "local"
    shutil.copytree(recordings, share)
    local.mkdir()
    (share / "r01.wav").rename(local / "r01.wav")
    night = (*CLI, "audit", share, local)
    share.rename(tmp_path / "away")
    done = run(night, environment(), tmp_path)
    assert done.returncode == 1
    assert f"{share} 现在不可访问" in done.stderr
    assert ask(tmp_path / "avaudit.duckdb", "SELECT count(*) FROM recordings") == [(1,)]
    (tmp_path / "away").rename(share)
    done = run(night, environment(), tmp_path)
    assert done.returncode == 0, done.stderr
    assert ask(tmp_path / "avaudit.duckdb", "SELECT count(*) FROM recordings") == [(8,)]
    findings = ask(tmp_path / "avaudit.duckdb", "SELECT * FROM v_inbox")
    share.rename(tmp_path / "away")  # gone again: what was found in it stands as it was
    assert run(night, environment(), tmp_path).returncode == 1
    assert ask(tmp_path / "avaudit.duckdb", "SELECT * FROM v_inbox") == findings
    assert run((*CLI, "audit", share), environment(), tmp_path).returncode == 2


def test_an_altered_model_is_left_out_and_the_night_goes_on(
    recordings: Path, models_dir: Path, tmp_path: Path
) -> None:
    """A model of which a byte was changed says nothing about anybody."""
    models = tmp_path / "models"
    shutil.copytree(models_dir / "whisper-base", models / "whisper-base")
    file = models / "whisper-base" / "model.bin"
    with file.open("r+b") as stream:
        stream.seek(10_000_000)
        byte = stream.read(1)
        stream.seek(10_000_000)
        stream.write(bytes([byte[0] ^ 1]))
    env = environment(AVAUDIT_SPEECH_MODEL="whisper-base", AVAUDIT_MODELS_DIR=models)
    env |= {"AVAUDIT_MODELS_MIRROR": "http://127.0.0.1:9"}
    done = run((*CLI, "audit", recordings), env, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "本次审查不含语音内容" in done.stderr
    query = "SELECT DISTINCT outcome FROM results WHERE rule_id = 'statement.present'"
    assert ask(tmp_path / "avaudit.duckdb", query) == [("open",)]
    shutil.rmtree(models)
    done = run((*CLI, "audit", recordings), env, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "本次审查不含语音内容" in done.stderr
