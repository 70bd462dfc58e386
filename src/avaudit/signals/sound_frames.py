"""Find the frames of an earlier compression of the sound, and where they go on otherwise.

Looked for are frames at some places first, at the rates that the sound's bandwidth leaves open.
Where there are any, every second of the recording is asked whether they go on as they were; only
where they do not are all offsets tried again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from avaudit.domain.sound_frames import FrameJump, FrameRun, SoundFrames
from avaudit.domain.time import Span
from avaudit.signals.frame_grid import (
    FRAME,
    PARTS,
    WINDOWS,
    Floats,
    at_offsets,
    likeliest,
    shifted,
    standing_out,
)

#: Gives the sound of a span at the stream's own rate, shape `(n,)`.
Load = Callable[[Span], Floats]

RATES_HZ = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
#: Places that are looked at first, of how many seconds; how many lower rates are tried at each.
_PLACES, _PLACE_S, _MOST_RATES = 3, 4, 2
#: Frames by which the likeliest offsets are found, the fewest and most by which they are judged;
#: how many offsets are judged, and how far one has to stand out: to be there at all, and to need no
#: other rate or place beside it.
_FIRST_FRAMES, _FEWEST_FRAMES, _MOST_FRAMES = 6, 4, 60
_LIKELY, _SURE, _CLEAR = 6, 8.0, 14.0
#: Sound so faint has nothing to tell; a recording is followed for so long at most, and all offsets
#: are tried again at so many places.
_FAINT, _LONGEST_S, _MOST_SEARCHES = 3e-4, 4 * 3600.0, 60
#: Offsets that stand for all others, and how far one has to stand out to go on or to be anew.
_OTHERS, _GOES_ON, _ELSEWHERE = 32, 3.5, 6.0
#: A window is a second; sound is loaded for so many.
_LOADED_S = 60
#: Where the spectrum ends: all from there on lies so far below what lies at a share of it, in bands
#: of so many Hz. Resamplers let a little of what lies beyond half the rate through.
_BAND_HZ, _FALL_DB, _REACH, _ENDS_FROM_HZ, _OVER = 250.0, 10.0, 0.85, 2_000.0, 1.06

Offsets = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Earlier:
    """An earlier encoder: its rate, its window, and the offset at the recording's beginning."""

    rate: int
    window: str
    offset: float
    sureness: float


def measure(load: Load, rate: int, length_s: float, *, compressed: bool) -> SoundFrames:
    """The earlier frames of sound of a rate in Hz. Of sound that is compressed itself its own rate
    is left out: its own frames hide others of the same rate.

    Raises what `load` raises.
    """
    places = list(_places(load, rate, length_s))
    fitting = {at: _rates(sound, rate, compressed=compressed) for at, sound in places}
    tried = tuple(sorted({one for rates in fitting.values() for one in rates}))
    best = _first(places, rate, fitting)
    if best is None:
        return SoundFrames(round(length_s, 3) if places else 0.0, tried)
    following = _Following(load, rate, best)
    windows = list(following.windows(min(length_s, _LONGEST_S)))
    runs = tuple(_runs(windows))
    jumps = tuple(following.jump(*pair) for pair in _pairs(runs))
    return SoundFrames(
        round(length_s, 3), tried, best.rate, best.window, round(best.sureness, 1), runs, jumps
    )


def _places(load: Load, rate: int, length_s: float) -> Iterator[tuple[int, Floats]]:
    """Sound at some places, each from a whole second on."""
    for number in range(_PLACES):
        at = int(max(0.0, (length_s - _PLACE_S) * (number + 0.5) / _PLACES))
        sound = load(Span(float(at), float(at + _PLACE_S)))
        if len(sound) >= _PLACE_S * rate and float(np.abs(sound).mean()) > _FAINT:
            yield at, sound


