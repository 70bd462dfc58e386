"""Prove the custody chain: what was edited, removed, inserted, reordered or cut off, and where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from avaudit.codec import plain_to_json
from avaudit.domain.custody import Head
from avaudit.store import chain

BREAKS = ("edited", "removed", "inserted", "reordered", "cut_off", "rewritten")


@dataclass(frozen=True, slots=True, order=True)
class Break:
    """Something done to a chain, at a position (to `until` where several are concerned).

    `what` is one of `BREAKS`; rewritten: a head or the database knew another event there.
    """

    position: int
    what: str
    until: int = 0
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Proof:
    """What a chain was found to be. `sm3` counts events whose SM3 could be, or not be, checked."""

    events: int
    head: Head | None
    breaks: tuple[Break, ...]
    torn: tuple[tuple[str, int], ...] = ()
    sm3_checked: int = 0
    sm3_unchecked: int = 0

    @property
    def intact(self) -> bool:
        """Whether nothing was done to the chain. Torn lines are a power cut's and lose nothing."""
        return not self.breaks


@dataclass(slots=True)
class _Event:
    position: int
    previous: str
    hash: str
    file: str
    line: int
    order: int


@dataclass(slots=True)
class _Found:
    """All events in the order of the files, and what is wrong with single ones."""

    events: list[_Event] = field(default_factory=list)
    breaks: set[Break] = field(default_factory=set)
    torn: list[tuple[str, int]] = field(default_factory=list)
    sm3_checked: int = 0
    sm3_unchecked: int = 0
    last: Head | None = None


def prove(db: Path, heads: Iterable[Head] = (), known: Mapping[int, str] | None = None) -> Proof:
    """Go through the whole chain. `heads` were kept elsewhere, `known` are hashes by position.

    The chain is walked from its end back to its beginning, as its hashes bind it: what is not on
    that way was inserted, what it misses was edited or removed. Raises `StoreError` where the
    files cannot be read.
    """
    found = _read(db)
    told = chain.told_head(db)
    witnesses = [*heads, *([told] if told else [])]
    way = _walk(found)
    _compare_order(way, found)
    at = {one.position: one.hash for one in way}
    top = max((w for w in witnesses), key=lambda w: w.position, default=None)
    last = found.last.position if found.last else 0
    if top and top.position > last:
        found.breaks.add(Break(last + 1, "cut_off", top.position))
    claims = [*(known or {}).items(), *((w.position, w.hash.get("sha256")) for w in witnesses)]
    wrong = min((p for p, said in claims if at.get(p, said) != said), default=0)
    if wrong and not any(b.what == "edited" and b.position == wrong for b in found.breaks):
        found.breaks.add(Break(wrong, "rewritten"))
    beyond = sorted(p for p, _ in claims if p > last)
    if beyond and not (top and top.position > last):
        found.breaks.add(Break(last + 1, "cut_off", beyond[-1]))
    return Proof(
        len(found.events),
        found.last,
        tuple(sorted(found.breaks)),
        tuple(found.torn),
        found.sm3_checked,
        found.sm3_unchecked,
    )


def _read(db: Path) -> _Found:
    found = _Found()
    sm3 = chain.sm3_available()
    for file in chain.files(db):
        for line in chain.lines(file):
            said = chain.plain_of(line.raw)
            if said is None:
                found.torn.append((line.file, line.number))
                continue
            _check_one(said, line, found, sm3=sm3)
    return found


def _check_one(said: Mapping[str, Any], line: chain.ChainLine, found: _Found, *, sm3: bool) -> None:
    """What a line says of itself, and its place among the others."""
    # In the one canonical spelling: no key twice, of which readers might take either.
    right = (plain_to_json(said) + "\n").encode() == line.raw
    hashes = {str(name): str(value) for name, value in said["hash"].items()}
    for algorithm, told in hashes.items():
        if algorithm == "sm3" and not sm3:
            found.sm3_unchecked += 1
        elif algorithm not in ("sha256", "sm3"):
            right = False
        else:
            found.sm3_checked += algorithm == "sm3"
            right &= chain.digest_of(said, algorithm) == told
    one = _Event(
        said["position"],
        str(said["previous"].get("sha256", "")),
        hashes.get("sha256", ""),
        line.file,
        line.number,
        len(found.events),
    )
    if not right:
        found.breaks.add(Break(one.position, "edited", file=one.file, line=one.line))
    found.events.append(one)
    if found.last is None or one.position >= found.last.position:
        found.last = Head(one.position, hashes, _time(said["event"].get("at")))


def _time(told: object) -> datetime:
    try:
        return datetime.fromisoformat(str(told))
    except ValueError:
        return datetime.fromtimestamp(0, UTC)  # an edited event: it is reported


def _walk(found: _Found) -> list[_Event]:
    """The events that the chain's end is bound to, the first one first."""
    by_hash: dict[str, _Event] = {}
    by_position: dict[int, list[_Event]] = {}
    for one in found.events:
        by_hash.setdefault(one.hash, one)
        by_position.setdefault(one.position, []).append(one)
    way: list[_Event] = []
    at = max(found.events, key=lambda one: (one.position, one.order), default=None)
    while at is not None:
        way.append(at)
        wanted = at.position - 1
        before = by_hash.get(at.previous)
        if before is not None and before.position == wanted:
            at = before
            continue
        if wanted == 0 and at.previous == chain.GENESIS:
            break
        at = _across(at, by_position, found)
    on_way = {id(one) for one in way}
    for one in found.events:
        if id(one) not in on_way:
            found.breaks.add(Break(one.position, "inserted", file=one.file, line=one.line))
    return way[::-1]


def _across(at: _Event, by_position: Mapping[int, list[_Event]], found: _Found) -> _Event | None:
    """The event to go on with where the one before is not the one that `at` is bound to."""
    wanted = at.position - 1
    if there := by_position.get(wanted):
        one = there[-1]
        found.breaks.add(Break(one.position, "edited", file=one.file, line=one.line))
        return one
    earlier = max((p for p in by_position if p < wanted), default=0)
    if wanted > 0:
        until = wanted if earlier + 1 < wanted else 0
        found.breaks.add(Break(earlier + 1, "removed", until))
    elif at.position == 1:
        found.breaks.add(Break(1, "edited", file=at.file, line=at.line))
    return by_position[earlier][-1] if earlier else None


def _compare_order(way: list[_Event], found: _Found) -> None:
    """Events that stand in the files before one that they follow."""
    furthest: _Event | None = None
    for one in way:
        if furthest and one.order < furthest.order:
            found.breaks.add(Break(one.position, "reordered", file=one.file, line=one.line))
        else:
            furthest = one
