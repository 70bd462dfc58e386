"""Examine the sound of one file: silence, voices, words, and who speaks. In a worker process."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from avaudit import codec
from avaudit.domain.examination import Examination, ExamineRequest, SpeakersRequest, SpeechRequest
from avaudit.domain.loudness import Loudness
from avaudit.domain.signal import (
    DigitalSilence,
    LineUp,
    Missing,
    PacketTimeline,
    Speakers,
    Speech,
    Transcript,
)
from avaudit.domain.sound_frames import SoundFrames
from avaudit.domain.sound_seams import SoundSeams
from avaudit.domain.time import Span, merge
from avaudit.errors import ModelError, Unexaminable
from avaudit.gathered import Gathered
from avaudit.i18n import printable
from avaudit.media.open import open_descriptor, open_input
from avaudit.media.sound import Samples, decode_mono, resample
from avaudit.media.span_sound import SpanReader
from avaudit.media.whole_sound import Decoded, decode_pieces
from avaudit.probe import container as container_probe
from avaudit.probe import packets as packet_probe
from avaudit.signals import loudness, silence, sound_frames, sound_plot
from avaudit.signals.seams_found import sound_seams
from avaudit.signals.seams_sound import SeamsMeter

#: A hole at least so long may be a restart: what is said after it is listened to.
_INTERRUPTION_S = 0.5
#: Sound that is kept sample by sample, by the beginning of its codec's name.
_UNCOMPRESSED = ("pcm", "flac", "alac", "wavpack")


def line_up(request: ExamineRequest) -> Examination:
    """Answer a request's questions about a file that was examined before.

    What keeps them from being answered is among `missing`: the answers only make checks surer.
    Raises `SourceUnavailable` where the disk did not answer.
    """
    from avaudit.signals import lineup, speech, transcript  # noqa: PLC0415

    how = request.speech
    if how is None:
        raise ValueError("questions need a speech model")
    fd = open_descriptor(bytes.fromhex(request.path_bytes))
    try:
        with open_input(fd) as container:
            media = container_probe.media_facts(container)
            table = packet_probe.read_packets(container)
        index = next(s.index for s in media.streams if s.kind == "audio")  # words came from there
        load = _loader(fd, index, table.zero_s, speech.RATE_HZ)
        scorer = transcript.recogniser(how.model_id, how.model_dir, how.device)
        found = lineup.measure(load, request.questions, scorer)
    except Unexaminable as error:
        missing = (Missing(LineUp.NAME, error.key, str(error.values.get("detail", ""))),)
        return Examination(None, None, missing=missing)
    finally:
        os.close(fd)
    return Examination(None, None, signals={LineUp.NAME: codec.to_plain(found)})


def _loader(fd: int, stream_index: int, zero_s: float, rate: int) -> Callable[[Span], Samples]:
    """Gives the sound of spans of a stream at a rate in Hz."""

    def load(span: Span) -> Samples:
        with open_input(fd) as container:
            native, own_rate, _ = decode_mono(container, stream_index, span, zero_s)
        return resample(native, own_rate, rate)

    return load


def measure_sound(
    request: ExamineRequest, fd: int, gathered: Gathered, table: packet_probe.PacketTable
) -> None:
    """Measure all that is asked of the first sound stream; what cannot be had goes to `missing`.

    Raises what decoding raises: `Unexaminable`, `SourceUnavailable`.
    """
    media = gathered.media
    declared = media.first("audio") if media else None
    stream = table.streams.get(declared.index) if declared else None
    if stream is None or not stream.times:
        names = (DigitalSilence, Loudness, SoundSeams, Speech, Transcript)
        gathered.missing += [Missing(name.NAME, "no_sound") for name in names]
        return
    onsets, offsets, _ = packet_probe.packet_spans(stream, table.zero_s)
    holes = [Span(h.at_s, h.at_s + h.length_s) for h in _holes(gathered, stream.index)]
    covered = silence.covered_by(onsets, offsets, holes)
    with_seams = SoundSeams.NAME not in request.have
    _listen_through(fd, stream.index, table.zero_s, covered, gathered, with_seams)
    if request.deep and SoundFrames.NAME not in request.have:
        _look_for_frames(fd, stream, table.zero_s, float(offsets.max()), gathered)
    if request.speech is None:
        gathered.missing += [Missing(name, "no_model") for name in (Speech.NAME, Transcript.NAME)]
    else:
        end = float(offsets.max())
        _listen(request, request.speech, fd, stream.index, end, table.zero_s, gathered)
    if request.speakers is not None and request.speakers.key not in request.have:
        opening = Span(0.0, min(request.speakers.window_s, max(0.0, float(offsets.max()))))
        _tell_apart(request.speakers, fd, stream.index, opening, table.zero_s, gathered)


def _listen_through(
    fd: int, stream_index: int, zero_s: float, covered: tuple[Span, ...], gathered: Gathered,
    with_seams: bool,
) -> None:  # fmt: skip
    """Silence, levels and, where they are asked for, seams of the whole stream, from one
    decoding."""
    quiet, levels, decoded = silence.SilenceMeter(), loudness.LoudnessMeter(), Decoded()
    seams = SeamsMeter()
    with open_input(fd) as container:
        pieces = decode_pieces(
            container, stream_index, zero_s, lambda rate: loudness.Grid(rate).second, decoded
        )
        for piece in pieces:
            fine = loudness.Grid(piece.rate).fine
            quiet.add(piece.samples, piece.rate, fine, piece.onset / piece.rate)
            levels.add(piece.samples, piece.rate, piece.onset)
            if with_seams:
                seams.add(piece.samples, piece.rate, piece.onset)
    found = gathered.signals[DigitalSilence.NAME] = quiet.silence(covered)
    measured = levels.loudness(quiet.alone_still(), decoded.undecodable)
    drawn = sound_plot.plots(measured, found.silent)
    gathered.signals[Loudness.NAME] = replace(measured, plots=drawn)
    if with_seams:
        with SpanReader(fd, stream_index, zero_s) as reader:
            gathered.signals[SoundSeams.NAME] = sound_seams(seams, reader.load)


def _look_for_frames(
    fd: int, stream: packet_probe.StreamPackets, zero_s: float, end_s: float, gathered: Gathered
) -> None:
    """Frames of an earlier compression of the sound: only where a deep look is asked for."""
    declared = gathered.media.first("audio") if gathered.media else None
    rate = declared.sample_rate if declared else 0
    if not rate:
        gathered.signals[SoundFrames.NAME] = SoundFrames(0.0)
        return
    gathered.signals[SoundFrames.NAME] = sound_frames.measure(
        _loader(fd, stream.index, zero_s, rate), rate, end_s,
        compressed=stream.codec.partition("_")[0] not in _UNCOMPRESSED,
    )  # fmt: skip


def _holes(gathered: Gathered, index: int) -> tuple[Any, ...]:
    timeline: PacketTimeline = gathered.signals[PacketTimeline.NAME]
    return next(stream.holes for stream in timeline.streams if stream.index == index)


def _listen(
    request: ExamineRequest, how: SpeechRequest, fd: int, stream_index: int, end_s: float,
    zero_s: float, gathered: Gathered,
) -> None:  # fmt: skip
    """Voice activity and words, in the parts of the recording that are listened to."""
    if {how.speech_key, how.transcript_key} <= set(request.have):
        return
    # Recognisers take a second and 150 MB to import: only for those who listen.
    from avaudit.language.statement import goes_on  # noqa: PLC0415
    from avaudit.signals import listening, speech, transcript  # noqa: PLC0415

    load = _loader(fd, stream_index, zero_s, speech.RATE_HZ)
    listener = None
    try:
        listener = transcript.recogniser(how.model_id, how.model_dir, how.device)
    except (OSError, RuntimeError, ValueError) as error:  # a model's fault, not the recording's
        detail = printable(f"{type(error).__name__}: {error}")
        gathered.missing.append(Missing(Transcript.NAME, "no_model", detail))
    restarts = _interruptions(gathered.signals[PacketTimeline.NAME])
    heard = listening.listen(load, end_s, restarts, how.listening, listener, goes_on)
    gathered.signals[how.speech_key] = heard.speech
    if heard.transcript:
        gathered.signals[how.transcript_key] = heard.transcript


def _interruptions(timeline: PacketTimeline) -> tuple[Span, ...]:
    """Holes of picture or sound after which officers may say why they were interrupted."""
    holes = (hole for stream in timeline.streams for hole in stream.holes)
    long = (Span(h.at_s, h.at_s + h.length_s) for h in holes if h.length_s >= _INTERRUPTION_S)
    return merge(long)


def _tell_apart(
    how: SpeakersRequest, fd: int, stream_index: int, window: Span, zero_s: float,
    gathered: Gathered,
) -> None:  # fmt: skip
    """Who speaks when in the opening window. Without their model the rest goes on."""
    from avaudit.signals import speakers, speech  # noqa: PLC0415  (as in `_listen`)

    try:
        listener = speakers.diarizer(how.model_id, how.models_dir)
    except (ModelError, ImportError, OSError, RuntimeError, ValueError) as error:
        # The model's or its packages' fault, not the recording's.
        detail = printable(f"{type(error).__name__}: {error}")
        gathered.missing.append(Missing(Speakers.NAME, "no_model", detail))
        return
    sound = _loader(fd, stream_index, zero_s, speakers.RATE_HZ)(window)
    voiced = speech.measure(sound, window).voiced
    gathered.signals[how.key] = speakers.measure(sound, window, voiced, listener)
