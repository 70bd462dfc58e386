"""The outermost chunk of an AVI or WAV file (Microsoft RIFF, 1991): how long it should be."""

from __future__ import annotations

import os
import struct

#: Sizes from here on (2 GiB and more) are placeholders, or parts of files larger than RIFF can say.
_MUTE_SIZE = 0x7FFFFF00


def riff_bytes(fd: int) -> int | None:
    """How long a RIFF file (AVI, WAV) says it is, in bytes; None for others and where it is mute.

    FFmpeg quietly takes the file's end for the recording's. Recorders that cannot go back to their
    header leave 0 or the largest number there, which says nothing. Raises `OSError`.
    """
    head = os.pread(fd, 8, 0)
    if len(head) < 8 or head[:4] != b"RIFF":
        return None
    size = int(struct.unpack("<I", head[4:])[0])
    return size + 8 if 0 < size < _MUTE_SIZE else None
