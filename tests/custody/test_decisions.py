"""Decisions about findings: in the chain first, one each whatever is killed, none ever lost."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from avaudit.cli import main
from avaudit.store import chain
from avaudit.store.proof import prove
from support.night import ask, environment
from support.originals import audited, configured, tiny_files, verified

Told = pytest.CaptureFixture[str]


class Store:
    """A store with one failed finding, about an original that was replaced."""

    def __init__(self, folder: Path) -> None:
        self.db = folder / "avaudit.duckdb"
        self.configuration = configured(self.db)
        self.files = tiny_files(folder / "r", 3)
        audited(self.db, self.files, self.configuration)
        self.files[1].write_bytes(b"something else")
        verified(self.configuration)
        ((self.finding,),) = ask(self.db, "SELECT finding_id FROM findings WHERE outcome = 'fail'")

    def held(self) -> list[Any]:
        """What the inbox says was decided, and by whom."""
        query = "SELECT decision, decided_by, note FROM v_inbox WHERE finding_id = ?"
        return ask(self.db, query, self.finding)

    def events(self) -> list[dict[str, Any]]:
        """The decisions that the chain holds, in order."""
        raw = b"".join(file.read_bytes() for file in chain.files(self.db)).splitlines()
        events = (json.loads(line)["event"] for line in raw)
        return [event for event in events if event["kind"] == "decided"]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AVAUDIT_SPEECH_MODEL", "none")
    monkeypatch.setenv("AVAUDIT_ACTOR", "钱")
    return Store(tmp_path)


def test_a_decision_is_on_record_and_shown(store: Store, capsys: Told) -> None:
    assert main(["decide", store.finding, "--confirm", "--note", "  已与机房核实 "]) == 0
    assert "已确认" in capsys.readouterr().err
    assert store.held() == [("confirmed", "钱", "已与机房核实")]
    (event,) = store.events()
    assert event["detail"]["finding_id"] == store.finding
    assert main(["findings"]) == 0
    assert "已确认" in capsys.readouterr().out
    assert main(["explain", store.finding, "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert "confirmed" in told
    assert "已与机房核实" in told
    assert main(["findings", "--format", "json"]) == 0
    assert [row["decision"] for row in json.loads(capsys.readouterr().out)] == ["confirmed"]
    assert prove(store.db).intact


def test_the_last_one_holds_and_all_are_kept(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: Told
) -> None:
    assert main(["decide", store.finding, "--confirm"]) == 0
    assert main(["decide", store.finding, "--confirm"]) == 0
    assert "未重复登记" in capsys.readouterr().err
    assert main(["decide", store.finding, "--dismiss"]) == 2  # why?
    assert len(store.events()) == 1
    from avaudit.custody import deciding

    class Earlier(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime(2020, 1, 1, tzinfo=tz)

    monkeypatch.setattr(deciding, "datetime", Earlier)  # the clock jumped back meanwhile
    monkeypatch.setenv("AVAUDIT_ACTOR", "赵")
    assert main(["decide", store.finding, "--dismiss", "--note", "误换，原件已找回"]) == 0
    assert store.held() == [("dismissed", "赵", "误换，原件已找回")]
    assert main(["decide", store.finding, "--reopen", "--note", "再看"]) == 0
    assert store.held() == [(None, None, None)]
    assert main(["decide", store.finding, "--reopen", "--note", "再看"]) == 0
    assert [one["detail"]["verdict"] for one in store.events()] == [
        "confirmed", "dismissed", "reopened",
    ]  # fmt: skip
    capsys.readouterr()
    assert main(["explain", store.finding]) == 0
    told = capsys.readouterr().out
    assert told.index("已确认") < told.index("已排除") < told.index("已撤回")


def test_what_cannot_be_decided_is_said(store: Store, capsys: Told) -> None:
    assert main(["decide", "nothing", "--confirm"]) == 1
    assert "nothing" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["decide", store.finding])
    with pytest.raises(SystemExit):
        main(["decide", store.finding, "--confirm", "--dismiss", "--note", "x"])
    assert store.events() == []


def test_decisions_outlive_the_database_and_the_chain(store: Store) -> None:
    assert main(["decide", store.finding, "--dismiss", "--note", "a"]) == 0
    assert main(["decide", store.finding, "--confirm", "--note", "b"]) == 0
    before = ask(store.db, "SELECT * FROM decisions ORDER BY decided_at")
    assert len(before) == 2
    store.db.write_bytes(b"not a database")
    assert main(["rebuild"]) == 0
    assert ask(store.db, "SELECT * FROM decisions ORDER BY decided_at") == before
    assert store.held() == [("confirmed", "钱", "b")]
    shutil.rmtree(store.db.with_name("avaudit.custody"))
    assert main(["rebuild"]) == 0  # the record files have them as well
    assert store.held() == [("confirmed", "钱", "b")]


def test_a_finding_that_rests_on_other_values_is_undecided_again(store: Store) -> None:
    """Nobody replaces an original once more behind a finding that was dismissed."""
    assert main(["decide", store.finding, "--dismiss", "--note", "误操作，已说明"]) == 0
    verified(store.configuration)
    assert store.held() == [("dismissed", "钱", "误操作，已说明")]
    store.files[1].write_bytes(b"and something else again")
    verified(store.configuration)
    assert store.held() == [(None, None, None)]
    assert main(["decide", store.finding, "--dismiss", "--note", "误操作，已说明"]) == 0
    assert store.held() == [("dismissed", "钱", "误操作，已说明")]


#: Ends the process as a power cut would, where the code comes to a certain place.
_KILLED = """
import os, signal, sys
import avaudit.store.{module} as at
from avaudit.cli import main
def cut(*_, **__): os.kill(os.getpid(), signal.SIGKILL)
at.{name} = cut
main(["decide", {finding!r}, "--confirm", "--note", "核实"])
"""


@pytest.mark.parametrize(
    ("module", "name", "events"),
    [("chain", "write_block", 0), ("chain", "_write_head", 1), ("sync", "append", 1)],
)
def test_a_power_cut_leaves_one_decision(store: Store, module: str, name: str, events: int) -> None:
    program = _KILLED.format(module=module, name=name, finding=store.finding)
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment(AVAUDIT_ACTOR="钱"), check=False
        )
        if done.returncode == 0:  # decided already, so nothing is written that could be cut
            break
        assert done.returncode == -signal.SIGKILL
        assert len(store.events()) == events
    assert main(["decide", store.finding, "--confirm", "--note", "核实"]) == 0
    assert store.held() == [("confirmed", "钱", "核实")]
    assert len(store.events()) == 1
    assert ask(store.db, "SELECT count(*) FROM decisions") == [(1,)]
    assert prove(store.db).intact
