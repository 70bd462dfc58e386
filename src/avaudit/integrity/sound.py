"""Cues out of the sound: another room, bandwidth or hum, sound heard twice, steps of the mean.

What each kind comes from, and which lawful acts make it too:

- `room_step`: the shape of the background's spectrum changes within moments. An insertion or a cut
  between two places; also a door, a window, getting into or out of a vehicle, an engine or an air
  conditioner that is switched on, a hand on the microphone, a device that changes its filter. Its
  value is by how much the change exceeds what is usual around it, less where it takes its time or
  where talk hides the moment.
- `band_step`: the spectrum ends elsewhere. Material from another device or a telephone; also a
  codec that saves bits in quiet scenes (then the end moves often: `elsewhere`).
- `hum_jump`: the mains hum goes on with another phase. A cut or an insertion; also a machine that
  starts, and a wearer who turns round within a magnetic field (then the hum fades: `dip_db`).
- `repeat`: the same sound twice, background and all. A loop or a copy; also an announcement, a
  ring tone or a song that drowns the room, and machines that beep.
- `offset_step`: the samples' mean steps. Two converters; also a device that settles after its
  start, and wind.
- `hollow`: moments between words fainter than the room ever is. Sound laid over in a studio; also
  a noise gate, a hand on the microphone, a device's mute.
- `click`: a step between two samples stands out at one of these places. It is only told beside
  another cue of the sound: by itself every footstep is one.
"""

from __future__ import annotations

from collections.abc import Iterable

from avaudit.domain.cue import Cue, CueGroup
from avaudit.domain.sound_seams import SoundSeams
from avaudit.domain.time import Span

#: Talk that lasts longer hides when a room changed: the value falls with it.
_HIDDEN_S = 1.0
#: Cues of a kind that are told, strongest first.
_MOST = 8


def cues(seams: SoundSeams | None) -> tuple[Cue, ...]:
    """What the sound's seams say, in order of time; none without that signal.

    Values are 0 or more; those of 0 are left out.
    """
    if seams is None:
        return ()
    found = [
        *_strongest(_rooms(seams)), *_strongest(_bands(seams)), *_strongest(_hums(seams)),
        *_strongest(_repeats(seams)), *_strongest(_offsets(seams)), *_strongest(_hollows(seams)),
    ]  # fmt: skip
    return tuple(sorted((*found, *_clicks(seams)), key=lambda cue: cue.span or Span(0, 0)))


def _cue(kind: str, span: Span, value: float, **facts: str | float) -> Cue:
    return Cue(CueGroup.AUDIO, kind, span, round(value, 3), facts)


def _strongest(found: Iterable[Cue]) -> list[Cue]:
    return sorted((one for one in found if one.value > 0), key=lambda cue: -cue.value)[:_MOST]


def _rooms(seams: SoundSeams) -> Iterable[Cue]:
    for one in seams.rooms:
        seen = min(1.0, _HIDDEN_S / max(one.span.length_s, 1e-3))
        yield _cue(
            "room_step", one.span, (one.distance - one.beside) * one.step * seen,
            distance=one.distance, beside=one.beside, shape_db=one.shape_db, gain_db=one.gain_db,
            step=one.step,
        )  # fmt: skip


def _bands(seams: SoundSeams) -> Iterable[Cue]:
    for one in seams.bands:
        octaves = abs(one.after_hz - one.before_hz) / max(one.after_hz, one.before_hz, 1.0)
        yield _cue(
            "band_step", one.span, octaves * one.steady * max(0.0, one.depth_db),
            before_hz=one.before_hz, after_hz=one.after_hz, steady=one.steady,
            depth_db=one.depth_db, elsewhere=one.elsewhere,
        )  # fmt: skip


def _hums(seams: SoundSeams) -> Iterable[Cue]:
    for one in seams.hums:
        faded = max(1.0, one.dip_db / 6)
        yield _cue(
            "hum_jump", one.span, (one.sureness - one.beside) * seams.hum_share / faded,
            hz=one.hz, jump_deg=one.jump_deg, scatter_deg=one.scatter_deg,
            coherence=one.coherence, sureness=one.sureness, beside=one.beside, dip_db=one.dip_db,
            harmonics=float(one.harmonics), hum_share=seams.hum_share,
        )  # fmt: skip


def _repeats(seams: SoundSeams) -> Iterable[Cue]:
    """Each repeat at its later place: what was copied was heard first, as a rule."""
    for one in seams.repeats:
        yield _cue(
            "repeat", one.second, max(0.0, one.faintest),
            first_s=one.first.onset_s, length_s=one.second.length_s, likeness=one.likeness,
            faintest=one.faintest, bit_errors=one.bit_errors,
        )  # fmt: skip


def _offsets(seams: SoundSeams) -> Iterable[Cue]:
    for one in seams.offsets:
        yield _cue(
            "offset_step", one.span, one.sureness - one.beside, before=one.before,
            after=one.after, sureness=one.sureness, beside=one.beside,
        )  # fmt: skip


def _hollows(seams: SoundSeams) -> Iterable[Cue]:
    for one in seams.hollows:
        yield _cue(
            "hollow", one.span, one.room_dbfs - one.floor_dbfs, floor_dbfs=one.floor_dbfs,
            room_dbfs=one.room_dbfs, loud_dbfs=one.loud_dbfs,
        )  # fmt: skip


def _clicks(seams: SoundSeams) -> Iterable[Cue]:
    """Steps between samples at the room's strongest change, where they stand out."""
    for one in seams.rooms[:_MOST]:
        if one.jump > 1 and one.distance > one.beside:
            yield _cue("click", one.span, one.jump - 1, jump=one.jump)
