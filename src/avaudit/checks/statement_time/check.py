"""Is the time said, and is it the time that the recording's clocks and the register tell?

Recognisers mishear numbers, so a time that differs is for review, never a failure by itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import Field

from avaudit.checks._declare import check
from avaudit.checks._element import CODES, ElementParams, Opening, opening_of
from avaudit.domain.finding import Measured
from avaudit.domain.media import Clocks, ClockSource
from avaudit.domain.register import Expected
from avaudit.domain.signal import DigitalSilence, LineUp, Speech, Transcript
from avaudit.language.clock_forms import STYLES, forms, near, rivals, written_date
from avaudit.language.match import Match, find
from avaudit.language.naming import between_cues
from avaudit.language.times import SpokenTime, complete, find_times, shown

_CODES = ("confirmed", "said", "may_differ", "absent", "unsure")


class Params(ElementParams):
    """`tolerance_s`: how far a time as said may lie from a clock; `loose_s`: one that is said by
    the hour only, or roughly. From `near_score` on something like the clock's time was said."""

    tolerance_s: float = Field(gt=0)
    loose_s: float = Field(gt=0)
    near_score: float = Field(gt=0, le=1)


@check("statement.time", codes={name: CODES[name] for name in _CODES})
def time(
    transcript: Transcript, speech: Speech, silence: DigitalSilence, expected: Expected,
    clocks: Clocks, lineup: LineUp | None, params: Params,
) -> Measured:  # fmt: skip
    """Compare the spoken time with the clocks; what was left unsaid is theirs, and told so."""
    opening = opening_of(transcript, speech, silence, params, lineup)
    spoken = find_times(opening.heard.text)
    told = [one for one in spoken if one.hour is not None or one.day is not None]
    references = _references(clocks, expected, opening, told)
    compared = [(_difference(one, at, params), one) for one in told for at in references]
    difference, best = min(
        compared, key=lambda pair: (pair[0] > 0, pair[0], pair[1].begin), default=(None, None)
    )
    if best is not None and difference == 0.0 and best.hour is not None:
        return _answer(opening, "confirmed", best, references[0])
    dated = best and _date_misheard(opening, best, references, params)
    if dated and any(_difference(dated, one, params) == 0.0 for one in references):
        return _answer(opening, "confirmed", dated, references[0])
    if misheard := _misheard(opening, references, told, params):
        return misheard
    if best is not None:
        code = "unsure" if best.damaged or _same_clock(best, references, params) else "may_differ"
        return _answer(opening, code, best, references[0])
    if told:
        return _answer(opening, "said", told[0], None)
    return _none(opening, spoken)


def _none(opening: Opening, spoken: Sequence[SpokenTime]) -> Measured:
    """No time can be read: one that came out damaged, numbers that may be one, or none at all."""
    if damaged := next((one for one in spoken if one.damaged), None):
        return _answer(opening, "unsure", damaged, None)
    if number := _NUMBERS.search(opening.heard.text):
        return opening.answer("unsure", number.span(), value=number.group())
    return opening.answer("absent")


def _references(
    clocks: Clocks, expected: Expected, opening: Opening, told: Sequence[SpokenTime]
) -> list[datetime]:
    """What the time was when it was said, by every clock worth asking, and by the register.

    The file system's time is that of the last write: it is no clock of the recording's.
    """
    heard = opening.heard
    said = heard.span(told[0].begin, told[0].end) if told else opening.region
    own = [c for c in clocks.readings if c.source is not ClockSource.MTIME]
    references = [c.at + timedelta(seconds=said.onset_s) for c in own]
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


def _same_clock(spoken: SpokenTime, references: Sequence[datetime], params: Params) -> bool:
    """Whether the time of day is right and only the date differs, which is often misheard."""
    if spoken.hour is None:
        return True
    minute = spoken.minute or 0
    moments = [at.replace(hour=spoken.hour, minute=minute) for at in references]
    missed = (abs((m - at).total_seconds()) for m, at in zip(moments, references, strict=True))
    return any(one <= params.tolerance_s for one in missed)


