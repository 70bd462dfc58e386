"""Gaps inside recordings and between them as the store keeps them, with what is known of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from avaudit.domain.finding import Finding, Gap, Recording
from avaudit.domain.session import Member

_GAP, _REASON = "continuity.gap", "continuity.gap_unexplained"
_BETWEEN = ("continuity.between_files", "continuity.file_missing", "continuity.overlap",
            "coverage.late_start", "coverage.early_end")  # fmt: skip
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


def group_gaps(members: Sequence[Member], findings: Sequence[Finding]) -> tuple[Gap, ...]:
    """One row for each two neighbours of a session, and for each end that an activity lacks.

    `kind`: `segmentation`, `between_files`, `missing_file`, `overlap`, `late_start`, `early_end`.
    `explanation` as of gaps inside files, and `segmentation`, `pre_record`, `covered` (by another
    device), `no_clock`. A missing file is the gap's kind; whether it was explained stays.
    """
    lengths = {member.recording_id: member.duration_s for member in members}
    rows: dict[tuple[object, object], Gap] = {}
    for finding in findings:
        measured = _measured(finding)
        if finding.rule_id not in _BETWEEN or "in" not in measured:
            continue
        key = (measured.get("after_id"), measured.get("before_id"))
        gap = _between(finding, measured, lengths)
        known = rows.get(key)
        if known and gap.kind == "missing_file":
            gap = replace(known, kind=gap.kind)
        elif known and known.kind == "missing_file":
            gap = replace(gap, kind=known.kind)
        rows[key] = gap
    return tuple(rows.values())


def _between(
    finding: Finding, measured: Mapping[str, object], lengths: Mapping[str, float | None]
) -> Gap:
    at, apart = measured.get("at"), measured.get("gap_s")
    after, before = (measured.get(name) for name in ("after_id", "before_id"))
    return Gap(
        after_recording_id=str(after) if after else None,
        before_recording_id=str(before) if before else None,
        start_at=datetime.fromisoformat(at) if isinstance(at, str) else None,
        start_s=lengths.get(str(after)) or 0.0,
        length_s=abs(apart) if isinstance(apart, int | float) else None,
        kind=str(measured["in"]),
        explanation=str(measured.get("explanation", _NOT_ASKED)),
        quote=str(finding.evidence.get("quote", "")),
    )
