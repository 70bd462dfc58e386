"""Whether anything at all is told at the place of an edit, by whichever rule.

A mute is for `quality.no_audio` to tell, a freeze for `quality.frozen`, a clock that cannot be read
for `quality.clock_unreadable`: who looks at a recording in the morning is shown the place by each
of them. So that nothing counts that is told everywhere, genuine files with such a finding are
counted as well.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from avaudit.domain.rule import Outcome
from avaudit.evaluate.evaluation import COLLAR_S
from avaudit.evaluate.truth import FileTruth, Label
from forge.labels import EDITED

Row = Mapping[str, Any]
#: Rules that point at places where something may have been taken out, put in, covered or replaced.
RULES = (
    "integrity.edited", "continuity.gap", "continuity.clock", "quality.no_audio", "quality.frozen",
    "quality.covered", "quality.clock_unreadable",
)  # fmt: skip
#: Rules that speak of the whole file: they tell where nothing has a place.
_WHOLE = ("integrity.processed",)


def findings(db: Path) -> dict[str, list[Row]]:
    """Findings to be looked at, by the path of their recording."""
    query = (
        "SELECT path, rule_id, start_s, end_s FROM findings JOIN recordings USING (recording_id) "
        "WHERE outcome IN ('fail', 'review') AND run_id = (SELECT run_id FROM runs "
        "ORDER BY started_at DESC LIMIT 1)"
    )
    command = [sys.executable, "-m", "avaudit", "sql", query, "--db", str(db), "--format", "json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, list[Row]] = defaultdict(list)
    for row in json.loads(done.stdout):
        found[row["path"]].append(row)
    return found


def counted(truths: Sequence[FileTruth], found: Mapping[str, Sequence[Row]]
            ) -> dict[str, tuple[int, int]]:  # fmt: skip
    """By way of editing how many places were told, of how many; `genuine`: how many files that
    were not edited have a finding of these rules."""
    told: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for truth in truths:
        rows = [row for row in found.get(truth.path, ()) if row["rule_id"] in (*RULES, *_WHOLE)]
        placed = [row for row in rows if row["rule_id"] in RULES]
        labels = [one for one in truth.expected if one.rule == EDITED]
        edits = [one for one in labels if one.outcome is not Outcome.PASS]
        for one in edits:
            way = truth.groups.get("way", "")
            every[way] += 1
            told[way] += bool(rows) if one.start_s is None else any(_meets(one, r) for r in placed)
        if not edits:
            every["genuine"] += 1
            told["genuine"] += bool(placed)
    return {way: (told[way], every[way]) for way in sorted(every)}


def _meets(label: Label, row: Row) -> bool:
    if row["start_s"] is None or label.start_s is None:
        return False
    end = label.start_s if label.end_s is None else label.end_s
    last = row["start_s"] if row["end_s"] is None else row["end_s"]
    return bool(row["start_s"] <= end + COLLAR_S and label.start_s <= last + COLLAR_S)