def _first(
    places: Sequence[tuple[int, Floats]], rate: int, fitting: Mapping[int, Sequence[int]]
) -> _Earlier | None:
    """The earlier frames that stand out most at one of the places."""
    best: _Earlier | None = None
    for at, sound in places:
        for earlier in fitting[at]:
            before = at * earlier % FRAME
            parts = shifted(sound, rate, earlier, PARTS)
            # What was found by the first frames is judged by the others.
            sureness, offset, window = _searched(parts, WINDOWS, _FIRST_FRAMES)
            if sureness > max(_SURE, best.sureness if best else 0.0):
                best = _Earlier(earlier, window, (offset + before) % FRAME, sureness)
            if best and best.sureness >= _CLEAR:
                return best
    return best


def _rates(sound: Floats, rate: int, *, compressed: bool) -> list[int]:
    """Rates that the sound may have had: the lowest that its spectrum fits in, and its own."""
    size = 2048
    frames = sound[: len(sound) // size * size].reshape(-1, size) * np.hanning(size)
    power = np.median(np.abs(np.fft.rfft(frames, axis=1)), axis=0)
    band = max(1, round(_BAND_HZ / (rate / size)))
    level = 20 * np.log10(power[: len(power) // band * band].reshape(-1, band).mean(axis=1) + 1e-9)
    above = np.maximum.accumulate(level[::-1])[::-1]
    numbers = np.arange(len(level))
    falls = level[(_REACH * numbers).astype(np.int64)] - above
    ended = np.flatnonzero((falls >= _FALL_DB) & (numbers * band * rate / size >= _ENDS_FROM_HZ))
    ends = ended[0] * band * rate / size if len(ended) else rate / 2
    lower = [one for one in RATES_HZ if ends <= _OVER * one / 2 and one < rate]
    return lower[:_MOST_RATES] if compressed else [*lower[:_MOST_RATES], rate]


def _searched(parts: list[Floats], windows: Sequence[str], skip: int) -> tuple[float, float, str]:
    """How far the offset that stands out most does so in the frames behind the first `skip` ones,
    the offset, and the window. Offsets are looked for by the first window: frames of the other one
    stand out in it as well, but less."""
    frames = min((len(parts[0]) - 2 * FRAME) // FRAME - skip - 1, _MOST_FRAMES)
    if frames < _FEWEST_FRAMES:
        return 0.0, 0.0, windows[0]
    found = likeliest(parts, min(frames, _FIRST_FRAMES), windows[0], _LIKELY)
    some = min(frames, 4 * _FIRST_FRAMES)
    likely = max(found, key=lambda at: _stands(parts, at, windows[0], skip, some))
    return max((_stands(parts, likely, one, skip, frames), likely, one) for one in windows)


def _stands(parts: list[Floats], offset: float, window: str, skip: int, frames: int) -> float:
    """How far an offset stands out in so many frames."""
    sound, first = _at(parts, offset)
    offsets = _beside(first) + skip * FRAME
    return standing_out(at_offsets(sound, offsets, frames, window), 0)


def _at(parts: list[Floats], offset: float) -> tuple[Floats, int]:
    """The shifted sound that an offset belongs to, and the sample."""
    first = int(offset)
    return parts[round((offset - first) * len(parts)) % len(parts)], first


def _beside(offset: int) -> Offsets:
    """An offset, and others evenly over a frame that are not next to it."""
    others = offset + np.linspace(5, FRAME - 5, _OTHERS).astype(np.int64)
    return np.concatenate(([offset], others % FRAME)).astype(np.int64)


@dataclass(frozen=True, slots=True)
class _Window:
    """What a second of the recording has: an offset (None: no frames), and how surely."""

    at: int
    offset: float | None
    sureness: float


@dataclass(slots=True)
class _Following:
    """Follows the earlier frames through a recording."""

    load: Load
    rate: int
    earlier: _Earlier
    searches: int = field(default=0)

    def windows(self, length_s: float) -> Iterator[_Window]:
        """Each second that can tell anything: do the frames go on, elsewhere, or not at all?"""
        offset = self.earlier.offset
        for begin in range(0, int(length_s), _LOADED_S):
            end = min(begin + _LOADED_S + 1, int(length_s))
            sound = self.load(Span(float(begin), float(end)))
            for at in range(begin, min(begin + _LOADED_S, end - 1)):
                # A second more than is looked at: frames of all offsets lie in it.
                piece = sound[(at - begin) * self.rate : (at - begin + 2) * self.rate]
                if len(piece) < 2 * self.rate or float(np.abs(piece).mean()) <= _FAINT:
                    continue
                found = self._window(piece, at, offset)
                offset = offset if found.offset is None else found.offset
                yield found

    def _window(self, piece: Floats, at: int, offset: float) -> _Window:
        earlier = self.earlier
        parts = shifted(piece, self.rate, earlier.rate, PARTS)
        before = at * earlier.rate % FRAME
        frames = min(max(_FEWEST_FRAMES, earlier.rate // FRAME), _MOST_FRAMES)
        goes_on = _stands(parts, (offset - before) % FRAME, earlier.window, 0, frames)
        if goes_on >= _GOES_ON or self.searches >= _MOST_SEARCHES:
            return _Window(at, offset if goes_on >= _GOES_ON else None, goes_on)
        self.searches += 1
        sureness, other, _ = _searched(parts, (earlier.window,), 0)
        if sureness >= _ELSEWHERE:
            return _Window(at, (other + before) % FRAME, sureness)
        return _Window(at, None, goes_on)

    def jump(self, last: FrameRun, run: FrameRun) -> FrameJump:
        """Where one run goes over to another: where frames of both tell most, seen together."""
        if last.offset is None or run.offset is None:
            raise ValueError("runs without frames go over to nothing")
        begin = max(0, int(last.span.offset_s) - 2)
        sound = self.load(Span(float(begin), run.span.onset_s + 3.0))
        whole = len(sound) // self.rate * self.rate
        parts = shifted(sound[:whole], self.rate, self.earlier.rate, PARTS)
        before = begin * self.earlier.rate % FRAME
        told = [self._lower(parts, (one - before) % FRAME) for one in (last.offset, run.offset)]
        count = min(map(len, told))
        gained = np.concatenate(([0.0], np.cumsum(told[0][:count] - told[1][:count])))
        at = begin + (int(np.argmax(gained)) + 0.5) * FRAME / self.earlier.rate
        frame_s = FRAME / self.earlier.rate
        return FrameJump(
            Span(round(max(0.0, at - frame_s), 3), round(at + frame_s, 3)), last.offset,
            run.offset, min(last.sureness, run.sureness), min(last.windows, run.windows),
        )  # fmt: skip

    def _lower(self, parts: list[Floats], offset: float) -> Floats:
        """How far each frame of an offset lies below those of others beside it."""
        sound, first = _at(parts, offset)
        count = max(0, (len(sound) - 2 * FRAME) // FRAME - 1)
        frames = np.arange(count) * FRAME
        levels = [at_offsets(sound, one + frames, 1, self.earlier.window) for one in _few(first)]
        return np.asarray(np.median(np.stack(levels[1:]), axis=0) - levels[0], np.float32)


def _few(offset: int) -> Offsets:
    """An offset and some others."""
    return _beside(offset)[:: _OTHERS // 6]


def _pairs(runs: Sequence[FrameRun]) -> Iterator[tuple[FrameRun, FrameRun]]:
    """Neighbours among runs with frames, where these begin elsewhere."""
    known = [run for run in runs if run.offset is not None]
    return (pair for pair in pairwise(known) if not _same(pair[0].offset, pair[1].offset))


def _runs(windows: Sequence[_Window]) -> Iterator[FrameRun]:
    """Windows with the same offset behind each other; offsets within a sample are the same."""
    run: list[_Window] = []
    for one in windows:
        if run and not _same(run[-1].offset, one.offset):
            yield _run(run)
            run = []
        run.append(one)
    if run:
        yield _run(run)


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs((one - other + FRAME / 2) % FRAME - FRAME / 2) <= 1.0


def _run(windows: Sequence[_Window]) -> FrameRun:
    mean = float(np.mean([one.sureness for one in windows]))
    return FrameRun(
        Span(float(windows[0].at), float(windows[-1].at + 1)), windows[0].offset, round(mean, 1),
        len(windows),
    )  # fmt: skip
