"""The nightly verification of originals as a Prefect flow: prove, look, read a share, report.

    python pipelines/verify_originals.py [FOLDER...] [--db FILE] [--days N] [--budget GB]

runs it once, with the Prefect server that is configured or, without one, a private one. A portion
of originals is one task; what was read is on record before the next, so that a night that is
stopped is gone on with. Every place is looked at each night; what seems altered is read at once.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from local_server import prefect_server  # first: it sets what Prefect reads when imported

# isort: split

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.client.schemas.objects import State, TaskRun
from prefect.runtime import flow_run

from avaudit.batch import WAITS_S
from avaudit.cli import language
from avaudit.cli.console import Out
from avaudit.cli.custody import figures_of, tell_verification
from avaudit.cli.parser import Parser, speak
from avaudit.cli.status import Exit
from avaudit.configuration import configure
from avaudit.custody.verification import Verification
from avaudit.errors import AvauditError, ConfigError, TransientError
from avaudit.i18n import LANGUAGES, say, say_error
from avaudit.settings import load_settings

_GB = 1e9

#: The verification of each flow run of this process: tasks get numbers only.
_NIGHTS: dict[str, Verification] = {}


def _may_pass(_task: object, _run: TaskRun, state: State[Any]) -> bool:
    return isinstance(state.result(raise_on_failure=False), TransientError)


@task(
    task_run_name="portion-{number}",
    retries=len(WAITS_S),
    retry_delay_seconds=list(WAITS_S),
    retry_condition_fn=_may_pass,
    persist_result=False,
)
def verify_portion(night: str, number: int) -> int:
    """Read a portion of originals; gives how many."""
    return _NIGHTS[night].check(number)


@flow(name="avaudit-verify-originals", persist_result=False)
def verify_originals(
    paths: list[str] | None = None,
    db: str | None = None,
    days: int | None = None,
    budget_gb: float | None = None,
    jobs: int | None = None,
    lang: str | None = None,
) -> dict[str, Any]:
    """Verify tonight's share of the originals. Returns the night's figures.

    Without `days` the setting `verify_days` counts, without `budget_gb` `verify_budget_gb`. Raises
    what `configure` and the store raise.
    """
    settings = load_settings(db=db, jobs=jobs, lang=lang)
    if not settings.db.exists():
        raise ConfigError("cli.no_store", db=str(settings.db))
    out = Out(settings.lang)
    configuration = configure(settings)
    budget = budget_gb or settings.verify_budget_gb
    night = Verification(
        configuration, paths or [], days=days or settings.verify_days,
        budget_bytes=budget * _GB if budget else None,
    )  # fmt: skip
    name = str(flow_run.id)
    _NIGHTS[name] = night
    try:
        night.prepare()
        for number in range(len(night.portions)):
            verify_portion(name, number)
        report = night.finish()
    finally:
        del _NIGHTS[name]
    tell_verification(report, configuration, out)
    figures = figures_of(report)
    create_table_artifact(
        key="verification",
        table=[
            {
                say("cli.column_state", settings.lang): say(f"keeping.state_{s}", settings.lang),
                say("cli.column_number", settings.lang): n,
            }
            for s, n in sorted(report.states.items())
        ],
        description=say("keeping.verified", settings.lang, n=report.checked,
                        mb=round(report.read_bytes / 1e6, 1), left=report.left),
    )  # fmt: skip
    return figures


def main(arguments: list[str] | None = None) -> int:
    """Run the night once. Exit status as `avaudit verify`."""
    given = sys.argv[1:] if arguments is None else arguments
    lang = language(given)
    options = _parser(lang).parse_args(given)
    try:
        settings = load_settings(db=options.db, jobs=options.jobs)
        with prefect_server(settings.prefect_home):
            night = verify_originals(
                options.paths, options.db, options.days, options.budget, options.jobs, lang
            )
    except AvauditError as error:
        Out(lang).problem(say_error(error, lang))
        return Exit.WRONG_USE if isinstance(error, ConfigError) else Exit.NOT_ALL_DONE
    return Exit.RAN if night["all_well"] else Exit.NOT_ALL_DONE


def _parser(lang: str) -> argparse.ArgumentParser:
    speak(lang)
    Parser.lang = lang
    parser = Parser(
        prog="verify_originals.py", description=say("cli.help_verify", lang), allow_abbrev=False
    )
    parser.add_argument("paths", nargs="*", metavar="PATH", help=say("cli.help_originals", lang))
    parser.add_argument("--lang", choices=LANGUAGES, help=say("cli.help_lang", lang))
    parser.add_argument("--db", metavar="FILE", help=say("cli.help_db", lang))
    parser.add_argument("--days", type=int, metavar="N", help=say("cli.help_days", lang))
    parser.add_argument("--budget", type=float, metavar="GB", help=say("cli.help_budget", lang))
    parser.add_argument("--jobs", type=int, metavar="N", help=say("cli.help_readers", lang))
    return parser


if __name__ == "__main__":
    sys.exit(main())
