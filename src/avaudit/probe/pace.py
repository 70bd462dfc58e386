"""The signal `Pace`: steps between packets against the recording's own jitter."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from avaudit.domain.pace import OddStep, Pace, StreamPace
from avaudit.probe.packets import PacketTable, StreamPackets

_MAX_ODD, _BESIDE = 32, 20
#: Containers round times to a millisecond (Matroska, FLV) or to a tick.
_ROUNDING_S = 0.001
#: A step is odd where it differs by so much of the usual one; less is a clock's or muxer's jitter.
_ODD_SHARE = 0.1
#: Where a larger share of pictures are keyframes they tell no place.
_MOSTLY_KEYS = 0.2

Floats = npt.NDArray[np.float64]


def pace(table: PacketTable) -> Pace:
    """Steps of all streams. Times are on the recording's own line."""
    keys_s = _keys(table)
    return Pace(tuple(_stream(stream, table.zero_s, keys_s) for stream in table.streams.values()))


def _keys(table: PacketTable) -> Floats:
    """When keyframes of the first picture are shown; none where most of its pictures are some."""
    found = [stream for stream in table.streams.values() if stream.kind == "video" and stream.times]
    if not found:
        return np.zeros(0)
    picture = found[0]
    keys = np.asarray(picture.keys, bool)
    if len(keys) != len(picture.times) or keys.mean() > _MOSTLY_KEYS:
        return np.zeros(0)
    times = np.asarray(picture.times, np.float64)[keys]
    return np.sort(times) * picture.tick_s - table.zero_s


def _key_s(keys_s: Floats, begin_s: float, end_s: float) -> float:
    """From a stretch to the nearest keyframe, in seconds; -1 where there is none."""
    if not len(keys_s):
        return -1.0
    apart = np.maximum(0.0, np.maximum(begin_s - keys_s, keys_s - end_s))
    return float(apart.min())


def _stream(stream: StreamPackets, zero_s: float, keys_s: Floats) -> StreamPace:
    if len(stream.times) < 3:
        at = [time * stream.tick_s - zero_s for time in stream.times]
        return StreamPace(
            stream.index, stream.kind, stream.codec, len(at), round(min(at, default=0.0), 6),
            round(max(at, default=0.0), 6), 0.0, 0.0, 0.0, (),
        )  # fmt: skip
    times = np.asarray(stream.times, np.int64)
    order = np.argsort(times, kind="stable")
    at_s = times[order] * stream.tick_s - zero_s
    steps = np.diff(at_s)
    usual = _usual(np.diff(times[order]), stream)
    far = np.abs(steps - usual)
    decode = np.asarray(stream.decode_times, np.float64)[order] * stream.tick_s
    odd = np.flatnonzero(far > max(_ODD_SHARE * usual, _ROUNDING_S + stream.tick_s))
    kept = odd[np.argsort(-far[odd], kind="stable")][:_MAX_ODD]
    return StreamPace(
        index=stream.index,
        kind=stream.kind,
        codec=stream.codec,
        packets=len(times),
        start_s=round(float(at_s[0]), 6),
        end_s=round(float(at_s[-1]) + usual, 6),
        usual_s=round(usual, 6),
        regular=round(float(np.mean(far <= max(_ROUNDING_S, stream.tick_s * 1.01))), 6),
        jitter_s=round(float(np.percentile(far, 95)), 6),
        odd=tuple(
            OddStep(
                round(float(at_s[k + 1]), 6), round(float(steps[k]), 6),
                round(float(decode[k + 1] - decode[k]), 6), round(_beside(far, int(k)), 6),
                round(_key_s(keys_s, float(at_s[k]), float(at_s[k + 1])), 6),
            )
            for k in sorted(kept)
        ),
        odd_left_out=len(odd) - len(kept),
    )  # fmt: skip


def _usual(ticks: npt.NDArray[np.int64], stream: StreamPackets) -> float:
    """The most frequent step of sound, whose packets are all alike; the median of pictures."""
    if stream.kind == "audio":
        values, counts = np.unique(ticks, return_counts=True)
        return float(values[int(np.argmax(counts))]) * stream.tick_s
    return float(np.median(ticks)) * stream.tick_s


def _beside(far: Floats, at: int) -> float:
    others = np.concatenate((far[max(0, at - _BESIDE) : at], far[at + 1 : at + 1 + _BESIDE]))
    return float(others.max()) if len(others) else 0.0
