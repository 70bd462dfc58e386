"""How well the elements of opening statements are heard and compared with the register."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from avaudit.evaluate.figures import Share, share
from avaudit.evaluate.pairing import Labelled
from avaudit.language.naming import same_sound

#: How a store words its matches: see `statement_elements`.
_HEARD = ("confirmed", "said")
_CONFIRMED, _DIFFERS, _ABSENT = "confirmed", "differs", "absent"
#: No row for the element: the opening was not judged.
_NOT_JUDGED = "not_judged"

#: What is true of an element in a file.
_REGISTERED, _OTHERWISE, _OMITTED, _NO_STATEMENT = (
    "said", "said_otherwise", "omitted", "no_statement",
)  # fmt: skip
_OFFICERS, _TIME = "officers", "time"
_NAME_SEPARATOR = "\u3001"  # the ideographic comma that parts names in a value

#: Syllables that are no more unlike than this (0 to 1) are those that dialects merge.
_MERGED = 0.8

#: `2026-11-18 09:30`; a part that was not said is dashes, as in `---- 11-18 09:30`.
_VALUE = re.compile(
    r"(?P<year>\d{4})?\D*?(?:(?P<month>\d\d)-(?P<day>\d\d))?"
    r"\D*(?P<hour>\d\d|--):(?P<minute>\d\d|--)"
)


@dataclass(frozen=True, slots=True)
class ElementFigures:
    """One element over all files with labels of it.

    Of files where it is said as registered: `recall` (heard) and `false_absent` (reported as not
    said). Of those where it is left out: `absent` (reported so). Of those where something else is
    said than registered: `differs` (reported so), `wrongly_confirmed`. `precision`: of all rows
    that say it was heard, those where it is said as registered. `matches`: what is true -> what
    the store says -> number of files.
    """

    element: str
    recall: Share
    precision: Share
    absent: Share
    false_absent: Share
    differs: Share
    wrongly_confirmed: Share
    matches: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class NameFigures:
    """Officers by name: those said and registered that are found; those found that were said.

    `doubles` is the recall of those whose name sounds like another one of the labelled registers:
    sound can't tell them apart, so few are to be found. `apart` is the recall of all others.
    """

    recall: Share
    precision: Share
    apart: Share
    doubles: Share


@dataclass(frozen=True, slots=True)
class TimeFigures:
    """Parts of the time, of the files where each is said: those where the store has the same."""

    date: Share
    hour: Share
    minute: Share


def element_figures(files: Sequence[Labelled]) -> tuple[ElementFigures, ...]:
    """Figures of every element that the labels name, in their order."""
    labelled = _labelled(files)
    names = dict.fromkeys(name for file in labelled for name in file.truth.elements or ())
    return tuple(_figures(name, labelled) for name in names)


def _labelled(files: Sequence[Labelled]) -> list[Labelled]:
    return [file for file in files if file.truth.labels_elements]


def _figures(element: str, files: Sequence[Labelled]) -> ElementFigures:
    matches: dict[str, Counter[str]] = {}
    for file in files:
        row = file.elements.get(element)
        match = str(row["match"]) if row else _NOT_JUDGED
        matches.setdefault(_truth(element, file), Counter())[match] += 1
    said, otherwise, omitted = (
        matches.get(kind, Counter()) for kind in (_REGISTERED, _OTHERWISE, _OMITTED)
    )
    heard = sum(_of(found, *_HEARD) for found in matches.values())
    return ElementFigures(
        element=element,
        recall=share(_of(said, *_HEARD), said.total()),
        precision=share(_of(said, *_HEARD), heard),
        absent=share(_of(omitted, _ABSENT), omitted.total()),
        false_absent=share(_of(said, _ABSENT), said.total()),
        differs=share(_of(otherwise, _DIFFERS), otherwise.total()),
        wrongly_confirmed=share(_of(otherwise, _CONFIRMED), otherwise.total()),
        matches=matches,
    )


def _of(found: Counter[str], *matches: str) -> int:
    return sum(found[match] for match in matches)


def _truth(element: str, file: Labelled) -> str:
    """What is true of an element in a file."""
    if file.truth.elements is None:
        return _NO_STATEMENT
    if not file.truth.elements.get(element):
        return _OMITTED
    return _OTHERWISE if element in file.truth.differs else _REGISTERED


def name_figures(files: Sequence[Labelled]) -> NameFigures:
    """Officers, name by name: a statement that names two counts twice."""
    labelled = _labelled(files)
    doubles = _doubles({n for file in labelled for n in file.truth.register.officers or ()})
    seen: Counter[tuple[bool, bool]] = Counter()
    right = given = 0
    for file in labelled:
        heard = {name for name in _value(file, _OFFICERS).split(_NAME_SEPARATOR) if name}
        seen.update((name in doubles, name in heard) for name in {*file.truth.names_to_confirm})
        right += len(heard & set(file.truth.names_said))
        given += len(heard)
    apart, alike = (
        share(seen[kind, True], seen[kind, True] + seen[kind, False]) for kind in (False, True)
    )
    return NameFigures(
        share(apart.n + alike.n, apart.of + alike.of), share(right, given), apart, alike
    )


def _doubles(roster: Collection[str]) -> set[str]:
    """Names that sound like another one, or that dialects merge with it."""
    pairs = ((a, b) for a, b in combinations(sorted(roster), 2) if same_sound(a, b, _MERGED))
    return {name for pair in pairs for name in pair}


def _value(file: Labelled, element: str) -> str:
    row = file.elements.get(element)
    return str(row["value"] or "") if row else ""


def time_figures(files: Sequence[Labelled]) -> TimeFigures:
    """The time, part by part, whatever the register has."""
    right: dict[str, list[bool]] = {"date": [], "hour": [], "minute": []}
    for file in _labelled(files):
        for part, as_said in _time_parts(file):
            right[part].append(as_said)
    return TimeFigures(**{part: share(sum(seen), len(seen)) for part, seen in right.items()})


def _time_parts(file: Labelled) -> Iterator[tuple[str, bool]]:
    """Each part that is said, and whether the store has it so."""
    spoken, heard = file.truth.spoken, _VALUE.fullmatch(_value(file, _TIME))
    if spoken.date is not None:
        yield "date", heard is not None and _same_date(spoken.date, heard)
    if spoken.hour is not None:
        yield "hour", heard is not None and heard["hour"] == f"{spoken.hour:02}"
    if spoken.minute is not None:
        yield "minute", heard is not None and heard["minute"] == f"{spoken.minute:02}"


def _same_date(spoken: str, heard: re.Match[str]) -> bool:
    month_day = f"{heard['month']}-{heard['day']}"
    return spoken in (month_day, f"{heard['year']}-{month_day}")
