"""The receipt of an opening statement: what of Article 14 was heard, and what to say instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from avaudit.checks._declare import all_checks
from avaudit.i18n import printable, say
from avaudit.report.layout import Prose, facts, section
from avaudit.report.sentences import sentences
from avaudit.report.tables import OUTCOME_STYLES

Row = Mapping[str, Any]

#: What is as it should be, with the register or without.
_FINE = ("confirmed", "said")
#: Signs for outcomes, for readers (and printers) without colours.
_SIGNS = {"pass": "✓", "fail": "✗"}
#: States are broken into two lines, to leave room for words.
_STATE_CELLS = 10
#: Marks at the ends of a quote, which begins and ends anywhere.
_MARKS = "，。、；：,.;: "
#: What the register tells an element by.
_COLUMNS = {"place": "place", "officers": "officers", "cause": "cause", "target": "target",
            "stage": "stages"}  # fmt: skip


def receipt(
    elements: Sequence[Row], recording: Row, activity: Row | None, lang: str,
    head: RenderableType | None = None,
) -> RenderableType:  # fmt: skip
    """The statement of a recording, element by element, for trainers and officers.

    `elements` are rows of `read.Statement`; `head` tells which recording it is where nothing
    around the receipt does.
    """
    at = _begins(recording, activity)
    spoken = {name: printable(said) for name, said in sentences(activity, at).items()}
    lacking = [row["element"] for row in elements if row["match"] not in _FINE]
    if len(lacking) == len(spoken):
        lacking = []  # nothing to set apart: the model statement is what was lacking
    parts: list[RenderableType] = [head, Text()] if head else []
    parts += [Text(_count(elements, lang), style="bold"), Text()]
    parts.append(_table(elements, activity, at, lang))
    parts += _notes(elements, lang)
    if lacking:
        said = {say(f"receipt.element_{n}", lang): Prose(Text(spoken[n])) for n in lacking}
        parts += section(say("receipt.lacking", lang), facts(said))
    parts += section(say("receipt.model", lang), _model(spoken, lacking))
    parts += [Text(), Text(_legend(spoken, lacking, lang), style="dim")]
    return Panel(
        Group(*parts),
        title=Text(say("receipt.title", lang), style="bold"),
        title_align="left",
        padding=(1, 2),
    )


def recording_facts(recording: Row, run: Row, activity: Row | None, lang: str) -> RenderableType:
    """Which recording a receipt is of, and whose."""
    begins = recording["started_at"]
    named = {
        "recording": recording["path"],
        "started_at": begins and f"{begins:%Y-%m-%d %H:%M:%S} ({recording['clock_source']})",
        "activity": activity and f"{activity['activity_id']} {activity['case_no']}",
        "officers": activity and say("report.separator", lang).join(activity["officers"]),
        "run": f"{run['run_id']}  {run['rulebook']} {run['rulebook_version']}",
    }
    return facts({say(f"report.{name}", lang): value for name, value in named.items()})


def _begins(recording: Row, activity: Row | None) -> datetime | None:
    """When the recording begins. A file's last write says less than the register."""
    own: datetime | None = recording["started_at"]
    registered: datetime | None = activity["started_at"] if activity else None
    return (registered or own) if recording["clock_source"] == "mtime" else (own or registered)


def _count(elements: Sequence[Row], lang: str) -> str:
    matches = [row["match"] for row in elements]
    heard = sum(match not in (None, "absent") for match in matches)
    if not heard:
        return say("receipt.count_none", lang)
    return say("receipt.count", lang, said=heard, confirmed=matches.count("confirmed"))


def _table(
    elements: Iterable[Row], activity: Row | None, at: datetime | None, lang: str
) -> RenderableType:
    table = Table(box=box.HORIZONTALS, show_lines=True, show_edge=False, header_style="bold",
                  border_style="dim", pad_edge=False, expand=True)  # fmt: skip
    table.add_column("", width=1)
    table.add_column(say("receipt.column_element", lang), no_wrap=True)
    table.add_column(say("receipt.column_state", lang), width=_STATE_CELLS, overflow="fold")
    for name, ratio in (("heard", 3), ("register", 3), ("quote", 4)):
        table.add_column(say(f"receipt.column_{name}", lang), ratio=ratio, overflow="fold")
    for row in elements:
        style = OUTCOME_STYLES.get(row["outcome"], "")
        table.add_row(
            Text(_SIGNS.get(row["outcome"], "?"), style=style),
            Text(say(f"receipt.element_{row['element']}", lang), style="bold"),
            Text(say(f"receipt.state_{_state(row)}", lang), style=style),
            _cell(_heard(row, lang), lang),
            _cell(_registered(row, activity, at, lang), lang),
            _quoted(row, lang),
        )
    return table


