"""Numbers that cameras burn in beside their clock: of the device, and of who wears it.

A recogniser confuses letters and digits that look alike and loses blanks: numbers are compared by
their letters and digits alone, each as what it looks like.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from avaudit.domain.osd import OsdLabel

#: What a recogniser is less sure of tells no number.
_SURE = 0.9
#: A device's number as cameras burn it in: said to be one, or letters, a model and a number, apart.
_SAID = re.compile(
    r"(?:\b(?:DEVICE(?: ?ID)?|DEV|ID)|(?:设备|仪器|记录仪)(?:编号|号|ID)?|机号)[:：. ]{1,2}"
    r"([A-Z0-9][A-Z0-9_-]{3,19})",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(?<![A-Za-z0-9])([A-Z]{2,5}[-_ ][A-Z0-9]{1,6}[-_ ]\d{4,10})(?![A-Za-z0-9])"
)
#: The same with its last blank lost, or with letters where digits are.
_GLUED = re.compile(
    r"(?<![A-Za-z0-9])(?=[A-Z0-9_ -]*(?:[0-9][A-Z]{0,2}){4})"
    r"([A-Z]{2,5}[-_ ][A-Z0-9]{0,6}?[-_ ]?[0-9OQDI]{4,10})(?![A-Za-z0-9])"
)
#: The number of who wears the device, said to be one.
_WEARER = re.compile(
    r"(?:(?:行政)?执法证(?:件)?(?:编号|号码|号)?|证件?号码?|警号|警员(?:编号)?|工号"
    r"|人员(?:编号|号)|执法(?:人员|员)(?:编号)?|\b(?:OFFICER|POLICE|USER|PID)(?: ?(?:ID|NO))?)"
    r"[:：. ]{0,2}([A-Z]{0,3}[0-9OoIl]{4,18})(?![0-9])",
    re.IGNORECASE,
)
_LOOKS_LIKE = str.maketrans("OQDILZSB", "00011258")


@dataclass(frozen=True, slots=True)
class OwnNumber:
    """The device's number as the file's name or container has it (None: neither does)."""

    device_id: str | None = None


@dataclass(frozen=True, slots=True)
class Burned:
    """A number that is burned in: as read, and the recogniser's score of the text around it.

    `whole`: no blank of it was lost, so that it is spelt as the camera spells it.
    """

    number: str
    text: str
    score: float
    whole: bool = True


def devices(labels: Iterable[OsdLabel]) -> tuple[Burned, ...]:
    """Numbers of the device among texts that stay beside the clock, the surest pattern first."""
    sure = [label for label in labels if label.score >= _SURE]
    worn = {looks(one.number) for one in wearers(sure)}
    found = _matches((_SAID, _NUMBERED, _GLUED), sure)
    return tuple(one for one in found if not any(looks(one.number).endswith(w) for w in worn))


def wearers(labels: Iterable[OsdLabel]) -> tuple[Burned, ...]:
    """Numbers that are said to be an officer's, or a certificate's."""
    return tuple(_matches((_WEARER,), [label for label in labels if label.score >= _SURE]))


def _matches(patterns: Iterable[re.Pattern[str]], labels: list[OsdLabel]) -> Iterator[Burned]:
    found: set[str] = set()
    for pattern in patterns:
        for label in labels:
            for match in pattern.finditer(label.text):
                number = match.group(1)
                if looks(number) not in found:
                    found.add(looks(number))
                    yield Burned(number, label.text, label.score, pattern is not _GLUED)


def looks(number: str) -> str:
    """A number as it compares: letters and digits alone, each as the digit it looks like."""
    plain = "".join(one for one in number.upper() if one.isalnum())
    return plain.translate(_LOOKS_LIKE)


def same_number(burned: str, known: str) -> bool:
    """Whether what is burned in is a known number, or its end (a model may be left out)."""
    shown, whole = looks(burned), looks(known)
    return bool(shown) and (shown == whole or (len(shown) >= 4 and whole.endswith(shown))
                            or (len(whole) >= 4 and shown.endswith(whole)))  # fmt: skip


def comparable(burned: str, known: str) -> bool:
    """Whether two numbers are of one kind, so that a difference means something: as long as each
    other, or with as many digits at their end."""
    return len(looks(burned)) == len(looks(known)) or (
        _digits_at_end(burned) == _digits_at_end(known) >= 4
    )


def _digits_at_end(number: str) -> int:
    plain = looks(number)
    return len(plain) - len(plain.rstrip("0123456789"))
