"""Examine one file: all measurements, in the order of their cost. Runs in a worker process."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace

from avaudit import codec
from avaudit.domain.bitstream import Bitstream
from avaudit.domain.examination import (
    Examination,
    ExamineRequest,
    Failure,
)
from avaudit.domain.media import FileFacts, MediaFacts
from avaudit.domain.osd import OsdClock
from avaudit.domain.pace import Pace
from avaudit.domain.signal import (
    FileRead,
    Missing,
    PacketTimeline,
)
from avaudit.domain.structure import Structure
from avaudit.errors import SourceUnavailable, Unexaminable
from avaudit.examine_clock import measure_clock
from avaudit.examine_deep import measure_deep
from avaudit.examine_picture import measure_picture, picture_reel
from avaudit.examine_recompression import measure_recompression
from avaudit.examine_sound import line_up, measure_sound
from avaudit.gathered import Gathered
from avaudit.i18n import printable
from avaudit.ingest.digest import sha256_of
from avaudit.ingest.discover import display_path
from avaudit.media.open import as_avaudit_error, open_descriptor, open_input
from avaudit.media.sniff import Sniffed, read_head, sniff
from avaudit.probe import container as container_probe
from avaudit.probe import packets as packet_probe
from avaudit.probe.bitstream import bitstream
from avaudit.probe.boxes import lacks_index
from avaudit.probe.pace import pace
from avaudit.probe.riff import riff_bytes
from avaudit.probe.structure import structure


def examine(request: ExamineRequest) -> Examination:
    """Measure a file. Whatever is wrong with it is in the answer; the file is only ever read.

    Raises `SourceUnavailable` where the disk did not answer (worth another try).
    """
    if request.questions:
        return line_up(request)
    path = bytes.fromhex(request.path_bytes)
    gathered = Gathered()
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


def _examine_open(request: ExamineRequest, path: bytes, fd: int, gathered: Gathered) -> Examination:
    before = os.fstat(fd)
    file = FileFacts(
        display_path(path), before.st_size, before.st_mtime_ns, before.st_ino, before.st_ctime_ns
    )
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


def _measure(request: ExamineRequest, fd: int, file: FileFacts, gathered: Gathered) -> None:
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
    _measure_build(fd, file, gathered, table)
    if request.build_only:
        return
    measure_recompression(request, gathered, table)
    # Decoders let go of Python's lock: sound is measured beside the picture.
    heard = Gathered(gathered.media, dict(gathered.signals))
    with ThreadPoolExecutor(1, "sound") as listener:
        listening = listener.submit(measure_sound, request, fd, heard, table)
        with picture_reel(fd, gathered, table) or nullcontext() as reel:
            if OsdClock.NAME not in request.have:
                measure_clock(reel, gathered, table)
            measure_picture(request, reel, gathered, table)
            measure_deep(request, reel, gathered)
        listening.result()
    gathered.take(heard)


def _measure_build(
    fd: int, file: FileFacts, gathered: Gathered, table: packet_probe.PacketTable
) -> None:
    """How the container is built, how its packets are paced, what the encoder numbered."""
    gathered.signals[Structure.NAME] = structure(fd, file.size_bytes)
    gathered.signals[Pace.NAME] = pace(table)
    stream = gathered.media.first("video") if gathered.media else None
    packets = table.streams.get(stream.index) if stream else None
    if packets is not None and packets.tape is not None:
        gathered.signals[Bitstream.NAME] = bitstream(packets.tape, packets.tick_s, table.zero_s)
    else:
        why = "no_picture" if stream is None else "codec_not_read"
        gathered.missing.append(Missing(Bitstream.NAME, why, stream.codec if stream else ""))


def _with_durations(
    media: MediaFacts, timeline: PacketTimeline, claimed_bytes: int | None, size_bytes: int
) -> MediaFacts:
    """The measured length, and the declared one where a RIFF header claims more than there is."""
    measured = max((stream.end_s for stream in timeline.streams if stream.packets), default=None)
    declared = media.declared_duration_s
    if measured is not None and claimed_bytes is not None and claimed_bytes > size_bytes:
        declared = max(declared or 0.0, measured * claimed_bytes / size_bytes)
    return replace(media, duration_s=measured, declared_duration_s=declared)
