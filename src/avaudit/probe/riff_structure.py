"""How an AVI or WAV file is built (Microsoft RIFF, 1991; OpenDML AVI extensions, 1996).

Among the numbers of the signal: `index_entries` (of `idx1`), `index_beyond` (entries that point
beyond `movi`), `movi_bytes`, `movi_unindexed_bytes` (of `movi` that its index does not cover, where
there is one), `header_frames` (what `avih` declares), `header_step_us` (its frame length),
`riff_chunks` (more than one: OpenDML), `last_index_end` (byte in `movi` where the index ends).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np

from avaudit.domain.structure import Structure, Text
from avaudit.probe.parts import parts
from avaudit.probe.raw import read_at, text_of, type_of

_MAX_CHUNKS, _MAX_DEPTH, _MAX_INDEX_BYTES = 2000, 5, 64 << 20
_JUNK = ("JUNK", "PAD ")

Chunk = tuple[str, int, int, int]


def riff_structure(fd: int, file_bytes: int) -> Structure:
    """How a RIFF file is built. `OSError` where the disk does not answer."""
    problems: list[str] = []
    chunks = list(_chunks(fd, 0, file_bytes, problems))
    inner: list[tuple[str, Chunk]] = []
    for chunk in chunks[:8]:
        if chunk[0].startswith(("RIFF", "RF64")):
            inner += _below(fd, chunk, chunk[0], 1, problems)
    numbers = {"riff_chunks": float(sum(c[0].startswith("RIFF") for c in chunks))}
    numbers |= _header(fd, inner) | _index(fd, inner, file_bytes)
    end = max((at + 8 + size for _, at, size, _ in chunks), default=0)
    listed = parts((kind, at, size + 8) for path, (kind, at, size, _) in inner
                   if path.count("/") == 1)  # fmt: skip
    return Structure(
        format="riff",
        layout=listed,
        shape=" ".join(dict.fromkeys(path for path, _ in inner))[:1500],
        brand=chunks[0][0] if chunks else "",
        texts=_texts(fd, inner),
        free_bytes=sum(c[2] for _, c in inner if c[0] in _JUNK),
        trailing_bytes=max(0, file_bytes - end),
        numbers=numbers,
        problems=tuple(dict.fromkeys(problems))[:16],
    )


def _chunks(fd: int, at: int, end: int, problems: list[str]) -> Iterator[Chunk]:
    """Chunks `(name, at, bytes, where its body begins)`; lists are named with their kind."""
    for _ in range(_MAX_CHUNKS):
        head = read_at(fd, at, 12)
        if at + 8 > end or len(head) < 8:
            return
        kind, size = type_of(head[:4]), struct.unpack("<I", head[4:8])[0]
        body = at + 8
        if kind in ("RIFF", "LIST", "RF64") and len(head) == 12:
            kind, body = f"{kind}:{type_of(head[8:12])}", at + 12
        if at + 8 + size > end:
            problems.append(f"{kind}: beyond its parent")
            size = max(0, end - at - 8)
        yield kind, at, size, body
        at += 8 + size + (size & 1)
    problems.append("more chunks than are followed")


def _below(
    fd: int, chunk: Chunk, path: str, depth: int, problems: list[str]
) -> Iterator[tuple[str, Chunk]]:
    _, at, size, body = chunk
    for child in _chunks(fd, body, at + 8 + size, problems):
        where = f"{path}/{child[0]}"
        yield where, child
        # `movi` holds one chunk a packet: its index tells about them.
        if child[0].startswith("LIST") and child[0] != "LIST:movi" and depth < _MAX_DEPTH:
            yield from _below(fd, child, where, depth + 1, problems)


def _header(fd: int, inner: list[tuple[str, Chunk]]) -> dict[str, float]:
    for _, (kind, at, size, _) in inner:
        if kind == "avih" and size >= 40:
            fields = struct.unpack("<5I", read_at(fd, at + 8, 20).ljust(20, b"\0"))
            return {"header_step_us": float(fields[0]), "header_frames": float(fields[4])}
    return {}


def _index(fd: int, inner: list[tuple[str, Chunk]], file_bytes: int) -> dict[str, float]:
    """How the old index fits the media: offsets count from `movi` or from the file's beginning."""
    movi = next((c for _, c in inner if c[0] == "LIST:movi"), None)
    if movi is None:
        return {}
    numbers = {"movi_bytes": float(movi[2])}
    index = next((c for _, c in inner if c[0] == "idx1"), None)
    if index is None:
        return numbers
    raw = read_at(fd, index[1] + 8, min(index[2], _MAX_INDEX_BYTES))
    entries = np.frombuffer(raw[: len(raw) // 16 * 16], "<u4").reshape(-1, 4).astype(np.int64)
    if not len(entries):
        return numbers | {"index_entries": 0.0}
    base = movi[1] + 8 if entries[0, 2] < movi[1] else 0
    starts = entries[:, 2] + base
    ends = starts + 8 + entries[:, 3] + (entries[:, 3] & 1)
    end = movi[1] + 8 + movi[2]
    inside = (starts >= movi[3]) & (ends <= min(end + 1, file_bytes))
    covered = int((ends - starts)[inside].sum())
    return numbers | {
        "index_entries": float(len(entries)),
        "index_beyond": float(np.count_nonzero(~inside)),
        "index_backward": float(np.count_nonzero(np.diff(starts) < 0)),
        "movi_unindexed_bytes": float(max(0, movi[2] - 4 - covered)),
    }


def _texts(fd: int, inner: list[tuple[str, Chunk]]) -> tuple[Text, ...]:
    """Texts of `INFO` lists (ISFT, ICRD, ...), the date of `IDIT`, and names of streams."""
    found = []
    for path, (kind, at, size, _) in inner:
        if "LIST:INFO" in path.rpartition("/")[0] or kind in ("IDIT", "strn", "ISFT", "bext"):
            # A broadcast extension (EBU Tech 3285) names its originator after the description.
            skip = 256 if kind == "bext" else 0
            text = text_of(read_at(fd, at + 8 + skip, min(size, 512)).split(b"\0")[0], 240)
            found.append(Text(kind, text))
    return tuple(found[:48])
