"""Audit many recordings: in parallel, with further tries, able to stop and to go on later."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from avaudit.audit import Auditor
from avaudit.domain.finding import AuditRecord
from avaudit.errors import AvauditError, TransientError, WorkerUnavailable
from avaudit.ingest.discover import Found

#: Waits in seconds before the second and the third try of what may pass.
WAITS_S = (1.0, 5.0)
#: After so many recordings the store is brought up to date, so that it can be read meanwhile.
SYNC_EVERY = 50


@dataclass(slots=True)
class BatchReport:
    """What became of a batch.

    `unexaminable_before` counts those audited earlier, `failed` lists recordings left for the next
    run, with the reason.
    """

    audited: int = 0
    unexaminable: int = 0
    unexaminable_before: int = 0
    partial: int = 0
    failed: list[tuple[str, AvauditError]] = field(default_factory=list)
    stopped: bool = False

    @property
    def all_examined(self) -> bool:
        """Whether every recording that was asked for could be examined, now or earlier."""
        return not (self.unexaminable or self.unexaminable_before or self.failed)

    def count(self, status: str) -> None:
        """Count a recording that was audited, by its status."""
        self.audited += 1
        self.unexaminable += status == "unexaminable"
        self.partial += status == "partial"


class Watcher:
    """Is told how a batch goes on. Calls come from the threads that do the work."""

    def started(self, found: Found) -> None:
        """A recording is taken in hand."""

    def done(self, found: Found) -> None:
        """A recording is finished with, one way or the other."""


def run_batch(auditor: Auditor, waiting: Sequence[Found], watcher: Watcher) -> BatchReport:
    """Audit the recordings and keep the records. Ctrl-C stops at once and cleanly.

    One recording's trouble never stops the others. Raises `StoreError` where records cannot be
    kept: there is no point in going on then.
    """
    report = BatchReport(unexaminable_before=auditor.unexaminable_before)
    halt = threading.Event()
    jobs = auditor.configuration.settings.jobs
    with ThreadPoolExecutor(jobs, "audit") as threads:
        try:
            _run(auditor, waiting, watcher, report, threads, halt)
        except KeyboardInterrupt:
            report.stopped = True
        finally:
            halt.set()
            if report.stopped:
                auditor.stop()
            threads.shutdown(wait=True, cancel_futures=True)
    return report


def _run(
    auditor: Auditor,
    waiting: Sequence[Found],
    watcher: Watcher,
    report: BatchReport,
    threads: ThreadPoolExecutor,
    halt: threading.Event,
) -> None:
    def one(found: Found) -> AuditRecord:
        watcher.started(found)
        try:
            return with_tries(lambda last: auditor.audit(found, last_try=last), halt)
        finally:
            watcher.done(found)

    running = {threads.submit(one, found): found for found in waiting}
    since_sync = 0
    while running:
        finished, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in finished:
            _count(future, running.pop(future), report)
        since_sync += len(finished)
        if since_sync >= SYNC_EVERY:
            auditor.follow()
            since_sync = 0


def with_tries(attempt: Callable[[bool], AuditRecord], halt: threading.Event) -> AuditRecord:
    """Try again what may pass. `attempt` is told whether this is the last try."""
    for wait_s in WAITS_S:
        try:
            return attempt(False)
        except TransientError:
            if halt.wait(wait_s):
                raise
    return attempt(True)


def _count(future: Future[AuditRecord], found: Found, report: BatchReport) -> None:
    try:
        record = future.result()
    except (TransientError, WorkerUnavailable) as error:
        report.failed.append((found.shown, error))
        return
    report.count(record.recording.status)


def total_weight(waiting: Iterable[Found]) -> float:
    """How much work recordings are, in arbitrary units (see `weight`)."""
    return sum(weight(found) for found in waiting)


def weight(found: Found) -> float:
    """Work of one recording: listening to the opening costs about what reading 2 GiB does."""
    return 1.0 + found.size_bytes / (2 << 30)
