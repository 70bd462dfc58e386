"""Pictures of a recording for reading its clock: keyframes where they do, else frames."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from avaudit.domain.osd import OsdBox, OsdText
from avaudit.domain.time import Span
from avaudit.media.decoding import Keyframe
from avaudit.media.reel import Reel
from avaudit.signals.osd_find import Grammar, Layout, Luma, crop
from avaudit.signals.text_reader import TextReader

#: Frames decoded beside keyframes at most, for a recording in all.
_MOST_FRAMES = 900
#: What a recogniser is less sure of is no reading.
LEAST_SCORE = 0.6


@dataclass(slots=True, eq=False)
class Shot:
    """What one picture shows where the clock stands. Read when asked, once.

    `line` and `date` are None where they are the same crop as the one before.
    """

    at_s: float
    time: Luma
    line: Luma | None
    date: Luma | None
    clock_s: int | None = None
    score: float = 0.0
    text: str = ""
    was_read: bool = False


@dataclass(slots=True)
class Film:
    """Gives pictures of one stream between two times, which hold so many frames. Raises what
    `open_input` raises."""

    reel: Reel
    span: Span
    frame_count: int
    _left: int = field(default=_MOST_FRAMES)

    def spread(self, count: int) -> list[Keyframe]:
        """Up to `count` pictures, evenly spread."""
        step = self.span.length_s / count
        found: list[Keyframe] = []
        for number in range(count):
            at = Span(self.span.onset_s + (number + 0.4) * step, self.span.offset_s)
            picture = next(iter(self.reel.keyframes(within=at)), None)
            if picture is not None and all(picture.at_s != one.at_s for one in found):
                found.append(picture)
        if len(found) < min(3, count) and self.frame_count <= _MOST_FRAMES:
            found = list(self._every_frame(step, self.span, first=0.4 * step))
        if not found:
            found = list(self.reel.keyframes(within=self.span))[:1]
        shapes = [one.luma.shape for one in found]
        return [one for one in found if one.luma.shape == shapes[0]]

    def every(self, apart_s: float, take: Callable[[Keyframe], Shot | None]) -> list[Shot]:
        """Shots at least so far apart: of keyframes, or of frames where those are rare."""
        few = self.frame_count <= _MOST_FRAMES
        if few and len(self.reel.key_times()) * apart_s < 0.7 * self.span.length_s:
            return [s for one in self._every_frame(apart_s, self.span) if (s := take(one))]
        pictures = self.reel.keyframes(at_least_apart_s=apart_s, within=self.span)
        return [shot for one in pictures if (shot := take(one))]

    def keyframes_between(
        self, span: Span, most: int, take: Callable[[Keyframe], Shot | None]
    ) -> list[Shot]:
        """Shots of keyframes strictly inside a span, at most about so many."""
        apart_s = span.length_s / most
        pictures = self.reel.keyframes(at_least_apart_s=apart_s, within=span)
        inside = (one for one in pictures if one.at_s > span.onset_s + 1e-6)
        return [shot for one in inside if (shot := take(one))]

    def frames_between(
        self, span: Span, take: Callable[[Keyframe], Shot | None]
    ) -> list[Shot] | None:
        """Shots of all frames strictly inside a span; None where that would be too many."""
        shots: list[Shot] = []
        for one in self.reel.frames(span):
            self._left -= 1
            if self._left < 0:
                return None
            if one.at_s > span.onset_s + 1e-6 and (shot := take(one)):
                shots.append(shot)
        return shots

    def _every_frame(self, apart_s: float, span: Span, first: float = 0.0) -> Iterator[Keyframe]:
        due = span.onset_s + first
        for one in self.reel.frames(span):
            if one.at_s >= due - 1e-6:
                yield Keyframe(one.at_s, one.luma.copy())
                due = one.at_s + apart_s


class ClockReader:
    """Reads shots of one layout."""

    def __init__(self, layout: Layout, reader: TextReader, grammar: Grammar) -> None:
        self._layout, self._reader, self._grammar = layout, reader, grammar

    def take(self, picture: Keyframe) -> Shot | None:
        """The crops of a picture; None where it has another size than the layout."""
        height, width = picture.luma.shape
        layout = self._layout

        def cut(box: OsdBox | None) -> Luma | None:
            return None if box is None else crop(picture.luma, box)

        box = layout.box
        if box.left + box.width > width or box.top + box.height > height:
            return None
        line = cut(layout.line) if layout.line != layout.time else None
        date = cut(layout.date) if layout.date and layout.date != layout.line else None
        return Shot(picture.at_s, crop(picture.luma, layout.time), line, date)

    def read(self, shot: Shot) -> int | None:
        """The time of day that a shot shows, in whole seconds; the whole line where need be."""
        if shot.was_read:
            return shot.clock_s
        shot.was_read = True
        alone = self._layout.time != self._layout.line
        for picture, parse in (
            (shot.time, self._grammar.time if alone else self._grammar.line),
            (shot.line, self._grammar.line),
        ):
            if picture is None:
                continue
            seen = self._reader.read(picture)
            parsed = parse(seen.text)
            if parsed and parsed.clock_s is not None and seen.score >= LEAST_SCORE:
                shot.clock_s, shot.text = parsed.clock_s, seen.text
                shot.score = round(seen.score * parsed.score, 3)
                break
        return shot.clock_s

    def read_date(self, shot: Shot) -> OsdText | None:
        """The date that a shot shows, with its time where they stand in one line."""
        if self._layout.date is None:
            return None
        line = shot.time if shot.line is None else shot.line
        seen = self._reader.read(line if shot.date is None else shot.date)
        parsed = self._grammar.line(seen.text)
        if parsed is None or not parsed.dates or seen.score < LEAST_SCORE:
            return None
        shot.text = seen.text if shot.date is None else f"{seen.text} {shot.text}"
        return parsed
