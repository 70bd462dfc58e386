"""The burned-in clock of a recording against its time line: steps, slope, and where it is lost.

Cheap on purpose: the clock is looked for in four pictures, read in some fifty to two hundred more,
and only where two readings do not go together with the time line, the pictures between them are
read, down to the frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from avaudit.domain.osd import OsdClock, OsdLabel, OsdReading, OsdRun, OsdStep, OsdUnread
from avaudit.domain.time import Span
from avaudit.media.reel import Reel
from avaudit.signals.osd_days import Days, days_of
from avaudit.signals.osd_film import ClockReader, Film, Shot
from avaudit.signals.osd_find import Grammar, Layout, find
from avaudit.signals.osd_fit import Fitted, fit, substituted
from avaudit.signals.text_reader import text_reader

#: Smaller pictures hold no letters that could be read.
SMALLEST_SIDE = 200
_LOOKS = 4
#: How many readings a recording gets: a reading every 5 s, but so many of a short one (not closer
#: than a second), so many of a longer one (not farther apart than 25 s), and no more in all.
_SHORT, _USUAL_S, _LONG, _CLOSEST_S, _FARTHEST_S, _MOST = 24, 5.0, 48, 1.0, 25.0, 200
#: Keyframes read where readings differ, and steps located to the frame, at most.
_BETWEEN, _MOST_LOCATED = 8, 8
#: After so many pictures that tell nothing, a step is left where it was found so far.
_MOST_SILENT = 8
#: A run of fewer readings is looked at closer.
_FEW = 6
#: Lines closer than this cannot be told apart by whole seconds.
_APART_S = 1.5
_DAY_S = 86400


def measure(reel: Reel, span: Span, frame_count: int, grammar: Grammar) -> OsdClock:
    """Read the burned-in clock of a picture stream that is shown over `span`.

    Raises `Unexaminable`, `SourceUnavailable`; `OSError` and what onnxruntime raises where
    rapidocr's models cannot be opened.
    """
    film = Film(reel, span, frame_count)
    pictures = film.spread(_LOOKS)
    if not pictures:
        return OsdClock(False, "no_picture")
    if min(pictures[0].luma.shape) < SMALLEST_SIDE:
        return OsdClock(False, "too_small", span)
    layout, labels = find([one.luma for one in pictures], text_reader(), grammar)
    if layout is None:
        return OsdClock(False, "no_clock", span, labels=labels)
    del pictures
    return _Clock(film, layout, labels, grammar).measured()


@dataclass(slots=True)
class _Located:
    """Between two runs: the last shot on the first one, the first on the other."""

    span: Span
    to_the_frame: bool


class _Clock:
    """One clock while it is read: all shots so far, in order of time."""

    def __init__(
        self, film: Film, layout: Layout, labels: tuple[OsdLabel, ...], grammar: Grammar
    ) -> None:
        self._film, self._layout, self._labels = film, layout, labels
        self._reader = ClockReader(layout, text_reader(), grammar)
        self._even = film.every(_apart_s(film.span.length_s), self._reader.take)
        self._shots = list(self._even)
        self._misread: set[float] = set()

    def measured(self) -> OsdClock:
        """Read, fit, look closer where it does not go together, and say what came out."""
        runs = self._fit()
        if self._look_closer(runs):
            runs = self._fit()
        located = [self._locate(a, b, n) for n, (a, b) in enumerate(pairwise(runs))]
        on = [[self._read_shots()[i] for i in run.on] for run in runs]
        days = days_of(self._reader, runs, on)
        return self._told(runs, located, on, days)

    def _read_shots(self) -> list[Shot]:
        return [s for s in self._shots if s.clock_s is not None and s.at_s not in self._misread]

    def _counted(self, shots: Sequence[Shot]) -> list[float]:
        """Times of day counted on over midnights: each the nearest to the one before."""
        counted: list[float] = []
        for number, shot in enumerate(shots):
            day = 0
            if number:
                due = counted[-1] + shot.at_s - shots[number - 1].at_s
                day = round((due - float(shot.clock_s or 0)) / _DAY_S)
            counted.append(float(shot.clock_s or 0) + day * _DAY_S)
        return counted

    def _fit(self) -> list[Fitted]:
        """Lines through all readings; a digit misread over and over makes none."""
        for shot in self._shots:
            self._reader.read(shot)
        while True:
            shots = self._read_shots()
            times, clocks = [s.at_s for s in shots], self._counted(shots)
            runs = fit(times, clocks)
            doubtful = substituted(runs, clocks, times)
            if not doubtful:
                return runs
            self._misread |= {shots[i].at_s for i in doubtful}

    def _suspects(self, runs: Sequence[Fitted]) -> list[Span]:
        """Stretches between good readings in which the clock may have been set: around readings
        that are on no line, and where a run rests on few."""
        shots = self._read_shots()
        run_of = {i: number for number, run in enumerate(runs) for i in run.on}
        found: list[Span] = []
        last: int | None = None
        for i in (k for k in range(len(shots)) if k in run_of):
            if last is None and i > 0:
                found.append(Span(self._film.span.onset_s, shots[i].at_s))
            elif last is not None and (i - last > 1 or _thin(runs, run_of[last], run_of[i])):
                found.append(Span(shots[last].at_s, shots[i].at_s))
            last = i
        if last is not None and last < len(shots) - 1:
            found.append(Span(shots[last].at_s, self._film.span.offset_s))
        return found

    def _look_closer(self, runs: Sequence[Fitted]) -> bool:
        """Read some more keyframes where readings do not go together; whether there were any."""
        known = {shot.at_s for shot in self._shots}
        fresh: list[Shot] = []
        for suspect in self._suspects(runs)[:_MOST_LOCATED]:
            span = _wide(suspect, self._film.span)
            closer = self._film.keyframes_between(span, _BETWEEN, self._reader.take)
            fresh += [shot for shot in closer if shot.at_s not in known]
            known |= {shot.at_s for shot in fresh}
        self._shots = sorted([*self._shots, *fresh], key=lambda shot: shot.at_s)
        return bool(fresh)

    def _locate(self, one: Fitted, other: Fitted, number: int) -> _Located:
        """Between which two pictures one line gives way to the next."""
        shots = self._read_shots()
        span = Span(shots[one.on[-1]].at_s, shots[other.on[0]].at_s)
        middle = (span.onset_s + span.offset_s) / 2
        if number >= _MOST_LOCATED or abs(one.clock_at(middle) - other.clock_at(middle)) < _APART_S:
            return _Located(span, False)
        keys = self._film.keyframes_between(span, 200, self._reader.take)
        span = self._narrowed(span, keys, one, other)[0]
        frames = self._film.frames_between(span, self._reader.take)
        if frames is None:
            return _Located(span, False)
        return _Located(*self._narrowed(span, frames, one, other))

    def _narrowed(
        self, span: Span, shots: Sequence[Shot], one: Fitted, other: Fitted
    ) -> tuple[Span, bool]:
        """Bisect shots by which line they lie on, and whether no unread one is left between."""
        low, high = -1, len(shots)
        silent: set[int] = set()
        while left := [k for k in range(low + 1, high) if k not in silent]:
            k = min(left, key=lambda n: abs(n - (low + high) / 2))
            side = self._side(shots[k], one, other)
            if side is None:
                silent.add(k)
                if len(silent) > _MOST_SILENT:
                    break
            elif side:
                high = k
            else:
                low = k
        onset = shots[low].at_s if low >= 0 else span.onset_s
        offset = shots[high].at_s if high < len(shots) else span.offset_s
        return Span(onset, offset), high - low == 1

    def _side(self, shot: Shot, one: Fitted, other: Fitted) -> bool | None:
        """False: on the first line, True: on the other; None where that cannot be told."""
        clock_s = self._reader.read(shot)
        if clock_s is None:
            return None
        sides = [any(line.fits(shot.at_s, clock_s + d * _DAY_S) for d in range(-2, 3))
                 for line in (one, other)]  # fmt: skip
        return sides[1] if sides[0] != sides[1] else None

    def _told(
        self, runs: Sequence[Fitted], located: Sequence[_Located],
        on: Sequence[Sequence[Shot]], days: Days,
    ) -> OsdClock:  # fmt: skip
        good = {shot.at_s for shots in on for shot in shots}
        first = on[0][0] if on else None
        return OsdClock(
            True,
            "" if runs else "no_line",
            self._film.span,
            self._layout.form,
            self._layout.box,
            days.first,
            first.text if first else "",
            round(first.at_s, 3) if first else 0.0,
            len(self._even),
            sum(shot.at_s in good for shot in self._even),
            self._readings(good),
            tuple(_run(fitted, shots, days.shift(n)) for n, (fitted, shots) in enumerate(
                zip(runs, on, strict=True))),
            days.with_changes(
                [_step(a, b, at, days.shift(n + 1) - days.shift(n)) for n, (a, b, at) in enumerate(
                    zip(runs, runs[1:], located, strict=False))]
            ),
            tuple(_unread(self._even, good, self._film.span)),
            self._labels,
        )  # fmt: skip

    def _readings(self, good: set[float]) -> tuple[OsdReading, ...]:
        shots = [shot for shot in self._shots if shot.clock_s is not None]
        counted = self._counted(shots)
        return tuple(
            OsdReading(round(shot.at_s, 3), int(clock_s), shot.score, shot.at_s in good)
            for shot, clock_s in zip(shots, counted, strict=True)
        )


def _apart_s(length_s: float) -> float:
    """Seconds between readings of a recording of that length."""
    short = max(_CLOSEST_S, min(_USUAL_S, length_s / _SHORT))
    return max(short, min(_FARTHEST_S, length_s / _LONG), length_s / _MOST)


def _thin(runs: Sequence[Fitted], one: int, other: int) -> bool:
    """Whether one of two runs (if they are two) rests on few readings."""
    return one != other and min(len(runs[one].on), len(runs[other].on)) < _FEW


def _wide(span: Span, within: Span) -> Span:
    """A span with as much again on both sides."""
    more = max(2.0, span.length_s)
    return Span(
        max(within.onset_s, span.onset_s - more), min(within.offset_s, span.offset_s + more)
    )


def _run(fitted: Fitted, shots: Sequence[Shot], days: int) -> OsdRun:
    return OsdRun(
        Span(round(shots[0].at_s, 3), round(shots[-1].at_s, 3)),
        round(fitted.clock_at(shots[0].at_s) + days * _DAY_S, 2),
        round(fitted.slope, 5),
        round(fitted.slope_error, 5),
        len(shots),
        round(fitted.residual_s, 2),
    )


def _step(one: Fitted, other: Fitted, at: _Located, days: int) -> OsdStep:
    middle = (at.span.onset_s + at.span.offset_s) / 2
    step_s = other.clock_at(middle) - one.clock_at(middle) + days * _DAY_S
    span = Span(round(at.span.onset_s, 3), round(at.span.offset_s, 3))
    error_s = one.error_s + other.error_s
    return OsdStep(
        span, round(step_s, 2), round(error_s, 2), at.to_the_frame, len(one.on), len(other.on)
    )


def _unread(shots: Sequence[Shot], good: set[float], within: Span) -> list[OsdUnread]:
    """Stretches of shots without a good reading, up to the good ones beside them."""
    found: list[OsdUnread] = []
    begin, count = within.onset_s, 0
    for shot in shots:
        if shot.at_s not in good:
            count += 1
            continue
        if count:
            found.append(OsdUnread(Span(round(begin, 3), round(shot.at_s, 3)), count))
        begin, count = shot.at_s, 0
    if count:
        found.append(OsdUnread(Span(round(begin, 3), round(within.offset_s, 3)), count))
    return found
