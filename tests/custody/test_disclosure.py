"""Disclosure: on record before it happens, refused without the approval that is asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from avaudit.cli import main
from avaudit.store import chain
from avaudit.store.proof import prove
from support.night import ask
from support.originals import audited, configured, tiny_files, verified

Told = pytest.CaptureFixture[str]
_BOOK = Path(__file__).parents[2] / "src/avaudit/rules/books/qingyang.yaml"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with one finding about an original, in the working folder."""
    configuration = configured(tmp_path / "avaudit.duckdb")
    files = tiny_files(tmp_path / "r", 3)
    audited(tmp_path / "avaudit.duckdb", files, configuration)
    files[1].unlink()
    verified(configuration)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AVAUDIT_SPEECH_MODEL", "none")
    monkeypatch.setenv("AVAUDIT_ACTOR", "钱")
    return tmp_path / "avaudit.duckdb"


def _asking(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = folder / "book.yaml"
    book.write_text(_BOOK.read_text("utf-8") + "\napprovals: [export, view]\n", "utf-8")
    monkeypatch.setenv("AVAUDIT_RULEBOOK", str(book))


def _events(db: Path) -> list[tuple[str, str]]:
    raw = b"".join(file.read_bytes() for file in chain.files(db)).splitlines()
    events = (json.loads(line)["event"] for line in raw)
    return [(e["kind"], e["actor"]) for e in events if e["actor"] not in ("avaudit", "tester")]


def test_views_and_exports_are_on_record(store: Path, capsys: Told) -> None:
    ((finding,),) = ask(store, "SELECT finding_id FROM findings WHERE outcome = 'fail'")
    assert main(["findings"]) == 0
    assert _events(store) == []  # a list on a screen is the inbox's daily work
    assert main(["explain", finding]) == 0
    assert main(["findings", "--output", "f.csv"]) == 0
    assert main(["findings", "--format", "json"]) == 0
    assert _events(store) == [("viewed", "钱"), ("exported", "钱"), ("exported", "钱")]
    capsys.readouterr()
    assert main(["disclosures"]) == 0
    told = capsys.readouterr().out
    assert "查看" in told
    assert "导出" in told
    assert prove(store).intact


def test_what_cannot_be_put_on_record_is_not_disclosed(store: Path, capsys: Told) -> None:
    chain.files(store)[0].parent.rename(store.with_name("aside"))
    store.with_name("avaudit.custody").write_text("not a folder")
    assert main(["findings", "--output", "f.csv"]) == 1
    assert "avaudit.custody" in capsys.readouterr().err
    assert not Path("f.csv").exists()


def test_a_book_that_asks_for_approval_is_obeyed(
    store: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told
) -> None:
    _asking(store.parent, monkeypatch)
    export = ["findings", "--output", "f.csv"]
    assert main(export) == 2
    assert "avaudit approve findings --asked-by 钱" in capsys.readouterr().err
    assert not Path("f.csv").exists()
    assert _events(store) == []
    asked = ["approve", "findings", "--asked-by", "钱", "--purpose", "月度通报", "--until"]
    assert main([*asked, "2999-01-01"]) == 2  # one's own request
    monkeypatch.setenv("AVAUDIT_ACTOR", "赵")
    assert main([*asked, "2020-01-01"]) == 2  # over already
    assert main([*asked, "2999-01-01"]) == 0
    assert main(export) == 2  # approved for somebody else
    capsys.readouterr()
    assert main([*asked, "2999-01-01", "--purpose", " "]) == 2
    assert "--purpose" in capsys.readouterr().err
    monkeypatch.setenv("AVAUDIT_ACTOR", "钱")
    assert main(export) == 0
    assert Path("f.csv").exists()
    ((finding,),) = ask(store, "SELECT finding_id FROM findings WHERE outcome = 'fail'")
    assert main(["explain", finding]) == 2  # lists were approved, nothing else
    assert _events(store) == [("approved", "赵"), ("exported", "钱")]
    (line,) = [r for f in chain.files(store) for r in f.read_text("utf-8").splitlines()
               if '"kind":"exported"' in r]  # fmt: skip
    assert json.loads(line)["event"]["detail"]["approval"]


def test_verify_says_what_is_wrong_and_proves_the_chain(store: Path, capsys: Told) -> None:
    assert main(["verify", "--json", "--lang", "en"]) == 1
    told = capsys.readouterr()
    assert "missing" in told.err
    assert "r00001.wav" in told.err
    figures = json.loads(told.out[told.out.index("{") :])
    assert figures["states"] == {"whole": 2, "missing": 1}
    assert figures["intact"]
    assert main(["verify", "--chain"]) == 0
    (file,) = chain.files(store)
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[1:]))
    assert main(["verify", "--chain", "--lang", "en"]) == 1
    assert "event 1 was removed" in capsys.readouterr().err
    assert main(["verify", "--chain", "--head", "nothing.jsonl"]) == 2


def test_heads_are_kept_elsewhere_and_compared(
    store: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told
) -> None:
    kept = store.parent / "elsewhere.jsonl"
    monkeypatch.setenv("AVAUDIT_CUSTODY_HEADS", str(kept))
    assert main(["verify", "r/d000/r00000.wav"]) == 0
    assert len(chain.read_heads(kept)) >= 1
    (file,) = chain.files(store)
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:-1]))
    (file.parent / "head.json").unlink()
    monkeypatch.delenv("AVAUDIT_CUSTODY_HEADS")
    capsys.readouterr()
    assert main(["verify", "--chain", "--head", str(kept), "--lang", "en"]) == 1
    assert "cut off" in capsys.readouterr().err


def test_texts_of_others_are_harmless_where_they_are_shown(store: Path, capsys: Told) -> None:
    """Escapes never reach a screen, formulas never a spreadsheet, SQL never the store."""
    purpose = "\x1b[31m=1+1'); DROP TABLE findings; --<script>"
    asked = ["approve", "findings", "--asked-by", "孙\x07", "--until", "2999-01-01"]
    assert main([*asked, "--purpose", purpose]) == 0
    assert main(["disclosures"]) == 0
    told = capsys.readouterr()
    assert "\x1b" not in told.out + told.err
    assert "\x07" not in told.out + told.err
    assert main(["sql", "--format", "csv", "SELECT '=1+1' AS a, '@x' AS b, -2 AS c"]) == 0
    assert capsys.readouterr().out.splitlines()[1] == "'=1+1,'@x,-2"
    assert ask(store, "SELECT count(*) > 0 FROM findings") == [(True,)]
