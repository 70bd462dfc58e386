"""Makes the continuity set, audits it, and compares: recall, precision, span error by kind.

python measure.py --out FOLDER [--kept] [--speech MODEL] [--peers ENVIRONMENT [--compared N]]
    [the options of make_continuity.py]

The set is made where FOLDER has no truth.yaml yet. Audited is with the installed avaudit, without
speech unless `--speech` names a model of `avaudit models list`; what it says is in FOLDER.duckdb,
its figures in FOLDER.json. `--kept` goes on with a store that is there. `--peers` names a virtual
environment with PySceneDetect; ffmpeg is taken from PATH. Both are run over the same files then, or
over those of the first N sources.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import alike
import beside
import sessions
import yaml
from make_continuity import make, parser

from avaudit.codec import to_json
from avaudit.evaluate.truth import FileTruth, read_truth

_AVAUDIT = (sys.executable, "-m", "avaudit")
_HEADER = ("kind", "rule", "found", "recall", "raised", "precision", "false alarms", "per 100 h",
           "span error, s: median (largest)", "left open", "files or sessions")  # fmt: skip
_BESIDE = ("program, same files", "looks for", "found", "recall", "right", "precision",
           "raised where nothing is wrong", "processor, s")  # fmt: skip


def audit(folder: Path, db: Path, speech: str = "none", *, kept: bool = False) -> None:
    """Audit the set into a new store, or go on with the one that is there."""
    for old in () if kept else db.parent.glob(f"{db.name}*"):
        if old.is_file():
            old.unlink()
    command = [*_AVAUDIT, "audit", str(folder), "--register", str(folder / "register.csv"),
               "--db", str(db), "--lang", "en"]  # fmt: skip
    done = subprocess.run(
        command,
        check=False,
        env={**os.environ, "AVAUDIT_SPEECH_MODEL": speech},
        capture_output=True,
        text=True,
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr[-2000:])


def asked(db: Path, query: str) -> list[dict[str, Any]]:
    """The rows that a store answers a query with."""
    command = [*_AVAUDIT, "sql", query, "--db", str(db), "--format", "json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def negatives(truths: Sequence[FileTruth]) -> frozenset[str]:
    """Paths of files that nothing is wrong with, whatever they look like."""
    kinds = {edit.__name__ for edit in alike.NEGATIVES}
    kinds |= {f"in_{kind}" for kind in sessions.NEGATIVES}
    return frozenset(one.path for one in truths if one.groups.get("kind") in kinds)


def failed(db: Path, paths: frozenset[str]) -> list[str]:
    """What the rules of continuity, coverage, devices and quality call a failure in some files.

    Less their low resolution, which all of them have: they are drawn small.
    """
    query = ("SELECT path, rule_id, code FROM findings JOIN recordings USING (recording_id) WHERE "
             "outcome = 'fail' AND rule_id != 'quality.low_resolution' "
             "AND regexp_matches(rule_id, '^(continuity|coverage|device|quality)')")  # fmt: skip
    return [f"{Path(row['path']).name}: {row['rule_id']} {row['code']}"
            for row in asked(db, query) if row["path"] in paths]  # fmt: skip


def evaluate(truth: Path, db: Path) -> dict[str, Any]:
    """The figures, as `avaudit evaluate --by kind` gives them."""
    command = [*_AVAUDIT, "evaluate", "--truth", str(truth), "--db", str(db), "--by", "kind",
               "--json"]  # fmt: skip
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def rows(figures: dict[str, Any]) -> Iterator[Sequence[str]]:
    """A row for each kind and rule that either has labels of it or raised something; all first."""
    for kind, part in {"all": figures["overall"], **figures["groups"]}.items():
        for rule in part["rules"]:
            if rule["recall"]["of"] or rule["false_alarms"] or kind == "all":
                yield _row(kind, rule)


def _row(kind: str, rule: dict[str, Any]) -> Sequence[str]:
    error = rule["span_error"]
    rate = rule["per_100_h"]
    return (
        kind, rule["rule"], *_share(rule["recall"]), *_share(rule["precision"]),
        str(rule["false_alarms"]), "" if rate is None else f"{rate:.0f}",
        f"{error['median_s']:.2f} ({error['largest_s']:.2f})" if error else "",
        str(rule["left_open"]), str(rule["files"]),
    )  # fmt: skip


def _share(share: dict[str, Any]) -> tuple[str, str]:
    if share["share"] is None:
        return f"{share['n']}/{share['of']}", ""
    return (
        f"{share['n']}/{share['of']}",
        f"{share['share']:.2f} [{share['low']:.2f}, {share['high']:.2f}]",
    )


def peer_rows(found: Iterator[beside.Row]) -> Iterator[Sequence[str]]:
    """A row for each program beside avaudit."""
    for one in found:
        figures = json.loads(to_json(one.figures))
        yield (one.program, one.aim, *_share(figures["recall"]), *_share(figures["precision"]),
               f"{one.in_negatives}", f"{one.used_s:.0f}")  # fmt: skip


def own_rows(figures: dict[str, Any], db: Path, fine: frozenset[str], used_s: float
             ) -> Iterator[Sequence[str]]:  # fmt: skip
    """avaudit's own rules that have a peer."""
    query = ("SELECT path, rule_id FROM findings JOIN recordings USING (recording_id) "
             "WHERE outcome IN ('fail', 'review')")  # fmt: skip
    raised = Counter(row["rule_id"] for row in asked(db, query) if row["path"] in fine)
    for rule in figures["overall"]["rules"]:
        if rule["rule"] in beside.AIMS.values():
            yield ("avaudit", rule["rule"], *_share(rule["recall"]), *_share(rule["precision"]),
                   f"{raised[rule['rule']]}", f"{used_s:.0f} (everything)")  # fmt: skip


