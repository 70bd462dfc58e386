"""What several checks share: reading the levels of a recording's sound."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from avaudit.checks._reach import read_share
from avaudit.domain.loudness import FAINTEST, NOTHING, Loudness, to_dbfs, unpack
from avaudit.domain.media import MediaFacts
from avaudit.domain.signal import PacketTimeline
from avaudit.domain.time import Span


@dataclass(frozen=True, slots=True)
class Levels:
    """Levels in dB of full scale, one a block of `block_s` seconds; None where no sound was
    delivered, -inf where it stands still."""

    dbfs: tuple[float | None, ...]
    block_s: float

    def runs(self, marked: Sequence[bool]) -> Iterator[tuple[int, int]]:
        """First and last (exclusive) index of each run of marked blocks."""
        for value, group in groupby(enumerate(marked), key=lambda pair: pair[1]):
            if value:
                indices = [number for number, _ in group]
                yield indices[0], indices[-1] + 1

    def span(self, first: int, last: int) -> Span:
        """Seconds from one block to before another."""
        return Span(round(first * self.block_s, 3), round(last * self.block_s, 3))

    def sounding(self) -> list[float]:
        """Levels of all blocks with some sound, faintest first."""
        return sorted(level for level in self.dbfs if level is not None and level > FAINT_DBFS)


#: What is fainter is no sound: less than rounding to 16 bits leaves.
FAINT_DBFS = -98.0


def levels_of(series: str, block_s: float) -> Levels:
    """Levels from a packed series."""
    return Levels(tuple(_level(code) for code in unpack(series)), block_s)


def _level(code: int) -> float | None:
    if code == NOTHING:
        return None
    return float("-inf") if code == FAINTEST else to_dbfs(code)


def at_share(ordered: Sequence[float], share: float) -> float | None:
    """The value below which a share (0 to 1) of ordered values lies; None of none."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None


def heard_share(media: MediaFacts, packets: PacketTimeline, loudness: Loudness) -> float:
    """The share (0 to 1) of the recording's sound that could be read, decoded and measured."""
    sound = packets.first("audio")
    if sound is None:
        return 0.0
    last_s = loudness.measured_s + loudness.second_s
    reached = min(1.0, last_s / max(1e-6, sound.end_s))
    decoded = 1.0 - min(1.0, loudness.undecodable / sound.packets)
    return reached * decoded * read_share(media, packets)


def within(spans: Iterable[Span], onset_s: float, offset_s: float) -> float:
    """Seconds of a stretch that spans (apart from each other) cover."""
    stretch = Span(onset_s, offset_s)
    return sum(span.overlap_s(stretch) for span in spans)
