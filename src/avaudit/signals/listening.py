"""Which parts of a recording are listened to, and how they are put together.

The opening (longer while the statement goes on), the time after each restart, the closing; or all
of it. Each part is listened to by itself; a part that continues another begins at a pause.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from avaudit.domain.examination import Listening
from avaudit.domain.signal import Segment, Speech, Transcript
from avaudit.domain.time import Span, gaps, merge
from avaudit.media.sound import Samples
from avaudit.signals import speech, transcript
from avaudit.signals.transcript import Recogniser

#: Gives the sound of a span at 16 kHz, shape `(n,)`.
Load = Callable[[Span], Samples]
#: Whether the opening statement is still being made at a time (in seconds), by what was heard.
GoesOn = Callable[[Sequence[Segment], float], bool]

#: The opening is extended by so many seconds at a time; longer parts are heard in such pieces.
_STEP_S, _PIECE_S = 30.0, 300.0
#: Voice that ends nearer to a cut than this goes on beyond it.
_AT_CUT_S = 0.25
#: A part begins at the last pause only where that is so near: voice without a pause is cut.
_REACH_BACK_S = 15.0
#: After so many restarts, the longest interruptions first, no more are listened to.
_MOST_RESTARTS = 8


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard so far. `transcript` stays None where there is no recogniser."""

    speech: Speech
    transcript: Transcript | None


def listen(
    load: Load,
    end_s: float,
    restarts: Iterable[Span],
    how: Listening,
    listener: Recogniser | None,
    goes_on: GoesOn,
) -> Heard:
    """Listen to a recording that lasts `end_s`, interrupted by `restarts` (the holes).

    Levels are those of the opening window.
    """
    opening = Span(0.0, min(how.opening_s, max(0.0, end_s)))
    heard = _hear(load, opening, listener)
    if not how.everything:
        heard = _extended(heard, load, min(end_s, how.opening_max_s), listener, goes_on)
    for span in _others(end_s, restarts, how, heard.speech.examined):
        heard = _joined(heard, _hear(load, span, listener))
    return heard


def _hear(load: Load, span: Span, listener: Recogniser | None) -> Heard:
    sound = load(span)
    voice = speech.measure(sound, span)
    words = transcript.measure(sound, span, voice, listener) if listener else None
    return Heard(voice, words)


def _extended(
    heard: Heard, load: Load, limit_s: float, listener: Recogniser | None, goes_on: GoesOn
) -> Heard:
    """The opening, longer by a step at a time while the statement goes on."""
    while heard.transcript and listener:
        end_s = heard.speech.examined[-1].offset_s
        if end_s >= limit_s or not goes_on(heard.transcript.segments, end_s):
            break
        pause_s = _last_pause(heard.speech, end_s)
        further = _hear(load, Span(pause_s, min(limit_s, end_s + _STEP_S)), listener)
        heard = _joined(_before(heard, pause_s), further)
    return heard


def _last_pause(voice: Speech, end_s: float) -> float:
    """Where the last turn that is cut by the end begins, or the end itself."""
    last = voice.voiced[-1] if voice.voiced else None
    if last is None or last.offset_s < end_s - _AT_CUT_S or end_s - last.onset_s > _REACH_BACK_S:
        return end_s
    return last.onset_s


def _before(heard: Heard, at_s: float) -> Heard:
    """What was heard before a time: what begins after it is heard again."""
    voice = replace(
        heard.speech,
        examined=tuple(Span(e.onset_s, min(e.offset_s, at_s)) for e in heard.speech.examined),
        voiced=tuple(v for v in heard.speech.voiced if v.onset_s < at_s),
    )
    words = heard.transcript
    if words:
        segments = tuple(s for s in words.segments if s.onset_s < at_s)
        words = replace(words, examined=voice.examined, segments=segments)
    return Heard(voice, words)


def _joined(one: Heard, other: Heard) -> Heard:
    voice = replace(
        one.speech,
        examined=merge((*one.speech.examined, *other.speech.examined)),
        voiced=tuple(sorted((*one.speech.voiced, *other.speech.voiced))),
    )
    words = one.transcript
    if words and other.transcript:
        both = (*words.segments, *other.transcript.segments)
        segments = tuple(sorted(both, key=lambda s: (s.onset_s, s.offset_s)))
        words = replace(words, examined=voice.examined, segments=segments)
    return Heard(voice, words)


def _others(
    end_s: float, restarts: Iterable[Span], how: Listening, examined: Sequence[Span]
) -> Iterator[Span]:
    """What is to be heard beside the opening, in order, none of it twice, in pieces."""
    if how.everything:
        wanted = [Span(0.0, end_s)]
    else:
        longest = sorted(restarts, key=lambda hole: -hole.length_s)[:_MOST_RESTARTS]
        after = [
            Span(min(end_s, h.offset_s), min(end_s, h.offset_s + how.restart_s)) for h in longest
        ]
        wanted = [*after, Span(max(0.0, end_s - how.closing_s), end_s)]
    for window in merge(wanted):
        for free in gaps(examined, window):
            at = free.onset_s
            while at < free.offset_s:
                yield Span(at, min(free.offset_s, at + _PIECE_S))
                at += _PIECE_S
