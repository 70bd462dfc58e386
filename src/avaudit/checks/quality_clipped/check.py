"""Sound whose peaks are cut off: the microphone or the recorder was overdriven."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import Field

from avaudit.checks._declare import CheckParams, check
from avaudit.checks._levels import at_share, heard_share, within
from avaudit.domain.finding import Measured, NotApplicable, Observation
from avaudit.domain.loudness import NOTHING, PER_UNIT, Loudness, to_dbfs, unpack
from avaudit.domain.media import MediaFacts
from avaudit.domain.rule import Outcome
from avaudit.domain.signal import PacketTimeline, Speech
from avaudit.domain.time import Span, merge, total_s

#: Stretches that the evidence lists.
_LISTED = 10


class Params(CheckParams):
    """Shares are 0 to 1, levels dB of full scale, lengths seconds.

    A second is clipped from `min_flat_share` of its samples in flat tops on, or from
    `min_crowding` on (see `Loudness.crowding`), if it reaches the recording's own ceiling to
    within `ceiling_db`; not where a single tone makes it (`max_tonality`).
    """

    min_flat_share: float = Field(gt=0, lt=0.25)
    min_crowding: float = Field(gt=0)
    ceiling_db: float = Field(gt=0)
    max_tonality: float = Field(gt=0, le=1)
    min_peak_dbfs: float = Field(lt=0)
    rumble_db: float = Field(gt=0)
    min_clipped_s: float = Field(gt=0)
    min_clipped_share: float = Field(gt=0, le=1)
    min_stretch_s: float = Field(gt=0)
    join_s: float = Field(ge=0)


@dataclass(frozen=True, slots=True)
class _Second:
    """One second of sound. `like_speech`: voices are heard in it, or may be."""

    span: Span
    peak_dbfs: float
    cut_off: bool
    like_speech: bool


@check("quality.clipped", codes={"clipped": Outcome.REVIEW, "clipped_stretch": Outcome.REVIEW})
def clipped(
    media: MediaFacts, packets: PacketTimeline, loudness: Loudness | None, speech: Speech | None,
    params: Params,
) -> Measured | NotApplicable:  # fmt: skip
    """Whether speech, or what may be speech, is clipped: in all, and in stretches."""
    if media.first("audio") is None:
        return NotApplicable("no_sound")
    if loudness is None:
        return Measured(0.0, cause="not_measured")
    coverage = heard_share(media, packets, loudness)
    seconds = [s for s in _seconds(loudness, speech, params) if s.like_speech]
    ceiling = at_share(sorted(s.peak_dbfs for s in seconds if s.cut_off), 0.9)
    if ceiling is None:
        return Measured(coverage, cause="not_to_its_end")
    least = ceiling - params.ceiling_db
    cut_off = [s.span for s in seconds if s.cut_off and s.peak_dbfs >= least]
    return Measured(coverage, _observed(cut_off, len(seconds), ceiling, params), "not_to_its_end")


def _seconds(loudness: Loudness, speech: Speech | None, params: Params) -> list[_Second]:
    series = (loudness.peaks, loudness.clipped, loudness.crowding, loudness.tonality)
    found = []
    for number, (peak, flat, crowding, tone) in enumerate(zip(*map(unpack, series), strict=True)):
        if peak == NOTHING:
            continue
        span = Span(number * loudness.second_s, (number + 1) * loudness.second_s)
        tonal = tone == NOTHING or tone / PER_UNIT > params.max_tonality
        crowded = crowding != NOTHING and crowding / PER_UNIT >= params.min_crowding
        flat_share = 0.0 if flat == NOTHING else flat / 1000
        cut_off = flat_share >= params.min_flat_share or (crowded and not tonal)
        loud = to_dbfs(peak) >= params.min_peak_dbfs
        found.append(_Second(span, to_dbfs(peak), cut_off and loud, not tonal))
    return _like_speech(found, loudness, speech, params)


def _like_speech(
    seconds: Sequence[_Second], loudness: Loudness, speech: Speech | None, params: Params
) -> list[_Second]:
    """Voices where somebody listened; elsewhere what is loud, no rumble (wind) and no tone."""
    levels, band = unpack(loudness.levels), unpack(loudness.speech_levels)
    voiced = merge(speech.voiced) if speech else ()
    examined = merge(speech.examined) if speech else ()
    found = []
    for second in seconds:
        length_s = second.span.length_s
        if within(examined, second.span.onset_s, second.span.offset_s) >= length_s / 2:
            like = within(voiced, second.span.onset_s, second.span.offset_s) >= length_s / 2
        else:
            blocks = loudness.blocks(second.span, len(levels))
            rumbles = sum(band[k] - levels[k] > params.rumble_db * 2 for k in blocks)
            loud = second.peak_dbfs >= params.min_peak_dbfs
            like = second.like_speech and loud and 2 * rumbles < len(blocks)
        found.append(_Second(second.span, second.peak_dbfs, second.cut_off, like))
    return found


def _observed(
    cut_off: Sequence[Span], seconds: int, ceiling_dbfs: float, params: Params
) -> tuple[Observation, ...]:
    clipped_s = total_s(cut_off)
    share = len(cut_off) / max(1, seconds)
    stretches = merge(cut_off, collar_s=params.join_s)
    measured = {
        "clipped_s": round(clipped_s, 1),
        "share": round(share, 3),
        "ceiling_dbfs": round(ceiling_dbfs, 1),
        "stretches": [f"{s.onset_s:.0f}-{s.offset_s:.0f}" for s in stretches[:_LISTED]],
    }
    if clipped_s >= params.min_clipped_s and share >= params.min_clipped_share:
        whole = Span(cut_off[0].onset_s, cut_off[-1].offset_s)
        expected = {"max_share": params.min_clipped_share}
        return (Observation("clipped", whole, measured=measured, expected=expected),)
    return tuple(
        Observation("clipped_stretch", stretch, measured={
            "clipped_s": round(sum(s.overlap_s(stretch) for s in cut_off), 1),
            "ceiling_dbfs": round(ceiling_dbfs, 1),
        }, expected={"max_clipped_s": params.min_stretch_s})
        for stretch in stretches
        if sum(s.overlap_s(stretch) for s in cut_off) >= params.min_stretch_s
    )  # fmt: skip
