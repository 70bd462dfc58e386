"""The list of matters to be recorded (Article 8), and which of them an activity is about."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from avaudit.domain.register import Activity


class Duty(StrEnum):
    """Whether a matter must be recorded (Article 10) or may be, as circumstances have it (11)."""

    MUST = "must"
    MAY = "may"


@dataclass(frozen=True, slots=True)
class Matter:
    """One entry of the list. Texts are by language (`zh`, `en`).

    `names` are what registers call it, `never` what holds such a name and is something else.
    `manner` names the kinds of recording that will do: video, audio, photo.
    """

    id: str
    article: str
    duty: Duty
    names: tuple[str, ...]
    title: Mapping[str, str]
    content: Mapping[str, str]
    stages: Mapping[str, str]
    manner: tuple[str, ...]
    never: tuple[str, ...] = field(default=())


def matter_of(activity: Activity, matters: Iterable[Matter]) -> Matter | None:
    """The matter that an activity is about, by its kind and its stages; None where none is named.

    The kind has to hold one of the matter's names, a stage has to be one: what is done in a stage
    (a document served) is not what the document is about. Of several matters the one that must
    be recorded counts, then the one with the longest name.
    """
    kind, stages = folded(activity.kind), {folded(stage) for stage in activity.stages}
    found = [
        (matter.duty is Duty.MUST, len(name), matter)
        for matter in matters
        for name in map(folded, matter.names)
        if name in stages or (name in kind and not any(folded(n) in kind for n in matter.never))
    ]
    return max(found, key=lambda one: one[:2], default=(False, 0, None))[2]


def folded(text: str) -> str:
    """Letters and digits alone, of whatever width: spaces and brackets are layout."""
    wide = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in wide if character.isalnum())
