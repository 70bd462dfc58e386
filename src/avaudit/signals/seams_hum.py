"""Find where the mains hum goes on with another phase: something was taken out or put in there.

After Rodriguez, Apolinario and Biscainho, "Audio authenticity: detecting ENF discontinuity with
high precision phase analysis", IEEE TIFS 5 (3), 2010: the hum is a single tone whose frequency
hardly changes, so that its phase before a moment tells the phase after it. Here both sides are
averaged with the frequency that the increments of some seconds give, and the jump is held against
how exactly the two phases are known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from avaudit.domain.sound_seams import HumJump
from avaudit.domain.time import Span
from avaudit.signals.seams_room import Values, beside, strongest
from avaudit.signals.seams_sound import HARMONICS, MAINS_HZ, Complexes, Tracks

#: The phase of a side is that of so many blocks; the frequency that of the increments of so many.
_SIDE, _FREQUENCY = 15, 40
#: No block counts more than the median one within so many.
_LIMIT = 20
#: A side whose blocks agree less has no hum. Noise alone comes to 0.26, rarely beyond 0.5.
_COHERENT = 0.75
#: No phase is known better than that, in degrees: the frequency wanders.
_FLOOR_DEG = 3.0


@dataclass(frozen=True, slots=True)
class Hums:
    """Which mains frequency is heard (0: none), in which share of the time, and its jumps."""

    hz: float
    share: float
    jumps: tuple[HumJump, ...]


def hum_jumps(tracks: Tracks) -> Hums:
    """Jumps of the phase of mains hum, surest first, where there is hum."""
    hum = np.nan_to_num(tracks.hum)
    if len(hum) < 2 * _SIDE + 2:
        return Hums(0.0, 0.0, ())
    sides = [[_Sides.of(hum[:, m, k]) for k in range(len(HARMONICS))] for m in range(len(MAINS_HZ))]
    shares = [
        float(np.mean(np.max([one.coherence for one in of_mains], axis=0) >= _COHERENT))
        for of_mains in sides
    ]
    # A tone ten hertz beside leaks into the windows of a block, fainter by half.
    loud = [share and float(np.median(np.abs(hum[:, m]).sum(axis=1))) for m, share in
            enumerate(shares)]  # fmt: skip
    mains = int(np.argmax(loud))
    if not shares[mains]:
        return Hums(0.0, 0.0, ())
    found = _jumps(sides[mains], MAINS_HZ[mains], tracks.block_s)
    return Hums(MAINS_HZ[mains], round(shares[mains], 3), found)


@dataclass(frozen=True, slots=True)
class _Sides:
    """Of one tone, for each block with a full side before and after it, the block itself left out:
    the jump and its scatter in degrees, the coherence of the weaker side, and the tone's dip."""

    jump: Values
    scatter: Values
    coherence: Values
    dip_db: Values

    @classmethod
    def of(cls, tone: Complexes) -> _Sides:
        tone = _limited(tone)
        increments = tone[1:] * tone[:-1].conj()
        summed = np.cumsum(np.concatenate([[0], increments]))
        # Of each increment its weight is the power: outvoted is the one across a jump.
        at = np.arange(_SIDE, len(tone) - _SIDE)
        first = np.maximum(0, at - _FREQUENCY)
        last = np.minimum(len(increments), at + _FREQUENCY)
        turn = np.angle(summed[last] - summed[first])
        windows = np.lib.stride_tricks.sliding_window_view(tone, _SIDE)
        steps = np.arange(1, _SIDE + 1)
        turns = np.exp(-1j * turn[:, None] * steps)
        after, before = windows[at + 1], windows[at - _SIDE][:, ::-1]
        late, early = (after * turns).sum(axis=1), (before * turns.conj()).sum(axis=1)
        coherences = [_coherence(total, side) for total, side in ((late, after), (early, before))]
        jump = np.degrees(np.abs(np.angle(late * early.conj())))
        scatter = np.hypot(*(_scatter(coherence) for coherence in coherences))
        near = np.abs(np.stack([tone[at - 2], tone[at - 1], tone[at + 1], tone[at + 2]]))
        usual = np.minimum(np.median(np.abs(after), axis=1), np.median(np.abs(before), axis=1))
        dip = 20 * np.log10(np.maximum(usual, 1e-9) / np.maximum(near.min(axis=0), 1e-9))
        return cls(jump, np.hypot(scatter, _FLOOR_DEG), np.minimum(*coherences), dip)


def _limited(tone: Complexes) -> Complexes:
    """The tone with nothing stronger than its median within seconds: voices are louder than hum."""
    size = np.abs(tone)
    windows = np.lib.stride_tricks.sliding_window_view(
        np.pad(size, _LIMIT, mode="reflect"), 2 * _LIMIT + 1
    )
    usual = np.median(windows[:: _LIMIT // 2], axis=1)
    at = np.arange(len(usual)) * (_LIMIT // 2)
    limit = np.interp(np.arange(len(size)), at, usual)
    return np.asarray(tone * np.minimum(1.0, limit / np.maximum(size, 1e-9)), np.complex64)


def _coherence(total: npt.NDArray[np.complexfloating], side: Complexes) -> Values:
    power = np.sqrt(_SIDE * np.square(np.abs(side)).sum(axis=1))
    return np.asarray(np.abs(total) / np.maximum(power, 1e-12))


def _scatter(coherence: Values) -> Values:
    """How far the phase of a mean of phasors of that coherence may be off, in degrees."""
    squared = np.clip(np.square(coherence), 1e-3, 1.0)
    return np.degrees(np.sqrt((1 / squared - 1) / (2 * (_SIDE - 1))))


def _jumps(tones: list[_Sides], mains_hz: float, block_s: float) -> tuple[HumJump, ...]:
    heard = np.stack([tone.coherence >= _COHERENT for tone in tones])
    sureness = np.stack([tone.jump / tone.scatter for tone in tones]) * heard
    most = sureness.max(axis=0)
    blocks = np.arange(len(most)) + _SIDE
    found = []
    for at in strongest(most, _SIDE):
        k = int(np.argmax(sureness[:, at]))
        tone, block = tones[k], at + _SIDE
        found.append(
            HumJump(
                span=Span(round((block - 0.5) * block_s, 3), round((block + 1.5) * block_s, 3)),
                hz=mains_hz * HARMONICS[k],
                jump_deg=round(float(tone.jump[at]), 1),
                scatter_deg=round(float(tone.scatter[at]), 1),
                coherence=round(float(tone.coherence[at]), 3),
                sureness=round(float(most[at]), 2),
                beside=beside(most, at, blocks, _SIDE, block_s),
                dip_db=round(float(tone.dip_db[at]), 1),
                harmonics=int(np.count_nonzero(sureness[:, at] >= most[at] / 3)),
            )
        )
    return tuple(found)
