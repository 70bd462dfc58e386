"""The rule book loader on real files: the shipped book, and each mistake with its place."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avaudit.domain.rule import RuleBook, Severity
from avaudit.errors import Problem, RuleBookError
from avaudit.i18n import say_error, say_problem
from avaudit.rules.load import load_rulebook, shipped_books

GOOD = """\
id: town
version: 2026.10
title: {zh: 规则, en: Rules}
regulation: {zh: 制度, en: Regulation}
articles:
  14: {zh: 不间断记录。, en: Record without interruption.}
  "22(2)": {zh: 损毁。, en: Damaged.}
rules:
  - id: continuity.gap
    article: 14
    severity: high
    applies_to: [video, audio]
    min_coverage: 0.5
    params:
      min_gap_s: 1.0
      words: [a, 1, true, ~]
      levels: {low: 1}
  - id: quality.unreadable
    article: "22(2)"
    severity: low
    applies_to: [unknown]
"""

Said = tuple[int, int | str, str, str]


def load(folder: Path, text: str | bytes) -> RuleBook:
    path = folder / "town.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_rulebook(str(path))


def said(problem: Problem) -> Said:
    """Line, column, and what is said in Chinese and English, the place left out."""
    place = problem.file
    if problem.line:
        place += f":{problem.line}"
    if problem.column:
        place += f":{problem.column}"
    texts = [say_problem(problem, lang) for lang in ("zh", "en")]
    assert all(text.startswith(place + ": ") for text in texts)
    zh, en = (text.removeprefix(place + ": ") for text in texts)
    return problem.line, problem.column, zh, en


def mistakes(folder: Path, text: str | bytes) -> list[Said]:
    with pytest.raises(RuleBookError) as raised:
        load(folder, text)
    error = raised.value
    file = folder / "town.yaml"
    assert error.key == "rules.unusable"
    assert say_error(error, "zh").startswith(f"规则集 {file} 有误，无法使用：\n  {file}")
    assert say_error(error, "en").startswith(
        f"rule book {file} has mistakes and cannot be used:\n  {file}"
    )
    return [said(problem) for problem in error.problems]


# Books without mistakes.


def test_a_book_is_read(tmp_path: Path) -> None:
    book = load(tmp_path, GOOD)
    assert (book.id, book.version) == ("town", "2026.10")
    assert book.title == {"zh": "规则", "en": "Rules"}
    assert book.regulation == {"zh": "制度", "en": "Regulation"}
    assert list(book.articles) == ["14", "22(2)"]
    assert book.articles["14"] == {"zh": "不间断记录。", "en": "Record without interruption."}
    assert book.sha256 == hashlib.sha256(GOOD.encode()).hexdigest()
    assert book.source == str(tmp_path / "town.yaml")


def test_a_rule_is_read_with_its_places(tmp_path: Path) -> None:
    rule = load(tmp_path, GOOD).rule("continuity.gap")
    assert rule is not None
    assert (rule.article, rule.severity, rule.min_coverage) == ("14", Severity.HIGH, 0.5)
    assert rule.applies_to == ("video", "audio")
    assert rule.params == {
        "min_gap_s": 1.0,
        "words": ["a", 1, True, None],
        "levels": {"low": 1},
    }
    assert rule.places == {
        "": (9, 5),
        "id": (9, 5),
        "article": (10, 5),
        "severity": (11, 5),
        "applies_to": (12, 5),
        "applies_to.0": (12, 18),
        "applies_to.1": (12, 25),
        "min_coverage": (13, 5),
        "params": (14, 5),
        "params.min_gap_s": (15, 7),
        "params.words": (16, 7),
        "params.words.0": (16, 15),
        "params.words.1": (16, 18),
        "params.words.2": (16, 21),
        "params.words.3": (16, 27),
        "params.levels": (17, 7),
        "params.levels.low": (17, 16),
    }


def test_a_rule_may_leave_out_coverage_and_parameters(tmp_path: Path) -> None:
    rule = load(tmp_path, b"\xef\xbb\xbf" + GOOD.encode()).rule("quality.unreadable")
    assert rule is not None
    assert (rule.min_coverage, rule.params) == (1.0, {})


def test_every_shipped_book_loads_by_its_name() -> None:
    assert "qingyang" in shipped_books()
    for name in shipped_books():
        book = load_rulebook(name)
        assert book.id == name
        assert book.sha256 == hashlib.sha256(Path(book.source).read_bytes()).hexdigest()


def test_a_shipped_book_loads_by_its_path_too() -> None:
    book = load_rulebook("qingyang")
    assert load_rulebook(book.source) == book


def test_the_township_s_book_explains_every_threshold() -> None:
    book = load_rulebook("qingyang")
    assert {"13", "14", "15", "17", "20", "22(2)", "22(4)"} <= set(book.articles)
    lines = Path(book.source).read_text(encoding="utf-8").splitlines()
    for rule in book.rules:
        places = [at for name, at in rule.places.items() if name.startswith("params.")]
        for line, _ in [*places, rule.places["min_coverage"]]:
            # A comment may speak for two thresholds that belong together.
            above = lines[line - 3 : line - 1]
            assert any(text.lstrip().startswith("# ") for text in above), lines[line - 1]


# Mistakes, each with its place and what is said.


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
                "“applies_to”的值“film”不认识，应为：video, audio, photo, unknown",
                "“applies_to” cannot be “film”, expected one of: video, audio, photo, unknown",
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


@pytest.mark.parametrize("share", ["-0.1", "1.01", "95", "most", "true", "[0.5]", "!!int many"])
def test_coverage_is_a_share(tmp_path: Path, share: str) -> None:
    shown = {"[0.5]": "[…]", "!!int many": "many"}.get(share, share)
    (found,) = mistakes(tmp_path, GOOD.replace("min_coverage: 0.5", f"min_coverage: {share}"))
    if share == "!!int many":
        assert found[:2] == (13, 19)
        return
    assert found == (
        13,
        19,
        f"“min_coverage”应为 0 到 1 之间的数，找到的是“{shown}”",
        f"“min_coverage” must be a number from 0 to 1, found “{shown}”",
    )


@pytest.mark.parametrize(
    "tagged", ["!!int many", "!!int ''", "!!float x", "!!bool maybe", "!own x", "!!binary eA=="]
)
def test_tags_are_not_obeyed(tmp_path: Path, tagged: str) -> None:
    (found,) = mistakes(tmp_path, GOOD.replace("min_gap_s: 1.0", f"min_gap_s: {tagged}"))
    assert found[:2] == (15, 18)
    assert found[2].startswith("“params.min_gap_s”应为文字")


@pytest.mark.parametrize("tagged", ["!own {a: 1}", "!!set {a}", "!!python/object:os.system {}"])
def test_tagged_mappings_are_refused(tmp_path: Path, tagged: str) -> None:
    (found,) = mistakes(tmp_path, GOOD.replace("{low: 1}", tagged))
    assert found == (
        17,
        15,
        "“params.levels”应为键值对，找到的是“{…}”",
        "“params.levels” must be a mapping of keys to values, found “{…}”",
    )


def test_every_mistake_is_told_in_order_of_place(tmp_path: Path) -> None:
    text = GOOD.replace("severity: high", "severity: hihg").replace("0.5", "5")
    text = text.replace("id: town", "id: Town").replace("quality.unreadable", "unreadable")
    places = [(line, column) for line, column, _, _ in mistakes(tmp_path, text)]
    assert places == [(1, 5), (11, 15), (13, 19), (18, 9)]


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


# Whatever the file holds.

PROPERTY = settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
PIECES = st.sampled_from(
    [
        *GOOD.splitlines(keepends=True),
        *" :-{}[],&*!|>%@`\"'#?~\n\t",
        *["\n  ", "- ", ": ", "? ", "<<: ", "&a ", "*a", "!!int ", "!!set ", "--- ", "%YAML 9.9\n"],
        *["0b", "1e9", "1:60", "\\U00110000", '"\\uD800"', "\ufeff", "\x85", "\0"],
    ]
)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


def check_any(folder: Path, data: bytes) -> None:
    path = folder / "any.yaml"
    path.write_bytes(data)
    try:
        load_rulebook(str(path))
    except RuleBookError as raised:
        error = raised
    else:
        return
    assert error.problems
    assert say_error(error, "zh")
    assert say_error(error, "en")


@PROPERTY
@given(pieces=st.lists(PIECES, max_size=40))
def test_any_pieces_of_yaml(tmp_path: Path, pieces: list[str]) -> None:
    check_any(tmp_path, "".join(pieces).encode())


@PROPERTY
@given(at=st.integers(0, len(GOOD)), piece=PIECES)
def test_a_good_book_with_a_piece_put_in(tmp_path: Path, at: int, piece: str) -> None:
    check_any(tmp_path, (GOOD[:at] + piece + GOOD[at:]).encode())


@PROPERTY
@given(data=st.binary() | st.text().map(str.encode))
def test_any_bytes(tmp_path: Path, data: bytes) -> None:
    check_any(tmp_path, data)


@PROPERTY
@given(
    key=st.sampled_from(["id", "version", "title", "regulation", "articles", "rules"]),
    rule_key=st.sampled_from(["id", "article", "severity", "applies_to", "min_coverage", "params"]),
    value=PLAIN,
    rule_value=PLAIN,
)
def test_any_values(
    tmp_path: Path, key: str, rule_key: str, value: object, rule_value: object
) -> None:
    book = yaml.safe_load(GOOD)
    book["rules"][0][rule_key] = rule_value
    book[key] = value
    check_any(tmp_path, yaml.safe_dump(book, allow_unicode=True).encode("utf-8", "surrogatepass"))
