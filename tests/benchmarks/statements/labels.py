"""The labelled statements: read from statements.yaml, checked, and put into registers."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

ELEMENTS = ("time", "place", "officers", "cause", "target", "stage", "notice")
CLAUSE_ENDS = "。！？"
SAMPLES = Path(__file__).parents[3] / "data_samples"


@dataclass(frozen=True)
class Half:
    """One half of the statements: its people, its everyday talk and its statements."""

    name: str
    roster: dict[str, str]
    talks: dict[str, list[dict[str, str]]]
    babble: list[str]
    statements: list[dict[str, Any]]


def load(path: Path) -> tuple[dict[str, Any], dict[str, Half]]:
    """The decoys and the halves; ValueError where a label does not fit its text."""
    book = yaml.safe_load(path.read_text(encoding="utf-8"))
    halves = {name: Half(name, **book[name]) for name in ("tune", "report")}
    for half in halves.values():
        for statement in half.statements:
            _check(half, statement)
        starts = [statement["started_at"] for statement in half.statements]
        if len(set(starts)) < len(starts):
            raise ValueError(f"{half.name}: two statements start at the same time")
    _check_apart(halves)
    _check_decoys(book["decoys"], halves)
    return book["decoys"], halves


def parts(value: Any) -> list[str]:
    """An element's labels as a list: none, one, or several (officers, stage)."""
    return value if isinstance(value, list) else [value] if value else []


def missing(statement: dict[str, Any]) -> list[str]:
    """What a statement leaves out; of ordinary talk nothing is expected."""
    said = statement["elements"]
    return [name for name in ELEMENTS if said and not said[name]]


def _check(half: Half, statement: dict[str, Any]) -> None:
    text, where = statement["text"], f"{half.name} {statement['id']}"
    if text[-1] not in CLAUSE_ENDS:
        raise ValueError(f"{where}: the last sentence does not end")
    said = statement["elements"] or {}
    for name in said:
        for part in parts(said[name]):
            if part not in text:
                raise ValueError(f"{where}: {name} {part!r} is not said")
    if parts(said.get("officers")) != statement["officers_said"]:
        raise ValueError(f"{where}: officers said are not those of the elements")
    row = statement["register"]
    strangers = {*row["officers"], *statement["officers_said"]} - half.roster.keys()
    if strangers:
        raise ValueError(f"{where}: not on the roster: {strangers}")
    if "officers" in statement["differs"] and {*row["officers"]} & {*statement["officers_said"]}:
        raise ValueError(f"{where}: officers do not differ")


def _check_apart(halves: dict[str, Half]) -> None:
    """What is tuned on one half must be new in the other."""
    values = {
        name: {*half.roster, *(row[k] for row in _rows(half) for k in ("place", "cause", "target"))}
        for name, half in halves.items()
    }
    both = values["tune"] & values["report"]
    if both:
        raise ValueError(f"in both halves: {both}")


def _rows(half: Half) -> list[dict[str, Any]]:
    return [statement["register"] for statement in half.statements]


def _check_decoys(decoys: dict[str, Any], halves: dict[str, Half]) -> None:
    values = [*decoys["similar"].values()]
    values += [value for kind in ("officers", "place", "cause", "target") for value in decoys[kind]]
    texts = [s["text"] for half in halves.values() for s in half.statements]
    said = [value for value in values if any(value in text for text in texts)]
    if said:
        raise ValueError(f"decoys that are said: {said}")


def disguise(half: Half, decoys: dict[str, Any]) -> dict[str, str]:
    """A decoy for each officer, place, cause and target of a half."""
    found: dict[str, str] = {}
    kinds = {"officers": list(half.roster)}
    kinds |= {k: [row[k] for row in _rows(half)] for k in ("place", "cause", "target")}
    for kind, values in kinds.items():
        for number, value in enumerate(dict.fromkeys(values)):
            pool = decoys[kind]
            found[value] = decoys["similar"].get(value, pool[number % len(pool)])
    return found


def disguised(statement: dict[str, Any], change: dict[str, str]) -> dict[str, Any]:
    """A statement whose register holds decoys: whatever it says of them differs."""
    row = statement["register"]
    kinds = ("place", "cause", "target")
    decoys: dict[str, Any] = {"officers": [change[name] for name in row["officers"]]}
    decoys |= {kind: change[row[kind]] for kind in kinds}
    said = statement["elements"] or {}
    differs = [kind for kind in ("officers", *kinds) if said.get(kind)]
    differs += [kind for kind in statement["differs"] if kind not in differs]
    return {**statement, "register": {**row, **decoys}, "differs": differs}


def activities(half: Half, change: dict[str, str]) -> Iterator[dict[str, Any]]:
    """The register's rows, with values changed as `change` says."""
    certs = dict(half.roster)
    certs |= {change[name]: f"99{number:04}" for number, name in enumerate(certs) if change}
    for statement in half.statements:
        row, at = statement["register"], statement["started_at"]
        officers = [change.get(name, name) for name in row["officers"]]
        yield {
            "activity_id": f"{half.name}-{statement['id']}",
            "case_no": f"试综执〔2026〕第{statement['id'][1:]}号",
            "kind": row["stages"][0],
            "started_at": at,
            "ended_at": at + timedelta(minutes=10),
            **{k: change.get(row[k], row[k]) for k in ("place", "cause", "target")},
            "officers": officers,
            "cert_nos": [certs[name] for name in officers],
            "stages": row["stages"],
            "recordings": f"DSJ-A3_*_{at:%Y%m%d_%H%M%S}.*",
            "stored_at": datetime.combine(at, datetime.min.time()) + timedelta(hours=22),
        }


def write_register(rows: Iterator[dict[str, Any]], path: Path) -> None:
    """A register in the columns of the samples' register, those that have values."""
    table = yaml.safe_load((SAMPLES / "activities.yaml").read_text(encoding="utf-8"))
    columns = table["columns"]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer: csv.DictWriter[str] | None = None
        for row in rows:
            named = {columns[k]: ";".join(v) if isinstance(v, list) else v for k, v in row.items()}
            if writer is None:
                writer = csv.DictWriter(file, list(named))
                writer.writeheader()
            writer.writerow(named)
