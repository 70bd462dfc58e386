"""Decode single packets of a picture stream into what is looked at."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Any, TypeAlias

import av
import av.error
import numpy as np
import numpy.typing as npt

Luma = npt.NDArray[np.uint8]
Packet: TypeAlias = "av.Packet[Any]"

#: The pictures that came out, and whether decoding failed.
Decoded = tuple[list[av.VideoFrame], bool]

#: Formats whose first plane is luma with eight bits a pixel.
_PLANAR_LUMA = ("yuv4", "yuvj4", "nv12", "nv21", "nv16", "gray")
_JPEG_RANGE = 2


@dataclass(frozen=True, slots=True)
class Keyframe:
    """A decoded picture. `at_s` is on the recording's own time line.

    `luma` has shape `(height, width)`, as coded (not turned by `rotation_deg`, which is how far a
    player turns it counter-clockwise). `full_range`: black is 0 and white 255, not 16 and 235.
    """

    at_s: float
    luma: Luma
    full_range: bool = False
    rotation_deg: int = 0
    keyframe: bool = True


def seek(container: Any, stream: av.VideoStream, at_s: float | None) -> None:
    """Go to the keyframe before a container time; to the start where that cannot be had."""
    try:
        if at_s is None:
            container.seek(0)
        else:
            container.seek(int(at_s / (stream.time_base or 1)), stream=stream)
    except av.error.FFmpegError:
        with contextlib.suppress(av.error.FFmpegError):
            container.seek(0)  # no index to seek by: read from the start instead


def decode(context: Any, packet: Packet | None) -> Decoded:
    """The pictures that a packet brings out (None: those still held), and whether it failed."""
    try:
        wanted = packet if packet is not None and packet.size else None
        return [f for f in context.decode(wanted) if isinstance(f, av.VideoFrame)], False
    except av.error.FFmpegError:
        return [], True


def decode_alone(context: Any, packet: av.Packet[Any]) -> Decoded:
    """A keyframe without any other: what the decoder would hold back comes at once."""
    decoded, bad = decode(context, packet)
    held, worse = decode(context, None)
    context.flush_buffers()
    return [*decoded, *held], bad or worse


def keyframe_of(frame: av.VideoFrame, at_s: float) -> Keyframe:
    """A decoded frame as what is looked at: its luma alone, eight bits a pixel."""
    name = frame.format.name
    full = name.startswith("yuvj") or int(frame.color_range or 0) == _JPEG_RANGE
    if not name.startswith(_PLANAR_LUMA) or frame.format.components[0].bits != 8:
        frame, full = frame.reformat(format="gray"), True
    plane = frame.planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return Keyframe(
        at_s,
        rows[: frame.height, : frame.width],
        full,
        int(frame.rotation or 0),
        bool(frame.key_frame),
    )
