"""Small pictures for people to judge by: three thumbnails side by side, never a copy of a frame."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from avaudit.domain.picture import Looks, Strip
from avaudit.domain.time import Span

#: A small picture, of whatever float type.
Small = npt.NDArray[np.floating[Any]]

_THUMB_PX, _BETWEEN_PX, _QUALITY = 105, 2, 75


def strip(of: str, span: Span, moments: Sequence[Small | None]) -> Strip:
    """Thumbnails of moments, three as a rule; grey where there is none. `of` as in `Strip`.

    Raises `ValueError` where no moment has a picture.
    """
    some = next((m for m in moments if m is not None), None)
    if some is None:
        raise ValueError("a strip needs a picture")
    height = max(1, round(some.shape[0] * _THUMB_PX / some.shape[1]))
    thumbs: list[Small] = []
    for moment in moments:
        if thumbs:
            thumbs.append(np.full((height, _BETWEEN_PX), 255, np.float32))
        if moment is None:
            thumbs.append(np.full((height, _THUMB_PX), 128, np.float32))
        else:
            size, area = (_THUMB_PX, height), cv2.INTER_AREA
            thumb = cv2.resize(moment.astype(np.float32), size, interpolation=area)
            thumbs.append(np.asarray(thumb, np.float32))
    whole = np.clip(np.hstack(thumbs), 0, 255).astype(np.uint8)
    _, jpeg = cv2.imencode(".jpg", whole, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return Strip(
        of,
        round(span.onset_s, 3),
        round(span.offset_s, 3),
        base64.b64encode(jpeg.tobytes()).decode(),
    )


def overviews(looks: Looks, pictures: Sequence[Small]) -> list[Strip]:
    """The recording as a whole, its darkest look, and the one with the softest edges."""
    count = len(pictures)
    if not count:
        return []
    places = [count // 6, count // 2, count - 1 - count // 6]
    whole = Span(looks.at_ms[0] / 1000, looks.at_ms[-1] / 1000)
    strips = [strip("overview", whole, [pictures[n] for n in places])]
    told = [n for n in range(count) if looks.sharpness[n] >= 0]
    darkest = min(range(count), key=lambda n: looks.luma[n])
    softest = min(told, key=lambda n: looks.sharpness[n], default=darkest)
    for of, n in (("darkest", darkest), ("softest", softest)):
        beside = [pictures[k] if 0 <= k < count else None for k in (n - 1, n, n + 1)]
        strips.append(strip(of, Span(looks.at_ms[n] / 1000, looks.at_ms[n] / 1000), beside))
    return strips
