"""What several checks share: how much of a stretch was listened to, and how much understood."""

from __future__ import annotations

from avaudit.domain.media import MediaFacts
from avaudit.domain.signal import DigitalSilence, Speech, Transcript
from avaudit.domain.time import Span, merge


def whole_span(media: MediaFacts, silence: DigitalSilence) -> Span:
    """The whole recording, as long as its header, its packets or its sound say at most."""
    sound_s = max((span.offset_s for span in silence.examined), default=0.0)
    return Span(0.0, max(media.declared_duration_s or 0.0, media.duration_s or 0.0, sound_s))


def listened_share_of(within: Span, speech: Speech, silence: DigitalSilence) -> float:
    """The share (0 to 1) of a stretch that holds sound and was listened to; 0.0 of none."""
    sounding = [
        Span(max(e.onset_s, s.onset_s), min(e.offset_s, s.offset_s))
        for e in merge(speech.examined)
        for s in merge(silence.examined)
        if e.overlap_s(s) > 0
    ]
    heard_s = sum(span.overlap_s(within) for span in sounding)
    deaf_s = sum(
        span.overlap_s(Span(max(s.onset_s, within.onset_s), min(s.offset_s, within.offset_s)))
        for span in sounding
        for s in merge(silence.silent)
        if s.overlap_s(within) > 0
    )
    return max(0.0, heard_s - deaf_s) / within.length_s if within.length_s else 0.0


def voiced_s(speech: Speech, within: Span) -> float:
    """Seconds of a stretch in which somebody speaks."""
    return sum(voiced.overlap_s(within) for voiced in merge(speech.voiced))


def understood_s(
    transcript: Transcript, speech: Speech, within: Span, min_log_probability: float
) -> float:
    """Seconds of a stretch's speech that the recogniser turned into words with confidence."""
    clear = merge(
        Span(max(s.onset_s, within.onset_s), min(s.offset_s, within.offset_s))
        for s in transcript.segments
        if s.trusted
        and s.mean_log_probability >= min_log_probability
        and Span(s.onset_s, s.offset_s).overlap_s(within) > 0
    )
    return sum(voiced.overlap_s(span) for voiced in merge(speech.voiced) for span in clear)
