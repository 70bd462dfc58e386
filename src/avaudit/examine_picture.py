"""Examine the picture of one file: looks at keyframes, closer looks where they or packets say so.

In a worker process.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from avaudit.domain.examination import ExamineRequest
from avaudit.domain.picture import Empty, Picture, Still, Strip, Sway
from avaudit.domain.signal import Missing
from avaudit.domain.time import Span, merge
from avaudit.gathered import Gathered
from avaudit.media.reel import Reel
from avaudit.probe import packets as packet_probe
from avaudit.signals import closer, evidence, standouts, sway
from avaudit.signals.brackets import brackets, joined
from avaudit.signals.look import Floats, Looking, small

#: Seconds between looks; longer recordings are looked at `_MOST_LOOKS` times.
_LOOK_EVERY_S, _MOST_LOOKS = 4.0, 1800
#: A look speaks for so many seconds after it at most: encoders set keyframes up to 25 s apart,
#: and packets tell what stands out between them.
_LOOK_REACH_S = 30.0
#: Seconds decoded for closer looks at most: so many, and this share of the recording.
_CLOSER_S, _CLOSER_SHARE = 30.0, 0.02
_HAIR_S = 0.002
_SWAY_EVERY_S, _SWAY_S, _SWAY_FRAMES, _MOST_SWAYS = 20.0, 0.4, 8, 12
_MOST_STRIPS, _MOST_WINDOWS = 8, 3600
#: Thumbnails before and after are taken so many seconds aside.
_ASIDE_S = 0.3


@dataclass(frozen=True, slots=True)
class _Source:
    """Where pictures are read from."""

    reel: Reel
    extent: Span

    def frames(self, span: Span) -> closer.Frames:
        pictures = self.reel.frames(span)
        return closer.gather((f.at_s, f.luma, f.full_range, f.keyframe) for f in pictures)


def picture_reel(fd: int, gathered: Gathered, table: packet_probe.PacketTable) -> Reel | None:
    """The first picture stream, to be looked at; None where there is none with times."""
    declared = gathered.media.first("video") if gathered.media else None
    stream = table.streams.get(declared.index) if declared else None
    if stream is None or not stream.times:
        return None
    keys = sorted(at for at, key in zip(stream.times, stream.keys, strict=True) if key)
    return Reel(fd, stream.index, table.zero_s, tuple(keys))


def measure_picture(
    request: ExamineRequest, reel: Reel | None, gathered: Gathered, table: packet_probe.PacketTable
) -> None:
    """Measure the first picture stream. What cannot be had goes to `missing`.

    Raises what `open_input` raises.
    """
    if reel is None:
        gathered.missing.append(Missing(Picture.NAME, "no_picture"))
        return
    if Picture.NAME in request.have:
        return
    stream = table.streams[reel.stream_index]
    onsets, offsets, step_s = packet_probe.packet_spans(stream, table.zero_s)
    order = np.argsort(np.asarray(stream.times, np.int64), kind="stable")
    packets = standouts.Packets(
        onsets, np.asarray(stream.carried, np.int64)[order], np.asarray(stream.keys, bool)[order]
    )
    source = _Source(reel, Span(float(onsets[0]), float(offsets.max())))
    looking = Looking()
    undecodable = _watch(source, packets, looking)
    looks = looking.looks() if looking.columns else None
    if looks is None:
        gathered.missing.append(Missing(Picture.NAME, "no_keyframe"))
        return
    apart_s = _apart(source.extent)
    reach_s = max(_LOOK_REACH_S, 1.5 * apart_s)
    measured = Picture(
        examined=_examined([ms / 1000 for ms in looks.at_ms], source.extent.offset_s, reach_s),
        looks=looks,
        rotation_deg=looking.rotation_deg,
        undecodable=undecodable,
        strips=tuple(evidence.overviews(looks, looking.pictures)),
        sway=_sways(source, [ms / 1000 for ms in looks.at_ms], step_s),
    )
    found = (standouts.from_packets(packets), standouts.from_looks(looks))
    gathered.signals[Picture.NAME] = _paced(_look_closer(source, measured, found), onsets)


def _apart(extent: Span) -> float:
    return max(_LOOK_EVERY_S, extent.length_s / _MOST_LOOKS)


def _watch(source: _Source, packets: standouts.Packets, looking: Looking) -> int:
    """Look at keyframes; gives back how many could not be decoded."""
    # A little less than asked for: keyframes a second apart are not exactly so.
    pictures = source.reel.keyframes(
        at_least_apart_s=0.95 * _apart(source.extent), also_ms=standouts.odd_keyframes(packets)
    )
    for keyframe in pictures:
        looking.take(keyframe.at_s, keyframe.luma, keyframe.full_range, keyframe.rotation_deg)
    return pictures.undecodable


def _examined(at: Sequence[float], end_s: float, reach_s: float) -> tuple[Span, ...]:
    nexts = [*at[1:], end_s]
    return merge(
        (Span(a, max(a, min(b, a + reach_s))) for a, b in zip(at, nexts, strict=True)), 1e-3
    )


def _sways(source: _Source, at: Sequence[float], step_s: float) -> tuple[Sway, ...]:
    every_s = max(_SWAY_EVERY_S, source.extent.length_s / _MOST_SWAYS)
    length_s = max(_SWAY_S, _SWAY_FRAMES * step_s)
    found, last = [], -every_s
    for moment in at:
        if moment - last < every_s:
            continue
        last = moment
        # Looks are rounded to a millisecond: a hair later, their own keyframe lies before the span
        # and decoding begins there, not a whole group of pictures earlier.
        begin_s = moment + _HAIR_S
        pictures = source.reel.frames(Span(begin_s, begin_s + length_s))
        unsteady = sway.unsteady([small(f.luma, f.full_range) for f in pictures])
        if unsteady is not None:
            found.append(Sway(round(moment, 2), unsteady))
    return tuple(found)


def _look_closer(
    source: _Source, measured: Picture, found: Sequence[standouts.Standouts]
) -> Picture:
    budget_s = _CLOSER_S + _CLOSER_SHARE * source.extent.length_s
    decoded, unlooked = brackets(found, source.extent, budget_s)
    empties: list[Empty] = []
    stills: list[Still] = []
    strips: list[Strip] = []
    for bracket in decoded:
        seen = source.frames(bracket)
        here = (closer.empty_stretches(seen), closer.still_stretches(seen))
        empties += here[0]
        stills += here[1]
        for span in (one.span for kind in here for one in kind):
            if len(strips) < _MOST_STRIPS:
                strips.append(evidence.strip("stretch", span, _moments(seen, span)))
    return replace(
        measured,
        empty=joined(empties, decoded, measured.looks),
        still=joined(stills, decoded, measured.looks),
        strips=(*measured.strips, *strips),
        unlooked=unlooked,
    )


def _moments(seen: closer.Frames, span: Span) -> list[Floats | None]:
    """The pictures before, in the middle of and after a span; None where there are none."""
    at = np.asarray(seen.at_s)
    before = np.flatnonzero(at < span.onset_s - _ASIDE_S)
    middle = int(np.argmin(np.abs(at - (span.onset_s + span.offset_s) / 2)))
    after = np.flatnonzero(at > span.offset_s + _ASIDE_S)
    return [
        seen.small[before[-1]] if len(before) else None,
        seen.small[middle],
        seen.small[after[0]] if len(after) else None,
    ]


def _paced(measured: Picture, onsets: standouts.Floats) -> Picture:
    """How many frames each second (or longer window) of the recording delivers."""
    length_s = float(onsets[-1] - onsets[0])
    window_s = max(1.0, round(length_s / _MOST_WINDOWS, 1))
    counts = np.bincount(((onsets - onsets[0]) / window_s).astype(np.int64))
    return replace(
        measured,
        pace_onset_s=round(float(onsets[0]), 3),
        pace_window_s=window_s,
        pace=tuple(int(count) for count in counts),
    )
