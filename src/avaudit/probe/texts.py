"""Texts that an MP4 or MOV file carries about itself: user data, metadata keys, XMP, brands.

QuickTime's user data (`©too` and the like: a length, a language, a text), iTunes' `ilst`, Apple's
and Android's `keys` with their values (ISO/IEC 14496-12, 8.11; QuickTime File Format, metadata).
"""

from __future__ import annotations

import re

from avaudit.domain.structure import Text
from avaudit.probe.box_tree import Node, Tree
from avaudit.probe.boxes import Box
from avaudit.probe.raw import read_at, text_of, type_of

_MAX_TEXTS, _MAX_CHARACTERS, _MAX_XMP = 96, 240, 1 << 17
_MAX_HEX = 16
_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_XMP_WANTED = re.compile(
    rb"(x:xmptk|xmp:CreatorTool|stEvt:softwareAgent|xmpMM:OriginalDocumentID|xmp:ModifyDate)"
    rb"\s*(?:=\s*[\"']([^\"']{1,240})|>([^<]{1,240})<)"
)


def read_texts(tree: Tree) -> tuple[Text, ...]:
    """All texts, bounded in number and length. Raises `OSError` where the disk fails."""
    found: list[Text] = []
    for box in tree.outermost:
        if box.type in ("uuid", "XMP_"):
            found += _outer(tree, box)
        elif box.type in ("free", "skip"):
            found += _in_free(tree, box)
    if tree.moov:
        for node in tree.moov.below():
            found += _of_box(tree, node)
            if len(found) >= _MAX_TEXTS:
                break
    unique = dict.fromkeys(found)
    return tuple(unique)[:_MAX_TEXTS]


def _of_box(tree: Tree, node: Node) -> list[Text]:
    where = node.path.removeprefix("moov/")
    if node.type == "ilst":
        return _listed(tree, node, where)
    parent = node.path.split("/")[-2] if "/" in node.path else ""
    if node.type in ("meta", "data", "keys") or parent not in ("udta", "moov"):
        return []
    if node.type == "uuid":
        return _xmp(tree.body(node, _MAX_XMP), where)
    if parent == "udta":
        if node.type == "XMP_":
            return _xmp(tree.body(node, _MAX_XMP), where)
        return [Text(where, _user_data(tree.body(node, 1024)))]
    return []


def _user_data(body: bytes) -> str:
    """A text with or without the head that its writer put before it; else the first bytes."""
    for skip in _heads(body):
        text = text_of(body[skip:], _MAX_CHARACTERS)
        raw = body[skip:].rstrip(b"\0")
        if text and len(text) >= len(raw) / 2 and raw[:1] >= b" ":
            return text
    return body[:_MAX_HEX].hex()


def _heads(body: bytes) -> tuple[int, ...]:
    """Bytes to skip: QuickTime's length and language, 3GPP's version and language, none."""
    if len(body) >= 4 and int.from_bytes(body[:2], "big") == len(body) - 4:
        return (4,)
    if body[:4] == b"\0\0\0\0":
        return (6, 4)
    return (0, 4)


def _listed(tree: Tree, ilst: Node, where: str) -> list[Text]:
    """Entries of `ilst` with their names: from `keys` where they are numbered."""
    names = _keys(tree, ilst)
    found = []
    for entry in ilst.children[:_MAX_TEXTS]:
        name = names.get(entry.type, entry.type)
        body = tree.body(entry, 2048)
        found.append(Text(f"{where}/{name}", _value(body)))
    return found


def _keys(tree: Tree, ilst: Node) -> dict[str, str]:
    """Names by number, out of the `keys` beside an `ilst`."""
    path = ilst.path.rpartition("/")[0] + "/keys"
    node = next((n for n in tree.moov.below() if n.path == path), None) if tree.moov else None
    body = tree.body(node, 1 << 16)
    names: dict[str, str] = {}
    at = 8
    while at + 8 <= len(body) and len(names) < _MAX_TEXTS:
        size = int.from_bytes(body[at : at + 4], "big")
        if size < 8:
            break
        names[str(len(names) + 1)] = text_of(body[at + 8 : at + size])
        at += size
    return names


def _value(entry: bytes) -> str:
    """What an entry of `ilst` holds: `data` boxes of texts (1) or numbers, `mean`/`name` before."""
    at, parts = 0, []
    while at + 8 <= len(entry):
        size, kind = int.from_bytes(entry[at : at + 4], "big"), type_of(entry[at + 4 : at + 8])
        if size < 8:
            break
        body = entry[at + 8 : at + size]
        if kind == "data" and len(body) >= 8:
            coded = int.from_bytes(body[1:4], "big")
            value = body[8:]
            parts.append(text_of(value) if coded in (0, 1) and value else _number(value, coded))
        elif kind in ("mean", "name"):
            parts.append(text_of(body[4:]))
        at += size
    return " ".join(part for part in parts if part)[:_MAX_CHARACTERS]


def _number(value: bytes, coded: int) -> str:
    if coded in (21, 22, 65, 66, 67, 74, 75, 76, 77, 78) and len(value) <= 8:
        return str(int.from_bytes(value, "big", signed=coded in (21, 65, 66, 67, 74)))
    return value[:_MAX_HEX].hex()


def _in_free(tree: Tree, box: Box) -> list[Text]:
    """What a muxer wrote into room that it left free (GPAC names itself there)."""
    text = text_of(read_at(tree.fd, box.at + 8, min(box.size - 8, 120)))
    return [Text("free", text)] if len(text) >= 8 and text.isascii() else []


def _outer(tree: Tree, box: Box) -> list[Text]:
    node = Node(box.type, box.type, box.at, box.at + 8, max(0, box.size - 8))
    body = tree.body(node, _MAX_XMP)
    return _xmp(body, box.type)


def _xmp(body: bytes, where: str) -> list[Text]:
    """What XMP says about the tools that wrote it; for other UUIDs, which they are."""
    if not body.startswith(_XMP) and b"<x:xmpmeta" not in body:
        return [Text(where, body[:16].hex())]
    found = [Text(f"{where}/xmp", "")]
    for match in _XMP_WANTED.finditer(body):
        name = match.group(1).decode()
        found.append(Text(f"{where}/xmp/{name}", text_of(match.group(2) or match.group(3))))
    return found[:24]
