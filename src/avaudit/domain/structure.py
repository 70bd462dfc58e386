"""How a recording's container is built: what its writer left, before anything is decoded.

Every muxer builds its files in its own way, and what is cut or copied afterwards is built by
another one. That tells "processed", which is not "edited": the workstation that collects
recordings from devices writes them anew as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Part:
    """An outermost piece of a file: a box, chunk or element, and `times` more like it after it."""

    type: str
    at: int
    size_bytes: int
    times: int = 1


@dataclass(frozen=True, slots=True)
class Text:
    """A text that the container holds. `where` is the path of its box, or the name of its tag."""

    where: str
    text: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """Bytes of the file that no sample table points at."""

    at: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Edit:
    """An entry of an edit list (ISO/IEC 14496-12, 8.6.6): what is shown from `at_s` on.

    `media_s` is where it begins in the track's media, None where nothing is shown.
    """

    at_s: float
    length_s: float
    media_s: float | None


@dataclass(frozen=True, slots=True)
class Run:
    """Samples of one length that differ from the track's usual `usual_s`, `at_s` on media time."""

    at_s: float
    samples: int
    length_s: float


@dataclass(frozen=True, slots=True)
class Shift:
    """Where a table's runs become denser or rarer: runs per 100 samples before and after.

    `weight` is the logarithm of how much better two densities explain the runs than one does.
    """

    at_s: float
    before: float
    after: float
    weight: float


@dataclass(frozen=True, slots=True)
class Track:
    """One track of an MP4 or MOV. Times of creation and change are seconds since 1970 (0: unset).

    `media_s` is what `mdhd` declares, `shown_s` what `tkhd` does, `samples_s` the sum of the sample
    lengths. `usual_s` is the most frequent sample length; `odd_runs` lists the runs that differ
    most from it (`runs` counts all); `shift` is the place where their density changes most.
    `hidden_before_s` and `hidden_after_s` are sample times that edit lists keep from being shown
    (`hidden_between_s`: of one track, between its edits). `chunk_s` is the median length of a
    chunk; `chunks_backward` counts chunks that lie before their predecessor in the file.
    """

    id: int
    kind: str
    codec: str
    handler: str = ""
    compressor: str = ""
    language: str = ""
    flags: int = 0
    created_s: int = 0
    changed_s: int = 0
    media_created_s: int = 0
    media_changed_s: int = 0
    timescale: int = 0
    media_s: float = 0.0
    shown_s: float = 0.0
    samples: int = 0
    samples_s: float = 0.0
    size_bytes: int = 0
    descriptions: int = 1
    description_changes_s: tuple[float, ...] = ()
    usual_s: float = 0.0
    runs: int = 0
    odd_runs: tuple[Run, ...] = ()
    shift: Shift | None = None
    offset_runs: int = 0
    offset_shift: Shift | None = None
    keyframes: int | None = None
    chunks: int = 0
    chunk_s: float = 0.0
    chunks_backward: int = 0
    edits: tuple[Edit, ...] = ()
    hidden_before_s: float = 0.0
    hidden_after_s: float = 0.0
    hidden_between_s: float = 0.0
    hidden_samples: int = 0


@dataclass(frozen=True, slots=True)
class Structure:
    """How a container is built. What its format does not have stays empty or 0.

    `format` is `mp4`, `riff`, `matroska`, `ts` or `other`. `layout` lists the outermost parts in
    their order; `shape` is the tree of boxes below `moov` in one line, bounded, which tells muxers
    apart. `problems` names what contradicts the format ("moov/trak: beyond its parent").

    `unpointed` are the longest stretches of media data (`mdat`) that no sample table points at, of
    `unpointed_bytes` in all (None where it could not be told: fragments, damaged tables).
    `free_bytes` counts `free`, `skip`, `wide` and `JUNK`; `trailing_bytes` what follows the last
    part that the format knows.

    `numbers` holds what other formats have, see `probe/riff.py`, `probe/ebml.py`,
    `probe/transport.py`.
    """

    NAME: ClassVar[str] = "structure"
    VERSION: ClassVar[int] = 1

    format: str
    layout: tuple[Part, ...] = ()
    shape: str = ""
    brand: str = ""
    brand_version: int = 0
    brands: tuple[str, ...] = ()
    created_s: int = 0
    changed_s: int = 0
    timescale: int = 0
    duration_s: float = 0.0
    tracks: tuple[Track, ...] = ()
    texts: tuple[Text, ...] = ()
    fragments: int = 0
    unpointed_bytes: int | None = None
    unpointed: tuple[Stretch, ...] = ()
    free_bytes: int = 0
    trailing_bytes: int = 0
    numbers: Mapping[str, float] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    def first(self, kind: str) -> Track | None:
        """The first track of a kind (`vide`, `soun`)."""
        return next((track for track in self.tracks if track.kind == kind), None)
