"""Examine the packets of one file's picture for an earlier compression. In a worker process."""

from __future__ import annotations

import numpy as np

from avaudit.domain.examination import ExamineRequest
from avaudit.domain.recompression import Recompression
from avaudit.gathered import Gathered
from avaudit.probe import packets as packet_probe
from avaudit.signals import recompression


def measure_recompression(
    request: ExamineRequest, gathered: Gathered, table: packet_probe.PacketTable
) -> None:
    """Measure the sizes of the first picture stream's packets; nothing is decoded.

    Nothing where there is no picture at all, or where that was done before.
    """
    media = gathered.media
    declared = media.first("video") if media else None
    if declared is None or Recompression.NAME in request.have:
        return
    stream = table.streams.get(declared.index)
    if stream is None or not stream.times:
        gathered.signals[Recompression.NAME] = Recompression(False, "no_picture")
        return
    times = np.asarray(stream.times, np.int64)
    order = np.argsort(times, kind="stable")
    gathered.signals[Recompression.NAME] = recompression.measure(
        times[order] * stream.tick_s - table.zero_s,
        np.asarray(stream.carried, np.int64)[order],
        np.asarray(stream.keys, bool)[order],
        reordered=bool((np.diff(times) < 0).any()),
        coded_in=stream.codec,
    )
