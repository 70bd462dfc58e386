"""A night of verification: what is read, what it is found to be, and what is written of it.

It goes on where an earlier one was interrupted: what was found whole is in the custody chain, a
portion after the other, and what was read longest ago comes first.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path, PurePath
from typing import Any

from avaudit.configuration import Configuration
from avaudit.custody import planning
from avaudit.custody.events import happened, said_of
from avaudit.custody.judging import Keeping, judge_originals, source_id
from avaudit.custody.originals import Around, Original, Verdict, judge_place, original_of
from avaudit.custody.reading import Seen, files_below, holds_files, look, read
from avaudit.custody.seen import chain_seen, note_head_elsewhere
from avaudit.custody.stamping import Stamped, StampProof, check_stamps, stamp_head
from avaudit.domain.custody import Happened, Head, State
from avaudit.domain.finding import CustodyEvent
from avaudit.domain.time import SHANGHAI
from avaudit.store import chain, chained
from avaudit.store.proof import Proof, prove
from avaudit.store.publish import publish
from avaudit.store.rebuild import heal
from avaudit.store.sync import SyncReport

#: A portion is done, and on record, before the next: so many files or bytes at most.
_PORTION_FILES = 500
_PORTION_BYTES = 4 << 30


@dataclass(slots=True)
class VerifyReport:
    """What a night of verification came to.

    `troubles` are (state, path, other path) of originals that are not whole, found now or before;
    `sources` folders that are gone as a whole, with how many originals they held. `left` counts
    those that a later night reads, `nights` how many nights like this one it takes for all.
    `behind_s` is how far this machine's clock is behind the last event of the chain.
    """

    proof: Proof
    checked: int = 0
    read_bytes: int = 0
    states: dict[str, int] = field(default_factory=dict)
    troubles: list[tuple[str, str, str]] = field(default_factory=list)
    sources: list[tuple[str, int]] = field(default_factory=list)
    left: int = 0
    nights: int = 1
    head: Head | None = None
    stamps: StampProof = field(default_factory=StampProof)
    stamped: Stamped = field(default_factory=Stamped)
    behind_s: float = 0.0
    kept: SyncReport = field(default_factory=SyncReport)

    @property
    def all_well(self) -> bool:
        """Whether the chain is intact, with its stamps, and every original looked at is whole.

        A service that does not stamp tonight's head makes no night unwell.
        """
        chain_whole = self.proof.intact and not self.stamps.spoilt
        return chain_whole and not self.troubles and not self.sources


class Verification:
    """Verifies originals under one configuration: `prepare`, each portion, `finish`."""

    def __init__(
        self, configuration: Configuration, paths: Sequence[str] = (), *,
        days: int | None = None, budget_bytes: float | None = None, heads: Sequence[Head] = (),
    ) -> None:  # fmt: skip
        self.configuration = configuration
        settings = configuration.settings
        self._db, self._wait_s = settings.db, settings.store_wait_s
        self._paths = tuple(os.path.abspath(path) for path in paths)  # noqa: PTH100  (no links)
        self._days, self._budget = days, budget_bytes
        self._heads = [*heads, *_own_heads(settings.custody_heads)]
        self._all: list[Original] = []
        self._looked: dict[str, Seen] = {}
        self._seen: dict[str, Seen] = {}
        self._gone: dict[str, list[Original]] = {}
        self._plan = planning.Plan((), 0, 0, 1)
        self._troubled: list[Original] = []
        self._report = VerifyReport(Proof(0, None, ()))
        self.portions: list[list[Original]] = []

    def prepare(self) -> int:
        """Prove the chain, look at all places, and choose what is read; gives the bytes to read.

        Raises `StoreError` and `StoreBusy` as the store does, `ConfigError` for certificates of
        a time-stamp service that cannot be read.
        """
        self._report.stamps = check_stamps(self.configuration.settings)
        self._report.kept = heal(self._db, self._wait_s)
        self._report.kept += chain_seen(self.configuration.settings)
        self._report.proof = prove(
            self._db,
            [*self._heads, *self._report.stamps.heads],
            chained.known_hashes(self._db, self._wait_s),
        )
        if last := self._report.proof.head:
            behind = (last.at - datetime.now(SHANGHAI)).total_seconds()
            self._report.behind_s = max(0.0, behind)
        self._all = [original_of(row) for row in chained.originals(self._db, self._wait_s)]
        scope = [one for one in self._all if self._asked(one.place)]
        with ThreadPoolExecutor(self.configuration.settings.jobs) as threads:
            places = sorted({one.place for one in scope})
            self._looked = dict(zip(places, threads.map(look, places), strict=True))
        holds = {f: holds_files(f) for f in planning.candidates(scope, self._looked)}
        gone = planning.gone_sources(scope, self._looked, holds)
        # What was moved away and back again lies where it was seen first: no source is gone then.
        away_from = {folder: [o for o in held if not _is_back(o)] for folder, held in gone.items()}
        least = planning.SOURCE_LEAST
        self._gone = {folder: held for folder, held in away_from.items() if len(held) >= least}
        away = {one.recording_id for held in self._gone.values() for one in held}
        there = [one for one in scope if one.recording_id not in away]
        self._plan = planning.plan(there, self._looked, self._days, self._budget)
        self.portions = list(_portions(self._plan.tonight, self._looked))
        return sum(self._size(one) for one in self._plan.tonight)

    def _asked(self, place: str) -> bool:
        return not self._paths or any(
            place == path or place.startswith(path.rstrip("/") + "/") for path in self._paths
        )

    def _size(self, one: Original) -> int:
        facts = self._looked[one.place].facts
        return facts.size_bytes if facts else 0

    def check(self, number: int, advance: Callable[[int], None] = lambda _: None) -> int:
        """Read a portion and write down what was found whole; gives how many files were read.

        Raises `StoreError` where that cannot be written.
        """
        portion = self.portions[number]
        self._read([one.place for one in portion], advance)
        whole = []
        for one in portion:
            if self._seen[one.place].sha256 == one.sha256:
                whole.append(self._event(one, Verdict(State.WHOLE)))
            else:
                self._troubled.append(one)
        self._append([event for event in whole if event])
        self._report.checked += len(portion)
        return len(portion)

    def _read(self, places: Sequence[str], advance: Callable[[int], None] = lambda _: None) -> None:
        """Read what has not been read tonight, several files at once."""
        new = [place for place in dict.fromkeys(places) if place not in self._seen]
        with ThreadPoolExecutor(self.configuration.settings.jobs) as threads:
            found = threads.map(lambda place: read(place, advance), new)
            self._seen.update(zip(new, found, strict=True))
        self._report.read_bytes += sum(f.size_bytes for n in new if (f := self._seen[n].facts))

    def finish(self) -> VerifyReport:
        """Tell apart what was not found whole, write it down, have it judged, and report.

        Raises `StoreError` and `StoreBusy` as the store does.
        """
        self._look_around()
        around = Around.of(self._all, self._seen)
        keeping = Keeping(self.configuration)
        today = datetime.now(SHANGHAI).date()
        events = []
        for one in self._troubled:
            verdict = judge_place(one, around)
            if verdict.state in (State.MISSING, State.CHANGED) and keeping.over(one, today):
                verdict = Verdict(State.ENDED, found=verdict.found)
            events.append(self._event(one, verdict))
        events += self._sources()
        self._append([event for event in events if event])
        report = self._report
        report.kept += judge_originals(self.configuration)
        publish(self._db, self._wait_s)
        report.head = note_head_elsewhere(self.configuration.settings)
        report.stamped = stamp_head(self.configuration.settings, report.head)
        report.left, report.nights = self._plan.left, self._plan.nights
        report.sources = [(folder, len(held)) for folder, held in sorted(self._gone.items())]
        away = {one.recording_id for held in self._gone.values() for one in held}
        for row in chained.originals(self._db, self._wait_s):
            one = original_of(row)
            if self._asked(one.place) and one.recording_id not in away:
                report.states[one.state] = report.states.get(one.state, 0) + 1
                if one.disputed and one.state is not State.ENDED:
                    other = str(one.detail.get("swapped_with", ""))
                    report.troubles.append((one.state, one.place, other))
        return report

    def _look_around(self) -> None:
        """Read what tells changes apart: places that swapped, and new files of the same size."""
        if not self._troubled:
            return
        wanted = {one.sha256 for one in self._troubled}
        wanted |= {s for one in self._troubled if (s := self._seen[one.place].sha256)}
        places = [one.place for one in self._all if one.sha256 in wanted]
        places += [one.first_path for one in self._troubled]
        self._read(places)
        sizes = {one.facts.size_bytes for one in self._troubled if one.facts}
        known = {one.place for one in self._all} | self._seen.keys()
        for root in self._roots():
            self._read(
                [path for path, facts in files_below(root)
                 if facts.size_bytes in sizes and path not in known]
            )  # fmt: skip

    def _roots(self) -> list[str]:
        """Where to look for what was moved: the folder that holds all originals, or each."""
        folders = {str(PurePath(one.first_path).parent) for one in self._all} | {*self._paths}
        shared = os.path.commonpath(folders)
        return [shared] if shared.count("/") > 1 else sorted(folders - {"/"})

    def _event(self, one: Original, verdict: Verdict) -> CustodyEvent | None:
        """What to write of an original; None where the chain says the same already."""
        kind, path, detail = said_of(one, verdict)
        facts = self._seen[path].facts if path in self._seen else None
        same = all(one.detail.get(name) == value for name, value in detail.items())
        if kind is one.happened and kind is not Happened.VERIFIED and same:
            return None
        detail |= asdict(facts) if facts else {}
        return self._made(kind, one.recording_id, one.sha256, path, detail)

    def _sources(self) -> list[CustodyEvent | None]:
        events: list[CustodyEvent | None] = []
        known = {row["path"]: row for row in chained.sources(self._db, self._wait_s)}
        for folder, held in self._gone.items():
            if known.get(folder, {}).get("kind") != Happened.MISSING:
                detail = {"source": True, "n": len(held)}
                events.append(self._made(Happened.MISSING, source_id(folder), None, folder, detail))
        for folder, row in known.items():
            back = row["kind"] == Happened.MISSING and folder not in self._gone
            if back and self._asked(folder):
                detail = dict(row["detail"])
                events.append(
                    self._made(Happened.RETURNED, row["recording_id"], None, folder, detail)
                )
        return events

    def _made(
        self, kind: Happened, recording_id: str, sha256: str | None, path: str,
        detail: Mapping[str, Any],
    ) -> CustodyEvent:  # fmt: skip
        return happened(kind, self.configuration.settings.actor, recording_id, sha256, path, detail)

    def _append(self, events: Sequence[CustodyEvent]) -> None:
        settings = self.configuration.settings
        chain.append(self._db, events, sm3=settings.custody_sm3, wait_s=self._wait_s)


def _is_back(one: Original) -> bool:
    return one.first_path != one.place and not look(one.first_path).absent


def _own_heads(file: Path | None) -> list[Head]:
    return chain.read_heads(file) if file else []


def _portions(chosen: Sequence[Original], looked: Mapping[str, Seen]) -> Iterator[list[Original]]:
    portion: list[Original] = []
    size = 0
    for one in chosen:
        facts = looked[one.place].facts
        portion.append(one)
        size += facts.size_bytes if facts else 0
        if len(portion) >= _PORTION_FILES or size >= _PORTION_BYTES:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion
