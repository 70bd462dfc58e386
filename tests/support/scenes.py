"""Make picture streams whose every frame is given: real files, encoded and muxed by PyAV."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt

Gray = npt.NDArray[np.uint8]

_TICKS = 90_000
#: Codecs that need a time base of one frame.
_BY_FRAME = {"mpeg4", "h263", "wmv2", "mpeg2video"}


def encode(
    path: Path,
    pictures: Iterable[Gray],
    *,
    fps: int = 25,
    codec: str = "libx264",
    options: dict[str, str] | None = None,
    bit_rate: int | None = None,
    times: Iterable[float] | None = None,
    rotation_deg: int = 0,
    container: str | None = None,
) -> Path:
    """Write gray pictures (0 black, 255 white), shape `(height, width)`, sides even.

    `times` are in seconds.
    """
    at = iter(times) if times is not None else None
    with av.open(str(path), "w", format=container) as output:
        stream: Any = None
        ticks = fps if codec in _BY_FRAME else _TICKS
        for number, picture in enumerate(pictures):
            if stream is None:
                stream = output.add_stream(codec, rate=fps, options=dict(options or {}))
                stream.height, stream.width = picture.shape
                stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
                stream.codec_context.time_base = Fraction(1, ticks)
                if bit_rate:
                    stream.bit_rate = bit_rate
                if rotation_deg:
                    stream.set_display_rotation(rotation_deg)
            height, width = picture.shape
            whole = np.full((height * 3 // 2, width), 128, np.uint8)
            # Video has black at 16 and white at 235, JPEG at 0 and 255.
            limited = 16.0 + picture.astype(np.float32) * np.float32(219.0 / 255.0)
            whole[:height] = picture if codec == "mjpeg" else limited.round().astype(np.uint8)
            frame = av.VideoFrame.from_ndarray(whole, format=str(stream.pix_fmt))
            seconds = next(at) if at is not None else number / fps
            frame.pts, frame.time_base = round(seconds * ticks), Fraction(1, ticks)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path
