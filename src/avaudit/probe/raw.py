"""Bytes of a container, read at a place and taken as text. Every format's reader does so."""

from __future__ import annotations

import os


def read_at(fd: int, at: int, size: int) -> bytes:
    """Bytes at a place, fewer at the file's end. Raises `OSError` where the disk fails."""
    if at < 0 or size <= 0 or at >= 1 << 62:
        return b""
    return os.pread(fd, size, at)


def type_of(raw: bytes) -> str:
    """A four-character code as text: Latin-1, as QuickTime's `©too` wants it."""
    return "".join(c if c.isprintable() else "?" for c in raw.decode("latin-1"))


def text_of(raw: bytes, limit: int = 200) -> str:
    """Text of a box: UTF-8 where it is, Latin-1 otherwise; without what cannot be shown."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    return "".join(c for c in text if c.isprintable() or c == "\n").strip()[:limit]
