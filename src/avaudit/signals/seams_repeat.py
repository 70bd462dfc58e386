"""Find sound that is heard twice, noise and all: looped or copied from elsewhere.

Fingerprints (see `seams_sound`) that occur twice point to a lag; lags to which more of them point
than chance lets expect are followed bit by bit along the whole recording. What is alike there is
then compared sample by sample: an announcement that was played twice is alike where it is loud,
a copy also where only the room is heard.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from avaudit.domain.sound_seams import Repeat
from avaudit.domain.time import Span
from avaudit.signals.seams_sound import Tracks

Samples = npt.NDArray[np.float32]
Bits = npt.NDArray[np.uint32]

MOST = 12
SHORTEST_S = 0.5
#: What is nearer is a tone or an echo, not a repeat.
_NEAREST_S = 0.4
#: Fingerprints that occur more often are those of tones and of nothing.
_COMMON = 6
_LAGS = 200
#: Along a run so many of 32 bits differ on average at most; by chance it is 16, and 9 for half a
#: second in a million pairs.
_DIFFERENT = 9.0
#: Parts of a fingerprint, any of which may be equal: where one bit in eight is not, all are rarely.
_PARTS = tuple(np.uint32(mask) for mask in (0x000FFFFF, 0xFFFFF000, 0x3FF003FF, 0x5A5ADEB5))
#: At least so many fingerprints point to a lag, whatever the length of the recording.
_POINTING = 3
#: What is compared of each sample by sample, in seconds at most, and in which bands.
_COMPARED_S = 2.0
#: So many that are alike even where they are faintest are enough.
_SURE, _ENOUGH = 0.9, 6
_BANDS_HZ = ((150, 400), (400, 900), (900, 1800), (1800, 3400))


@dataclass(frozen=True, slots=True)
class Alike:
    """Two stretches of `length` frames with nearly the same fingerprints."""

    first: int
    second: int
    length: int
    different: float


def alike(prints: Bits, telling: npt.NDArray[np.bool_], size: int, nearest: int) -> list[Alike]:
    """Stretches of `size` frames or more that are alike by their fingerprints, at least `nearest`
    frames apart, longest first, to a bound. Frames that are not `telling` never are."""
    telling = telling & (np.diff(prints, prepend=prints[:1] ^ 1) != 0)
    found: list[Alike] = []
    for lag in _lags(prints, np.flatnonzero(telling), nearest):
        found += _runs(prints, telling, lag, size)
    found.sort(key=lambda one: (-one.length, one.different))
    chosen: list[Alike] = []
    for one in found:
        if len(chosen) < MOST and not any(_same(one, other, size) for other in chosen):
            chosen.append(one)
    return chosen


def _lags(prints: Bits, at: npt.NDArray[np.int64], nearest: int) -> list[int]:
    """Lags to which more pairs of equal fingerprints point than to others, most first."""
    every = np.concatenate([_apart(prints & mask, at) for mask in _PARTS])
    every = every[every >= nearest]
    if not len(every):
        return []
    pointed = np.bincount(every)
    # A repeat lies between two frames of the grid: both neighbours are pointed to.
    pointed[:-1] = np.maximum(pointed[:-1], pointed[:-1] + pointed[1:])
    best = np.argsort(-pointed, kind="stable")[:_LAGS]
    return sorted({int(n) + k for n in best if pointed[n] >= _POINTING for k in (0, 1)})


def _apart(prints: Bits, at: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """How far apart equal prints lie, each pair once; those that are common left out."""
    order = at[np.argsort(prints[at], kind="stable")]
    ordered = prints[order]
    if len(ordered) < 2:
        return np.zeros(0, np.int64)
    bounds = np.flatnonzero(np.diff(ordered, prepend=ordered[:1] ^ 1))
    counts = np.diff(np.append(bounds, len(ordered)))
    rare = np.repeat(counts <= _COMMON, counts)
    order, ordered = order[rare], ordered[rare]
    lags = []
    for ahead in range(1, _COMMON):
        equal = ordered[ahead:] == ordered[:-ahead]
        lags.append((order[ahead:] - order[:-ahead])[equal])
    return np.asarray(np.abs(np.concatenate(lags)), np.int64)


def _runs(prints: Bits, sounding: npt.NDArray[np.bool_], lag: int, size: int) -> list[Alike]:
    """Stretches of at least `size` frames that are alike at a lag."""
    if lag + size > len(prints):
        return []
    apart = np.bitwise_count(prints[lag:] ^ prints[:-lag]).astype(np.float32)
    apart[~(sounding[lag:] & sounding[:-lag])] = 16
    sums = np.concatenate([[0.0], np.cumsum(apart, dtype=np.float64)])
    near = (sums[size:] - sums[:-size]) / size <= _DIFFERENT
    edges = np.flatnonzero(np.diff(near, prepend=False, append=False)).reshape(-1, 2)
    found = []
    for first, last in edges.tolist():
        # Windows that lie half outside are alike on average: the ends are trimmed.
        begin, end = _trimmed(apart, first, last - 1 + size)
        if end - begin >= size * 0.6:
            different = float(apart[begin:end].mean())
            found.append(Alike(begin, begin + lag, end - begin, round(different / 32, 3)))
    return found


def _trimmed(apart: npt.NDArray[np.float32], begin: int, end: int) -> tuple[int, int]:
    """The part of a run with the most bits that are more alike than chance."""
    gains = np.concatenate([[0.0], np.cumsum(11.0 - apart[begin:end], dtype=np.float64)])
    least = np.minimum.accumulate(gains)
    last = int(np.argmax(gains - least))
    first = int(np.argmin(gains[: last + 1]))
    return begin + first, begin + last


def _same(one: Alike, other: Alike, size: int) -> bool:
    """Whether two say the same: about the same lag, and stretches that overlap."""
    lag, other_lag = one.second - one.first, other.second - other.first
    overlap = min(one.first + one.length, other.first + other.length) - max(one.first, other.first)
    return abs(lag - other_lag) <= size and overlap > 0


def repeats(tracks: Tracks, load: Callable[[Span], Samples], rate: int) -> tuple[Repeat, ...]:
    """What is heard twice, most alike first. `load` gives the samples of a span at a rate in Hz.

    Where several are alike beyond doubt, shorter ones are not compared any more.
    """
    found: list[Repeat] = []
    size, nearest = round(SHORTEST_S / tracks.frame_s), round(_NEAREST_S / tracks.frame_s)
    for one in alike(tracks.prints, tracks.sounding, size, nearest):
        if sum(other.faintest >= _SURE for other in found) >= _ENOUGH:
            break
        # A fingerprint speaks for the frames before it.
        onset = max(0.0, (one.first - 2) * tracks.frame_s)
        length = one.length * tracks.frame_s
        lag = (one.second - one.first) * tracks.frame_s
        likeness, faintest, shift_s = _compared(onset, onset + lag, length, load, rate)
        second = onset + lag + shift_s
        found.append(
            Repeat(
                first=Span(round(onset, 3), round(onset + length, 3)),
                second=Span(round(second, 3), round(second + length, 3)),
                likeness=likeness,
                faintest=faintest,
                bit_errors=one.different,
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.faintest, -one.first.length_s)))


def _compared(
    first_s: float, second_s: float, length_s: float, load: Callable[[Span], Samples], rate: int
) -> tuple[float, float, float]:
    """Correlations of two stretches in all and in the band where it is least, and the shift that
    lays them on each other, in seconds."""
    within = max(0.0, (length_s - _COMPARED_S) / 2)
    size_s = min(length_s, _COMPARED_S)
    slack_s = 0.06
    one = load(Span(first_s + within, first_s + within + size_s))
    begin_s = max(0.0, second_s + within - slack_s)
    other = load(Span(begin_s, second_s + within + size_s + slack_s))
    one, other = np.nan_to_num(one), np.nan_to_num(other)
    if len(one) < rate // 8 or len(other) <= len(one):
        return 0.0, 0.0, 0.0
    shift = _best_shift(one, other)
    piece = other[shift : shift + len(one)]
    shift_s = begin_s + shift / rate - (second_s + within)
    return _likeness(one, piece), _faintest(one, piece, rate), shift_s


def _best_shift(one: Samples, other: Samples) -> int:
    """The shift at which a piece correlates most with a longer one. Differences are compared, so
    that rumble does not decide."""
    a, b = np.diff(one), np.diff(other)
    size = _fast(len(b))  # what wraps around lies beyond the shifts that are looked at
    cross = np.fft.irfft(np.fft.rfft(b, size) * np.fft.rfft(a, size).conj(), size)
    return int(np.argmax(cross[: len(b) - len(a) + 1]))


def _fast(least: int) -> int:
    """The smallest length from `least` on that a Fourier transform is fast for: 2, 3 or 5 times a
    power of 2 (or 1)."""
    return min(k << max(0, -(-least // k) - 1).bit_length() for k in (1, 3, 5))


def _likeness(one: Samples, other: Samples) -> float:
    a, b = one - one.mean(), other - other.mean()
    norm = float(
        np.sqrt(np.square(a, dtype=np.float64).sum() * np.square(b, dtype=np.float64).sum())
    )
    return round(float(np.dot(a, b)) / norm, 3) if norm > 1e-12 else 0.0


def _faintest(one: Samples, other: Samples, rate: int) -> float:
    """The correlation of the spectra of moments (an eighth of a second) within bands: that which
    a tenth of all moments and bands lies below. 0.0 where nothing is heard."""
    size = rate // 8
    count = min(len(one), len(other)) // size
    window = np.hanning(size).astype(np.float32)
    spectra = [np.fft.rfft(x[: count * size].reshape(count, size) * window) for x in (one, other)]
    hz = np.fft.rfftfreq(size, 1 / rate)
    found: list[float] = []
    for low, high in _BANDS_HZ:
        a, b = (spectrum[:, (hz >= low) & (hz < high)] for spectrum in spectra)
        powers = np.square(np.abs(a)).sum(axis=1) * np.square(np.abs(b)).sum(axis=1)
        heard = powers > (1e-9 * size) ** 2
        cross = np.abs((a * b.conj()).sum(axis=1))[heard] / np.sqrt(powers[heard])
        found += cross.tolist()
    return round(float(np.quantile(found, 0.1)), 3) if found else 0.0
