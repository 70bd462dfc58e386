"""Figures of a store against labels: over everything, and by a property of the files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from avaudit.errors import ConfigError
from avaudit.evaluate.elements import (
    ElementFigures,
    NameFigures,
    TimeFigures,
    element_figures,
    name_figures,
    time_figures,
)
from avaudit.evaluate.pairing import Labelled, pair
from avaudit.evaluate.rules import RuleFigures, rule_figures
from avaudit.evaluate.truth import FileTruth

#: Spans at most so far apart speak of the same place.
COLLAR_S = 0.5


@dataclass(frozen=True, slots=True)
class Figures:
    """What a set of labelled files tells. `names` and `time` mean nothing without `elements`."""

    files: int
    hours: float
    rules: tuple[RuleFigures, ...]
    elements: tuple[ElementFigures, ...]
    names: NameFigures
    time: TimeFigures


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures over all files, and for each value of the property that was asked for.

    `missing`: labelled files that the store does not hold. `unlabelled`: files of the store
    without labels. Neither is part of any figure.
    """

    overall: Figures
    groups: Mapping[str, Figures]
    missing: tuple[str, ...]
    unlabelled: tuple[str, ...]
    collar_s: float


def evaluate(
    truths: Sequence[FileTruth], db: Path, wait_s: float, collar_s: float, by: str | None = None
) -> Evaluation:
    """Compare the latest audits of a store with labels, apart by the text under `by` in them.

    Raises `ConfigError` where the store holds none of the labelled files, and what the store
    raises where it cannot be read.
    """
    paired = pair(truths, db, wait_s)
    if not paired.files:
        raise ConfigError("evaluate.none_held", db=str(db), n=len(truths))
    groups: dict[str, list[Labelled]] = {}
    for file in paired.files if by else ():
        groups.setdefault(file.truth.groups.get(by or "", ""), []).append(file)
    return Evaluation(
        overall=_figures(paired.files, collar_s),
        groups={name: _figures(groups[name], collar_s) for name in sorted(groups)},
        missing=paired.missing,
        unlabelled=paired.unlabelled,
        collar_s=collar_s,
    )


def _figures(files: Sequence[Labelled], collar_s: float) -> Figures:
    return Figures(
        files=sum(not file.truth.members for file in files),
        hours=sum(file.length_s for file in files if not file.truth.members) / 3600,
        rules=rule_figures(files, collar_s),
        elements=element_figures(files),
        names=name_figures(files),
        time=time_figures(files),
    )
