"""What keeping and reading records costs: append, sync, read, publish and rebuild.

python tests/benchmarks/bench_store.py [--runs N] [--folder FOLDER]
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb

import measured
from avaudit.audit import Auditor
from avaudit.configuration import configure
from avaudit.domain.finding import AuditRecord
from avaudit.ingest.discover import discover
from avaudit.settings import load_settings
from avaudit.store import journal, read
from avaudit.store.publish import publish
from avaudit.store.rebuild import rebuild
from avaudit.store.sync import sync

_RECORDS = 1000
_SAMPLE = "DSJ-A3_0001234_20261120_090000.mp4"


def records(folder: Path) -> list[AuditRecord]:
    """The record of a sample, as if of many recordings."""
    settings = load_settings(db=folder / "sample.duckdb", speech_model="none")
    with Auditor(configure(settings)) as auditor:
        found = auditor.pending(discover([measured.ROOT / "data_samples" / _SAMPLE]).recordings)
        record = auditor.audit(found[0])
    return [_renamed(record, number) for number in range(_RECORDS)]


def _renamed(record: AuditRecord, number: int) -> AuditRecord:
    name = f"{number:016x}"
    recording = replace(
        record.recording, recording_id=name, path=f"/recordings/{number}.mp4", sha256=name * 4
    )
    return replace(
        record,
        recording=recording,
        input_digest=name * 4,
        findings=tuple(
            replace(finding, finding_id=f"{n:04x}{number:012x}")
            for n, finding in enumerate(record.findings)
        ),
        custody=tuple(
            replace(event, event_id=name * 2, recording_id=name, sha256=name * 4)
            for event in record.custody
        ),
    )


def once(made: list[AuditRecord]) -> dict[str, float]:
    """Seconds of each step, with a new store."""
    folder = Path(tempfile.mkdtemp(prefix="bench-store-"))
    db, run_id = folder / "store.duckdb", made[0].run.run_id
    steps: dict[str, Callable[[], object]] = {
        "append, one record at a time": lambda: _append(db, made),
        "sync of all": lambda: sync(db),
        "sync of nothing new": lambda: sync(db),
        "read: known files": lambda: read.known_files(db),
        "read: findings": lambda: read.findings(db),
        "read: summary": lambda: read.summary(db, run_id),
        "publish": lambda: publish(db),
        "rebuild": lambda: rebuild(db),
        "peer: write and fsync of the same lines": lambda: _plain(folder / "plain", made),
        "peer: DuckDB's own reading of the same lines": lambda: _load(folder),
    }
    try:
        seconds = {name: measured.timed(step) for name, step in steps.items()}
        assert len(read.known_files(db)) == len(made)
        return seconds
    finally:
        shutil.rmtree(folder)


def _append(db: Path, made: list[AuditRecord]) -> None:
    """As an audit does: each record on the disk before the next recording is examined."""
    for one in made:
        journal.append(db, [one])


def _plain(path: Path, made: list[AuditRecord]) -> None:
    lines = [journal.encode(one) for one in made]
    with path.open("ab") as output:
        for line in lines:
            output.write(line)
            output.flush()
            os.fsync(output.fileno())


def _load(folder: Path) -> None:
    with duckdb.connect(str(folder / "peer.duckdb")) as connection:
        files = str(folder / "store.records" / "*.jsonl")
        query = "CREATE TABLE lines AS SELECT * FROM read_json_auto(?, maximum_object_size = 1e8)"
        connection.execute(query, [files])


def main() -> None:
    """Measure and report."""
    given = measured.options(__doc__ or "", runs=5)
    measured.heading("bench_store", f"{_RECORDS} records")
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        made = records(Path(folder))
    size = sum(len(journal.encode(one)) for one in made) / len(made)
    measured.say(f"A record is a line of {size / 1024:.1f} KiB.\n")
    runs = [once(made) for _ in range(given.runs)]
    measured.table(
        ("step", "seconds", "ms a record"),
        [
            (step, measured.spread([run[step] for run in runs], 3),
             f"{1000 * measured.median(run[step] for run in runs) / _RECORDS:.3f}")
            for step in runs[0]
        ],
    )  # fmt: skip
    for ours, peer in (
        ("append, one record at a time", "peer: write and fsync of the same lines"),
        ("sync of all", "peer: DuckDB's own reading of the same lines"),
    ):
        ratio = measured.median(run[ours] / run[peer] for run in runs)
        measured.say(f"{ours} / {peer.removeprefix('peer: ')}: {ratio:.1f}")


if __name__ == "__main__":
    main()
