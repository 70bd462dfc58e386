"""Makes a part of the set, audits it, and compares; the same for other programs beside it.

python -m forge.measure --out FOLDER --part tune [--deep] [--peers ENVIRONMENT]
    [the options of forge.make]
    (in tests/benchmarks)

The set is made where FOLDER has no truth.yaml yet. Audited is with the installed avaudit, without
speech; what it says is in FOLDER.duckdb, the figures in FOLDER.json.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from avaudit.codec import to_json
from avaudit.domain.rule import Outcome
from avaudit.evaluate.evaluation import COLLAR_S
from avaudit.evaluate.pairing import Labelled
from avaudit.evaluate.rules import rule_figures
from avaudit.evaluate.truth import FileTruth, read_truth
from forge import peers as others
from forge import told
from forge.labels import EDITED, RULES
from forge.make import add_arguments, checked, make

Figures = dict[str, Any]
_AVAUDIT = (sys.executable, "-m", "avaudit")
_HEADER = ("kind", "by", "found", "recall", "right", "precision", "error, s: median (90 %)",
           "within a frame", "false alarms", "per 100 h", "files", "hours")  # fmt: skip
_GROUPS = ("sort", "way", "kind")


def audit(folder: Path, db: Path, *options: str) -> None:
    """Audit the set. A store that is there is gone on with: with other weights or rules it is only
    judged anew. Raises `RuntimeError` where that fails."""
    command = [*_AVAUDIT, "audit", str(folder), "--db", str(db), "--lang", "en", *options]
    environment = {**os.environ, "AVAUDIT_SPEECH_MODEL": "none"}
    done = subprocess.run(command, check=False, env=environment, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr[-2000:])


def evaluated(truth: Path, db: Path) -> dict[str, list[Figures]]:
    """Figures of each rule, over everything (``) and by kind and sort."""
    found: dict[str, list[Figures]] = {}
    for by in _GROUPS:
        command = [*_AVAUDIT, "evaluate", "--truth", str(truth), "--db", str(db), "--by", by,
                   "--json"]  # fmt: skip
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        figures = json.loads(done.stdout)
        found["all"] = figures["overall"]["rules"]
        found |= {name: part["rules"] for name, part in figures["groups"].items()}
    return found


def compared(
    truths: Sequence[FileTruth], lengths: Mapping[str, float],
    events: Mapping[str, Mapping[Path, Sequence[others.Event]]],
) -> dict[str, dict[str, Figures]]:  # fmt: skip
    """Figures of other programs, group by group: an event near a label is right, others false.

    Labels without a place are not theirs to find: in such files nothing is held against them.
    """
    found: dict[str, dict[str, Figures]] = {}
    for program, by_file in events.items():
        files = [_told(truth, lengths, by_file.get(Path(truth.path), ())) for truth in truths]
        for group, own in _grouped(files).items():
            rules = [one for one in rule_figures(own, COLLAR_S) if one.rule == EDITED]
            if rules:
                found.setdefault(group, {})[program] = json.loads(to_json(rules[0]))
    return found


def _told(truth: FileTruth, lengths: Mapping[str, float], events: Sequence[others.Event]
          ) -> Labelled:  # fmt: skip
    """A file with a program's events as if they were findings."""
    placed = tuple(one for one in truth.expected if one.rule == EDITED and one.start_s is not None)
    passes = tuple(one for one in truth.expected if one.outcome == Outcome.PASS)
    unplaced = [one for one in truth.expected if one not in placed + passes]
    own = replace(truth, expected=placed + passes, allowed=(*truth.allowed, *unplaced))
    rows = [{"rule_id": EDITED, "outcome": "review", "start_s": a, "end_s": b} for a, b in events]
    return Labelled(own, {"duration_s": lengths.get(truth.path, 0.0)}, {}, rows, {})


def _grouped(files: Sequence[Labelled]) -> dict[str, list[Labelled]]:
    found: dict[str, list[Labelled]] = {"all": list(files)}
    for file in files:
        for by in _GROUPS:
            found.setdefault(file.truth.groups.get(by, ""), []).append(file)
    return found


def lengths_of(db: Path, truths: Sequence[FileTruth]) -> dict[str, float]:
    """Seconds of each file as avaudit measured them."""
    command = [*_AVAUDIT, "sql", "SELECT path, duration_s FROM recordings", "--db", str(db),
               "--format", "json"]  # fmt: skip
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    held = {row["path"]: row["duration_s"] or 0.0 for row in json.loads(done.stdout)}
    return {truth.path: held.get(truth.path, 0.0) for truth in truths}


def rows(own: Mapping[str, Sequence[Figures]], peers: Mapping[str, Mapping[str, Figures]]
         ) -> Iterator[Sequence[str]]:  # fmt: skip
    """A row for each group and whoever says anything of it: avaudit's rules first.

    Of other programs those with nothing to find and nothing found are left out.
    """
    for group, rules in own.items():
        for rule in rules:
            if rule["rule"] in RULES:
                yield _row(group, rule["rule"], rule)
        for program, figures in sorted(peers.get(group, {}).items()):
            if figures["recall"]["of"] or figures["false_alarms"] or group == "all":
                yield _row(group, program, figures)


def _row(group: str, by: str, rule: Figures) -> Sequence[str]:
    error, rate = rule["span_error"], rule["per_100_h"]
    return (
        group, by, *_share(rule["recall"]), *_share(rule["precision"]),
        f"{error['median_s']:.3f} ({error['p90_s']:.3f})" if error else "",
        _share(error["within_frame"])[0] if error else "", str(rule["false_alarms"]),
        "" if rate is None else f"{rate:.0f}", str(rule["files"]), f"{rule['hours']:.2f}",
    )  # fmt: skip


def _share(share: Figures) -> tuple[str, str]:
    counted = f"{share['n']}/{share['of']}"
    if share["share"] is None:
        return counted, ""
    return counted, f"{share['share']:.2f} [{share['low']:.2f}, {share['high']:.2f}]"


def main() -> None:
    """Make, audit, compare, and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add_arguments(parser)
    parser.add_argument("--deep", action="store_true", help="audit every frame of the picture")
    parser.add_argument("--peers", type=Path, help="a virtual environment with other programs")
    given = checked(parser, parser.parse_args())
    truth = given.out / "truth.yaml"
    if not truth.exists():
        make(given)
    programs = others.find(given.peers)
    for lacking in programs.lacking:
        sys.stderr.write(f"{lacking}: not found, left out (see --peers)\n")
    db = given.out.with_name(f"{given.out.name}.duckdb")
    audit(given.out, db, *(["--deep"] if given.deep else []))
    truths = [one for one in read_truth(truth) if not one.members]
    own = evaluated(truth, db)
    events = others.events([Path(one.path) for one in truths], programs)
    beside = compared(truths, lengths_of(db, truths), events)
    book = {"avaudit": own, "peers": beside}
    given.out.with_name(f"{given.out.name}.json").write_text(json.dumps(book), encoding="utf-8")
    for row in (_HEADER, ["---"] * len(_HEADER), *rows(own, beside)):
        sys.stdout.write("| " + " | ".join(row) + " |\n")
    sys.stdout.write("\n| told by any rule | places | of |\n| --- | --- | --- |\n")
    for way, (count, every) in told.counted(truths, told.findings(db)).items():
        sys.stdout.write(f"| {way} | {count} | {every} |\n")


if __name__ == "__main__":
    main()
