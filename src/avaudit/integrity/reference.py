"""Compare how a recording is built with enrolled, genuine recordings of the same device model.

A re-wrap by a collection workstation looks like one by an editor: only a reference that was learnt
from what this workstation stores tells them apart. So enrol files as they are stored, from each
workstation, and again after each change of firmware.

A feature that differs may have been made by any tool that wrote the file anew. Innocent: another
firmware, workstation or setting than those enrolled, day and night modes, too few enrolled files.
`rarity` is 1 in 2 with one file behind it, 1 in 12 with ten, 1 in 102 with a hundred.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from avaudit.domain.bitstream import Bitstream, Sequence
from avaudit.domain.cue import CueGroup
from avaudit.domain.media import MediaFacts
from avaudit.domain.pace import Pace
from avaudit.domain.reference import Difference, Reference
from avaudit.domain.structure import Structure
from avaudit.integrity.traces import find_traces

_MAX_CHARACTERS = 1600
_NONE = "-"
#: What a recording is too short to tell: it is neither like the enrolled files nor unlike them.
_UNTOLD = "?"
#: So many groups of pictures tell how a device sets them.
_LEAST_GROUPS = 6

Features = Mapping[str, str]


def features(
    media: MediaFacts, structure: Structure, bitstream: Bitstream | None, pace: Pace | None
) -> dict[str, str]:
    """What tells how a recording was written, as texts by name; nothing of its content or length.

    Names begin with the group that they belong to (`container.`, `bitstream.`, `timeline.`).
    """
    found = _of_container(media, structure, bitstream)
    found |= _of_tracks(structure)
    found |= _of_bitstream(bitstream) if bitstream else {}
    for stream in pace.streams if pace else ():
        if stream.usual_s:
            found[f"{CueGroup.TIMELINE}.{stream.kind}_step"] = f"{stream.usual_s:.4g}"
    return {name: (value or _NONE)[:_MAX_CHARACTERS] for name, value in found.items()}


def _of_container(
    media: MediaFacts, structure: Structure, bitstream: Bitstream | None
) -> dict[str, str]:
    picture, sound = media.first("video"), media.first("audio")
    traces = find_traces(structure, bitstream)
    found = {
        "container.format": structure.format,
        "container.brands": " ".join((structure.brand, *structure.brands)),
        "container.order": " ".join(part.type for part in structure.layout),
        "container.shape": structure.shape,
        "container.timescale": str(structure.timescale),
        "container.texts": " ".join(sorted({text.where for text in structure.texts})),
        "container.tools": "; ".join(trace.tool for trace in traces),
        "container.changed": _changed(structure),
        "container.unpointed": str(bool(structure.unpointed_bytes)),
        "container.trailing": str(bool(structure.trailing_bytes)),
        "container.hidden": str(any(track.hidden_samples > 4 for track in structure.tracks)),
    }
    if picture:
        found["bitstream.picture"] = f"{picture.codec} {picture.width}x{picture.height}"
        found["bitstream.pixels"] = picture.pixel_format
    if sound:
        found["container.sound"] = f"{sound.codec} {sound.sample_rate} {sound.channels}"
    return found


def _changed(structure: Structure) -> str:
    """How the time of change stands to that of making."""
    if not structure.created_s and not structure.changed_s:
        return "unset"
    later = structure.changed_s - structure.created_s
    if abs(later) <= 1:
        return "same"
    return "at the end" if abs(later - structure.duration_s) <= 5 else "other"


def _of_tracks(structure: Structure) -> dict[str, str]:
    found: dict[str, str] = {}
    for kind in ("vide", "soun"):
        track = structure.first(kind)
        if track is not None:
            found |= {
                f"container.{kind}_handler": track.handler,
                f"container.{kind}_compressor": track.compressor,
                f"container.{kind}_timescale": str(track.timescale),
                f"container.{kind}_flags": str(track.flags),
                f"container.{kind}_language": track.language,
                f"container.{kind}_chunk": f"{track.chunk_s:.1g}",
            }
    return found


def _of_bitstream(bitstream: Bitstream) -> dict[str, str]:
    gop, ids = bitstream.sequence("gop"), bitstream.sequence("idr_pic_id")
    sets = sorted(m.identity for m in bitstream.marks if m.kind in ("sps", "pps", "vps"))
    encoders = {m.text[:40] or m.identity for m in bitstream.marks
                if m.kind in ("user_data", "header")}  # fmt: skip
    return {
        "bitstream.parameters": " ".join(f"{k}={v}" for k, v in bitstream.parameters.items()),
        "bitstream.sets": " ".join(sets),
        "bitstream.encoder": "; ".join(sorted(encoders)[:4]),
        "bitstream.begins": _begins(bitstream),
        "bitstream.gop": _habit(gop, lambda one: str(one.step)),
        "bitstream.patterns": " ".join(sorted(bitstream.patterns, key=int)[:8]),
        "bitstream.idr_pic_id": _habit(ids, lambda one: one.rule),
    }


def _begins(bitstream: Bitstream) -> str:
    """Whether the encoder began with the file, or had been running: places in a run are many."""
    kind, _, count = bitstream.begins.partition(" ")
    return f"{kind} {'0' if count in ('', '0') else 'later'}" if kind else ""


def _habit(sequence: Sequence | None, told: Callable[[Sequence], str]) -> str:
    """A rule that a stream follows, `varies` without one; untold where it has too few groups."""
    if sequence is None:
        return ""
    if sequence.steps < _LEAST_GROUPS:
        return _UNTOLD
    return told(sequence) if sequence.rule else "varies"


def enrolled(reference: Reference, sha256: str, device: str | None, found: Features) -> Reference:
    """The reference with one more file; the same where the file was enrolled before."""
    if sha256 in reference.sources:
        return reference
    counts = {name: dict(values) for name, values in reference.counts.items()}
    for name, value in found.items():
        counts.setdefault(name, {})
        counts[name][value] = counts[name].get(value, 0) + 1
    devices = {*reference.devices, device} if device else set(reference.devices)
    return replace(
        reference, sources=(*reference.sources, sha256), devices=tuple(sorted(devices)),
        counts=counts,
    )  # fmt: skip


def compare(reference: Reference, found: Features) -> tuple[Difference, ...]:
    """Features that are not as most enrolled files have them, the rarest first.

    A feature that only one side has counts with the value `-`. Nothing comes of a reference
    without files.
    """
    if not reference.files:
        return ()
    differences = []
    for name in sorted({*reference.counts, *found}):
        values, value = _values(reference, name), found.get(name, _NONE)
        usual = max(values, key=lambda one: (values[one], one), default=value)
        if value not in (usual, _UNTOLD):
            differences.append(
                Difference(name, value, usual, values.get(value, 0), values[usual],
                           reference.files, round(_rarity(values, value), 6))
            )  # fmt: skip
    return tuple(sorted(differences, key=lambda one: (one.rarity, one.feature)))


def _values(reference: Reference, name: str) -> dict[str, int]:
    """How many files had which value; files without the feature have `-`."""
    values = dict(reference.counts.get(name, {}))
    without = reference.files - sum(values.values())
    values |= {_NONE: values.get(_NONE, 0) + without} if without > 0 else {}
    return {value: count for value, count in values.items() if value != _UNTOLD}


def _rarity(values: Mapping[str, int], value: str) -> float:
    """Laplace's rule of succession over the values seen and one that was not."""
    kinds = len(values) + (value not in values)
    return (values.get(value, 0) + 1) / (sum(values.values()) + max(2, kinds))


