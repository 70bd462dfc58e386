"""Levels, clipping and bandwidth of a whole sound stream, measured piece by piece.

Clipping shows twice: as flat runs at the extremes (what was never coded, or coded sample by
sample), and, where a codec has smoothed them, as an amplitude histogram that rises towards its end
instead of thinning out (as in Eaton and Naylor, "Detection of clipping in coded speech signals",
EUSIPCO 2013, in a simpler form).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from avaudit.domain import loudness as coded
from avaudit.domain.loudness import Loudness
from avaudit.domain.time import Span
from avaudit.signals.silence import BLOCKS_PER_S

Samples = npt.NDArray[np.float32]
Floats = npt.NDArray[np.floating]

#: Speech as telephones pass it on.
SPEECH_HZ = (300.0, 3400.0)
#: Samples of a flat run; fewer are equal by chance.
RUN = 3
_FULL_SCALE = 0.9999
#: Levels are measured over so many of the silence's blocks.
_SILENCE_BLOCKS = 5
#: For the speech band a rate of this many Hz is enough.
_BAND_RATE_HZ = 12_000
#: The crowded end of a histogram and the part before it, in shares of its extreme.
_EXTREME, _CROWDED, _FURTHER_IN = 0.999, 0.85, 0.6
_HISTOGRAM_HZ = 12_000
_ROLLOFF = 0.95
#: Longer recordings are measured up to here.
LONGEST_S = 48 * 3600.0


@dataclass(frozen=True, slots=True)
class Grid:
    """How sound of a rate is cut up, in samples: `fine` blocks for silence, `block`, `second`."""

    rate: int

    @property
    def thinning(self) -> int:
        """Of so many samples one is kept for the speech band."""
        return max(1, self.rate // _BAND_RATE_HZ)

    @property
    def fine(self) -> int:
        return max(1, round(self.rate / BLOCKS_PER_S / self.thinning)) * self.thinning

    @property
    def block(self) -> int:
        return self.fine * _SILENCE_BLOCKS

    @property
    def second(self) -> int:
        return self.block * coded.BLOCKS_A_SECOND


@dataclass(slots=True)
class LoudnessMeter:
    """Takes sound as it is decoded, in pieces that begin at whole seconds of its grid."""

    grid: Grid | None = None
    channels: int = 0
    end_s: float = 0.0
    series: dict[str, bytearray] = field(default_factory=dict)

    def add(self, samples: Samples, rate: int, onset: int) -> None:
        """The next sound: shape (channels, n), NaN is no sound; `onset` in samples from 0."""
        grid = self.grid = self.grid or Grid(rate)
        if onset / rate >= LONGEST_S:
            return
        self.channels = max(self.channels, len(samples))
        self.end_s = max(self.end_s, (onset + samples.shape[1]) / rate)
        whole = _whole_seconds(samples, grid.second)
        powers = _powers(whole, grid.block)
        loudest = whole[int(np.argmax(np.nansum(powers, axis=1)))]
        levels = np.fmax.reduce(powers, axis=0)  # of the loudest channel in each block
        band, tonality = _speech_band(loudest, grid)
        first = onset // grid.second
        self._put("levels", _coded_levels(levels), first * coded.BLOCKS_A_SECOND)
        self._put("speech_levels", _coded_levels(band), first * coded.BLOCKS_A_SECOND)
        seconds = whole.reshape(len(whole), -1, grid.second)
        peaks = np.fmax.reduce(np.abs(seconds).max(axis=2), axis=0)
        self._put("peaks", _coded_levels(peaks**2), first)
        self._put("clipped", _coded_shares(_clipped(seconds), 1000.0), first)
        self._put("crowding", _coded_shares(_crowding(loudest, grid), coded.PER_UNIT), first)
        self._put("tonality", _coded_shares(tonality, coded.PER_UNIT), first)
        rolloffs = _rolloffs(loudest, grid)
        self._put("rolloffs", _coded_shares(rolloffs, 1 / coded.STEP_HZ), first)

    def _put(self, name: str, values: npt.NDArray[np.uint8], at: int) -> None:
        series = self.series.setdefault(name, bytearray())
        if len(series) < at:
            series.extend(bytes([coded.NOTHING]) * (at - len(series)))
        series[at : at + len(values)] = values.tobytes()

    def loudness(self, still: tuple[tuple[Span, ...], ...], undecodable: int) -> Loudness:
        """What was measured all in all. `still`: where single channels stand still."""
        packed = {
            name: coded.pack(bytes(self.series.get(name, b"")))
            for name in ("levels", "speech_levels", "peaks", "clipped", "crowding", "tonality",
                         "rolloffs")
        }  # fmt: skip
        grid = self.grid
        return Loudness(
            block_s=round(grid.block / grid.rate, 9) if grid else 0.0,
            channels=self.channels,
            measured_s=round(self.end_s, 3),
            still=still,
            undecodable=undecodable,
            plots=(),
            **packed,
        )


def _whole_seconds(samples: Samples, second: int) -> Samples:
    """Sound filled up with no sound to whole seconds."""
    short = -samples.shape[1] % second
    if not short:
        return samples
    return np.pad(samples, ((0, 0), (0, short)), constant_values=np.nan)


def _powers(samples: Samples, block: int) -> Floats:
    """AC power of each block, shape (channels, blocks)."""
    blocks = samples.reshape(len(samples), -1, block)
    mean = blocks.mean(axis=2, dtype=np.float32)
    squares = np.einsum("cbs,cbs->cb", blocks, blocks) / np.float32(block)
    # A large steady offset leaves rounding errors: what lies below them is no sound.
    power = squares - mean * mean
    return np.where(
        power <= squares * np.float32(4e-7), np.where(np.isnan(power), np.nan, 0), power
    )


def _speech_band(sound: Samples, grid: Grid) -> tuple[Floats, Floats]:
    """Power between 300 and 3400 Hz of each block; the strongest tone's share, a second each."""
    step = grid.thinning
    thin = sound if step == 1 else sum(sound[k::step] for k in range(step)) / np.float32(step)
    size = grid.block // step
    window = np.hanning(size + 1)[:-1].astype(np.float32)
    spectrum = np.fft.rfft(thin.reshape(-1, size) * window)
    power = spectrum.real**2 + spectrum.imag**2
    hz = np.fft.rfftfreq(size, step / grid.rate)
    within = (hz >= SPEECH_HZ[0]) & (hz <= SPEECH_HZ[1])
    band = power[:, within].sum(axis=1) * np.float32(2 / (float(np.square(window).sum()) * size))
    power[:, :3] = 0  # an offset of the converter is no tone
    beside = power[:, :-2] + power[:, 1:-1] + power[:, 2:]
    strongest = beside.max(axis=1, initial=0) / np.maximum(power.sum(axis=1), 1e-20)
    return band, np.median(strongest.reshape(-1, coded.BLOCKS_A_SECOND), axis=1)


