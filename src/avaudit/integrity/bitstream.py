"""Cues of the picture's bitstream: counters that break, encoders that come up in its middle.

Kinds, what makes each, and what innocent acts make it as well:

`idr_pic_id`: the number that tells neighbouring IDR pictures apart does not follow its rule. Made
by cutting out or joining stretches at keyframes without encoding anew (an even number of groups
leaves an alternating number as it was: its absence means nothing). Innocent: an encoder restarted
within one file (power loss, a camera's pause), firmware that numbers anew after pre-recording.

`frame_num`: a reference picture's number does not follow the last one's. Made by cutting within a
group of pictures, or anywhere in a stream with few IDR pictures. Innocent: pictures lost on a slow
card or in transmission (a burst of breaks), encoders that leave numbers out (`gaps_allowed`).

`poc`: the order count of neighbouring pictures jumps. Made as `frame_num`. Innocent: pictures
dropped before they were written, encoders that count in time rather than in pictures.

`stamp`: the clock that MPEG-4 Part 2 encoders write steps by other than the container's times.
Made by cutting or joining without encoding anew, by half a second or more, or back. Innocent: an
encoder restarted within one file, workstations that join segments. `stamp_short`: by less. Made
likewise; innocent: pictures that a recorder dropped without noting it (AVI has no times).

`gop`: a group of pictures shorter or longer than all others of a stream with groups of one length.
Made by a cut that ends within a group. Innocent: encoders begin a group where a scene changes or
where they were asked for a keyframe (motion detection, a viewer who connects, a new segment).

`bla`: a picture marked as spliced (HEVC). Made by tools that cut without encoding anew. Innocent:
broadcast equipment; none known among body cameras.

`parameters`: other parameter sets take the place of those before, in the middle. Made by joining
recordings of different encoders or settings. Innocent: a camera that adapts its rate or size, day
and night modes; a zoom or a change of resolution asked for by a viewer.

`encoder_mark`: what an encoder writes once, at its start (x264 and x265 describe themselves so),
comes up in the middle. Made by joining what was encoded in pieces. Innocent: a device or service
that encodes in segments; encoders that repeat it with each keyframe give no cue.

`value` of counters is the surprise of a break, in natural logarithms: how rare breaks are among
all steps, times the share of steps beside it that follow the rule. For marks it is 1.
"""

from __future__ import annotations

import math
from collections import Counter

from avaudit.domain.bitstream import Bitstream, Break, Mark
from avaudit.domain.cue import Cue, CueGroup
from avaudit.domain.time import Span

#: Where a mark is repeated with every so many keyframes, the encoder repeats it by itself.
_REPEATED_SHARE = 0.5
#: The first pictures, in seconds: what is written there begins the recording.
_BEGINNING_S = 1.0
_BEFORE_S = 0.05
#: Pictures are dropped for less than this.
_SHORT_MS = 500


Facts = dict[str, str | float]


def cues(signal: Bitstream) -> tuple[Cue, ...]:
    """Every cue of a bitstream, in the order of time; `Cue.span` ends where the new part begins."""
    found = [_of_break(signal, one) for one in signal.breaks]
    found += [
        _cue("parameters", change.at_s, 1.0,
             {"set": change.kind, "before": change.before, "after": change.after})
        for change in signal.changes if change.at_s > 0
    ]  # fmt: skip
    found += [cue for mark in signal.marks for cue in _of_mark(signal, mark)]
    return tuple(sorted(found, key=lambda cue: (cue.span or Span(0, 0), cue.kind)))


def _of_break(signal: Bitstream, one: Break) -> Cue:
    sequence = signal.sequence(one.sequence)
    steps = sequence.steps if sequence else 0
    times = Counter(each.sequence for each in signal.breaks)[one.sequence]
    surprise = math.log((steps + 1) / (times + 0.5))
    facts: Facts = {
        "expected": float(one.expected),
        "found": float(one.found),
        "rule": sequence.rule if sequence else "",
        "steps": float(steps),
        "breaks": float(times),
        "regularity": sequence.regularity if sequence else 0.0,
        "beside": one.beside,
    }
    short = one.sequence == "stamp" and 0 <= one.found - one.expected < _SHORT_MS
    kind = "stamp_short" if short else one.sequence
    return _cue(kind, one.at_s, max(0.0, surprise * one.beside), facts)


def _of_mark(signal: Bitstream, mark: Mark) -> list[Cue]:
    if mark.kind != "user_data" or not mark.text:
        return []
    keyframes = signal.types.get("IDR", 0) + signal.types.get("CRA", 0)
    if mark.count > 2 and mark.count >= _REPEATED_SHARE * keyframes:
        return []
    later = [at for at in mark.times_s if at > _BEGINNING_S]
    facts: Facts = {"text": mark.text[:120], "count": float(mark.count)}
    return [_cue("encoder_mark", at, 1.0, facts) for at in later]


def _cue(kind: str, at_s: float, value: float, facts: Facts) -> Cue:
    at = max(0.0, at_s)
    return Cue(CueGroup.BITSTREAM, kind, Span(max(0.0, at - _BEFORE_S), at), round(value, 4), facts)
