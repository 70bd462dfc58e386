"""Small plots of a recording's level, for people to judge silences and clipping by."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from avaudit.domain.loudness import FAINTEST, NOTHING, Loudness, to_dbfs, unpack
from avaudit.domain.picture import Strip
from avaudit.domain.time import Span

Canvas = npt.NDArray[np.uint8]
Colour = tuple[int, int, int]

_WIDTH, _HEIGHT, _LEFT, _BELOW, _QUALITY = 420, 132, 34, 16, 50
#: What is fainter than this (dB of full scale) is drawn at the bottom: it is no sound.
_LOW_DBFS, _LINES_DBFS = -100.0, (0, -20, -40, -60, -80)
#: Plots of single stretches, at most; so many seconds, and this share of the stretch, beside them.
_MOST, _BESIDE_S, _BESIDE_SHARE = 8, 4.0, 0.5
#: Shorter silences have no plot of their own.
_LEAST_S = 0.8
#: From this share of a second's samples in flat tops on it is marked.
_MARKED_SHARE = 0.002
_WHITE, _GREY, _INK = (255, 255, 255), (205, 205, 205), (60, 60, 60)
_LEVEL, _SILENCE, _CUT_OFF, _ABSENT = (150, 90, 40), (200, 225, 255), (40, 40, 220), (225, 225, 225)


def plots(loudness: Loudness, silent: Sequence[Span]) -> tuple[Strip, ...]:
    """The level over the whole recording (`sound`), and around its longest silences (`silence`).

    Blue is the level, orange what stands still, grey where no sound was delivered; red marks at
    the top are seconds in which samples are cut off. Nothing where nothing was measured.
    """
    codes = np.frombuffer(unpack(loudness.levels), np.uint8)
    if not len(codes):
        return ()
    whole = Span(0.0, len(codes) * loudness.block_s)
    longest = sorted((s for s in silent if s.length_s >= _LEAST_S), key=lambda s: -s.length_s)
    drawn = [_strip("sound", whole, whole, codes, loudness, silent)]
    for span in sorted(longest[:_MOST]):
        beside_s = _BESIDE_S + _BESIDE_SHARE * span.length_s
        shown = Span(
            max(0.0, span.onset_s - beside_s), min(whole.offset_s, span.offset_s + beside_s)
        )
        drawn.append(_strip("silence", span, shown, codes, loudness, silent))
    return tuple(drawn)


def _strip(
    of: str, span: Span, shown: Span, codes: npt.NDArray[np.uint8], loudness: Loudness,
    silent: Sequence[Span],
) -> Strip:  # fmt: skip
    canvas: Canvas = np.full((_HEIGHT, _WIDTH, 3), 255, np.uint8)
    for one in silent:
        if one.overlap_s(shown) > 0:
            _shade(canvas, one, shown, _SILENCE)
    _draw_levels(canvas, codes, loudness.block_s, shown)
    _mark_cut_off(canvas, loudness, shown)
    _draw_axes(canvas, shown)
    _, jpeg = cv2.imencode(".jpg", canvas, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    onset_s, offset_s = round(span.onset_s, 3), round(span.offset_s, 3)
    return Strip(of, onset_s, offset_s, base64.b64encode(jpeg.tobytes()).decode())


def _column(at_s: float, shown: Span) -> int:
    share = (at_s - shown.onset_s) / max(1e-6, shown.length_s)
    return _LEFT + round(min(1.0, max(0.0, share)) * (_WIDTH - _LEFT - 1))


def _row(dbfs: float) -> int:
    share = min(1.0, max(0.0, dbfs / _LOW_DBFS))
    return 6 + round(share * (_HEIGHT - _BELOW - 8))


def _shade(canvas: Canvas, span: Span, shown: Span, colour: Colour) -> None:
    left, right = _column(span.onset_s, shown), _column(span.offset_s, shown)
    cv2.rectangle(canvas, (left, 6), (max(left, right), _HEIGHT - _BELOW), colour, -1)


def _draw_levels(canvas: Canvas, codes: npt.NDArray[np.uint8], block_s: float, shown: Span) -> None:
    """For each column the range of the levels in it, joined to the one before."""
    last: int | None = None
    for column in range(_LEFT, _WIDTH):
        share = (column - _LEFT) / (_WIDTH - _LEFT)
        at_s = shown.onset_s + share * shown.length_s
        until_s = at_s + shown.length_s / (_WIDTH - _LEFT)
        first = min(len(codes) - 1, int(at_s / block_s))
        inside = codes[first : max(first + 1, int(until_s / block_s))]
        sound = inside[inside != NOTHING]
        if not len(sound):
            canvas[6 : _HEIGHT - _BELOW, column] = _ABSENT
            last = None
            continue
        high, low = (_row(_dbfs(int(code))) for code in (sound.min(), sound.max()))
        begin = high if last is None else min(high, last)
        end = low if last is None else max(low, last)
        canvas[begin : end + 1, column] = _LEVEL
        last = (high + low) // 2


def _dbfs(code: int) -> float:
    return _LOW_DBFS if code >= FAINTEST else to_dbfs(code)


def _mark_cut_off(canvas: Canvas, loudness: Loudness, shown: Span) -> None:
    for number, code in enumerate(unpack(loudness.clipped)):
        second = Span(number * loudness.second_s, (number + 1) * loudness.second_s)
        if code == NOTHING or code / 1000 < _MARKED_SHARE or not second.overlap_s(shown):
            continue
        left, right = _column(second.onset_s, shown), _column(second.offset_s, shown)
        cv2.rectangle(canvas, (left, 1), (max(left, right - 1), 4), _CUT_OFF, -1)


def _draw_axes(canvas: Canvas, shown: Span) -> None:
    for dbfs in _LINES_DBFS:
        row = _row(dbfs)
        light = np.all(canvas[row, _LEFT:] >= np.array(_SILENCE) - 5, axis=1)
        canvas[row, _LEFT:][light] = _GREY
        _write(canvas, f"{dbfs}", 2, row + 4)
    cv2.rectangle(canvas, (_LEFT, 6), (_WIDTH - 1, _HEIGHT - _BELOW), _INK, 1)
    for share in (0.0, 0.5, 1.0):
        at_s = shown.onset_s + share * shown.length_s
        words = f"{int(at_s // 60):02}:{at_s % 60:04.1f}"
        left = _LEFT + round(share * (_WIDTH - _LEFT)) - round(share * 46)
        _write(canvas, words, left, _HEIGHT - 3)


def _write(canvas: Canvas, words: str, left: int, row: int) -> None:
    cv2.putText(canvas, words, (left, row), cv2.FONT_HERSHEY_PLAIN, 0.75, _INK, 1, cv2.LINE_AA)
