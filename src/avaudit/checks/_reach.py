"""What several checks share: how much of a recording could be read."""

from __future__ import annotations

from avaudit.domain.media import MediaFacts
from avaudit.domain.signal import PacketTimeline


def read_share(media: MediaFacts, packets: PacketTimeline) -> float:
    """The share (0 to 1) of the recording's length up to which packets could be read.

    Against the declared length where the format has one; else against the file's bytes where a
    read error stopped the reader; else the end that was reached is the only one there is.
    """
    if media.declared_duration_s and media.duration_s is not None:
        return min(1.0, media.duration_s / media.declared_duration_s)
    return packets.readable_share if packets.stopped_by else 1.0


def timed_share(media: MediaFacts, packets: PacketTimeline) -> float:
    """The share (0 to 1) that was read; packets without a time count as not read."""
    streams = [s for s in (packets.first("video"), packets.first("audio")) if s]
    timed = sum(s.packets for s in streams)
    with_time = timed / max(1, timed + sum(s.without_time for s in streams))
    return with_time * read_share(media, packets)