def nearest(references: Iterable[Reference], found: Features) -> Reference | None:
    """The reference that explains the features best: the largest mean logarithm of rarities."""

    def likeness(reference: Reference) -> float:
        names = [n for n in {*reference.counts, *found} if found.get(n) != _UNTOLD]
        each = (_rarity(_values(reference, n), found.get(n, _NONE)) for n in names)
        return sum(map(math.log, each)) / max(1, len(names))

    return max((r for r in references if r.files), key=likeness, default=None)


def of_device(
    references: Iterable[Reference], device: str | None, name: str
) -> tuple[Reference, ...]:
    """References of the model of a device: by its number, else by the model in its file's name.

    Several, where firmwares or workstations were enrolled apart: `nearest` chooses. Empty where
    the model is not known: then `nearest` of all names a model that is only likely.
    """
    known = tuple(references)
    same = tuple(one for one in known if device and device in one.devices)
    if same:
        return same
    upper = name.upper()
    return tuple(one for one in known if one.model and one.model.upper() in upper)


def choose(
    references: Iterable[Reference], device: str | None, name: str, found: Features
) -> tuple[Reference | None, bool]:
    """The reference to compare with, and whether it is of the device's own model.

    None where nothing is enrolled. Where the model is not known the nearest reference is only the
    likeliest: differences from it say little.
    """
    every = tuple(references)
    own = of_device(every, device, name)
    return nearest(own or every, found), bool(own)
