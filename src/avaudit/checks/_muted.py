"""Sound that was muted though something is left of it, and what a device's noise gate can do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from pydantic import Field

from avaudit.checks._declare import CheckParams
from avaudit.checks._levels import FAINT_DBFS, Levels, at_share
from avaudit.domain.time import Span, merge

#: How far the level may lie above the one at the cut and still count as as quiet, in dB.
_AS_QUIET_DB = 3.0
#: Blocks before a cut that tell the level there; the one that holds the cut is left out.
_BEFORE_BLOCKS = 2
#: Levels below this share of the sounding blocks are the quiet ones.
_QUIET_SHARE = 0.05
_LOUDEST_SHARE = 0.99
#: So long a decoder may ring on, in seconds.
_RINGING_S = 0.5
#: By so many dB from one block to the next, at least.
_FALLS_DB = 10.0
#: Codecs with large steps near zero: their noise is never as faint as that of others.
_COMPANDED = ("pcm_alaw", "pcm_mulaw", "adpcm_", "g726", "pcm_u8", "pcm_s8")


class FaintParams(CheckParams):
    """Levels in dB of full scale, lengths in seconds."""

    min_silence_s: float = Field(ge=0.25)
    faint_dbfs: float = Field(lt=0)
    faint_companded_dbfs: float = Field(lt=0)
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
    if loudest is None:
        return -120.0
    if loudest > params.nearly_silent_dbfs:
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
    """The faintest of the last whole blocks before a stretch: a gate holds for a while."""
    end = int(span.onset_s / levels.block_s)
    before = [
        level
        for level in levels.dbfs[max(0, end - _BEFORE_BLOCKS) : end]
        if level is not None and level > FAINT_DBFS
    ]
    return min(before, default=None)


def faint_below(codec: str, params: FaintParams) -> float:
    """Below which level (dB of full scale) a codec's sound is hardly any."""
    companded = codec.startswith(_COMPANDED)
    return params.faint_companded_dbfs if companded else params.faint_dbfs


def widened(silent: Sequence[Span], levels: Levels, below_dbfs: float) -> tuple[Span, ...]:
    """Digital silence with what a decoder left around and between: it rings on behind loud sound,
    and coders with adaptive steps make a faint rattle of nothing."""
    found: list[Span] = []
    faint = [level is not None and level <= below_dbfs for level in levels.dbfs]
    for first, last in levels.runs(faint):
        run = levels.span(first, last)
        held = [span for span in silent if span.overlap_s(run) > 0]
        if held and sum(span.overlap_s(run) for span in held) >= run.length_s / 2:
            onset_s, offset_s = held[0].onset_s, held[-1].offset_s
            fall_s = levels.span(_fall(levels, first), last).onset_s
            if onset_s - fall_s <= _RINGING_S:
                onset_s = min(onset_s, fall_s)
            if run.offset_s - offset_s <= _RINGING_S:
                offset_s = max(offset_s, run.offset_s)
            found.append(Span(onset_s, offset_s))
    return merge((*silent, *found))


def _fall(levels: Levels, first: int) -> int:
    """The block in which a fall begins that ends in block `first`: a decoder rings on behind loud
    sound, and what it gives falls from one block to the next all the way down."""
    begin = first
    while begin > 0 and first - begin < _RINGING_S / levels.block_s:
        before, here = levels.dbfs[begin - 1], levels.dbfs[begin]
        if before is None or here is None or before - here < _FALLS_DB:
            break
        begin -= 1
    return min(first, begin + 1)


def faint_stretches(
    levels: Levels, silent: Sequence[Span], below_dbfs: float, params: FaintParams
) -> list[Faint]:
    """Stretches of hardly any sound, far below the quietest of the rest, that begin and end at
    once: nothing in a room falls so deep within a tenth of a second.

    Those that are digital silence for the most part are left out.
    """
    faint = [level is not None and level <= below_dbfs for level in levels.dbfs]
    rest = sorted(
        level
        for level, low in zip(levels.dbfs, faint, strict=True)
        if level is not None and not low
    )
    around = at_share(rest, 0.05)
    if around is None:
        return []
    found = []
    for first, last in levels.runs(faint):
        span = levels.span(_fall(levels, first), last)
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
