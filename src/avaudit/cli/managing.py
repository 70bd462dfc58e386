"""`avaudit models`, `rules` and `rebuild`: what an audit is made with."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from rich.progress import Progress, TaskID

from avaudit.checks._declare import all_checks
from avaudit.checks._run import bind
from avaudit.cli.console import Out
from avaudit.i18n import say, say_problem
from avaudit.models.fetch import fetch
from avaudit.models.registry import Model, find, load_registry
from avaudit.models.verify import State, verify
from avaudit.report.tables import article_label, plain_table
from avaudit.rules.load import load_rulebook
from avaudit.settings import load_settings
from avaudit.store.rebuild import rebuild


def list_models(options: argparse.Namespace, out: Out) -> int:
    """Every model of the list, and whether it is there and whole."""
    settings = load_settings(lang=options.lang)
    rows = []
    for model in load_registry():
        state = _state(model, options)
        chosen = "*" if model.id in (settings.speech_model, settings.speakers_model) else ""
        size = f"{model.size_bytes / 1e6:.0f} MB"
        rows.append((chosen, model.id, say(f"models.state_{state}", out.lang), size,
                     model.licence, model.origin))  # fmt: skip
    names = ("chosen", "model", "state", "size", "licence", "source")
    out.table(plain_table([say(f"cli.column_{name}", out.lang) for name in names], rows))
    out.say("cli.models_dir", path=str(settings.models_dir))
    return 0


def _state(model: Model, options: argparse.Namespace) -> State:
    """The worst state of a model's files."""
    states = {file.state for file in verify(model, load_settings(lang=options.lang).models_dir)}
    for state in (State.ALTERED, State.INCOMPLETE, State.MISSING):
        if state in states:
            return state
    return State.OK


def _chosen(options: argparse.Namespace) -> list[Model]:
    settings = load_settings(lang=options.lang)
    ids = options.ids or [settings.speech_model, settings.speakers_model]
    return [find(model_id) for model_id in ids if model_id != "none"]


def fetch_models(options: argparse.Namespace, out: Out) -> int:
    """Get models, from wherever they can be had, and verify them."""
    settings = load_settings(lang=options.lang, models_source=options.source)
    for model in _chosen(options):
        with out.progress(counted=False) as progress:
            folder = fetch(
                model,
                settings.models_dir,
                source=settings.models_source,
                mirror=settings.models_mirror,
                progress=_Bars(progress),
            )
        out.say("cli.model_ready", model=model.id, path=str(folder))
    return 0


class _Bars:
    """One bar for each file, made when the first of it arrives."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._bars: dict[str, TaskID] = {}

    def __call__(self, name: str, done: int, total: int) -> None:
        if name not in self._bars:
            self._bars[name] = self._progress.add_task(name, total=total, current="")
        self._progress.update(self._bars[name], completed=done, total=total)


def verify_models(options: argparse.Namespace, out: Out) -> int:
    """Compare every file of the chosen models with its digest."""
    settings = load_settings(lang=options.lang)
    rows, all_well = [], True
    for model in _chosen(options):
        for file in verify(model, settings.models_dir):
            all_well &= file.state is State.OK
            rows.append((model.id, file.file.name, say(f"models.state_{file.state}", out.lang)))
    names = [say(f"cli.column_{name}", out.lang) for name in ("model", "file", "state")]
    out.table(plain_table(names, rows))
    return 0 if all_well else 1


def list_rules(options: argparse.Namespace, out: Out) -> int:
    """The rules of a book: what each asks, and how severe it is."""
    book = load_rulebook(options.book or load_settings(lang=options.lang).rulebook)
    rows = [
        (
            bound.rule.id,
            bound.check.texts["title"][out.lang],
            article_label(bound.rule.article, out.lang),
            say(f"report.{bound.rule.severity}", out.lang),
            ", ".join(f"{name}={value}" for name, value in bound.params.model_dump().items()),
        )
        for bound in bind(book)
    ]
    names = ("rule", "title", "article", "severity", "params")
    out.table(plain_table([say(f"cli.column_{name}", out.lang) for name in names], rows))
    out.say("cli.book", book=book.id, version=book.version, title=book.title[out.lang])
    return 0


def list_matters(options: argparse.Namespace, out: Out) -> int:
    """The list of matters to be recorded (Article 8) that a book holds."""
    book = load_rulebook(options.book or load_settings(lang=options.lang).rulebook)
    rows = [
        (
            matter.title[out.lang],
            article_label(matter.article, out.lang),
            say(f"cli.duty_{matter.duty}", out.lang),
            _listed(matter.names, out.lang),
            matter.content[out.lang],
            matter.stages[out.lang],
            _listed((say(f"cli.manner_{one}", out.lang) for one in matter.manner), out.lang),
        )
        for matter in book.matters
    ]
    names = ("matter", "article", "duty", "names", "content", "stages", "manner")
    out.table(plain_table([say(f"cli.column_{name}", out.lang) for name in names], rows))
    out.say("cli.book", book=book.id, version=book.version, title=book.title[out.lang])
    return 0


def _listed(parts: Iterable[str], lang: str) -> str:
    return say("cli.list_separator", lang).join(parts)


def lint_rules(options: argparse.Namespace, out: Out) -> int:
    """Say everything that is wrong with a rule book, or that nothing is."""
    name = options.book or load_settings(lang=options.lang).rulebook
    book = load_rulebook(name)
    bound = bind(book)
    unused = sorted(set(all_checks()) - {one.rule.id for one in bound})
    for rule in unused:
        out.warn(say("cli.unused_check", out.lang, rule=rule))
    out.say("cli.book_fine", book=name, n=len(bound))
    return 0


def rebuild_store(options: argparse.Namespace, out: Out) -> int:
    """Make the database anew from the record files."""
    settings = load_settings(db=options.db, lang=options.lang)
    report = rebuild(settings.db, settings.store_wait_s)
    for problem in report.problems:
        out.warn(say_problem(problem, out.lang))
    out.say("cli.rebuilt", db=str(settings.db), n=report.applied)
    return 1 if report.problems else 0
