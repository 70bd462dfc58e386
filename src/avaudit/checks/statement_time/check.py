"""Is the time said, and is it the time that the recording's clocks and the register tell?

Recognisers mishear numbers, so a time that differs is for review, never a failure by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import Field

from avaudit.checks._declare import check
from avaudit.checks._element import CODES, ElementParams, Opening, opening_of
from avaudit.domain.finding import Measured
from avaudit.domain.media import Clocks, ClockSource
from avaudit.domain.register import Expected
from avaudit.domain.signal import DigitalSilence, Speech, Transcript
from avaudit.language.times import SpokenTime, complete, find_times, shown

_CODES = ("confirmed", "said", "may_differ", "absent", "unsure")


class Params(ElementParams):
    """`tolerance_s`: how far a time as said may lie from a clock; `loose_s`: one that is said by
    the hour only, or roughly."""

    tolerance_s: float = Field(gt=0)
    loose_s: float = Field(gt=0)


@check("statement.time", codes={name: CODES[name] for name in _CODES})
def time(
    transcript: Transcript, speech: Speech, silence: DigitalSilence, expected: Expected,
    clocks: Clocks, params: Params,
) -> Measured:  # fmt: skip
    """Compare the spoken time with the clocks; what was left unsaid is theirs, and told so."""
    opening = opening_of(transcript, speech, silence, params)
    spoken = find_times(opening.heard.text)
    told = [one for one in spoken if _tells(one)]
    if not told:
        damaged = next((one for one in spoken if one.damaged), None)
        if damaged is None:
            return opening.answer("absent")
        return opening.answer("unsure", (damaged.begin, damaged.end), value=shown(damaged))
    references = _references(clocks, expected, opening, told[0])
    compared = [(_difference(one, at, params), one) for one in told for at in references]
    if not compared:
        return _answer(opening, "said", told[0], None)
    difference, best = min(compared, key=lambda pair: (pair[0] > 0, pair[0], pair[1].begin))
    code = "confirmed" if difference == 0.0 else "may_differ"
    if code == "may_differ" and (best.damaged or best.hour is None):
        code = "unsure"
    return _answer(opening, code, best, references[0])


def _tells(spoken: SpokenTime) -> bool:
    """Whether at least an hour or a day is known of a spoken time."""
    return spoken.hour is not None or spoken.day is not None


def _references(
    clocks: Clocks, expected: Expected, opening: Opening, spoken: SpokenTime
) -> list[datetime]:
    """What the time was when it was said, by every clock worth asking, and by the register.

    The file system's time is that of the last write, so it is asked only where nothing else is.
    """
    said_s = opening.heard.span(spoken.begin, spoken.end).onset_s
    own = [c for c in clocks.readings if c.source is not ClockSource.MTIME]
    references = [c.at + timedelta(seconds=said_s) for c in own]
    if expected.activity and expected.activity.started_at:
        references.append(expected.activity.started_at)
    return references


def _difference(spoken: SpokenTime, at: datetime, params: Params) -> float:
    """By how many seconds a spoken time misses a clock's; 0.0 within the tolerance.

    A year alone that differs counts as misheard: 2016 is what is heard of 2026.
    """
    tolerance = params.tolerance_s
    if spoken.hour is None:
        tolerance = 86400.0
    elif spoken.minute is None or spoken.approximate:
        tolerance = params.loose_s
    missed = [abs((r - at).total_seconds()) for r in _readings(spoken, at)]
    least = min(missed, default=params.loose_s + 86400.0)
    return 0.0 if least <= tolerance else least


def _readings(spoken: SpokenTime, at: datetime) -> Sequence[datetime]:
    readings = list(complete(spoken, at).readings)
    for reading in tuple(readings):
        if reading.year != at.year and (reading.month, reading.day) == (at.month, at.day):
            readings.append(reading.replace(year=at.year))
    return readings


def _answer(opening: Opening, code: str, spoken: SpokenTime, at: datetime | None) -> Measured:
    completed = complete(spoken, at) if at else None
    return opening.answer(
        code,
        (spoken.begin, spoken.end),
        value=shown(spoken),
        expected=f"{at:%Y-%m-%d %H:%M}" if at else "",
        score=opening.heard.probability(spoken.begin, spoken.end),
        filled=list(completed.filled) if completed else [],
        heard=spoken.text,
    )
