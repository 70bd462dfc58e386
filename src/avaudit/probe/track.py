"""Facts of one MP4 or MOV track, from its headers and sample tables."""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from avaudit.domain.structure import Edit, Run, Shift, Track
from avaudit.probe.box_tree import Node, Tree
from avaudit.probe.raw import text_of, type_of
from avaudit.probe.sample_tables import MAX_SAMPLES, Ints, Tables, read_tables

#: Seconds from 1904, where QuickTime's clock begins, to 1970.
_EPOCH_S = 2_082_844_800
_MAX_RUNS, _MAX_EDITS, _MAX_CHANGES = 24, 24, 8
#: A place is looked for in tables with at least so many samples, this far from either end.
_LEAST_SAMPLES, _MARGIN = 200, 50

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Times:
    """What a header of versions 0 or 1 says: seconds since 1970 (0: unset), scale and length."""

    created_s: int
    changed_s: int
    timescale: int
    duration: int


def read_times(body: bytes, *, of_track: bool = False) -> Times:
    """Times of `mvhd`, `mdhd`, or `tkhd` (whose scale is the movie's, 0 here)."""
    large = body[:1] == b"\1"
    form = (">QQIIQ" if large else ">IIIII") if of_track else (">QQIQ" if large else ">IIII")
    if len(body) < 4 + struct.calcsize(form):
        return Times(0, 0, 0, 0)
    fields = struct.unpack_from(form, body, 4)
    created, changed = (max(0, min(n - _EPOCH_S, 1 << 40)) for n in fields[:2])
    duration = fields[-1]
    if duration == (0xFFFFFFFFFFFFFFFF if large else 0xFFFFFFFF):  # "not known"
        duration = 0
    return Times(created, changed, 0 if of_track else fields[2], min(duration, 1 << 62))


def read_track(tree: Tree, trak: Node, movie_scale: int) -> tuple[Track, Tables | None]:
    """A track and its tables (None without). Raises `OSError` where the disk fails."""
    mdia = trak.first("mdia") or trak
    media = read_times(tree.body(mdia.first("mdhd"), 64))
    head = tree.body(trak.first("tkhd"), 128)
    shown = read_times(head, of_track=True)
    kind, handler = _handler(tree.body(mdia.first("hdlr"), 512))
    stbl = mdia.first("minf", "stbl")
    codec, compressor, descriptions = _description(tree.body(stbl and stbl.first("stsd"), 512))
    mdhd = tree.body(mdia.first("mdhd"), 64)
    track = Track(
        id=_track_id(head),
        kind=kind,
        codec=codec,
        handler=handler,
        compressor=compressor,
        language=_language(mdhd),
        flags=int.from_bytes(head[1:4], "big"),
        created_s=shown.created_s,
        changed_s=shown.changed_s,
        media_created_s=media.created_s,
        media_changed_s=media.changed_s,
        timescale=media.timescale,
        media_s=_seconds(media.duration, media.timescale),
        shown_s=_seconds(shown.duration, movie_scale),
        descriptions=descriptions,
        edits=_edits(tree.body(trak.first("edts", "elst"), 1 << 16), movie_scale, media.timescale),
    )
    if stbl is None or not media.timescale:
        return track, None
    tables = read_tables(tree, stbl)
    return _with_tables(track, tables), tables


def _track_id(head: bytes) -> int:
    at = 20 if head[:1] == b"\1" else 12
    return int.from_bytes(head[at : at + 4], "big")


def _seconds(ticks: int, scale: int) -> float:
    return round(ticks / scale, 6) if scale else 0.0


def _handler(body: bytes) -> tuple[str, str]:
    """The kind of a track and its handler's name: in QuickTime with its length before it."""
    if len(body) < 12:
        return "", ""
    name = body[24:]
    if name and name[0] == len(name) - 1:
        name = name[1:]
    return type_of(body[8:12]), text_of(name)


def _language(mdhd: bytes) -> str:
    at = 32 if mdhd[:1] == b"\1" else 20
    packed = int.from_bytes(mdhd[at : at + 2], "big")
    letters = [packed >> shift & 31 for shift in (10, 5, 0)]
    return "".join(chr(0x60 + n) for n in letters) if all(1 <= n <= 26 for n in letters) else ""


def _description(body: bytes) -> tuple[str, str, int]:
    """The first sample description's code, its compressor's name, and how many there are."""
    if len(body) < 16:
        return "", "", 0
    count = int.from_bytes(body[4:8], "big")
    compressor = ""
    if len(body) >= 8 + 8 + 42 + 32:  # a VisualSampleEntry has it 42 bytes in, Pascal's way
        field = body[58:90]
        if 0 < field[0] <= 31:
            compressor = text_of(field[1 : 1 + field[0]])
    return type_of(body[12:16]), compressor, min(count, 1 << 16)


