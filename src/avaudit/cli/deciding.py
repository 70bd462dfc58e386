"""`avaudit decide`: what a person decides about a finding."""

from __future__ import annotations

import argparse

from avaudit.cli.console import Out
from avaudit.cli.looking import existing_store
from avaudit.custody.deciding import decide
from avaudit.domain.finding import Verdict
from avaudit.i18n import say


def record_decision(options: argparse.Namespace, out: Out) -> int:
    """Put a decision about a finding on record."""
    settings = existing_store(options)
    verdict = Verdict(options.verdict)
    new = decide(settings, options.finding_id, verdict, options.note)
    out.say(
        "keeping.decided" if new else "keeping.decided_before",
        finding_id=options.finding_id,
        verdict=say(f"report.decision_{verdict}", out.lang),
        actor=settings.actor,
    )
    return 0
