"""A closer look: every frame of a stretch decoded, to tell where the picture stands or is empty."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from avaudit.domain.picture import Empty, Side, Still
from avaudit.signals.look import Floats, Gray, small, textured_share, untextured

#: Blocks in which neighbouring frames are compared: smaller than a digit of a burned-in clock.
_BLOCK_PX = 16
#: Seconds beside a stretch that tell what the picture is like when nothing is wrong.
BESIDE_S = 1.5
SHORTEST_S = 0.4
#: A frame repeats the one before where no block differs by more than this share of what frames
#: here differ by, in levels, and never by more than `_REPEAT_LEVELS`.
_REPEAT_SHARE, _REPEAT_LEVELS, _REFINED_LEVELS = 0.12, 3.0, 0.6
#: Beside such frames, those that differ by less than this share of the mean difference here belong
#: to them: an encoder takes up to half a second to code a picture that stands as well as it can.
_REFINING_SHARE, _REFINING_S = 0.3, 0.7
#: Between such frames it may refine or code the picture anew: by less than this share of what
#: lively frames differ by, or evenly all over the picture, no block by much.
_AGAIN_SHARE, _AGAIN_S, _AGAIN_LEVELS, _AGAIN_BLOCK = 0.1, 0.4, 4.5, 0.3
#: Between frames that repeat, so many on each side, a keyframe and what follows it may code the
#: picture anew however coarsely, unless it is another picture.
_BESIDE_FRAMES, _ANEW_FRAMES, _ANOTHER_LEVELS = 2, 3, 8.0
#: A frame at most this percentage of whose blocks is textured may be empty: a burned-in clock takes
#: some of them.
EMPTY_PERCENT = 18.0
_SETTLED = 0.8
#: Frames beside an empty stretch that it is compared with: so many before and after.
_ASIDE = (1, 2, 4, 8, 16)
#: B-frames blend what comes before and after them: a step shows in one of so many frames.
_STEP_FRAMES = 3

Marks = npt.NDArray[np.bool_]


@dataclass(slots=True)
class Frames:
    """Numbers of each frame of a stretch, in order, and a small copy of it.

    `differs`: mean difference to the frame before, in levels; `block`: that of the block that
    differs most. Both 0 for the first frame.
    """

    at_s: list[float] = field(default_factory=list)
    differs: list[float] = field(default_factory=list)
    block: list[float] = field(default_factory=list)
    keys: list[bool] = field(default_factory=list)
    textured: list[float] = field(default_factory=list)
    small: list[Floats] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.at_s)


def gather(pictures: Iterable[tuple[float, Gray, bool, bool]]) -> Frames:
    """Numbers of frames given as (seconds, luma, full range, whether a keyframe)."""
    frames = Frames()
    last: Gray | None = None
    for at_s, luma, full_range, key in pictures:
        mean = peak = 0.0
        if last is not None and last.shape == luma.shape:
            mean, peak = _difference(last, luma)
        picture = small(luma, full_range)
        frames.at_s.append(at_s)
        frames.differs.append(mean)
        frames.block.append(peak)
        frames.keys.append(key)
        frames.textured.append(textured_share(picture))
        frames.small.append(picture)
        last = luma
    return frames


def _difference(last: Gray, luma: Gray) -> tuple[float, float]:
    apart = cv2.absdiff(last, luma)
    mean = float(cv2.mean(apart)[0])
    if not mean:
        return 0.0, 0.0
    height, width = luma.shape
    size = (max(1, width // _BLOCK_PX), max(1, height // _BLOCK_PX))
    blocks = cv2.resize(apart.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return mean, float(blocks.max())


def still_stretches(frames: Frames) -> list[Still]:
    """Where frames repeat. The stretch begins with the frame that is repeated."""
    if len(frames) < 3:
        return []
    differs, block = np.asarray(frames.differs), np.asarray(frames.block)
    keys = np.asarray(frames.keys)
    usual_block = float(np.percentile(block[1:], 75))
    usual = float(np.percentile(differs[1:], 75))
    repeats = block <= min(_REPEAT_LEVELS, max(_REFINED_LEVELS, _REPEAT_SHARE * usual_block))
    # A keyframe codes the same picture anew: it differs by coding noise, not by what it shows.
    repeats |= keys & (differs <= min(_REPEAT_LEVELS, 0.5 * usual))
    repeats[0] = False
    lively = float(np.percentile(differs[1:], 90))
    found = []
    whole = _bridged(repeats)
    for run in _runs(whole):
        _refine(whole, run[0], frames, differs <= _REFINING_SHARE * usual)
    again = (differs <= _AGAIN_SHARE * lively) | (
        block <= min(_AGAIN_LEVELS, _AGAIN_BLOCK * usual_block)
    )
    for run in _runs(~whole & again):
        between = run[0] > 1 and run[1] + 1 < len(whole) and whole[run[0] - 1] and whole[run[1] + 1]
        if between and frames.at_s[run[1]] - frames.at_s[run[0]] <= _AGAIN_S:
            whole[run[0] : run[1] + 1] = True
    for first, last in _coded_anew(whole, keys, differs, block):
        whole[first : last + 1] = True
    for first, last in _runs(whole):
        begin, end = first - 1, last + 1  # the frame repeated, and the first that differs again
        offset_s = frames.at_s[end] if end < len(frames) else frames.at_s[-1]
        if offset_s - frames.at_s[begin] < SHORTEST_S:
            continue
        found.append(_still(frames, begin, end, repeats, offset_s))
    return found


def _coded_anew(
    whole: Marks, keys: Marks, differs: npt.NDArray[np.float64], block: npt.NDArray[np.float64]
) -> list[tuple[int, int]]:
    """Short runs at a keyframe or behind one that counts as a repetition, between frames that
    repeat, some of them exactly."""
    exact = block <= _REFINED_LEVELS
    found = []
    for first, last in _runs(~whole):
        sides = (slice(max(1, first - _BESIDE_FRAMES), first),
                 slice(last + 1, last + 1 + _BESIDE_FRAMES))  # fmt: skip
        stands = all(whole[side].sum() == _BESIDE_FRAMES and exact[side].any() for side in sides)
        few = last - first < _ANEW_FRAMES and keys[max(0, first - 1) : last + 1].any()
        if few and stands and differs[first : last + 1].max() <= _ANOTHER_LEVELS:
            found.append((first, last))
    return found


def _refine(whole: Marks, first: int, frames: Frames, refining: Marks) -> None:
    """Mark the frames before a run in which the encoder was still refining what stands."""
    onset_s = frames.at_s[first]
    while first > 1 and refining[first - 1] and onset_s - frames.at_s[first - 1] <= _REFINING_S:
        first -= 1
        whole[first] = True


def _bridged(marked: Marks) -> Marks:
    """Single frames between marked ones count as marked: an encoder refining what stands."""
    bridged = marked.copy()
    bridged[1:-1] |= marked[:-2] & marked[2:]
    bridged[0] = False
    return bridged


def _runs(marked: Marks) -> list[tuple[int, int]]:
    """First and last index of each run."""
    edges = np.diff(np.concatenate([[0], marked.astype(np.int8), [0]]))
    return list(zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1) - 1, strict=True))


def _still(frames: Frames, begin: int, end: int, repeats: Marks, offset_s: float) -> Still:
    inner = np.arange(begin + 1, end)
    plain = inner[~np.asarray(frames.keys)[inner]] if len(inner) else inner
    looked = plain if len(plain) else inner
    differs = np.asarray(frames.differs)
    before = _side(frames, frames.at_s[begin], -1, repeats)
    after = _side(frames, offset_s, 1, repeats) if end < len(frames) else None
    return Still(
        onset_s=round(frames.at_s[begin], 3),
        offset_s=round(offset_s, 3),
        repeats=len(inner),
        equal_share=round(float(np.mean(differs[looked] == 0)), 3),
        moved=round(float(np.mean(differs[looked])), 3),
        onset_step=_step(differs[max(1, begin - _STEP_FRAMES + 1) : begin + 1], before),
        offset_step=_step(differs[end : end + _STEP_FRAMES], after),
        luma=round(float(frames.small[begin].mean()), 1),
        textured=round(frames.textured[begin], 1),
        before=before,
        after=after,
    )


def _step(differs: npt.NDArray[np.float64], side: Side | None) -> float:
    if side is None or not len(differs):
        return -1.0
    return round(min(99.0, float(differs.max()) / max(side.moved, 0.01)), 2)


def _side(frames: Frames, at_s: float, way: int, repeats: Marks) -> Side | None:
    """What the picture is like before (`way` -1) or after (1) a moment; None where unknown."""
    low, high = (at_s - BESIDE_S, at_s) if way < 0 else (at_s, at_s + BESIDE_S)
    inside = [n for n in range(1, len(frames)) if low - 1e-6 <= frames.at_s[n] <= high + 1e-6]
    if way > 0:
        inside = inside[1:]  # the step back into life is not life
    if len(inside) < 3:
        return None
    return Side(
        luma=round(float(np.median([frames.small[n].mean() for n in inside])), 1),
        textured=round(float(np.median([frames.textured[n] for n in inside])), 1),
        moved=round(float(np.median([frames.differs[n] for n in inside])), 3),
        moving_share=round(float(np.mean([not repeats[n] for n in inside])), 3),
    )


def empty_stretches(frames: Frames) -> list[Empty]:
    """Where hardly any block shows anything."""
    textured = np.asarray(frames.textured)
    found = []
    for first, last in _runs(_bridged_both(textured <= EMPTY_PERCENT)):
        end = last + 1
        offset_s = frames.at_s[end] if end < len(frames) else frames.at_s[-1]
        if offset_s - frames.at_s[first] >= SHORTEST_S:
            found.append(_empty(frames, first, end, offset_s))
    return found


def _bridged_both(marked: Marks) -> Marks:
    bridged = marked.copy()
    bridged[1:-1] |= marked[:-2] & marked[2:]
    return bridged


def _empty(frames: Frames, first: int, end: int, offset_s: float) -> Empty:
    inside = frames.small[first:end]
    mean = np.mean(inside, axis=0)
    nothing = np.zeros(len(frames), bool)
    before = _side(frames, frames.at_s[first] - 1e-3, -1, nothing)
    after = _side(frames, offset_s, 1, nothing) if end < len(frames) else None
    return Empty(
        onset_s=round(frames.at_s[first], 3),
        offset_s=round(offset_s, 3),
        luma=round(max(0.0, float(mean.mean())), 1),
        spread=round(float(np.percentile(mean, 98) - np.percentile(mean, 2)), 1),
        textured=round(float(np.mean(frames.textured[first:end])), 1),
        likeness=_most_alike(frames, first, end),
        onset_ramp_s=_ramp(frames, first, -1, before),
        offset_ramp_s=_ramp(frames, end, 1, after) if end < len(frames) else -1.0,
        before=before,
        after=after,
    )


def _most_alike(frames: Frames, first: int, end: int) -> float:
    """How much what is left resembles the picture beside it, at most.

    Compared are the means of the whole stretch (noise averages out, where the camera stands) and
    of its first and last frames (where it moves) with frames shortly before and after.
    """
    inside = frames.small[first:end]
    before = [frames.small[first - k] for k in _ASIDE if first - k >= 0]
    after = [frames.small[end - 1 + k] for k in _ASIDE if end - 1 + k < len(frames)]
    whole = np.mean(inside, axis=0)
    pairs = [(whole, other) for other in (*before, *after)]
    for some in (3, 8):
        pairs += [(np.mean(inside[:some], axis=0), other) for other in before]
        pairs += [(np.mean(inside[-some:], axis=0), other) for other in after]
    return round(max((_likeness(*pair) for pair in pairs), default=0.0), 2)


def _likeness(one: Floats, other: Floats) -> float:
    """Correlation of what varies within some blocks' reach, slopes of light left out.

    Left out as well are blocks of the first picture that are textured, and those beside them: a
    clock is burned in whatever the lens sees.
    """
    if one.shape != other.shape:
        return 0.0
    bare = cv2.resize(untextured(one), one.shape[::-1], interpolation=cv2.INTER_NEAREST)
    a, b = ((p - cv2.blur(p, (31, 31))) * bare for p in (one, other))
    norm = float(np.sqrt(np.square(a).sum() * np.square(b).sum()))
    return float((a * b).sum()) / norm if norm > 1e-6 else 0.0


def _ramp(frames: Frames, edge: int, way: int, side: Side | None) -> float:
    """Seconds between the edge and the nearest frame with nearly all of the contrast beside it."""
    if side is None or edge >= len(frames):
        return -1.0
    numbers = list(range(edge - 1, -1, -1) if way < 0 else range(edge, len(frames)))
    contrast = [float(frames.small[n].std()) for n in numbers]
    full = max(contrast)
    n = next(n for n, has in zip(numbers, contrast, strict=True) if has >= _SETTLED * full)
    return round(abs(frames.at_s[n] - frames.at_s[edge]), 3)
