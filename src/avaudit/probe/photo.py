"""Photos are filed, not audited: their size in pixels, and whether they can be read at all."""

from __future__ import annotations

import os

import cv2
import numpy as np

from avaudit.domain.media import MediaFacts, MediaKind, StreamFacts
from avaudit.errors import Unexaminable

_MAX_BYTES = 256 * 1024 * 1024


def photo_facts(fd: int) -> MediaFacts:
    """Facts of a photo behind an open descriptor: one picture stream, no duration.

    Raises `Unexaminable` ("damaged") where OpenCV cannot decode it, `MemoryError` where there is
    no room for it: that says nothing about the photo.
    """
    size = os.fstat(fd).st_size
    if size > _MAX_BYTES:
        raise Unexaminable("too_large", detail=f"{size} > {_MAX_BYTES}")
    data = np.frombuffer(os.pread(fd, size, 0), np.uint8)
    try:
        picture = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE | cv2.IMREAD_IGNORE_ORIENTATION)
    except cv2.error as error:
        if error.code == cv2.Error.StsNoMem:
            raise MemoryError(error.err) from error
        raise Unexaminable("damaged", detail=str(error.err or error)) from error
    if picture is None:
        raise Unexaminable("damaged", detail="OpenCV cannot decode this picture")
    height, width = picture.shape[:2]
    stream = StreamFacts(index=0, kind="video", codec="photo", width=width, height=height)
    return MediaFacts(MediaKind.PHOTO, "photo", None, None, (stream,))
