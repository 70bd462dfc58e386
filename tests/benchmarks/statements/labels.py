"""The labelled statements: read from their files, checked, and put into registers."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import yaml

ELEMENTS = ("time", "place", "officers", "cause", "target", "stage", "notice")
CLAUSE_ENDS = "。！？"
_NAMES = (
    "statements.yaml",
    "held_out.yaml",
    "fresh.yaml",
    "unseen.yaml",
    "blind.yaml",
    "lacking.yaml",
    "omitted.yaml",
)
BOOKS = tuple(Path(__file__).with_name(name) for name in _NAMES)
SAMPLES = Path(__file__).parents[3] / "data_samples"


@dataclass(frozen=True)
class Part:
    """One part of the statements: its decoys, people, everyday talk and statements."""

    name: str
    decoys: dict[str, Any]
    roster: dict[str, str]
    talks: dict[str, list[dict[str, str]]]
    babble: list[str]
    statements: list[dict[str, Any]]


def load(paths: Iterable[Path] = BOOKS) -> dict[str, Part]:
    """The parts by name; ValueError where a label does not fit its text."""
    found: dict[str, Part] = {}
    for path in paths:
        book = yaml.safe_load(path.read_text(encoding="utf-8"))
        decoys = book.pop("decoys")
        found |= {name: Part(name, decoys, **content) for name, content in book.items()}
    for part in found.values():
        for statement in part.statements:
            _check(part, statement)
        starts = [statement["started_at"] for statement in part.statements]
        if len(set(starts)) < len(starts):
            raise ValueError(f"{part.name}: two statements start at the same time")
    _check_apart(found)
    _check_decoys(found)
    return found


def several(value: Any) -> list[str]:
    """An element's labels as a list: none, one, or several (officers, stage)."""
    return value if isinstance(value, list) else [value] if value else []


def missing(statement: dict[str, Any]) -> list[str]:
    """What a statement leaves out; of ordinary talk nothing is expected."""
    said = statement["elements"]
    return [name for name in ELEMENTS if said and not said[name]]


def _check(part: Part, statement: dict[str, Any]) -> None:
    text, where = statement["text"], f"{part.name} {statement['id']}"
    if text[-1] not in CLAUSE_ENDS:
        raise ValueError(f"{where}: the last sentence does not end")
    said = statement["elements"] or {}
    for name in said:
        for words in several(said[name]):
            if words not in text:
                raise ValueError(f"{where}: {name} {words!r} is not said")
    if several(said.get("officers")) != statement["officers_said"]:
        raise ValueError(f"{where}: officers said are not those of the elements")
    row = statement["register"]
    strangers = {*row["officers"], *statement["officers_said"]} - part.roster.keys()
    if strangers:
        raise ValueError(f"{where}: not on the roster: {strangers}")
    if "officers" in statement["differs"] and {*row["officers"]} & {*statement["officers_said"]}:
        raise ValueError(f"{where}: officers do not differ")


def _check_apart(book: dict[str, Part]) -> None:
    """What is tuned on one part must be new in the others."""
    values = {
        name: {*part.roster, *(row[k] for row in _rows(part) for k in ("place", "cause", "target"))}
        for name, part in book.items()
    }
    for one, other in combinations(values, 2):
        both = values[one] & values[other]
        if both:
            raise ValueError(f"in {one} and in {other}: {both}")


def _rows(part: Part) -> list[dict[str, Any]]:
    return [statement["register"] for statement in part.statements]


def pool(decoys: dict[str, Any]) -> list[str]:
    """All decoys of a file."""
    lists = (decoys[kind] for kind in ("officers", "place", "cause", "target"))
    return [*decoys["similar"].values(), *(value for values in lists for value in values)]


def _check_decoys(book: dict[str, Part]) -> None:
    texts = [s["text"] for part in book.values() for s in part.statements]
    for part in book.values():
        said = [value for value in pool(part.decoys) if any(value in text for text in texts)]
        if said:
            raise ValueError(f"decoys that are said: {said}")


def disguise(part: Part) -> dict[str, str]:
    """A decoy for each officer, place, cause and target of a part."""
    found: dict[str, str] = {}
    kinds = {"officers": list(part.roster)}
    kinds |= {k: [row[k] for row in _rows(part)] for k in ("place", "cause", "target")}
    for kind, values in kinds.items():
        decoys = part.decoys[kind]
        for number, value in enumerate(dict.fromkeys(values)):
            found[value] = part.decoys["similar"].get(value, decoys[number % len(decoys)])
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


def activities(part: Part, change: dict[str, str]) -> Iterator[dict[str, Any]]:
    """The register's rows, with values changed as `change` says."""
    certs = dict(part.roster)
    certs |= {change[name]: f"99{number:04}" for number, name in enumerate(certs) if change}
    for statement in part.statements:
        row, at = statement["register"], statement["started_at"]
        officers = [change.get(name, name) for name in row["officers"]]
        yield {
            "activity_id": f"{part.name}-{statement['id']}",
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
