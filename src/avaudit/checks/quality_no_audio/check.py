"""No sound where a recording should have some: no stream, nothing in it, or a muted stretch."""

from __future__ import annotations

from pydantic import Field

from avaudit.checks._declare import CheckParams, absence, check
from avaudit.checks._reach import read_share
from avaudit.domain.finding import Measured, Observation
from avaudit.domain.media import MediaFacts
from avaudit.domain.rule import Outcome
from avaudit.domain.signal import DigitalSilence, PacketTimeline
from avaudit.domain.time import Span, total_s


class Params(CheckParams):
    """Lengths in seconds; `gate_stretches` is a number of separate stretches in one recording."""

    min_silence_s: float = Field(ge=0.25)
    lead_in_s: float = Field(ge=0)
    gate_stretches: int = Field(ge=2)
    silent_share: float = Field(gt=0, le=1)


@check(
    "quality.no_audio",
    codes={
        "no_stream": Outcome.FAIL,
        "empty_stream": absence(Outcome.FAIL),
        "all_silent": absence(Outcome.FAIL),
        "silent_stretch": Outcome.FAIL,
        "gated": Outcome.REVIEW,
    },
)
def no_audio(
    media: MediaFacts, packets: PacketTimeline, silence: DigitalSilence | None, params: Params
) -> Measured:
    """Whether there is sound all through the sound stream."""
    if media.first("audio") is None:
        return Measured(1.0, (Observation("no_stream", score=1.0),))
    if packets.first("audio") is None:
        seen = Observation("empty_stream", score=1.0)
        return Measured(read_share(media, packets), (seen,), cause="not_to_its_end")
    if silence is None or not silence.examined:
        return Measured(0.0, cause="not_measured")
    examined_s = total_s(silence.examined)
    silent_s = total_s(silence.silent)
    coverage = _coverage(packets, examined_s) * read_share(media, packets)
    if silent_s >= params.silent_share * examined_s:
        whole = Span(silence.examined[0].onset_s, silence.examined[-1].offset_s)
        measured = {"silent_s": round(silent_s, 2), "peak_dbfs": silence.peak_dbfs}
        throughout = Observation("all_silent", whole, measured=measured, score=1.0)
        return Measured(coverage, (throughout,), cause="not_to_its_end")
    stretches = _muted(silence, params)
    if len(stretches) >= params.gate_stretches:
        return Measured(coverage, (_gated(stretches),), cause="not_to_its_end")
    seen_stretches = tuple(_stretch(span, silence, params) for span in stretches)
    return Measured(coverage, seen_stretches, cause="not_to_its_end")


def _coverage(packets: PacketTimeline, examined_s: float) -> float:
    sound = packets.first("audio")
    length_s = sound.end_s - sound.start_s if sound else 0.0
    holes_s = sum(hole.length_s for hole in sound.holes) if sound else 0.0
    return min(1.0, examined_s / max(1e-6, length_s - holes_s))


def _muted(silence: DigitalSilence, params: Params) -> list[Span]:
    """Stretches long enough; many devices give nothing while their microphone starts."""
    begin = silence.examined[0].onset_s
    return [
        span
        for span in silence.silent
        if span.length_s >= params.min_silence_s
        and not (span.onset_s - begin < 0.1 and span.length_s <= params.lead_in_s)
    ]


def _gated(stretches: list[Span]) -> Observation:
    whole = Span(stretches[0].onset_s, stretches[-1].offset_s)
    measured = {"stretches": len(stretches), "silent_s": round(total_s(stretches), 2)}
    return Observation("gated", whole, measured=measured)


def _stretch(span: Span, silence: DigitalSilence, params: Params) -> Observation:
    measured = {"silence_s": round(span.length_s, 2), "peak_dbfs": silence.peak_dbfs}
    expected = {"max_silence_s": params.min_silence_s}
    return Observation("silent_stretch", span, measured=measured, expected=expected, score=1.0)
