"""Cues of the container: what is hidden in it, what changed it, and which tools left a name.

Kinds, what makes each, and what innocent acts make it as well:

`hidden_media`: samples that an edit list keeps from being shown. Made by a gallery's trim without
encoding anew: what was trimmed is still in the file. Innocent: an encoder's priming (a few packets
of sound), pictures before the first keyframe of a pre-recording, tools that re-wrap from a keyframe
before the wanted place.

`hidden_before`, `hidden_after`, `hidden_between`: the same at its place: the beginning and the end
of what is shown, and where one edit follows another.

`unpointed_media`: bytes of media data that no table points at. Made by editors that write a new
index over old media. Innocent: a recorder's padding or private data between chunks (compare with
the device's reference), a file repaired after power loss.

`trailing_data`: bytes after the last part of the file. Made by appending. Innocent: private data of
a device, a copy that rounds to blocks, a serial number or position data of some body cameras.

`second_description`: a track changes to another sample description at a place. Made by joining
recordings of different settings. Innocent: a camera that changed its settings while recording.

`changed_later`: the container says that it was changed after it was made, beyond its length. Made
by editors and by tools that set times. Innocent: devices with the clock of another zone in one of
the two, workstations that re-wrap.

`times_differ`: the times of tracks and movie are not the same. Made by writing over the movie's
alone (exiftool and its kin). Innocent: devices that make tracks at different moments.

`trace_KIND`: a tool's name where it leaves it; the kinds of tools, see `traces.yaml`. "Processed",
never "edited": workstations use the same tools.

`chunks_backward`: chunks that lie before the ones they follow. Made by editors that put media of
several sources into a new order. Innocent: recorders that reuse room (dash cameras).

`contradiction`: boxes that contradict the format. Made by hex editors and faulty tools. Innocent:
faulty firmware, damage.

`index_misses_media`, `index_beyond_media` (AVI): media that the index does not list, or entries
beyond the media. Made by editing without writing a new index, or by cutting the file. Innocent:
power loss, recorders that write an index of their own.

`transport_break` (TS): counters or the program clock jump within what was read. Made by joining
transport streams byte by byte. Innocent: lost packets in transmission, a restarted encoder; pieces
of recorders that are joined by the workstation.

`value`: seconds for hidden media, changes and times; the logarithm (base 10) of bytes; for traces
1; else how many there are.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from avaudit.domain.bitstream import Bitstream
from avaudit.domain.cue import Cue, CueGroup
from avaudit.domain.structure import Structure, Track
from avaudit.domain.time import Span
from avaudit.integrity.traces import find_traces

#: Packets of sound that encoders put before the first real one, and pictures before a keyframe.
_PRIMING_SAMPLES = 4
_PADDING_BYTES = 64
_CLOCK_S = 5

Facts = dict[str, str | float]


def cues(structure: Structure, bitstream: Bitstream | None = None) -> tuple[Cue, ...]:
    """Every cue of the container, those at a place first."""
    found = [*_descriptions(structure), *_hidden_places(structure), *_hidden(structure)]
    found += _bytes(structure)
    found += [*_times(structure), *_counts(structure)]
    found += [
        _cue(f"trace_{trace.kind}", None, 1.0, {"tool": trace.tool, "tool_kind": trace.kind,
                                  "where": trace.where, "text": trace.text})
        for trace in find_traces(structure, bitstream)
    ]  # fmt: skip
    return tuple(found)


def _descriptions(structure: Structure) -> Iterable[Cue]:
    for track in structure.tracks:
        for at in track.description_changes_s:
            facts: Facts = {"track": track.kind, "descriptions": float(track.descriptions)}
            yield _cue("second_description", Span(at, at), float(track.descriptions), facts)


def _hidden(structure: Structure) -> Iterable[Cue]:
    for track in structure.tracks:
        hidden = track.hidden_before_s + track.hidden_after_s + track.hidden_between_s
        if track.hidden_samples > _PRIMING_SAMPLES:
            facts: Facts = {
                "track": track.kind, "before_s": track.hidden_before_s,
                "after_s": track.hidden_after_s, "between_s": track.hidden_between_s,
                "samples": float(track.hidden_samples),
            }  # fmt: skip
            yield _cue("hidden_media", None, hidden, facts)


def _hidden_places(structure: Structure) -> Iterable[Cue]:
    """Where what is shown begins, ends and jumps, for tracks that hide more than priming there."""
    for track in structure.tracks:
        floor = _PRIMING_SAMPLES * track.usual_s
        shown = [edit for edit in track.edits if edit.media_s is not None]
        if not shown:
            continue
        ends = max(edit.at_s + edit.length_s for edit in shown)
        places = [("hidden_before", track.hidden_before_s, shown[0].at_s)]
        places += [("hidden_after", track.hidden_after_s, ends)]
        places += [("hidden_between", track.hidden_between_s, edit.at_s) for edit in shown[1:]]
        for kind, hidden, at in places:
            if hidden > floor:
                facts: Facts = {"track": track.kind, "hidden_s": hidden}
                yield _cue(kind, Span(at, at), hidden, facts)


def _bytes(structure: Structure) -> Iterable[Cue]:
    unpointed = structure.unpointed_bytes or 0
    if unpointed > _PADDING_BYTES:
        longest = max((one.size_bytes for one in structure.unpointed), default=0)
        facts: Facts = {"bytes": float(unpointed), "longest": float(longest),
                        "stretches": float(len(structure.unpointed))}  # fmt: skip
        yield _cue("unpointed_media", None, math.log10(unpointed), facts)
    if structure.trailing_bytes:
        value = math.log10(structure.trailing_bytes + 1)
        yield _cue("trailing_data", None, value, {"bytes": float(structure.trailing_bytes)})


def _times(structure: Structure) -> Iterable[Cue]:
    created, changed = structure.created_s, structure.changed_s
    if created and changed and changed - created - structure.duration_s > _CLOCK_S:
        later = changed - created - structure.duration_s
        facts: Facts = {"created_s": float(created), "changed_s": float(changed)}
        yield _cue("changed_later", None, later, facts)
    apart = max((_apart(structure, track) for track in structure.tracks), default=0)
    if apart > _CLOCK_S:
        yield _cue("times_differ", None, float(apart), {"difference_s": float(apart)})


def _apart(structure: Structure, track: Track) -> int:
    """How far a track's times of making lie from the movie's, in seconds; unset is apart, too."""
    times = (track.created_s, track.media_created_s)
    if not structure.created_s and not any(times):
        return 0
    return max(abs(structure.created_s - time) for time in times)


def _counts(structure: Structure) -> Iterable[Cue]:
    numbers = structure.numbers
    if structure.problems:
        text = "; ".join(structure.problems)[:200]
        yield _cue("contradiction", None, float(len(structure.problems)), {"text": text})
    backward = sum(track.chunks_backward for track in structure.tracks)
    if backward:
        yield _cue("chunks_backward", None, float(backward), {"chunks": float(backward)})
    for kind, name in (
        ("index_misses_media", "movi_unindexed_bytes"),
        ("index_beyond_media", "index_beyond"),
        ("transport_break", "counter_breaks"),
        ("transport_break", "clock_jumps"),
        ("transport_break", "clock_steps_back"),
    ):
        if numbers.get(name, 0.0) > (_PADDING_BYTES if name.endswith("bytes") else 0):
            yield _cue(kind, None, numbers[name], {name: numbers[name]})


def _cue(kind: str, span: Span | None, value: float, facts: Facts) -> Cue:
    return Cue(CueGroup.CONTAINER, kind, span, round(value, 4), facts)
