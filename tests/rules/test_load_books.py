"""Rule books without mistakes: one written here, and the shipped ones."""

from __future__ import annotations

import hashlib
from pathlib import Path

from avaudit.domain.rule import Severity
from avaudit.rules.load import load_rulebook, shipped_books
from support.rule_books import GOOD, load


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


def _is_threshold(place: str) -> bool:
    """Whether a place is a parameter's own; words of a list are explained by what the list is."""
    return place.startswith("params.") and not place.rpartition(".")[2].isdigit()


def test_the_township_s_book_explains_every_threshold() -> None:
    book = load_rulebook("qingyang")
    assert {"13", "14", "15", "17", "20", "22(2)", "22(4)"} <= set(book.articles)
    lines = Path(book.source).read_text(encoding="utf-8").splitlines()
    for rule in book.rules:
        places = [at for name, at in rule.places.items() if _is_threshold(name)]
        for line, _ in [*places, rule.places["min_coverage"]]:
            # A comment may speak for two thresholds that belong together.
            above = lines[line - 3 : line - 1]
            assert any(text.lstrip().startswith("# ") for text in above), lines[line - 1]
