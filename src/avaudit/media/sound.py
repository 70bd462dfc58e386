"""Decode sound, each frame at its own time.

A decoder that just joins what it gets moves everything after a lost packet forward (FFmpeg drops
AMR-NB silence frames, faster-whisper's reader skips holes). Here a frame is laid where its time
stamp says, so that spans found in the sound are spans of the recording.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import av
import av.container
import av.error
import numpy as np
import numpy.typing as npt

from avaudit.domain.time import Span
from avaudit.media.demux import demux

Samples = npt.NDArray[np.float32]

#: Containers such as Matroska, FLV and ASF round times to a millisecond, their tick. A frame whose
#: time is so near to where the one before it ended (in ticks) follows it without a crack.
SLACK_TICKS = 2.0

FULL_SCALE = {"u8": 128.0, "s16": 32768.0, "s32": 2147483648.0, "flt": 1.0, "dbl": 1.0}


def decode_mono(
    container: av.container.InputContainer,
    stream_index: int,
    within: Span,
    zero_s: float,
    fill: float = 0.0,
) -> tuple[Samples, int, int]:
    """Sound of one stream within a span, mixed to mono at the stream's own rate.

    `zero_s` is the container time at which the recording's time line starts. Returns the samples
    (shape `(n,)`, -1 to 1, `fill` where no frame was delivered), the rate in Hz, and the number of
    packets that could not be decoded. Raises nothing for damaged packets: they leave `fill`.
    """
    stream = container.streams[stream_index]
    if not isinstance(stream, av.AudioStream) or not stream.time_base:
        raise ValueError(f"stream {stream_index} holds no sound with times")
    rate = int(stream.codec_context.sample_rate or 0)
    if rate <= 0:
        return np.zeros(0, np.float32), 0, 0
    laid = np.full(round(within.length_s * rate), fill, np.float32)
    undecodable, following = 0, None
    tick_s = float(stream.time_base)
    slack = max(1, round(SLACK_TICKS * tick_s * rate))
    if within.onset_s > 1.0:  # land before the span: decoders need a frame or two to settle
        _seek(container, stream, within.onset_s + zero_s - 0.5)
    for packet in demux(container, [stream]):
        at = packet.pts if packet.pts is not None else packet.dts
        if at is not None and at * tick_s - zero_s > within.offset_s:
            break
        try:
            frames = packet.decode()
        except av.error.FFmpegError:
            undecodable += 1
            continue
        for frame in frames:
            if not isinstance(frame, av.AudioFrame) or frame.sample_rate != rate:
                continue
            if frame.time is not None:
                begin = round((frame.time - zero_s - within.onset_s) * rate)
                if following is not None and abs(begin - following) <= slack:
                    begin = following
                _lay(laid, _mono(frame), begin)
                following = begin + frame.samples
    return laid, rate, undecodable


def _seek(container: av.container.InputContainer, stream: av.AudioStream, at_s: float) -> None:
    try:
        container.seek(int(at_s / (stream.time_base or 1)), stream=stream)
    except av.error.FFmpegError:
        with contextlib.suppress(av.error.FFmpegError):
            container.seek(0)  # no index to seek by: read from the start instead


def _lay(target: Samples, samples: Samples, at: int) -> None:
    begin, end = max(0, at), min(len(target), at + len(samples))
    if begin < end:
        target[begin:end] = samples[begin - at : end - at]


def _mono(frame: av.AudioFrame) -> Samples:
    data = frame.to_ndarray()
    name = frame.format.name.removesuffix("p")
    if not frame.format.is_planar:
        data = data.reshape(-1, len(frame.layout.channels)).T
    alone = len(data) == 1
    mixed: Samples = np.array(data[0], np.float32) if alone else data.mean(0, dtype=np.float32)
    if name == "u8":
        mixed -= np.float32(128.0)
    mixed /= np.float32(FULL_SCALE.get(name, 1.0))
    return mixed


def resample(samples: Samples, rate: int, to_rate: int) -> Samples:
    """The same sound at another rate (FFmpeg's swresample), shape `(n,)`."""
    if rate == to_rate or not len(samples):
        return samples
    resampler = av.AudioResampler(format="flt", layout="mono", rate=to_rate)
    frame = av.AudioFrame.from_ndarray(samples[np.newaxis, :], format="flt", layout="mono")
    frame.sample_rate = rate
    parts = list(_resampled(resampler, frame))
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)


def _resampled(resampler: av.AudioResampler, frame: av.AudioFrame) -> Iterator[Samples]:
    for piece in (frame, None):
        for out in resampler.resample(piece):
            yield out.to_ndarray().reshape(-1).astype(np.float32, copy=False)
