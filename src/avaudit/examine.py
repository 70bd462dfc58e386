"""Examine one file: all measurements, in the order of their cost. Runs in a worker process."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from avaudit import codec
from avaudit.domain.examination import (
    Examination,
    ExamineRequest,
    Failure,
    SpeakersRequest,
    SpeechRequest,
)
from avaudit.domain.media import FileFacts, MediaFacts
from avaudit.domain.signal import (
    DigitalSilence,
    FileRead,
    LineUp,
    Missing,
    PacketTimeline,
    Speakers,
    Speech,
    Transcript,
)
from avaudit.domain.time import Span, merge
from avaudit.errors import ModelError, SourceUnavailable, Unexaminable
from avaudit.i18n import printable
from avaudit.ingest.digest import sha256_of
from avaudit.ingest.discover import display_path
from avaudit.media.open import as_avaudit_error, open_descriptor, open_input
from avaudit.media.sniff import Sniffed, read_head, sniff
from avaudit.media.sound import Samples, decode_mono, resample
from avaudit.probe import container as container_probe
from avaudit.probe import packets as packet_probe
from avaudit.probe.boxes import lacks_index
from avaudit.probe.riff import riff_bytes
from avaudit.signals import silence

#: A hole at least so long may be a restart: what is said after it is listened to.
_INTERRUPTION_S = 0.5


@dataclass(slots=True)
class _Gathered:
    """What has been measured so far."""

    media: MediaFacts | None = None
    signals: dict[str, Any] = field(default_factory=dict)
    missing: list[Missing] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)


def examine(request: ExamineRequest) -> Examination:
    """Measure a file. Whatever is wrong with it is in the answer; the file is only ever read.

    Raises `SourceUnavailable` where the disk did not answer (worth another try).
    """
    if request.questions:
        return line_up(request)
    path = bytes.fromhex(request.path_bytes)
    gathered = _Gathered()
    try:
        fd = open_descriptor(path)
    except Unexaminable as error:
        return Examination(None, None, failures=(_failure(error),))
    try:
        return _examine_open(request, path, fd, gathered)
    except OSError as error:  # reading failed outside FFmpeg: the head, the digest, a photo
        failed = as_avaudit_error(error)
        if isinstance(failed, SourceUnavailable):
            raise failed from error
        return Examination(None, None, failures=(_failure(failed),))
    finally:
        os.close(fd)


def _examine_open(
    request: ExamineRequest, path: bytes, fd: int, gathered: _Gathered
) -> Examination:
    before = os.fstat(fd)
    file = FileFacts(display_path(path), before.st_size, before.st_mtime_ns, before.st_ino)
    if not stat.S_ISREG(before.st_mode):
        failure = Failure("not_a_file", oct(before.st_mode), wholly=True)
        return Examination(file, None, failures=(failure,))
    with ThreadPoolExecutor(1, "sha256") as reader:  # hashing releases the lock: it runs beside
        digest = reader.submit(sha256_of, fd)
        try:
            _measure(request, fd, file, gathered)
        except Unexaminable as error:
            gathered.failures.append(_failure(error))
        sha256, size = digest.result()
    after = os.fstat(fd)
    stable = (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    gathered.signals[FileRead.NAME] = FileRead(sha256, size, stable and size == before.st_size)
    return Examination(
        file=file,
        media=gathered.media,
        signals={name: codec.to_plain(value) for name, value in gathered.signals.items()},
        missing=tuple(gathered.missing),
        failures=tuple(gathered.failures),
    )


def _failure(error: Unexaminable) -> Failure:
    return Failure(error.key, printable(str(error.values.get("detail", ""))), wholly=True)


def _measure(request: ExamineRequest, fd: int, file: FileFacts, gathered: _Gathered) -> None:
    what = sniff(read_head(fd), os.fsdecode(bytes.fromhex(request.path_bytes)))
    if what is Sniffed.EMPTY or not file.size_bytes:
        raise Unexaminable("empty", detail="0 bytes")
    if what is Sniffed.PHOTO:
        from avaudit.probe.photo import photo_facts  # noqa: PLC0415  (OpenCV for photos only)

        gathered.media = photo_facts(fd)
        return
    try:
        with open_input(fd) as container:
            gathered.media = container_probe.media_facts(container)
            table = packet_probe.read_packets(container)
    except Unexaminable as error:
        if found := lacks_index(fd, file.size_bytes):
            raise Unexaminable("no_index", detail=found) from error
        raise
    timeline = packet_probe.timeline(table, file.size_bytes)
    gathered.media = _with_durations(gathered.media, timeline, riff_bytes(fd), file.size_bytes)
    if not any(stream.packets or stream.without_time for stream in timeline.streams):
        raise Unexaminable("no_packets", detail=timeline.stopped_by or "no packet in any stream")
    gathered.signals[PacketTimeline.NAME] = timeline
    _measure_sound(request, fd, gathered, table)


def _with_durations(
    media: MediaFacts, timeline: PacketTimeline, claimed_bytes: int | None, size_bytes: int
) -> MediaFacts:
    """The measured length, and the declared one where a RIFF header claims more than there is."""
    measured = max((stream.end_s for stream in timeline.streams if stream.packets), default=None)
    declared = media.declared_duration_s
    if measured is not None and claimed_bytes is not None and claimed_bytes > size_bytes:
        declared = max(declared or 0.0, measured * claimed_bytes / size_bytes)
    return replace(media, duration_s=measured, declared_duration_s=declared)


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


def _measure_sound(
    request: ExamineRequest, fd: int, gathered: _Gathered, table: packet_probe.PacketTable
) -> None:
    media = gathered.media
    declared = media.first("audio") if media else None
    stream = table.streams.get(declared.index) if declared else None
    if stream is None or not stream.times:
        names = (DigitalSilence.NAME, Speech.NAME, Transcript.NAME)
        gathered.missing += [Missing(name, "no_sound") for name in names]
        return
    onsets, offsets, _ = packet_probe.packet_spans(stream, table.zero_s)
    order = np.argsort(np.asarray(stream.times, np.int64), kind="stable")
    constant = np.asarray(stream.constant, bool)
    looked_at = silence.candidates(
        onsets, offsets, np.asarray(stream.sizes, np.int64)[order],
        constant[order] if len(constant) else constant,
    )  # fmt: skip
    holes = [Span(h.at_s, h.at_s + h.length_s) for h in _holes(gathered, stream.index)]
    covered = silence.covered_by(onsets, offsets, holes)
    gathered.signals[DigitalSilence.NAME] = silence.measure(
        fd, stream.index, covered, looked_at, table.zero_s
    )
    if request.speech is None:
        gathered.missing += [Missing(name, "no_model") for name in (Speech.NAME, Transcript.NAME)]
    else:
        end = float(offsets.max())
        _listen(request, request.speech, fd, stream.index, end, table.zero_s, gathered)
    if request.speakers is not None and request.speakers.key not in request.have:
        opening = Span(0.0, min(request.speakers.window_s, max(0.0, float(offsets.max()))))
        _tell_apart(request.speakers, fd, stream.index, opening, table.zero_s, gathered)


def _holes(gathered: _Gathered, index: int) -> tuple[Any, ...]:
    timeline: PacketTimeline = gathered.signals[PacketTimeline.NAME]
    return next(stream.holes for stream in timeline.streams if stream.index == index)


def _listen(
    request: ExamineRequest, how: SpeechRequest, fd: int, stream_index: int, end_s: float,
    zero_s: float, gathered: _Gathered,
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
    gathered: _Gathered,
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
