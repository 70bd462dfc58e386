"""Decode a whole sound stream once, all channels, piece by piece, each frame at its own time.

As `media.sound`, but for measurements that look at everything: memory is bounded by one piece.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import av
import av.container
import av.error
import av.stream
import numpy as np
import numpy.typing as npt

from avaudit.errors import SourceUnavailable
from avaudit.media.demux import demux
from avaudit.media.open import as_avaudit_error
from avaudit.media.sound import FULL_SCALE, SLACK_TICKS

Channels = npt.NDArray[np.float32]

#: Samples of all channels in a piece, at most: 32 MB.
_LARGEST = 8_000_000
_PIECE_S = 30
#: Packets so small hold no sound: discontinuous transmission sends them in pauses (AMR, 3GPP TS
#: 26.101), and FFmpeg takes them for damaged ones.
_LITTLE_BYTES = 7
#: Planes are read in place where their samples are of these types.
_TYPES: dict[str, type[np.generic]] = {
    "u8": np.uint8, "s16": np.int16, "s32": np.int32, "flt": np.float32, "dbl": np.float64,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """Sound from `onset` (in samples of the recording's time line) on.

    `samples` has shape (channels, n), -1 to 1, NaN where no frame was delivered.
    """

    onset: int
    rate: int
    samples: Channels


@dataclass(slots=True)
class Decoded:
    """What decoding came across: packets with sound that no decoder took."""

    undecodable: int = 0


@dataclass(slots=True)
class _Laying:
    """The piece that is being filled. Its grid begins at 0 and goes in steps of `size` samples."""

    rate: int
    channels: int
    size: int
    begin: int = 0
    end: int = 0
    buffer: Channels = field(default_factory=lambda: np.zeros((0, 0), np.float32))

    def piece(self) -> Piece | None:
        """What was laid since the last piece; None where nothing was."""
        if self.end <= self.begin:
            return None
        return Piece(self.begin, self.rate, self.buffer[:, : self.end - self.begin])

    def turn_to(self, at: int) -> None:
        """Begin the piece that holds the sample at `at`."""
        self.begin = self.end = at // self.size * self.size
        self.buffer = np.full((self.channels, self.size), np.nan, np.float32)

    def took(self, samples: Channels, begin: int, end: int) -> bool:
        """Lay a frame at once that belongs to this piece as a whole, as nearly all do."""
        first, last = begin - self.begin, end - self.begin
        if first < 0 or last > self.size or len(samples) != self.channels:
            return False
        self.buffer[:, first:last] = samples
        self.end = max(self.end, end)
        return True

    def lay(self, samples: Channels, at: int) -> None:
        """Put samples in their place, as far as they belong to this piece."""
        first, last = max(at, self.begin), min(at + samples.shape[1], self.begin + self.size)
        if first < last:
            part = samples[: self.channels, first - at : last - at]
            self.buffer[: len(part), first - self.begin : last - self.begin] = part
            self.end = max(self.end, last)


def decode_pieces(
    container: av.container.InputContainer,
    stream_index: int,
    zero_s: float,
    grid: Callable[[int], int],
    decoded: Decoded,
) -> Iterator[Piece]:
    """Sound of one stream from its beginning to its end, in order.

    `zero_s` is the container time at which the recording's time line starts. `grid` gives for a
    rate in Hz the number of samples that pieces are multiples of, so that no block of a
    measurement is torn. Stretches without a frame are left out or NaN; so are frames of another
    rate than the first one's, and those whose time goes back behind the piece. What cannot be
    decoded is counted in `decoded`; a read error ends the sound where it happened (the packets'
    signal names it). Raises `SourceUnavailable` where the disk did not answer.
    """
    laying: _Laying | None = None
    slack, following = 1, -(1 << 62)
    for frame in _frames(container, stream_index, decoded):
        at, rate = frame.time, frame.sample_rate
        if at is None or not rate:
            continue
        if laying is None:
            laying = _begun(frame, grid(rate))
            slack = max(1, round(SLACK_TICKS * float(frame.time_base or 0) * rate))
        if rate != laying.rate:
            continue
        begin = round((at - zero_s) * rate)
        if -slack <= begin - following <= slack:
            begin = following
        samples = _channels(frame)
        following = begin + samples.shape[1]
        if not laying.took(samples, begin, following):
            yield from _laid(laying, samples, begin)
    if laying and (piece := laying.piece()):
        yield piece


def _begun(frame: av.AudioFrame, step: int) -> _Laying:
    """The first piece, of whole steps: 30 s of them, or what memory allows."""
    channels = max(1, frame.layout.nb_channels)
    steps = max(1, min(_PIECE_S * frame.sample_rate, _LARGEST // channels) // step)
    laying = _Laying(frame.sample_rate, channels, steps * step)
    laying.turn_to(0)
    return laying


def _frames(
    container: av.container.InputContainer, stream_index: int, decoded: Decoded
) -> Iterator[Any]:
    """Sound frames of a stream, damaged packets left out."""
    stream = container.streams[stream_index]
    if not isinstance(stream, av.AudioStream) or not stream.time_base:
        raise ValueError(f"stream {stream_index} holds no sound with times")
    for other in container.streams:
        if other.index != stream_index:  # containers with an index then skip their bytes
            other.discard = av.stream.Discard.all
    try:
        for packet in demux(container, [stream]):
            try:
                frames = packet.decode()
            except av.error.FFmpegError:
                decoded.undecodable += packet.size > _LITTLE_BYTES
                continue
            yield from frames
    except av.error.FFmpegError as error:
        failed = as_avaudit_error(error)
        if isinstance(failed, SourceUnavailable):
            raise failed from error


def _laid(laying: _Laying, samples: Channels, begin: int) -> Iterator[Piece]:
    """Lay a frame; gives each piece that it completes or leaves behind."""
    end = begin + samples.shape[1]
    while end > laying.begin + laying.size:
        laying.lay(samples, begin)
        if piece := laying.piece():
            yield piece
        laying.turn_to(max(begin, laying.begin + laying.size))
    laying.lay(samples, begin)


def _channels(frame: av.AudioFrame) -> Channels:
    """Samples of a frame, shape (channels, n), -1 to 1. Planes are read in place where they can be:
    PyAV's own conversion takes as long as the decoding."""
    name = frame.format.name
    kind, planes, samples = _TYPES.get(name.removesuffix("p")), frame.planes, frame.samples
    if kind is None:
        return _converted(frame)
    if not name.endswith("p"):
        count = frame.layout.nb_channels
        data = _plane(planes[0], kind, samples * count).reshape(-1, count).T
    elif len(planes) == 1:
        data = _plane(planes[0], kind, samples)[np.newaxis]
    else:
        data = np.stack([_plane(plane, kind, samples) for plane in planes])
    return data if kind is np.float32 else _scaled(data, name.removesuffix("p"))


def _plane(plane: Any, kind: type[np.generic], count: int) -> npt.NDArray[Any]:
    """A plane's samples in place: `AudioPlane` is a buffer, though its types do not say so."""
    return np.frombuffer(plane, kind, count)


def _converted(frame: av.AudioFrame) -> Channels:
    data = frame.to_ndarray()
    if not frame.format.is_planar:
        data = data.reshape(-1, frame.layout.nb_channels).T
    return _scaled(data, frame.format.name.removesuffix("p"))


def _scaled(data: npt.NDArray[Any], name: str) -> Channels:
    shaped = data.astype(np.float32)
    if name == "u8":
        shaped -= np.float32(128.0)
    shaped /= np.float32(FULL_SCALE.get(name, 1.0))
    return shaped
