"""All seams of a recording's sound, out of what its one decoding collected."""

from __future__ import annotations

from collections.abc import Callable

from avaudit.domain.sound_seams import SoundSeams
from avaudit.domain.time import Span
from avaudit.signals.seams_hum import hum_jumps
from avaudit.signals.seams_level import band_changes, hollows, offset_steps
from avaudit.signals.seams_repeat import Samples, repeats
from avaudit.signals.seams_room import room_changes
from avaudit.signals.seams_sound import SeamsMeter


def sound_seams(meter: SeamsMeter, load: Callable[[Span, int], Samples]) -> SoundSeams:
    """The seams that a meter's tracks show. `load` gives the sound of a span at a rate in Hz: what
    seems to be heard twice is compared sample by sample.

    Raises what `load` raises. The meter is empty afterwards.
    """
    tracks = meter.tracks()
    if tracks is None:
        return SoundSeams(measured_s=0.0)
    rate = round(2 * tracks.top_hz)
    hums = hum_jumps(tracks)
    return SoundSeams(
        measured_s=round(len(tracks.bands) * tracks.block_s, 3),
        rooms=room_changes(tracks),
        bands=band_changes(tracks),
        hum_hz=hums.hz,
        hum_share=hums.share,
        hums=hums.jumps,
        repeats=repeats(tracks, lambda span: load(span, rate), rate),
        offsets=offset_steps(tracks),
        hollows=hollows(tracks),
    )
