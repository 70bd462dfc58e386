"""Find the burned-in clock: text that stays in its place while the scene moves, and is a clock.

A clock on a wall, or a date on a poster, moves with the scene; what the camera writes stays where
it is to the pixel. So text is looked for in a few pictures far apart, and only what lies at the
same place in several of them is read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from avaudit.domain.osd import OsdBox, OsdLabel, OsdText
from avaudit.signals.text_reader import Corners, ReadText, TextReader

Luma = npt.NDArray[np.uint8]

#: Clocks stand at the top or the bottom; where nothing does, small pictures are searched whole.
_STRIP, _WHOLE_UP_TO = 0.2, 800
#: How far text may be off its place, in its height.
_PLACE = 0.35
#: Texts that are read at most: more of them are no burned-in lines.
_MOST_TEXTS = 12
_LEAST_SCORE = 0.6
_GAP = 12


@dataclass(frozen=True, slots=True)
class Grammar:
    """How a recognised text is read: a line with date, time or both, and a time by itself."""

    line: Callable[[str], OsdText | None]
    time: Callable[[str], OsdText | None]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where to read: the time alone, the whole line with it, and the date where there is one."""

    time: OsdBox
    line: OsdBox
    date: OsdBox | None
    form: str

    @property
    def box(self) -> OsdBox:
        """The clock with its date."""
        return self.line if self.date is None else _around([self.line, self.date])


@dataclass(slots=True)
class _Spot:
    """Text at one place in several pictures, and what it reads there (by picture)."""

    boxes: dict[int, Corners]
    texts: dict[int, ReadText] = field(default_factory=dict)
    parsed: dict[int, OsdText] = field(default_factory=dict)

    @property
    def box(self) -> OsdBox:
        return _around([_box(corners) for corners in self.boxes.values()])

    @property
    def clocks(self) -> list[OsdText]:
        return [one for one in self.parsed.values() if one.clock_s is not None]

    @property
    def dated(self) -> list[OsdText]:
        return [one for one in self.parsed.values() if one.dates]


def find(
    pictures: Sequence[Luma], reader: TextReader, grammar: Grammar
) -> tuple[Layout | None, tuple[OsdLabel, ...]]:
    """The layout of the clock (None: there is none), and the other texts that stay in place.

    `pictures` have one shape and lie well apart in time.
    """
    spots = _read_spots(pictures, [_in_strips(p, reader) for p in pictures], reader, grammar)
    height, width = pictures[0].shape
    if not any(s.clocks for s in spots) and max(height, width) <= _WHOLE_UP_TO:
        spots = _read_spots(pictures, _anywhere(pictures, reader), reader, grammar)
    needed = min(2, len(pictures))
    clock = max((s for s in spots if len(s.clocks) >= needed), key=_likely_clock, default=None)
    day = _date_beside(clock, spots, needed) if clock and not clock.dated else None
    rest = [s for s in spots if s is not clock and s is not day]
    labels = tuple(one for s in rest if (one := _label(s, needed)))
    if clock is None:
        return None, labels
    return _layout(clock, day, pictures, reader, grammar), _beside(clock) + labels


def _in_strips(picture: Luma, reader: TextReader) -> list[Corners]:
    """Text at the top and the bottom, both looked at as one picture."""
    height, width = picture.shape
    strip = max(32, round(_STRIP * height))
    if 2 * strip >= height:
        return reader.find(picture)
    gap = np.full((_GAP, width), 128, np.uint8)
    both = np.concatenate([picture[:strip], gap, picture[-strip:]])
    found = []
    for left, top, right, bottom in reader.find(both):
        if bottom <= strip + _GAP // 2:
            found.append((left, top, right, min(bottom, strip)))
        elif top >= strip + _GAP // 2:
            shift = height - strip - strip - _GAP
            found.append((left, max(top, strip + _GAP) + shift, right, bottom + shift))
    return found


def _anywhere(pictures: Sequence[Luma], reader: TextReader) -> list[list[Corners]]:
    """Text anywhere, in each picture. A clock stays: where every second picture holds no text, the
    others are not looked at."""
    found = {n: reader.find(pictures[n]) for n in range(0, len(pictures), 2)}
    if any(found.values()):
        found |= {n: reader.find(pictures[n]) for n in range(1, len(pictures), 2)}
    return [found.get(n, []) for n in range(len(pictures))]


def _read_spots(
    pictures: Sequence[Luma], found: Sequence[list[Corners]], reader: TextReader, grammar: Grammar
) -> list[_Spot]:
    """What stays in its place, read: clocks and dates in every picture, other texts in two."""
    spots: list[_Spot] = []
    for number, boxes in enumerate(found):
        for corners in boxes:
            spot = next((s for s in spots if number not in s.boxes and _same(s, corners)), None)
            if spot:
                spot.boxes[number] = corners
            else:
                spots.append(_Spot({number: corners}))
    staying = [s for s in spots if len(s.boxes) >= min(2, len(pictures))]
    staying.sort(key=lambda s: -len(s.boxes))
    for spot in staying[:_MOST_TEXTS]:
        box, tried = spot.box, sorted(range(len(pictures)), key=lambda n: n not in spot.boxes)
        for number in tried:
            if len(spot.texts) >= 2 and not spot.parsed:
                break
            text = reader.read(crop(pictures[number], box))
            spot.texts[number] = text
            if text.score >= _LEAST_SCORE and (parsed := grammar.line(text.text)):
                spot.parsed[number] = parsed
    return staying[:_MOST_TEXTS]


