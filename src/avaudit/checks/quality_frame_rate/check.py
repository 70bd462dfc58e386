"""Fewer frames than the recording otherwise delivers, or fewer than motion can be followed by."""

from __future__ import annotations

from pydantic import Field

from avaudit.checks._declare import CheckParams, check
from avaudit.checks._reach import read_share
from avaudit.domain.finding import Measured, NotApplicable, Observation
from avaudit.domain.media import MediaFacts
from avaudit.domain.picture import Picture
from avaudit.domain.rule import Outcome
from avaudit.domain.signal import PacketTimeline, StreamTimeline
from avaudit.domain.time import Span, merge


class Params(CheckParams):
    """Rates in frames a second, lengths in seconds, shares from 0 to 1."""

    min_rate: float = Field(gt=0)
    collapse_share: float = Field(gt=0, lt=1)
    min_length_s: float = Field(gt=0)
    steady_share: float = Field(gt=0, le=1)
    hole_s: float = Field(gt=0)


@check("quality.frame_rate", codes={"low_rate": Outcome.REVIEW, "collapse": Outcome.REVIEW})
def frame_rate(
    media: MediaFacts, packets: PacketTimeline, picture: Picture | None, params: Params
) -> Measured | NotApplicable:
    """Frames delivered in each window, against the recording's own usual rate.

    Windows with a hole belong to `continuity.gap`. Where the rate varies all through (phones,
    cameras that leave out frames in which nothing moves), no stretch of it is a collapse.
    """
    stream = packets.first("video")
    if media.first("video") is None:
        return NotApplicable("no_picture")
    if picture is None or stream is None or len(picture.pace) < 3:
        return Measured(0.0, cause="not_measured")
    coverage = read_share(media, packets)
    rates = [count / picture.pace_window_s for count in picture.pace[:-1]]  # the last is not whole
    usual = sorted(rates)[len(rates) // 2]
    if usual < params.min_rate:
        measured = {"rate": round(usual, 1)}
        seen = Observation("low_rate", None, measured, {"rate": params.min_rate}, score=1.0)
        return Measured(coverage, (seen,), cause="not_to_its_end")
    steady = sum(abs(rate - usual) <= max(1.01, 0.1 * usual) for rate in rates) / len(rates)
    if steady < params.steady_share:
        return Measured(coverage, cause="not_to_its_end")
    slow = [rate <= params.collapse_share * usual for rate in rates]
    found = tuple(
        _collapse(span, picture, usual)
        for span in _spans(picture, slow)
        if span.length_s >= params.min_length_s and not _holds_hole(span, stream, params)
    )
    return Measured(coverage, found, cause="not_to_its_end")


def _spans(picture: Picture, slow: list[bool]) -> tuple[Span, ...]:
    onset_s, window_s = picture.pace_onset_s, picture.pace_window_s
    windows = (
        Span(onset_s + n * window_s, onset_s + (n + 1) * window_s)
        for n, is_slow in enumerate(slow)
        if is_slow
    )
    return merge(windows, collar_s=1e-3)


def _holds_hole(span: Span, stream: StreamTimeline, params: Params) -> bool:
    return any(
        hole.length_s >= params.hole_s
        and span.overlap_s(Span(hole.at_s, hole.at_s + hole.length_s)) > 0
        for hole in stream.holes
    )


def _collapse(span: Span, picture: Picture, usual: float) -> Observation:
    first = round((span.onset_s - picture.pace_onset_s) / picture.pace_window_s)
    last = round((span.offset_s - picture.pace_onset_s) / picture.pace_window_s)
    rate = sum(picture.pace[first:last]) / span.length_s
    measured = {"rate": round(rate, 1), "slow_s": round(span.length_s, 1)}
    return Observation("collapse", span, measured, {"rate": round(usual, 1)}, score=1.0)
