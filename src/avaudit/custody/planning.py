"""Which originals a night reads, and whether a whole source is gone: pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from avaudit.custody.originals import Original
from avaudit.custody.reading import Seen

#: Fewer originals than that, gone together, are told one by one.
SOURCE_LEAST = 10


@dataclass(frozen=True, slots=True)
class Plan:
    """What a night reads, in order, and what it leaves. Sizes in bytes.

    `nights` is how many such nights it takes to read everything once.
    """

    tonight: tuple[Original, ...]
    left: int
    total_bytes: int
    nights: int


def plan(
    originals: Sequence[Original],
    looked: Mapping[str, Seen],
    days: int | None = None,
    budget_bytes: float | None = None,
) -> Plan:
    """Disputed and altered ones first, then new ones, then those that were not read for longest.

    What stat says has changed, or is not there, is read whatever the budget: it is why there are
    nights. Without `days` everything is read that the budget allows.
    """

    def size(one: Original) -> int:
        facts = looked[one.place].facts
        return facts.size_bytes if facts else 0

    urgent = [o for o in originals if o.disputed or o.changed_since(looked[o.place])]
    marked = {o.recording_id for o in urgent}
    rest = [o for o in originals if o.recording_id not in marked]
    # By their order in the chain: a clock that once ran ahead puts nothing off.
    rest.sort(key=lambda o: (o.read_order or 0, o.first_at, o.place))
    total = sum(map(size, originals))
    share = total / days if days else float(total)
    allowed = min(share, budget_bytes) if budget_bytes else share
    tonight, taken = list(urgent), sum(map(size, urgent))
    for number, one in enumerate(rest):
        new = one.checked_at is None and (not budget_bytes or taken < budget_bytes)
        if taken >= allowed and not new and (days or budget_bytes):
            return Plan(tuple(tonight), len(rest) - number, total, _nights(total, allowed))
        tonight.append(one)
        taken += size(one)
    return Plan(tuple(tonight), 0, total, _nights(total, allowed))


def _nights(total: int, allowed: float) -> int:
    return max(1, -(-total // max(1, int(allowed))))


def gone_sources(
    originals: Sequence[Original], looked: Mapping[str, Seen], holds_files: Mapping[str, bool]
) -> dict[str, list[Original]]:
    """Folders of which nothing is left at all, the topmost of each, with the originals they held.

    `holds_files` says of a folder whether any file lies below it now: where one does, originals
    were taken out of it, and the source is there.
    """
    below: dict[str, list[Original]] = {}
    for one in originals:
        for folder in PurePosixPath(one.place).parents:
            below.setdefault(str(folder), []).append(one)
    gone = {
        folder: held
        for folder, held in below.items()
        if folder != "/"
        and len(held) >= SOURCE_LEAST
        and all(looked[one.place].absent for one in held)
        and not holds_files.get(folder, True)
    }
    return {
        folder: held
        for folder, held in gone.items()
        if not any(str(above) in gone for above in PurePosixPath(folder).parents)
    }


def candidates(originals: Sequence[Original], looked: Mapping[str, Seen]) -> set[str]:
    """Folders worth asking whether any file is left below them."""
    absent = [one for one in originals if looked[one.place].absent]
    if len(absent) < SOURCE_LEAST:
        return set()
    return {str(folder) for one in absent for folder in PurePosixPath(one.place).parents} - {"/"}
