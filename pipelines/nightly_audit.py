"""The nightly audit as a Prefect flow: discover, skip what is done, audit, publish, report.

    python pipelines/nightly_audit.py FOLDER... [--register FILE] [--db FILE] [--jobs N]

runs it once, with the Prefect server that is configured or, without one, a private one. Tasks get
numbers and names only: Prefect keeps what they are given.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import deque
from pathlib import Path
from typing import Any

from local_server import prefect_server  # first: it sets what Prefect reads when imported

# isort: split

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.client.schemas.objects import State, TaskRun
from prefect.futures import PrefectFuture
from prefect.runtime import flow_run, task_run
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from avaudit.audit import Auditor
from avaudit.batch import SYNC_EVERY, WAITS_S, BatchReport
from avaudit.cli import language
from avaudit.cli.auditing import (
    figures,
    load_register,
    severities,
    tell,
    titles,
    warn_of_records,
    warn_without_speakers,
    warn_without_speech,
)
from avaudit.cli.console import Out
from avaudit.cli.parser import Parser, speak
from avaudit.cli.status import Exit
from avaudit.configuration import configure
from avaudit.errors import AvauditError, ConfigError, TransientError
from avaudit.i18n import LANGUAGES, say, say_error
from avaudit.ingest.discover import Found, discover
from avaudit.ingest.register import read_register
from avaudit.report.tables import summary_table
from avaudit.settings import load_settings

#: How many tasks for each worker are handed to Prefect ahead of time: memory stays flat.
_AHEAD = 2

#: Threads only wait: the pool of worker processes sets the real bound.
_THREADS: TaskRunner[Any] = ThreadPoolTaskRunner(max_workers=128)

#: The auditor and the recordings of each flow run of this process.
_NIGHTS: dict[str, tuple[Auditor, list[Found]]] = {}


def _may_pass(_task: object, _run: TaskRun, state: State[Any]) -> bool:
    """Only what may pass is tried again, and nothing after the night was stopped."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, TransientError) and error.key != "isolate.stopped"


@task(
    task_run_name="{name}",
    retries=len(WAITS_S),
    retry_delay_seconds=list(WAITS_S),
    retry_condition_fn=_may_pass,
    persist_result=False,
)
def audit_recording(night: str, number: int, name: str) -> str:  # noqa: ARG001  (name: for people)
    """Audit one recording and keep its record. Returns the recording's status."""
    auditor, waiting = _NIGHTS[night]
    last_try = task_run.run_count > len(WAITS_S)
    return auditor.audit(waiting[number], last_try=last_try).recording.status


@flow(
    name="avaudit-nightly",
    task_runner=_THREADS,
    persist_result=False,
)
def nightly_audit(
    paths: list[str],
    register_file: str | None = None,
    rulebook: str | None = None,
    db: str | None = None,
    jobs: int | None = None,
    lang: str | None = None,
) -> dict[str, Any]:
    """Audit what was stored and is not audited yet. Returns the night's figures.

    Raises what `configure` and `discover` raise; one recording's trouble never ends the night.
    """
    settings = load_settings(db=db, rulebook=rulebook, jobs=jobs, lang=lang)
    out = Out(settings.lang)
    configuration = configure(
        settings, load_register(Path(register_file) if register_file else None, out)
    )
    warn_without_speech(configuration, out)
    warn_without_speakers(configuration, out)
    found = discover(Path(path) for path in paths)
    with Auditor(configuration) as auditor:
        waiting = auditor.pending(found.recordings)
        auditor.note_register()
        report = _audit_all(auditor, waiting)
        kept = auditor.finish()
    warn_of_records(kept, out)
    tell(found, waiting, report, out)
    night = figures(configuration, found, waiting, report)
    _publish_artifact(night, settings.lang)
    return night


