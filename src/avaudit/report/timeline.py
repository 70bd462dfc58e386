"""A session or an activity as a time line: its files, what lies between them, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import PurePath
from typing import Any

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from avaudit.i18n import printable, say
from avaudit.report.layout import facts, section
from avaudit.report.tables import OUTCOME_STYLES

Row = Mapping[str, Any]

#: What needs no eye is dim, what was explained plain, what wasn't stands out.
_STYLES = {"segmentation": "dim", "pre_record": "dim", "aloud": "green", "in_writing": "green",
           "maybe": "yellow", "covered": "yellow", "absent": "bold red"}  # fmt: skip


def timeline(
    name: str, recordings: Sequence[Row], gaps: Sequence[Row], findings: Sequence[Row],
    activity: Row | None, lang: str,
) -> RenderableType:  # fmt: skip
    """The time line of a session or an activity, and what its rules came to.

    `recordings` are rows of `read_groups.Timeline` in order, `gaps` rows of the ledger.
    """
    parts: list[RenderableType] = [_head(activity, lang)] if activity else []
    for session_id, rows in groupby(recordings, key=lambda row: row["session_id"]):
        own = list(rows)
        device = own[0]["device_id"] or say("timeline.no_device", lang)
        title = say("timeline.session", lang, session=session_id, device=printable(str(device)))
        parts += section(title, _files(own, gaps, lang))
    if not recordings:
        parts.append(Text(say("timeline.nothing", lang)))
    if findings:
        parts += section(say("timeline.findings", lang), _findings(findings, lang))
    title = say("timeline.title", lang, name=printable(name))
    return Panel(Group(*parts), title=title, title_align="left", padding=(1, 2))


def _head(activity: Row, lang: str) -> RenderableType:
    start, end = activity["started_at"], activity["ended_at"]
    times = {"start": _clock(start, lang), "end": _clock(end, lang)}
    return facts({
        say("timeline.activity", lang): f"{activity['activity_id']} {activity['case_no']}",
        say("timeline.registered", lang): start and say("timeline.until", lang, **times),
        say("timeline.place", lang): activity["place"],
    })  # fmt: skip


def _files(recordings: Sequence[Row], gaps: Sequence[Row], lang: str) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True, style="dim")
    grid.add_column(no_wrap=True, justify="right")
    grid.add_column(overflow="fold")
    for row in recordings:
        this = row["recording_id"]
        for gap in gaps:
            if gap["before_recording_id"] == this and gap["after_recording_id"] != this:
                grid.add_row(*_gap(gap, lang))
        at = row["started_at"] if row["clock_source"] != "mtime" else None
        length_s = row["duration_s"]
        length = length_of(length_s) if length_s is not None else ""
        grid.add_row(_clock(at, lang), length, Text(printable(PurePath(row["path"]).name)))
        for gap in gaps:
            within = gap["before_recording_id"] == gap["after_recording_id"]
            last = gap["before_recording_id"] is None
            if gap["after_recording_id"] == this and (within or last):
                grid.add_row(*_gap(gap, lang))
    return grid


def _gap(gap: Row, lang: str) -> tuple[Text, Text, Text]:
    kind = say(f"timeline.kind_{gap['kind']}", lang)
    length_s, reason = gap["length_s"], str(gap["explanation"]).partition(":")[0]
    unknown = say("timeline.unknown_length", lang)
    length = length_of(length_s) if length_s is not None else unknown
    if reason == gap["kind"]:
        said = say("timeline.gap", lang, kind=kind, length=length)
    else:
        why = say(f"timeline.why_{reason}", lang)
        said = say("timeline.gap_why", lang, kind=kind, length=length, why=why)
    text = Text(f"· {said}", style=_STYLES.get(reason, "cyan"))
    if gap["quote"]:
        text.append(f" “{printable(str(gap['quote']))}”", style="italic")
    return Text(_clock(gap["start_at"], lang) if gap["start_at"] else ""), Text(), text


def _findings(findings: Sequence[Row], lang: str) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True, style="dim")
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for row in findings:
        outcome = str(row["outcome"])
        label = Text(say(f"report.{outcome}", lang), style=OUTCOME_STYLES.get(outcome, ""))
        grid.add_row(str(row["finding_id"]), label, Text(printable(str(row[f"message_{lang}"]))))
    return grid


def _clock(at: datetime | None, lang: str) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}" if at else say("timeline.no_clock", lang)


def length_of(seconds: float) -> str:
    """Seconds as m:ss, or h:mm:ss from an hour on; the first ten with a tenth."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, rest = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
