"""What a container declares about itself and its streams."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import av
import av.container
from av.stream import Disposition

from avaudit.domain.media import MediaFacts, MediaKind, StreamFacts

#: Formats whose header declares how long the recording is. For others FFmpeg divides the size by
#: the bit rate, which says nothing about a file that was cut off.
_DECLARING = ("mov", "matroska", "avi", "asf", "flv", "wav", "caf")

_MICROSECONDS = 1_000_000
_MAX_TAGS, _MAX_TAG_CHARACTERS = 64, 512


def media_facts(container: av.container.InputContainer) -> MediaFacts:
    """Streams, durations and tags as declared; `duration_s` is left to the packet reader."""
    streams = tuple(_stream_facts(stream) for stream in container.streams)
    declares = container.format.name.split(",")[0] in _DECLARING
    declared = container.duration if declares else None
    return MediaFacts(
        kind=_kind(streams),
        container=container.format.name,
        duration_s=None,
        declared_duration_s=declared / _MICROSECONDS if declared is not None else None,
        streams=streams,
        tags=_tags(container.metadata),
    )


def _kind(streams: tuple[StreamFacts, ...]) -> MediaKind:
    kinds = {stream.kind for stream in streams if not stream.attached_picture}
    if "video" in kinds:
        return MediaKind.VIDEO
    return MediaKind.AUDIO if "audio" in kinds else MediaKind.UNKNOWN


def _stream_facts(stream: av.stream.Stream) -> StreamFacts:
    codec = stream.codec_context
    base = stream.time_base
    start = stream.start_time
    facts = StreamFacts(
        index=stream.index,
        kind=stream.type,
        codec=codec.name if codec else "",
        profile=str(getattr(stream, "profile", None) or ""),
        time_base=str(base) if base else "",
        start_s=float(start * base) if start is not None and base else None,
        duration_s=float(stream.duration * base) if stream.duration and base else None,
        bit_rate=codec.bit_rate if codec else None,
        attached_picture=bool(stream.disposition & Disposition.attached_pic),
    )
    if isinstance(stream, av.VideoStream) and codec:
        return _with_picture(facts, stream)
    if isinstance(stream, av.AudioStream) and codec:
        sound = stream.codec_context
        return replace(facts, sample_rate=sound.rate or 0, channels=sound.channels or 0)
    return facts


def _with_picture(facts: StreamFacts, stream: av.VideoStream) -> StreamFacts:
    rate = stream.average_rate or stream.guessed_rate
    return replace(
        facts,
        width=stream.codec_context.width,
        height=stream.codec_context.height,
        frame_rate=float(rate) if rate else None,
        pixel_format=stream.codec_context.pix_fmt or "",
    )


def _tags(metadata: Mapping[str, str]) -> dict[str, str]:
    """The container's tags, bounded: nobody has checked them and they end in the store."""
    items = list(metadata.items())[:_MAX_TAGS]
    return {key[:_MAX_TAG_CHARACTERS]: value[:_MAX_TAG_CHARACTERS] for key, value in items}
