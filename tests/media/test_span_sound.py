"""Spans of sound are the same whether the file is opened for each of them or once for all."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from avaudit.domain.time import Span
from avaudit.errors import Unexaminable
from avaudit.media.open import open_descriptor, open_input
from avaudit.media.sound import decode_mono
from avaudit.media.span_sound import SpanReader
from support.forge import Audio, Picture, make, noise

_RATE = 16_000
_SPANS = (Span(6.0, 7.5), Span(0.0, 1.0), Span(3.2, 4.0), Span(0.5, 2.0), Span(6.0, 7.5))


@pytest.mark.parametrize(("suffix", "codec"), [("mkv", "pcm_s16le"), ("avi", "pcm_mulaw")])
def test_spans_are_those_of_the_file_in_any_order(tmp_path: Path, suffix: str, codec: str) -> None:
    path = tmp_path / f"s.{suffix}"
    sound = noise(8.0, _RATE, seed=5)
    make(path, Picture(8.0, "mpeg4", 10), Audio(sound, _RATE, codec))
    fd = open_descriptor(os.fsencode(path))
    try:
        with open_input(fd) as container:
            index = container.streams.audio[0].index
        with SpanReader(fd, index, 0.0) as reader:
            for span in _SPANS:
                with open_input(fd) as container:
                    alone, rate, _ = decode_mono(container, index, span, 0.0)
                assert rate == _RATE
                assert np.array_equal(reader.load(span, _RATE), alone)
            assert len(reader.load(Span(1.0, 2.0), 8000)) == pytest.approx(8000, abs=200)
    finally:
        os.close(fd)


def test_nothing_is_opened_before_it_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "no.avi"
    path.write_bytes(b"no recording" * 20)
    fd = open_descriptor(os.fsencode(path))
    try:
        with SpanReader(fd, 1, 0.0) as reader, pytest.raises(Unexaminable):
            reader.load(Span(0.0, 1.0), _RATE)
        with SpanReader(fd, 1, 0.0):
            pass
    finally:
        os.close(fd)
