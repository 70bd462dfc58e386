"""Tables for a terminal, in the user's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import PurePath
from typing import Any

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from avaudit.i18n import printable, say

Row = Mapping[str, Any]

#: Outcomes in the order of their columns, with the colour of a number that is not zero.
OUTCOME_STYLES = {"fail": "bold red", "review": "yellow", "open": "cyan", "error": "magenta",
                  "pass": "green", "not_applicable": "dim"}  # fmt: skip
_SEVERITY_STYLE = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "dim"}


def article_label(article: str, lang: str) -> str:
    """What an article is called: "14", or "22(2)" for an item of one."""
    number, _, item = article.rstrip(")").partition("(")
    if item:
        return say("report.article_item", lang, n=number, item=item)
    return say("report.article", lang, n=number)


def summary_table(rows: Sequence[Row], titles: Mapping[str, str], severities: Mapping[str, str],
                  lang: str) -> Table:  # fmt: skip
    """How many recordings each rule came to which outcome for.

    Rules stand by area (the part of their id before the dot), the area with the most severe rule
    first, and within it in the order of the rule book. Rules that concerned nothing (those of
    activities, where there is no register) are counted below the table. `rows` have `rule_id,
    outcome, n`; `titles` and `severities` come from checks and rule book.
    """
    known: dict[str, dict[str, int]] = {rule: {} for rule in severities}
    for row in rows:
        known.setdefault(str(row["rule_id"]), {})[str(row["outcome"])] = int(row["n"])
    counts = {rule: told for rule, told in known.items() if told}
    table = Table(title=say("report.summary", lang), title_justify="left", header_style="bold")
    table.add_column(say("report.severity", lang), no_wrap=True)
    table.add_column(say("report.rule", lang))
    for outcome in OUTCOME_STYLES:
        table.add_column(say(f"report.{outcome}", lang), justify="right", no_wrap=True)
    for area in _areas(counts, severities):
        for rule in area:
            severity = severities.get(rule, "low")
            numbers = [_number(counts[rule].get(o, 0), s) for o, s in OUTCOME_STYLES.items()]
            name = Text(titles.get(rule, rule))
            name.append(f"  {rule}", style="dim")
            table.add_row(_severity(severity, lang), name, *numbers)
        table.add_section()
    if idle := len(known) - len(counts):
        table.caption, table.caption_justify = say("report.idle_rules", lang, count=idle), "left"
    return table


def _areas(rules: Iterable[str], severities: Mapping[str, str]) -> list[list[str]]:
    """Rules by area, in the order in which they came, the areas by their most severe rule."""
    areas: dict[str, list[str]] = {}
    for rule in rules:
        areas.setdefault(rule.partition(".")[0], []).append(rule)
    order = list(_SEVERITY_STYLE)

    def heaviest(area: list[str]) -> int:
        return min(order.index(severities.get(rule, "low")) for rule in area)

    return sorted(areas.values(), key=heaviest)


def _number(count: int, style: str) -> Text:
    return Text(str(count), style=style) if count else Text("·", style="dim")


def _severity(severity: str, lang: str) -> Text:
    return Text(say(f"report.{severity}", lang), style=_SEVERITY_STYLE.get(severity, ""))


def findings_table(rows: Sequence[Row], lang: str) -> Table:
    """Findings, in the order in which they were asked for."""
    table = Table(header_style="bold", show_lines=True)
    table.add_column(say("report.finding", lang), no_wrap=True)
    table.add_column(say("report.outcome", lang), no_wrap=True)
    table.add_column(say("report.severity", lang), no_wrap=True)
    table.add_column(say("report.message", lang), ratio=3)
    table.add_column(say("report.recording", lang), ratio=2, overflow="fold")
    for row in rows:
        outcome = str(row["outcome"])
        said = Text(say(f"report.{outcome}", lang), style=OUTCOME_STYLES.get(outcome, ""))
        if row.get("decision"):
            said.append("\n" + say(f"report.decision_{row['decision']}", lang), style="dim")
        message = Text(str(row[f"message_{lang}"]))
        message.append(f"\n{row['rule_id']}  {article_label(row['article'], lang)}", "dim")
        recording = Text(PurePath(str(row["path"])).name if row["path"] else _group(row, lang))
        if row["started_at"]:
            recording.append(f"\n{row['started_at']:%Y-%m-%d %H:%M:%S}", style="dim")
        table.add_row(
            str(row["finding_id"]),
            said,
            _severity(str(row["severity"]), lang),
            message,
            recording,
        )
    return table


def _group(row: Row, lang: str) -> str:
    """What a finding that concerns no single recording is about."""
    kind = say(f"report.{row['subject_kind']}", lang)
    return f"{kind} {row['subject_id']}"


def plain_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> Table:
    """Any result of a query. Text in cells is shown as it is, never read as markup."""
    table = Table(header_style="bold")
    for column in columns:
        table.add_column(printable(column), overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(_cell(cell))) for cell in row))
    return table


def _cell(value: object) -> str:
    """A value as people read it: instants to the second, numbers to the thousandth."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0").rstrip(".")
    if isinstance(value, list):
        return ", ".join(map(_cell, value))
    return str(value)


def show(console: Console, what: RenderableType) -> None:
    """Print to a console; where nobody looks at it (a pipe, a log) wide enough not to wrap."""
    if not console.is_terminal:
        console.width = max(console.width, 160)
    console.print(what)