def _edits(body: bytes, movie_scale: int, media_scale: int) -> tuple[Edit, ...]:
    large = body[:1] == b"\1"
    form = struct.Struct(">Qqi" if large else ">Iii")
    if len(body) < 8 or not movie_scale or not media_scale:
        return ()
    count = min(int.from_bytes(body[4:8], "big"), (len(body) - 8) // form.size, _MAX_EDITS)
    at, found = 0.0, []
    for number in range(count):
        length, begin, _ = form.unpack_from(body, 8 + number * form.size)
        media = None if begin < 0 else _seconds(min(begin, 1 << 62), media_scale)
        found.append(Edit(round(at, 6), _seconds(min(length, 1 << 62), movie_scale), media))
        at += found[-1].length_s
    return tuple(found)


def _with_tables(track: Track, tables: Tables) -> Track:
    samples, scale = tables.samples, track.timescale
    if not samples or samples >= MAX_SAMPLES:
        return replace(track, samples=samples, keyframes=_count(tables.keys))
    lengths = tables.durations()
    starts = np.cumsum(lengths) - lengths
    usual = _usual(tables.lengths)
    per_chunk = tables.chunk_samples()
    chunk_s = float(np.median(per_chunk)) * usual / scale if len(per_chunk) else 0.0
    track = replace(
        track,
        samples=samples,
        samples_s=round(float(lengths.sum()) / scale, 6),
        size_bytes=int(tables.sizes.sum()),
        description_changes_s=tuple(
            round(float(starts[k]) / scale, 6)
            for k in tables.description_changes()[:_MAX_CHANGES] if k < samples
        ),
        usual_s=round(usual / scale, 6),
        runs=len(tables.lengths),
        odd_runs=_odd_runs(tables.lengths, usual, scale),
        shift=_shift(tables.lengths[:, 0], starts, scale),
        offset_runs=len(tables.offsets),
        offset_shift=_shift(tables.offsets[:, 0], starts, scale),
        keyframes=_count(tables.keys),
        chunks=len(tables.chunks),
        chunk_s=round(chunk_s, 4),
        chunks_backward=int(np.count_nonzero(np.diff(tables.chunks) < 0)),
    )  # fmt: skip
    return _with_hidden(track, starts + tables.shifts(), lengths)


def _count(keys: Ints | None) -> int | None:
    return None if keys is None else len(keys)


def _usual(runs: Ints) -> int:
    """The length that most samples have, in ticks."""
    values, where = np.unique(runs[:, 1], return_inverse=True)
    counts = np.bincount(where.reshape(-1), weights=runs[:, 0], minlength=len(values))
    return int(values[int(np.argmax(counts))]) if len(values) else 0


def _odd_runs(runs: Ints, usual: int, scale: int) -> tuple[Run, ...]:
    """The runs that differ most from the usual length, in order. Not the very last sample's: its
    length says nothing, and muxers write 0, 1 or anything there."""
    starts = np.cumsum(runs[:, 0] * runs[:, 1]) - runs[:, 0] * runs[:, 1]
    far = np.abs(runs[:, 1] - usual)
    if len(far) and runs[-1, 0] == 1:
        far[-1] = 0
    order = np.argsort(-far, kind="stable")[:_MAX_RUNS]
    return tuple(
        Run(round(float(starts[k]) / scale, 6), int(runs[k, 0]), round(int(runs[k, 1]) / scale, 6))
        for k in sorted(order) if far[k]
    )  # fmt: skip


def _shift(counts: Ints, starts: Ints, scale: int) -> Shift | None:
    """Where the density of runs changes most, as two Poisson densities explain it best."""
    edges = np.cumsum(counts)[:-1].astype(np.float64)  # samples at which a new run begins
    samples = len(starts)
    edges = edges[edges < samples]
    if samples < _LEAST_SAMPLES or len(edges) < 2:
        return None
    at = np.unique(edges[(edges >= _MARGIN) & (edges <= samples - _MARGIN)])
    if not len(at):
        return None
    left = np.searchsorted(edges, at, "left").astype(np.float64)
    right, total = len(edges) - left, float(len(edges))

    def explained(found: Floats | float, among: Floats | float) -> Floats:
        many = np.maximum(found, 1e-12)
        return np.asarray(found * np.log(many / np.asarray(among, np.float64)), np.float64)

    gain = explained(left, at) + explained(right, samples - at) - explained(total, float(samples))
    best = int(np.argmax(gain))
    before, after = left[best] / at[best], right[best] / (samples - at[best])
    return Shift(
        round(float(starts[int(at[best])]) / scale, 6),
        round(float(before) * 100, 3), round(float(after) * 100, 3), round(float(gain[best]), 3),
    )  # fmt: skip


def _with_hidden(track: Track, shown_at: Ints, lengths: Ints) -> Track:
    """How much of the media the edit list keeps from being shown, sample by sample."""
    edits = [e for e in track.edits if e.media_s is not None and e.length_s > 0]
    if not edits:
        return track
    begin, end = shown_at / track.timescale, (shown_at + lengths) / track.timescale
    seen = np.zeros(len(begin), bool)
    tick = 1 / track.timescale
    for edit in edits:
        onset = edit.media_s or 0.0
        seen |= (end > onset + tick) & (begin < onset + edit.length_s - tick)
    first = min(e.media_s or 0.0 for e in edits)
    last = max((e.media_s or 0.0) + e.length_s for e in edits)
    seconds = lengths / track.timescale

    def hidden(where: npt.NDArray[np.bool_]) -> float:
        return round(float(seconds[where & ~seen].sum()), 6)

    before, after = end <= first + tick, begin >= last - tick
    return replace(
        track,
        hidden_before_s=hidden(before),
        hidden_after_s=hidden(after & ~before),
        hidden_between_s=hidden(~before & ~after),
        hidden_samples=int(np.count_nonzero(~seen)),
    )