def _misheard(
    opening: Opening, references: Sequence[datetime], told: Sequence[SpokenTime], params: Params
) -> Measured | None:
    """Whether a time that the clocks tell was said and misheard: a line-up with other times."""
    own = sorted({clock for at in references for clock in near(at, params.tolerance_s)})
    free = between_cues(opening.heard)
    fits = [
        (find(form, opening.heard, *stretch), clock, style)
        for clock in own for style in STYLES for form in forms(clock, style)
        if len(form) >= _SHORTEST for stretch in free
    ]  # fmt: skip
    spot, clock, style = max(
        fits, key=lambda f: (f[0].score, len(f[0].value)), default=(None, None, None)
    )
    if not spot or not clock or not style or spot.score < params.unsure_score:
        return None
    at = (spot.begin, spot.end)
    mine = {spot.value, *(form for one in own for form in forms(one, style))}
    others = {form for one in rivals(clock, own) for form in forms(one, style)}
    how = opening.settles(at, sorted(mine), sorted(others - mine))
    allowed = _AS_HEARD if _is_told(spot, told) else params.max_behind
    if how is None or how.lead < params.min_lead or how.behind > allowed:
        if told or spot.score < params.near_score:
            return None
        return opening.answer("unsure", at, value=opening.heard.quote(*at), score=spot.score)
    read = _as_read(opening.heard.text, at, how.reading)
    # The time of day may be the clock's, and the date that was heard with it another one.
    right = any(_difference(read, one, params) == 0.0 for one in references)
    completed = complete(read, references[0])
    return opening.answer(
        "confirmed" if right else "unsure", at, value=shown(read), score=spot.score,
        expected=f"{references[0]:%Y-%m-%d %H:%M}", lead=how.lead, heard=opening.heard.quote(*at),
        filled=list(completed.filled),
    )  # fmt: skip


def _date_misheard(
    opening: Opening, told: SpokenTime, references: Sequence[datetime], params: Params
) -> SpokenTime | None:
    """A time whose date was said as the clocks have it and misheard: a line-up of dates."""
    text = opening.heard.text
    date = written_date(text, told.begin, told.end)
    if date is None or told.hour is None or not _same_clock(told, references, params):
        return None
    on, place = references[0], (date.begin, date.end)
    how = opening.settles(place, (date.form(on),), date.rivals(on))
    if how is None or how.lead < params.min_lead or how.behind > _DATE_BEHIND:
        return None
    return _as_read(text, place, how.reading)


def _as_read(text: str, at: tuple[int, int], reading: str) -> SpokenTime:
    """The time that a reading of characters `[begin, end)` makes with the words around it."""
    begin, end = at
    around = find_times(text[:begin] + reading + text[end:])
    whole = [one for one in around if one.begin < begin + len(reading) and begin < one.end]
    return next((one for one in whole if one.hour is not None), find_times(reading)[0])


def _is_told(spot: Match, told: Sequence[SpokenTime]) -> bool:
    """Whether what was heard there is a time by itself: then it is a rival like the others."""
    clocks = (one for one in told if one.hour is not None)
    return any(one.begin < spot.end and spot.begin < one.end for one in clocks)


#: Two numbers with a mark between, as recognisers write times of day whose words they lost; a month
#: and a number; a part of the day beside a number.
_NUMBERS = re.compile(
    r"(?<![\d.:])\d{1,2}[.:]\d{2}(?![\d.:])|\d{1,2}\u6708\d{1,2}(?!\d)"
    r"|[\u4e0a\u4e0b\u4e2d]\u5348.?\d|\d[.:]?\d?.?[\u4e0a\u4e0b\u4e2d]\u5348"
)
#: Shorter forms fit anywhere. Where another whole time was heard, the clock's must be as probable.
_SHORTEST, _AS_HEARD = 3, 0.25
#: Dates that were misheard were at most 0.7 a character less probable than what was heard; one that
#: was not said, 1.7 (statements looked at).
_DATE_BEHIND = 1.0


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
