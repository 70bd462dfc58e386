"""Makes the continuity set, audits it, and compares: recall, precision, span error by kind.

python measure.py --out FOLDER [the options of make_continuity.py]

The set is made where FOLDER has no truth.yaml yet. Audited is with the installed avaudit, without
speech; what it says is in FOLDER.duckdb, its figures in FOLDER.json.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from make_continuity import arguments, make

_AVAUDIT = (sys.executable, "-m", "avaudit")
_HEADER = ("kind", "rule", "found", "recall", "raised", "precision", "false alarms", "per 100 h",
           "span error, s: median (largest)", "left open", "files or sessions")  # fmt: skip


def audit(folder: Path, db: Path) -> None:
    """Audit the set into a new store."""
    for old in db.parent.glob(f"{db.name}*"):
        if old.is_file():
            old.unlink()
    command = [*_AVAUDIT, "audit", str(folder), "--register", str(folder / "register.csv"),
               "--db", str(db), "--lang", "en"]  # fmt: skip
    done = subprocess.run(
        command,
        check=False,
        env={**os.environ, "AVAUDIT_SPEECH_MODEL": "none"},
        capture_output=True,
        text=True,
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr[-2000:])


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


def main() -> None:
    """Make, audit, compare, and print a table."""
    given = arguments()
    truth = given.out / "truth.yaml"
    if not truth.exists():
        make(given)
    db = given.out.with_name(f"{given.out.name}.duckdb")
    audit(given.out, db)
    figures = evaluate(truth, db)
    given.out.with_name(f"{given.out.name}.json").write_text(json.dumps(figures), encoding="utf-8")
    for row in (_HEADER, ["---"] * len(_HEADER), *rows(figures)):
        sys.stdout.write("| " + " | ".join(row) + " |\n")


if __name__ == "__main__":
    main()
