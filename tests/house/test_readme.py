"""What README.md promises: its queries run, its commands exist, its example is a check."""

from __future__ import annotations

import argparse
import ast
import importlib
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from avaudit.audit import Auditor
from avaudit.batch import Watcher, run_batch
from avaudit.cli.parser import build_parser
from avaudit.configuration import configure
from avaudit.ingest.discover import discover
from avaudit.ingest.register import read_register
from avaudit.rules.load import load_rulebook
from avaudit.settings import Settings, load_settings
from avaudit.store.user_query import run_query
from house.checkout import ROOT

_README = (ROOT / "README.md").read_text("utf-8")
_BLOCK = re.compile(r"^(`{3,})(\w*)[^\n]*\n(.*?)^\1\s*$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"(?<!`)`(avaudit(?: [^`\n]+)?)`(?!`)")
_SHELL = {"", "sh", "bash", "shell", "console"}
_LEAST_QUERIES = 5
#: What the store of the test is made from: whole, broken and without sound.
_AUDITED = (
    "DSJ-A3_0001234_20261118_093000.mp4",
    "DSJ-A3_0001234_20261120_090000.mp4",
    "DSJ-A3_0001237_20261120_143000.mp4",
    "CAM-01_20261119_100000.mp4",
    "REC_20261119_100000.wav",
)


def _blocks(*languages: str) -> list[str]:
    return [body for _, language, body in _BLOCK.findall(_README) if language in languages]


def _commands() -> list[list[str]]:
    """Every `avaudit ...` of the README as arguments: lines of shell blocks, and code in texts."""
    lines = [
        line.strip().removeprefix("$ ")
        for block in _blocks(*_SHELL)
        for line in block.replace("\\\n", " ").splitlines()
    ]
    prose = _BLOCK.sub("", _README)
    return [
        words
        for text in (*lines, *_INLINE.findall(prose))
        for words in _simple_commands(text)
        if words and words[0] == "avaudit"
    ]


def _simple_commands(text: str) -> Iterator[list[str]]:
    """The single commands of a shell line, without assignments, comments and redirections."""
    lexer = shlex.shlex(text, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words: list[str] = []
    for word in lexer:
        if word and set(word) <= set("();<>|&"):
            yield words
            words = []
        elif words or not re.fullmatch(r"[A-Z_]+=.*", word):
            words.append(word)
    yield words


def _subparsers(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of a few samples, audited without speech."""
    samples = ROOT / "data_samples"
    settings = load_settings(
        db=tmp_path_factory.mktemp("store") / "avaudit.duckdb", speech_model="none"
    )
    configuration = configure(settings, read_register(samples / "register.csv"))
    with Auditor(configuration) as auditor:
        waiting = auditor.pending(discover(samples / name for name in _AUDITED).recordings)
        auditor.note_register()
        report = run_batch(auditor, waiting, Watcher())
        auditor.finish()
    assert report.audited == len(_AUDITED)
    return settings.db


def test_there_are_queries() -> None:
    assert len(_blocks("sql")) >= _LEAST_QUERIES


@pytest.mark.parametrize("query", _blocks("sql"))
def test_query_runs(query: str, store: Path) -> None:
    assert run_query(store, query).columns


def test_there_are_commands() -> None:
    assert _commands()


@pytest.mark.parametrize("words", _commands(), ids=" ".join)
def test_command_exists(words: list[str]) -> None:
    parser, rest = build_parser("en"), words[1:]
    while rest and (below := _subparsers(parser)):
        if rest[0].startswith("-"):
            break
        assert rest[0] in below, f"no such command: {' '.join(words)}"
        parser, rest = below[rest[0]], rest[1:]
    known = {name for action in parser._actions for name in action.option_strings}
    asked = {word.partition("=")[0].strip("[]") for word in rest}
    assert not {word for word in asked if word.startswith("-")} - known


def _examples() -> list[str]:
    return [block for block in _blocks("python") if re.search(r"^# .*checks/", block, re.MULTILINE)]


def test_there_is_an_example_of_a_check() -> None:
    assert len(_examples()) == 1


def _is_check(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(called, ast.Name) and called.id == "check"


@pytest.mark.parametrize("example", _examples(), ids=lambda _: "check")
def test_example_is_a_check(example: str) -> None:
    tree = ast.parse(example)
    marked = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and any(map(_is_check, node.decorator_list))
    ]
    assert len(marked) == 1
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("avaudit"):
            module = importlib.import_module(str(node.module))
            assert not [name.name for name in node.names if not hasattr(module, name.name)]


def test_settings_exist() -> None:
    """Names in the environment are the settings', or those of a script or a deployment."""
    named = set(re.findall(r"\bAVAUDIT_[A-Z_]+\b", _README))
    known = {f"AVAUDIT_{field.upper()}" for field in Settings.model_fields}
    beside = "".join(
        path.read_text("utf-8")
        for folder in ("pipelines", "scripts")
        for path in (ROOT / folder).iterdir()
        if path.is_file()
    )
    assert not {name for name in named - known if name not in beside}


def test_links_lead_somewhere() -> None:
    targets = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", _README)
    assert not [target for target in targets if not (ROOT / target).exists()]


def test_rules_are_the_rule_books() -> None:
    rows = re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \| ([^|]+) \|", _README, re.MULTILINE)
    assert dict(rows) == {rule.id: rule.article for rule in load_rulebook("qingyang").rules}
