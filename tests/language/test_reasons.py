"""Reasons for an interruption, as officers say them and as recognisers write them."""

from __future__ import annotations

import pytest

from avaudit.checks._declare import all_checks
from avaudit.checks.continuity_gap_unexplained.check import Params
from avaudit.domain.signal import Segment
from avaudit.domain.time import Span
from avaudit.language.heard import heard
from avaudit.language.reasons import SpokenReason, spoken_reason
from avaudit.language.wording import whole
from avaudit.rules.load import load_rulebook

_RULE = load_rulebook("qingyang").rule("continuity.gap_unexplained")
assert _RULE is not None
_PARAMS = all_checks()[_RULE.id].params.model_validate(dict(_RULE.params))
assert isinstance(_PARAMS, Params)


def reason(text: str, reach: int = 24) -> SpokenReason | None:
    segment = Segment(0.0, 10.0, text, (), -0.3, 0.01, 1.1)
    stretch = whole(heard([segment], Span(0.0, 20.0)))
    assert isinstance(_PARAMS, Params)
    return spoken_reason(stretch, _PARAMS.words(), _PARAMS.min_score, reach)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("刚才因设备电池故障，中止记录，现在恢复记录", "device"),
        ("刚才因设被电池固涨，终止纪录，现在恢复纪录", "device"),
        ("记录仪刚才没电了，换了电池", "device"),
        ("刚才执法记录仪自动关机了", "device"),
        ("由于内存卡已满，停止录像，现在继续录像", "device"),
        ("因为突降暴雨，中断了录像，现在重新录像", "weather"),
        ("刚才沙尘暴太大，现在恢复拍摄", "weather"),
        ("刚才有人围堵我们", "obstruction"),
        ("当事人阻挠执法，录像中断，现在继续录像", "obstruction"),
        ("因为转移现场，停止记录，现在恢复记录", "other"),
    ],
)
def test_reasons_are_classed(text: str, kind: str) -> None:
    found = reason(text)
    assert found is not None
    assert (found.kind, found.sure) == (kind, True)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("村里昨天没电，今天来电了", "device"),
        ("天要下雨了，快收东西", "weather"),
        ("刚才录像断了，现在继续录像", "other"),
    ],
)
def test_words_that_may_be_a_reason_are_not_surely_one(text: str, kind: str) -> None:
    found = reason(text)
    assert found is not None
    assert (found.kind, found.sure) == (kind, False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "现在恢复记录",
        "因为您涉嫌占道经营，现在对您进行检查",
        "由于马长顺占道经营，现依法扣押其三轮车",
        "先把箱子搬进去",
    ],
)
def test_other_talk_is_no_reason(text: str) -> None:
    assert reason(text) is None


def test_what_is_said_far_away_is_not_its_reason() -> None:
    text = "没电" + "先把门口的箱子往里面挪一挪" * 3 + "现在恢复记录"
    found = reason(text)
    assert found is not None
    assert not found.sure
    near = reason(text, reach=100)
    assert near is not None
    assert near.sure
