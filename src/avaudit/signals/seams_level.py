"""Find where a recording's bandwidth, its mean or its noise floor become others.

Bandwidth: sound of 8 kHz between sound of 16 kHz has its end an octave lower, whatever it is coded
with afterwards. Mean: converters have an offset of their own. Floor: what was laid over in a quiet
place is fainter between its words than the room ever is.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from avaudit.domain.sound_seams import BandChange, Hollow, OffsetStep
from avaudit.domain.time import Span
from avaudit.signals.seams_room import Values, beside, strongest
from avaudit.signals.seams_sound import NOTHING_DB, Floats, Tracks

_SIDE_S = 2.5
#: Spectra of noise fall by so much between neighbouring bands by chance.
_CHANCE_DB = 10.0
#: Ends of spectra within so many octaves are the same; a shift counts to an octave.
_SAME_OCTAVES = 0.12
#: A mean differs by so many steps of 16 bits anyhow.
_FLOOR_STEPS = 0.3
_HOLLOW_S, _MOST_HOLLOWS = 3.0, 8
#: Nobody pauses for longer between words.
_PAUSE_S = 1.0


def band_changes(tracks: Tracks) -> tuple[BandChange, ...]:
    """Where the end of the spectrum moves for good, surest first."""
    side = max(4, round(_SIDE_S / tracks.block_s))
    # Where nothing falls off, the end is that of the sample rate.
    ends = np.where(tracks.edge_db >= _CHANCE_DB, tracks.edge_hz, tracks.top_hz)
    octaves = np.log2(np.where(np.isnan(tracks.edge_hz), np.nan, np.maximum(ends, 1.0)))
    if np.count_nonzero(~np.isnan(octaves)) < 2 * side:
        return ()
    windows = np.lib.stride_tricks.sliding_window_view(octaves, side)
    middle = np.median(windows, axis=1)
    same = np.abs(windows - middle[:, None]) <= _SAME_OCTAVES
    steady = same.mean(axis=1)
    both = np.minimum(steady[:-side], steady[side:])
    moved = np.abs(middle[side:] - middle[:-side])
    value = np.nan_to_num(np.where(moved > _SAME_OCTAVES, both * np.minimum(moved, 1.0), 0.0))
    known = octaves[~np.isnan(octaves)]
    usual = float(np.median(known))
    found = []
    for at in strongest(value, side):
        before, after = float(middle[at]), float(middle[at + side])
        other = before if abs(before - usual) > abs(after - usual) else after
        lower = slice(at, at + side) if before < after else slice(at + side, at + 2 * side)
        found.append(
            BandChange(
                span=_around(at + side, tracks.block_s, 2),
                before_hz=float(round(2**before)),
                after_hz=float(round(2**after)),
                steady=round(float(both[at]), 2),
                depth_db=round(float(np.median(tracks.edge_db[lower])), 1),
                elsewhere=round(float(np.mean(np.abs(known - other) <= _SAME_OCTAVES)), 3),
            )
        )
    return tuple(found)


def offset_steps(tracks: Tracks) -> tuple[OffsetStep, ...]:
    """Where the mean of the samples steps, surest first."""
    side = max(4, round(_SIDE_S / tracks.block_s))
    steps = tracks.mean * np.float32(32768)
    if len(steps) < 3 * side:
        return ()
    windows = np.lib.stride_tricks.sliding_window_view(steps, side)
    middle = np.median(windows, axis=1)
    apart = np.nan_to_num(middle[side:] - middle[:-side])
    scatter = np.nan_to_num(np.median(np.abs(windows - middle[:, None]), axis=1))
    # What it scatters by on both sides, and what it wanders by in the whole recording.
    wanders = 1.4826 * float(np.median(np.abs(apart)))
    scale = np.hypot(_FLOOR_STEPS + wanders, np.maximum(scatter[:-side], scatter[side:]))
    sureness = np.abs(apart) / scale
    blocks = np.arange(len(apart)) + side
    return tuple(
        OffsetStep(
            span=_around(at + side, tracks.block_s, 2),
            before=round(float(middle[at]), 2),
            after=round(float(middle[at + side]), 2),
            sureness=round(float(sureness[at]), 2),
            beside=beside(sureness, at, blocks, side, tracks.block_s),
        )
        for at in strongest(sureness, side)
    )


def hollows(tracks: Tracks) -> tuple[Hollow, ...]:
    """Stretches whose faintest moments are fainter than those of the recording, deepest first.

    Longer silence than anybody pauses for is a mute or a gate: it is passed over.
    """
    size = max(4, round(_HOLLOW_S / tracks.block_s))
    levels = _levels(tracks.bands)
    # The last block that has sound is not full, and those behind it are empty: no hollow, the end.
    levels = levels[: int(np.flatnonzero(levels > NOTHING_DB).max(initial=0))]
    at = np.flatnonzero(~_muted(levels, round(_PAUSE_S / tracks.block_s)))
    levels = levels[at]
    if len(levels) < 3 * size:
        return ()
    windows = np.lib.stride_tricks.sliding_window_view(levels, size)[:: size // 2]
    heard = np.mean(windows > NOTHING_DB, axis=1) > 0.5
    floors, louds = np.quantile(windows, (0.1, 0.9), axis=1)
    if not heard.any():
        return ()
    room = float(np.quantile(floors[heard], 0.25))
    depth = np.where(heard & (louds > room), room - floors, 0.0)
    found = []
    for one in strongest(depth, 2, _MOST_HOLLOWS):
        begin = one * (size // 2)
        faint = np.flatnonzero(windows[one] <= (floors[one] + room) / 2)
        if not (windows[one][faint[0] : faint[-1]] > room).any():
            continue  # a single silence with nothing said in it is a gate's
        first, last = (int(at[begin + k]) for k in (faint[0], faint[-1]))
        found.append(
            Hollow(
                span=Span(round(first * tracks.block_s, 3), round((last + 1) * tracks.block_s, 3)),
                floor_dbfs=round(float(floors[one]), 1),
                room_dbfs=round(room, 1),
                loud_dbfs=round(float(louds[one]), 1),
            )
        )
    return tuple(found)


def _muted(levels: Values, longest: int) -> npt.NDArray[np.bool_]:
    """Blocks of runs without any sound that last longer than so many blocks."""
    silent = levels <= NOTHING_DB
    edges = np.flatnonzero(np.diff(silent, prepend=False, append=False)).reshape(-1, 2)
    found = np.zeros(len(levels), bool)
    for first, last in edges.tolist():
        found[first:last] = last - first > longest
    return found


def _levels(bands: Floats) -> Values:
    """The level of each block in dB, all bands together; the lowest where there is no sound."""
    power = np.power(10.0, np.nan_to_num(bands, nan=-200.0) / 10).sum(axis=1)
    levels: npt.NDArray[np.floating] = 10 * np.log10(np.maximum(power, 10 ** (NOTHING_DB / 10)))
    return levels


def _around(block: int, block_s: float, blocks: int) -> Span:
    """The span of so many blocks on both sides of a block's beginning."""
    return Span(round(max(0, block - blocks) * block_s, 3), round((block + blocks) * block_s, 3))
