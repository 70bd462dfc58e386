"""The arguments of each command, with their help in the user's language."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NoReturn

from avaudit import __version__
from avaudit.cli import auditing, custody, deciding, enrolling, evaluating, looking, managing
from avaudit.domain.finding import Verdict
from avaudit.domain.rule import Outcome, Severity
from avaudit.evaluate.evaluation import COLLAR_S
from avaudit.i18n import LANGUAGES, catalogue, say

_ORIGINAL_TEXT = argparse._  # type: ignore[attr-defined]  # see `speak`


class Parser(argparse.ArgumentParser):
    """An argument parser that says what is wrong and where help is, and exits with 2."""

    lang = LANGUAGES[0]

    def error(self, message: str) -> NoReturn:
        self.exit(2, say("cli.wrong_arguments", self.lang, message=message, command=self.prog))


def speak(lang: str) -> None:
    """Have argparse's own words in the user's language.

    argparse looks its texts up through the module's `_`, which is gettext's; its only other hook
    is a compiled catalogue of the whole process.
    """
    own = catalogue("argparse")
    translated = {entry["en"]: entry[lang] for entry in own.values()}

    def said(text: str) -> str:
        return translated.get(text) or str(_ORIGINAL_TEXT(text))

    argparse._ = said  # type: ignore[attr-defined]  # not in the stubs


def build_parser(lang: str) -> argparse.ArgumentParser:
    """The parser of all commands; `options.run(options, out)` runs the chosen one."""
    speak(lang)
    Parser.lang = lang
    parser = Parser(prog="avaudit", description=say("cli.about", lang), allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"avaudit {__version__}",
                        help=say("argparse.show_version", lang))  # fmt: skip
    commands = parser.add_subparsers(required=True, metavar=say("cli.command", lang))

    def command(name: str, key: str | None = None) -> argparse.ArgumentParser:
        text = say(f"cli.help_{key or name}", lang)
        made: argparse.ArgumentParser = commands.add_parser(
            name, help=text, description=text, allow_abbrev=False
        )
        made.add_argument("--lang", choices=LANGUAGES, help=say("cli.help_lang", lang))
        return made

    _audit(command("audit"), lang)
    _findings(command("findings"), lang)
    _explain(command("explain"), lang)
    _sql(command("sql"), lang)
    _evaluate(command("evaluate"), lang)
    _models(command("models"), lang)
    _rules(command("rules"), lang)
    _enrol(command("enrol"), lang)
    _decide(command("decide"), lang)
    _verify(command("verify"), lang)
    _hold(command("hold"), lang)
    _approve(command("approve"), lang)
    disclosures = command("disclosures")
    _db(disclosures, lang)
    disclosures.set_defaults(run=custody.list_disclosures)
    rebuild = command("rebuild")
    _db(rebuild, lang)
    rebuild.set_defaults(run=managing.rebuild_store)
    return parser


def _db(parser: argparse.ArgumentParser, lang: str) -> None:
    parser.add_argument("--db", type=Path, metavar="FILE", help=say("cli.help_db", lang))


def _audit(parser: argparse.ArgumentParser, lang: str) -> None:
    def option(name: str, **how: object) -> None:
        key = name.lstrip("-").replace("-", "_").lower()
        text = say(f"cli.help_{key}", lang)
        parser.add_argument(name, help=text, **how)  # type: ignore[arg-type]  # argparse's own kinds

    option("paths", nargs="+", type=Path, metavar="PATH")
    option("--register", type=Path, metavar="REGISTER")
    option("--rulebook", metavar="BOOK")
    _db(parser, lang)
    option("--jobs", type=int, metavar="N")
    option("--deep", action="store_true")
    option("--json", action="store_true")
    option("--fail-on", choices=[severity.value for severity in Severity])
    parser.set_defaults(run=auditing.audit)


def _findings(parser: argparse.ArgumentParser, lang: str) -> None:
    _db(parser, lang)
    outcomes = [outcome.value for outcome in Outcome]
    parser.add_argument("--outcome", choices=outcomes, help=say("cli.help_outcome", lang))
    parser.add_argument("--rule", metavar="RULE", help=say("cli.help_rule", lang))
    parser.add_argument("--officer", metavar="NAME", help=say("cli.help_officer", lang))
    parser.add_argument("--since", metavar="YYYY-MM-DD", help=say("cli.help_since", lang))
    parser.add_argument(
        "--format",
        choices=("table", "csv", "json", "xlsx"),
        default="table",
        help=say("cli.help_format", lang),
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help=say("cli.help_output", lang))
    parser.set_defaults(run=looking.findings)


def _explain(parser: argparse.ArgumentParser, lang: str) -> None:
    parser.add_argument("what", metavar="FINDING_ID|RECORDING", help=say("cli.help_what", lang))
    _db(parser, lang)
    parser.set_defaults(run=looking.explain)


def _decide(parser: argparse.ArgumentParser, lang: str) -> None:
    parser.add_argument("finding_id", metavar="FINDING_ID", help=say("cli.help_decided", lang))
    _db(parser, lang)
    chosen = parser.add_mutually_exclusive_group(required=True)
    for option, verdict in (
        ("--confirm", Verdict.CONFIRMED),
        ("--dismiss", Verdict.DISMISSED),
        ("--reopen", Verdict.REOPENED),
    ):
        text = say(f"cli.help_{option[2:]}", lang)
        chosen.add_argument(option, dest="verdict", action="store_const", const=verdict.value,
                            help=text)  # fmt: skip
    parser.add_argument("--note", default="", metavar="TEXT", help=say("cli.help_note", lang))
    parser.set_defaults(run=deciding.record_decision)


def _sql(parser: argparse.ArgumentParser, lang: str) -> None:
    parser.add_argument("query", metavar="SELECT", help=say("cli.help_query", lang))
    _db(parser, lang)
    choices = ("table", "csv", "json")
    parser.add_argument("--format", choices=choices, default="table",
                        help=say("cli.help_format", lang))  # fmt: skip
    parser.set_defaults(run=looking.sql)


def _evaluate(parser: argparse.ArgumentParser, lang: str) -> None:
    parser.add_argument("--truth", nargs="+", type=Path, required=True, metavar="FILE",
                        help=say("cli.help_truth", lang))  # fmt: skip
    _db(parser, lang)
    parser.add_argument("--collar", type=float, default=COLLAR_S, metavar="SECONDS",
                        help=say("cli.help_collar", lang))  # fmt: skip
    parser.add_argument("--by", metavar="KEY", help=say("cli.help_by", lang))
    parser.add_argument("--json", action="store_true", help=say("cli.help_figures", lang))
    parser.set_defaults(run=evaluating.show_evaluation)


def _verify(parser: argparse.ArgumentParser, lang: str) -> None:
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH",
                        help=say("cli.help_originals", lang))  # fmt: skip
    _db(parser, lang)
    parser.add_argument("--rulebook", metavar="BOOK", help=say("cli.help_rulebook", lang))
    parser.add_argument("--jobs", type=int, metavar="N", help=say("cli.help_readers", lang))
    parser.add_argument("--days", type=_positive, metavar="N", help=say("cli.help_days", lang))
    parser.add_argument("--budget", type=_positive, metavar="GB", help=say("cli.help_budget", lang))
    parser.add_argument("--head", type=Path, metavar="FILE", help=say("cli.help_head", lang))
    parser.add_argument("--chain", action="store_true", help=say("cli.help_chain", lang))
    parser.add_argument("--json", action="store_true", help=say("cli.help_figures", lang))
    parser.set_defaults(run=custody.verify)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _hold(parser: argparse.ArgumentParser, lang: str) -> None:
    parser.add_argument("what", metavar="CASE|ACTIVITY|RECORDING", help=say("cli.help_held", lang))
    _db(parser, lang)
    parser.add_argument("--release", action="store_true", help=say("cli.help_release", lang))
    parser.set_defaults(run=custody.set_hold)


def _approve(parser: argparse.ArgumentParser, lang: str) -> None:
    parser.add_argument("what", metavar="WHAT", help=say("cli.help_approved", lang))
    _db(parser, lang)
    for name, place in (("asked-by", "NAME"), ("until", "YYYY-MM-DD"), ("purpose", "TEXT")):
        text = say(f"cli.help_{name.replace('-', '_')}", lang)
        parser.add_argument(f"--{name}", required=True, metavar=place, help=text)
    parser.set_defaults(run=custody.record_approval)


def _models(parser: argparse.ArgumentParser, lang: str) -> None:
    actions = parser.add_subparsers(required=True, metavar=say("cli.command", lang))
    for name, run in (
        ("list", managing.list_models),
        ("fetch", managing.fetch_models),
        ("verify", managing.verify_models),
    ):
        text = say(f"cli.help_models_{name}", lang)
        action = actions.add_parser(name, help=text, description=text, allow_abbrev=False)
        action.add_argument("--lang", choices=LANGUAGES, help=say("cli.help_lang", lang))
        if name != "list":
            action.add_argument("ids", nargs="*", metavar="MODEL", help=say("cli.help_ids", lang))
        if name == "fetch":
            action.add_argument("--from", dest="source", type=Path, metavar="FOLDER",
                                help=say("cli.help_from", lang))  # fmt: skip
        action.set_defaults(run=run)


def _enrol(parser: argparse.ArgumentParser, lang: str) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE",
                        help=say("cli.help_genuine", lang))  # fmt: skip
    parser.add_argument("--device", required=True, metavar="MODEL",
                        help=say("cli.help_device", lang))  # fmt: skip
    for option in ("--firmware", "--workstation"):
        parser.add_argument(option, default="", metavar="NAME",
                            help=say(f"cli.help_{option[2:]}", lang))  # fmt: skip
    _db(parser, lang)
    parser.set_defaults(run=enrolling.enrol_files)


def _rules(parser: argparse.ArgumentParser, lang: str) -> None:
    actions = parser.add_subparsers(required=True, metavar=say("cli.command", lang))
    for name, run in (
        ("list", managing.list_rules),
        ("matters", managing.list_matters),
        ("lint", managing.lint_rules),
    ):
        text = say(f"cli.help_rules_{name}", lang)
        action = actions.add_parser(name, help=text, description=text, allow_abbrev=False)
        action.add_argument("--lang", choices=LANGUAGES, help=say("cli.help_lang", lang))
        action.add_argument("book", nargs="?", metavar="BOOK", help=say("cli.help_rulebook", lang))
        action.set_defaults(run=run)
