"""Learn what each kind of cue is worth, from files that are known to be edited or genuine.

python -m forge.calibrate --truth FOLDER/truth.yaml --cues CUES.jsonl --to models/integrity.yaml
    [--keep OLDER.yaml [--hold KIND ...]]
    (in tests/benchmarks; CUES.jsonl by `python -m forge.cues`)

A kind's weight at a value is the logarithm of how many times more often about that value is met at
a seam than in as long a stretch of a genuine file (`CLIP_S`), with half a case added to each count
(Haldane 1956), made monotone, and never more than the number of genuine files can carry: ln(files +
1), nor, where any genuine file has such a value, enough to decide alone. A weight holds from
halfway down to the next value that was met in a genuine file (to 0, where there is none). Genuine
files count for the kinds of those modules that looked at them. Of the ways to edit, the one counts
that leaves a cue most often: what a cut leaves in the packets is no weaker a trace for being
missing where sound was replaced. Likewise, edited and genuine, only files of those codecs (of
containers, for the time line) count in which the cue was ever met: counters that a codec does not
have cannot break, and cannot hold by chance either. Cues of the whole file are learnt from files
that were processed against files as their device wrote them. With `--keep` a kind stays as an older
calibration has it where at least twice as many genuine files stand behind that, but for kinds that
not all files can have; kinds named by `--hold` stay anyhow.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
import yaml

from avaudit.domain.rule import Outcome
from avaudit.evaluate.truth import FileTruth, read_truth
from forge.curve import curve
from forge.labels import EDITED, PROCESSED, way_of

#: A cue counts for a seam that lies at most so many seconds from it.
_BESIDE_S = 0.5
#: Genuine files are counted by stretches of so many seconds, as long as an edited file is.
CLIP_S = 20.0
#: An older weight stays where so many times as many genuine files stand behind it.
_MORE = 2
#: What genuine stretches have, however seldom, weighs no more than this: just below what one group
#: must weigh to decide alone (ln 100). At 100 to 1 for a stretch of `CLIP_S` a trace that turns up
#: in genuine recordings would still be told of one stretch in a hundred, more than once an hour.
_NEVER_ALONE = 4.5
#: Weights are told apart by so much.
_LEAST = 0.3
#: What decides whether cues of a group can be there at all.
_ABLE = {"bitstream": "codec", "timeline": "container"}
#: Edits of the sound leave nothing in common: each is a way of its own.
_APART = "sound"

#: What a file is, by the names in `_ABLE`.
About = tuple[str, str]
_ANY: About = ("", "")


@dataclass
class Trials:
    """The largest value of each kind in each trial that has one: by way of editing, and in clips
    of genuine files. `counts` are edited files by way and by what they are; `clips` and `files` of
    genuine material are counted by the module that looked at it and by what they are, `of` names
    each kind's module, `able` what the files are that have it (all, where it is not there)."""

    edited: dict[str, dict[str, list[float]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    counts: Counter[tuple[str, About]] = field(default_factory=Counter)
    genuine: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    files: Counter[tuple[str, About]] = field(default_factory=Counter)
    clips: Counter[tuple[str, About]] = field(default_factory=Counter)
    of: dict[str, str] = field(default_factory=dict)
    able: dict[str, set[About]] = field(default_factory=dict)

    def number(self, counted: Counter[tuple[str, About]], name: str, kind: str) -> int:
        """How many of a way or a module are such that a kind can be there."""
        able = self.able.get(kind)
        return sum(n for (of, what), n in counted.items()
                   if of == name and (able is None or what in able))  # fmt: skip

    def add_edited(self, way: str, what: About, largest: Mapping[str, float]) -> None:
        """Add an edited file."""
        self.counts[way, what] += 1
        for kind, value in largest.items():
            self.edited[way][kind].append(value)

    def add_genuine(self, clips: Sequence[Mapping[str, float]], looked: Sequence[str],
                    what: About) -> None:  # fmt: skip
        """Add a genuine file, clip by clip, that some modules looked at."""
        for module in looked:
            self.files[module, what] += 1
            self.clips[module, what] += len(clips)
        for largest in clips:
            for kind, value in largest.items():
                self.genuine[kind].append(value)

    @property
    def kinds(self) -> list[str]:
        """Kinds that were met in an edited file."""
        return sorted({kind for own in self.edited.values() for kind in own})


def steps(kind: str, trials: Trials) -> list[list[float]]:
    """Values and weights, both rising; empty where the kind tells nothing."""
    every = [one for way in sorted(trials.edited) for one in _curve(kind, way, trials)]
    found: list[list[float]] = []
    for value in sorted({at for at, _ in every}):
        weight = max(weight for at, weight in every if at <= value)
        if weight >= (found[-1][1] + _LEAST if found else _LEAST):
            found.append([value, _down(weight, 2)])
    return found


def _curve(kind: str, way: str, trials: Trials) -> list[tuple[float, float]]:
    """For one way of editing: values, and the weight of a value from there up to the next."""
    module = trials.of.get(kind, "")
    files = trials.number(trials.files, module, kind)
    found = curve(
        trials.edited[way].get(kind, ()), trials.number(trials.counts, way, kind),
        trials.genuine.get(kind, ()), trials.number(trials.clips, module, kind),
    )  # fmt: skip
    met = max(trials.genuine.get(kind, ()), default=-math.inf)
    return [
        (_down(at, 4), min(math.log(files + 1), weight, _NEVER_ALONE if at <= met else math.inf))
        for at, weight in found
    ]


def _down(value: float, digits: int) -> float:
    return float(math.floor(value * 10**digits) / 10**digits)


def _able(lines: Sequence[Mapping[str, Any]]) -> dict[str, set[About]]:
    """Of each kind that not all files can have, what those are that it was met in or that are
    alike in what decides it."""
    every = {_about(line) for line in lines}
    met: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        if line["cue"] is not None and line["group"] in _ABLE:
            met[_kind(line)].add(line.get(_ABLE[line["group"]], ""))
    place = {kind: list(_ABLE.values()).index(_ABLE[kind.partition(".")[0]]) for kind in met}
    return {kind: {one for one in every if one[place[kind]] in own} for kind, own in met.items()}


def _about(line: Mapping[str, Any]) -> About:
    return line.get("codec", ""), line.get("container", "")


def learn(truths: Sequence[FileTruth], lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The weights, as the file of weights has them; `silent` are kinds that tell nothing, with the
    genuine files that say so."""
    by_file: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for line in lines:
        by_file[line["path"]].append(line)
    of = {_kind(line): line["measured"] for line in lines if line["cue"] is not None}
    local, whole, hours = Trials(of=of, able=_able(lines)), Trials(of=of), 0.0
    for truth in truths:
        cues = by_file.get(Path(truth.path).name)
        if cues is None or truth.members:
            continue
        seen = [line for line in cues if line["cue"] is not None]
        looked = sorted({one for line in cues if line["cue"] is None for one in line["measured"]})
        placed = [line for line in seen if line["start_s"] is not None]
        if _labelled(truth, EDITED):
            near = [one for one in placed if one["inside"] or _beside(one)]
            local.add_edited(_way(truth), _about(cues[0]), _largest(near))
        else:
            length_s = _length_s(Path(truth.path))
            hours += length_s / 3600
            local.add_genuine(_clips(placed, length_s), looked, _about(cues[0]))
        _add_whole(whole, truth, [line for line in seen if line["start_s"] is None], looked)
    weights = {
        kind: {"steps": found, "genuine": t.number(t.files, of[kind], kind),
               "edited": t.counts.total()}
        for t in (local, whole) for kind in t.kinds if (found := steps(kind, t))
    }  # fmt: skip
    silent = {kind: local.number(local.files, module, kind)
              for kind, module in of.items() if kind not in weights}  # fmt: skip
    return {"genuine_hours": round(hours, 2), "weights": weights, "silent": silent}


def kept(older: Mapping[str, Any], told: Mapping[str, Any], hold: Collection[str] = ()
         ) -> dict[str, Any]:  # fmt: skip
    """New weights, and of an older calibration those with many more genuine files behind them.

    Kinds that not all files can have are learnt from few of them: what was learnt last holds.
    """
    counts = {**told["silent"], **{kind: one["genuine"] for kind, one in told["weights"].items()}}
    stays = {
        kind: one
        for kind, one in older["weights"].items()
        if kind in hold
        or (
            one["genuine"] >= _MORE * counts.get(kind, 0)
            and not (kind in counts and kind.partition(".")[0] in _ABLE)
        )
    }
    weights = {**told["weights"], **stays}
    hours = max(older["genuine_hours"], told["genuine_hours"])
    return {"genuine_hours": hours, "weights": weights}


def _way(truth: FileTruth) -> str:
    kind = truth.groups.get("kind", "")
    way = way_of(kind)
    return kind if way == _APART else way


def _add_whole(whole: Trials, truth: FileTruth, lines: Sequence[Mapping[str, Any]],
               looked: Sequence[str]) -> None:  # fmt: skip
    """Add a file to the trials of the whole file: processed, or as its device wrote it."""
    rules = {one.rule for one in truth.expected if one.outcome is Outcome.PASS}
    if _labelled(truth, PROCESSED):
        whole.add_edited("processed", _ANY, _largest(lines))
    elif PROCESSED in rules and not _labelled(truth, EDITED):
        whole.add_genuine([_largest(lines)], looked, _ANY)


def _clips(placed: Sequence[Mapping[str, Any]], length_s: float) -> list[dict[str, float]]:
    """The largest values in each clip of a genuine file."""
    clips: list[list[Mapping[str, Any]]] = [[] for _ in range(max(1, round(length_s / CLIP_S)))]
    for line in placed:
        clips[min(len(clips) - 1, int(max(0.0, line["start_s"]) / CLIP_S))].append(line)
    return [_largest(clip) for clip in clips]


def _length_s(path: Path) -> float:
    with av.open(str(path)) as container:
        return float(container.duration or 0) / av.time_base


def _labelled(truth: FileTruth, rule: str) -> bool:
    return any(one.rule == rule and one.outcome is not Outcome.PASS for one in truth.expected)


def _beside(line: Mapping[str, Any]) -> bool:
    return line["nearest_s"] is not None and line["nearest_s"] <= _BESIDE_S


def _kind(line: Mapping[str, Any]) -> str:
    return f"{line['group']}.{line['cue']}"


def _largest(lines: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    largest: dict[str, float] = {}
    for line in lines:
        kind = _kind(line)
        largest[kind] = max(line["value"], largest.get(kind, 0.0))
    return largest


def main() -> None:
    """Read the command line, learn, and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--truth", type=Path, required=True, action="append")
    parser.add_argument("--cues", type=Path, required=True, action="append")
    parser.add_argument("--keep", type=Path, help="an older calibration")
    parser.add_argument("--hold", nargs="*", default=[], metavar="KIND", help="stay as they were")
    parser.add_argument("--version", required=True, help="what the calibration is called")
    parser.add_argument("--to", type=Path, required=True)
    given = parser.parse_args()
    truths = [truth for path in given.truth for truth in read_truth(path)]
    lines = [
        json.loads(line)
        for path in given.cues
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    learnt = learn(truths, lines)
    if given.keep:
        older = yaml.safe_load(given.keep.read_text(encoding="utf-8"))
        learnt = kept(older, learnt, given.hold)
    learnt.pop("silent", None)
    told = {"version": given.version, **learnt}
    head = "# What each kind of cue is worth; see integrity.md. Made by tests/benchmarks/forge.\n"
    body = yaml.safe_dump(told, sort_keys=False, default_flow_style=None, width=100)
    given.to.write_text(head + body, encoding="utf-8")


if __name__ == "__main__":
    main()