def _clipped(seconds: Samples) -> Floats:
    """Share of samples in flat runs at the extremes, or beyond full scale; the worst channel's.

    `seconds` has shape (channels, seconds, samples). Sound that stands still is not clipped.
    """
    high, low = seconds.max(axis=2), seconds.min(axis=2)
    shares = np.where(np.isnan(high), np.nan, 0.0)
    for extreme, sign in ((high, 1), (low, -1)):
        touching = np.count_nonzero(seconds == extreme[..., np.newaxis], axis=2)
        for at in np.argwhere((touching >= RUN) & (high > low)):
            place = tuple(at)
            shares[place] += _in_runs(seconds[place] == extreme[place])
        for at in np.argwhere(sign * extreme > _FULL_SCALE):
            place = tuple(at)
            beyond = np.count_nonzero(sign * seconds[place] > _FULL_SCALE) / seconds.shape[2]
            shares[place] = max(shares[place], beyond)
    return np.asarray(np.fmax.reduce(shares, axis=0))


def _in_runs(touching: npt.NDArray[np.bool_]) -> float:
    """Share of samples in runs of `RUN` or more, of one dimension."""
    edges = np.flatnonzero(np.diff(touching, prepend=False, append=False)).reshape(-1, 2)
    lengths = edges[:, 1] - edges[:, 0]
    return float(lengths[lengths >= RUN].sum()) / len(touching)


def _crowding(sound: Samples, grid: Grid) -> Floats:
    """How crowded the end of each second's amplitude histogram is, on the more crowded side.

    The extreme is the 99.9 % quantile of the side: codecs overshoot flat tops a little.
    """
    seconds = sound.reshape(-1, grid.second)[:, :: max(1, grid.rate // _HISTOGRAM_HZ)]
    ordered = np.sort(seconds, axis=1)
    return np.array([_crowded(values) for values in ordered])


def _crowded(ordered: Samples) -> float:
    if np.isnan(ordered[-1]):
        return float("nan")
    negative = int(np.searchsorted(ordered, 0, side="left"))
    positive = int(np.searchsorted(ordered, 0, side="right"))
    sides = (ordered[positive:], -ordered[:negative][::-1])
    return max((_side(values) for values in sides if len(values) >= 100), default=0.0)


def _side(values: Samples) -> float:
    extreme = values[int(_EXTREME * (len(values) - 1))]
    bounds = np.array([_FURTHER_IN, _CROWDED]) * extreme
    inner, outer = (int(at) for at in np.searchsorted(values, bounds))
    return (len(values) - outer) / max(1, outer - inner)


def _rolloffs(sound: Samples, grid: Grid) -> Floats:
    """The frequency in Hz below which 95 % of the pre-emphasised power lies, a second each.

    Taken from the first block of each second.
    """
    blocks = np.diff(sound.reshape(-1, grid.second)[:, : grid.block], axis=1)
    if not blocks.shape[1]:
        return np.full(len(blocks), np.nan)
    power = np.abs(np.fft.rfft(blocks * np.hanning(blocks.shape[1]).astype(np.float32))) ** 2
    total = power.cumsum(axis=1)
    bins = (total < _ROLLOFF * total[:, -1:]).sum(axis=1)
    hz = bins * grid.rate / blocks.shape[1]
    return np.where(np.isnan(total[:, -1]), np.nan, hz)


def _coded_levels(powers: Floats) -> npt.NDArray[np.uint8]:
    """Powers (1.0: full scale's square) as coded levels."""
    with np.errstate(divide="ignore"):
        db = 10 * np.log10(np.maximum(powers, 1e-30))
    steps = np.clip(np.round((coded.LOUDEST_DBFS - db) / coded.STEP_DB), 0, coded.FAINTEST)
    return _bytes(steps, powers)


def _coded_shares(values: Floats, per_unit: float) -> npt.NDArray[np.uint8]:
    return _bytes(np.clip(np.round(values * per_unit), 0, coded.FAINTEST), values)


def _bytes(steps: Floats, values: Floats) -> npt.NDArray[np.uint8]:
    return np.where(np.isnan(values), coded.NOTHING, np.nan_to_num(steps)).astype(np.uint8)
