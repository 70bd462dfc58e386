"""The command line: parse, call, print. Everything else happens elsewhere."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from avaudit.cli.console import Out
from avaudit.cli.parser import build_parser
from avaudit.cli.status import Exit
from avaudit.errors import AvauditError, ConfigError, QueryError
from avaudit.i18n import LANGUAGES, say_error
from avaudit.settings import load_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Returns its exit status, see `Exit`."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    lang = language(given)
    options = build_parser(lang).parse_args(given)
    out = Out(lang)
    try:
        return int(options.run(options, out))
    except KeyboardInterrupt:
        return Exit.STOPPED
    except BrokenPipeError:  # `avaudit findings | head`: the reader has what it wanted
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.RAN
    except AvauditError as error:
        out.problem(say_error(error, lang))
        wrong_use = isinstance(error, (ConfigError, QueryError))
        return Exit.WRONG_USE if wrong_use else Exit.NOT_ALL_DONE


def language(arguments: Sequence[str]) -> str:
    """The language that the user asks for: needed before the parser can speak."""
    pre = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    pre.add_argument("--lang", choices=LANGUAGES, default=None)
    try:
        asked = pre.parse_known_args(arguments)[0].lang
    except SystemExit:
        asked = None  # the real parser will say what is wrong with it
    if asked:
        return str(asked)
    try:
        return load_settings().lang
    except ConfigError:
        return LANGUAGES[0]  # what is wrong is said when the command reads its settings
