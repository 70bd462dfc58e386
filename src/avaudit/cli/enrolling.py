"""`avaudit enrol`: learn what genuine recordings of a device model look like."""

from __future__ import annotations

import argparse

from avaudit.cli.console import Out
from avaudit.cli.status import Exit
from avaudit.domain.reference import Reference
from avaudit.enrol import enrol
from avaudit.errors import AvauditError
from avaudit.i18n import say, say_error
from avaudit.ingest.discover import discover
from avaudit.ingest.names import Names
from avaudit.isolate import WorkerPool
from avaudit.rules.names import name_patterns
from avaudit.settings import load_settings


def enrol_files(options: argparse.Namespace, out: Out) -> int:
    """Add files to a model's reference, and tell what became of each that was not added."""
    settings = load_settings(db=options.db, lang=options.lang)
    wanted = Reference(options.device, options.firmware, options.workstation)
    found = discover(options.files)
    with WorkerPool(1, settings.worker_timeout_s, settings.worker_memory_mb) as pool:
        done = enrol(
            found.recordings, wanted, settings.references_folder, pool,
            Names(name_patterns(settings.name_patterns)),
        )  # fmt: skip
    for path, why in done.refused:
        reason = say_error(why, out.lang) if isinstance(why, AvauditError) else why
        out.warn(say("cli.not_enrolled", out.lang, path=path, reason=reason))
    for path, key in found.passed_over:
        out.warn(say("cli.not_enrolled", out.lang, path=path, reason=say(key, out.lang)))
    reference = done.reference
    out.say(
        "cli.enrolled", n=done.added, files=reference.files, model=reference.model,
        path=str(done.path),
    )  # fmt: skip
    return Exit.NOT_ALL_DONE if done.refused or not reference.files else Exit.RAN
