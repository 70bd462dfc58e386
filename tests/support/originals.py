"""Stores of many small originals: files with contents of their own, and their records."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from avaudit.compose import recording_id_of
from avaudit.configuration import Configuration, configure
from avaudit.custody.seen import chain_seen
from avaudit.custody.verification import Verification, VerifyReport
from avaudit.domain.finding import AuditRecord, CustodyEvent, Recording
from avaudit.domain.media import MediaKind
from avaudit.domain.time import SHANGHAI
from avaudit.settings import Settings, load_settings
from avaudit.store import journal

#: Written to so long before they were seen first: they were at rest.
QUIET_S = 86400


def configured(db: Path, **given: object) -> Configuration:
    """A configuration without models over a store."""
    return replace(_configured(str(given.get("rulebook", "qingyang"))),
                   settings=settings_of(db, **given))  # fmt: skip


@cache
def _configured(rulebook: str) -> Configuration:
    return configure(settings_of(Path("s.duckdb"), rulebook=rulebook))


def settings_of(db: Path, **given: object) -> Settings:
    """Settings of a store, nobody's own."""
    return load_settings(**{"db": db, "speech_model": "none", "actor": "tester", **given})


def tiny_files(folder: Path, number: int, size: int = 40) -> list[Path]:
    """So many files, each with bytes of its own, a hundred in a folder."""
    made = []
    old = datetime.now(SHANGHAI).timestamp() - QUIET_S
    for count in range(number):
        path = folder / f"d{count // 100:03}" / f"r{count:05}.wav"
        if count % 100 == 0:
            path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((b"%08d" % count) * (size // 8))
        os.utime(path, (old, old))
        made.append(path)
    return made


def audited(
    db: Path, files: list[Path], configuration: Configuration, seen_at: datetime | None = None
) -> None:
    """Let a store know files as an audit would, without examining them, and chain first sights."""
    at = seen_at or datetime.now(SHANGHAI) - timedelta(hours=1)
    journal.append(db, _records(files, configuration, at))
    chain_seen(configuration.settings)


def _records(
    files: list[Path], configuration: Configuration, at: datetime
) -> Iterator[AuditRecord]:
    for path in files:
        sha256, status = hashlib.sha256(path.read_bytes()).hexdigest(), path.stat()
        name = recording_id_of(sha256, str(path))
        event = hashlib.sha256(f"{name}{path}".encode()).hexdigest()[:32]
        yield AuditRecord(
            run=configuration.run,
            recording=Recording(
                recording_id=name, path=str(path), sha256=sha256, size_bytes=status.st_size,
                mtime_ns=status.st_mtime_ns, ctime_ns=status.st_ctime_ns, kind=MediaKind.AUDIO,
                status="examined",
            ),
            input_digest=sha256,
            activity_id=None,
            results=(),
            findings=(),
            custody=(
                CustodyEvent(event, name, "seen_first", at, "avaudit", sha256, str(path)),
            ),
            audited_at=at,
        )  # fmt: skip


def verified(configuration: Configuration, *paths: Path, days: int | None = None,
             budget_bytes: float | None = None) -> VerifyReport:  # fmt: skip
    """One verification, from its beginning to its end."""
    night = Verification(
        configuration, [str(path) for path in paths], days=days, budget_bytes=budget_bytes
    )
    night.prepare()
    for number in range(len(night.portions)):
        night.check(number)
    return night.finish()