def _same(spot: _Spot, corners: Corners) -> bool:
    """Whether a box lies where another does; one end may move as the text's width changes."""
    other = next(iter(spot.boxes.values()))
    near = _PLACE * min(other[3] - other[1], corners[3] - corners[1])
    middle = abs(other[0] + other[2] - corners[0] - corners[2]) / 2
    across = min(abs(other[0] - corners[0]), abs(other[2] - corners[2]), middle)
    along = max(abs(other[1] - corners[1]), abs(other[3] - corners[3]))
    return along <= near and across <= near + 2 and _alike(other, corners)


def _alike(one: Corners, other: Corners) -> bool:
    widths = sorted((one[2] - one[0], other[2] - other[0]))
    return widths[0] >= 0.75 * widths[1]


def _likely_clock(spot: _Spot) -> tuple[int, bool, bool, float]:
    clocks = spot.clocks
    moves = len({one.clock_s for one in clocks}) > 1
    return len(clocks), moves, bool(spot.dated), sum(one.score for one in clocks)


def _date_beside(clock: _Spot, spots: Sequence[_Spot], needed: int) -> _Spot | None:
    """The date above, below or beside a clock that has none of its own."""
    at = clock.box
    near = []
    for spot in spots:
        box = spot.box
        apart = max(box.top - at.top - at.height, at.top - box.top - box.height, 0)
        if spot is not clock and len(spot.dated) >= needed and apart <= 3 * at.height:
            near.append((apart, abs(box.left - at.left), spot))
    return min(near, key=lambda one: one[:2])[2] if near else None


def _label(spot: _Spot, needed: int) -> OsdLabel | None:
    """A text that reads the same in several pictures."""
    texts = [t for t in spot.texts.values() if t.score >= _LEAST_SCORE and t.text.strip()]
    same = [t for t in texts if sum(t.text == other.text for other in texts) >= needed]
    if not same:
        return None
    best = max(same, key=lambda t: t.score)
    return OsdLabel(best.text.strip(), round(best.score, 3), spot.box)


def _beside(clock: _Spot) -> tuple[OsdLabel, ...]:
    """What stands in one line with the clock."""
    rests = {
        number: (spot_text.text[: at.span[0]].strip(), spot_text.text[at.span[1] :].strip())
        for number, at in clock.parsed.items()
        if (spot_text := clock.texts[number])
    }
    found = {text for pair in rests.values() for text in pair if len(text) >= 2}
    staying = [t for t in sorted(found) if sum(t in p for p in rests.values()) * 2 > len(rests)]
    score = max(text.score for text in clock.texts.values())
    return tuple(OsdLabel(text, round(score, 3), clock.box) for text in staying)


def _layout(
    clock: _Spot, day: _Spot | None, pictures: Sequence[Luma], reader: TextReader, grammar: Grammar
) -> Layout:
    line = clock.box
    form = clock.clocks[0].form
    date_box = line if clock.dated else day.box if day else None
    if day:
        form = f"{day.dated[0].form} | {form}"
    for margin in (0.9, 0.55):
        time = _time_box(clock, line, margin)
        if (
            time
            and time.width < 0.8 * line.width
            and _reads_alike(clock, time, pictures, reader, grammar)
        ):
            return Layout(time, line, date_box, form)
    return Layout(line, line, date_box, form)


def _time_box(clock: _Spot, line: OsdBox, margin: float) -> OsdBox | None:
    """The part of the line that holds the time, with a margin in widths of a character."""
    lefts, rights = [], []
    for number, at in clock.parsed.items():
        if at.time_span is None:
            continue
        centres = np.asarray(clock.texts[number].centres[slice(*at.time_span)])
        centres = centres[np.isfinite(centres)]
        if len(centres) < 4:
            continue
        pitch = float(centres[-1] - centres[0]) / (len(centres) - 1)
        lefts.append(float(centres[0]) - margin * pitch)
        rights.append(float(centres[-1]) + margin * pitch)
    if not lefts:
        return None
    left = max(0, int(np.floor(min(lefts) * line.width)))
    right = min(line.width, int(np.ceil(max(rights) * line.width)))
    return OsdBox(line.left + left, line.top, right - left, line.height)


def _reads_alike(
    clock: _Spot, time: OsdBox, pictures: Sequence[Luma], reader: TextReader, grammar: Grammar
) -> bool:
    """Whether the time read by itself is the one that was read in the line."""
    for number, at in clock.parsed.items():
        alone = grammar.time(reader.read(crop(pictures[number], time)).text)
        if alone is None or alone.clock_s != at.clock_s:
            return False
    return True


def crop(picture: Luma, box: OsdBox) -> Luma:
    """A box of a picture, copied: the picture may be let go."""
    return picture[box.top : box.top + box.height, box.left : box.left + box.width].copy()


def _box(corners: Corners) -> OsdBox:
    left, top, right, bottom = corners
    return OsdBox(left, top, right - left, bottom - top)


def _around(boxes: Sequence[OsdBox]) -> OsdBox:
    left, top = min(b.left for b in boxes), min(b.top for b in boxes)
    right = max(b.left + b.width for b in boxes)
    bottom = max(b.top + b.height for b in boxes)
    return OsdBox(left, top, right - left, bottom - top)
