"""Top-level boxes of an MP4 or MOV file (ISO/IEC 14496-12, 4.2): why it does not open."""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass

_MAX_BOXES = 4096


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its four-character type, where it begins, and how long it says it is, in bytes."""

    type: str
    at: int
    size: int


def top_level_boxes(fd: int, file_bytes: int) -> tuple[Box, ...]:
    """Boxes of the outermost level, as far as their sizes can be followed.

    The last box may claim more bytes than the file has: then the file was cut off in it. Never
    raises for malformed content; `OSError` where the disk does not answer.
    """
    boxes: list[Box] = []
    at = 0
    while at + 8 <= file_bytes and len(boxes) < _MAX_BOXES:
        head = os.pread(fd, 16, at)
        if len(head) < 8:
            break
        size, kind = struct.unpack(">I4s", head[:8])
        if size == 1 and len(head) == 16:
            size = struct.unpack(">Q", head[8:])[0]
        elif size == 0:  # to the end of the file
            size = file_bytes - at
        if size < 8 or not kind.isascii():
            break
        boxes.append(Box(kind.decode("ascii"), at, size))
        at += size
    return tuple(boxes)


def lacks_index(fd: int, file_bytes: int) -> str:
    """What a recording without `moov` holds instead, or "" where there is one (or no MP4 at all).

    Devices write `moov` when recording is stopped properly: without it they lost power.
    """
    boxes = top_level_boxes(fd, file_bytes)
    types = [box.type for box in boxes]
    if "moov" in types or "moof" in types or "mdat" not in types:
        return ""
    last = boxes[-1]
    cut = f", {last.type} cut off" if last.at + last.size > file_bytes else ""
    return f"{' '.join(types[:8])}{cut}; no moov"
