"""Disclosure on record (Articles 18, 20): who approved, looked at or took out what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from avaudit.custody.events import happened
from avaudit.custody.seen import chain_seen
from avaudit.domain.custody import Happened
from avaudit.domain.time import SHANGHAI
from avaudit.errors import ConfigError
from avaudit.rules.load import load_rulebook
from avaudit.settings import Settings
from avaudit.store import chain, chained

#: What an approval may name instead of one recording, activity, case or finding.
EVERYTHING = "ALL"
#: What lists of findings are called.
FINDINGS = "findings"

_ACTIONS = {Happened.VIEWED: "view", Happened.EXPORTED: "export"}


def disclose(
    settings: Settings, kind: Happened, names: Iterable[str], *, recording_id: str = "",
    sha256: str | None = None, path: str = "", detail: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Put a view or an export on record, before anything is shown or written.

    `names` are what an approval may call it: the finding, recording, activity or case. Raises
    `ConfigError` where the rule book asks for an approval that this user does not have, and
    `StoreError` where it cannot be put on record: then nothing is disclosed.
    """
    wanted = [name for name in dict.fromkeys(names) if name]
    approval = None
    if _ACTIONS[kind] in load_rulebook(settings.rulebook).approvals:
        approval = approval_for(settings, wanted)
    said = {**(detail or {}), "what": wanted[0] if wanted else EVERYTHING}
    if approval:
        said["approval"] = approval["event_id"]
    _put(settings, kind, said, recording_id, sha256, path)


def approval_for(settings: Settings, names: Iterable[str]) -> Mapping[str, Any]:
    """The latest approval that lets this user disclose any of what has these names, now.

    Raises `ConfigError` where there is none: it says who can ask for what.
    """
    chain_seen(settings)  # approvals that are not in the database yet
    now, wanted = datetime.now(SHANGHAI), [*names]
    found = [
        row
        for row in chained.disclosures(settings.db, settings.store_wait_s)
        if row["kind"] == Happened.APPROVED
        and row["asked_by"] == settings.actor
        and row["what"] in (*wanted, EVERYTHING)
        and row["expires_at"] > now
    ]
    if not found:
        what = wanted[0] if wanted else EVERYTHING
        raise ConfigError("keeping.no_approval", actor=settings.actor, what=what)
    return found[-1]


def approve(settings: Settings, asked_by: str, what: str, until: datetime, purpose: str) -> str:
    """Put an approval on record and give its id.

    Raises `ConfigError` for one's own request, and for an end that has passed already.
    """
    if asked_by.strip().casefold() == settings.actor.strip().casefold():
        raise ConfigError("keeping.own_request", actor=settings.actor)
    if until <= datetime.now(SHANGHAI):
        raise ConfigError("keeping.until_past", found=until.isoformat())
    said = {"what": what, "asked_by": asked_by, "purpose": purpose, "until": until.isoformat()}
    return _put(settings, Happened.APPROVED, said)


def hold(settings: Settings, what: str, *, release: bool = False) -> None:
    """Keep what belongs to a case, activity or recording beyond its retention, or no longer."""
    _put(settings, Happened.RELEASED if release else Happened.HELD, {"what": what})
    chain_seen(settings)


def exported_to(path: Path | None) -> str:
    """What a file that is written is called on record; "" for standard output."""
    return str(path.absolute()) if path else ""


def _put(
    settings: Settings, kind: Happened, said: Mapping[str, Any], recording_id: str = "",
    sha256: str | None = None, path: str = "",
) -> str:  # fmt: skip
    event = happened(kind, settings.actor, recording_id, sha256, path, said)
    chain.append(settings.db, [event], sm3=settings.custody_sm3, wait_s=settings.store_wait_s)
    return event.event_id
