"""Each mistake in a rule book, with its place and what is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.rule_books import GOOD, Said, mistakes


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "severity: high",
            "severity: hihg",
            (
                11,
                15,
                "“severity”的值“hihg”不认识，应为：critical, high, medium, low",
                "“severity” cannot be “hihg”, expected one of: critical, high, medium, low",
            ),
        ),
        (
            "[video, audio]",
            "[video, film]",
            (
                12,
                25,
                "“applies_to”的值“film”不认识，应为："
                "video, audio, photo, unknown, session, activity, device, original",
                "“applies_to” cannot be “film”, expected one of: "
                "video, audio, photo, unknown, session, activity, device, original",
            ),
        ),
        (
            "[video, audio]",
            "[video, video]",
            (12, 25, "“applies_to”中“video”重复", "“applies_to” names “video” twice"),
        ),
        (
            "[video, audio]",
            "[]",
            (12, 17, "“applies_to”不能为空", "“applies_to” must not be empty"),
        ),
        (
            "[video, audio]",
            "video",
            (
                12,
                17,
                "“applies_to”应为列表，找到的是“video”",
                "“applies_to” must be a list, found “video”",
            ),
        ),
        (
            "article: 14",
            "article: 15",
            (
                10,
                14,
                "条款“15”不在 articles 中，应为：14, 22(2)",
                "article “15” is not among the book's articles, expected one of: 14, 22(2)",
            ),
        ),
        (
            "quality.unreadable",
            "continuity.gap",
            (
                18,
                9,
                "规则编号“continuity.gap”与第 9 行重复",
                "rule id “continuity.gap” stands on line 9 already",
            ),
        ),
        (
            "id: continuity.gap",
            "id: Continuity-Gap",
            (
                9,
                9,
                "规则编号“Continuity-Gap”应为“领域.名称”，只含小写字母、数字和下划线，"
                "如 continuity.gap",
                "rule id “Continuity-Gap” must be area.name in lower-case letters, digits and "
                "underscores, like continuity.gap",
            ),
        ),
        (
            "id: town",
            "id: Town 1",
            (
                1,
                5,
                "规则集编号“Town 1”应以小写字母开头，只含小写字母、数字和下划线",
                "book id “Town 1” must be lower-case letters, digits and underscores, a letter "
                "first",
            ),
        ),
        (
            "title: {zh: 规则, en: Rules}",
            "title: {en: Rules}",
            (3, 8, "“title”缺少“zh”", "“title” lacks “zh”"),
        ),
        (
            "en: Damaged.",
            "en: ' '",
            (
                7,
                26,
                "“articles.22(2).en”不能为空",
                "“articles.22(2).en” must not be empty",
            ),
        ),
        (
            "en: Regulation}",
            "en: 12}",
            (
                4,
                26,
                "“regulation.en”应为文字（必要时加引号），找到的是“12”",
                "“regulation.en” must be a text (in quotation marks if need be), found “12”",
            ),
        ),
        (
            "en: Regulation}",
            "en: R, fr: R}",
            (4, 29, "不认识的键“fr”，应为：zh, en", "unknown key “fr”, expected: zh, en"),
        ),
        (
            "    severity: high",
            "    severty: high\n    severity: high",
            (
                11,
                5,
                "不认识的键“severty”，应为：severity",
                "unknown key “severty”, expected: severity",
            ),
        ),
        (
            "    severity: high\n",
            "",
            (9, 5, "“rule”缺少“severity”", "“rule” lacks “severity”"),
        ),
        ("version: 2026.10\n", "", (1, 1, "“book”缺少“version”", "“book” lacks “version”")),
        (
            "    severity: high",
            "    severity: high\n    severity: low",
            (12, 5, "键“severity”与第 11 行重复", "key “severity” stands on line 11 already"),
        ),
        (
            "      min_gap_s: 1.0",
            "      min_gap_s: 1.0\n      min_gap_s: 2.0",
            (16, 7, "键“min_gap_s”与第 15 行重复", "key “min_gap_s” stands on line 15 already"),
        ),
        (
            "min_gap_s: 1.0",
            "min_gap_s: .inf",
            (
                15,
                18,
                "“params.min_gap_s”应为文字、有限的数、真假或它们的列表，找到的是“.inf”",
                "“params.min_gap_s” must be a text, a finite number, true or false, or a list of "
                "them; found “.inf”",
            ),
        ),
        (
            "{low: 1}",
            "{low: 2026-11-18}",
            (
                17,
                21,
                "“params.levels.low”应为文字、有限的数、真假或它们的列表，找到的是“2026-11-18”",
                "“params.levels.low” must be a text, a finite number, true or false, or a list of "
                "them; found “2026-11-18”",
            ),
        ),
        (
            "{low: 1}",
            "{[low]: 1}",
            (
                17,
                16,
                "“params.levels”的键应为文字，找到的是“[…]”",
                "a key of “params.levels” must be a text, found “[…]”",
            ),
        ),
        (
            "min_gap_s: 1.0",
            "min_gap_s: &a 1.0",
            (
                15,
                18,
                "规则集不用锚点和别名（a）；请在每条规则处写明",
                "rule books have no anchors and aliases (a); say it at each rule",
            ),
        ),
        (
            "min_gap_s: 1.0",
            r'min_gap_s: "\uD800"',
            (15, 18, "字符 U+D800 不可用；请删除", "character U+D800 cannot be used; remove it"),
        ),
        (
            "min_gap_s: 1.0",
            "min_gap_s: \x07",
            (15, 18, "字符 U+0007 不可用；请删除", "character U+0007 cannot be used; remove it"),
        ),
        (
            "min_gap_s: 1.0",
            "min_gap_s: " + "[" * 30 + "]" * 30,
            (15, 34, "嵌套超过 20 层", "nested deeper than 20 levels"),
        ),
        (
            "min_gap_s: 1.0",
            "min_gap_s: [1.0",
            (
                16,
                12,
                "YAML 语法错误：while parsing a flow sequence, expected ',' or ']', but got ':'",
                "YAML cannot be read here: while parsing a flow sequence, expected ',' or ']', but "
                "got ':'",
            ),
        ),
    ],
)
def test_one_mistake(tmp_path: Path, old: str, new: str, expected: Said) -> None:
    assert old in GOOD
    found = mistakes(tmp_path, GOOD.replace(old, new, 1))
    assert found == [expected]


def test_every_mistake_is_told_in_order_of_place(tmp_path: Path) -> None:
    text = GOOD.replace("severity: high", "severity: hihg").replace("0.5", "5")
    text = text.replace("id: town", "id: Town").replace("quality.unreadable", "unreadable")
    places = [(line, column) for line, column, _, _ in mistakes(tmp_path, text)]
    assert places == [(1, 5), (11, 15), (13, 19), (18, 9)]
