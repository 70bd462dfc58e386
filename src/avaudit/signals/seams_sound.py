"""Collect, from sound as it is decoded, what tells where it may have been cut or joined.

For each tenth of a second: the background spectrum in some bands, the frequency where the spectrum
ends, the phase of what may be mains hum, the mean, and how steep the steepest step between two
samples is; and fingerprints for each 20 ms. What changes, and how surely, is found afterwards
(`seams_room`, `seams_hum`, `seams_repeat`), so that memory stays at some hundred bytes a second.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from avaudit.signals.loudness import Grid

Floats = npt.NDArray[np.float32]
Complexes = npt.NDArray[np.complex64]

#: Longer recordings are looked at up to here.
LONGEST_S = 12 * 3600.0
#: So many blocks without sound are passed over at once.
_SKIPPED = 1000
#: Sound of a lower rate has too few bands to compare.
_LEAST_HZ = 6_000
BLOCK_FRAMES = 5
#: Of the frames of a block every second one is looked at.
_LOOKED = slice(None, None, 2)
_BANDS, _LOWEST_HZ, _HIGHEST_HZ = 24, 150.0, 15_000.0
#: Sound so faint is none: a tenth of a step of 16 bits in each frame.
NOTHING_DB = -110.0
#: The spectrum's end is looked for from here on, as the steepest fall over so many Hz.
_EDGE_FROM_HZ, _EDGE_HZ = 2_000.0, 500.0
#: Where hum of the mains is: its frequency, and harmonics that microphones pick up.
MAINS_HZ = (50.0, 60.0)
HARMONICS = (1, 2, 3, 4, 6)
#: For hum and fingerprints a rate of about so many Hz is enough.
_SLOW_HZ = 4_000
#: Fingerprints: spectra of so many frames' length, in bands between two frequencies.
_PRINT_FRAMES, _PRINT_BANDS, _PRINT_HZ = 5, 33, (250.0, 1_900.0)
#: A fingerprint compares spectra so many frames apart: of neighbours they are too much alike.
_PRINT_LAG = 3
#: Blocks that are looked at together: what is in hand then stays in the processor's cache.
_AT_ONCE = 100


@dataclass(slots=True)
class Tracks:
    """What was collected: `n` blocks of `block_s` seconds, NaN (or 0) where there was no sound.

    `top_hz`: half the sample rate. `bands` (n, 24) in dB of full scale; `edge_hz` and `edge_db`
    (n,): where the spectrum falls most steeply, and how far; `hum` (n, 2, 5), complex, of each
    mains frequency and harmonic; `mean` (n,); `steepest` and `steep` (n,): the largest and the mean
    difference of neighbouring samples. `prints` (m,): 32 bits for each frame of `frame_s`;
    `sounding` (m,): whether there is sound.
    """

    block_s: float
    frame_s: float
    top_hz: float
    bands: Floats
    edge_hz: Floats
    edge_db: Floats
    hum: Complexes
    mean: Floats
    steepest: Floats
    steep: Floats
    prints: npt.NDArray[np.uint32]
    sounding: npt.NDArray[np.bool_]


@dataclass(slots=True)
class SeamsMeter:
    """Takes sound as it is decoded, in pieces that begin at whole seconds of the grid."""

    plan: _Plan | None = None
    blocks: int = 0
    parts: dict[str, list[npt.NDArray[np.generic]]] = field(default_factory=dict)
    tail: Floats = field(default_factory=lambda: np.zeros(0, np.float32))

    def add(self, samples: Floats, rate: int, onset: int) -> None:
        """The next sound: shape (channels, n), NaN is no sound; `onset` in samples from 0."""
        if onset / rate >= LONGEST_S or rate < _LEAST_HZ:
            return
        plan = self.plan = self.plan or _Plan(Grid(rate))
        mono = samples[0] if len(samples) == 1 else samples.mean(axis=0)
        short = -len(mono) % plan.grid.second
        if short:
            mono = np.pad(mono, (0, short), constant_values=np.nan)
        self._skip_to(onset // plan.block)
        size = _AT_ONCE * plan.block
        for begin in range(0, len(mono), size):
            self._collect(plan, mono[begin : begin + size])

    def _skip_to(self, block: int) -> None:
        """Blocks without any sound up to a block. Hours of them are all alike: measured once."""
        plan = self.plan
        if plan is None:
            return
        if block - self.blocks > 0:  # what comes after sound still has some of it in its prints
            self._nothing(plan, min(block - self.blocks, _SKIPPED))
        alike = None
        while (missing := block - self.blocks) >= _SKIPPED:
            alike = alike or self._measured(plan, _no_sound(plan, _SKIPPED))
            self._keep(alike, _SKIPPED)
        if missing > 0:
            self._nothing(plan, missing)

    def _nothing(self, plan: _Plan, blocks: int) -> None:
        self._collect(plan, _no_sound(plan, blocks))

    def _collect(self, plan: _Plan, mono: Floats) -> None:
        self._keep(self._measured(plan, mono), len(mono) // plan.block)

    def _measured(self, plan: _Plan, mono: Floats) -> dict[str, npt.NDArray[np.generic]]:
        slow = np.einsum("ij,j->i", mono.reshape(-1, plan.thinning), plan.average)
        found = {
            **plan.spectra(mono),
            **plan.slowly(slow, self.blocks),
            **plan.steps(mono),
            **plan.fingerprints(slow, self.tail),
        }
        self.tail = slow[-plan.print_lead :]
        return found

    def _keep(self, found: dict[str, npt.NDArray[np.generic]], blocks: int) -> None:
        self.blocks += blocks
        for name, values in found.items():
            self.parts.setdefault(name, []).append(values)

    def tracks(self) -> Tracks | None:
        """All that was collected; None where nothing was. Can be asked once: memory is freed."""
        if self.plan is None or not self.blocks:
            return None
        plan, parts = self.plan, self.parts
        whole = {name: np.concatenate(parts.pop(name)) for name in list(parts)}
        rate = plan.grid.rate
        at = {"block_s": plan.block / rate, "frame_s": plan.frame / rate, "top_hz": rate / 2}
        return Tracks(**at, **whole)  # type: ignore[arg-type]  # fields by their names


def _no_sound(plan: _Plan, blocks: int) -> Floats:
    return np.full(blocks * plan.block, np.nan, np.float32)


class _Plan:
    """What depends on the sample rate alone."""

    def __init__(self, grid: Grid) -> None:
        rate, self.grid = grid.rate, grid
        self.frame, self.block = grid.fine, grid.fine * BLOCK_FRAMES
        self.window = np.hanning(self.frame + 1)[:-1].astype(np.float32)
        self.scale = np.float32(2 / (float(np.square(self.window).sum()) * self.frame))
        hz = np.fft.rfftfreq(self.frame, 1 / rate)
        self.hz_a_bin = float(hz[1])
        highest = min(_HIGHEST_HZ, 0.92 * rate / 2)
        edges = np.geomspace(_LOWEST_HZ, max(highest, 4 * _LOWEST_HZ), _BANDS + 1) / self.hz_a_bin
        self.bounds = _widened(np.round(edges).astype(np.int64), len(hz))
        self.edge_bins = max(2, round(_EDGE_HZ / self.hz_a_bin))
        self.edge_first = min(round(_EDGE_FROM_HZ / self.hz_a_bin), len(hz) // 2)
        self.thinning = _divisor(self.frame, rate / _SLOW_HZ)
        self.average = np.full(self.thinning, 1 / self.thinning, np.float32)
        self.slow_frame = self.frame // self.thinning
        self.slow_rate = rate / self.thinning
        self.print_size = self.slow_frame * _PRINT_FRAMES
        self.print_lead = self.print_size - self.slow_frame * (1 - _PRINT_LAG)
        self.print_window = np.hanning(self.print_size + 1)[:-1].astype(np.float32)
        print_hz = np.fft.rfftfreq(self.print_size, 1 / self.slow_rate)
        of = np.geomspace(_PRINT_HZ[0], min(_PRINT_HZ[1], 0.9 * self.slow_rate / 2), 34)
        self.print_bounds = _widened(np.searchsorted(print_hz, of), len(print_hz))
        self.phasors = self._phasors()

    def _phasors(self) -> Complexes:
        """Tones over one block, shape (samples of a block, tones): Hann-weighted, so that speech
        beside a harmonic does not leak into it."""
        count = self.slow_frame * BLOCK_FRAMES
        at = np.arange(count) / self.slow_rate
        hz = np.array([mains * k for mains in MAINS_HZ for k in HARMONICS])
        weight = np.hanning(count + 1)[:-1]
        return np.asarray(
            weight[:, None] * np.exp(-2j * np.pi * at[:, None] * hz) * (2 / weight.sum()),
            np.complex64,
        )

    def spectra(self, mono: Floats) -> dict[str, npt.NDArray[np.generic]]:
        """Background and end of the spectrum of each block."""
        frames = mono.reshape(-1, BLOCK_FRAMES, self.frame)[:, _LOOKED]
        spectrum = np.fft.rfft(frames * self.window)
        power = spectrum.real**2
        power += spectrum.imag**2
        bands = np.add.reduceat(power, self.bounds, axis=2)[:, :, :-1]
        # The faintest frame of a block: what is there between louder sounds.
        lowest = np.log10(bands.min(axis=1) * self.scale + np.float32(1e-14)) * np.float32(10)
        edge_hz, edge_db = self._edges(power.mean(axis=1))
        none = ~(lowest.max(axis=1) > NOTHING_DB)
        lowest[none] = np.nan
        edge_hz[none] = np.nan
        return {"bands": lowest, "edge_hz": edge_hz, "edge_db": edge_db}

    def _edges(self, power: Floats) -> tuple[Floats, Floats]:
        """Where the mean spectrum of each block falls most steeply for good, and how far."""
        size, first = self.edge_bins, self.edge_first
        total = np.cumsum(np.log10(power * self.scale + np.float32(1e-16)), axis=1)
        means = (total[:, size:] - total[:, :-size]) * np.float32(10 / size)
        falls = means[:, first - 1 : -size] - means[:, first - 1 + size :]
        at = np.argmax(np.where(np.isnan(falls), -1, falls), axis=1)
        edge_hz = (first + at + size) * np.float32(self.hz_a_bin)
        return edge_hz.astype(np.float32), falls[np.arange(len(falls)), at]

    def slowly(self, slow: Floats, first_block: int) -> dict[str, npt.NDArray[np.generic]]:
        """Hum and mean of each block. Phases are those at the recording's beginning."""
        blocks = slow.reshape(-1, self.slow_frame * BLOCK_FRAMES)
        # In small products: large ones wake threads that cost more than they save.
        tens = blocks.reshape(-1, 10, blocks.shape[1])
        hum = (tens @ self.phasors).reshape(len(blocks), -1)
        onsets = (first_block + np.arange(len(blocks))) * (self.block / self.grid.rate)
        hz = np.array([mains * k for mains in MAINS_HZ for k in HARMONICS])
        turned = hum * np.exp(-2j * np.pi * (np.outer(onsets, hz) % 1.0))
        return {
            "hum": turned.astype(np.complex64).reshape(-1, len(MAINS_HZ), len(HARMONICS)),
            "mean": blocks.mean(axis=1),
        }

    def steps(self, mono: Floats) -> dict[str, npt.NDArray[np.generic]]:
        """How much neighbouring samples differ in each block."""
        apart = np.abs(np.diff(mono, prepend=mono[:1])).reshape(-1, self.block)
        return {"steepest": apart.max(axis=1), "steep": apart.mean(axis=1)}

    def fingerprints(self, slow: Floats, tail: Floats) -> dict[str, npt.NDArray[np.generic]]:
        """32 bits for each frame: whether the slope between two bands has grown of late.

        After Haitsma and Kalker, "A highly robust audio fingerprinting system", ISMIR 2002. The
        spectrum of each covers it and what lies before it.
        """
        lead = tail if len(tail) == self.print_lead else np.full(self.print_lead, np.nan)
        whole = np.concatenate([lead, slow])
        whole = whole.astype(np.float32)
        frames = np.lib.stride_tricks.sliding_window_view(whole, self.print_size)
        frames = frames[:: self.slow_frame]
        spectrum = np.fft.rfft(frames * self.print_window)
        power = spectrum.real**2 + spectrum.imag**2
        bands = np.add.reduceat(power, self.print_bounds, axis=1)[:, :_PRINT_BANDS]
        slopes = bands[:, :-1] - bands[:, 1:]
        grows = slopes[_PRINT_LAG:] > slopes[:-_PRINT_LAG]
        prints = np.packbits(grows, axis=1).view(">u4")[:, 0].astype(np.uint32)
        floor = np.float32(10 ** (NOTHING_DB / 10) * self.print_size**2)
        return {"prints": prints, "sounding": bands[_PRINT_LAG:].sum(axis=1) > floor}


def _widened(bounds: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.int64]:
    """Bounds that rise by one bin at least, and end within the spectrum."""
    wide = bounds.copy()
    for n in range(1, len(wide)):
        wide[n] = max(wide[n], wide[n - 1] + 1)
    return np.minimum(wide, count - len(wide) + np.arange(len(wide)))


def _divisor(of: int, near: float) -> int:
    """The divisor of a number that lies nearest."""
    divisors = [n for n in range(1, of + 1) if of % n == 0]
    return min(divisors, key=lambda n: abs(n - near))
