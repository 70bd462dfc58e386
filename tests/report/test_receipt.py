"""The receipt as it is drawn: what stands in it, in either language and at any width."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from avaudit.i18n import LANGUAGES, say
from avaudit.report.layout import Prose
from avaudit.report.receipt import receipt
from avaudit.store.read import Statement, statement
from support.statements import audited, judged, kept, sample_register

_ACTIVITY = sample_register().activities[0]
_WIDTHS = (80, 100, 120, 160)
_FULL = (
    "现在是二零二六年十一月十八日上午九点三十分", "地点是青羊镇城关村农贸市场东口",
    "我们是执法人员李晓红、王建国", "执法事由是占道经营", "现对当事人刘桂芳进行现场检查",
    "本次检查全程录音录像，请您配合",
)  # fmt: skip


def _statement(folder: Path, *said: str, listened: bool = True) -> Statement:
    record = audited(judged(said, _ACTIVITY, listened=listened), _ACTIVITY)
    return statement(kept(folder / "s.duckdb", record), "a.mp4")


def _drawn(found: Statement, lang: str = "zh", width: int = 160, **changed: Any) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    recording = {**found.recording, **changed}
    console.print(receipt(found.elements, recording, found.activity, lang))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def _plain(drawn: str) -> str:
    return re.sub(r"[\s│─]+", "", drawn)


def _state(match: str) -> str:
    """What a state is called, as much of it as stands in one line."""
    return say(f"receipt.state_{match}", "zh")[:5]


def _row(element: str, **told: Any) -> dict[str, Any]:
    row = {"element": element, "match": "confirmed", "outcome": "pass", "value": "", "quote": ""}
    unknown = dict.fromkeys(("expected", "start_s", "end_s", "code", "either"))
    return {**row, **unknown, **told}


def test_a_whole_statement_lacks_nothing(tmp_path: Path) -> None:
    found = _statement(tmp_path, *_FULL)
    drawn = _plain(_drawn(found))
    assert _plain(say("receipt.count", "zh", said=7, confirmed=6)) in drawn
    assert _state("confirmed") in drawn
    assert say("receipt.lacking", "zh") not in drawn
    assert say("receipt.marks_bold", "zh") not in drawn
    assert "王建国（执法证号040513）。执法事由是占道经营。" in drawn


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", _WIDTHS)
def test_what_lacks_is_told_with_the_sentence_to_say(lang: str, width: int, tmp_path: Path) -> None:
    said = [one for one in _FULL if "录音录像" not in one and "地点" not in one]
    lines = _drawn(_statement(tmp_path, *said), lang, width).splitlines()
    assert {cell_len(line) for line in lines} == {width}
    assert not [line for line in lines if "…" in line.replace("“…", "").replace("…”", "")]
    drawn = _plain("".join(lines))
    for sentence in ("地点是青羊镇城关村农贸市场东口。", "本次执法全程录音录像，请您配合。"):
        assert drawn.count(sentence) == 2  # by itself, and within the whole
    assert drawn.count("执法事由是占道经营。") == 1
    assert "0:05–0:09" in drawn
    assert not re.search(r"\{\w+\}|receipt\.[a-z]", drawn)


def test_without_any_statement_the_whole_is_shown_once(tmp_path: Path) -> None:
    drawn = _plain(_drawn(_statement(tmp_path, "今天天气不错咱们中午去吃什么好呢")))
    assert _plain(say("receipt.count_none", "zh")) in drawn
    assert drawn.count("地点是青羊镇城关村农贸市场东口。") == 1
    assert _plain(say("receipt.searched", "zh", span="0:00–1:30")) in drawn


def test_what_could_not_be_told_says_why_once(tmp_path: Path) -> None:
    drawn = _drawn(_statement(tmp_path, listened=False))
    why = say("receipt.why_open", "zh", why=say("checks.cause_not_measured", "zh"))
    assert drawn.count(why) == 1
    assert drawn.count(say("receipt.state_open", "zh")) == 8


def test_values_that_sound_alike_are_shown_as_alternatives(tmp_path: Path) -> None:
    found = _statement(tmp_path, *_FULL)
    officers = _row("officers", match="ambiguous", outcome="open", value="王建国",
                    either=["李晓宏/李晓红", "赵强/赵墙"])  # fmt: skip
    place = _row("place", match="ambiguous", outcome="open", either=["东沟村", "冬沟村"])
    drawn = _drawn(Statement(found.recording, found.run, found.activity, (officers, place)))
    for told in ("王建国", "李晓宏 或 李晓红", "赵强 或 赵墙", "东沟村 或 冬沟村"):
        assert told in drawn
    assert say("receipt.state_ambiguous", "zh") in drawn


def test_what_may_differ_is_not_said_to_differ(tmp_path: Path) -> None:
    found = _statement(tmp_path, *_FULL)
    sure = _row("place", match="differs", outcome="fail", value="甲村")
    perhaps = _row("time", match="differs", outcome="review", value="---- 11-18 09:--")
    drawn = _drawn(Statement(found.recording, found.run, found.activity, (sure, perhaps)))
    assert _state("may_differ") in drawn
    assert f" {_state('differs')}" in drawn
    assert "????-11-18 09:??" in drawn


def test_words_that_are_none_of_the_registers_are_shown_as_such(tmp_path: Path) -> None:
    """They are quoted where they were said, and not told as what was looked for in vain."""
    found = _statement(tmp_path, *_FULL)
    other = _row("target", match="absent", outcome="review", quote="航见华拎霞拦贯",
                 start_s=5.0, end_s=7.0)  # fmt: skip
    drawn = _drawn(Statement(found.recording, found.run, found.activity, (other,)))
    assert _state("other_words") in drawn
    assert "航见华拎霞拦贯" in drawn
    assert say("receipt.searched", "zh", span="0:05–0:07")[:6] not in drawn


def test_a_files_last_write_says_less_than_the_register(tmp_path: Path) -> None:
    found = _statement(tmp_path, *_FULL)
    later = found.recording["started_at"] + timedelta(hours=5)
    assert "现在是2026年11月18日下午2点30分。" in _drawn(found, started_at=later)
    drawn = _drawn(found, started_at=later, clock_source="mtime")
    assert "现在是2026年11月18日上午9点30分。" in drawn


@pytest.mark.parametrize("width", range(4, 40))
def test_prose_begins_no_line_with_a_mark_and_parts_no_number(width: int) -> None:
    text = "我们是执法人员李晓红（执法证号040512）、王建国（执法证号040513）。事由是＿＿＿＿。"
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(Prose(Text(text)))
    assert isinstance(console.file, io.StringIO)
    lines = [line.rstrip() for line in console.file.getvalue().splitlines()]
    assert "".join(lines) == text
    assert max(map(cell_len, lines)) <= width
    if width > 12:
        assert not [line for line in lines if line[0] in "）、。"]
        assert [n for n in ("040512", "040513", "＿＿＿＿") if not any(n in x for x in lines)] == []
