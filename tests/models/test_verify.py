"""Files on disk against the list."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from model_fakes import CONTENT, WEIGHTS, lay, sha256, tiny

from avaudit.errors import ModelError
from avaudit.i18n import say_error
from avaudit.models.verify import State, _remembered, digest, require, sha256_of, verify


def states(models_dir: Path) -> dict[str, State]:
    return {found.file.name: found.state for found in verify(tiny(), models_dir)}


def test_a_whole_model_is_ok_and_its_folder_is_given(tmp_path: Path) -> None:
    folder = lay(tmp_path / "tiny")
    assert set(states(tmp_path).values()) == {State.OK}
    assert require("tiny", tmp_path, [tiny()]) == folder


def _delete(path: Path) -> None:
    path.unlink()


def _begin(path: Path) -> None:
    path.rename(path.with_name(path.name + ".part"))


def _cut(path: Path) -> None:
    path.write_bytes(WEIGHTS[:100])


def _flip(path: Path) -> None:
    path.write_bytes(WEIGHTS[:-1] + bytes([WEIGHTS[-1] ^ 1]))


def _grow(path: Path) -> None:
    path.write_bytes(WEIGHTS + b"x")


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("change", "state", "key"),
    [
        (_delete, State.MISSING, "models.missing"),
        (_begin, State.INCOMPLETE, "models.missing"),
        (_cut, State.INCOMPLETE, "models.missing"),
        (_flip, State.ALTERED, "models.altered"),
        (_grow, State.ALTERED, "models.altered"),
        (_folder, State.ALTERED, "models.altered"),
    ],
)
def test_a_changed_file_is_found_even_after_it_was_seen_good(
    tmp_path: Path, change: Callable[[Path], None], state: State, key: str
) -> None:
    folder = lay(tmp_path / "tiny")
    require("tiny", tmp_path, [tiny()])
    change(folder / "model.bin")
    assert states(tmp_path) == {"config.json": State.OK, "model.bin": state}
    with pytest.raises(ModelError) as caught:
        require("tiny", tmp_path, [tiny()])
    assert caught.value.key == key
    for lang in ("zh", "en"):
        said = say_error(caught.value, lang)
        assert "avaudit models fetch tiny" in said
        assert "model.bin" in said
        assert "config.json" not in said


def test_altered_is_said_before_missing(tmp_path: Path) -> None:
    folder = lay(tmp_path / "tiny")
    _flip(folder / "model.bin")
    (folder / "config.json").unlink()
    with pytest.raises(ModelError) as caught:
        require("tiny", tmp_path, [tiny()])
    assert caught.value.key == "models.altered"


def test_no_model_folder_at_all(tmp_path: Path) -> None:
    assert set(states(tmp_path / "none").values()) == {State.MISSING}


def test_the_digest_is_that_of_sha256sum_lines(tmp_path: Path) -> None:
    folder = lay(tmp_path / "tiny")
    lines = "".join(f"{sha256(CONTENT[name])}  {name}\n" for name in sorted(CONTENT))
    assert digest(tiny(), tmp_path) == hashlib.sha256(lines.encode()).hexdigest()
    before = digest(tiny(), tmp_path)
    _flip(folder / "model.bin")
    assert digest(tiny(), tmp_path) != before
    (folder / "model.bin").unlink()
    with pytest.raises(ModelError) as caught:
        digest(tiny(), tmp_path)
    assert caught.value.key == "models.missing"


def test_a_settled_file_is_hashed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = lay(tmp_path / "tiny")
    # The file's own times say "just now"; let the rule for settled files not apply.
    monkeypatch.setattr("avaudit.models.verify._SETTLED_NS", -(10**12))
    before = _remembered.cache_info()
    for _ in range(3):
        sha256_of(folder / "model.bin")
    after = _remembered.cache_info()
    assert (after.misses - before.misses, after.hits - before.hits) == (1, 2)


def test_a_loop_of_links_is_said_to_be_unreadable(tmp_path: Path) -> None:
    folder = lay(tmp_path / "tiny")
    (folder / "model.bin").unlink()
    (folder / "model.bin").symlink_to("model.bin")
    with pytest.raises(ModelError) as caught:
        verify(tiny(), tmp_path)
    assert caught.value.key == "models.unreadable"
    assert "model.bin" in say_error(caught.value, "zh")
