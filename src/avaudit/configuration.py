"""What an audit is made with: rule book, models, register, and the run that they make."""

from __future__ import annotations

from dataclasses import dataclass, field

from avaudit import __version__, codec
from avaudit.checks._run import Bound, bind
from avaudit.domain.examination import Listening, SpeechRequest
from avaudit.domain.finding import Run
from avaudit.domain.reference import Knowledge
from avaudit.domain.register import Activity, Register
from avaudit.domain.rule import RuleBook
from avaudit.errors import ModelError
from avaudit.ingest.names import Names
from avaudit.ingest.references import read_references
from avaudit.models import registry, verify
from avaudit.models.weights import load_weights
from avaudit.rules.load import load_rulebook
from avaudit.rules.names import name_patterns
from avaudit.settings import Settings
from avaudit.speakers_setup import SpeakersSetup, speakers_setup
from avaudit.workdays.calendar import WorkCalendar
from avaudit.workdays.overrides import load_calendar


@dataclass(frozen=True, slots=True)
class Configuration:
    """What an audit is made with, all of it validated: the rule book bound to its checks."""

    settings: Settings
    book: RuleBook
    bound: tuple[Bound, ...]
    run: Run
    speech: SpeechRequest | None
    without_speech: ModelError | None
    register: Register | None = None
    speakers: SpeakersSetup = field(default_factory=SpeakersSetup)
    names: Names = field(default_factory=lambda: Names(name_patterns()))
    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    knowledge: Knowledge = field(default_factory=lambda: Knowledge(load_weights()))

    @property
    def activities(self) -> tuple[Activity, ...]:
        return self.register.activities if self.register else ()


def configure(settings: Settings, register: Register | None = None) -> Configuration:
    """Load and validate what an audit needs.

    A model that is missing or altered does not stop the rest: speech is left out, every rule that
    needs it stays open, and `without_speech` says why; likewise speakers, which no rule needs.
    Raises `RuleBookError`, and `ConfigError` for patterns of names, a holidays file, weights or
    references with mistakes, and for a model that nobody has heard of.
    """
    book = load_rulebook(settings.rulebook)
    listening = Listening(
        settings.opening_window_s,
        max(settings.opening_window_s, settings.opening_max_s),
        settings.restart_window_s,
        settings.closing_window_s,
        settings.deep,
    )
    speech, models, without = _speech(settings, listening)
    speakers = speakers_setup(settings)
    knowledge = Knowledge(
        load_weights(settings.integrity_weights), read_references(settings.references_folder)
    )
    identity = {
        "rulebook": book.id,
        "rulebook_version": book.version,
        "rulebook_sha256": book.sha256,
        "models": {**models, **speakers.models},
        "measurement": {"listening": listening.label, "knowledge": codec.digest(knowledge)[:16]},
        "avaudit_version": __version__,
    }
    run = codec.from_plain(Run, {"run_id": codec.digest(identity)[:16], **identity})
    names = Names(name_patterns(settings.name_patterns))
    calendar = load_calendar(settings.holidays_file)
    return Configuration(
        settings, book, bind(book), run, speech, without, register, speakers, names, calendar,
        knowledge,
    )  # fmt: skip


def _speech(
    settings: Settings, listening: Listening
) -> tuple[SpeechRequest | None, dict[str, str], ModelError | None]:
    if settings.speech_model == "none":
        return None, {}, None
    model = registry.find(settings.speech_model, task="speech")
    try:
        folder = verify.require(model.id, settings.models_dir)
    except ModelError as error:
        return None, {}, error
    request = SpeechRequest(model.id, str(folder), settings.device, listening)
    return request, {model.id: verify.digest(model, settings.models_dir)}, None
