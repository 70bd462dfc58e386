"""What sound leaves where it was cut, joined or laid over: changes that happen in no time at all.

Free of thresholds: each list holds the strongest candidates of a recording to a bound, with how
much changed and what changed as much beside it. Every recording has candidates; their numbers tell
whether they mean anything. Times are seconds of the recording; a candidate lies within its span.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from avaudit.domain.time import Span


@dataclass(frozen=True, slots=True)
class RoomChange:
    """The background sound (what is left between words) is another one from here on.

    `distance`: how much the shape of its spectrum differs before and after, as the mean over bands
    in multiples of what it differs by elsewhere in the recording; `beside` is the same in the half
    minute around it (the 90th percentile). `shape_db` and `gain_db` are that difference in dB: of
    the shape, and of the level of all bands alike, which is left out of the distance (automatic
    gain does that). `step`: which share of the change happens within 0.2 s (0 to 1). `jump`: by
    how much neighbouring samples differ at most, in multiples of what they do beside it (a click).
    """

    span: Span
    distance: float
    beside: float
    shape_db: float
    gain_db: float
    step: float
    jump: float


@dataclass(frozen=True, slots=True)
class BandChange:
    """The frequency above which there is no sound is another one from here on.

    `steady`: the share of moments (0 to 1) on both sides whose edge lies at `before_hz` and
    `after_hz`; `depth_db`: how steeply the fainter edge falls; `elsewhere`: the share of the
    recording's moments whose edge lies as far from its usual one.
    """

    span: Span
    before_hz: float
    after_hz: float
    steady: float
    depth_db: float
    elsewhere: float


@dataclass(frozen=True, slots=True)
class HumJump:
    """The mains hum goes on with another phase.

    `hz`: the harmonic whose jump is surest; `jump_deg`: by how much its phase jumps (0 to 180).
    `scatter_deg`: how exactly the phase is known on both sides. `coherence`: how purely this
    stretch of sound at that frequency is one tone (0 to 1, the weaker side). `sureness`: the jump
    over its scatter; `beside`: the 90th percentile of the same within half a minute. `dip_db`: how
    far the hum falls below its level on both sides meanwhile: a source that moves away fades
    before it comes back otherwise. `harmonics`: how many harmonics jump there together.
    """

    span: Span
    hz: float
    jump_deg: float
    scatter_deg: float
    coherence: float
    sureness: float
    beside: float
    dip_db: float
    harmonics: int


@dataclass(frozen=True, slots=True)
class Repeat:
    """What is heard at `first` is heard again at `second`, noise and all.

    `likeness`: the correlation of the samples of both; `faintest`: that of the moments and bands in
    which they correlate least (the lowest tenth), where an announcement played twice has the room's
    own noise. `bit_errors`: the share of fingerprint bits that differ.
    """

    first: Span
    second: Span
    likeness: float
    faintest: float
    bit_errors: float


@dataclass(frozen=True, slots=True)
class OffsetStep:
    """The mean of the samples is another one from here on, in steps of 16-bit sound.

    `sureness`: the difference over its scatter; `beside`: as in `HumJump`.
    """

    span: Span
    before: float
    after: float
    sureness: float
    beside: float


@dataclass(frozen=True, slots=True)
class Hollow:
    """A stretch whose pauses between louder sound are fainter than the room ever is.

    `floor_dbfs`: the level of its faintest tenth; `room_dbfs`: that of the recording's other parts
    (their 5th percentile); `loud_dbfs`: the level of its loudest tenth.
    """

    span: Span
    floor_dbfs: float
    room_dbfs: float
    loud_dbfs: float


@dataclass(frozen=True, slots=True)
class SoundSeams:
    """The first sound stream, looked at for seams.

    `measured_s`: how far it was looked at; `hum_hz`: 50, 60, or 0 where no hum of the mains was
    heard; `hum_share`: in which share of the recording it was.
    """

    NAME: ClassVar[str] = "sound_seams"
    VERSION: ClassVar[int] = 2

    measured_s: float
    rooms: tuple[RoomChange, ...] = ()
    bands: tuple[BandChange, ...] = ()
    hum_hz: float = 0.0
    hum_share: float = 0.0
    hums: tuple[HumJump, ...] = ()
    repeats: tuple[Repeat, ...] = ()
    offsets: tuple[OffsetStep, ...] = ()
    hollows: tuple[Hollow, ...] = ()