def _audit_all(auditor: Auditor, waiting: list[Found]) -> BatchReport:
    """One task a recording, a few ahead of the workers; the store follows every so often."""
    report = BatchReport(unexaminable_before=auditor.unexaminable_before)
    night = str(flow_run.id)
    _NIGHTS[night] = (auditor, waiting)
    ahead = _AHEAD * auditor.configuration.settings.jobs
    running: deque[tuple[int, PrefectFuture[str]]] = deque()
    try:
        for number, found in enumerate(waiting):
            name = Path(found.shown).name
            running.append((number, audit_recording.submit(night, number, name)))
            if len(running) >= ahead:
                _collect(*running.popleft(), waiting, report)
            if number % SYNC_EVERY == SYNC_EVERY - 1:
                auditor.follow()
        while running:
            _collect(*running.popleft(), waiting, report)
    except KeyboardInterrupt:
        report.stopped = True
        auditor.stop()
        for _, future in running:
            future.wait()
    finally:
        del _NIGHTS[night]
    return report


def _collect(
    number: int, future: PrefectFuture[str], waiting: list[Found], report: BatchReport
) -> None:
    status = future.result(raise_on_failure=False)
    if isinstance(status, TransientError):
        report.failed.append((waiting[number].shown, status))
    elif isinstance(status, BaseException):
        raise status  # the store cannot be written, or a defect: going on would lose results
    else:
        report.count(status)


def _publish_artifact(night: dict[str, Any], lang: str) -> None:
    """The night's summary where Prefect's pages show it."""
    names = titles(lang)
    create_table_artifact(
        key="night-summary",
        table=[
            {
                say("report.rule", lang): f"{names.get(row['rule_id'], '')} {row['rule_id']}",
                say("report.outcome", lang): say(f"report.{row['outcome']}", lang),
                say("report.number", lang): row["n"],
            }
            for row in night["summary"]
        ],
        description=say("flow.summary", lang, **{k: night[k] for k in _COUNTS}),
    )


_COUNTS = ("found", "skipped", "audited", "partial", "unexaminable")


def main(arguments: list[str] | None = None) -> int:
    """Run the night once. Exit status as `avaudit audit`."""
    given = sys.argv[1:] if arguments is None else arguments
    lang = language(given)
    options = _parser(lang).parse_args(given)
    out = Out(lang)
    try:
        settings = load_settings(db=options.db, rulebook=options.rulebook, jobs=options.jobs)
        shown = severities(configure(settings))
        _check(options)
        with prefect_server(settings.prefect_home):
            night = nightly_audit(
                options.paths,
                options.register,
                options.rulebook,
                options.db,
                options.jobs,
                lang,
            )
    except AvauditError as error:
        out.problem(say_error(error, lang))
        return Exit.WRONG_USE if isinstance(error, ConfigError) else Exit.NOT_ALL_DONE
    out.table(summary_table(night["summary"], titles(lang), shown, lang))
    out.say("cli.where", db=str(settings.db))
    if night["stopped"]:
        return Exit.STOPPED
    return Exit.RAN if night["all_examined"] else Exit.NOT_ALL_DONE


def _check(options: argparse.Namespace) -> None:
    """Say what is wrong with files that are named before anything is started for them.

    Raises `ConfigError`, as the flow would.
    """
    if not any(map(os.path.lexists, options.paths)):
        discover(map(Path, options.paths))
    if options.register:
        read_register(Path(options.register))


def _parser(lang: str) -> argparse.ArgumentParser:
    speak(lang)
    Parser.lang = lang
    parser = Parser(
        prog="nightly_audit.py", description=say("flow.about", lang), allow_abbrev=False
    )
    parser.add_argument("paths", nargs="+", metavar="PATH", help=say("cli.help_paths", lang))
    parser.add_argument("--lang", choices=LANGUAGES, help=say("cli.help_lang", lang))
    for name, place in (("register", "REGISTER"), ("rulebook", "BOOK"), ("db", "FILE")):
        parser.add_argument(f"--{name}", metavar=place, help=say(f"cli.help_{name}", lang))
    parser.add_argument("--jobs", type=int, metavar="N", help=say("cli.help_jobs", lang))
    return parser


if __name__ == "__main__":
    sys.exit(main())
