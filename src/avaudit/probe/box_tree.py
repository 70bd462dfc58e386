"""The tree of boxes of an MP4 or MOV file (ISO/IEC 14496-12, 4.2), walked without trusting it.

Reads only heads and bodies that are asked for, never media data. Depth, number of boxes and bytes
read are bounded; each box ends at the latest where its parent does and takes at least its own
head, so that no length can make the walk run in circles or ask for memory.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from avaudit.probe.boxes import Box, top_level_boxes
from avaudit.probe.raw import read_at, type_of

MAX_BOXES = 6000
MAX_DEPTH = 12
#: The largest body that is read: sample tables of some days.
MAX_BODY_BYTES = 96 << 20
_MAX_PROBLEMS = 16
_MAX_SHAPE_CHARACTERS = 1500

#: Boxes of the outermost level (ISO/IEC 14496-12, QuickTime, and those of some writers). Bytes that
#: are none of them may be anything, and their lengths mean nothing.
OUTERMOST = frozenset(
    """ftyp styp moov moof mdat free skip wide uuid meta mfra sidx ssix prft pnot pdin emsg udta
    PICT junk beam loop XMP_ mdta imda""".split()
)

#: Boxes that hold boxes, and how many bytes of their own come first.
_HOLDING = {
    "moov": 0, "trak": 0, "mdia": 0, "minf": 0, "dinf": 0, "stbl": 0, "edts": 0, "udta": 0,
    "ilst": 0, "mvex": 0, "gmhd": 0, "tref": 0, "clip": 0, "matt": 0, "meta": 4, "tapt": 0,
}  # fmt: skip


@dataclass(slots=True)
class Node:
    """One box in the tree. `body_at` and `body_bytes` are what it holds, within its parent."""

    type: str
    path: str
    at: int
    body_at: int
    body_bytes: int
    children: list[Node] = field(default_factory=list)

    def first(self, *types: str) -> Node | None:
        """The first box below along a path of types."""
        node: Node | None = self
        for kind in types:
            node = next((c for c in node.children if c.type == kind), None) if node else None
        return node

    def all(self, kind: str) -> Iterator[Node]:
        """Children of one type."""
        return (child for child in self.children if child.type == kind)

    def below(self) -> Iterator[Node]:
        """Every box below, in the order of the file."""
        for child in self.children:
            yield child
            yield from child.below()


@dataclass(slots=True)
class Tree:
    """The outermost boxes, the whole tree below `moov`, and what was wrong on the way."""

    fd: int
    file_bytes: int
    outermost: tuple[Box, ...]
    moov: Node | None = None
    problems: list[str] = field(default_factory=list)
    boxes: int = 0

    def body(self, node: Node | None, limit: int = MAX_BODY_BYTES) -> bytes:
        """What a box holds, up to `limit` bytes; nothing for no box. Raises `OSError`."""
        if node is None:
            return b""
        return read_at(self.fd, node.body_at, min(node.body_bytes, limit, MAX_BODY_BYTES))

    def note(self, problem: str) -> None:
        """Remember what contradicts the format, to a bound, each once."""
        if problem not in self.problems and len(self.problems) < _MAX_PROBLEMS:
            self.problems.append(problem)

    def shape(self) -> str:
        """The tree below `moov` in one line, neighbours of one kind counted, bounded."""
        text = _shape(self.moov) if self.moov else ""
        return text if len(text) <= _MAX_SHAPE_CHARACTERS else text[:_MAX_SHAPE_CHARACTERS] + "…"


def walk(fd: int, file_bytes: int) -> Tree:
    """The tree of a file. Never raises for malformed content; `OSError` where the disk fails."""
    tree = Tree(fd, file_bytes, top_level_boxes(fd, file_bytes))
    for box in tree.outermost:
        if box.at + box.size > file_bytes and box.type in OUTERMOST:
            tree.note(f"{box.type}: beyond the file")
        if box.type == "moov" and tree.moov is None:
            head = 16 if read_at(fd, box.at, 4) == b"\0\0\0\1" else 8
            end = min(box.at + box.size, file_bytes)
            tree.moov = Node("moov", "moov", box.at, box.at + head, max(0, end - box.at - head))
            _descend(tree, tree.moov, 1)
        elif box.type == "moov":
            tree.note("moov: more than one")
    return tree


def _descend(tree: Tree, parent: Node, depth: int) -> None:
    skip = _HOLDING.get(parent.type)
    in_list = parent.path.endswith("/ilst")
    if skip is None and not in_list:
        return
    if depth > MAX_DEPTH:
        tree.note(f"{parent.path}: too deep")
        return
    at, end = (
        parent.body_at + _own_bytes(tree, parent, skip or 0),
        parent.body_at + parent.body_bytes,
    )
    while at + 8 <= end:
        if tree.boxes >= MAX_BOXES:
            tree.note("more boxes than are followed")
            return
        child = _child(tree, parent, at, end)
        if child is None:
            return
        tree.boxes += 1
        parent.children.append(child)
        _descend(tree, child, depth + 1)
        at = child.body_at + child.body_bytes


def _child(tree: Tree, parent: Node, at: int, end: int) -> Node | None:
    head = read_at(tree.fd, at, 16)
    if len(head) < 8:
        return None
    size, raw = struct.unpack(">I4s", head[:8])
    if size == 0 and raw == b"\0\0\0\0":  # QuickTime ends user data with a zero
        return None
    own = 8
    if size == 1 and len(head) == 16:
        size, own = struct.unpack(">Q", head[8:])[0], 16
    elif size == 0:
        size = end - at
    kind = type_of(raw)
    if parent.type == "ilst" and raw[:2] == b"\0\0":  # numbered by `keys`, not named
        kind = str(int.from_bytes(raw, "big"))
    if size < own:
        tree.note(f"{parent.path}: a box shorter than its head")
        return None
    if at + size > end:
        tree.note(f"{parent.path}/{kind}: beyond its parent")
        size = end - at
        if size < own:
            return None
    return Node(kind, f"{parent.path}/{kind}", at, at + own, size - own)


def _own_bytes(tree: Tree, node: Node, usual: int) -> int:
    """Bytes before the children: QuickTime's `meta` has none where ISO's has four."""
    if node.type == "meta" and read_at(tree.fd, node.body_at + 4, 4) == b"hdlr":
        return 0
    return usual


def _shape(node: Node) -> str:
    parts: list[list[str | int]] = []
    for child in node.children:
        text = _shape(child) if child.type != "ilst" else "ilst"
        if parts and parts[-1][0] == text:
            parts[-1][1] = int(parts[-1][1]) + 1
        else:
            parts.append([text, 1])
    inner = " ".join(f"{text}*{n}" if n != 1 else str(text) for text, n in parts)
    return f"{node.type}({inner})" if inner else node.type
