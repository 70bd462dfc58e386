"""Values of the record files as rows of the tables, as plain JSON holds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from avaudit.codec import from_plain, plain_to_json, to_plain
from avaudit.domain.finding import AuditRecord, CustodyEvent, Decision, Finding
from avaudit.domain.register import Register
from avaudit.domain.signal import Transcript
from avaudit.store.journal import Value

Row = dict[str, Any]
#: An audit's place in the store: run and recording.
AuditKey = tuple[str, str]

#: The rules whose findings are the elements of the opening statement (Article 14).
_STATEMENT = "statement"
_ELEMENTS = frozenset({"time", "place", "officers", "cause", "target", "stage", "notice"})

#: What a row is about where it is about no group.
RECORDING = "recording"

#: The match of an element that may be either of several: `measured.either` lists them.
_AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class KeptSignal:
    """A signal in a record, checked. `body` is the signal as `codec.to_plain` gives it."""

    version: int
    body: Mapping[str, Any]


@dataclass(slots=True)
class Rows:
    """Rows to write, by table and key; of two with the same key one is kept."""

    tables: dict[str, dict[tuple[object, ...], Row]] = field(default_factory=dict)

    def first(self, table: str, key: tuple[object, ...], row: Row) -> None:
        """Keep a row unless there is one: what never changes."""
        self.tables.setdefault(table, {}).setdefault(key, row)

    def last(self, table: str, key: tuple[object, ...], row: Row) -> None:
        """Keep a row in place of an earlier one: what is as it was seen last."""
        self.tables.setdefault(table, {})[key] = row

    def json(self, table: str) -> str | None:
        """The rows of a table as a JSON list; None where there are none."""
        rows = self.tables.get(table)
        return plain_to_json(list(rows.values())) if rows else None


def check_signals(record: AuditRecord) -> None:
    """Raise `pydantic.ValidationError` for what cannot be a signal, or not the transcript."""
    signals, key = _signals(record), transcript_key(record)
    if key in signals:
        from_plain(Transcript, signals[key].body)


def transcript_key(record: AuditRecord) -> str | None:
    """Which signal is the record's transcript: the one it names, else the one it carries."""
    if record.transcript_key:
        return record.transcript_key
    names = (Transcript.NAME, f"{Transcript.NAME}@")
    return next((n for n in record.signals if n == names[0] or n.startswith(names[1])), None)


def add_lasting(rows: Rows, value: Value) -> None:
    """Rows that stand for themselves, whether or not an audit is new."""
    match value:
        case Register():
            for activity in value.activities:
                rows.last("activities", (activity.activity_id,), to_plain(activity))
        case CustodyEvent():
            row = {**to_plain(value), "happened_at": to_plain(value.at)}  # SQL reserves AT
            rows.first("custody_events", (value.event_id,), row)
        case Decision():
            rows.first("decisions", (value.decision_id,), to_plain(value))
        case AuditRecord():
            _add_recording(rows, value)
            _add_signals(rows, value)
            for event in value.custody:
                add_lasting(rows, event)


def add_audit(rows: Rows, record: AuditRecord) -> None:
    """Rows of one audit: what goes when the same recording is audited anew under its run."""
    key = {"run_id": record.run.run_id, "recording_id": record.recording.recording_id}
    at = tuple(key.values())
    digest = {"input_digest": record.input_digest, "activity_id": record.activity_id}
    audited = {"audited_at": to_plain(record.audited_at), "wall_s": record.wall_s}
    rows.first("audits", at, {**key, **digest, **audited})
    subject = {"run_id": key["run_id"], "subject_id": key["recording_id"]}
    subject["subject_kind"] = RECORDING
    place = {**key, "session_id": key["recording_id"], "activity_id": record.activity_id}
    _add_each(rows, "results", at, subject, record.results)
    _add_each(rows, "findings", at, {**place, **subject}, record.findings)
    _add_each(rows, "gaps", at, {**place, **subject}, record.gaps)
    elements = [_element(finding) for finding in record.findings if _is_element(finding)]
    _add_each(rows, "statement_elements", at, key, elements)
    _add_transcript(rows, record, key)
    _add_speakers(rows, record, key)


