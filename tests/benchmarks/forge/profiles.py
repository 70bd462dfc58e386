"""Devices that record and programs that export: how each encodes, wraps and marks its files.

Those of one part (`tune`, `report`) are never used in the other. Nobody's real devices: their
settings are of the kinds that devices have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Profile:
    """One device or program. `gop_s` is the keyframe distance, `rate` of the sound in Hz.

    `brands` are what `ftyp` holds (major brand first), `handlers` the names of the tracks. `plain`:
    the encoder's and the muxer's own marks stay (x264's settings, Lavf's name), as programs leave
    them; devices have none.
    """

    name: str
    part: str
    suffix: str
    picture: str
    sound: str
    rate: int = 16000
    gop_s: float = 1.0
    options: Mapping[str, str] = field(default_factory=dict)
    bit_rate: int | None = None
    brands: tuple[str, ...] = ()
    handlers: tuple[str, str] = ("", "")
    plain: bool = False
    index_first: bool = False

    @property
    def boxed(self) -> bool:
        """Whether its files are of the MP4 family."""
        return self.suffix in ("mp4", "mov", "3gp")

    @property
    def timed(self) -> bool:
        """Whether its container tells when each picture is shown."""
        return self.suffix != "avi"


_FAST = {"preset": "superfast", "crf": "26"}
_BASE = {**_FAST, "profile": "baseline", "bf": "0", "sc_threshold": "0", "refs": "1"}
_MAIN = {**_FAST, "crf": "25", "profile": "main", "sc_threshold": "0"}
_HEVC = {"preset": "ultrafast", "crf": "28"}
_PART2 = {"qmin": "3", "qmax": "6", "sc_threshold": "1000000000"}
_JPEG = {"qmin": "4", "qmax": "6"}
_MP42 = ("mp42", "mp42", "isom", "CAEP", "avc1")
_AMR = "libopencore_amrnb"

DEVICES = (
    Profile("DSJ-A3", "tune", "mp4", "libx264", "aac", 48000, 1.0, _BASE, brands=_MP42,
            handlers=("Amba Video", "Amba Audio")),
    Profile("DSJ-H5", "tune", "ts", "libx265", "aac", 48000, 2.0, _HEVC),
    Profile("DSJ-M2", "tune", "avi", "mpeg4", "pcm_mulaw", 8000, 1.0, _PART2),
    Profile("DSJ-V8", "tune", "mkv", "libx264", "aac", 16000, 2.0, {**_MAIN, "bf": "2"}),
    Profile("DSJ-G9", "tune", "3gp", "libx264", _AMR, 8000, 1.0, _BASE,
            brands=("3gp5", "3gp5", "isom"), handlers=("VideoTrack", "SoundTrack")),
    Profile("DSJ-J1", "tune", "avi", "mjpeg", "pcm_alaw", 8000, 1.0, _JPEG),
    Profile("DSJ-N5", "tune", "mov", "libx264", "pcm_s16le", 16000, 2.0, {**_MAIN, "bf": "0"},
            brands=("qt  ", "qt  "), handlers=("DataHandler", "DataHandler")),
    Profile("DSJ-C4", "tune", "mp4", "libx265", "aac", 16000, 2.0, _HEVC, 32000,
            ("isom", "isom", "hvc1"), ("Video Media Handler", "Sound Media Handler")),
    Profile("DSJ-T7", "tune", "ts", "libx264", "aac", 16000, 1.0, {**_MAIN, "bf": "0"}, 32000),
    Profile("DSJ-B7", "report", "mp4", "libx264", "aac", 32000, 2.0, {**_MAIN, "bf": "2"},
            brands=("avc1", "avc1", "mp42"), handlers=("VIDEO0", "AUDIO0")),
    Profile("DSJ-E2", "report", "ts", "libx264", "aac", 44100, 1.0, {**_BASE, "crf": "24"}),
    Profile("DSJ-K3", "report", "avi", "mjpeg", "pcm_mulaw", 8000, 1.0, {"qmin": "3", "qmax": "5"}),
    Profile("DSJ-P4", "report", "mp4", "libx265", "aac", 16000, 1.0, {**_HEVC, "crf": "26"}, 24000,
            ("mp42", "mp42", "hvc1"), ("hevc", "soun")),
    Profile("DSJ-S6", "report", "3gp", "mpeg4", _AMR, 8000, 1.0, _PART2,
            brands=("3gp4", "3gp4"), handlers=("vide", "soun")),
    Profile("DSJ-R8", "report", "mov", "libx264", "pcm_alaw", 8000, 1.0, {**_MAIN, "bf": "1"},
            brands=("qt  ", "qt  "), handlers=("Core Media Video", "Core Media Audio")),
    Profile("DSJ-W1", "report", "mkv", "mpeg4", "libmp3lame", 16000, 2.0, _PART2),
)  # fmt: skip

#: Devices of which long recordings alone are made: what their packets tell, nothing is edited.
LONG_DEVICES = (
    Profile("DSJ-L3", "tune", "mov", "mpeg4", "pcm_s16le", 16000, 2.0, {**_PART2, "qmax": "10"},
            brands=("qt  ", "qt  "), handlers=("DataHandler", "DataHandler")),
    Profile("DSJ-D6", "tune", "mp4", "mpeg4", "aac", 32000, 1.0, {**_PART2, "bf": "0"},
            brands=("mp42", "mp42", "isom"), handlers=("vide", "soun")),
    Profile("DSJ-F1", "tune", "mp4", "libx264", "aac", 44100, 2.0, {**_MAIN, "bf": "0"},
            brands=("isom", "isom", "avc1"), handlers=("Video", "Audio")),
)  # fmt: skip

#: What exports an edited timeline: other settings than any device's, and their own marks.
EDITORS = (
    Profile("x264-like", "tune", "mp4", "libx264", "aac", 48000, 10.0,
            {"preset": "veryfast", "crf": "23", "bf": "3"}, plain=True),
    Profile("phone-editor", "tune", "mp4", "libx264", "aac", 44100, 1.0,
            {**_MAIN, "crf": "22", "bf": "0"}, 96000, ("mp42", "mp42", "isom"),
            ("VideoHandle", "SoundHandle"), index_first=True),
    Profile("desktop-editor", "report", "mov", "libx264", "aac", 48000, 0.8,
            {"preset": "veryfast", "crf": "20", "bf": "2"}, 128000, ("qt  ", "qt  "),
            ("Alias Data Handler", "Alias Data Handler"), plain=True),
    Profile("hevc-editor", "report", "mp4", "libx265", "aac", 48000, 4.0,
            {"preset": "superfast", "crf": "26"}, plain=True, index_first=True),
)  # fmt: skip

#: Collection workstations that re-wrap or transcode everything lawfully.
WORKSTATIONS = (
    Profile("station-1", "tune", "mp4", "libx264", "aac", 16000, 2.0,
            {**_MAIN, "crf": "27", "bf": "0"}, 32000, ("isom", "isom", "iso2", "mp41"),
            ("station video", "station audio"), plain=True),
    Profile("station-2", "report", "mp4", "libx264", "aac", 32000, 1.0,
            {**_BASE, "crf": "28"}, 48000, ("mp41", "mp41"), ("VMS", "VMS"), plain=True),
)  # fmt: skip

#: What platforms for sharing videos make of an upload.
PLATFORMS = (
    Profile("messenger", "tune", "mp4", "libx264", "aac", 44100, 4.0,
            {"preset": "veryfast", "crf": "33", "profile": "main"}, 48000, plain=True,
            index_first=True),
    Profile("short-video", "report", "mp4", "libx264", "aac", 44100, 5.0,
            {"preset": "veryfast", "crf": "31", "bf": "4"}, 64000, plain=True, index_first=True),
)  # fmt: skip


def of_part(profiles: tuple[Profile, ...], part: str) -> tuple[Profile, ...]:
    """Those that may be used in a part."""
    return tuple(one for one in profiles if one.part == part)


def program(profile: Profile) -> Profile:
    """A program that encodes with a device's settings but leaves its own marks."""
    return replace(profile, plain=True, brands=(), handlers=("", ""))
