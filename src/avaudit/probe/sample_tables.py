"""Sample tables of an MP4 or MOV track (ISO/IEC 14496-12, 8.6 and 8.7) as arrays.

Counts in the file are never believed: a table has as many entries as its box has bytes for.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from avaudit.probe.box_tree import MAX_BODY_BYTES, Node, Tree

Ints = npt.NDArray[np.int64]

#: Samples of one track that are spread out in memory: five days of 48 kHz AAC.
MAX_SAMPLES = 20_000_000


@dataclass(frozen=True, slots=True)
class Tables:
    """Tables of a track. `None` where there is none, or where it was longer than is read.

    `lengths` and `offsets` have shape `(runs, 2)`: samples, and ticks for each. `sizes` has one
    entry a sample, `chunks` one a chunk; `spread` has shape `(runs, 3)`: first chunk (from 1),
    samples in each chunk, sample description.
    """

    lengths: Ints
    offsets: Ints
    sizes: Ints
    chunks: Ints
    spread: Ints
    keys: Ints | None
    whole: bool

    @property
    def samples(self) -> int:
        return len(self.sizes)

    def durations(self) -> Ints:
        """Ticks of each sample, as many as there are sizes; the last length goes on."""
        return _spread_out(self.lengths, self.samples)

    def shifts(self) -> Ints:
        """Composition offset of each sample in ticks."""
        if not len(self.offsets):
            return np.zeros(self.samples, np.int64)
        return _spread_out(self.offsets, self.samples)

    def chunk_samples(self) -> Ints:
        """How many samples each chunk holds, the sum bounded by the number of samples."""
        per = _of_chunks(self.spread, 1, len(self.chunks))
        starts = np.minimum(np.cumsum(per) - per, self.samples)
        ends = np.minimum(np.cumsum(per), self.samples)
        held: Ints = ends - starts
        return held

    def chunk_bytes(self) -> Ints:
        """How many bytes each chunk holds."""
        ends = np.cumsum(self.chunk_samples())
        total = np.concatenate(([0], np.cumsum(self.sizes)))
        held: Ints = total[ends] - total[np.concatenate(([0], ends[:-1]))] if len(ends) else ends
        return held

    def description_changes(self) -> Ints:
        """Samples (from 0) at which another sample description begins."""
        used = _of_chunks(self.spread, 2, len(self.chunks))
        starts = np.cumsum(self.chunk_samples()) - self.chunk_samples()
        return starts[1:][used[1:] != used[:-1]] if len(used) else used


def read_tables(tree: Tree, stbl: Node) -> Tables:
    """The tables below a `stbl`. Never raises for what they say; `OSError` for the disk."""
    whole = True

    def table(name: str, columns: int) -> Ints:
        nonlocal whole
        node = stbl.first(name)
        body = tree.body(node)
        whole &= node is None or node.body_bytes <= MAX_BODY_BYTES
        found, complete = _entries(body, columns)
        if not complete:
            tree.note(f"{node.path if node else name}: fewer entries than it says")
        return found

    sizes = _sizes(tree, stbl)
    chunks = table("stco", 1).reshape(-1)
    if not len(chunks) and (large := stbl.first("co64")):
        body = tree.body(large)[8:]
        chunks = np.frombuffer(body[: len(body) // 8 * 8], ">u8").astype(np.uint64)
        chunks = np.minimum(chunks, 1 << 62).astype(np.int64)
    keys = table("stss", 1).reshape(-1) if stbl.first("stss") else None
    offsets = table("ctts", 2)
    if len(offsets):  # signed in practice: negative ones of version 0 are written as 2^32 - n
        offsets[:, 1] = offsets[:, 1].astype(np.uint32).astype(np.int32)
    return Tables(
        table("stts", 2), offsets, sizes, chunks, table("stsc", 3), keys, whole
    )  # fmt: skip


def _entries(body: bytes, columns: int) -> tuple[Ints, bool]:
    if len(body) < 8:
        return np.zeros((0, columns), np.int64), True
    said = struct.unpack(">I", body[4:8])[0]
    there = (len(body) - 8) // (4 * columns)
    count = min(said, there)
    raw = np.frombuffer(body, ">u4", count * columns, 8)
    return raw.astype(np.int64).reshape(-1, columns), said <= there


def _sizes(tree: Tree, stbl: Node) -> Ints:
    node = stbl.first("stsz")
    body = tree.body(node)
    if len(body) < 12:
        return _small_sizes(tree, stbl)
    fixed, said = struct.unpack(">II", body[4:12])
    if fixed:
        # No entries to bound the count by: what the file has room for is the bound.
        if said > tree.file_bytes // fixed:
            tree.note("stsz: more samples than the file has room for")
            said = 0
        return np.full(min(said, MAX_SAMPLES), fixed, np.int64)
    count = min(said, (len(body) - 12) // 4, MAX_SAMPLES)
    if count < said:
        tree.note(f"{node.path if node else 'stsz'}: fewer entries than it says")
    return np.frombuffer(body, ">u4", count, 12).astype(np.int64)


def _small_sizes(tree: Tree, stbl: Node) -> Ints:
    """Sizes of 8 or 16 bits (`stz2`; 4 bits are not met)."""
    body = tree.body(stbl.first("stz2"))
    if len(body) < 12 or body[7] not in (8, 16):
        return np.zeros(0, np.int64)
    width = body[7] // 8
    count = min(struct.unpack(">I", body[8:12])[0], (len(body) - 12) // width)
    return np.frombuffer(body, f">u{width}", count, 12).astype(np.int64)


def _spread_out(runs: Ints, samples: int) -> Ints:
    """Values of runs `(count, value)`, one a sample; the last value goes on where they end."""
    values = np.zeros(samples, np.int64)
    if not len(runs) or not samples:
        return values
    ends = np.minimum(np.cumsum(np.minimum(runs[:, 0], samples)), samples)
    counts = np.diff(ends, prepend=0)
    spread = np.repeat(runs[:, 1], counts)
    values[: len(spread)] = spread
    values[len(spread) :] = runs[-1, 1]
    return values


def _of_chunks(spread: Ints, column: int, chunks: int) -> Ints:
    """A column of `stsc` for each chunk; rows out of order are left out."""
    values = np.zeros(chunks, np.int64)
    if not len(spread) or not chunks:
        return values
    firsts = np.maximum.accumulate(np.clip(spread[:, 0] - 1, 0, chunks))
    counts = np.diff(np.append(firsts, chunks))
    filled = np.repeat(spread[:, column], counts)
    values[chunks - len(filled) :] = filled
    return values
