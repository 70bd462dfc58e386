"""Run avaudit and its flow as users do, in processes of their own, and read what they kept."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from support.forge import Audio, Picture, make, tone

ROOT = Path(__file__).parents[2]
CLI = (sys.executable, "-c", "import sys; from avaudit.cli import main; sys.exit(main())")
FLOW = (sys.executable, str(ROOT / "pipelines" / "nightly_audit.py"))

#: Columns that say when something was done, not what was found.
_WHEN = {
    "audits": ("audited_at", "wall_s"),
    "custody_events": ("happened_at", "position", "previous", "hash"),
    "groups": ("judged_at",),
    "recordings": ("seen_at",),
    "runs": ("started_at",),
}
#: Where a store stands in its record files: two audits of one recording leave two lines.
_BOOKKEEPING = ("journal_offsets", "schema_migrations")

Rows = dict[str, list[tuple[Any, ...]]]


def environment(**settings: str | Path) -> dict[str, str]:
    """This environment without anybody's settings, without speech, and with those given."""
    own = {k: v for k, v in os.environ.items() if not k.startswith(("AVAUDIT_", "PREFECT_"))}
    own |= {"AVAUDIT_SPEECH_MODEL": "none", "PYTHONUTF8": "1", "COLUMNS": "160"}
    return own | {name: str(value) for name, value in settings.items()}


def run(
    command: Sequence[str | Path],
    env: dict[str, str],
    cwd: Path,
    before: Sequence[str] = (),
    timeout_s: float = 300.0,
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; `before` is a program that runs it under some condition."""
    whole = [*before, *map(str, command)]
    return subprocess.run(
        whole, env=env, cwd=cwd, capture_output=True, text=True, timeout=timeout_s, check=False
    )


def tiny_recordings(folder: Path, number: int) -> Path:
    """A folder of recordings of one second, each with bytes of its own; the first has a picture."""
    folder.mkdir(parents=True, exist_ok=True)
    make(folder / "r00.mp4", Picture(1.0), Audio(tone(1.0, 16000), 16000))
    for count in range(1, number):
        sound = tone(1.0, 8000, 200.0 + count)
        make(folder / f"r{count:02}.wav", Audio(sound, 8000, "pcm_s16le"))
    return folder


def rows_of(db: Path) -> Rows:
    """Every table of a store, sorted, without when things were done."""
    with duckdb.connect(str(db), read_only=True) as store:
        tables = store.execute(
            "SELECT table_name FROM duckdb_tables() WHERE NOT internal ORDER BY table_name"
        ).fetchall()
        found: Rows = {}
        for (table,) in tables:
            if table in _BOOKKEEPING:
                continue
            without = f"EXCLUDE ({', '.join(_WHEN[table])})" if table in _WHEN else ""
            query = f'SELECT * {without} FROM "{table}"'  # noqa: S608  (names of our own tables)
            found[table] = sorted(store.execute(query).fetchall(), key=repr)
        return found


def ask(db: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """The answer to a query; `values` stand where it has a `?`."""
    with duckdb.connect(str(db), read_only=True) as store:
        return store.execute(sql, list(values)).fetchall()


def state_of(folder: Path) -> dict[str, tuple[str, int, int, int]]:
    """By name, the digest, modification time, size and mode of the files of a folder."""
    found = {}
    for file in sorted(folder.iterdir()):
        facts = file.stat()
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        found[file.name] = (digest, facts.st_mtime_ns, facts.st_size, facts.st_mode)
    return found


#: A program that runs another without root's right to pass over file permissions: capabilities
#: CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH leave the bounding set (PR_CAPBSET_DROP is 24). For
#: other users it changes nothing.
WITHOUT_PRIVILEGE = (
    sys.executable,
    "-c",
    "import ctypes, os, sys\n"
    "for capability in (1, 2): ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)\n"
    "os.execv(sys.argv[1], sys.argv[1:])",
)


def permissions_hold(folder: Path) -> bool:
    """Whether a program run `WITHOUT_PRIVILEGE` is kept from a file that nobody may read."""
    secret = folder / "secret"
    secret.write_text("x")
    secret.chmod(0)
    reading = [sys.executable, "-c", f"open({str(secret)!r})"]
    tried = run(reading, environment(), folder, WITHOUT_PRIVILEGE)
    secret.unlink()
    return "PermissionError" in tried.stderr


def can_cut_network() -> bool:
    """Whether a program can be run in a network namespace of its own, which has no way out."""
    try:
        return subprocess.run(["unshare", "-n", "true"], check=False).returncode == 0
    except FileNotFoundError:
        return False
