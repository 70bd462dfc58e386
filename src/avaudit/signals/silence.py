"""Digital silence: stretches in which a sound stream carries no sound at all.

A microphone is never silent: even in an empty room its noise moves the lowest bits. Samples that
stand still for a second were not recorded by a microphone. Packets tell where to look (an AAC mute
is a run of packets of a few bytes, a PCM mute one repeated byte); decoding only those stretches
confirms it.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from avaudit.domain.signal import DigitalSilence
from avaudit.domain.time import Span, gaps, merge
from avaudit.media.open import open_input
from avaudit.media.sound import Samples, decode_mono

#: One step of 16-bit sound. Samples that stay within it carry nothing.
ONE_STEP = 1.0 / 32768.0
BLOCK_S = 0.02
#: Shorter candidates are not decoded; a check's shortest silence must not lie below.
SHORTEST_S = 0.25
#: A candidate packet is smaller than this share of the stream's large packets.
SMALL_SHARE = 0.25
_CHUNK_S = 60.0
_FLOOR_DBFS = -120.0

Floats = npt.NDArray[np.float64]


def candidates(
    onsets: Floats, offsets: Floats, sizes: npt.NDArray[np.int64], constant: npt.NDArray[np.bool_]
) -> tuple[Span, ...]:
    """Stretches that may be silent, told from packets. All arrays have shape `(packets,)`.

    `constant` says for PCM packets that all bytes are equal (empty for other codecs). Where every
    packet has the same size (CBR), sizes tell nothing and the whole stream is a candidate.
    """
    if not len(onsets):
        return ()
    if len(constant):
        small = constant
    else:
        large = np.percentile(sizes, 90)
        tells_nothing = np.percentile(sizes, 5) >= 0.9 * large
        small = np.ones(len(sizes), bool) if tells_nothing else sizes <= SMALL_SHARE * large
    marked = np.flatnonzero(small)
    spans = (Span(float(onsets[i]), float(max(onsets[i], offsets[i]))) for i in marked)
    runs = merge(spans, collar_s=0.1)
    return tuple(run for run in runs if run.length_s >= SHORTEST_S)


def measure(
    fd: int, stream_index: int, covered: Iterable[Span], looked_at: Iterable[Span], zero_s: float
) -> DigitalSilence:
    """Decode the candidate stretches and keep what is silent.

    `covered` is what the stream's packets cover (the measurement's reach), `looked_at` the
    candidates. Raises what `open_input` raises.
    """
    silent: list[Span] = []
    peak = 0.0
    with open_input(fd) as container:
        for span in _chunks(looked_at):
            sound, rate, _ = decode_mono(container, stream_index, span, zero_s, fill=np.nan)
            found = still_blocks(sound, rate, span.onset_s)
            silent += found
            peak = max([peak, *(_peak(sound, rate, span.onset_s, f) for f in found)])
    return DigitalSilence(
        examined=merge(covered, collar_s=0.05),
        silent=tuple(s for s in merge(silent, collar_s=0.005) if s.length_s >= SHORTEST_S),
        peak_dbfs=to_dbfs(peak),
    )


def still_blocks(sound: Samples, rate: int, onset_s: float) -> list[Span]:
    """Blocks of `BLOCK_S` in which the sound stays within one 16-bit step; NaN is no sound."""
    size = max(1, round(BLOCK_S * rate))
    count = len(sound) // size
    blocks = sound[: count * size].reshape(count, size)
    still = np.ptp(blocks, axis=1) <= ONE_STEP if count else np.zeros(0, bool)
    at = onset_s + np.arange(count) * size / rate if rate else np.zeros(0)
    return [Span(float(at[i]), float(at[i] + size / rate)) for i in np.flatnonzero(still)]


def to_dbfs(amplitude: float) -> float:
    """An amplitude (1.0: full scale) in dB of full scale, not below -120."""
    return round(max(_FLOOR_DBFS, 20 * float(np.log10(max(amplitude, 1e-9)))), 1)


def _peak(sound: Samples, rate: int, onset_s: float, span: Span) -> float:
    begin, end = (round((at - onset_s) * rate) for at in (span.onset_s, span.offset_s))
    return float(np.max(np.abs(sound[begin:end]), initial=0.0))


def _chunks(spans: Iterable[Span]) -> list[Span]:
    """Candidates with a margin, near ones joined, in pieces that fit in memory."""
    wide = merge((Span(max(0.0, s.onset_s - 0.1), s.offset_s + 0.1) for s in spans), collar_s=1.0)
    pieces = []
    for span in wide:
        starts = np.arange(span.onset_s, span.offset_s, _CHUNK_S)
        pieces += [Span(float(a), min(float(a) + _CHUNK_S, span.offset_s)) for a in starts]
    return pieces


def covered_by(onsets: Floats, offsets: Floats, holes: Iterable[Span]) -> tuple[Span, ...]:
    """What packets cover: from the first onset to the last offset, without the holes."""
    if not len(onsets):
        return ()
    return gaps(holes, Span(float(onsets[0]), float(max(onsets[0], offsets.max()))))
