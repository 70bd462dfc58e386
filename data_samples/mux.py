"""Encodes drawn pictures and sound into one recording, holes included (PyAV)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.codec.context import Flags
from draw import Camera
from numpy.typing import NDArray

FORMATS = {".3gp": "3gp", ".wmv": "asf", ".ts": "mpegts", ".mkv": "matroska"}
TUNING = {
    "libx264": {"preset": "slow", "crf": "37", "threads": "1", "g": "60"},
    "libx265": {
        "preset": "fast",
        "crf": "35",
        "x265-params": "log-level=none:pools=none:frame-threads=1:keyint=60",
    },
}
CHUNK = 0.1  # seconds of sound given to the encoder at a time


@dataclass
class Recording:
    """What goes into one file."""

    plan: dict[str, Any]
    started: datetime  # with its time zone
    seed: int
    sound: NDArray[np.int16] | None
    seconds: float
    clocks: dict[str, list[float]] = field(default_factory=dict)  # packet times by stream

    def hole(self, kind: str) -> tuple[float, float] | None:
        """The seconds in which a stream (picture or sound) was not recorded."""
        first, last, which = self.plan.get("faults", {}).get("hole", (0, 0, ""))
        return (first, last) if which in (kind, "both") else None


def stamped(output: av.container.OutputContainer, started: datetime) -> None:
    """Set the container's creation time (UTC) where it keeps one."""
    if output.format.name == "wav":
        output.metadata["date"] = started.strftime("%Y-%m-%d")
        output.metadata["origination_date"] = started.strftime("%Y-%m-%d")
        output.metadata["origination_time"] = started.strftime("%H:%M:%S")
        return
    if output.format.name == "avi":
        output.metadata["date"] = started.strftime("%Y-%m-%d %H:%M:%S")
    if output.format.name == "mov":
        local = started.strftime("%Y-%m-%dT%H:%M:%S%z")
        output.metadata["com.apple.quicktime.creationdate"] = local
    moment = started.astimezone(UTC)
    output.metadata["creation_time"] = moment.strftime("%Y-%m-%dT%H:%M:%S.000000Z")


def options(plan: dict[str, Any]) -> dict[str, str]:
    """Options of the container: the same bytes each time, the index first if asked."""
    chosen = {"fflags": "+bitexact"}
    if plan.get("front_index"):
        chosen["movflags"] = "+faststart"
    if plan["path"].endswith(".MOV"):
        chosen["movflags"] = "use_metadata_tags"
    if plan["path"].endswith(".wav"):
        chosen["write_bext"] = "1"
    return chosen


def picture_stream(output: av.container.OutputContainer, video: dict[str, Any]) -> Any:
    """Add the picture's stream."""
    codec = video["codec"]
    stream = output.add_stream(
        codec, rate=video["fps"], options=dict(TUNING.get(codec, {"g": "60"}))
    )
    stream.width, stream.height = video["size"]
    stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    if "bit_rate" in video:
        stream.bit_rate = video["bit_rate"]
    if "quality" in video:
        stream.codec_context.qmin = stream.codec_context.qmax = video["quality"]
    stream.codec_context.flags |= Flags.bitexact
    return stream


def sound_stream(output: av.container.OutputContainer, audio: dict[str, Any]) -> Any:
    """Add the sound's stream, one channel."""
    stream = output.add_stream(audio["codec"], rate=audio["rate"], layout="mono")
    if "bit_rate" in audio:
        stream.bit_rate = audio["bit_rate"]
    stream.codec_context.flags |= Flags.bitexact
    return stream


def pictures(recording: Recording, stream: Any) -> Iterator[tuple[float, Any]]:
    """Each picture in turn with its second, none inside a hole."""
    plan, rate = recording.plan, recording.plan["video"]["fps"]
    camera = Camera(plan["video"], plan["device"], recording.started, recording.seed)
    hole, resumed = recording.hole("picture"), False
    for index in range(int(recording.seconds * rate)):
        second = index / rate
        if hole and hole[0] <= second < hole[1]:
            resumed = True
            continue
        frame = av.VideoFrame.from_ndarray(camera.at(second), format="bgr24")
        levels = 2 if "j" in stream.pix_fmt else 1  # full or limited
        frame = frame.reformat(format=stream.pix_fmt, dst_color_range=levels)
        frame.pts, frame.time_base = index, Fraction(1, rate)
        if resumed:
            frame.pict_type, resumed = av.video.frame.PictureType.I, False
        yield second, frame


def sounds(recording: Recording) -> Iterator[tuple[float, Any]]:
    """The sound in pieces with their seconds, holes not yet left out."""
    if recording.sound is None:
        return
    rate = recording.plan["audio"]["rate"]
    step = int(rate * CHUNK)
    for start in range(0, len(recording.sound), step):
        piece = recording.sound[None, start : start + step]
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(piece), format="s16", layout="mono")
        frame.rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
        yield start / rate, frame


def write(recording: Recording, path: Path) -> None:
    """Encode the recording and keep in `clocks` when each stream's packets are due."""
    plan = recording.plan
    kind = FORMATS.get(path.suffix.lower())
    with av.open(str(path), "w", format=kind, options=options(plan)) as output:
        stamped(output, recording.started)
        video = picture_stream(output, plan["video"]) if "video" in plan else None
        audio = sound_stream(output, plan["audio"]) if recording.sound is not None else None
        due = [(second, 1, frame) for second, frame in sounds(recording)]
        frames = pictures(recording, video) if video is not None else iter(())
        for second, frame in frames:
            while due and due[0][0] <= second:
                put(output, audio, due.pop(0)[2], recording)
            put(output, video, frame, recording)
        for _, _, frame in due:
            put(output, audio, frame, recording)
        for stream in (video, audio):
            put(output, stream, None, recording)


def put(
    output: av.container.OutputContainer, stream: Any, frame: Any, recording: Recording
) -> None:
    """Encode one frame (None: what is left) and write its packets but those in a hole."""
    if stream is None:
        return
    kind = "picture" if stream.type == "video" else "sound"
    hole = recording.hole(kind)
    for packet in stream.encode(frame):
        if packet.pts is None:
            continue
        second = float(packet.pts * packet.time_base)
        if hole and kind == "sound" and hole[0] <= second < hole[1]:
            continue
        recording.clocks.setdefault(kind, []).append(second)
        output.mux(packet)
