"""Does the file end as a device ends it that is switched off properly?

What cannot be read is a failure of `quality.unreadable`; here the same facts say something about
the device, its battery or its card, for a person to look at.
"""

from __future__ import annotations

from pydantic import Field

from avaudit.checks._declare import CheckParams, check
from avaudit.domain.finding import Measured, NotApplicable, Observation
from avaudit.domain.media import MediaFacts
from avaudit.domain.rule import Outcome
from avaudit.domain.signal import FileRead, PacketTimeline, Readability
from avaudit.domain.time import Span


class Params(CheckParams):
    """How much of the declared length may be missing at the end."""

    min_missing_s: float = Field(gt=0)
    min_missing_share: float = Field(ge=0, le=1)


#: What a file that cannot be opened says of how it ended.
_FAILURES = {"no_index": "no_index", "empty": "nothing_written", "no_packets": "nothing_written"}

#: Lengths of a packet of a transport stream (ISO/IEC 13818-1, 2.4.3.2): plain, with a time stamp
#: before it (Blu-ray, many recorders), with error correction behind it (DVB).
_TS_PACKETS = (188, 192, 204)

#: Formats whose header says how long the recording is, written when it is closed.
_CLOSED = ("mov", "avi", "asf", "wav", "caf", "matroska", "flv")


@check(
    "device.power_loss",
    codes=dict.fromkeys(
        ("no_index", "nothing_written", "cut_off", "tail_cut", "broken_off"), Outcome.REVIEW
    ),
)
def power_loss(
    readability: Readability,
    media: MediaFacts | None,
    packets: PacketTimeline | None,
    read: FileRead | None,
    params: Params,
) -> Measured | NotApplicable:
    """Look for what is written last: an index, a length, whole packets."""
    for code, detail, _ in readability.failures:
        if code in _FAILURES:
            return Measured(1.0, (Observation(_FAILURES[code], measured={"detail": detail}),))
    if media is None or packets is None:
        return NotApplicable("unreadable")
    if packets.stopped_by:
        end_s = media.duration_s or 0.0
        measured = {"detail": packets.stopped_by, "readable_s": round(end_s, 3)}
        return Measured(1.0, (Observation("broken_off", Span(end_s, end_s), measured=measured),))
    format_name = media.container.split(",")[0]
    if format_name == "mpegts":
        return _transport_stream(read, media.duration_s or 0.0)
    return _declared(media, params) if format_name in _CLOSED else NotApplicable("no_end_structure")


def _declared(media: MediaFacts, params: Params) -> Measured:
    """What the header declares against what is there."""
    if media.declared_duration_s is None:
        return Measured(0.0, cause="no_length")
    end_s = media.duration_s or 0.0
    missing_s = media.declared_duration_s - end_s
    if missing_s < max(params.min_missing_s, params.min_missing_share * media.declared_duration_s):
        return Measured(1.0)
    measured = {"readable_s": round(end_s, 3), "missing_s": round(missing_s, 3)}
    expected = {"duration_s": round(media.declared_duration_s, 3)}
    span = Span(end_s, media.declared_duration_s)
    return Measured(1.0, (Observation("cut_off", span, measured=measured, expected=expected),))


def _transport_stream(read: FileRead | None, end_s: float) -> Measured:
    """A transport stream has no end; but whoever stops it properly writes whole packets."""
    if read is None:
        return Measured(0.0, cause="no_length")
    if any(read.size_bytes % length == 0 for length in _TS_PACKETS):
        return Measured(1.0)
    measured = {"left_over": read.size_bytes % _TS_PACKETS[0]}
    return Measured(1.0, (Observation("tail_cut", Span(end_s, end_s), measured=measured),))
