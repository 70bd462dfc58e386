"""Devices of the set: how each encodes and calls its files, and to which part it belongs."""

from __future__ import annotations

from dataclasses import dataclass, field

from sounds import RATE

_H264 = {"preset": "veryfast", "crf": "26", "threads": "1"}
_HEVC = {
    "preset": "ultrafast", "crf": "28",
    "x265-params": "log-level=none:pools=none:frame-threads=1:keyint=30:bframes=0",
}  # fmt: skip


@dataclass(frozen=True)
class Device:
    """Codecs, container and naming of one kind of device. `{at}` is the clock, `{n}` a number."""

    name: str
    suffix: str
    picture: str
    sound: str
    rate: int = RATE
    options: dict[str, str] = field(default_factory=dict)
    bit_rate: int | None = None


#: Devices whose recordings may be looked at while something is changed.
DEVICES = (
    Device("DSJ-A3", "mp4", "libx264", "aac", RATE, {**_H264, "bf": "0", "g": "30"}),
    Device("DSJ-V8", "mkv", "libx264", "aac", 16000, {**_H264, "bf": "2", "g": "60"}),
    Device("DSJ-H5", "ts", "libx265", "aac", RATE, _HEVC),
    Device("DSJ-X2", "avi", "mpeg4", "libmp3lame", RATE, {"g": "30", "qmin": "3", "qmax": "6"}),
    Device("DSJ-M1", "avi", "mjpeg", "pcm_mulaw", 8000, {"qmin": "4", "qmax": "6"}),
    Device("DSJ-K7", "ts", "libx264", "ac3", RATE, {**_H264, "bf": "3", "g": "50"}),
    Device("DSJ-P4", "mp4", "libx265", "aac", 16000, _HEVC, bit_rate=32000),
    Device("DSJ-W6", "mkv", "mpeg4", "libopus", RATE, {"g": "60", "qmin": "3", "qmax": "6"}),
    Device("DSJ-G9", "3gp", "mpeg4", "libopencore_amrnb", 8000, {"g": "30", "qmin": "3"}),
    Device("DSJ-N3", "avi", "mjpeg", "adpcm_ima_wav", 16000, {"qmin": "4", "qmax": "6"}),
    Device(
        "DSJ-C8",
        "mp4",
        "libx265",
        "aac",
        44100,
        {
            "preset": "superfast",
            "crf": "29",
            "x265-params": "log-level=none:pools=none:frame-threads=1:keyint=45:bframes=2",
        },
        bit_rate=64000,
    ),
    Device("DSJ-B2", "3gp", "mpeg4", "libopencore_amrnb", 8000, {"g": "15", "qmin": "4"}),
    Device("DSJ-T5", "mov", "libx264", "pcm_s16le", RATE, {**_H264, "bf": "0", "g": "15"}),
    Device("DSJ-E1", "mov", "mjpeg", "pcm_mulaw", 16000, {"qmin": "5", "qmax": "8"}),
    Device("DSJ-L3", "ts", "libx264", "mp2", RATE, {**_H264, "crf": "29", "bf": "1", "g": "25"}),
    Device(
        "DSJ-Y7",
        "mkv",
        "libvpx",
        "libopus",
        RATE,
        {
            "g": "40",
            "deadline": "realtime",
            "cpu-used": "8",
            "b": "900k",
            "auto-alt-ref": "0",
        },
    ),
    Device("DSJ-Z4", "mkv", "mpeg4", "aac", 16000, {"g": "45", "b": "1200k", "bf": "1"}),
)

#: Devices of the part of which figures are stated: nothing is tuned on their recordings.
OTHERS = (
    Device(
        "DSJ-R4",
        "mp4",
        "libx264",
        "aac",
        44100,
        {"preset": "superfast", "crf": "24", "threads": "1", "bf": "2", "g": "75"},
    ),
    Device(
        "DSJ-S6",
        "avi",
        "libx264",
        "pcm_s16le",
        16000,
        {"preset": "ultrafast", "crf": "25", "threads": "1", "bf": "0", "g": "25"},
    ),
    Device(
        "DSJ-F3",
        "mov",
        "libx265",
        "aac",
        RATE,
        {
            "preset": "ultrafast",
            "crf": "26",
            "x265-params": "log-level=none:pools=none:frame-threads=1:keyint=60:bframes=0",
        },
    ),
    Device("DSJ-J5", "mp4", "mpeg4", "aac", 16000, {"g": "12", "b": "1500k"}, bit_rate=48000),
    Device("DSJ-Q7", "mkv", "mjpeg", "pcm_s16le", 16000, {"qmin": "3", "qmax": "7"}),
    Device(
        "DSJ-U2",
        "webm",
        "libvpx-vp9",
        "libopus",
        RATE,
        {"g": "48", "deadline": "realtime", "cpu-used": "8", "b": "1000k", "threads": "1"},
    ),
    Device(
        "DSJ-D9",
        "ts",
        "libx264",
        "aac",
        RATE,
        {"preset": "veryfast", "crf": "28", "threads": "1", "bf": "0", "g": "150"},
    ),
    Device(
        "DSJ-I8",
        "flv",
        "libx264",
        "libmp3lame",
        44100,
        {"preset": "superfast", "crf": "27", "threads": "1", "bf": "0", "g": "45"},
    ),
    Device(
        "DSJ-N7",
        "mp4",
        "libx264",
        "libmp3lame",
        RATE,
        {"preset": "veryfast", "b": "700k", "threads": "1", "bf": "3", "g": "100"},
    ),
    Device(
        "DSJ-Z9",
        "wmv",
        "wmv2",
        "wmav2",
        44100,
        {"g": "30", "qmin": "3", "qmax": "6"},
        bit_rate=64000,
    ),
)
