"""Gap rows: one for each gap that was found, with what is known of its reason."""

from __future__ import annotations

from datetime import datetime

from avaudit.domain.finding import Finding, Recording
from avaudit.domain.media import MediaKind
from avaudit.domain.rule import Outcome, Severity
from avaudit.domain.time import SHANGHAI
from avaudit.interruptions import gaps_of

_RECORDING = Recording(
    "rec", "a.mp4", None, None, None, MediaKind.VIDEO, "examined",
    started_at=datetime(2026, 11, 20, 9, 0, tzinfo=SHANGHAI),
)  # fmt: skip


def _finding(rule: str, start_s: float, end_s: float, quote: str = "", **measured: str) -> Finding:
    evidence = {"measured": measured, "quote": quote}
    return Finding(
        f"{rule}{start_s}", rule, "15", "code", Outcome.FAIL, Severity.LOW, "", "", evidence,
        start_s=start_s, end_s=end_s,
    )  # fmt: skip


def _gap(start_s: float, end_s: float, kind: str = "gap") -> Finding:
    return _finding("continuity.gap", start_s, end_s, **{"in": kind})


def test_each_gap_has_its_own_explanation() -> None:
    findings = [
        _gap(28.0, 35.5),
        _gap(50.0, 52.0, "picture_gap"),
        _finding("continuity.gap_unexplained", 28.0, 35.5, "刚才没电", explanation="aloud:device"),
        _finding("continuity.gap_unexplained", 50.0, 52.0, explanation="absent"),
    ]
    one, other = gaps_of(_RECORDING, findings)
    assert (one.kind, one.explanation, one.quote) == (
        "picture_and_sound",
        "aloud:device",
        "刚才没电",
    )
    assert (other.kind, other.explanation, other.quote) == ("picture", "absent", "")
    assert one.start_at == datetime(2026, 11, 20, 9, 0, 28, tzinfo=SHANGHAI)
    assert one.length_s == 7.5


def test_a_gap_that_nobody_asked_about_is_not_examined() -> None:
    (gap,) = gaps_of(_RECORDING, [_gap(28.0, 28.6)])
    assert (gap.explanation, gap.quote) == ("not_examined", "")


def test_streams_that_end_apart_are_no_gap() -> None:
    assert gaps_of(_RECORDING, [_finding("continuity.gap", 30.0, 36.0)]) == ()
