"""What the checks of the picture share: how much of it was looked at, and runs of looks."""

from __future__ import annotations

from collections.abc import Sequence

from avaudit.checks._reach import read_share
from avaudit.domain.media import MediaFacts
from avaudit.domain.picture import Looks, Picture
from avaudit.domain.signal import PacketTimeline
from avaudit.domain.time import Span, merge, total_s


def looked_share(
    media: MediaFacts, packets: PacketTimeline, picture: Picture, *, closely: bool = False
) -> float:
    """The share (0 to 1) of the picture that was looked at.

    `closely`: less the stretches that stood out and were not looked at closer.
    """
    stream = packets.first("video")
    if stream is None:
        return 0.0
    # A hole has no picture to look at: it is another rule's finding.
    length_s = max(1e-6, stream.end_s - stream.start_s - sum(h.length_s for h in stream.holes))
    seen_s = total_s(picture.examined)
    if closely:
        seen_s -= total_s(picture.unlooked)
    return max(0.0, min(1.0, seen_s / length_s)) * read_share(media, packets)


def runs(looks: Looks, marked: Sequence[bool], end_s: float) -> tuple[Span, ...]:
    """Stretches of marked looks; a look speaks for the time until the next one."""
    at = [*(ms / 1000 for ms in looks.at_ms), end_s]
    spans = (Span(at[n], max(at[n], at[n + 1])) for n, is_so in enumerate(marked) if is_so)
    return merge(spans, collar_s=1e-3)


def end_of(picture: Picture) -> float:
    """Where the last look's time ends, in seconds."""
    return max((span.offset_s for span in picture.examined), default=0.0)