def _add_each(
    rows: Rows, table: str, at: tuple[object, ...], key: Row, values: Iterable[object]
) -> None:
    for position, value in enumerate(values):
        rows.first(table, (*at, position), {**to_plain(value), **key})


def _add_recording(rows: Rows, record: AuditRecord) -> None:
    recording, seen_at = record.recording, to_plain(record.audited_at)
    identity = (recording.recording_id,)
    rows.first("runs", (record.run.run_id,), {**to_plain(record.run), "started_at": seen_at})
    rows.last("recordings", identity, {**to_plain(recording), "seen_at": seen_at})


def _add_signals(rows: Rows, record: AuditRecord) -> None:
    sha256 = record.recording.sha256
    if sha256 is None:  # unread to the end: another reading may measure something else
        return
    for name, signal in _signals(record).items():
        row = {"sha256": sha256, "name": name, "version": signal.version, "body": signal.body}
        rows.first("signals", (sha256, name, signal.version), row)


def _add_transcript(rows: Rows, record: AuditRecord, key: Row) -> None:
    name = transcript_key(record)
    if name is None:
        return
    carried = _signals(record).get(name)
    body = carried.body if carried else None
    voices = record.voices
    row = {
        **key,
        "sha256": record.recording.sha256,
        "name": name,
        "body": body,
        "speakers": list(voices.segments) if voices else [],
        "wearer": voices.wearer if voices else None,
    }
    rows.first("transcript_segments", tuple(key.values()), row)


def _add_speakers(rows: Rows, record: AuditRecord, key: Row) -> None:
    if record.voices is None:
        return
    wearer = record.voices.wearer
    for speaker in record.voices.speakers:
        row = {
            **key,
            "speaker": speaker.label,
            "spoken_s": speaker.spoken_s,
            "level_dbfs": speaker.level_dbfs,
            "start_s": speaker.onset_s,
            "role": wearer and ("wearer" if speaker.label == wearer else "other"),
            "wearer_score": record.voices.wearer_score if speaker.label == wearer else None,
        }
        rows.first("speakers", (*key.values(), speaker.label), row)


def _signals(record: AuditRecord) -> dict[str, KeptSignal]:
    return {name: from_plain(KeptSignal, kept) for name, kept in record.signals.items()}


def _is_element(finding: Finding) -> bool:
    kind, _, element = finding.rule_id.partition(".")
    return kind == _STATEMENT and element in _ELEMENTS


def _element(finding: Finding) -> Row:
    """An element of the statement, from a finding's evidence (`quote`, `measured`, `expected`)."""
    evidence = to_plain(finding.evidence)
    measured, expected = evidence.get("measured"), evidence.get("expected")
    return {
        "element": finding.rule_id.partition(".")[2],
        "quote": str(evidence.get("quote", "")),
        "value": _confirmed(measured),
        "expected": _told(expected, "value"),
        "match": _told(measured, "match"),
        "start_s": finding.start_s,
        "end_s": finding.end_s,
        "outcome": finding.outcome.value,
    }


def _confirmed(measured: object) -> str | None:
    """What was heard as the element's value; "" for one of several that sound leaves open."""
    value = _told(measured, "value")
    if isinstance(measured, dict) and measured.get("match") == _AMBIGUOUS:
        return "" if value in measured.get("either", ()) else value
    return value


def _told(values: object, name: str) -> str | None:
    """One value as text, or as JSON; None where there is none: what was not judged has none."""
    told = values.get(name) if isinstance(values, dict) else None
    if told is None or told in ({}, []):
        return None
    return told if isinstance(told, str) else plain_to_json(told)
