"""The signal `Bitstream`: an encoder's counters and marks, from the tape of the packet pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np

from avaudit.domain.bitstream import Bitstream
from avaudit.probe.bits import Column
from avaudit.probe.sequences import bounded, judge
from avaudit.probe.slices import BLA, CRA, NO_TYPE, RASL, B, Slices, read_slices
from avaudit.probe.tape import Tape

_TYPES = ("P", "B", "I")
_MOST_FREQUENT = 16


def bitstream(tape: Tape, tick_s: float, zero_s: float) -> Bitstream:
    """What a tape tells. Times are on the recording's own line: ticks less `zero_s` seconds."""
    found = read_slices(tape)
    at_s = np.asarray(tape.ticks, np.float64) * tick_s - zero_s
    starts = _starts(found, tape)
    marks = tape.marks(tick_s, zero_s)
    fixed = tape.options.get("scenecut", "0") in ("0", "-1")
    # Counted as they are shown: open groups put pictures of the last one behind their keyframe.
    shown = np.argsort(np.argsort(at_s, kind="stable"), kind="stable")
    lengths = np.diff(shown[starts])
    judged = judge(found, at_s, starts if fixed else starts[:0], shown)
    breaks, left_out = bounded(judged)
    return Bitstream(
        codec=tape.codec,
        pictures=len(tape.heads),
        unread=int(np.count_nonzero(~found.good)) if tape.codec != "mjpeg" else 0,
        types=_types(found),
        gops=_frequent(lengths),
        patterns=_frequent(_runs_of_b(found)),
        parameters=_parameters(found),
        options=tape.options,
        begins=_begins(found),
        marks=marks,
        changes=tape.changes(tick_s, zero_s),
        sequences=tuple(one.sequence for one in judged),
        breaks=breaks,
        breaks_left_out=left_out,
    )


def _starts(found: Slices, tape: Tape) -> Column:
    """Rows at which a group of pictures begins: what can be decoded without what came before."""
    if tape.codec == "mjpeg":
        return np.zeros(0, np.int64)
    keys = np.asarray(tape.keys, bool)
    irap = (found.unit >= 16) & (found.unit <= 23) if tape.codec == "hevc" else found.idr
    return np.flatnonzero(np.where(found.good, irap | (keys & (found.type == 2)), keys))


def _types(found: Slices) -> Mapping[str, int]:
    counts = {name: int(np.count_nonzero(found.type == k)) for k, name in enumerate(_TYPES)}
    counts["IDR"] = int(np.count_nonzero(found.idr))
    if found.sps is not None and found.sps.reorder >= 0:  # HEVC
        for name, units in (("CRA", (CRA,)), ("BLA", BLA), ("RASL", RASL)):
            counts[name] = int(np.count_nonzero(np.isin(found.unit, units)))
    return {name: count for name, count in counts.items() if count}


def _begins(found: Slices) -> str:
    """How the counters of the first picture stand that could be read, in the order of the file."""
    rows = np.flatnonzero(found.good)
    if not len(rows):
        return ""
    first = int(rows[0])
    if found.stamps:
        return f"stamp {int(found.stamp[first]) * 1000 // found.stamps}"
    if found.idr_id[first] >= 0:
        return f"IDR {int(found.idr_id[first])}"
    kind = "IDR" if found.idr[first] else {CRA: "CRA"}.get(int(found.unit[first]), "other")
    return f"{kind} {max(0, int(found.poc[first]))}"


def _frequent(values: Column) -> Mapping[str, int]:
    return {str(v): n for v, n in Counter(values.tolist()).most_common(_MOST_FREQUENT)}


def _runs_of_b(found: Slices) -> Column:
    """How many B pictures stand between two others, in the order of the file."""
    others = np.flatnonzero((found.type != B) & (found.type != NO_TYPE))
    return np.diff(others) - 1 if len(others) > 1 else np.zeros(0, np.int64)


def _parameters(found: Slices) -> Mapping[str, int]:
    sps, pps = found.sps, found.pps
    if sps is None or pps is None:
        return {}
    return {
        "profile": sps.profile, "level": sps.level, "constraints": sps.constraints,
        "poc_type": sps.poc_type, "poc_bits": sps.poc_bits, "frame_num_bits": sps.frame_num_bits,
        "references": sps.references, "interlaced": int(not sps.frames_only),
        "gaps_allowed": int(sps.gaps_allowed), "reorder": sps.reorder, "cabac": int(pps.cabac),
        "weighted": pps.weighted, "initial_qp": pps.initial_qp,
    }  # fmt: skip
