"""Gaps inside a recording as the store keeps them, with what is known of their reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from avaudit.domain.finding import Finding, Gap, Recording

_GAP, _REASON = "continuity.gap", "continuity.gap_unexplained"
_KINDS = {"gap": "picture_and_sound", "picture_gap": "picture", "sound_gap": "sound"}
#: Where nobody asked for a reason: short gaps, and rule books without that rule.
_NOT_ASKED = "not_examined"


def gaps_of(recording: Recording, findings: Sequence[Finding]) -> tuple[Gap, ...]:
    """One row for each gap that was found, with its explanation and the words that give it.

    `explanation`: `aloud:KIND` or `maybe:KIND` (device, weather, obstruction or other),
    `in_writing`, `absent`, `not_understood`, `not_listened`; `not_examined` where none was asked.
    """
    reasons = {(f.start_s, f.end_s): f for f in findings if f.rule_id == _REASON}
    return tuple(
        _row(recording, finding, kind, reasons.get((finding.start_s, finding.end_s)))
        for finding in findings
        if finding.rule_id == _GAP and (kind := _KINDS.get(str(_measured(finding).get("in", ""))))
    )


def _measured(finding: Finding) -> Mapping[str, object]:
    measured = finding.evidence.get("measured", {})
    return measured if isinstance(measured, Mapping) else {}


def _row(recording: Recording, finding: Finding, kind: str, reason: Finding | None) -> Gap:
    start_s = finding.start_s or 0.0
    start_at = recording.started_at
    return Gap(
        after_recording_id=recording.recording_id,
        before_recording_id=recording.recording_id,
        start_at=start_at + timedelta(seconds=start_s) if start_at else None,
        start_s=start_s,
        length_s=round((finding.end_s or start_s) - start_s, 3),
        kind=kind,
        explanation=str(_measured(reason).get("explanation", _NOT_ASKED)) if reason else _NOT_ASKED,
        quote=str(reason.evidence.get("quote", "")) if reason else "",
    )
