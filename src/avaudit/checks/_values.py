"""What of the elements themselves was heard, whatever introduces them."""

from __future__ import annotations

from collections.abc import Iterable

from avaudit.domain.register import Expected
from avaudit.language.heard import Heard
from avaudit.language.naming import mentions, spots
from avaudit.language.notices import heard_notice
from avaudit.language.phrases import (
    fits,
    introduced_values,
    place_core,
    places_alone,
    town,
)
from avaudit.language.stages import heard_stages
from avaudit.language.times import find_times

Places = list[tuple[int, int]]


def values_heard(
    heard: Heard, expected: Expected, min_score: float, name_score: float | None = None
) -> dict[str, Places]:
    """Where values of each element of Article 14 were heard: characters `[begin, end)`.

    Values of the register are found from `min_score` on (0 to 1, by sound), names of officers from
    `name_score` on where it is given. Elements of which nothing was heard are left out.
    """
    names = spots(heard, expected.officers, "officers", name_score or min_score)
    own = expected.activity
    places = [*expected.places, *([own.place] if own else [])]
    targets = [*expected.targets, *([own.target] if own else [])]
    notice = heard_notice(heard, min_score)
    found: dict[str, Places] = {
        "time": [(time.begin, time.end) for time in find_times(heard.text)],
        "place": [
            *_fitting([*places, *map(place_core, places)], heard, min_score),
            *introduced_values(heard, "place"),
            *places_alone(heard),
        ],
        "officers": [
            *((spot.match.begin, spot.match.end) for spot in names),
            *((mention.begin, mention.end) for mention in mentions(heard, "officers")),
        ],
        "cause": _fitting(expected.causes, heard, min_score),
        "target": [
            *_fitting(targets, heard, min_score),
            *((mention.begin, mention.end) for mention in mentions(heard, "target")),
            *introduced_values(heard, "target"),
        ],
        "stage": [
            *_fitting(expected.stages, heard, min_score),
            *((match.begin, match.end) for match in heard_stages(heard, min_score).values()),
        ],
        "notice": [(notice.begin, notice.end)] if notice else [],
    }
    return {element: at for element, at in found.items() if at}


def values_at(heard: Heard, expected: Expected, min_score: float) -> Places:
    """Where the activity's own place, cause, target and officers were heard, and towns of the
    register: characters `[begin, end)`."""
    towns = {town(place) for place in expected.places}
    found = _fitting(towns, heard, _EXACTLY)
    if own := expected.activity:
        values = [own.place, place_core(own.place), own.cause, own.target]
        found += _fitting(values, heard, min_score)
        names = spots(heard, own.officers, "officers", _EXACTLY)
        found += [(spot.match.begin, spot.match.end) for spot in names]
    return found


#: Names of so few syllables sound like much else.
_EXACTLY = 0.9


def _fitting(values: Iterable[str], heard: Heard, min_score: float) -> Places:
    found = fits(filter(None, values), heard)
    return [(f.match.begin, f.match.end) for f in found if f.match.score >= min_score]
