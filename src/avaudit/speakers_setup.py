"""What an audit needs to tell speakers apart, where its settings ask for it."""

from __future__ import annotations

from dataclasses import dataclass, field

from avaudit.domain.examination import SpeakersRequest
from avaudit.errors import ModelError
from avaudit.models import packages, registry, verify
from avaudit.settings import Settings


@dataclass(frozen=True, slots=True)
class SpeakersSetup:
    """What workers are asked, or why they cannot be; `models` is id -> digest, for the run."""

    request: SpeakersRequest | None = None
    models: dict[str, str] = field(default_factory=dict)
    without: ModelError | None = None


def speakers_setup(settings: Settings) -> SpeakersSetup:
    """Verify the model of the setting `speakers_model` and the packages that it needs.

    Without them speakers are left out, and `without` says why. Raises `ConfigError`
    (`models.unknown`) for a model that nobody has heard of.
    """
    if settings.speakers_model == "none":
        return SpeakersSetup()
    model = registry.find(settings.speakers_model, task="speakers")
    try:
        packages.require_packages(model)
        verify.require(model.id, settings.models_dir)
        models = {model.id: verify.digest(model, settings.models_dir)}
    except ModelError as error:
        return SpeakersSetup(without=error)
    folder = str(settings.models_dir.absolute())
    request = SpeakersRequest(model.id, folder, settings.opening_window_s)
    return SpeakersSetup(request, models)
