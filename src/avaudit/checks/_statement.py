"""What the statement checks share: the opening window, and how much of it could be heard."""

from __future__ import annotations

from avaudit.domain.signal import Segment, Speech, Transcript
from avaudit.domain.time import Span, gaps, merge
from avaudit.language.statement import Statement, find_statement


def within(transcript: Transcript, window_s: float) -> list[Segment]:
    """Segments that begin inside the opening window."""
    return [segment for segment in transcript.segments if segment.onset_s < window_s]


def statement_in(
    transcript: Transcript, window_s: float, min_similarity: float
) -> Statement | None:
    """The statement that begins inside the opening window, if any cue of one is heard."""
    return find_statement(within(transcript, window_s), min_similarity)


def understood_share(
    transcript: Transcript, speech: Speech, window_s: float, min_log_probability: float
) -> float:
    """The share of the spoken seconds that the recogniser turned into words with confidence."""
    voiced_s = sum(v.overlap_s(Span(0.0, window_s)) for v in speech.voiced)
    clear = [
        Span(s.onset_s, s.offset_s)
        for s in within(transcript, window_s)
        if s.trusted and s.mean_log_probability >= min_log_probability
    ]
    heard_s = sum(v.overlap_s(c) for v in speech.voiced for c in clear)
    return min(1.0, heard_s / voiced_s) if voiced_s else 0.0


def missed_s(transcript: Transcript, speech: Speech, within: Span) -> float:
    """The longest stretch of speech, in seconds, that became no words that can be trusted."""
    words = [Span(s.onset_s, s.offset_s) for s in transcript.segments if s.trusted]
    spoken = (
        Span(max(v.onset_s, within.onset_s), min(v.offset_s, within.offset_s))
        for v in speech.voiced if v.overlap_s(within) > 0
    )  # fmt: skip
    return max((gap.length_s for part in spoken for gap in gaps(words, part)), default=0.0)


def opening(speech: Speech, window_s: float) -> Span:
    """The opening window, as far as the recording (and the listening) reaches."""
    first = speech.examined[0].offset_s if speech.examined else 0.0
    return Span(0.0, min(window_s, first))


def drowned(speech: Speech, within: Span, loud_dbfs: float) -> bool:
    """Whether nobody is heard in a stretch whose surroundings are loud enough to hide speech."""
    silent = not any(voiced.overlap_s(within) > 0 for voiced in speech.voiced)
    return silent and speech.background_dbfs >= loud_dbfs


def listened_share(speech: Speech, unheard: tuple[Span, ...], window_s: float) -> float:
    """The share of the opening (of what there is of it) that holds sound and was listened to."""
    window = opening(speech, window_s)
    if not window.length_s:
        return 0.0
    heard = sum(span.overlap_s(window) for span in merge(speech.examined))
    deaf = sum(span.overlap_s(window) for span in unheard)
    return max(0.0, heard - deaf) / window.length_s
