"""What a recording is: its file, its container and streams, its clocks. Facts, no judgement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar


class MediaKind(StrEnum):
    """What a file turned out to be. `UNKNOWN` where it could not be opened."""

    VIDEO = "video"
    AUDIO = "audio"
    PHOTO = "photo"
    UNKNOWN = "unknown"


class ClockSource(StrEnum):
    """Where a start time was read, most trusted first.

    A name and a tag are changed in a second, with any file manager or editor; a clock that is
    burned into the picture only by drawing every picture anew. It is also what people see.
    """

    PICTURE = "picture"
    FILENAME = "filename"
    CONTAINER = "container"
    MTIME = "mtime"


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file as the file system gives it. `path` is absolute and printable.

    Bytes of a name that are not UTF-8 stand as `\\xNN` in `path`. `mtime_ns` (the last write) and
    `ctime_ns` (the last change of the inode; 0: not known) count from 1970.
    """

    path: str
    size_bytes: int
    mtime_ns: int
    inode: int
    ctime_ns: int = 0


@dataclass(frozen=True, slots=True)
class ClockReading:
    """One clock's word on when the recording started. `at` has a time zone.

    `doubt` says why it is not to be trusted, where it isn't: `zone` (whole hours off the others),
    `half_day` (12 hours off), `reset` (a device's default date, or back behind an earlier file),
    `ahead` (later than can be). It is never corrected.
    """

    source: ClockSource
    at: datetime
    raw: str
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Clocks:
    """All clocks that could be read of one recording, the most trusted first."""

    readings: tuple[ClockReading, ...] = ()


@dataclass(frozen=True, slots=True)
class StreamFacts:
    """One stream as the container declares it. Sizes in pixels, rates in Hz, times in seconds."""

    index: int
    kind: str
    codec: str
    profile: str = ""
    time_base: str = ""
    start_s: float | None = None
    duration_s: float | None = None
    bit_rate: int | None = None
    width: int = 0
    height: int = 0
    frame_rate: float | None = None
    pixel_format: str = ""
    sample_rate: int = 0
    channels: int = 0
    attached_picture: bool = False


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """A container as FFmpeg names it, with its streams, tags and clocks.

    `duration_s` is measured from packets, `declared_duration_s` is what the header says where the
    format has one (None where FFmpeg would only estimate it from the bit rate).
    """

    NAME: ClassVar[str] = "media"
    VERSION: ClassVar[int] = 1

    kind: MediaKind
    container: str
    duration_s: float | None
    declared_duration_s: float | None
    streams: tuple[StreamFacts, ...]
    tags: Mapping[str, str] = field(default_factory=dict)

    def first(self, kind: str) -> StreamFacts | None:
        """The first stream of a kind (`video`, `audio`), cover pictures left out."""
        for stream in self.streams:
            if stream.kind == kind and not stream.attached_picture:
                return stream
        return None
