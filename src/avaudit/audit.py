"""The corridor: files and a rule book in, audit records out. Everything else is a room off it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from avaudit import codec
from avaudit.compose import Identity, compose, input_digest, recording_id_of
from avaudit.configuration import Configuration
from avaudit.custody.seen import chain_seen
from avaudit.domain.examination import Examination, ExamineRequest, Failure, SpeechRequest
from avaudit.domain.finding import AuditRecord
from avaudit.domain.media import FileFacts
from avaudit.domain.register import Expected
from avaudit.domain.signal import FileRead, LineUp, Question
from avaudit.domain.time import SHANGHAI
from avaudit.duties import Sighting
from avaudit.errors import SourceUnavailable, StoreBusy, Unexaminable
from avaudit.evidence import with_pictures_written
from avaudit.expectation import Expectations
from avaudit.grouping import judge_groups
from avaudit.ingest.digest import sha256_of
from avaudit.ingest.discover import Found
from avaudit.ingest.match import activity_of
from avaudit.isolate import WorkerPool
from avaudit.kept import current_signals, examination_from, lineup_key
from avaudit.media.open import open_descriptor
from avaudit.store import journal, read
from avaudit.store.publish import publish
from avaudit.store.rebuild import heal
from avaudit.store.sync import SyncReport, sync

#: Listening to all of a recording may take so many times as long as listening to its ends.
_DEEP_TAKES = 12


@dataclass(slots=True)
class _Known:
    """What the store knew when the audit began."""

    files: Mapping[str, read.KnownFile] = field(default_factory=dict)
    audited: Mapping[str, str] = field(default_factory=dict)
    signals: Mapping[str, Mapping[str, tuple[int, str]]] = field(default_factory=dict)
    first_seen: Mapping[str, datetime] = field(default_factory=dict)
    places: Mapping[str, list[tuple[str, str]]] = field(default_factory=dict)


class Auditor:
    """Audits recordings under one configuration. Thread-safe but for `pending` and `finish`.

    Use as a context manager: leaving it ends its worker processes.
    """

    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration
        settings = configuration.settings
        self._db: Path = settings.db
        self._wait_s = settings.store_wait_s
        timeout_s = settings.worker_timeout_s * (_DEEP_TAKES if settings.deep else 1)
        self._pool = WorkerPool(settings.jobs, timeout_s, settings.worker_memory_mb)
        self._known = _Known()
        self._healed = SyncReport()
        self._expectations = Expectations(configuration.activities)
        #: Recordings that `pending` left out and that could not be examined when they were audited.
        self.unexaminable_before = 0
        self._taken: set[str] = set()
        self._lock = threading.Lock()

    def __enter__(self) -> Auditor:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.stop()

    def stop(self) -> None:
        """Stop at once: examinations under way end with `WorkerUnavailable`, nothing is lost."""
        self._pool.stop()

    def pending(self, found: Iterable[Found]) -> list[Found]:
        """The recordings that this run has not audited as they are now.

        A file counts as the same where place, size and modification time are (its bytes are
        verified by `avaudit verify`, not here). Brings the store up to date first, so that what a
        killed run left in the record files counts as done.
        """
        self._healed = heal(self._db, self._wait_s)
        files = read.known_files(self._db, self._wait_s)
        places: dict[str, list[tuple[str, str]]] = {}
        for path, file in files.items():
            if file.sha256:
                places.setdefault(file.sha256, []).append((path, file.recording_id))
        audited = read.audited(self._db, self.configuration.run.run_id, self._wait_s)
        first_seen = read.first_seen(self._db, self._wait_s)
        self._known = _Known(files, audited, places=places, first_seen=first_seen)
        waiting: list[Found] = []
        done: list[Found] = []
        for one in found:
            (done if self._is_done(one) else waiting).append(one)
        self.unexaminable_before = sum(files[one.shown].status == "unexaminable" for one in done)
        kept = [k.sha256 for one in waiting if (k := self._unchanged(one)) and k.sha256]
        self._known.signals = read.signals_of(self._db, kept, self._wait_s) if kept else {}
        return waiting

    def _unchanged(self, found: Found) -> read.KnownFile | None:
        known = self._known.files.get(found.shown)
        same = known and (known.size_bytes, known.mtime_ns) == (found.size_bytes, found.mtime_ns)
        return known if same else None

    def _is_done(self, found: Found) -> bool:
        known = self._unchanged(found)
        if known is None or known.sha256 is None:
            return False  # new, changed, or never read: permission may have been granted meanwhile
        expected = self._expected(found)
        sighting = self._sighting(found, known.sha256, None)
        storage = sighting.storage(
            known.clocks, known.mtime_ns, known.duration_s, expected.activity
        )
        digest = input_digest(known.sha256, found.shown, expected, storage)
        return self._known.audited.get(known.recording_id) == digest

    def _sighting(self, found: Found, sha256: str | None, now: datetime | None) -> Sighting:
        """When these bytes were first seen, and the inode time then: facts of the store, where it
        has them, so that judging again says the same."""
        known = self._unchanged(found)
        same = known if known and known.sha256 == sha256 else None
        return Sighting(
            self._known.first_seen.get(sha256, now) if sha256 else None,
            same.ctime_ns if same else None,
            self.configuration.calendar,
        )

    def _expected(self, found: Found) -> Expected:
        return self._expectations.of(activity_of(found.shown, self.configuration.activities))

    def audit(self, found: Found, *, last_try: bool = True) -> AuditRecord:
        """Examine a recording, run the checks, and write the record to the record files.

        Raises `SourceUnavailable` where the disk did not answer and this is not the last try (on
        the last one it is a finding), `WorkerUnavailable` after `stop`, and what the store raises.
        """
        began = time.monotonic()
        kept = self._kept(found)
        asked = self.configuration
        examination = examination_from(
            kept, _facts(found), asked.speech, asked.speakers.request, deep=asked.settings.deep
        )
        if examination is None:
            examination = self._examine(found, tuple(kept), last_try=last_try)
            if kept and _sha256_in(examination.signals) != _sha256_in(kept):
                # Other bytes under the same size and time: nothing that was kept is of this file.
                kept = {}
                examination = self._examine(found, (), last_try=last_try)
            who = self._identify(found, _sha256_in(examination.signals) or None)
        else:
            who = self._identify(found, _sha256_in(kept))
        now = datetime.now(SHANGHAI)
        put_together = partial(
            compose,
            bound=self.configuration.bound,
            the_run=self.configuration.run,
            who=who,
            examination=examination,
            kept=kept,
            expected=self._expected(found),
            transcript_key=_transcript_key(self.configuration.speech),
            audited_at=now,
            names=self.configuration.names,
            sighting=self._sighting(found, who.sha256, now),
            knowledge=self.configuration.knowledge,
        )
        composed = put_together(wall_s=time.monotonic() - began)
        if composed.questions:
            lineup = self._line_up(found, kept, composed.questions)
            composed = put_together(wall_s=time.monotonic() - began, lineup=lineup)
        record = with_pictures_written(self._db, composed.record, composed.pictures)
        journal.append(self._db, [record], self._wait_s)
        return record

    def _kept(self, found: Found) -> Mapping[str, object]:
        known = self._unchanged(found)
        if known is None or known.sha256 is None:
            return {}
        signals, asked = self._known.signals.get(known.sha256, {}), self.configuration
        return current_signals(signals, asked.speech, asked.speakers.request)

    def _examine(self, found: Found, have: tuple[str, ...], *, last_try: bool) -> Examination:
        asked = self.configuration
        request = ExamineRequest(
            found.path.hex(), asked.speech, have, speakers=asked.speakers.request,
            deep=asked.settings.deep,
        )  # fmt: skip
        try:
            return self._pool.examine(request)
        except Unexaminable as error:
            return _failed(found, error.key, str(error.values.get("detail", "")))
        except SourceUnavailable as error:
            if not last_try:
                raise
            return _failed(found, "source_unavailable", str(error.values.get("detail", "")))

    def _line_up(
        self, found: Found, kept: Mapping[str, object], questions: tuple[Question, ...]
    ) -> tuple[str, LineUp] | None:
        """Answers to the questions of checks, kept or measured; None where they can't be had."""
        speech = self.configuration.speech
        if speech is None:
            return None
        key = lineup_key(speech, questions)
        body = kept.get(key)
        if body is None:
            request = ExamineRequest(found.path.hex(), speech, questions=questions)
            try:
                body = self._pool.examine(request).signals.get(LineUp.NAME)
            except (Unexaminable, SourceUnavailable):
                return None  # the checks stay as unsure as they were
        return (key, codec.from_plain(LineUp, body)) if body is not None else None

    def _identify(self, found: Found, sha256: str | None) -> Identity:
        """The recording's id: the one it has, also when it was moved; else a new one."""
        known = self._known.files.get(found.shown)
        if known and known.sha256 == sha256:
            return Identity(known.recording_id, found.shown, sha256)
        with self._lock:
            for path, recording_id in self._known.places.get(sha256 or "", ()):
                if recording_id not in self._taken and not os.path.lexists(path):
                    self._taken.add(recording_id)
                    return Identity(recording_id, found.shown, sha256)
        return Identity(recording_id_of(sha256, found.shown), found.shown, sha256)

    def note_register(self) -> None:
        """Write the register's activities to the record files, where they are new or changed."""
        register = self.configuration.register
        if register is None:
            return
        known = {one.activity_id: one for one in read.activities(self._db, self._wait_s)}
        if any(known.get(one.activity_id) != one for one in register.activities):
            journal.append(self._db, [register], self._wait_s)

    def follow(self) -> None:
        """Bring the store up to date if nobody holds it just now; else the next time does."""
        with suppress(StoreBusy):  # the records are safe, and `finish` insists
            sync(self._db, 0.0)

    def finish(self) -> SyncReport:
        """Bring the store up to date, judge its groups, bind what was seen first to the custody
        chain, and publish the store's read-only copy.

        What is wrong with record files (each with its place) is in the report. Raises `StoreBusy`
        where the store stays locked, `StoreError` where it cannot be written.
        """
        report = self._healed + judge_groups(self.configuration)
        report += chain_seen(self.configuration.settings)
        publish(self._db, self._wait_s)
        return report


