"""Which small picture shows what a finding says, and under which name it lies beside the store."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from avaudit.domain.finding import AuditRecord, Finding
from avaudit.domain.loudness import Loudness
from avaudit.domain.picture import Picture, Strip
from avaudit.domain.rule import Outcome
from avaudit.domain.time import Span
from avaudit.store.evidence import write_pictures

#: What shows the findings of each rule; the overview where there is no such strip.
_SHOWN_BY = {
    "quality.covered": "stretch",
    "quality.frozen": "stretch",
    "quality.dark": "darkest",
    "quality.blurred": "softest",
    "quality.shaking": "overview",
    "quality.orientation": "overview",
    "quality.frame_rate": "overview",
    "quality.no_audio": "silence",
    "quality.clipped": "sound",
    "quality.low_snr": "sound",
}
#: What shows the whole of the sound or the picture, where no strip shows a finding's place.
_WHOLE = {"silence": "sound", "sound": "sound"}
_SHOWN = (Outcome.FAIL, Outcome.REVIEW)


def illustrated(
    findings: Iterable[Finding], picture: Picture | None, loudness: Loudness | None = None
) -> tuple[list[Finding], dict[str, bytes]]:
    """Findings of picture and sound with the name of a small picture each, and those JPEGs by name.

    The name stands in a finding's evidence as `picture`; the file lies in the store's folder of
    evidence (`store.places.evidence_folder`).
    """
    strips = (*(picture.strips if picture else ()), *(loudness.plots if loudness else ()))
    done: list[Finding] = []
    pictures: dict[str, bytes] = {}
    for finding in findings:
        strip = _strip(finding, strips)
        if strip is None:
            done.append(finding)
            continue
        name = f"{finding.finding_id}.jpg"
        pictures[name] = base64.b64decode(strip.jpeg_base64)
        done.append(replace(finding, evidence={**finding.evidence, "picture": name}))
    return done, pictures


def _strip(finding: Finding, strips: Sequence[Strip]) -> Strip | None:
    wanted = _SHOWN_BY.get(finding.rule_id)
    if wanted is None or finding.outcome not in _SHOWN:
        return None
    whole = _WHOLE.get(wanted, "overview")
    overview = next((strip for strip in strips if strip.of == whole), None)
    if finding.start_s is None or finding.end_s is None:
        return overview
    span = Span(finding.start_s, finding.end_s)
    of_it = [strip for strip in strips if strip.of == wanted and _meets(strip, span)]
    return max(of_it, key=lambda strip: _overlap_s(strip, span), default=overview)


def _meets(strip: Strip, span: Span) -> bool:
    return strip.onset_s <= span.offset_s and strip.offset_s >= span.onset_s


def _overlap_s(strip: Strip, span: Span) -> float:
    return Span(strip.onset_s, strip.offset_s).overlap_s(span)


def with_pictures_written(
    db: Path, record: AuditRecord, pictures: Mapping[str, bytes]
) -> AuditRecord:
    """Write a record's pictures beside the store. Findings whose picture could not be written
    say why (`picture_missing`) instead of naming it."""
    missing = write_pictures(db, pictures)
    if not missing:
        return record
    findings = (
        replace(finding, evidence={**finding.evidence, "picture": None, "picture_missing": why})
        if (why := missing.get(str(finding.evidence.get("picture"))))
        else finding
        for finding in record.findings
    )
    return replace(record, findings=tuple(findings))
