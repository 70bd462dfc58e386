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


def said_of(one: Original, verdict: Verdict) -> tuple[Happened, str, dict[str, Any]]:
    """Kind, path and detail of the event that says how an original was found."""
    found = {"found": verdict.found} if verdict.found else {}
    match verdict.state:
        case State.WHOLE if verdict.other_path:
            return Happened.RETURNED, verdict.other_path, {}
        case State.WHOLE:
            back = one.disputed and one.state is not State.UNREADABLE
            return Happened.RETURNED if back else Happened.VERIFIED, one.place, {}
        case State.MOVED:
            return Happened.MOVED, verdict.other_path, {"before": one.place}
        case State.SWAPPED:
            return Happened.CHANGED, one.place, {**found, "swapped_with": verdict.other_path}
        case State.CHANGED:
            return Happened.CHANGED, one.place, found
        case State.UNDONE:
            where = {"elsewhere": verdict.other_path} if verdict.other_path else {}
            return Happened.MISSING, one.place, {"undone": True, "lost": verdict.lost, **where}
        case State.ENDED:
            return Happened.RETENTION_ENDED, one.place, found
        case State.UNREADABLE:
            return Happened.UNREADABLE, one.place, {"reason": verdict.reason}
    return Happened.MISSING, one.place, {}


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
