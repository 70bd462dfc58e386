"""The weights of cues: what a calibration learnt, as a file beside the models."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import yaml
from pydantic import TypeAdapter, ValidationError

from avaudit.domain.cue import Weights
from avaudit.errors import ConfigError

WEIGHTS_FILE = "integrity.yaml"


def load_weights(path: Path | None = None) -> Weights:
    """The weights of a calibration file; without one, those that avaudit ships.

    Raises `ConfigError` where the file cannot be read or is not a calibration.
    """
    shown = str(path or f"models/{WEIGHTS_FILE}")
    try:
        text = path.read_text(encoding="utf-8") if path else _shipped()
        found = TypeAdapter(Weights).validate_python(yaml.load(text, Loader=yaml.CSafeLoader))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        raise ConfigError("settings.weights", file=shown, reason=str(error)) from error
    return found


def _shipped() -> str:
    packaged = resources.files(__package__) / WEIGHTS_FILE
    if packaged.is_file():
        return packaged.read_text(encoding="utf-8")
    return (Path(__file__).parents[3] / "models" / WEIGHTS_FILE).read_text(encoding="utf-8")
