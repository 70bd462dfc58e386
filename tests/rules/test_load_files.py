"""Files that are no rule book: empty, unreadable, too large, or not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from avaudit.errors import RuleBookError
from avaudit.i18n import say_problem
from avaudit.rules.load import load_rulebook
from support.rule_books import GOOD, mistakes


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "---\n...\n"])
def test_an_empty_file(tmp_path: Path, text: str) -> None:
    (found,) = mistakes(tmp_path, text)
    if text.startswith("---"):
        assert found[2] == "“book”应为键值对，找到的是“”"
    else:
        assert found == (0, 0, "规则集是空的", "the rule book is empty")


def test_a_book_without_rules_or_articles(tmp_path: Path) -> None:
    head = GOOD[: GOOD.index("articles:")]
    assert mistakes(tmp_path, head + "articles: {}\nrules: []\n") == [
        (5, 11, "“articles”不能为空", "“articles” must not be empty"),
        (6, 8, "“rules”不能为空", "“rules” must not be empty"),
    ]
    found = mistakes(tmp_path, head + "articles: none\nrules:\n  - 1\n")
    assert [(line, column, en) for line, column, _, en in found] == [
        (5, 11, "“articles” must be a mapping of keys to values, found “none”"),
        (7, 5, "“rule” must be a mapping of keys to values, found “1”"),
    ]


def test_a_second_document_is_a_mistake(tmp_path: Path) -> None:
    (found,) = mistakes(tmp_path, GOOD + "---\na: 1\n")
    assert found[:2] == (22, 1)
    assert found[3] == (
        "YAML cannot be read here: expected a single document in the stream, but found another "
        "document"
    )


def test_numbers_beyond_reason_are_syntax(tmp_path: Path) -> None:
    (found,) = mistakes(tmp_path, 'a: "\\UFFFFFFFF"\n')
    assert found[2].startswith("YAML 语法错误：")


def test_bytes_that_are_no_utf8(tmp_path: Path) -> None:
    assert mistakes(tmp_path, GOOD.encode("gb18030")) == [
        (
            3,
            0,
            "此行不是 UTF-8 编码；请以 UTF-8 保存",
            "this line is not UTF-8; save the file as UTF-8",
        )
    ]


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    assert mistakes(tmp_path, GOOD + "#" * 300_000) == [
        (0, 0, "文件超过 256 KiB，不像是规则集", "the file exceeds 256 KiB; that is no rule book")
    ]


@pytest.mark.parametrize("name", ["qingyan", "", "a/b.yaml", "a\0b"])
def test_no_such_book(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RuleBookError) as raised:
        load_rulebook(name)
    (problem,) = raised.value.problems
    _, _, zh, en = (0, 0, say_problem(problem, "zh"), say_problem(problem, "en"))
    if name in {"", "a\0b"}:
        assert problem.key == "rules.unreadable"
        assert "文件无法读取：" in zh
        assert "the file cannot be read: " in en
        return
    assert zh == f"{name}: 没有这个规则集；应为随附规则集的名称（qingyang）或规则文件的路径"
    assert en == (
        f"{name}: there is no such rule book; expected the name of a shipped one (qingyang) or a "
        "file's path"
    )
