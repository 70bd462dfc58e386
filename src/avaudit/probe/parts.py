"""The outermost pieces of a file in a short list."""

from __future__ import annotations

from collections.abc import Iterable

from avaudit.domain.structure import Part

_MAX_PARTS = 48


def parts(pieces: Iterable[tuple[str, int, int]]) -> tuple[Part, ...]:
    """Outermost pieces `(type, at, bytes)`, neighbours of one type counted together, bounded."""
    found: list[Part] = []
    for kind, at, size in pieces:
        if found and found[-1].type == kind:
            last = found[-1]
            found[-1] = Part(kind, last.at, last.size_bytes + size, last.times + 1)
        elif len(found) < _MAX_PARTS:
            found.append(Part(kind, at, size))
    return tuple(found)
