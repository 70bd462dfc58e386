"""Signals that the store keeps: their versions, and what can be had from them without the file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import ClassVar, Protocol

from avaudit import codec
from avaudit.domain.bitstream import Bitstream
from avaudit.domain.examination import Examination, SpeakersRequest, SpeechRequest
from avaudit.domain.finding import Values
from avaudit.domain.loudness import Loudness
from avaudit.domain.media import FileFacts, MediaFacts, MediaKind
from avaudit.domain.osd import OsdClock
from avaudit.domain.pace import Pace
from avaudit.domain.picture import Picture
from avaudit.domain.picture_seams import PictureSeams
from avaudit.domain.recompression import Recompression
from avaudit.domain.signal import (
    DigitalSilence,
    FileRead,
    LineUp,
    Missing,
    PacketTimeline,
    Question,
    Readability,
    Speakers,
    Speech,
    Transcript,
)
from avaudit.domain.sound_frames import SoundFrames
from avaudit.domain.sound_seams import SoundSeams
from avaudit.domain.structure import Structure


class _Kept(Protocol):
    """A signal as the store keeps it: it has a name and a version."""

    NAME: ClassVar[str]
    VERSION: ClassVar[int]


#: Every signal a check can ask for, by the name it has in the store (before any `@`).
SIGNALS: Mapping[str, type[_Kept]] = {
    kind.NAME: kind
    for kind in (
        MediaFacts, FileRead, Readability, PacketTimeline, DigitalSilence, Loudness, Speech,
        Transcript, LineUp, Speakers, OsdClock, Picture, Structure, Pace, Bitstream, SoundSeams,
        Recompression, PictureSeams, SoundFrames,
    )
}  # fmt: skip


def versioned(signals: Mapping[str, object]) -> dict[str, Values]:
    """Signals with their versions, as the store keeps them."""
    return {
        name: {"version": SIGNALS[name.partition("@")[0]].VERSION, "body": body}
        for name, body in signals.items()
    }


def as_values(signals: Mapping[str, object]) -> dict[type, object]:
    """Signals by type, from what JSON held. Raises `pydantic.ValidationError` where one is not.

    Line-ups are left out: there may be several, each for questions of its own.
    """
    found: dict[type, object] = {}
    for name, body in signals.items():
        if name.startswith(f"{LineUp.NAME}@"):
            continue
        kind = SIGNALS[name.partition("@")[0]]
        found[kind] = codec.from_plain(kind, body)
    return found


def current_signals(
    kept: Mapping[str, tuple[int, str]],
    speech: SpeechRequest | None,
    speakers: SpeakersRequest | None = None,
) -> dict[str, object]:
    """Kept signals (version, JSON) that today's measurement would give again.

    Others (of an older version, another model or another window) are measured anew.
    """
    wanted = {speech.speech_key, speech.transcript_key} if speech else set()
    answers = f"{LineUp.NAME}@{speech.model_id}@" if speech else LineUp.NAME
    wanted |= {speakers.key} if speakers else set()
    return {
        name: json.loads(body)
        for name, (version, body) in kept.items()
        if (kind := SIGNALS.get(name.partition("@")[0]))
        and version == kind.VERSION
        and ("@" not in name or name in wanted or name.startswith(answers))
    }


def examination_from(
    kept: Mapping[str, object],
    file: FileFacts,
    speech: SpeechRequest | None,
    speakers: SpeakersRequest | None = None,
    *,
    deep: bool = False,
) -> Examination | None:
    """An examination out of kept signals alone, or None where something has to be measured."""
    signals = as_values(kept)
    media, readable = signals.get(MediaFacts), signals.get(Readability)
    read = signals.get(FileRead)
    if not isinstance(media, MediaFacts) or not isinstance(readable, Readability):
        return None
    if not isinstance(read, FileRead) or not read.stable or readable.failures:
        return None
    if media.kind is not MediaKind.PHOTO and PacketTimeline not in signals:
        return None
    if speakers and media.first("audio") is not None and speakers.key not in kept:
        return None
    sound = _missing_sound(kept, media, speech, deep=deep)
    picture = _missing_picture(kept, media, deep=deep)
    built = _missing_build(kept, media)
    if sound is None or picture is None or built is None:
        return None
    return Examination(file, media, signals={}, missing=sound + picture + built)


def _missing_build(kept: Mapping[str, object], media: MediaFacts) -> tuple[Missing, ...] | None:
    """Why there is no bitstream; None where it, the structure or the pace has to be measured."""
    if media.kind is MediaKind.PHOTO:
        return ()
    if not {Structure.NAME, Pace.NAME} <= set(kept):
        return None
    stream = media.first("video")
    if stream is None:
        return (Missing(Bitstream.NAME, "no_picture"),)
    if stream.codec not in Bitstream.CODECS:
        return (Missing(Bitstream.NAME, "codec_not_read", stream.codec),)
    return () if Bitstream.NAME in kept else None


def _missing_picture(
    kept: Mapping[str, object], media: MediaFacts, *, deep: bool
) -> tuple[Missing, ...] | None:
    """Why there is no picture signal; None where it, or its clock, has to be measured."""
    if media.kind is MediaKind.PHOTO:
        return ()
    if media.first("video") is None:
        return (Missing(Picture.NAME, "no_picture"),)
    measured = {Picture.NAME, OsdClock.NAME, Recompression.NAME}
    measured |= {PictureSeams.NAME} if deep else set()
    return () if measured <= set(kept) else None


def _missing_sound(
    kept: Mapping[str, object], media: MediaFacts, speech: SpeechRequest | None, *, deep: bool
) -> tuple[Missing, ...] | None:
    """Which sound signals cannot be had, and why; None where they have to be measured."""
    listened = (DigitalSilence.NAME, Loudness.NAME, SoundSeams.NAME)
    names = (*listened, Speech.NAME, Transcript.NAME)
    if media.kind is MediaKind.PHOTO:
        return ()
    if media.first("audio") is None:
        return tuple(Missing(name, "no_sound") for name in names)
    if not {*listened, *((SoundFrames.NAME,) if deep else ())} <= set(kept):
        return None
    if speech is None:
        return tuple(Missing(name, "no_model") for name in names[len(listened) :])
    return () if {speech.speech_key, speech.transcript_key} <= set(kept) else None


def lineup_key(speech: SpeechRequest, questions: Sequence[Question]) -> str:
    """The store key of the answers to some questions."""
    return f"{LineUp.NAME}@{speech.model_id}@{codec.digest(questions)[:16]}"
