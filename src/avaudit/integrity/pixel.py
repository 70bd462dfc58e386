"""Cues out of the picture, frame by frame. They never decide: hand-held pictures jump lawfully.

- `jump`: a frame does not follow from the one before, though its neighbours do from theirs. A cut
  or a trim; also a frame that the device dropped, a sudden turn, an arm before the lens, a switch
  between day and infrared. Flashes and the lights of vehicles leave the picture as it was before
  (`back_s`) within a moment; such jumps count little, as do changes of the light.
- `jump_at_key`: a jump or an insertion where a group of pictures begins, in a stream whose groups
  all have one length: who copies a part of a stream can only join it there, while what happens
  before the lens keeps no such time. It is told beside the other.
- `insertion`: after a jump and some time the picture goes on as it was before. Something put in
  between; also a hand that covered the lens and what happens twice by a camera that stands.
- `loop`: moving pictures are shown twice. A loop that hides something; also a fan, a revolving
  light or a screen that a standing camera watches.
- `still`: every frame repeats the one before while time goes on, and the picture moves on by more
  than a frame's worth afterwards. A freeze over what happened; also a device that stalled.
"""

from __future__ import annotations

from collections.abc import Iterable

from avaudit.domain.bitstream import Bitstream
from avaudit.domain.cue import Cue, CueGroup
from avaudit.domain.picture import Picture
from avaudit.domain.picture_seams import PictureSeams
from avaudit.domain.time import Span

#: What is over within so many seconds is a flash.
_FLASH_S = 0.5
#: A time step so many times as long as usual explains a jump: a frame was dropped.
_DROPPED = 1.5
_MOST = 16


def cues(
    seams: PictureSeams | None, picture: Picture | None = None, stream: Bitstream | None = None
) -> tuple[Cue, ...]:
    """What frames say, in order of time. Without the deep signal only what stands still is told."""
    found = [*_stills(picture)] if picture else []
    if seams is not None:
        every = _jumps(seams, _regular(stream))
        jumps = sorted((one for one in every if one.value > 0), key=lambda c: -c.value)
        loops = [one for one in _loops(seams) if one.value > 0]
        found += [*jumps[:_MOST], *loops[:_MOST]]
    return tuple(sorted(found, key=lambda cue: cue.span or Span(0, 0)))


def _cue(kind: str, span: Span, value: float, **facts: str | float) -> Cue:
    return Cue(CueGroup.PIXEL, kind, span, round(value, 3), facts)


def _regular(stream: Bitstream | None) -> bool:
    """Whether groups of pictures are of one length, and longer than a picture."""
    gop = stream.sequence("gop") if stream else None
    return gop is not None and gop.rule == "fixed" and gop.step > 1


def _jumps(seams: PictureSeams, regular: bool) -> Iterable[Cue]:
    for one in seams.jumps:
        value = max(one.sureness, one.leaping)
        if 0 <= one.back_s <= _FLASH_S:
            value /= 4
        if one.step > _DROPPED:
            value /= one.step
        kinds = ["insertion" if one.back_s > _FLASH_S else "jump"]
        kinds += ["jump_at_key"] if regular and one.keyframe else []
        for kind in kinds:
            yield _cue(
                kind, one.span, value, residual=one.residual, beside=one.beside,
                sureness=one.sureness, leap=one.leap, leaping=one.leaping, light=one.light,
                back_s=one.back_s, step=one.step, keyframe=float(one.keyframe), usual=seams.usual,
            )  # fmt: skip


def _loops(seams: PictureSeams) -> Iterable[Cue]:
    for one in seams.loops:
        yield _cue(
            "loop", one.second, max(0.0, one.likeness) * min(4.0, one.second.length_s),
            first_s=one.first.onset_s, length_s=one.second.length_s, likeness=one.likeness,
            bit_errors=one.bit_errors,
        )  # fmt: skip


def _stills(picture: Picture) -> Iterable[Cue]:
    for one in picture.still:
        lively = min(
            (side.moving_share for side in (one.before, one.after) if side is not None), default=0.0
        )
        if lively:
            yield _cue(
                "still", one.span, one.span.length_s * lively, equal_share=one.equal_share,
                moved=one.moved, onset_step=one.onset_step, offset_step=one.offset_step,
                moving_share=lively,
            )  # fmt: skip
