"""How loud a recording is, all through: levels, clipping and bandwidth, free of thresholds.

Series are kept as one byte a value, packed into text (zlib, base64): an hour takes some tens of
kilobytes in JSON.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from avaudit.domain.picture import Strip
from avaudit.domain.time import Span

#: A value where no sound was delivered.
NOTHING = 255
#: The lowest level there is: `LOUDEST_DBFS` less 254 steps, or no sound at all.
FAINTEST = 254
#: Levels are coded downwards from here, in steps: decoders of lossy sound overshoot full scale.
LOUDEST_DBFS = 6.0
STEP_DB = 0.5
#: Steps of shares and ratios.
PER_UNIT = 100.0
STEP_HZ = 100.0
#: Seconds are coded for so many blocks of levels each.
BLOCKS_A_SECOND = 10


def pack(values: bytes) -> str:
    """A series as text."""
    return base64.b64encode(zlib.compress(values, 9)).decode("ascii")


def unpack(text: str) -> bytes:
    """A series from its text. Raises `ValueError` where it is none."""
    try:
        return zlib.decompress(base64.b64decode(text, validate=True))
    except zlib.error as error:
        raise ValueError(f"not a series: {error}") from error


def to_dbfs(code: int) -> float:
    """A coded level in dB of full scale; `FAINTEST` and `NOTHING` as the lowest."""
    return LOUDEST_DBFS - min(code, FAINTEST) * STEP_DB


@dataclass(frozen=True, slots=True)
class Loudness:
    """Levels of the first sound stream over its whole length; its time line begins at 0.

    Packed series, a value every `block_s` (about 0.1 s), as coded levels: `levels` (AC RMS of the
    loudest channel), `speech_levels` (its part from 300 to 3400 Hz). A value every
    `BLOCKS_A_SECOND` blocks: `peaks` (coded levels), `clipped` (share of samples in flat runs at
    the channel's own extremes, or beyond full scale, in thousandths to .253), `crowding` (how many
    samples lie near the extreme for each one further in, in hundredths: a histogram that rises
    towards its end was cut off, also where a codec has smoothed the flat tops), `tonality` (share
    of the power in the strongest tone, in hundredths), `rolloffs` (95 % roll-off of the
    pre-emphasised spectrum, in steps of `STEP_HZ`). Everywhere `NOTHING` where no sound was
    delivered.

    `still` lists for each channel the stretches in which it alone stands still while another does
    not; `undecodable` counts packets that no decoder took. What lies beyond `measured_s` was not
    looked at. `plots` are small pictures of the level.
    """

    NAME: ClassVar[str] = "loudness"
    VERSION: ClassVar[int] = 1

    block_s: float
    channels: int
    measured_s: float
    levels: str
    speech_levels: str
    peaks: str
    clipped: str
    crowding: str
    tonality: str
    rolloffs: str
    still: tuple[tuple[Span, ...], ...] = ()
    undecodable: int = 0
    plots: tuple[Strip, ...] = ()

    @property
    def second_s(self) -> float:
        """Seconds between values of the coarser series."""
        return self.block_s * BLOCKS_A_SECOND

    def blocks(self, span: Span, count: int) -> range:
        """Indices of the blocks, of `count`, that begin within a span."""
        first = max(0, -int(-span.onset_s // self.block_s)) if self.block_s else 0
        last = max(first, -int(-span.offset_s // self.block_s)) if self.block_s else 0
        return range(min(first, count), min(last, count))


def quantile(codes: Iterable[int], share: float) -> float | None:
    """The level in dB of full scale below which a share (0 to 1) of coded levels lies.

    None without any level. Values without sound do not count.
    """
    ordered = sorted((code for code in codes if code != NOTHING), reverse=True)
    if not ordered:
        return None
    return to_dbfs(ordered[min(len(ordered) - 1, int(share * len(ordered)))])
