"""Sound that was muted though something is left of it, and what a device's noise gate can do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from pydantic import Field

from avaudit.checks._declare import CheckParams
from avaudit.checks._levels import FAINT_DBFS, Levels, at_share
from avaudit.domain.time import Span

#: How far the level may lie above the one at the cut and still count as as quiet, in dB.
_AS_QUIET_DB = 3.0
#: Blocks before a cut that tell the level there; the one that holds the cut is left out.
_BEFORE_BLOCKS = 3
#: Levels below this share of the sounding blocks are the quiet ones.
_QUIET_SHARE = 0.1
_LOUDEST_SHARE = 0.99


class FaintParams(CheckParams):
    """Levels in dB of full scale, lengths in seconds."""

    min_silence_s: float = Field(ge=0.25)
    faint_dbfs: float = Field(lt=0)
    min_drop_db: float = Field(gt=0)
    nearly_silent_dbfs: float = Field(lt=0)


@dataclass(frozen=True, slots=True)
class Faint:
    """A stretch with hardly any sound, its median level, and the quietest level around it."""

    span: Span
    level_dbfs: float
    around_dbfs: float


def quiet_throughout(levels: Levels, params: FaintParams) -> float | None:
    """The loudest level, where it is so low all through that no microphone was on; else None."""
    loudest = at_share(levels.sounding(), _LOUDEST_SHARE)
    if loudest is None or loudest > params.nearly_silent_dbfs:
        return None
    return round(loudest, 1)


def gate_possible(silent: Span, levels: Levels, hold_s: float) -> bool:
    """Whether a noise gate can have made a silence: it closes on what is quiet, and nothing as
    quiet as where it closed goes on elsewhere for longer than a gate holds."""
    at_cut = _level_before(silent, levels)
    if at_cut is None:  # silent from the beginning: a gate would be shut to what is quiet elsewhere
        at_cut = at_share(levels.sounding(), _QUIET_SHARE)
    if at_cut is None:
        return True
    least, most = FAINT_DBFS, at_cut + _AS_QUIET_DB
    quiet = [level is not None and least < level <= most for level in levels.dbfs]
    longest = max((last - first for first, last in levels.runs(quiet)), default=0)
    return longest * levels.block_s <= hold_s


def _level_before(span: Span, levels: Levels) -> float | None:
    """The loudest of the last whole blocks before a stretch."""
    end = int(span.onset_s / levels.block_s)
    before = [
        level
        for level in levels.dbfs[max(0, end - _BEFORE_BLOCKS) : end]
        if level is not None and level > FAINT_DBFS
    ]
    return max(before, default=None)


def faint_stretches(
    levels: Levels, silent: Sequence[Span], params: FaintParams
) -> list[Faint]:
    """Stretches of hardly any sound, far below the quietest of the rest, that begin and end at
    once: nothing in a room falls so deep within a tenth of a second.

    Those that are digital silence for the most part are left out.
    """
    faint = [level is not None and level <= params.faint_dbfs for level in levels.dbfs]
    rest = sorted(
        level for level, low in zip(levels.dbfs, faint, strict=True) if level is not None and not low
    )
    around = at_share(rest, 0.05)
    if around is None:
        return []
    found = []
    for first, last in levels.runs(faint):
        span = levels.span(first, last)
        if span.length_s < params.min_silence_s:
            continue
        if sum(one.overlap_s(span) for one in silent) >= span.length_s / 2:
            continue
        level = max(-120.0, median(one for one in levels.dbfs[first:last] if one is not None))
        sharp = all(
            edge is None or edge >= level + params.min_drop_db
            for edge in (_edge(levels, first - 2), _edge(levels, last + 1))
        )
        if sharp and around - level >= params.min_drop_db:
            found.append(Faint(span, level, around))
    return found


def _edge(levels: Levels, at: int) -> float | None:
    return levels.dbfs[at] if 0 <= at < len(levels.dbfs) else None