def _state(row: Row) -> str:
    if row["match"] == "differs" and row["outcome"] == "review":
        return "may_differ"
    if row["match"] == "absent" and row["quote"]:
        return "other_words"
    return str(row["match"] or row["outcome"])


def _cell(text: str, lang: str) -> Text:
    return Text(text) if text else Text(say("receipt.nothing", lang), style="dim")


def _heard(row: Row, lang: str) -> str:
    """The value that was heard, or the values that it may be."""
    candidates: Sequence[str] = row["either"] or ()
    if row["match"] != "ambiguous":
        candidates = ()
    # Officers come as one text for each person, with a stroke between the names it may be.
    groups = [one.split("/") for one in candidates] if row["element"] == "officers" else []
    if candidates and not groups:
        groups = [list(candidates)]
    value = str(row["value"] or "")
    own = _unsaid_marked(value) if row["element"] == "time" else value
    lines = [own, *(say("receipt.or", lang).join(group) for group in groups)]
    return "\n".join(printable(line) for line in lines if line)


def _unsaid_marked(time: str) -> str:
    """A spoken time (`----` for a year that was not said) with a question mark for each digit."""
    if len(time) != len("YYYY-MM-DD HH:MM"):
        return time
    digits = time.replace("-", "?")
    return f"{digits[:4]}-{digits[5:7]}-{digits[8:]}"


def _registered(row: Row, activity: Row | None, at: datetime | None, lang: str) -> str:
    """What the audit compared with; where it got so far not, what the register has now."""
    if row["expected"]:
        return printable(str(row["expected"]))
    if row["element"] == "time" and at:
        return f"{at:%Y-%m-%d %H:%M}"
    value = (activity or {}).get(_COLUMNS.get(row["element"], ""), "")
    return printable(value if isinstance(value, str) else say("report.separator", lang).join(value))


def _quoted(row: Row, lang: str) -> RenderableType:
    if not row["quote"]:
        return _cell("", lang)
    words = printable(say("receipt.quote", lang, quote=row["quote"].strip(_MARKS)))
    return Group(Text(_span(row), style="dim"), Prose(Text(words)))


def _span(row: Row) -> str:
    return f"{_clock(row['start_s'])}–{_clock(row['end_s'])}"


def _clock(seconds: float) -> str:
    """Whole seconds as m:ss, or h:mm:ss."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _notes(elements: Iterable[Row], lang: str) -> list[RenderableType]:
    """Where what was not heard was looked for, and why what is open stayed so; each once."""
    notes: dict[str, None] = {}
    for row in elements:
        if _state(row) == "absent" and row["start_s"] is not None:
            notes[say("receipt.searched", lang, span=_span(row))] = None
        if row["match"] is None and row["code"]:
            notes[say("receipt.why_open", lang, why=_why(row, lang))] = None
    return [Text(), *(Text(note, style="dim") for note in notes)] if notes else []


def _why(row: Row, lang: str) -> str:
    """Why a rule stayed open, in its check's words or the runner's."""
    causes = all_checks()[f"statement.{row['element']}"].texts.get("causes", {})
    if row["code"] in causes:
        return str(causes[row["code"]][lang])
    return say(f"checks.cause_{row['code']}", lang)


def _legend(spoken: Mapping[str, str], lacking: Sequence[str], lang: str) -> str:
    """What bold and blanks in the model statement mean, where it has any, and how far to trust."""
    blank = say("receipt.blank", lang)
    lines = [say("receipt.marks_bold", lang)] if lacking else []
    if any(blank in sentence for sentence in spoken.values()):
        lines.append(say("receipt.marks_blank", lang, blank=blank))
    return "\n".join([*lines, say("receipt.advice", lang)])


def _model(spoken: Mapping[str, str], lacking: Sequence[str]) -> Prose:
    """The whole statement as one paragraph, what was lacking in bold."""
    whole = Text()
    for name, sentence in spoken.items():
        whole.append(sentence, style="bold" if name in lacking else "")
    return Prose(whole)
