"""The opening statement as officers would say it in full: a sentence for each element.

The sentences are Chinese whatever the language around them: that is what officers speak.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from avaudit.i18n import LANGUAGES, say

Row = Mapping[str, Any]

_SPOKEN = LANGUAGES[0]
#: Law asks for two officers at the least.
_LEAST_OFFICERS = 2
#: A part of the day, by the first hour after it.
_PERIODS = {6: "night", 12: "morning", 13: "noon", 18: "afternoon", 24: "evening"}


def sentences(activity: Row | None, at: datetime | None) -> dict[str, str]:
    """By element, in the order of Article 14, what would state it; blanks for what nobody knows.

    `activity` is the register's row, `at` the local time at which the recording begins.
    """
    known: Row = activity or {}
    values = {name: known.get(name) or _blank() for name in ("place", "cause", "target")}
    stages = _join(known.get("stages") or [_blank()])
    unit = known.get("unit") or ("" if activity else _blank())
    return {
        "time": say("receipt.say_time", _SPOKEN, value=spoken_time(at)),
        "place": say("receipt.say_place", _SPOKEN, value=values["place"]),
        "officers": say("receipt.say_officers", _SPOKEN, unit=unit, value=_officers(known)),
        "cause": say("receipt.say_cause", _SPOKEN, value=values["cause"]),
        "target": say("receipt.say_target", _SPOKEN, value=values["target"]),
        "stage": say("receipt.say_stage", _SPOKEN, value=stages),
        "notice": say("receipt.say_notice", _SPOKEN),
    }


def spoken_time(at: datetime | None) -> str:
    """A local time as it is said: by the clock of twelve hours, with the part of the day."""
    if at is None:
        return say("receipt.spoken_blank", _SPOKEN)
    part = next(name for end, name in _PERIODS.items() if at.hour < end)
    values = {
        "year": at.year, "month": at.month, "day": at.day, "minute": at.minute,
        "hour": at.hour if at.hour <= 12 else at.hour - 12,
        "period": say(f"receipt.period_{part}", _SPOKEN),
    }  # fmt: skip
    return say("receipt.spoken_minute" if at.minute else "receipt.spoken_hour", _SPOKEN, **values)


def _officers(activity: Row) -> str:
    """Names with the numbers of certificates, where the register has one for each."""
    names: Sequence[str] = activity.get("officers") or ()
    numbers: Sequence[str] = activity.get("cert_nos") or ()
    if len(numbers) != len(names):
        numbers = [_blank()] * len(names)
    pairs = list(zip(names, numbers, strict=True))
    pairs += [(_blank(), _blank())] * (_LEAST_OFFICERS - len(pairs))
    return _join(
        [say("receipt.spoken_officer", _SPOKEN, name=name, number=number) for name, number in pairs]
    )


def _join(parts: Sequence[str]) -> str:
    return say("receipt.spoken_join", _SPOKEN).join(parts)


def _blank() -> str:
    return say("receipt.blank", _SPOKEN)
