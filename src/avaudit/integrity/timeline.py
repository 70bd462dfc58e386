"""Cues of the time line: steps between packets, tables of sample lengths, ends of streams.

Kinds, what makes each, and what innocent acts make it as well:

`picture_step`, `sound_step`: the step to a packet differs from the usual one by more than the
stream's own jitter there. Made by a cut or a join that was closed up: sound packets (21 ms) do not
end where pictures (40 ms) do, so that something is cut off or stretched. Innocent: variable frame
rate, frames dropped in a burst, a clock that was set while recording, a pause, the seam of
pre-recorded and live frames, a device that puts its sound right against its picture.
`sound_step_at_key`: the same where a group of pictures begins, the only places where pictures can
be parted without encoding them anew; a device that puts its sound right does so at any time: where
as many steps lie elsewhere, those at keyframes are taken for chance and told as `sound_step`.

`length_shift`, `offset_shift`: from some place on, the table of sample lengths (or of composition
offsets) has more or fewer runs than before. Made by joining what different encoders or muxers
wrote, or by encoding a stretch anew. Innocent: a device under load from then on, a change of frame
rate in the dark, firmware that changes to another mode.

`ends_apart`: picture and sound end at different times, by more than a packet of either. Made by
tools that cut each stream at its own packets; by a replaced sound. Innocent: devices that stop
their microphone first, power loss.

`starts_apart`: likewise at the beginning. Innocent: a microphone that takes time to start.

`table_against_length`: the sum of sample lengths is not the length that the header declares. Made
by tools that change one and not the other. Innocent: muxers that round, or cut-off files.

Steps within the jitter beside them, the last step of a stream (muxers write any length there) and
shifts that the choice of the best place alone explains (the logarithm of the number of samples) are
noise and give no cue.

`value`: for steps, how many times the difference exceeds the jitter beside it (at least a tick);
for shifts, how much better two densities explain the table (natural logarithm); else seconds.
"""

from __future__ import annotations

import math

from avaudit.domain.cue import Cue, CueGroup
from avaudit.domain.pace import Pace, StreamPace
from avaudit.domain.structure import Shift, Structure
from avaudit.domain.time import Span

_TICK_S = 0.001
_END_STEPS = 2.0
#: Containers round times to a millisecond, of sound and of pictures.
_AT_KEY_S = 0.003


def cues(pace: Pace, structure: Structure | None = None) -> tuple[Cue, ...]:
    """Every cue of the time line, in the order of time, whole-file ones last."""
    found: list[Cue] = []
    for kind, name in (("video", "picture_step"), ("audio", "sound_step")):
        if stream := pace.first(kind):
            found += _steps(stream, name)
    found.sort(key=lambda cue: cue.span or Span(0, 0))
    found += _ends(pace.first("video"), pace.first("audio"))
    return tuple(found + (_tables(structure) if structure else []))


def _steps(stream: StreamPace, name: str) -> list[Cue]:
    found = []
    odd = [one for one in stream.odd if abs(one.step_s - stream.usual_s) > one.beside_s]
    at_keys = sum(0 <= one.key_s <= _AT_KEY_S for one in odd)
    keyed = name == "sound_step" and 2 * at_keys > len(odd)
    for one in stream.odd:
        far = abs(one.step_s - stream.usual_s)
        facts: dict[str, str | float] = {
            "step_s": one.step_s, "usual_s": stream.usual_s, "decode_s": one.decode_s,
            "jitter_s": stream.jitter_s, "beside_s": one.beside_s, "regular": stream.regular,
            "key_s": one.key_s,
        }  # fmt: skip
        value = far / max(one.beside_s, stream.jitter_s, _TICK_S)
        if round(value, 2) <= 1.0 or one.at_s > stream.end_s - 2 * stream.usual_s:
            continue
        kind = f"{name}_at_key" if keyed and 0 <= one.key_s <= _AT_KEY_S else name
        found.append(_cue(kind, Span(max(0.0, one.at_s - max(one.step_s, 0.0)), max(0.0, one.at_s)),
                          value, facts))  # fmt: skip
    return found


def _ends(picture: StreamPace | None, sound: StreamPace | None) -> list[Cue]:
    if picture is None or sound is None:
        return []
    found = []
    floor = _END_STEPS * max(picture.usual_s, sound.usual_s)
    for name, one, other in (
        ("starts_apart", picture.start_s, sound.start_s),
        ("ends_apart", picture.end_s, sound.end_s),
    ):
        if abs(one - other) > floor:
            facts: dict[str, str | float] = {"picture_s": one, "sound_s": other}
            span = Span(max(0.0, min(one, other)), max(0.0, one, other))
            found.append(_cue(name, span, abs(one - other), facts))
    return found


def _tables(structure: Structure) -> list[Cue]:
    found = []
    for track in structure.tracks:
        for name, shift in (("length_shift", track.shift), ("offset_shift", track.offset_shift)):
            if shift is not None and shift.weight > math.log(track.samples):
                first = track.edits[0].media_s if track.edits else 0.0
                found.append(_shift(name, track.kind, first or 0.0, shift))
        differs = abs(track.samples_s - track.media_s)
        if (
            track.media_s
            and track.samples
            and differs > 2 * track.usual_s
            and not structure.fragments
        ):
            facts: dict[str, str | float] = {
                "track": track.kind, "samples_s": track.samples_s, "declared_s": track.media_s,
            }  # fmt: skip
            found.append(_cue("table_against_length", None, differs, facts))
    return found


def _shift(name: str, kind: str, media_s: float, shift: Shift) -> Cue:
    at = max(0.0, shift.at_s - media_s)
    facts: dict[str, str | float] = {
        "track": kind, "runs_before": shift.before, "runs_after": shift.after,
    }  # fmt: skip
    return _cue(name, Span(at, at), shift.weight, facts)


def _cue(kind: str, span: Span | None, value: float, facts: dict[str, str | float]) -> Cue:
    return Cue(CueGroup.TIMELINE, kind, span, round(value, 4), facts)
