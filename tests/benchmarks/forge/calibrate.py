"""Learn what each kind of cue is worth, from files that are known to be edited or genuine.

python -m forge.calibrate --truth FOLDER/truth.yaml --cues CUES.jsonl --to models/integrity.yaml
(in tests/benchmarks; CUES.jsonl by `python -m forge.cues`)

A kind's weight at a value is the logarithm of how many times more often at least that value is met
at a seam than anywhere in a genuine file, with half a case added to each count (Haldane 1956), made
monotone, and never more than the number of genuine files can carry: ln(files + 1). Cues of the
whole file are learnt from files that were processed against files as their device wrote them.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
import yaml

from avaudit.domain.rule import Outcome
from avaudit.evaluate.truth import FileTruth, read_truth
from forge.labels import EDITED, PROCESSED

#: A cue counts for a seam that lies at most so many seconds from it.
_BESIDE_S = 0.5
#: Values at which weights are told, at most; fewer cases than this teach nothing.
_STEPS, _FEWEST, _LEAST = 8, 3, 0.3


@dataclass
class Trials:
    """The largest value of each kind in each trial (0 where there was none), by kind."""

    edited: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    genuine: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    edited_count: int = 0
    genuine_count: int = 0

    def add(self, largest: Mapping[str, float], *, edited: bool) -> None:
        """Add the trial of one file."""
        for kind, value in largest.items():
            (self.edited if edited else self.genuine)[kind].append(value)
        self.edited_count += edited
        self.genuine_count += not edited


def steps(edited: Sequence[float], genuine: Sequence[float], trials: Trials) -> list[list[float]]:
    """Values and weights, both rising; empty where the kind tells nothing."""
    if len(edited) < _FEWEST:
        return []
    values = sorted(set(edited))
    chosen = sorted({values[round(k * (len(values) - 1) / (_STEPS - 1))] for k in range(_STEPS)})
    most = math.log(trials.genuine_count + 1)
    found: list[list[float]] = []
    for value in chosen:
        seen = sum(one >= value for one in edited)
        false = sum(one >= value for one in genuine)
        if seen < _FEWEST:
            break
        ratio = (seen + 0.5) / (trials.edited_count + 1) * (trials.genuine_count + 1)
        weight = min(most, math.log(ratio / (false + 0.5)))
        if weight >= max(_LEAST, found[-1][1] + 0.1 if found else 0.0):
            found.append([math.floor(value * 1e4) / 1e4, round(weight, 2)])
    return found


def learn(truths: Sequence[FileTruth], lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The weights, as the file of weights has them."""
    by_file: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for line in lines:
        by_file[line["path"]].append(line)
    local, whole, hours = Trials(), Trials(), 0.0
    for truth in truths:
        cues = by_file.get(Path(truth.path).name)
        if cues is None or truth.members:
            continue
        seen = [line for line in cues if line["cue"] is not None]
        is_edited = _labelled(truth, EDITED)
        hours += 0.0 if is_edited else _length_s(Path(truth.path)) / 3600
        placed = [line for line in seen if line["start_s"] is not None]
        if is_edited:
            placed = [one for one in placed if one["inside"] or _beside(one)]
        local.add(_largest(placed), edited=is_edited)
        rules = {one.rule for one in truth.expected if one.outcome is Outcome.PASS}
        if _labelled(truth, PROCESSED) or (PROCESSED in rules and not is_edited):
            unplaced = [line for line in seen if line["start_s"] is None]
            whole.add(_largest(unplaced), edited=_labelled(truth, PROCESSED))
    weights = {}
    for trials in (local, whole):
        for kind in sorted(trials.edited):
            found = steps(trials.edited[kind], trials.genuine.get(kind, []), trials)
            if found:
                weights[kind] = {
                    "steps": found,
                    "genuine": trials.genuine_count,
                    "edited": trials.edited_count,
                }
    return {"genuine_hours": round(hours, 2), "weights": weights}


def _length_s(path: Path) -> float:
    with av.open(str(path)) as container:
        return float(container.duration or 0) / av.time_base


def _labelled(truth: FileTruth, rule: str) -> bool:
    return any(one.rule == rule and one.outcome is not Outcome.PASS for one in truth.expected)


def _beside(line: Mapping[str, Any]) -> bool:
    return line["nearest_s"] is not None and line["nearest_s"] <= _BESIDE_S


def _largest(lines: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    largest: dict[str, float] = {}
    for line in lines:
        kind = f"{line['group']}.{line['cue']}"
        largest[kind] = max(line["value"], largest.get(kind, 0.0))
    return largest


def main() -> None:
    """Read the command line, learn, and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--truth", type=Path, required=True, action="append")
    parser.add_argument("--cues", type=Path, required=True, action="append")
    parser.add_argument("--version", required=True, help="what the calibration is called")
    parser.add_argument("--to", type=Path, required=True)
    given = parser.parse_args()
    truths = [truth for path in given.truth for truth in read_truth(path)]
    lines = [
        json.loads(line)
        for path in given.cues
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    told = {"version": given.version, **learn(truths, lines)}
    head = "# What each kind of cue is worth; see integrity.md. Made by tests/benchmarks/forge.\n"
    body = yaml.safe_dump(told, sort_keys=False, default_flow_style=None, width=100)
    given.to.write_text(head + body, encoding="utf-8")


if __name__ == "__main__":
    main()
