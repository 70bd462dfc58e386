"""What other programs find in the same files: ffmpeg's filters and PySceneDetect's detectors.

Each filter of ffmpeg is held against the rule that looks for the same; a detector of cuts against
the edges of everything that changes a picture at once. Neither is part of avaudit's environment.
"""

from __future__ import annotations

import resource
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from avaudit.domain.rule import Outcome
from avaudit.evaluate.evaluation import COLLAR_S
from avaudit.evaluate.pairing import Labelled
from avaudit.evaluate.rules import RuleFigures, rule_figures
from avaudit.evaluate.truth import FileTruth, Label

#: The rule whose faults each filter looks for.
AIMS = {
    "ffmpeg blackdetect": "quality.covered",
    "ffmpeg freezedetect": "quality.frozen",
    "ffmpeg silencedetect": "quality.no_audio",
}
#: Rules whose places begin and end with a picture unlike the one before: what cut detectors find.
_SEEN = ("quality.covered", "quality.frozen", "continuity.clock")
EDGES = "edges"
#: With the filters' own settings (two seconds), and with the length that avaudit's rules ask for.
SETTINGS = {
    "as they come": ("-vf", "blackdetect,freezedetect", "-af", "silencedetect"),
    "0.9 s": ("-vf", "blackdetect=d=0.9,freezedetect=d=0.9", "-af", "silencedetect=d=0.9"),
}


@dataclass(frozen=True)
class Row:
    """Figures of one program over all files, and what it raised in files without any fault.

    `used_s`: processor seconds of its run (several programs of one run have the same).
    """

    program: str
    aim: str
    figures: RuleFigures
    in_negatives: int
    used_s: float


def rows(truths: Sequence[FileTruth], environment: Path | None, lengths: Mapping[str, float],
         negatives: frozenset[str]) -> Iterator[Row]:  # fmt: skip
    """A row for each program and setting; those that are not there are left out, and named."""
    others = _forge_peers()
    found = others.find(environment)
    found = replace(found, ffmpeg=found.ffmpeg or shutil.which("ffmpeg"))
    for lacking in found.lacking:
        sys.stderr.write(f"{lacking}: not found, left out (see --peers)\n")
    runs: list[tuple[str, Any, tuple[str, ...]]] = [
        (f"({name})", replace(found, python=None), settings) for name, settings in SETTINGS.items()
    ]
    runs.append(("", replace(found, ffmpeg=None), ()))
    paths = [Path(one.path) for one in truths]
    for named, programs, settings in runs:
        before = used_s()
        events = others.events(paths, programs, filters=(*settings, "-f", "null", "-"))
        spent_s = used_s() - before
        for program, by_file in events.items():
            if not program.startswith("PySceneDetect") and program not in AIMS:
                continue
            aim = AIMS.get(program, EDGES)
            told = [_told(one, aim, by_file.get(Path(one.path), ()), lengths) for one in truths]
            figures = [one for one in rule_figures(told, COLLAR_S) if one.rule == aim]
            raised = sum(len(one.findings) for one in told if one.truth.path in negatives)
            yield Row(f"{program} {named}".strip(), aim, figures[0], raised, spent_s)


def _forge_peers() -> Any:
    """The module that runs the programs: a sibling's, whose folder is no package of ours."""
    sibling = str(Path(__file__).parents[1])
    if sibling not in sys.path:
        sys.path.append(sibling)
    from forge import peers

    return peers


def used_s() -> float:
    """Processor seconds of all processes that this one has run and waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _told(truth: FileTruth, aim: str, events: Sequence[tuple[float, float]],
          lengths: Mapping[str, float]) -> Labelled:  # fmt: skip
    """A file with a program's events as if they were findings of the rule that it aims at."""
    placed = _edges(truth) if aim == EDGES else tuple(
        one for one in truth.expected if one.rule == aim and one.start_s is not None
    )  # fmt: skip
    # What has no place (a stream that is not there) is not theirs to find, nor held against them.
    allowed = tuple(
        one for one in truth.expected
        if one.rule == aim and one.start_s is None and one.outcome != Outcome.PASS
    )  # fmt: skip
    own = replace(truth, expected=placed or (Label(aim, Outcome.PASS),), allowed=allowed)
    found = [{"rule_id": aim, "outcome": "review", "start_s": a, "end_s": b} for a, b in events]
    return Labelled(own, {"duration_s": lengths.get(truth.path, 0.0)}, {}, found, {})


def _edges(truth: FileTruth) -> tuple[Label, ...]:
    """Where a picture is not followed by its like: both ends of each label that is to be seen."""
    at = {
        edge
        for one in truth.expected
        if one.rule in _SEEN and one.outcome != Outcome.PASS
        for edge in (one.start_s, one.end_s)
        if edge is not None
    }
    return tuple(Label(EDGES, Outcome.REVIEW, edge, edge) for edge in sorted(at))
