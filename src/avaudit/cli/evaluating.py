"""`avaudit evaluate`: how right the store is, where somebody knows the truth."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence

from avaudit.cli.console import Out
from avaudit.codec import to_json
from avaudit.errors import ConfigError
from avaudit.evaluate.evaluation import Evaluation, Figures, evaluate
from avaudit.evaluate.figures import Share
from avaudit.evaluate.rules import SpanError
from avaudit.evaluate.truth import read_truth
from avaudit.i18n import say
from avaudit.report.tables import plain_table
from avaudit.settings import load_settings

#: Files told by name on a screen; JSON has them all.
_SHOWN = 5

Rows = Iterator[Sequence[object]]


def show_evaluation(options: argparse.Namespace, out: Out) -> int:
    """Compare what the store holds with labelled files, and show the figures."""
    settings = load_settings(db=options.db, lang=options.lang)
    if not settings.db.exists():
        raise ConfigError("cli.no_store", db=str(settings.db))
    if options.collar < 0:
        raise ConfigError("evaluate.wrong_collar", found=options.collar)
    truths = [truth for path in options.truth for truth in read_truth(path)]
    found = evaluate(truths, settings.db, settings.store_wait_s, options.collar, options.by)
    _tell_unpaired(found, out)
    if options.json:
        out.raw(to_json(found))
        return 0
    for columns, rows in (
        (_RULE_COLUMNS, _rule_rows),
        (_ELEMENT_COLUMNS, _element_rows),
        (_PART_COLUMNS, _part_rows),
    ):
        _table(found, columns, rows, out)
    for grade in (one for rule in found.overall.rules for one in rule.other_grade):
        out.say("evaluate.other_grade_of", path=grade.path,
                labelled=say(f"report.{grade.labelled}", out.lang),
                found=say(f"report.{grade.found}", out.lang))  # fmt: skip
    out.say("evaluate.how", collar_s=found.collar_s)
    return 0


def _tell_unpaired(found: Evaluation, out: Out) -> None:
    """Say which files stand in no figure."""
    if found.missing:
        out.warn(say("evaluate.missing", out.lang, n=len(found.missing)))
    for path in found.missing[:_SHOWN]:
        out.warn(f"  {say('evaluate.file', out.lang, path=path)}")
    if found.unlabelled:
        out.warn(say("evaluate.unlabelled", out.lang, n=len(found.unlabelled)))
    for path in found.unlabelled[:_SHOWN]:
        out.warn(f"  {say('evaluate.file', out.lang, path=path)}")


def _table(
    found: Evaluation, columns: Sequence[str], rows: Callable[[Figures, str], Rows], out: Out
) -> None:
    """A table over everything, with the same rows for each group below; none without rows."""
    named = [say(column, out.lang) for column in columns]
    if not found.groups:
        lines = list(rows(found.overall, out.lang))
    else:
        named = [say("evaluate.group", out.lang), *named]
        parts = {say("evaluate.all", out.lang): found.overall, **found.groups}
        lines = [(name, *row) for name, part in parts.items() for row in rows(part, out.lang)]
    if lines:
        out.table(plain_table(named, lines))


_RULE_COLUMNS = (
    "evaluate.rule", "evaluate.recall", "evaluate.left_open", "evaluate.precision",
    "evaluate.false_alarms", "evaluate.per_100_h", "evaluate.span_error", "evaluate.within_frame",
    "evaluate.other_grade", "evaluate.judged", "evaluate.files", "evaluate.hours",
)  # fmt: skip


def _rule_rows(figures: Figures, lang: str) -> Rows:
    for rule in figures.rules:
        per_100_h = None if rule.per_100_h is None else f"{rule.per_100_h:.1f}"
        yield (
            rule.rule, _shown(rule.recall, lang), rule.left_open, _shown(rule.precision, lang),
            rule.false_alarms, per_100_h, _error(rule.span_error, lang),
            _within(rule.span_error, lang), len(rule.other_grade), rule.judged, rule.files,
            f"{rule.hours:.2f}",
        )  # fmt: skip


_ELEMENT_COLUMNS = (
    "evaluate.element", "evaluate.heard", "evaluate.false_absent", "evaluate.heard_right",
    "evaluate.absent", "evaluate.differs", "evaluate.wrongly_confirmed",
)  # fmt: skip


def _element_rows(figures: Figures, lang: str) -> Rows:
    for one in figures.elements:
        shares = (one.recall, one.false_absent, one.precision, one.absent, one.differs,
                  one.wrongly_confirmed)  # fmt: skip
        yield one.element, *(_shown(share, lang) for share in shares)


_PART_COLUMNS = ("evaluate.part", "evaluate.share")


def _part_rows(figures: Figures, lang: str) -> Rows:
    names, time = figures.names, figures.time
    for key, share in (
        ("evaluate.names_found", names.recall),
        ("evaluate.names_apart", names.apart),
        ("evaluate.names_doubles", names.doubles),
        ("evaluate.names_right", names.precision),
        ("evaluate.date", time.date),
        ("evaluate.hour", time.hour),
        ("evaluate.minute", time.minute),
    ):
        if share.of:
            yield say(key, lang), _shown(share, lang)


def _error(error: SpanError | None, lang: str) -> str:
    """`0.04 (0.21, 0.31)`: the median, 90 % and the largest; a dash where there is none."""
    if error is None:
        return say("evaluate.none", lang)
    return f"{error.median_s:.2f} ({error.p90_s:.2f}, {error.largest_s:.2f})"


def _within(error: SpanError | None, lang: str) -> str:
    """Of the spans that were found, those that miss by no more than a frame."""
    return _shown(error.within_frame, lang) if error else say("evaluate.none", lang)


def _shown(share: Share, lang: str) -> str:
    """`5/6 83 % [44-97]`; a dash where there was nothing to count."""
    if share.share is None or share.low is None or share.high is None:
        return say("evaluate.none", lang)
    percent = {"share": share.share * 100, "low": share.low * 100, "high": share.high * 100}
    return say("evaluate.shown", lang, n=share.n, of=share.of, **percent)
