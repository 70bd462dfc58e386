"""Examine the picture of one file for the clock burned into it. In a worker process."""

from __future__ import annotations

from avaudit.domain.osd import OsdClock
from avaudit.domain.signal import Missing
from avaudit.domain.time import Span
from avaudit.gathered import Gathered
from avaudit.i18n import printable
from avaudit.language.osd_text import read_osd, read_time
from avaudit.media.reel import Reel
from avaudit.probe import packets as packet_probe


def measure_clock(reel: Reel | None, gathered: Gathered, table: packet_probe.PacketTable) -> None:
    """Read the burned-in clock of the first picture stream; nothing where there is no picture.

    Raises what decoding raises: `Unexaminable`, `SourceUnavailable`.
    """
    if gathered.media is None or gathered.media.first("video") is None:
        return
    if reel is None:
        gathered.signals[OsdClock.NAME] = OsdClock(False, "no_picture")
        return
    stream = table.streams[reel.stream_index]
    onsets, offsets, _ = packet_probe.packet_spans(stream, table.zero_s)
    span = Span(float(onsets.min()), max(float(onsets.min()), float(offsets.max())))
    try:
        # The recogniser takes a second and a hundred MB to import: only where there is a picture.
        from avaudit.signals import osd_clock, osd_find  # noqa: PLC0415

        grammar = osd_find.Grammar(read_osd, read_time)
        found = osd_clock.measure(reel, span, len(stream.times), grammar)
    except (ImportError, OSError, RuntimeError) as error:  # the recogniser's fault, not the file's
        detail = printable(f"{type(error).__name__}: {error}")
        gathered.missing.append(Missing(OsdClock.NAME, "no_reader", detail))
        return
    gathered.signals[OsdClock.NAME] = found
