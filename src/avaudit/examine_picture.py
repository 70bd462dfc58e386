"""Examine the picture of one file: looks at keyframes, closer looks where they or packets say so.

In a worker process.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from avaudit.domain.examination import ExamineRequest
from avaudit.domain.picture import Empty, Picture, Still, Strip, Sway
from avaudit.domain.signal import Missing
from avaudit.domain.time import Span, merge
from avaudit.gathered import Gathered
from avaudit.media.keyframes import Keyframe, frames, keyframes
from avaudit.probe import packets as packet_probe
from avaudit.signals import closer, evidence, standouts, sway
from avaudit.signals.brackets import brackets, joined
from avaudit.signals.look import Floats, Looking, small

#: Seconds between looks; longer recordings are looked at `_MOST_LOOKS` times.
_LOOK_EVERY_S, _MOST_LOOKS = 3.0, 1800
#: A look speaks for so many seconds after it at most: encoders set keyframes up to 25 s apart,
#: and packets tell what stands out between them.
_LOOK_REACH_S = 30.0
#: Seconds decoded for closer looks at most: so many, and this share of the recording.
_CLOSER_S, _CLOSER_SHARE = 30.0, 0.02
_SWAY_EVERY_S, _SWAY_S, _SWAY_FRAMES, _MOST_SWAYS = 20.0, 0.4, 8, 12
_MOST_STRIPS, _MOST_WINDOWS = 8, 3600
#: Thumbnails before and after are taken so many seconds aside.
_ASIDE_S = 0.3


class Consumer(Protocol):
    """Something that wants to see the keyframes; all see the same ones, decoded once."""

    def take(self, keyframe: Keyframe) -> None:
        """Look at a keyframe. They come in order; their pixels are gone afterwards."""


@dataclass(slots=True)
class _Watching:
    """The looks of the picture signal, taken beside other consumers."""

    looking: Looking = field(default_factory=Looking)

    def take(self, keyframe: Keyframe) -> None:
        self.looking.take(keyframe.at_s, keyframe.luma, keyframe.full_range, keyframe.rotation_deg)


@dataclass(frozen=True, slots=True)
class _Source:
    """Where pictures are read from."""

    fd: int
    index: int
    zero_s: float
    extent: Span

    def frames(self, span: Span) -> closer.Frames:
        pictures = frames(self.fd, self.index, self.zero_s, span)
        return closer.gather((f.at_s, f.luma, f.full_range, f.keyframe) for f in pictures)


def measure_picture(
    request: ExamineRequest, fd: int, gathered: Gathered, table: packet_probe.PacketTable,
    consumers: Sequence[Consumer] = (),
) -> None:  # fmt: skip
    """Measure the first picture stream. What cannot be had goes to `missing`.

    Other `consumers` see every keyframe that is looked at. Raises what `open_input` raises.
    """
    media = gathered.media
    declared = media.first("video") if media else None
    stream = table.streams.get(declared.index) if declared else None
    if stream is None or not stream.times:
        gathered.missing.append(Missing(Picture.NAME, "no_picture"))
        return
    if Picture.NAME in request.have and not consumers:
        return
    onsets, offsets, step_s = packet_probe.packet_spans(stream, table.zero_s)
    order = np.argsort(np.asarray(stream.times, np.int64), kind="stable")
    packets = standouts.Packets(
        onsets, np.asarray(stream.carried, np.int64)[order], np.asarray(stream.keys, bool)[order]
    )
    source = _Source(fd, stream.index, table.zero_s, Span(float(onsets[0]), float(offsets.max())))
    watching = _Watching()
    undecodable = _watch(source, packets, [watching, *consumers])
    looks = watching.looking.looks() if watching.looking.columns else None
    if looks is None:
        gathered.missing.append(Missing(Picture.NAME, "no_keyframe"))
        return
    apart_s = _apart(source.extent)
    reach_s = max(_LOOK_REACH_S, 1.5 * apart_s)
    measured = Picture(
        examined=_examined([ms / 1000 for ms in looks.at_ms], source.extent.offset_s, reach_s),
        looks=looks,
        rotation_deg=watching.looking.rotation_deg,
        undecodable=undecodable,
        strips=tuple(evidence.overviews(looks, watching.looking.pictures)),
        sway=_sways(source, [ms / 1000 for ms in looks.at_ms], step_s),
    )
    found = (standouts.from_packets(packets), standouts.from_looks(looks))
    gathered.signals[Picture.NAME] = _paced(_look_closer(source, measured, found), onsets)


def _apart(extent: Span) -> float:
    return max(_LOOK_EVERY_S, extent.length_s / _MOST_LOOKS)


def _watch(source: _Source, packets: standouts.Packets, consumers: Sequence[Consumer]) -> int:
    """Show keyframes to all consumers; gives back how many could not be decoded."""
    # A little less than asked for: keyframes a second apart are not exactly so.
    pictures = keyframes(
        source.fd, source.index, source.zero_s,
        at_least_apart_s=0.95 * _apart(source.extent),
        also_ms=standouts.odd_keyframes(packets),
    )  # fmt: skip
    last_s = -math.inf
    for keyframe in pictures:
        if keyframe.at_s <= last_s:
            continue  # a damaged time line: what is not looked at is not said to be examined
        last_s = keyframe.at_s
        for consumer in consumers:
            consumer.take(keyframe)
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
        pictures = frames(source.fd, source.index, source.zero_s, Span(moment, moment + length_s))
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
