"""The custody events of a verification, and of whatever else happens to originals."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from avaudit.codec import plain_to_json
from avaudit.custody.originals import Original, Verdict
from avaudit.domain.custody import Happened, State
from avaudit.domain.finding import CustodyEvent
from avaudit.domain.time import SHANGHAI

#: What the chain calls each way in which an original may be found.
_KINDS = {
    State.MOVED: Happened.MOVED,
    State.SWAPPED: Happened.CHANGED,
    State.CHANGED: Happened.CHANGED,
    State.UNDONE: Happened.MISSING,
    State.MISSING: Happened.MISSING,
    State.ENDED: Happened.RETENTION_ENDED,
    State.UNREADABLE: Happened.UNREADABLE,
}


def said_of(one: Original, verdict: Verdict) -> tuple[Happened, str, dict[str, Any]]:
    """Kind, path and detail of the event that says how an original was found."""
    if verdict.state is State.WHOLE:
        back = verdict.other_path or (one.disputed and one.state is not State.UNREADABLE)
        kind = Happened.RETURNED if back else Happened.VERIFIED
        return kind, verdict.other_path or one.place, {}
    detail: dict[str, Any] = {"found": verdict.found} if verdict.found else {}
    path = one.place
    match verdict.state:
        case State.MOVED:
            path, detail = verdict.other_path, {"before": one.place}
        case State.SWAPPED:
            detail["swapped_with"] = verdict.other_path
        case State.MISSING:
            detail |= {"lost": verdict.lost, "elsewhere": verdict.other_path}
        case State.UNDONE:
            detail = {"undone": True, "lost": verdict.lost, "elsewhere": verdict.other_path}
        case State.UNREADABLE:
            detail = {"reason": verdict.reason}
    return _KINDS[verdict.state], path, detail


def happened(
    kind: Happened, actor: str, recording_id: str, sha256: str | None, path: str,
    detail: Mapping[str, Any],
) -> CustodyEvent:  # fmt: skip
    """An event of this moment, with an id of its own."""
    now = datetime.now(SHANGHAI)
    told = plain_to_json([kind, actor, recording_id, path, now.isoformat(), os.urandom(8).hex()])
    return CustodyEvent(
        hashlib.sha256(told.encode()).hexdigest()[:32],
        recording_id,
        kind.value,
        now,
        actor,
        sha256,
        path,
        dict(detail),
    )
