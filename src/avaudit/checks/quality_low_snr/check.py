"""Speech that hardly stands out from its surroundings.

Speech level over background: levels in the speech band while somebody speaks and while nobody does
(voice activity), the background's power taken off the former. Where nobody listened, the distance
of quantiles of the level (NIST's STNR, "Speech Quality Assurance" package, works so) may show that
something stands out clearly; that nothing does may also mean that nobody speaks.
"""

from __future__ import annotations

from math import log10

from pydantic import Field

from avaudit.checks._declare import CheckParams, check
from avaudit.checks._levels import FAINT_DBFS, Levels, at_share, heard_share, levels_of, within
from avaudit.domain.finding import Measured, NotApplicable, Observation
from avaudit.domain.loudness import Loudness
from avaudit.domain.media import MediaFacts
from avaudit.domain.rule import Outcome
from avaudit.domain.signal import PacketTimeline, Speech
from avaudit.domain.time import Span, merge, total_s

#: STNR takes speech at the 95th percentile of the level.
_LOUD_SHARE = 0.95
#: Quietest share of the level that stands for the background where no pause can be told.
_QUIET_SHARE = 0.1
#: Blocks of a pause that tell the background; and how far from speech they must lie, in seconds.
_LEAST_BLOCKS = 10
_APART_S = 0.2
_MOST_DB = 90.0


class Params(CheckParams):
    """Ratios in dB, lengths in seconds."""

    min_snr_db: float
    min_estimate_db: float = Field(gt=0)
    min_speech_s: float = Field(gt=0)


@check("quality.low_snr", codes={"low_snr": Outcome.REVIEW})
def low_snr(
    media: MediaFacts, packets: PacketTimeline, loudness: Loudness | None, speech: Speech | None,
    params: Params,
) -> Measured | NotApplicable:  # fmt: skip
    """How far speech stands out, where somebody listened to it."""
    if media.first("audio") is None:
        return NotApplicable("no_sound")
    if loudness is None:
        return Measured(0.0, cause="not_measured")
    coverage = heard_share(media, packets, loudness)
    levels = levels_of(loudness.speech_levels, loudness.block_s)
    if speech is None or total_s(speech.voiced) < params.min_speech_s:
        if _estimate_db(levels) >= params.min_estimate_db:
            return Measured(coverage, cause="not_to_its_end")
        return Measured(0.0, cause="nobody_listened" if speech is None else "little_speech")
    measured = _speech_db(levels, speech)
    if measured is None:
        return Measured(0.0, cause="no_background")
    low = measured[0] < params.min_snr_db
    seen = (_observation(speech, measured, params),) if low else ()
    return Measured(coverage, seen, cause="not_to_its_end")


def _observation(
    speech: Speech, measured: tuple[float, float, float], params: Params
) -> Observation:
    snr_db, speech_dbfs, background_dbfs = measured
    return Observation(
        "low_snr",
        Span(speech.voiced[0].onset_s, speech.voiced[-1].offset_s),
        measured={
            "snr_db": round(snr_db, 1),
            "speech_dbfs": round(speech_dbfs, 1),
            "background_dbfs": round(background_dbfs, 1),
            "speech_s": round(total_s(speech.voiced), 1),
        },
        expected={"min_snr_db": params.min_snr_db},
    )


def _estimate_db(levels: Levels) -> float:
    """How far the loud blocks stand above the quiet ones."""
    sounding = levels.sounding()
    loud, quiet = at_share(sounding, _LOUD_SHARE), at_share(sounding, _QUIET_SHARE)
    return 0.0 if loud is None or quiet is None else loud - quiet


def _speech_db(levels: Levels, speech: Speech) -> tuple[float, float, float] | None:
    """Speech over background in dB, and both levels; None where pauses hold no sound to measure.

    Speech is the mean power of the voiced blocks, background the median of those well apart from
    voices; where no pause is long enough, the quietest tenth of all that was listened to.
    """
    voiced, examined = merge(speech.voiced), merge(speech.examined)
    wide = merge(Span(max(0.0, s.onset_s - _APART_S), s.offset_s + _APART_S) for s in voiced)
    speaking: list[float] = []
    pausing: list[float] = []
    silent = 0
    for number, level in enumerate(levels.dbfs):
        onset_s, offset_s = number * levels.block_s, (number + 1) * levels.block_s
        if level is None or not within(examined, onset_s, offset_s):
            continue
        if level <= FAINT_DBFS:
            silent += 1
        elif within(voiced, onset_s, offset_s) >= levels.block_s / 2:
            speaking.append(level)
        elif not within(wide, onset_s, offset_s):
            pausing.append(level)
    enough = len(pausing) >= _LEAST_BLOCKS
    if not speaking or (silent >= _LEAST_BLOCKS and not enough):
        return None
    pauses, everything = sorted(pausing), sorted(speaking + pausing)
    background = at_share(pauses, 0.5) if enough else at_share(everything, _QUIET_SHARE)
    if background is None:
        return None
    power = sum(10 ** (level / 10) for level in speaking) / len(speaking)
    noise = 10 ** (background / 10)
    ratio = max(power - noise, 0.01 * noise) / noise
    return min(_MOST_DB, 10 * log10(ratio)), 10 * log10(power), background