def compare(given: argparse.Namespace, db: Path, used_s: float) -> None:
    """Print avaudit beside other programs, over the files of the first sources."""
    truth = given.out / "truth.yaml"
    book = yaml.safe_load(truth.read_text("utf-8"))
    names = list(dict.fromkeys(one["source"] for one in book["files"]))[: given.compared]
    some = [one for one in book["files"]
            if one["source"] in names and not one["kind"].startswith("in_")]  # fmt: skip
    compared = given.out / "compared.yaml"
    compared.write_text(yaml.safe_dump({"files": some}, allow_unicode=True), encoding="utf-8")
    truths = read_truth(compared)
    lengths = {row["path"]: row["duration_s"] or 0.0
               for row in asked(db, "SELECT path, duration_s FROM recordings")}  # fmt: skip
    fine = negatives(truths)
    share = sum(lengths.get(one.path, 0.0) for one in truths) / max(1.0, sum(lengths.values()))
    found = peer_rows(beside.rows(truths, given.peers, lengths, fine))
    own = own_rows(evaluate(compared, db), db, fine, share * used_s)
    sys.stdout.write(f"\n{len(truths)} files of {len(names)} sources, {len(fine)} of them fine\n")
    _print(_BESIDE, (*own, *found))


def main() -> None:
    """Make, audit, compare, and print tables."""
    options = parser()
    options.add_argument("--kept", action="store_true", help="go on with the store of before")
    options.add_argument("--speech", default="none", help="listen with this model")
    options.add_argument("--peers", type=Path, help="a virtual environment with PySceneDetect")
    options.add_argument("--compared", type=int, help="give other programs so many sources only")
    given = options.parse_args()
    truth = given.out / "truth.yaml"
    if not truth.exists():
        make(given)
    db = given.out.with_name(f"{given.out.name}.duckdb")
    before = beside.used_s()
    audit(given.out, db, given.speech, kept=given.kept)
    used_s = beside.used_s() - before
    figures = evaluate(truth, db)
    given.out.with_name(f"{given.out.name}.json").write_text(json.dumps(figures), encoding="utf-8")
    _print(_HEADER, rows(figures))
    fine = negatives([one for one in read_truth(truth) if not one.members])
    wrong = failed(db, fine)
    sys.stdout.write(f"\n{len(fine)} files that nothing is wrong with: {len(wrong)} failures\n")
    sys.stdout.writelines(f"- {line}\n" for line in wrong)
    if given.peers:
        compare(given, db, used_s)


def _print(header: Sequence[str], found: Iterable[Sequence[str]]) -> None:
    for row in (header, ["---"] * len(header), *found):
        sys.stdout.write("| " + " | ".join(row) + " |\n")


if __name__ == "__main__":
    main()
