"""`avaudit audit`."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.progress import Progress, TaskID

from avaudit.audit import Auditor
from avaudit.batch import BatchReport, Watcher, run_batch, total_weight, weight
from avaudit.cli.console import Out
from avaudit.cli.status import Exit
from avaudit.codec import plain_to_json
from avaudit.configuration import Configuration, configure
from avaudit.domain.register import Register
from avaudit.domain.rule import Severity
from avaudit.i18n import say, say_error, say_problem
from avaudit.ingest.discover import Discovery, Found, discover
from avaudit.ingest.register import read_register
from avaudit.report.tables import summary_table
from avaudit.settings import Settings, load_settings
from avaudit.store import read
from avaudit.store.sync import SyncReport

_SHOWN_PROBLEMS = 20


def audit(options: argparse.Namespace, out: Out) -> int:
    """Audit recordings, keep what was found, and show the summary."""
    settings = load_settings(
        db=options.db, lang=options.lang, jobs=options.jobs, rulebook=options.rulebook,
        deep=options.deep or None,
    )  # fmt: skip
    register = load_register(options.register, out)
    configuration = configure(settings, register)
    warn_without_speech(configuration, out)
    warn_without_speakers(configuration, out)
    found = discover(options.paths)
    with Auditor(configuration) as auditor:
        waiting = auditor.pending(found.recordings)
        auditor.note_register()
        report = _run(auditor, waiting, out)
        kept = auditor.finish()
    warn_of_records(kept, out)
    tell(found, waiting, report, out)
    night = figures(configuration, found, waiting, report)
    if options.json:
        out.raw(plain_to_json(night))
    else:
        rows = night["summary"]
        out.table(summary_table(rows, titles(out.lang), severities(configuration), out.lang))
        out.say("cli.where", db=str(settings.db))
    return _status(report, night, configuration, options.fail_on)


def warn_without_speech(configuration: Configuration, out: Out) -> None:
    """Say it loudly where speech is left out for want of a model."""
    if configuration.without_speech:
        out.warn(say_error(configuration.without_speech, out.lang))
        out.warn(say("cli.without_speech", out.lang))


def warn_without_speakers(configuration: Configuration, out: Out) -> None:
    """Say it where speakers were asked for and are not told apart."""
    if configuration.speakers.without:
        out.warn(say_error(configuration.speakers.without, out.lang))
        out.warn(say("cli.without_speakers", out.lang))


def warn_of_records(report: SyncReport, out: Out) -> None:
    """Tell about lines of the record files that could not be used, each with its place."""
    for problem in report.problems:
        out.warn(say_problem(problem, out.lang))


def load_register(path: Path | None, out: Out) -> Register | None:
    """Read a register and tell what is wrong with its rows."""
    if path is None:
        return None
    register = read_register(path)
    for problem in register.problems[:_SHOWN_PROBLEMS]:
        out.warn(say_problem(problem, out.lang))
    left = len(register.problems) - _SHOWN_PROBLEMS
    if left > 0:
        out.warn(say("cli.more_problems", out.lang, n=left))
    return register


def titles(lang: str) -> dict[str, str]:
    """What each rule is called."""
    from avaudit.checks._declare import all_checks  # noqa: PLC0415  (only for tables)

    return {rule: str(check.texts["title"][lang]) for rule, check in all_checks().items()}


def severities(configuration: Configuration) -> dict[str, str]:
    """How severe the rule book calls each of its rules."""
    return {rule.id: rule.severity.value for rule in configuration.book.rules}


class _Bar(Watcher):
    """A progress bar that knows which files are in hand."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress, self._task = progress, task
        self._in_hand: list[Found] = []
        self._lock = threading.Lock()

    def started(self, found: Found) -> None:
        with self._lock:
            self._in_hand.append(found)
            self._show()

    def done(self, found: Found) -> None:
        with self._lock:
            self._in_hand.remove(found)
            self._show()
        self._progress.advance(self._task, weight(found))

    def _show(self) -> None:
        names = "  ".join(Path(found.shown).name for found in self._in_hand)
        self._progress.update(self._task, current=names)


def _run(auditor: Auditor, waiting: Sequence[Found], out: Out) -> BatchReport:
    with out.progress(counted=False) as progress:
        label = say("cli.auditing", out.lang, n=len(waiting))
        task = progress.add_task(label, total=total_weight(waiting) or 1.0, current="")
        return run_batch(auditor, waiting, _Bar(progress, task))


def tell(found: Discovery, waiting: Sequence[Found], report: BatchReport, out: Out) -> None:
    """Say what became of the recordings, and what was passed over."""
    for path in found.gone:
        out.problem(say("audit.path_gone", out.lang, path=path))
    for path, key in found.passed_over:
        out.warn(say(key, out.lang, path=path))
    for path, error in report.failed:
        if not report.stopped:
            out.problem(f"{path}: {say_error(error, out.lang)}")
    skipped = len(found.recordings) - len(waiting)
    out.say("cli.done", audited=report.audited, skipped=skipped, partial=report.partial,
            unexaminable=report.unexaminable,
            unexaminable_before=report.unexaminable_before)  # fmt: skip
    if report.stopped:
        out.warn(say("cli.stopped", out.lang, left=len(waiting) - report.audited))
    if not found.recordings:
        out.warn(say("cli.nothing_found", out.lang))


def figures(
    configuration: Configuration, found: Discovery, waiting: Sequence[Found], report: BatchReport
) -> dict[str, Any]:
    """An audit in figures, as JSON holds them; `summary` is over all recordings of the run."""
    settings = configuration.settings
    run_id = configuration.run.run_id
    return {
        "run_id": run_id,
        "rulebook": f"{configuration.book.id} {configuration.book.version}",
        "found": len(found.recordings),
        "skipped": len(found.recordings) - len(waiting),
        "audited": report.audited,
        "partial": report.partial,
        "unexaminable": report.unexaminable,
        "unexaminable_before": report.unexaminable_before,
        "all_examined": report.all_examined and not found.gone,
        "gone": found.gone,
        "failed": [{"path": path, "error": str(error)} for path, error in report.failed],
        "passed_over": [{"path": path, "reason": key} for path, key in found.passed_over],
        "stopped": report.stopped,
        "summary": read.summary(settings.db, run_id, settings.store_wait_s),
    }


def _status(
    report: BatchReport, night: Mapping[str, Any], configuration: Configuration, fail_on: str | None
) -> int:
    if report.stopped:
        return Exit.STOPPED
    if fail_on and _fails(configuration.settings, configuration, fail_on):
        return Exit.FINDINGS
    return Exit.RAN if night["all_examined"] else Exit.NOT_ALL_DONE


def _fails(settings: Settings, configuration: Configuration, fail_on: str) -> bool:
    """Whether any rule at least that severe failed for any recording of this run."""
    order = [severity.value for severity in Severity]
    of = severities(configuration)
    heavy = {rule for rule, severity in of.items() if order.index(severity) <= order.index(fail_on)}
    rows = read.summary(settings.db, configuration.run.run_id, settings.store_wait_s)
    return any(row["outcome"] == "fail" and row["rule_id"] in heavy for row in rows)
