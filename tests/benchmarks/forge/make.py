"""Makes paired edits and hard negatives of recordings, with labels.

python -m forge.make --out FOLDER [--part tune|report] [--sources N|FOLDER] [--only KIND ...]
    [--each N] [--seconds S] [--fps F] [--seed N] [--jobs N]        (in tests/benchmarks)
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import zlib
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import count, pairwise
from pathlib import Path
from statistics import median
from typing import Any

import av
import numpy as np
import yaml
from av.error import FFmpegError
from scenes import part_of

from forge import altered, cuts, pictured, sources
from forge.cuts import Edit
from forge.labels import Entries, NotFor, Truth, way_of
from forge.negatives import LATER, NEGATIVES
from forge.series import SERIES, record
from forge.sources import Source
from forge.splice import lead_s, shown_at

EDITS: tuple[Edit, ...] = (*cuts.EDITS, *altered.EDITS, *pictured.EDITS)
#: Every kind, in the order in which they are made.
KINDS = tuple(one.__name__ for one in (*EDITS, *NEGATIVES, *SERIES, *LATER))
_EDITED = {*(one.__name__ for one in EDITS), "file_removed", "names_swapped"}


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add_arguments(parser)
    return checked(parser, parser.parse_args(words))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of making a set."""
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--part", choices=("tune", "report"), help="only these sources")
    parser.add_argument("--sources", default="15", help="how many to draw, or a folder of yours")
    parser.add_argument("--only", nargs="*", default=[], metavar="KIND", help="only these kinds")
    parser.add_argument("--each", type=int, default=3, help="a kind is made of every Nth source")
    parser.add_argument("--seconds", type=float, default=20.0, help="length of each source")
    parser.add_argument("--fps", type=int, default=15, help="pictures a second of drawn sources")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--jobs", type=int, default=2, help="sources made at once")


def checked(parser: argparse.ArgumentParser, given: argparse.Namespace) -> argparse.Namespace:
    """Refuse kinds that there are not, and sources that are not there."""
    unknown = set(given.only) - set(KINDS)
    if unknown:
        parser.error(f"no such kind: {', '.join(sorted(unknown))} (there are: {', '.join(KINDS)})")
    if not given.sources.isdigit() and not Path(given.sources).is_dir():
        parser.error(f"neither a number nor a folder: {given.sources}")
    return given


def make(given: argparse.Namespace) -> Path:
    """Make the set. Returns the truth file."""
    given.out.mkdir(parents=True, exist_ok=True)
    jobs = _jobs(given)
    entries = Entries()
    with ExitStack() as stack:
        each = map
        if min(given.jobs, len(jobs)) > 1:
            each = stack.enter_context(ProcessPoolExecutor(given.jobs)).map  # type: ignore[assignment]  # as the built-in
        for done in each(partial(_made, given), jobs):
            entries.files += done.files
            entries.sessions += done.sessions
            _write(given, entries)  # a set that is not finished can be used all the same
            sys.stderr.write(f"{len(entries.files)} files\n")
    return Path(given.out / "truth.yaml")


def _write(given: argparse.Namespace, entries: Entries) -> None:
    book = {"seed": given.seed, "files": entries.files, "sessions": entries.sessions}
    text = yaml.safe_dump(book, allow_unicode=True, sort_keys=False, width=120)
    (given.out / "truth.yaml").write_text(text, encoding="utf-8")


@dataclass(frozen=True)
class Job:
    """One source to make: its number, its place among those of its part, and the file it is, with
    those beside it, where it is somebody's own."""

    number: int
    place: int
    part: str
    path: Path | None = None
    others: tuple[Path, ...] = ()


def _jobs(given: argparse.Namespace) -> list[Job]:
    folder = Path(given.sources)
    own: list[tuple[str, Path | None]] = [(part_of(n), None) for n in range(_count(given.sources))]
    if not own:
        own = list(sources.own(folder))
    places = {"tune": count(), "report": count()}
    found = [
        Job(n, next(places[part]), part, path,
            tuple(p for _, p in own if p and path and p.parent == path.parent != folder))
        for n, (part, path) in enumerate(own)
    ]  # fmt: skip
    return [job for job in found if given.part in (None, job.part)]


def _count(words: str) -> int:
    return int(words) if words.isdigit() else 0


def _wanted(given: argparse.Namespace, job: Job, kind: str) -> bool:
    """Whether a kind is made of a source: those asked for, each of some of the sources."""
    if given.only and kind not in given.only:
        return False
    return kind == "untouched" or (job.place + KINDS.index(kind)) % max(1, given.each) == 0


