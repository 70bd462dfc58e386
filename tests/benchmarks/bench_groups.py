"""What grouping costs: 10,000 recordings of 40 devices and 1,500 activities, their groups judged.

python tests/benchmarks/bench_groups.py [--runs N] [--folder FOLDER]
"""

from __future__ import annotations

import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import measured
from avaudit.configuration import Configuration, configure
from avaudit.domain.finding import AuditRecord, Recording
from avaudit.domain.media import ClockReading, ClockSource, MediaKind
from avaudit.domain.register import Activity, Register
from avaudit.domain.time import SHANGHAI
from avaudit.grouping import judge_groups
from avaudit.settings import load_settings
from avaudit.store import journal
from avaudit.store.sync import sync

_RECORDINGS, _DEVICES, _PARTS = 10_000, 40, 5
_FIRST = datetime(2026, 9, 1, 8, 0, tzinfo=SHANGHAI)


def audits(configuration: Configuration) -> list[AuditRecord]:
    """Outings of five parts of ten minutes, four a day and device."""
    return [_audit(configuration, number) for number in range(_RECORDINGS)]


def _audit(configuration: Configuration, number: int) -> AuditRecord:
    outing, part = divmod(number, _PARTS)
    turn, device = divmod(outing, _DEVICES)
    at = _FIRST + timedelta(days=turn // 4, hours=2 * (turn % 4), minutes=10 * part)
    device_id = f"DSJ-A3_{device:07}"
    name = f"{device_id}_{at:%Y%m%d_%H%M%S}.mp4"
    recording = Recording(
        recording_id=f"{number:016x}",
        path=f"/recordings/{name}",
        sha256=f"{number:064x}",
        size_bytes=500_000_000,
        mtime_ns=number,
        kind=MediaKind.VIDEO,
        status="examined",
        started_at=at,
        clock_source=ClockSource.FILENAME,
        clocks=(ClockReading(ClockSource.FILENAME, at, name),),
        duration_s=599.0,
        device_id=device_id,
    )
    activity = f"A{outing:05}" if outing % 4 else None
    return AuditRecord(configuration.run, recording, "1", activity, (), (), audited_at=at)


def _register() -> Register:
    activities = []
    for outing in range(_RECORDINGS // _PARTS):
        turn, device = divmod(outing, _DEVICES)
        at = _FIRST + timedelta(days=turn // 4, hours=2 * (turn % 4))
        if outing % 4:
            until = at + timedelta(minutes=50)
            devices = (f"DSJ-A3 {device:07}",)
            activities.append(
                Activity(f"A{outing:05}", started_at=at, ended_at=until, device_ids=devices)
            )
    return Register("r.csv", "ab" * 32, tuple(activities))


def once() -> dict[str, float]:
    """Seconds of each step, with a new store."""
    folder = Path(tempfile.mkdtemp(prefix="bench-groups-"))
    configuration = configure(load_settings(db=folder / "store.duckdb", speech_model="none"))
    db = configuration.settings.db
    try:
        journal.append(db, [_register(), *audits(configuration)])
        return {
            "sync of the recordings": measured.timed(lambda: sync(db)),
            "the first night": measured.timed(lambda: judge_groups(configuration)),
            "a night with nothing new": measured.timed(lambda: judge_groups(configuration)),
        }
    finally:
        shutil.rmtree(folder)


def main() -> None:
    """Measure and report."""
    given = measured.options(__doc__ or "", runs=3)
    measured.heading("bench_groups", f"{_RECORDINGS} recordings")
    rounds = [once() for _ in range(given.runs)]
    rows = [(step, measured.spread([one[step] for one in rounds])) for step in rounds[0]]
    measured.table(("step", "seconds"), rows)


if __name__ == "__main__":
    main()
