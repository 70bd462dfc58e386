"""Looking for the text of a clock costs most of what a clock costs: where, and how often."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from avaudit.language.osd_text import read_osd, read_time
from avaudit.signals.osd_find import Grammar, find
from avaudit.signals.text_reader import ReadText

_SHAPE = (360, 640)


class Reader:
    """Finds text in pictures that are lit, and notes how often it was asked, by shape."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, ...]] = []

    def find(self, picture: Any) -> list[tuple[int, int, int, int]]:
        self.asked.append(picture.shape)
        lit = picture.shape == _SHAPE and picture.max() > 0
        return [(10, 100, 200, 120)] if lit else []

    def read(self, crop: Any) -> ReadText:
        return ReadText("2026-11-20 09:30:05" if crop.size else "", 0.99, ())


@pytest.mark.parametrize(
    ("lit", "looks"), [((), 2), ((0,), 4), ((2, 3), 4), ((0, 1, 2, 3), 4), ((1,), 2)]
)
def test_a_whole_picture_is_looked_at_where_every_second_one_has_text(
    lit: tuple[int, ...], looks: int
) -> None:
    pictures = [np.full(_SHAPE, 255 if n in lit else 0, np.uint8) for n in range(4)]
    reader = Reader()
    layout, _ = find(pictures, reader, Grammar(read_osd, read_time))  # type: ignore[arg-type]
    assert reader.asked.count(_SHAPE) == looks
    assert len(reader.asked) == 4 + looks
    assert (layout is not None) == (len(lit) >= 2)
