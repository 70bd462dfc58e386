"""Cues out of the frames of an earlier compression of the sound.

- `frames_earlier` (the whole file): the sound was compressed before, at another rate or more
  coarsely, by an encoder of the AAC family. Made by any program that exports; innocent: a
  workstation or platform that converts all recordings, a device that takes its sound from a
  wireless microphone.
- `frames_jump`: from one place on the earlier frames begin at other samples. Something was taken
  out or put in before the sound was compressed again, unless its length was whole frames by
  chance. Innocent: segments that a workstation joined before it converted them, packets that the
  device lost, converters that drop samples to keep in step with the picture.
- `frames_lost`: a stretch without those frames between stretches that have them. Other sound was
  laid over or put in. Innocent: silence, loud noise, and talk that fills every frame.

`value`: how far the frames stand out from other offsets, in multiples of what these scatter by (of
a jump, on its weaker side); of a loss, the seconds that lack them, less as far as they may be
hidden.
"""

from __future__ import annotations

from collections.abc import Iterator

from avaudit.domain.cue import Cue, CueGroup
from avaudit.domain.sound_frames import FrameRun, SoundFrames
from avaudit.domain.time import Span

_FEWEST_WINDOWS = 2


def cues(frames: SoundFrames | None) -> tuple[Cue, ...]:
    """What the sound's earlier frames say, the whole file first, then in order of time."""
    if frames is None or not frames.rate_hz:
        return ()
    facts: dict[str, str | float] = {
        "rate_hz": float(frames.rate_hz), "window": frames.window, "sureness": frames.sureness,
    }  # fmt: skip
    whole = Cue(CueGroup.AUDIO, "frames_earlier", None, frames.sureness, facts)
    placed = (*_jumps(frames), *_losses(frames))
    return (whole, *sorted(placed, key=lambda cue: cue.span or Span(0, 0)))


def _jumps(frames: SoundFrames) -> Iterator[Cue]:
    for one in frames.jumps:
        apart = (one.after - one.before) * 1000 / frames.rate_hz
        facts: dict[str, str | float] = {
            "before": one.before, "after": one.after, "apart_ms": round(apart, 3),
            "rate_hz": float(frames.rate_hz), "windows": float(one.windows),
        }  # fmt: skip
        # A second alone may be mistaken; several that agree are not.
        value = one.sureness * min(1.0, one.windows / _FEWEST_WINDOWS)
        yield Cue(CueGroup.AUDIO, "frames_jump", one.span, round(value, 2), facts)


def _losses(frames: SoundFrames) -> Iterator[Cue]:
    runs = frames.runs
    for number in range(1, len(runs) - 1):
        before, run, after = runs[number - 1 : number + 2]
        if run.offset is None and run.windows >= _FEWEST_WINDOWS:
            yield _loss(frames, before, run, after)


def _loss(frames: SoundFrames, before: FrameRun, run: FrameRun, after: FrameRun) -> Cue:
    beside = min(before.sureness, after.sureness)
    hidden = min(1.0, max(0.0, run.sureness / beside)) if beside > 0 else 1.0
    facts: dict[str, str | float] = {
        "rate_hz": float(frames.rate_hz), "sureness": run.sureness, "beside": beside,
    }  # fmt: skip
    return Cue(CueGroup.AUDIO, "frames_lost", run.span, round(run.windows * (1 - hidden), 2), facts)
