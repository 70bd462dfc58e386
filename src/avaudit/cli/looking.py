"""`avaudit findings`, `explain` and `sql`: looking at what the store holds."""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from avaudit.checks._declare import all_checks
from avaudit.cli.console import Out
from avaudit.custody.disclosure import FINDINGS, disclose, exported_to
from avaudit.domain.custody import Happened
from avaudit.domain.time import SHANGHAI
from avaudit.errors import ConfigError, RuleBookError, StoreError
from avaudit.report.explain import explanation
from avaudit.report.receipt import receipt, recording_facts
from avaudit.report.tables import findings_table, plain_table
from avaudit.report.timeline import timeline
from avaudit.rules.load import load_rulebook
from avaudit.settings import Settings, load_settings
from avaudit.store import read, read_groups
from avaudit.store.places import evidence_folder
from avaudit.store.user_query import QueryResult, run_query


def findings(options: argparse.Namespace, out: Out) -> int:
    """List findings, failures and severe ones first; passes only where they are asked for."""
    settings = existing_store(options)
    wanted = read.FindingFilter(
        options.outcome, options.rule, options.officer, instant(options.since),
        passes=options.outcome is not None,
    )  # fmt: skip
    rows = read.findings(settings.db, wanted, settings.store_wait_s)
    if options.format == "table" and options.output is None:
        out.table(findings_table(rows, out.lang))
        out.say("cli.n_findings", n=len(rows))
        return 0
    data = _exported(rows, options)
    # On record before anything leaves: what cannot be recorded is not disclosed.
    disclose(
        settings, Happened.EXPORTED, [FINDINGS], sha256=hashlib.sha256(data).hexdigest(),
        path=exported_to(options.output), detail={"n": len(rows), "format": options.format},
    )  # fmt: skip
    if options.output is not None:
        options.output.write_bytes(data)
        out.say("cli.written", path=str(options.output), n=len(rows))
    else:
        out.raw_bytes(data)
    return 0


def _exported(rows: list[read.Row], options: argparse.Namespace) -> bytes:
    # openpyxl takes as long to import as the rest: only for exports.
    from avaudit.report.export import to_csv, to_json, to_xlsx  # noqa: PLC0415

    kind = options.format
    if kind == "table":
        kind = options.output.suffix.lstrip(".").lower()
    if kind == "xlsx":
        return to_xlsx(rows)
    if kind in ("csv", "json"):
        return (to_csv(rows) if kind == "csv" else to_json(rows) + "\n").encode()
    raise ConfigError("cli.unknown_format", path=str(options.output))


def instant(text: str | None) -> datetime | None:
    """A date or time as people type it, of Asia/Shanghai. Raises `ConfigError`."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigError("cli.wrong_date", found=text) from error
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)


def explain(options: argparse.Namespace, out: Out) -> int:
    """Show all behind a finding, the time line of a group, or the statement of a recording."""
    settings = existing_store(options)
    try:
        detail = read.finding(settings.db, options.what, settings.store_wait_s)
    except StoreError as error:
        if error.key != "store.no_finding":
            raise
        _explain_other(options.what, settings, out)
        return 0
    recording, activity = detail.recording or {}, detail.activity or {}
    _viewed(settings, options.what, recording, activity)
    _explain_finding(detail, settings, out)
    if detail.finding["subject_kind"] in ("session", "activity"):
        _explain_group(str(detail.finding["subject_id"]), settings, out)
    return 0


def _explain_finding(detail: read.FindingDetail, settings: Settings, out: Out) -> None:
    rule = str(detail.finding["rule_id"])
    check = all_checks().get(rule)
    if check is None:
        raise ConfigError("cli.no_such_check", rule=rule)
    book = None
    try:
        book = load_rulebook(str(detail.run["rulebook"]))
    except RuleBookError:
        out.say("cli.book_gone", book=detail.run["rulebook"])
    name = detail.finding["evidence"].get("picture")
    picture = str(evidence_folder(settings.db) / name) if name else None
    out.table(
        explanation(
            detail.finding, detail.recording, detail.run, detail.activity, detail.transcript,
            detail.speakers, check.texts, book, out.lang, picture, detail.decisions,
        )
    )  # fmt: skip
    if rule.startswith("statement.") and detail.elements and detail.recording:
        out.table(receipt(detail.elements, detail.recording, detail.activity, out.lang))


def _viewed(
    settings: Settings, name: str, recording: Mapping[str, Any], activity: Mapping[str, Any]
) -> None:
    """Put on record that somebody looked: what cannot be recorded is not shown."""
    names = [name, recording.get("recording_id"), recording.get("path"), activity.get("case_no")]
    names.append(activity.get("activity_id"))
    recording_id, path = (str(recording.get(key, "")) for key in ("recording_id", "path"))
    wanted = [str(one) for one in names if one]
    disclose(settings, Happened.VIEWED, wanted, recording_id=recording_id, path=path)


def _explain_other(name: str, settings: Settings, out: Out) -> None:
    """A session or an activity by its id, else a recording by whatever it is called."""
    if not _explain_group(name, settings, out):
        _explain_recording(name, settings, out)


def _explain_group(name: str, settings: Settings, out: Out) -> bool:
    """Show the time line of a session or an activity; False where there is none of that id."""
    group = read_groups.timeline(settings.db, name, settings.store_wait_s)
    if group is None:
        return False
    _viewed(settings, name, {}, group.activity or {})
    out.table(
        timeline(group.name, group.recordings, group.gaps, group.findings, group.activity, out.lang)
    )
    return True


def _explain_recording(name: str, settings: Settings, out: Out) -> None:
    found = read.statement(settings.db, name, settings.store_wait_s)
    _viewed(settings, name, found.recording, found.activity or {})
    head = recording_facts(found.recording, found.run, found.activity, out.lang)
    out.table(receipt(found.elements, found.recording, found.activity, out.lang, head))


def sql(options: argparse.Namespace, out: Out) -> int:
    """Answer a user's own query. Nothing can be written through it."""
    settings = existing_store(options)
    result = run_query(settings.db, options.query, settings.store_wait_s)
    if options.format == "table":
        out.table(plain_table(result.columns, result.rows))
    else:
        out.raw(_query_csv(result) if options.format == "csv" else _query_json(result))
    return 0


def _query_csv(result: QueryResult) -> str:
    from avaudit.report.export import plain_cell  # noqa: PLC0415  (as in `_exported`)

    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(result.columns)
    writer.writerows([plain_cell(value) for value in row] for row in result.rows)
    return target.getvalue()


def _query_json(result: QueryResult) -> str:
    from avaudit.report.export import plain_json  # noqa: PLC0415  (as in `_exported`)

    rows = [dict(zip(result.columns, row, strict=True)) for row in result.rows]
    return plain_json(rows)


def existing_store(options: argparse.Namespace) -> Settings:
    """The settings of a command that needs a store. Raises `ConfigError` where there is none."""
    settings = load_settings(db=options.db, lang=options.lang)
    if not settings.db.exists():
        raise ConfigError("cli.no_store", db=str(settings.db))
    return settings
