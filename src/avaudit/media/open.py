"""Open a recording for reading, in a way that a hostile file cannot misuse."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import av
import av.container
import av.error

from avaudit.errors import SourceUnavailable, Unexaminable

#: Demuxers that open other files, the network, a device or a program: never for a recording.
_REFERRING = frozenset(
    {
        "concat", "concatf", "dash", "hls", "imf", "webm_dash_manifest", "sdp", "rtsp", "rtp",
        "sap", "lavfi", "tty", "ffmetadata", "image2", "image2pipe", "image2_alias_pix",
        "image2_brender_pix", "vapoursynth", "avisynth", "bluray", "libopenmpt", "rm",
    }
)  # fmt: skip

#: errno values of a disk or share that may answer later: EIO, ESTALE, ETIMEDOUT, EHOSTDOWN ...
_PASSING = frozenset({5, 110, 112, 113, 116, 121, 11})


@cache
def _whitelist() -> str:
    """Every demuxer of this FFmpeg but the referring ones, as its `format_whitelist` wants it."""
    return ",".join(name for name in sorted(av.formats_available) if name not in _REFERRING)


@contextmanager
def open_input(fd: int) -> Iterator[av.container.InputContainer]:
    """A demuxer over an open, read-only file descriptor.

    FFmpeg gets `/dev/fd/N`, so a file's name can neither name a protocol nor carry a pattern, and
    what is read is the very file that was opened. The descriptor stays open and keeps its place.

    Raises `Unexaminable` ("not_media", "damaged") where FFmpeg makes nothing of the content, and
    `SourceUnavailable` where the disk did not answer.
    """
    av.logging.set_level(av.logging.PANIC)
    options = {"protocol_whitelist": "file", "format_whitelist": _whitelist()}
    try:
        container = av.open(f"/dev/fd/{fd}", options=options, metadata_errors="backslashreplace")
    except av.error.FFmpegError as error:
        raise as_avaudit_error(error) from error
    with container:
        if not container.streams:
            raise Unexaminable("not_media", detail="no stream")
        yield container


def as_avaudit_error(error: Exception) -> Unexaminable | SourceUnavailable:
    """What an error of FFmpeg or of the file system means for an audit."""
    number = getattr(error, "errno", None)
    detail = f"{type(error).__name__}: {getattr(error, 'strerror', None) or error}"
    if number in _PASSING:
        return SourceUnavailable("media.source_unavailable", detail=detail)
    return Unexaminable("not_media", detail=detail)


def open_descriptor(path: bytes) -> int:
    """A read-only descriptor of a recording; the caller closes it.

    Raises `Unexaminable` with the code that tells why ("vanished", "no_permission",
    "symlink_loop", "not_a_file"), `SourceUnavailable` where the disk did not answer.
    """
    try:
        # Not blocking: opening a named pipe must not wait for somebody to write to it.
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError as error:
        raise Unexaminable("vanished", detail=str(error.strerror)) from error
    except PermissionError as error:
        raise Unexaminable("no_permission", detail=str(error.strerror)) from error
    except OSError as error:
        if error.errno in _PASSING:
            raise SourceUnavailable(
                "media.source_unavailable", detail=str(error.strerror)
            ) from error
        code = "symlink_loop" if error.errno == 40 else "not_a_file"
        raise Unexaminable(code, detail=str(error.strerror)) from error
