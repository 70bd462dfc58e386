"""A device's noise gate, told by how it closes and opens: always after the same wait, at one level.

A gate cuts what stays below its threshold for as long as it holds, and lets through what exceeds
it. So three things hold at once for some threshold: before each silence it was quiet for just that
long, each silence ends with something louder, and nothing as quiet goes on for much longer anywhere
in the recording. A mute is laid where somebody chose to: it follows no level, and the room that it
interrupts is as quiet elsewhere for as long as it likes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from avaudit.checks._levels import FAINT_DBFS, Levels, at_share
from avaudit.domain.time import Span

#: Waits agree that differ by no more than a block, where levels are cut up.
_SLACK_BLOCKS = 1
#: What opens a gate may begin within a block and fill it in part only, in dB.
_OPENS_DB = 3.0
#: So many blocks after a silence hold what opened it.
_OPENING_BLOCKS = 3
#: Thresholds are tried so many dB apart.
_STEP_DB = 1.0
#: A knock exceeds the blocks beside it by so many dB.
_KNOCK_DB = 3.0
#: A gate explains at least this share of the silences; others may be mutes.
_MOST_OF_THEM = 0.6
#: A gate hears moments, of which blocks show the mean: its own threshold may lie so much higher
#: than the lowest one that explains what is heard.
_HIGHER_DB = 8.0
#: A gate that waits for longer than ten blocks (a second) is none; so far back is looked.
_LONGEST_WAIT_BLOCKS, _BACK_BLOCKS = 10, 30
#: A gate leaves speech alone: its threshold lies so many dB below half of what sounds.
_BELOW_SPEECH_DB = 6.0


@dataclass(frozen=True, slots=True)
class NoiseGate:
    """A gate: below which level (dB of full scale) and after how many seconds it closes, and the
    silences that it explains."""

    threshold_dbfs: float
    hold_s: float
    closings: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Silence:
    """What surrounds a silence: levels before it, the last one first, and the loudest after."""

    span: Span
    before: tuple[float, ...]
    after: float | None


def noise_gate(silent: Sequence[Span], levels: Levels, least: int) -> NoiseGate | None:
    """The gate that explains most of the silences, at least so many of them; None without one."""
    around = [_around(span, levels, silent) for span in silent]
    inner = [one for one in around if one.before and one.after is not None]
    if len(inner) < least:
        return None
    low = min(v for one in inner for v in one.before)
    high = (at_share(levels.sounding(), 0.5) or low) - _BELOW_SPEECH_DB
    tried = (low + _STEP_DB * n for n in range(1, int((high - low) / _STEP_DB) + 2))
    gates = [g for threshold in tried if (g := _gate_at(threshold, inner, levels, silent))]
    best = max(gates, key=lambda gate: len(gate.closings), default=None)
    if best is None or len(best.closings) < max(least, _MOST_OF_THEM * len(inner)):
        return None
    return _with_ends(best, around, levels, silent)


def _with_ends(
    gate: NoiseGate, around: Sequence[_Silence], levels: Levels, silent: Sequence[Span]
) -> NoiseGate:
    """The gate with what it explains at the recording's ends, where one side is not heard."""
    closed = _gate_at(gate.threshold_dbfs, around, levels, silent)
    more = closed.closings if closed else gate.closings
    hold = max(1, round(gate.hold_s / levels.block_s) - _SLACK_BLOCKS)
    fitting = [one.span for one in around if _fits(one, gate.threshold_dbfs, hold)]
    return replace(gate, closings=tuple(sorted({*gate.closings, *more, *fitting})))


def _fits(one: _Silence, threshold: float, hold: int) -> bool:
    """Whether a known gate can have made a silence as well: quiet before it for as long as the gate
    holds, under a threshold that may lie somewhat higher, and louder than that after it."""
    highest = max(one.before[:hold], default=threshold - _STEP_DB)
    least = max(threshold, highest + _STEP_DB) - _OPENS_DB
    return highest < threshold + _HIGHER_DB and (one.after is None or one.after >= least)


def _around(span: Span, levels: Levels, silent: Sequence[Span]) -> _Silence:
    """Levels before a silence, back to the one before it; the block that holds the cut left out."""
    begin, end = int(span.onset_s / levels.block_s), int(span.offset_s / levels.block_s)
    last_end = max((one.offset_s for one in silent if one.offset_s < span.onset_s), default=0.0)
    since = max(int(last_end / levels.block_s), begin - _BACK_BLOCKS)
    before = [v for v in reversed(levels.dbfs[since:begin]) if v is not None and v > FAINT_DBFS]
    after = [v for v in levels.dbfs[end : end + _OPENING_BLOCKS] if v is not None]
    return _Silence(span, tuple(before), max(after, default=None))


def _gate_at(
    threshold: float, silences: Sequence[_Silence], levels: Levels, silent: Sequence[Span]
) -> NoiseGate | None:
    """The gate with a threshold, if what is heard goes together with one."""
    waits = {one.span: _wait(one, threshold) for one in silences}
    known = [wait for wait in waits.values() if wait]
    if not known:
        return None
    if (hold := median(known)) > _LONGEST_WAIT_BLOCKS:
        return None
    explained = tuple(
        one.span
        for one in silences
        if _as_long(waits[one.span], hold, one)
        and (one.after is None or one.after >= threshold - _OPENS_DB)
    )
    if not explained or _longest_quiet(threshold, levels, silent) > 2 * hold + 2 * _SLACK_BLOCKS:
        return None
    return NoiseGate(round(threshold, 1), round(hold * levels.block_s, 2), explained)


def _as_long(wait: int | None, hold: float, one: _Silence) -> bool:
    """Whether it was quiet for as long as the gate waits, or since a short knock within that quiet:
    a gate hears peaks, and a block's level hardly shows them."""
    if wait is None or wait < 1:
        return False
    if abs(wait - hold) <= _SLACK_BLOCKS:
        return True
    knocks = (
        k
        for k in range(1, min(wait, len(one.before) - 1))
        if one.before[k] - max(one.before[k - 1], one.before[k + 1]) >= _KNOCK_DB
    )
    return any(abs(k - hold) <= _SLACK_BLOCKS for k in knocks)


def _wait(one: _Silence, threshold: float) -> int | None:
    """For how many blocks it was below the threshold; None where that is not seen to begin."""
    for count, level in enumerate(one.before):
        if level >= threshold:
            return count
    return None


def _longest_quiet(threshold: float, levels: Levels, silent: Sequence[Span]) -> int:
    """The longest run of blocks (those that silences touch left out) below the threshold."""
    silence = [False] * len(levels.dbfs)
    for span in silent:
        first, last = int(span.onset_s / levels.block_s), int(span.offset_s / levels.block_s)
        silence[first : last + 1] = [True] * len(silence[first : last + 1])
    quiet = [
        not cut and level is not None and FAINT_DBFS < level < threshold
        for cut, level in zip(silence, levels.dbfs, strict=True)
    ]
    runs = [last - first for first, last in levels.runs(quiet)]
    return max(runs, default=0)
