"""A file that cannot be examined, or not to its end: a finding, never a crash and never a pass."""

from __future__ import annotations

from pydantic import Field

from avaudit.checks._declare import CheckParams, check
from avaudit.domain.finding import Measured, Observation
from avaudit.domain.media import MediaFacts
from avaudit.domain.rule import Outcome
from avaudit.domain.signal import PacketTimeline, Readability
from avaudit.domain.time import Span


class Params(CheckParams):
    """How much of the declared length may be missing before the file counts as cut off."""

    min_missing_s: float = Field(gt=0)
    min_missing_share: float = Field(ge=0, le=1)


_FAILURES = (
    "empty", "not_media", "no_index", "no_packets", "damaged", "too_large", "no_permission",
    "symlink_loop", "not_a_file", "timeout", "memory", "crashed",
)  # fmt: skip


@check(
    "quality.unreadable",
    codes=dict.fromkeys(_FAILURES, Outcome.FAIL)
    | {
        "vanished": Outcome.REVIEW,
        "source_unavailable": Outcome.REVIEW,
        "truncated": Outcome.FAIL,
        "read_error": Outcome.FAIL,
    },
)
def unreadable(
    readability: Readability,
    media: MediaFacts | None,
    packets: PacketTimeline | None,
    params: Params,
) -> Measured:
    """What stopped the examination, and what the header promises but the file does not hold."""
    seen = [Observation(code, measured={"detail": d}) for code, d, _ in readability.failures]
    if packets is not None and packets.stopped_by:
        at = max((s.end_s for s in packets.streams), default=0.0)
        seen.append(
            Observation("read_error", Span(at, at), measured={"detail": packets.stopped_by})
        )
    if media is not None and media.declared_duration_s and media.duration_s is not None:
        missing = media.declared_duration_s - media.duration_s
        if missing >= max(
            params.min_missing_s, params.min_missing_share * media.declared_duration_s
        ):
            seen.append(_truncated(media.duration_s, media.declared_duration_s))
    return Measured(1.0, tuple(seen))


def _truncated(readable_s: float, declared_s: float) -> Observation:
    return Observation(
        "truncated",
        Span(readable_s, declared_s),
        measured={"readable_s": round(readable_s, 3)},
        expected={"duration_s": round(declared_s, 3)},
    )
