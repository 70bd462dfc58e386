"""Labelled files and what the store holds of them: who belongs to whom, and who to nobody."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from avaudit.domain.rule import Outcome
from avaudit.evaluate.truth import FileTruth
from avaudit.store import read
from avaudit.store.read import Row

#: What a rule says where something may be wrong: labels and findings of these kinds are compared.
RAISED = (Outcome.FAIL, Outcome.REVIEW)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A labelled file that the store holds, or a session of which it holds every file.

    `outcomes` maps a rule to what it came to, `elements` an element of the statement to its row;
    `findings` are those of `RAISED` outcomes; of a session, those about it or any of its files.
    Of a session's outcomes only those are known that left a finding.
    """

    truth: FileTruth
    recording: Row
    outcomes: Mapping[str, str]
    findings: Sequence[Row]
    elements: Mapping[str, Row]

    @property
    def length_s(self) -> float:
        """Seconds of the recording: as measured, else as labelled, else 0."""
        return self.recording["duration_s"] or self.truth.duration_s or 0.0


@dataclass(frozen=True, slots=True)
class Paired:
    """`missing`: labelled files that the store does not hold. `unlabelled`: the reverse."""

    files: tuple[Labelled, ...]
    missing: tuple[str, ...]
    unlabelled: tuple[str, ...]


def pair(truths: Iterable[FileTruth], db: Path, wait_s: float) -> Paired:
    """Find each labelled file among the latest audits of the store, by path.

    A file that lies elsewhere is found by its name, where only one file on either side has it.
    Raises what `read.present` raises.
    """
    present = {str(row["path"]): row for row in read.present(db, wait_s)}
    rows = read.findings(db, wait_s=wait_s)
    outcomes, findings, elements = _by_recording(db, wait_s, rows)
    files: list[Labelled] = []
    missing: list[str] = []
    truths = list(truths)
    wanted = [path for truth in truths for path in truth.members or (truth.path,)]
    places = _places(list(dict.fromkeys(wanted)), list(present))
    for truth in truths:
        held = [places[path] for path in truth.members or (truth.path,) if path in places]
        if len(held) < max(1, len(truth.members)):
            missing.append(truth.path)
        elif truth.members:
            files.append(_session(truth, [present[place] for place in held], rows))
        else:
            row = present[held[0]]
            at = str(row["recording_id"])
            files.append(Labelled(truth, row, outcomes[at], findings[at], elements[at]))
    unlabelled = present.keys() - set(places.values())
    return Paired(tuple(files), tuple(missing), tuple(sorted(unlabelled)))


def _session(truth: FileTruth, members: Sequence[Row], rows: Iterable[Row]) -> Labelled:
    """A session: what was found of its activity, or of one of its files."""
    held = {str(row["recording_id"]) for row in members}
    own = [
        row for row in rows
        if str(row["recording_id"]) in held
        or (truth.activity is not None and row["activity_id"] == truth.activity)
    ]  # fmt: skip
    length_s = sum(row["duration_s"] or 0.0 for row in members)
    raised = [row for row in own if row["outcome"] in RAISED]
    outcomes = {str(row["rule_id"]): str(row["outcome"]) for row in reversed(own)}  # worst first
    return Labelled(truth, {"duration_s": length_s}, outcomes, raised, {})


def _by_recording(
    db: Path, wait_s: float, rows: Iterable[Row]
) -> tuple[
    Mapping[str, Mapping[str, str]], Mapping[str, list[Row]], Mapping[str, Mapping[str, Row]]
]:
    outcomes: dict[str, dict[str, str]] = defaultdict(dict)
    findings: dict[str, list[Row]] = defaultdict(list)
    elements: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in read.present_results(db, wait_s):
        outcomes[row["recording_id"]][row["rule_id"]] = row["outcome"]
    for row in rows:
        if row["outcome"] in RAISED:
            findings[row["recording_id"]].append(row)
    for row in read.present_elements(db, wait_s):
        elements[row["recording_id"]][row["element"]] = row
    return outcomes, findings, elements


def _places(wanted: Sequence[str], present: Sequence[str]) -> dict[str, str]:
    """Where each wanted path is in the store."""
    same = {path: path for path in wanted if path in set(present)}
    left = [path for path in present if path not in same]
    lost = [path for path in wanted if path not in same]
    there, asked = (Counter(PurePath(p).name for p in paths) for paths in (left, lost))
    by_name = {PurePath(path).name: path for path in left}
    moved = {
        path: by_name[name]
        for path in lost
        if there[name := PurePath(path).name] == 1 and asked[name] == 1
    }
    return same | moved
