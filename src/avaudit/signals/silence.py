"""Digital silence: stretches in which a sound stream carries no sound at all.

A microphone is never silent: even in an empty room its noise moves the lowest bits. Samples that
stand still for a second were not recorded by a microphone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from avaudit.domain.signal import DigitalSilence
from avaudit.domain.time import Span, gaps, merge

#: One step of 16-bit sound. Samples that stay within it carry nothing.
ONE_STEP = 1.0 / 32768.0
_FEW_STEPS = 4 * ONE_STEP
#: Blocks a second in which samples are compared.
BLOCKS_PER_S = 50
#: Shorter stretches are not kept; a check's shortest silence must not lie below.
SHORTEST_S = 0.25
#: Stretches of a single channel that are kept, at most: a loose contact makes thousands.
_MOST_ALONE = 200
_COLLAR_S = 0.005
_FLOOR_DBFS = -120.0

Floats = npt.NDArray[np.float64]
Samples = npt.NDArray[np.float32]


@dataclass(slots=True)
class SilenceMeter:
    """Takes sound as it is decoded and finds where it stands still, in all channels or in one."""

    silent: list[Span] = field(default_factory=list)
    peak: float = 0.0
    alone: dict[int, list[Span]] = field(default_factory=dict)
    channels: int = 0

    def add(self, samples: Samples, rate: int, block: int, onset_s: float) -> None:
        """The next sound: shape (channels, n), NaN is no sound; compared in blocks of `block`
        samples."""
        still = still_blocks(samples, block)
        everywhere = np.asarray(still.all(axis=0))
        spans = _spans(everywhere, block / rate, onset_s)
        self.silent += spans
        for span in spans:
            first, last = (round((at - onset_s) * rate) for at in (span.onset_s, span.offset_s))
            found = np.max(np.abs(samples[:, first:last]), initial=0.0)
            self.peak = max(self.peak, float(found))
        self.channels = max(self.channels, len(samples))
        for number, of_channel in enumerate(still if len(still) > 1 else ()):
            alone = _spans(of_channel & ~everywhere, block / rate, onset_s)
            self.alone.setdefault(number, []).extend(alone)

    def silence(self, covered: Iterable[Span]) -> DigitalSilence:
        """What was silent all in all; `covered` is what the stream's packets cover."""
        return DigitalSilence(
            examined=merge(covered, collar_s=0.05),
            silent=_long(self.silent),
            peak_dbfs=to_dbfs(self.peak),
        )

    def alone_still(self) -> tuple[tuple[Span, ...], ...]:
        """For each channel where it alone stands still, the longest stretches; () for mono."""
        if self.channels < 2:
            return ()
        longest = (
            sorted(_long(self.alone.get(n, [])), key=lambda s: -s.length_s)[:_MOST_ALONE]
            for n in range(self.channels)
        )
        return tuple(tuple(sorted(spans)) for spans in longest)


def still_blocks(samples: Samples, block: int) -> npt.NDArray[np.bool_]:
    """Whether sound carries nothing, shape (channels, n // block): it stays within one 16-bit step,
    or its RMS below half of one (what decoders of lossy sound make of zeros). NaN is no sound."""
    channels, length = samples.shape
    count = length // block if block else 0
    blocks = samples[:, : count * block].reshape(channels, count, block or 1)
    if not count:
        return np.zeros((channels, 0), bool)
    quiet = np.asarray(
        np.ptp(blocks, axis=2) <= _FEW_STEPS
    )  # a quick look first: sound is rarely so quiet
    for at in np.argwhere(quiet):
        values = blocks[tuple(at)]
        faint = float(values.std(dtype=np.float64)) <= ONE_STEP / 2
        quiet[tuple(at)] = faint or float(np.ptp(values)) <= ONE_STEP
    return quiet


def _spans(marked: npt.NDArray[np.bool_], block_s: float, onset_s: float) -> list[Span]:
    """Runs of marked blocks."""
    edges = np.flatnonzero(np.diff(marked, prepend=False, append=False))
    return [
        Span(round(onset_s + first * block_s, 6), round(onset_s + last * block_s, 6))
        for first, last in edges.reshape(-1, 2).tolist()
    ]


def _long(spans: Iterable[Span]) -> tuple[Span, ...]:
    return tuple(s for s in merge(spans, collar_s=_COLLAR_S) if s.length_s >= SHORTEST_S)


def to_dbfs(amplitude: float) -> float:
    """An amplitude (1.0: full scale) in dB of full scale, not below -120."""
    return round(max(_FLOOR_DBFS, 20 * float(np.log10(max(amplitude, 1e-9)))), 1)


def covered_by(onsets: Floats, offsets: Floats, holes: Iterable[Span]) -> tuple[Span, ...]:
    """What packets cover: from the first onset to the last offset, without the holes."""
    if not len(onsets):
        return ()
    return gaps(holes, Span(float(onsets[0]), float(max(onsets[0], offsets.max()))))
