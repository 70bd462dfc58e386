"""Who speaks when in the opening, how loud, and who most likely wears the camera.

Voices are told apart by `diarization`, which is loaded only here and only when asked for: it needs
the optional packages of `avaudit[speakers]`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import Protocol

import numpy as np

from avaudit.domain.signal import Speaker, Speakers, Turn
from avaudit.domain.time import Span, merge, total_s
from avaudit.media.sound import Samples
from avaudit.models.packages import require_packages
from avaudit.models.registry import find
from avaudit.models.verify import require
from avaudit.signals.silence import to_dbfs

RATE_HZ = 16000
_BLOCK_S = 0.02
#: A turn that voice activity does not confirm for so long was no voice.
_CONFIRMED_S = 0.1
#: Sound from a mouth 0.35 m below the camera is so much louder than from a person 1 m away, and
#: the more from farther ones: 20 log10(1 / 0.35) dB, a point source in a free field.
_NEAR_DB = 9.0
#: Less than this lies within what one voice varies by.
_LEAST_DB = 3.0
#: A voice is compared with others once it has spoken for so long.
_COMPARED_S = 1.0
#: Whoever records opens the talk more often than not: how much that weighs beside loudness.
_FIRST_WEIGHT = 0.2


class Diarizer(Protocol):
    """Tells voices apart in sound at 16 kHz, shape `(n,)`; times from its first sample."""

    name: str

    def turns(self, sound: Samples) -> list[tuple[str, float, float]]:
        """Voice, onset and offset in seconds of each turn."""


@lru_cache(maxsize=1)
def diarizer(model_id: str, models_dir: str) -> Diarizer:
    """The diarizer of this process, its files verified by sha256 before any of them is loaded.

    Raises `ModelError` as `require` and `require_packages` do.
    """
    folder = require(model_id, Path(models_dir))
    require_packages(find(model_id))
    from avaudit.signals.pyannote_offline import prepare  # noqa: PLC0415  (optional, and 500 MB)

    prepare()
    from avaudit.signals.diarization import PyannoteDiarizer  # noqa: PLC0415

    return PyannoteDiarizer(model_id, folder)


def measure(sound: Samples, examined: Span, voiced: Sequence[Span], listener: Diarizer) -> Speakers:
    """Speakers of sound at 16 kHz, shape `(n,)`, that starts at the span's onset.

    `voiced` is where somebody speaks, by voice activity, in the recording's time: nobody is told
    apart where nobody speaks.
    """
    raw = listener.turns(sound) if voiced and len(sound) else []
    levels = _levels(sound)
    turns = _turns(raw, examined, merge(voiced), levels)
    speakers = _speakers(turns, examined, levels)
    wearer, score = likely_wearer(speakers)
    return Speakers(
        model=listener.name,
        examined=(examined,),
        turns=turns,
        overlaps=overlaps(turns),
        speakers=speakers,
        wearer=wearer,
        wearer_score=score,
    )


def _turns(
    raw: Sequence[tuple[str, float, float]],
    examined: Span,
    voiced: Sequence[Span],
    levels: Samples,
) -> tuple[Turn, ...]:
    """Confirmed turns in order, their voices called S1, S2 ... as they are first heard."""
    names: dict[str, str] = {}
    turns = []
    for voice, start, end in sorted(raw, key=lambda r: (r[1], r[2], r[0])):
        onset = round(examined.onset_s + start, 3)
        offset = round(min(examined.onset_s + end, examined.offset_s), 3)
        if onset >= offset:
            continue
        span = Span(onset, offset)
        if sum(span.overlap_s(v) for v in voiced) < _CONFIRMED_S:
            continue
        label = names.setdefault(voice, f"S{len(names) + 1}")
        turns.append(Turn(label, onset, offset, _level(levels, [span], examined)))
    return tuple(turns)


def _speakers(turns: Sequence[Turn], examined: Span, levels: Samples) -> tuple[Speaker, ...]:
    """Each voice of the turns. Its level is measured where it speaks alone, if it does."""
    together = overlaps(turns)
    found = []
    for label in dict.fromkeys(turn.speaker for turn in turns):
        spans = [Span(t.onset_s, t.offset_s) for t in turns if t.speaker == label]
        alone = [s for s in spans if not any(s.overlap_s(o) for o in together)]
        level = _level(levels, alone or spans, examined)
        found.append(Speaker(label, round(total_s(spans), 3), level, spans[0].onset_s))
    return tuple(found)


def overlaps(turns: Sequence[Turn]) -> tuple[Span, ...]:
    """Where turns of different voices meet."""
    met = (
        Span(max(one.onset_s, two.onset_s), min(one.offset_s, two.offset_s))
        for one, two in combinations(turns, 2)
        if one.speaker != two.speaker
        and max(one.onset_s, two.onset_s) < min(one.offset_s, two.offset_s)
    )
    return merge(met)


def likely_wearer(speakers: Sequence[Speaker]) -> tuple[str | None, float | None]:
    """The voice nearest to the microphone and how clearly it is (0 to 1), or None for both.

    Nothing is said of a voice that nobody can be compared with, nor where the two loudest differ
    by no more than one voice varies. Gain control of a device makes voices alike: then too.
    """
    compared = [s for s in speakers if s.spoken_s >= _COMPARED_S]
    if len(compared) < 2:
        return None, None
    loudest, second = sorted(compared, key=lambda s: -s.level_dbfs)[:2]
    margin_db = loudest.level_dbfs - second.level_dbfs
    if margin_db < _LEAST_DB:
        return None, None
    first = min(speakers, key=lambda s: s.onset_s)
    nearness = (1 - _FIRST_WEIGHT) * min(1.0, margin_db / _NEAR_DB)
    return loudest.label, round(nearness + _FIRST_WEIGHT * (loudest is first), 2)


def _levels(sound: Samples) -> Samples:
    """RMS of each block of 20 ms, shape `(blocks,)`."""
    size = round(_BLOCK_S * RATE_HZ)
    blocks = sound[: len(sound) // size * size].reshape(-1, size)
    levels: Samples = np.sqrt(np.mean(np.square(blocks), axis=1))
    return levels


def _level(levels: Samples, spans: Sequence[Span], examined: Span) -> float:
    """The median level of the blocks within spans, in dB of full scale."""
    within = [
        levels[
            int((s.onset_s - examined.onset_s) / _BLOCK_S) : int(
                np.ceil((s.offset_s - examined.onset_s) / _BLOCK_S)
            )
        ]
        for s in spans
    ]
    heard = np.concatenate(within) if within else levels[:0]
    return to_dbfs(float(np.median(heard)) if len(heard) else 0.0)
