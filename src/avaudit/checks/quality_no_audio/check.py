"""No sound where a recording should have some: no stream, nothing in it, or a muted stretch."""

from __future__ import annotations

from dataclasses import replace

from pydantic import Field

from avaudit.checks._declare import absence, check
from avaudit.checks._gate import NoiseGate, noise_gate
from avaudit.checks._levels import Levels, levels_of
from avaudit.checks._muted import (
    FaintParams,
    faint_below,
    faint_stretches,
    gate_possible,
    quiet_throughout,
    widened,
)
from avaudit.checks._reach import read_share
from avaudit.domain.finding import Measured, Observation
from avaudit.domain.loudness import Loudness
from avaudit.domain.media import MediaFacts
from avaudit.domain.rule import Outcome
from avaudit.domain.signal import DigitalSilence, PacketTimeline
from avaudit.domain.time import Span, total_s


class Params(FaintParams):
    """Lengths in seconds; `gate_stretches` is a number of separate stretches in one recording.

    A device's noise gate cannot let sound as quiet as where it was cut go on for `gate_hold_s`; it
    is known for one where it closed `gate_closings` times at one level after the same wait; where
    there are more silences than that, of any length, and no gate is known, none is surely a mute.
    """

    lead_in_s: float = Field(ge=0)
    gate_stretches: int = Field(ge=2)
    gate_hold_s: float = Field(gt=0)
    gate_closings: int = Field(ge=3)
    silent_share: float = Field(gt=0, le=1)


#: Codecs with steps so large that a quiet room's sound vanishes in one: silence proves little.
_COARSE = ("pcm_u8", "pcm_s8")


@check(
    "quality.no_audio",
    codes={
        "no_stream": Outcome.FAIL,
        "empty_stream": absence(Outcome.FAIL),
        "all_silent": absence(Outcome.FAIL),
        "nearly_silent": absence(Outcome.REVIEW),
        "silent_stretch": Outcome.FAIL,
        "gated_stretch": Outcome.REVIEW,
        "gated": Outcome.REVIEW,
        "noise_gate": Outcome.PASS,
        "faint_stretch": Outcome.REVIEW,
        "channel_silent": Outcome.REVIEW,
    },
)
def no_audio(
    media: MediaFacts, packets: PacketTimeline, silence: DigitalSilence | None,
    loudness: Loudness | None, params: Params,
) -> Measured:  # fmt: skip
    """Whether there is sound all through the sound stream."""
    stream = media.first("audio")
    if stream is None:
        return Measured(1.0, (Observation("no_stream", score=1.0),))
    if packets.first("audio") is None:
        seen = Observation("empty_stream", score=1.0)
        return Measured(read_share(media, packets), (seen,), cause="not_to_its_end")
    if silence is None or not silence.examined or loudness is None:
        return Measured(0.0, cause="not_measured")
    examined_s = total_s(silence.examined)
    silent_s = total_s(silence.silent)
    coverage = _coverage(packets, examined_s) * read_share(media, packets)
    whole = Span(silence.examined[0].onset_s, silence.examined[-1].offset_s)
    levels = levels_of(loudness.levels, loudness.block_s)
    coarse = stream.codec in _COARSE
    if silent_s >= params.silent_share * examined_s and not coarse:
        measured = {"silent_s": round(silent_s, 2), "peak_dbfs": silence.peak_dbfs}
        throughout = Observation("all_silent", whole, measured=measured, score=1.0)
        return Measured(coverage, (throughout,), cause="not_to_its_end")
    if (loudest := quiet_throughout(levels, params)) is not None:
        faint = Observation("nearly_silent", whole, measured={"loudest_dbfs": loudest})
        return Measured(coverage, (faint,), cause="not_to_its_end")
    faint_dbfs = faint_below(stream.codec, params)
    silence = replace(silence, silent=widened(silence.silent, levels, faint_dbfs))
    seen_stretches = sorted(
        (*_digital(silence, levels, coarse, params),
         *_faint(silence, levels, faint_dbfs, params),
         *_channels(loudness, params)),
        key=lambda seen: seen.span or whole,
    )  # fmt: skip
    return Measured(coverage, tuple(seen_stretches), cause="not_to_its_end")


