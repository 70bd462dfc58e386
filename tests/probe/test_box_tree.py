"""The tree of boxes: followed as deep as it goes, bounded whatever the lengths say."""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avaudit.domain.structure import Structure
from avaudit.probe.box_tree import MAX_BOXES, MAX_DEPTH, Node, Tree, walk
from avaudit.probe.structure import structure

_HOLDING = [b"moov", b"trak", b"mdia", b"minf", b"stbl", b"udta", b"edts"]
_LEAVES = [b"stts", b"ctts", b"stsc", b"stsz", b"stco", b"stss", b"elst", b"tkhd", b"mdhd", b"hdlr",
           b"stsd", b"mvhd", b"\xa9too"]  # fmt: skip


def box(kind: bytes, body: bytes = b"", size: int | None = None) -> bytes:
    return struct.pack(">I4s", 8 + len(body) if size is None else size, kind) + body


@contextmanager
def tree_of(data: bytes) -> Iterator[Tree]:
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        yield walk(file.fileno(), len(data))


def structure_of(data: bytes) -> Structure:
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        return structure(file.fileno(), len(data))


def _check(node: Node, data: bytes) -> None:
    """Children lie within their parent, one behind the other."""
    at = node.body_at
    for child in node.children:
        assert child.at >= at
        assert child.body_at + child.body_bytes <= node.body_at + node.body_bytes <= len(data)
        at = child.body_at + child.body_bytes
        _check(child, data)


_LENGTHS = st.sampled_from([0, 1, 2, 7, 8, 9, 16, 100, 2**31, 2**32 - 1])
_LEAF = st.builds(box, st.sampled_from(_LEAVES), st.binary(max_size=60),
                  st.none() | _LENGTHS)  # fmt: skip
_NESTED = st.recursive(
    _LEAF,
    lambda inner: st.builds(
        lambda kind, parts, size: box(kind, b"".join(parts), size),
        st.sampled_from(_HOLDING), st.lists(inner, max_size=5), st.none() | _LENGTHS,
    ),
    max_leaves=30,
)  # fmt: skip


@given(_NESTED, st.binary(max_size=30))
def test_any_nesting_with_any_lengths_is_walked(nested: bytes, rest: bytes) -> None:
    data = box(b"ftyp", b"isom\0\0\2\0") + box(b"moov", nested) + box(b"mdat", b"x" * 40) + rest
    with tree_of(data) as tree:
        assert tree.moov is not None
        _check(tree.moov, data)
    found = structure_of(data)
    assert found.format == "mp4"
    assert found.unpointed_bytes is None or 0 <= found.unpointed_bytes <= len(data)


@given(st.binary(max_size=600))
def test_any_bytes_give_an_answer(data: bytes) -> None:
    for start in (b"", b"\0\0\0\x0cftypisom", b"RIFF\x50\0\0\0AVI LIST", b"\x1a\x45\xdf\xa3\x84",
                  (b"\x47" + b"\0" * 187) * 3):  # fmt: skip
        assert structure_of(start + data).free_bytes >= 0
    with tree_of(box(b"moov", data)) as tree:
        assert tree.boxes <= MAX_BOXES


@pytest.mark.parametrize("size", [0, 1, 8, 15, 16, 2**31, 2**62, 2**63 - 1, 2**63, 2**64 - 1])
def test_lengths_of_64_bits(size: int) -> None:
    inner = struct.pack(">I4sQ", 1, b"udta", size) + box(b"\xa9too", b"\0\4\0\0Lavf")
    with tree_of(box(b"moov", inner)) as tree:
        assert tree.moov is not None
        _check(tree.moov, box(b"moov", inner))
        if size < 16:
            assert tree.problems
        if size > 16:
            assert [child.type for child in tree.moov.children] == ["udta"]


def test_a_nest_without_end_is_followed_to_a_depth() -> None:
    data = b""
    for _ in range(2000):
        data = box(b"trak", data)
    with tree_of(box(b"moov", data)) as tree:
        assert tree.boxes <= MAX_DEPTH + 1
        assert any("too deep" in problem for problem in tree.problems)


def test_boxes_without_end_are_followed_to_a_bound() -> None:
    with tree_of(box(b"moov", box(b"free") * (MAX_BOXES + 500))) as tree:
        assert tree.boxes == MAX_BOXES
        assert tree.problems == ["more boxes than are followed"]


@pytest.mark.parametrize("said", [0, 1, 3, 2**31, 2**32 - 1])
@pytest.mark.parametrize("kind", [b"stts", b"ctts", b"stsc", b"stco", b"stss", b"elst"])
def test_tables_that_say_more_than_they_hold(kind: bytes, said: int) -> None:
    table = box(kind, struct.pack(">II", 0, said) + struct.pack(">III", 1, 2, 3))
    found = structure_of(_movie(table if kind != b"elst" else b"", edits=table))
    assert found.first("vide") is not None
    assert len(found.tracks) == 1


@pytest.mark.parametrize("size", [1, 2, 2**16, 2**32 - 1])
@pytest.mark.parametrize("count", [1, 2**31, 2**32 - 1])
def test_samples_of_one_size_are_no_more_than_the_file_has_room_for(size: int, count: int) -> None:
    sizes = box(b"stsz", struct.pack(">III", 0, size, count))
    data = _movie(sizes + box(b"stts", struct.pack(">IIII", 0, 1, count, 1)))
    track = structure_of(data).first("vide")
    assert track is not None
    assert track.samples * size <= len(data)


def _movie(tables: bytes, edits: bytes = b"") -> bytes:
    """The smallest movie with a picture track and these tables."""
    mvhd = box(b"mvhd", struct.pack(">IIIII", 0, 0, 0, 1000, 1000))
    mdhd = box(b"mdhd", struct.pack(">IIIIII", 0, 0, 0, 90000, 90000, 0))
    hdlr = box(b"hdlr", struct.pack(">II4s12x", 0, 0, b"vide") + b"Camera\0")
    media = mdhd + hdlr + box(b"minf", box(b"stbl", tables))
    trak = box(b"edts", edits) + box(b"mdia", media)
    movie = box(b"moov", mvhd + box(b"trak", trak))
    return box(b"ftyp", b"isom\0\0\2\0") + movie + box(b"mdat", b"x" * 64)
