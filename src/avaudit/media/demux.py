"""Packets of a container, with what PyAV stumbles over in damaged files taken care of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import av
import av.container
import av.stream


def demux(
    container: av.container.InputContainer, streams: Sequence[av.stream.Stream]
) -> Iterator[av.Packet[Any]]:
    """Packets of these streams to the end of the file; none at all for no streams.

    Raises `av.error.FFmpegError` where reading fails.
    """
    if not streams:  # PyAV reads no streams as all of them
        return
    try:
        yield from container.demux(list(streams))
    except IndexError:
        # A damaged transport stream can bring up streams in its middle. PyAV has no objects for
        # them and fails at its closing, empty packets: by then all others were delivered.
        return
