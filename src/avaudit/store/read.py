"""What the rest of the program asks the store, each question a named query.

A row is a mapping from column to value: instants are aware datetimes, JSON columns are parsed.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from avaudit.codec import from_plain, plain_to_json
from avaudit.domain.media import ClockReading
from avaudit.domain.register import Activity
from avaudit.errors import ConfigError, Problem, StoreError
from avaudit.store.connect import WAIT_S, Connection, open_for_reading
from avaudit.store.sql import query

Row = dict[str, Any]

#: Seconds of transcript before and after a finding's span that help to judge it.
_AROUND_S = 30.0


@dataclass(frozen=True, slots=True)
class KnownFile:
    """What the store knows of the recording that a path held last. Sizes in bytes.

    `ctime_ns` is the inode time as it was when these bytes were first seen there.
    """

    recording_id: str
    sha256: str | None
    size_bytes: int | None
    mtime_ns: int | None
    status: str
    ctime_ns: int | None = None
    duration_s: float | None = None
    clocks: tuple[ClockReading, ...] = ()


class StoredSignal(NamedTuple):
    """A kept signal: its version, and its value as canonical JSON (see `codec.from_json`)."""

    version: int
    json: str


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """Which findings are asked for; None asks for all.

    `rule` is a rule's id or the part before a dot (`statement`). `since` is the earliest start of
    the recording, or of its audit where it has no clock. Without a `run`, the latest audit of the
    recording that each path holds now counts. `passes` says whether findings that are none to act
    on are wanted too.
    """

    outcome: str | None = None
    rule: str | None = None
    officer: str | None = None
    since: datetime | None = None
    run: str | None = None
    passes: bool = True


@dataclass(frozen=True, slots=True)
class FindingDetail:
    """A finding with everything that explains it.

    `transcript` holds the segments within half a minute of the span (all of them where the
    finding has none), `speakers` the voices told apart in the recording's opening, `result` what
    its rule came to, `decisions` the people's, oldest first. `elements` are those of the statement
    that the same audit judged: see `Statement`. A finding about a group has a `group` (a row of
    `groups`), and a recording where it concerns one.
    """

    finding: Row
    recording: Row | None
    group: Row | None
    run: Row
    result: Row | None
    activity: Row | None
    transcript: tuple[Row, ...]
    speakers: tuple[Row, ...]
    decisions: tuple[Row, ...]
    elements: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """The opening statement of a recording as one audit judged it.

    `elements` are rows of `statement_elements` in the order of Article 14, with `finding_id` and
    `code` of the finding each comes from, and in `either` the values that sound did not tell apart.
    """

    recording: Row
    run: Row
    activity: Row | None
    elements: tuple[Row, ...]


def known_files(db: Path, wait_s: float = WAIT_S) -> dict[str, KnownFile]:
    """By path, what was there when it was last audited. Empty where there is no store yet."""
    if not db.exists():
        return {}
    rows = answer(db, wait_s, "known_files")
    return {row.pop("path"): from_plain(KnownFile, row) for row in rows}


def first_seen(db: Path, wait_s: float = WAIT_S) -> dict[str, datetime]:
    """By file digest, when these bytes were first seen, wherever. Empty without a store."""
    if not db.exists():
        return {}
    return {row["sha256"]: row["at"] for row in answer(db, wait_s, "first_seen")}


def audited(db: Path, run_id: str, wait_s: float = WAIT_S) -> dict[str, str]:
    """By recording, the input digest audited under a run. Empty where there is no store yet."""
    if not db.exists():
        return {}
    rows = answer(db, wait_s, "audited", run_id=run_id)
    return {row["recording_id"]: row["input_digest"] for row in rows}


def signals_of(
    db: Path, sha256s: Collection[str], wait_s: float = WAIT_S
) -> dict[str, dict[str, StoredSignal]]:
    """By file digest and name, the newest version of each signal. Empty without a store."""
    if not sha256s or not db.exists():
        return {}
    with open_for_reading(db, wait_s) as connection:
        asked = plain_to_json(sorted(sha256s))  # far faster than a list
        found = connection.execute(query("signals_of"), {"sha256s": asked}).fetchall()
    signals: dict[str, dict[str, StoredSignal]] = {}
    for sha256, name, version, body in found:
        signals.setdefault(sha256, {})[name] = StoredSignal(version, body)
    return signals


def activities(db: Path, wait_s: float = WAIT_S) -> tuple[Activity, ...]:
    """Every activity that a register ever named, as last named. Empty without a store."""
    if not db.exists():
        return ()
    return tuple(from_plain(Activity, row) for row in answer(db, wait_s, "activities"))


def findings(db: Path, wanted: FindingFilter | None = None, wait_s: float = WAIT_S) -> list[Row]:
    """Findings with path, activity and decision, failures and severe ones first."""
    return answer(db, wait_s, "findings", **asdict(wanted or FindingFilter()))


def finding(db: Path, finding_id: str, wait_s: float = WAIT_S) -> FindingDetail:
    """One finding with its surroundings. Raises `StoreError` where there is none of that id."""
    with open_for_reading(db, wait_s) as connection:
        found = _fetch(connection, "finding", {"finding_id": finding_id})
        if not found:
            raise StoreError("store.no_finding", finding_id=finding_id)
        row = found[0]
        about = {"run_id": row["run_id"], "recording_id": row["recording_id"]}
        subject = {key: row[key] for key in ("run_id", "subject_kind", "subject_id")}
        span = {"start_s": row["start_s"], "end_s": row["end_s"], "around_s": _AROUND_S}
        if row["subject_kind"] != "recording" and row["start_s"] is None:
            span |= {"start_s": 0.0, "end_s": 0.0}  # what matters is how the recording begins
        results = _fetch(connection, "finding_result", {**subject, "rule_id": row["rule_id"]})
        recordings = _fetch(connection, "recording", {"recording_id": row["recording_id"]})
        activities = _fetch(connection, "activity", {"activity_id": row["activity_id"]})
        return FindingDetail(
            finding=row,
            recording=next(iter(recordings), None),
            group=next(iter(_fetch(connection, "group", subject)), None),
            run=_fetch(connection, "run", {"run_id": row["run_id"]})[0],
            result=next(iter(results), None),
            activity=next(iter(activities), None),
            transcript=tuple(_fetch(connection, "transcript_around", {**about, **span})),
            speakers=tuple(_fetch(connection, "speakers_of", about)),
            decisions=tuple(_fetch(connection, "decisions_of", {"finding_id": finding_id})),
            elements=tuple(_fetch(connection, "elements", about)),
        )


def statement(db: Path, name: str, wait_s: float = WAIT_S) -> Statement:
    """The statement of the recording of that id, path or file name, as last audited.

    Raises `StoreError` where there is no such recording and where no statement was judged in it (a
    photo, say), and `ConfigError` with the paths and ids where several are called so.
    """
    with open_for_reading(db, wait_s) as connection:
        wanted = {"name": name, "path": str(Path(name).absolute())}
        recording = _the_one(name, _fetch(connection, "recordings_named", wanted))
        about = {"run_id": recording["run_id"], "recording_id": recording["recording_id"]}
        elements = _fetch(connection, "elements", about)
        if not elements:
            raise StoreError("store.no_statement", path=recording["path"])
        activities = _fetch(connection, "activity", {"activity_id": recording["activity_id"]})
        return Statement(
            recording=recording,
            run=_fetch(connection, "run", {"run_id": recording["run_id"]})[0],
            activity=next(iter(activities), None),
            elements=tuple(elements),
        )


def _the_one(name: str, found: list[Row]) -> Row:
    if not found:
        raise StoreError("store.no_recording", name=name)
    if len(found) > 1:
        choice = [
            Problem(row["path"], "store.recording_id_is", {"recording_id": row["recording_id"]})
            for row in found
        ]
        raise ConfigError("store.several_recordings", choice, name=name, n=len(found))
    return found[0]


def summary(db: Path, run_id: str, wait_s: float = WAIT_S) -> list[Row]:
    """How many recordings each rule came to which outcome for, under a run.

    Rows `rule_id, severity, outcome, n`; `severity` is None where nobody tells it.
    """
    return answer(db, wait_s, "summary", run_id=run_id)


def present(db: Path, wait_s: float = WAIT_S) -> list[Row]:
    """The recording that each path holds now, with the `run_id` of its latest audit, by path."""
    return answer(db, wait_s, "present")


def present_results(db: Path, wait_s: float = WAIT_S) -> list[Row]:
    """What each rule came to in those audits. Rows `recording_id, rule_id, outcome`."""
    return answer(db, wait_s, "present_results")


def present_elements(db: Path, wait_s: float = WAIT_S) -> list[Row]:
    """The elements of the opening statements in those audits: rows of `statement_elements`."""
    return answer(db, wait_s, "present_elements")


def runs(db: Path, wait_s: float = WAIT_S) -> list[Row]:
    """Every run with `n_recordings` and `last_audited_at`, the latest first."""
    return answer(db, wait_s, "runs")


def answer(db: Path, wait_s: float, name: str, /, **values: object) -> list[Row]:
    """The answer to a named query. Raises as `open_for_reading` does."""
    with open_for_reading(db, wait_s) as connection:
        return _fetch(connection, name, values)


def _fetch(connection: Connection, name: str, values: Mapping[str, object]) -> list[Row]:
    cursor = connection.execute(query(name), dict(values))
    columns = [(str(c[0]), str(c[1]) == "JSON") for c in cursor.description or ()]
    return [
        {
            column: json.loads(value) if is_json and value is not None else value
            for (column, is_json), value in zip(columns, row, strict=True)
        }
        for row in cursor.fetchall()
    ]
