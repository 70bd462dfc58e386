"""One finding with everything behind it: what was found, what was expected, what it may mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from avaudit.domain.rule import RuleBook
from avaudit.domain.time import SHANGHAI
from avaudit.i18n import printable, say
from avaudit.report.layout import facts, section
from avaudit.report.tables import article_label

Row = Mapping[str, Any]

_ROLES = {"wearer": "report.role_wearer", "other": "report.role_other"}


def explanation(
    finding: Row,
    recording: Row | None,
    run: Row,
    activity: Row | None,
    transcript: tuple[Row, ...],
    speakers: tuple[Row, ...],
    texts: Mapping[str, Any],
    book: RuleBook | None,
    lang: str,
    picture: str | None = None,
    decisions: tuple[Row, ...] = (),
) -> RenderableType:
    """A finding for a person who has to decide on it. `texts` are those of its check.

    `picture` is the file of the small picture that shows it, `decisions` what was decided on it.
    """
    title = Text(f"{texts['title'][lang]}  ", style="bold")
    title.append(say(f"report.{finding['outcome']}", lang), style="bold reverse")
    parts: list[RenderableType] = [Text(str(finding[f"message_{lang}"]), style="bold"), Text()]
    parts.append(_facts(finding, recording, run, activity, lang, picture))
    if decisions:
        parts += section(say("report.decisions", lang), _decided(decisions, lang))
    parts += section(say("report.measured", lang), _values(finding["evidence"], lang))
    if transcript:
        parts += section(say("report.heard", lang), _heard(transcript, lang))
    if speakers:
        parts += section(
            say("report.speakers", lang), _speakers(finding, transcript, speakers, lang)
        )
    parts += section(say("report.rationale", lang), Text(texts["rationale"][lang]))
    if book and finding["article"] in book.articles:
        name = f"{book.regulation[lang]} {article_label(finding['article'], lang)}"
        parts += section(name, Text(book.articles[finding["article"]][lang]))
    innocent = [Text(f"· {one[lang]}") for one in texts.get("innocent", ())]
    if innocent:
        parts += section(say("report.innocent", lang), Group(*innocent))
    if "settles" in texts:
        parts += section(say("report.settles", lang), Text(texts["settles"][lang]))
    return Panel(Group(*parts), title=title, title_align="left", padding=(1, 2))


def _facts(
    finding: Row,
    recording: Row | None,
    run: Row,
    activity: Row | None,
    lang: str,
    picture: str | None,
) -> RenderableType:
    known = {
        "finding": finding["finding_id"],
        "session": finding["subject_id"] if finding["subject_kind"] == "session" else None,
        "device": finding["subject_id"] if finding["subject_kind"] == "device" else None,
        "recording": recording and recording["path"],
        "sha256": recording and recording["sha256"],
        "started_at": recording
        and recording["started_at"]
        and f"{recording['started_at']:%Y-%m-%d %H:%M:%S} ({recording['clock_source']})",
        "span": _span(finding),
        "picture": picture or finding["evidence"].get("picture_missing"),
        "rule": f"{finding['rule_id']} / {finding['code']}",
        "severity": say(f"report.{finding['severity']}", lang),
        "grade": finding["grade"] and say(f"report.grade_{finding['grade']}", lang),
        "activity": activity and f"{activity['activity_id']} {activity['case_no']}",
        "officers": activity and say("report.separator", lang).join(activity["officers"]),
        "run": f"{run['run_id']}  {run['rulebook']} {run['rulebook_version']}"
        f"  avaudit {run['avaudit_version']}",
    }
    return facts({say(f"report.{name}", lang): value for name, value in known.items()})


def _span(finding: Row) -> str | None:
    if finding["start_s"] is None:
        return None
    return f"{finding['start_s']:.2f} s – {finding['end_s']:.2f} s"


def _values(evidence: Mapping[str, Any], lang: str) -> RenderableType:
    measured = evidence.get("measured", {})
    shown: dict[str, object] = {
        name: _lines(str(value)) if name == "trace" else value for name, value in measured.items()
    }
    expected = evidence.get("expected", {})
    shown |= {f"{say('report.expected', lang)} {name}": v for name, v in expected.items()}
    shown |= {f"{say('report.param', lang)} {n}": v for n, v in evidence.get("params", {}).items()}
    if "coverage" in evidence:
        shown[say("report.coverage", lang)] = evidence["coverage"]
    return facts(shown)


def _speakers(
    finding: Row, transcript: tuple[Row, ...], speakers: tuple[Row, ...], lang: str
) -> RenderableType:
    """How many voices speak, and whether one of them seems to be the wearer's. Advice only."""
    lines = [say("report.n_speakers", lang, n=len(speakers))]
    wearer = next((row for row in speakers if row["role"] == "wearer"), None)
    if wearer is None:
        lines.append(say("report.wearer_unknown", lang))
    else:
        score = round(wearer["wearer_score"], 2)
        lines.append(say("report.wearer", lang, speaker=wearer["speaker"], score=score))
        within = [row for row in transcript if _within(row, finding)]
        if within and all(row["speaker_role"] == "wearer" for row in within):
            lines.append(say("report.said_by_wearer", lang))
    return Text("\n".join(lines))


def _lines(text: str) -> Text:
    """A text of several lines, each with what a terminal would obey made visible."""
    return Text("\n".join(map(printable, text.splitlines())))


def _decided(decisions: tuple[Row, ...], lang: str) -> RenderableType:
    """Who decided what, when and why, the last one last."""
    grid = Table.grid(padding=(0, 2))
    for row in decisions:
        at = row["decided_at"].astimezone(SHANGHAI)
        verdict = Text(say(f"report.decision_{row['verdict']}", lang), style="bold")
        grid.add_row(f"{at:%Y-%m-%d %H:%M}", Text(printable(row["actor"])), verdict,
                     Text(printable(row["note"])))  # fmt: skip
    return grid


def _within(row: Row, finding: Row) -> bool:
    """Whether a segment lies in a finding's span, wholly or in part."""
    if finding["start_s"] is None:
        return False
    return bool(row["start_s"] < finding["end_s"] and row["end_s"] > finding["start_s"])


def _voice(row: Row, lang: str) -> str:
    """A voice's label beside what it says, with what it may be."""
    if row["speaker"] is None:
        return ""
    role = _ROLES.get(row["speaker_role"])
    return f"{row['speaker']} {say(role, lang)}" if role else str(row["speaker"])


def _heard(transcript: tuple[Row, ...], lang: str) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", justify="right", no_wrap=True)
    known = any(row["speaker"] is not None for row in transcript)
    if known:
        grid.add_column(style="cyan", no_wrap=True)
    grid.add_column(overflow="fold")
    for row in transcript:
        line = Text(printable(str(row["text"])))
        if not row["trusted"]:
            line.append(f"  ({say('report.untrusted', lang)})", style="dim italic")
        voice = [Text(_voice(row, lang))] if known else []
        grid.add_row(f"{row['start_s']:.1f} s", *voice, line)
    return grid
