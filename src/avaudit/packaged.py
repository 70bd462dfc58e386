"""The program's own data files: catalogues, texts and word lists that lie beside its modules."""

from __future__ import annotations

from importlib import resources
from typing import Any

import yaml


def read_yaml(package: str, name: str) -> Any:
    """What a YAML file of a package holds (YAML 1.1, plain kinds only).

    By libyaml: a dozen catalogues by PyYAML's own parser would take half a second at every start.
    Raises `FileNotFoundError` where there is no such file.
    """
    file = resources.files(package).joinpath(name)
    return yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
