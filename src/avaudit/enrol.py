"""Learn what genuine recordings of a device model look like, from files that are known to be so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from avaudit.domain.examination import ExamineRequest
from avaudit.domain.reference import Reference
from avaudit.domain.signal import FileRead
from avaudit.errors import AvauditError
from avaudit.ingest.devices import device_of
from avaudit.ingest.discover import Found
from avaudit.ingest.names import Names
from avaudit.ingest.references import read_references, write_reference
from avaudit.integrity.gather import features_of
from avaudit.integrity.reference import enrolled
from avaudit.isolate import WorkerPool
from avaudit.kept import as_values


@dataclass(slots=True)
class Enrolment:
    """What became of files that were to be enrolled.

    `added` counts files that the reference did not have before; `refused` are those that could not
    be examined, with the error.
    """

    reference: Reference
    path: Path
    added: int = 0
    refused: list[tuple[str, AvauditError | str]] = field(default_factory=list)


def enrol(
    recordings: Iterable[Found], wanted: Reference, folder: Path, pool: WorkerPool, names: Names
) -> Enrolment:
    """Add files to the reference of a model, firmware and workstation, and write it.

    Raises `ConfigError` for a folder with files that are no references, `WorkerUnavailable`, and
    `OSError` where the reference cannot be written.
    """
    same = (wanted.model, wanted.firmware, wanted.workstation)
    known = {(r.model, r.firmware, r.workstation): r for r in read_references(folder)}
    done = Enrolment(known.get(same, wanted), folder)
    for found in recordings:
        request = ExamineRequest(found.path.hex(), build_only=True)
        try:
            examination = pool.examine(request)
        except AvauditError as error:
            done.refused.append((found.shown, error))
            continue
        media, failures = examination.media, examination.failures
        signals = as_values(examination.signals)
        read = signals.get(FileRead)
        if media is None or failures or not isinstance(read, FileRead):
            why = failures[0].code if failures else "not_media"
            done.refused.append((found.shown, why))
            continue
        before = done.reference.files
        device = device_of(found.shown, media, names)
        done.reference = enrolled(done.reference, read.sha256, device, features_of(media, signals))
        done.added += done.reference.files - before
    if done.reference.files:
        done.path = write_reference(folder, done.reference)
    return done
