"""Every cue of every file of a made set, beside what is true of the file: to weigh cues by.

python -m forge.cues --truth FOLDER/truth.yaml [--only MODULE ...] [--sort edit|negative]
    [--to FILE]        (in tests/benchmarks)

One JSON object a line. A line whose `cue` is null stands for a file and names the modules of
`avaudit.integrity` that looked at it (files without cues count too); the others are its cues, each
with `nearest_s`, the seconds between it and the nearest labelled seam or end of a stretch, and
`inside`, whether it lies within such a stretch. `--only`: these modules alone, as of recordings
whose picture and sound say nothing.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import sys
import typing
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from types import NoneType
from typing import Any, TextIO

from avaudit import integrity
from avaudit.domain.cue import Cue
from avaudit.domain.examination import ExamineRequest
from avaudit.domain.osd import OsdClock
from avaudit.domain.picture import Picture
from avaudit.domain.picture_seams import PictureSeams
from avaudit.domain.recompression import Recompression
from avaudit.domain.rule import Outcome
from avaudit.domain.sound_frames import SoundFrames
from avaudit.domain.sound_seams import SoundSeams
from avaudit.domain.time import Span
from avaudit.evaluate.truth import FileTruth, Label, read_truth
from avaudit.examine import examine
from avaudit.kept import as_values
from forge.labels import EDITED

Cues = Callable[..., Sequence[Cue]]
#: The modules that need nothing but the container and the packets.
_BUILT = frozenset(("bitstream", "container", "timeline"))
#: The modules for whose sake an audit has to be deep.
_DEEP = frozenset(("frames", "pixel"))
#: Costly signals that no other module needs.
_COSTLY: Mapping[str, tuple[type, ...]] = {
    "clock": (OsdClock,), "frames": (SoundFrames,), "pixel": (Picture, PictureSeams),
    "recompression": (Recompression,), "sound": (SoundSeams,),
}  # fmt: skip
_TOLD = ("kind", "sort", "part", "source", "device", "codec", "container", "clock")


def modules() -> dict[str, Cues]:
    """The functions `cues` of the modules that there are, by the module's name."""
    found: dict[str, Cues] = {}
    for one in pkgutil.iter_modules(integrity.__path__):
        function = getattr(importlib.import_module(f"avaudit.integrity.{one.name}"), "cues", None)
        if function:
            found[one.name] = function
    return found


def asked(function: Cues, signals: Mapping[type, object]) -> list[object] | None:
    """The arguments of a function, by the types it names; None where a needed one is missing.

    A signal that it can do without is None where it was not measured; parameters with a default
    that are no signals keep it.
    """
    hints = typing.get_type_hints(function)
    hints.pop("return", None)
    given: list[object] = []
    for hint in hints.values():
        options = set(typing.get_args(hint)) or {hint}
        kinds = [kind for kind in options if isinstance(kind, type) and kind is not NoneType]
        found = [signals[kind] for kind in kinds if kind in signals]
        if not found and NoneType not in options:
            return None
        given.append(found[0] if found else None)
    return given


def measured(path: Path, only: Collection[str] = ()) -> dict[type, object]:
    """The signals of a file that cues of these modules need; all of a deep audit for all modules.

    Where they all need its build alone, nothing else is looked at.
    """
    wanted = set(only) or set(modules())
    left_out = [s.NAME for name, own in _COSTLY.items() if name not in wanted for s in own]  # type: ignore[attr-defined]  # signals have names
    done = examine(ExamineRequest(
        os.fsencode(path).hex(), have=tuple(left_out), deep=bool(_DEEP & wanted),
        build_only=wanted <= _BUILT,
    ))  # fmt: skip
    return as_values(done.signals)


def cues_of(signals: Mapping[type, object], only: Collection[str] = ()) -> dict[str, Sequence[Cue]]:
    """Cues by module (those wanted, or all); modules that lack a signal are left out."""
    wanted = {name: one for name, one in modules().items() if not only or name in only}
    arguments = {name: (one, asked(one, signals)) for name, one in wanted.items()}
    return {name: one(*given) for name, (one, given) in arguments.items() if given is not None}


def nearest_s(span: Span | None, labels: Sequence[Label]) -> float | None:
    """Seconds from a cue to the nearest end of a label; None where either has no place."""
    ends = [end for one in labels for end in (one.start_s, one.end_s) if end is not None]
    if span is None or not ends:
        return None
    return round(min(max(span.onset_s - end, end - span.offset_s, 0.0) for end in ends), 4)


def lines(truth: FileTruth, only: Collection[str] = ()) -> Iterator[dict[str, Any]]:
    """The lines of one file."""
    about = {"path": Path(truth.path).name, **{key: truth.groups.get(key) for key in _TOLD}}
    labels = [one for one in truth.expected
              if one.rule == EDITED and one.outcome != Outcome.PASS]  # fmt: skip
    found = cues_of(measured(Path(truth.path), only), only)
    count = sum(len(own) for own in found.values())
    yield {**about, "cue": None, "measured": sorted(found), "cues": count, "labels": len(labels)}
    for name, own in found.items():
        for cue in own:
            span = cue.span
            yield {
                **about, "measured": name, "group": cue.group, "cue": cue.kind, "value": cue.value,
                "start_s": span and span.onset_s, "end_s": span and span.offset_s,
                "nearest_s": nearest_s(span, labels), "inside": _inside(span, labels),
                "facts": dict(cue.facts),
            }  # fmt: skip


def _inside(span: Span | None, labels: Sequence[Label]) -> bool:
    return span is not None and any(
        one.start_s is not None and one.end_s is not None
        and one.start_s <= span.onset_s and span.offset_s <= one.end_s
        for one in labels
    )  # fmt: skip


def dump(truths: Sequence[FileTruth], to: TextIO, only: Collection[str] = ()) -> None:
    """Write the lines of every file."""
    for truth in truths:
        if not truth.members:
            for line in lines(truth, only):
                to.write(json.dumps(line, ensure_ascii=False) + "\n")
            to.flush()


def main() -> None:
    """Read the command line, and dump."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--truth", type=Path, required=True)
    parser.add_argument(
        "--only", nargs="*", default=[], choices=sorted(modules()), metavar="MODULE"
    )
    parser.add_argument("--sort", choices=("edit", "negative"), help="only these files")
    parser.add_argument("--to", type=Path, help="a file; otherwise they are printed")
    given = parser.parse_args()
    truths = [t for t in read_truth(given.truth) if given.sort in (None, t.groups.get("sort"))]
    if given.to is None:
        dump(truths, sys.stdout, given.only)
        return
    with given.to.open("w", encoding="utf-8") as to:
        dump(truths, to, given.only)


if __name__ == "__main__":
    main()