def _coverage(packets: PacketTimeline, examined_s: float) -> float:
    sound = packets.first("audio")
    length_s = sound.end_s - sound.start_s if sound else 0.0
    holes_s = sum(hole.length_s for hole in sound.holes) if sound else 0.0
    return min(1.0, examined_s / max(1e-6, length_s - holes_s))


def _is_lead_in(span: Span, silence: DigitalSilence, params: Params) -> bool:
    """Many devices give nothing while their microphone starts."""
    begin = silence.examined[0].onset_s
    return span.onset_s - begin < 0.1 and span.length_s <= params.lead_in_s


def _digital(
    silence: DigitalSilence, levels: Levels, coarse: bool, params: Params
) -> list[Observation]:
    """Stretches of digital silence that are long enough; those of a noise gate are told as one."""
    gate = noise_gate(silence.silent, levels, params.gate_closings)
    closings = gate.closings if gate else ()
    stretches = [
        span
        for span in silence.silent
        if span.length_s >= params.min_silence_s
        and not _is_lead_in(span, silence, params)
        and span not in closings
    ]
    seen = [_noise_gate(gate)] if gate else []
    if len(stretches) >= params.gate_stretches:
        return [*seen, _gated(stretches)]
    for span in stretches:
        often = gate is None and len(silence.silent) > params.gate_closings
        gated = coarse or often or gate_possible(span, levels, params.gate_hold_s)
        measured = {"silence_s": round(span.length_s, 2), "peak_dbfs": silence.peak_dbfs}
        expected = {"max_silence_s": params.min_silence_s}
        code = "gated_stretch" if gated else "silent_stretch"
        score = None if gated else 1.0
        seen.append(Observation(code, span, measured=measured, expected=expected, score=score))
    return seen


def _noise_gate(gate: NoiseGate) -> Observation:
    whole = Span(gate.closings[0].onset_s, gate.closings[-1].offset_s)
    measured = {
        "stretches": len(gate.closings),
        "silent_s": round(total_s(gate.closings), 2),
        "hold_s": gate.hold_s,
        "threshold_dbfs": gate.threshold_dbfs,
    }
    return Observation("noise_gate", whole, measured=measured)


def _gated(stretches: list[Span]) -> Observation:
    whole = Span(stretches[0].onset_s, stretches[-1].offset_s)
    measured = {"stretches": len(stretches), "silent_s": round(total_s(stretches), 2)}
    return Observation("gated", whole, measured=measured)


def _faint(
    silence: DigitalSilence, levels: Levels, below_dbfs: float, params: Params
) -> list[Observation]:
    """Stretches with hardly any sound, cut off sharply: muted, but with noise put in its place."""
    return [
        Observation(
            "faint_stretch",
            faint.span,
            measured={
                "length_s": round(faint.span.length_s, 2),
                "level_dbfs": round(faint.level_dbfs, 1),
                "around_dbfs": round(faint.around_dbfs, 1),
            },
            expected={"max_silence_s": params.min_silence_s},
        )
        for faint in faint_stretches(levels, silence.silent, below_dbfs, params)
        if not _is_lead_in(faint.span, silence, params)
    ]


def _channels(loudness: Loudness, params: Params) -> list[Observation]:
    """A channel that falls silent while another goes on; not one that never had any sound."""
    seen = []
    for number, spans in enumerate(loudness.still):
        if total_s(spans) >= params.silent_share * loudness.measured_s:
            continue
        long = [span for span in spans if span.length_s >= params.min_silence_s]
        if long and len(long) < params.gate_stretches:
            seen += [
                Observation("channel_silent", span, measured={"channel": number + 1})
                for span in long
            ]
    return seen
