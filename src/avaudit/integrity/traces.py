"""Which tools left their names in a recording, by the list in `traces.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from avaudit.domain.bitstream import Bitstream
from avaudit.domain.structure import Structure
from avaudit.packaged import read_yaml

KINDS = (
    "camera", "phone", "workstation", "editor", "converter", "messenger", "library", "metadata",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class KnownTrace:
    """An entry of the list: see the head of `traces.yaml`."""

    tool: str
    kind: str
    where: re.Pattern[str]
    text: re.Pattern[str]
    sure: str
    source: str


@dataclass(frozen=True, slots=True)
class Trace:
    """A tool's name that was found: what kind of tool it is, in which place, and what stands there.

    It says that the tool wrote or processed the file, never that anything was edited.
    """

    tool: str
    kind: str
    where: str
    text: str
    sure: str


@cache
def known_traces() -> tuple[KnownTrace, ...]:
    """The list, in its order."""
    entries = read_yaml("avaudit.integrity", "traces.yaml")["traces"]
    return tuple(
        KnownTrace(
            entry["tool"], entry["kind"], re.compile(entry["where"]), re.compile(entry["text"]),
            entry["sure"], entry["source"],
        )
        for entry in entries
    )  # fmt: skip


def find_traces(structure: Structure, bitstream: Bitstream | None = None) -> tuple[Trace, ...]:
    """Every tool that is named, once each, in the order of the list."""
    places = list(_places(structure, bitstream))
    found: dict[str, Trace] = {}
    for known in known_traces():
        for where, text in places:
            if known.tool not in found and known.where.search(where) and known.text.search(text):
                found[known.tool] = Trace(known.tool, known.kind, where, text[:160], known.sure)
    return tuple(found.values())


def _places(structure: Structure, bitstream: Bitstream | None) -> Iterator[tuple[str, str]]:
    """Every text with its place."""
    for text in structure.texts:
        yield text.where, text.text
    for track in structure.tracks:
        yield "handler", track.handler
        if track.compressor:
            yield "compressor", track.compressor
    for part in structure.layout:
        if part.type in ("beam", "loop"):
            yield part.type, ""
    for mark in bitstream.marks if bitstream else ():
        if mark.text:
            yield mark.kind, mark.text
