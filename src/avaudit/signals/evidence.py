"""Small pictures for people to judge by: three thumbnails side by side, never a copy of a frame."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import cv2
import numpy as np

from avaudit.domain.picture import Strip
from avaudit.domain.time import Span
from avaudit.signals.look import Floats

_THUMB_PX, _BETWEEN_PX, _QUALITY = 105, 2, 75


def strip(span: Span, moments: Sequence[Floats | None]) -> Strip:
    """Thumbnails of moments before, during and after a span; grey where there is none.

    Raises `ValueError` where no moment has a picture.
    """
    some = next((m for m in moments if m is not None), None)
    if some is None:
        raise ValueError("a strip needs a picture")
    height = max(1, round(some.shape[0] * _THUMB_PX / some.shape[1]))
    thumbs: list[Floats] = []
    for moment in moments:
        if thumbs:
            thumbs.append(np.full((height, _BETWEEN_PX), 255, np.float32))
        if moment is None:
            thumbs.append(np.full((height, _THUMB_PX), 128, np.float32))
        else:
            area = cv2.INTER_AREA
            thumbs.append(cv2.resize(moment, (_THUMB_PX, height), interpolation=area))
    whole = np.clip(np.hstack(thumbs), 0, 255).astype(np.uint8)
    _, jpeg = cv2.imencode(".jpg", whole, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return Strip(span.onset_s, span.offset_s, base64.b64encode(jpeg.tobytes()).decode())
