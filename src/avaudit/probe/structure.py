"""How a container is built: the signal `Structure`, for each format that has a reader here."""

from __future__ import annotations

import numpy as np

from avaudit.domain.structure import Stretch, Structure
from avaudit.probe.box_tree import OUTERMOST, Node, Tree, walk
from avaudit.probe.ebml import matroska_structure
from avaudit.probe.parts import parts
from avaudit.probe.raw import read_at, type_of
from avaudit.probe.riff_structure import riff_structure
from avaudit.probe.sample_tables import MAX_SAMPLES, Tables
from avaudit.probe.texts import read_texts
from avaudit.probe.track import read_times, read_track
from avaudit.probe.transport import transport_structure

_MAX_TRACKS, _MAX_STRETCHES, _MAX_BRANDS = 16, 16, 16
_FREE = ("free", "skip", "wide")


def structure(fd: int, file_bytes: int) -> Structure:
    """How the file behind a descriptor is built. Reads its head and its tables only.

    Never raises for malformed content; `OSError` where the disk does not answer.
    """
    head = read_at(fd, 0, 16)
    if head[:4] in (b"RIFF", b"RF64"):
        return riff_structure(fd, file_bytes)
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return matroska_structure(fd, file_bytes)
    if head[:1] == b"\x47" or head[4:5] == b"\x47":
        return transport_structure(fd, file_bytes)
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"styp"):
        return _mp4(walk(fd, file_bytes))
    return Structure("other")


def _mp4(tree: Tree) -> Structure:
    boxes = tree.outermost
    ftyp = tree.body(_outer(tree, "ftyp"), 256)
    movie = read_times(tree.body(tree.moov and tree.moov.first("mvhd"), 64))
    traks = list(tree.moov.all("trak"))[:_MAX_TRACKS] if tree.moov else []
    read = [read_track(tree, trak, movie.timescale) for trak in traks]
    fragments = sum(box.type == "moof" for box in boxes)
    total, stretches = _unpointed(tree, [tables for _, tables in read], len(traks))
    end = max((box.at + box.size for box in boxes if box.type in OUTERMOST), default=0)
    below = tree.moov.below() if tree.moov else ()
    inner_free = sum(node.body_bytes + 8 for node in below if node.type in _FREE)
    return Structure(
        format="mp4",
        layout=parts((box.type, box.at, box.size) for box in boxes),
        shape=tree.shape(),
        brand=type_of(ftyp[:4]),
        brand_version=int.from_bytes(ftyp[4:8], "big"),
        brands=tuple(type_of(ftyp[at : at + 4]) for at in range(8, len(ftyp) - 3, 4))[:_MAX_BRANDS],
        created_s=movie.created_s,
        changed_s=movie.changed_s,
        timescale=movie.timescale,
        duration_s=round(movie.duration / movie.timescale, 6) if movie.timescale else 0.0,
        tracks=tuple(track for track, _ in read),
        texts=read_texts(tree),
        fragments=fragments,
        unpointed_bytes=None if fragments else total,
        unpointed=() if fragments else stretches,
        free_bytes=sum(box.size for box in boxes if box.type in _FREE) + inner_free,
        trailing_bytes=max(0, tree.file_bytes - end),
        problems=tuple(tree.problems),
    )  # fmt: skip


def _outer(tree: Tree, kind: str) -> Node | None:
    for box in tree.outermost:
        if box.type == kind:
            return Node(kind, kind, box.at, box.at + 8, max(0, box.size - 8))
    return None


def _unpointed(
    tree: Tree, tables: list[Tables | None], tracks: int
) -> tuple[int | None, tuple[Stretch, ...]]:
    """Bytes of `mdat` that no chunk of any track covers: how many, and the longest stretches."""
    known = [one for one in tables if one is not None]
    if len(known) < tracks or not known or tree.problems:
        return None, ()
    if any(not one.whole or one.samples >= MAX_SAMPLES for one in known):
        return None, ()
    starts = np.concatenate([one.chunks for one in known])
    ends = starts + np.concatenate([one.chunk_bytes() for one in known])
    order = np.argsort(starts, kind="stable")
    starts, ends = starts[order], np.maximum.accumulate(ends[order]) if len(ends) else ends
    found: list[Stretch] = []
    for box in tree.outermost:
        if box.type != "mdat":
            continue
        head = 16 if read_at(tree.fd, box.at, 4) == b"\0\0\0\1" else 8
        onset, offset = box.at + head, min(box.at + box.size, tree.file_bytes)
        free_from = np.clip(np.concatenate(([onset], ends)), onset, offset)
        free_to = np.clip(np.concatenate((starts, [offset])), onset, offset)
        for k in np.flatnonzero(free_to > free_from):
            found.append(Stretch(int(free_from[k]), int(free_to[k] - free_from[k])))
    longest = sorted(found, key=lambda one: -one.size_bytes)[:_MAX_STRETCHES]
    return sum(one.size_bytes for one in found), tuple(sorted(longest, key=lambda one: one.at))