def _made(given: argparse.Namespace, job: Job) -> Entries:
    """Everything that is made of one source. What nothing is made of is not drawn."""
    entries = Entries()
    files = [one for one in (*EDITS, *NEGATIVES, *LATER) if _wanted(given, job, one.__name__)]
    sessions = [one for one in SERIES if job.path is None and _wanted(given, job, one.__name__)]
    if not files and not sessions:
        return entries
    with tempfile.TemporaryDirectory(prefix="forge-") as folder:
        scratch = Path(folder)
        if job.path is None:
            source = sources.draw(job.number, given.seconds, given.fps, given.seed, scratch)
        else:
            try:
                source = sources.taken(job.number, job.part, job.path, given.seconds, given.seed,
                                       scratch, job.others)  # fmt: skip
            except (NotFor, FFmpegError) as error:
                sys.stderr.write(f"{job.path}: left out: {error}\n")
                return entries
        for edit in files:
            _file(given, source, edit.__name__, edit, entries)
        for several in sessions:
            _series(given.out, source, several, entries)
    return entries


def _file(given: argparse.Namespace, source: Source, kind: str, edit: Edit, entries: Entries
          ) -> None:  # fmt: skip
    """Make one file and note what is true of it; nothing where the source does not allow it."""
    # By its name: a kind that is added changes no other's places.
    chance = np.random.default_rng([given.seed, source.number, zlib.crc32(kind.encode())])
    stem = _stem(source, kind, source.start)
    (given.out / stem).parent.mkdir(exist_ok=True)
    try:
        path, truth = edit(source, given.out / stem, chance)
    except NotFor:
        _cleared(given.out, stem)
        return
    except (FFmpegError, ValueError) as error:
        if source.clip:
            raise
        # Of somebody's own recordings not every codec goes through every program.
        sys.stderr.write(f"{source.original}: {kind} left out: {error}\n")
        _cleared(given.out, stem)
        return
    if truth.named:
        path = path.rename(path.with_stem(_stem(source, kind, truth.named)))
    place = str(path.relative_to(given.out))
    entries.files.append(_entry(source, path, place, kind, truth))


def _cleared(out: Path, stem: str) -> None:
    """Take away what an edit began to write."""
    begun = out / stem
    for half in begun.parent.glob(f"{begun.name}.*"):
        half.unlink()
    if begun.parent != out and not any(begun.parent.iterdir()):
        begun.parent.rmdir()


def _stem(source: Source, kind: str, start: datetime) -> str:
    """A name as devices give; each file as of a device of its own, so that none are a session.

    Somebody's own recordings keep their names, each edit in a folder of its own.
    """
    if source.clip is None:
        return f"{source.name}_{kind}/{source.original.stem}"
    number = f"{source.number:05}{100 + KINDS.index(kind):03}"
    return f"{source.profile.name}_{number}_{start:%Y%m%d_%H%M%S}"


def _entry(source: Source, path: Path, place: str, kind: str, truth: Truth) -> dict[str, Any]:
    lead = lead_s(path)
    expected = truth.entry()
    for one in (*expected["expected"], *expected["allowed"]):
        for end in ("start_s", "end_s"):
            one[end] = None if one[end] is None else round(one[end] + lead, 4)
    edited = kind.removeprefix("in_") in _EDITED
    return {
        "path": place, "kind": kind, "sort": "edit" if edited else "negative",
        "way": f"{way_of(kind)}, {'clock' if source.clock else 'no clock'}",
        "source": source.name, "part": source.part, "device": source.profile.name,
        "codec": source.profile.picture, "container": path.suffix[1:],
        "clock": "yes" if source.clock else "no", "frame_s": frame_s(path), **expected,
    }  # fmt: skip


def frame_s(path: Path) -> float:
    """How long a picture is shown: the middle one of the steps between them, in seconds."""
    with av.open(str(path)) as given:
        shown = sorted(float(at) for p in given.demux(given.streams.video[0])
                       if p.size and (at := shown_at(p)) is not None)  # fmt: skip
    return round(median(b - a for a, b in pairwise(shown)), 4)


def _series(out: Path, source: Source, several: Any, entries: Entries) -> None:
    """Make the files of a session, each with an entry, and the session's own."""
    kind = several.__name__
    series = several(source)
    names = []
    for file in series.files:
        stem = _stem(source, kind, file.named or file.clock)
        path = record(source, file, out / f"{stem}_{file.number:04}")
        entries.files.append(_entry(source, path, path.name, f"in_{kind}", file.truth))
        names.append(path.name)
    entries.sessions.append({
        "name": f"{source.name}_{kind}", "kind": kind, "source": source.name, "part": source.part,
        "files": names, "expected": list(series.labels),
    })  # fmt: skip


if __name__ == "__main__":
    make(arguments())
