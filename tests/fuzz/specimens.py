"""What is mutated: small recordings of every container; every sample, its beginning and whole."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import av

from support.forge import Audio, Picture, make, tone

SAMPLES = Path(__file__).parents[2] / "data_samples"
_NOT_MEDIA = {".csv", ".md", ".py", ".yaml"}
#: So much of a sample's beginning is examined whole.
_BEGINNING_S = 0.25
#: Muxers draw no numbers by chance: a file is the same each time.
_SAME = {"fflags": "+bitexact"}


@dataclass(frozen=True, slots=True)
class Specimen:
    """A recording to mutate. `build_only`: its mutants are walked, not decoded."""

    name: str
    data: bytes
    build_only: bool = False


def specimens() -> list[Specimen]:
    """Made recordings, beginnings of samples, and whole samples, the same each time."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _make(folder)
        samples = [path for path in sorted(SAMPLES.iterdir()) if _is_media(path)]
        for path in samples:
            _begin(path, folder / f"begin_{path.name}")
        small = [Specimen(path.name, path.read_bytes()) for path in sorted(folder.iterdir())]
    return [*small, *(Specimen(path.name, path.read_bytes(), build_only=True) for path in samples)]


def _is_media(path: Path) -> bool:
    return path.is_file() and path.suffix not in _NOT_MEDIA


def _make(folder: Path) -> None:
    """Recordings of less than a second."""
    sound = tone(0.6, 8000)
    aac, pcm = Audio(sound, 8000), Audio(sound, 8000, "pcm_s16le")
    picture = Picture(0.6, fps=10)
    mpeg, flac = Picture(0.6, "mpeg2video", 25), Audio(tone(0.6, 16000), 16000, "flac")
    for name, streams in {
        "a.mp4": (picture, aac), "a.mov": (picture, aac), "a.mkv": (picture, aac),
        "a.3gp": (picture, aac), "a.avi": (picture, pcm),
        "a.ts": (mpeg, Audio(tone(0.6, 16000), 16000, "mp2")),
        "b.wav": (pcm,), "b.m4a": (aac,), "b.ogg": (flac,),
    }.items():  # fmt: skip
        make(folder / name, *streams, options=_SAME)


def _begin(sample: Path, to: Path) -> None:
    """Copy the packets of a sample's beginning, unchanged; a photo, and what is damaged, whole."""
    if sample.suffix == ".jpg":
        to.write_bytes(sample.read_bytes())
        return
    try:
        with av.open(str(sample)) as source:
            muxer = "asf" if sample.suffix == ".wmv" else None
            with av.open(str(to), "w", format=muxer, options=_SAME) as output:
                output.metadata.update(source.metadata)
                streams = {s.index: output.add_stream_from_template(s) for s in source.streams}
                for packet in source.demux():
                    if packet.dts is None or packet.dts * packet.time_base > _BEGINNING_S:
                        continue
                    packet.stream = streams[packet.stream.index]
                    output.mux_one(packet)
    except av.error.InvalidDataError:  # the sample without an index
        to.write_bytes(sample.read_bytes()[: 64 << 10])
