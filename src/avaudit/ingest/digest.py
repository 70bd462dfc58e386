"""The digest of an original: SHA-256 (FIPS 180-4) over its bytes, read once."""

from __future__ import annotations

import hashlib
import os

_READ_BYTES = 1 << 20


def sha256_of(fd: int) -> tuple[str, int]:
    """Digest (lower-case hex) and number of bytes of an open file. Its position is left alone.

    Raises `OSError` where the disk does not answer.
    """
    digest, at = hashlib.sha256(), 0
    while data := os.pread(fd, _READ_BYTES, at):
        digest.update(data)
        at += len(data)
    return digest.hexdigest(), at
