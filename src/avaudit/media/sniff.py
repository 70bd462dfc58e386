"""Tell what a file is by its first bytes (file signatures), by its name where those are mute."""

from __future__ import annotations

import os
import re
from enum import StrEnum

#: How many bytes of a file are looked at: enough for two blocks of a transport stream.
HEAD_BYTES = 1024


class Sniffed(StrEnum):
    """What the first bytes look like. `OTHER`: a document of some kind; `UNKNOWN`: no idea."""

    MEDIA = "media"
    PHOTO = "photo"
    OTHER = "other"
    EMPTY = "empty"
    UNKNOWN = "unknown"


_MEDIA_SUFFIXES = frozenset(
    f".{suffix}"
    for suffix in (
        "mp4 m4v m4a mov qt 3gp 3g2 avi mkv webm mka ts mts m2ts tp mpg mpeg vob asf wmv wma flv "
        "f4v dav ifv mp3 wav aac amr awb ogg oga opus flac ape caf 264 h264 265 h265 hevc ps m2v dv"
    ).split()
)
_PHOTO_SUFFIXES = frozenset(
    f".{suffix}" for suffix in ("jpg jpeg png bmp gif webp tif tiff heic heif dng").split()
)

_PHOTO_HEADS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"BM", b"GIF8", b"II*\x00", b"MM\x00*")
_MEDIA_HEADS = (
    b"\x1a\x45\xdf\xa3",  # Matroska, WebM (EBML)
    b"FLV\x01",
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",  # ASF, WMV
    b"#!AMR",
    b"ID3",
    b"OggS",
    b"fLaC",
    b"caff",
    b"DHAV",
    b"\x00\x00\x01\xba",  # MPEG programme stream
    b"\x00\x00\x01\xb3",
    b"\x00\x00\x00\x01",  # H.264, HEVC byte stream
    b".RMF",
)
_DOCUMENT_HEADS = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{", b"[", b"<", b"#", b"DUCK")
_MP4_FIRST_BOXES = frozenset((b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"))
_HEIF_BRANDS = frozenset((b"heic", b"heix", b"mif1", b"msf1", b"heif", b"avif"))
_MPEG_AUDIO = re.compile(rb"\xff[\xe2-\xff]")


def sniff(head: bytes, name: str) -> Sniffed:
    """What a file is. `head` is its first `HEAD_BYTES`, `name` its name.

    Content decides; the name only where content says nothing, so that a damaged recording with a
    recording's name is still examined (and found wanting), not passed over.
    """
    suffix = f".{name.rpartition('.')[2].lower()}"
    if not head:
        known = suffix in _MEDIA_SUFFIXES | _PHOTO_SUFFIXES
        return Sniffed.EMPTY if known else Sniffed.OTHER
    by_content = _by_content(head)
    if by_content is not Sniffed.UNKNOWN:
        # A recording overwritten by a document (or renamed from one) is still asked for by name.
        renamed = by_content is Sniffed.OTHER and suffix in _MEDIA_SUFFIXES
        return Sniffed.MEDIA if renamed else by_content
    if suffix in _MEDIA_SUFFIXES:
        return Sniffed.MEDIA
    if suffix in _PHOTO_SUFFIXES:
        return Sniffed.PHOTO
    return Sniffed.OTHER if _is_text(head) else Sniffed.UNKNOWN


def _by_content(head: bytes) -> Sniffed:
    if head[4:8] in _MP4_FIRST_BOXES:
        heif = head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS
        return Sniffed.PHOTO if heif else Sniffed.MEDIA
    if head[:4] in (b"RIFF", b"RIFX", b"RF64"):
        return Sniffed.PHOTO if head[8:12] == b"WEBP" else Sniffed.MEDIA
    if head.startswith(_PHOTO_HEADS):
        return Sniffed.PHOTO
    if head.startswith(_MEDIA_HEADS) or _is_transport_stream(head):
        return Sniffed.MEDIA
    if head.startswith(_DOCUMENT_HEADS):
        return Sniffed.OTHER
    return Sniffed.MEDIA if _MPEG_AUDIO.match(head) else Sniffed.UNKNOWN


def _is_transport_stream(head: bytes) -> bool:
    """Sync bytes 188 apart (ISO/IEC 13818-1), or 192 with the time stamps of AVCHD."""
    return any(
        len(head) > start + 2 * step and all(head[start + k * step] == 0x47 for k in range(3))
        for start, step in ((0, 188), (4, 192), (0, 204))
    )


def _is_text(head: bytes) -> bool:
    return b"\x00" not in head and sum(b < 9 or 13 < b < 32 for b in head) * 20 < len(head)


def read_head(fd: int) -> bytes:
    """The first bytes of an open file, its position left alone. Raises `OSError`."""
    return os.pread(fd, HEAD_BYTES, 0)