def _facts(found: Found) -> FileFacts:
    return FileFacts(found.shown, found.size_bytes, found.mtime_ns, 0, found.ctime_ns)


def _sha256_in(signals: Mapping[str, object]) -> str:
    body = signals.get(FileRead.NAME)
    return str(body["sha256"]) if isinstance(body, Mapping) else ""


def _transcript_key(speech: SpeechRequest | None) -> str:
    return speech.transcript_key if speech else ""


def _failed(found: Found, code: str, detail: str) -> Examination:
    """A file that no worker could examine. Its digest is still taken: reading bytes is safe.

    Where that gives every byte, the disk answers: what a demuxer called an I/O error, again and
    again, is the file's own (a Matroska file cut in its header is such a one).
    """
    failure = Failure(code, detail, wholly=True)
    examination = Examination(_facts(found), None, failures=(failure,))
    try:
        fd = open_descriptor(found.path)
    except (Unexaminable, SourceUnavailable):
        return examination  # the failure already says so
    try:
        sha256, size = sha256_of(fd)
    except OSError as error:
        late = Failure("source_unavailable", str(error.strerror), wholly=True)
        both = (failure, late) if code != "source_unavailable" else (failure,)
        return replace(examination, failures=both)
    finally:
        os.close(fd)
    read_whole = codec.to_plain(FileRead(sha256, size, size == found.size_bytes))
    own = failure if code != "source_unavailable" else replace(failure, code="damaged")
    return replace(examination, failures=(own,), signals={FileRead.NAME: read_whole})
