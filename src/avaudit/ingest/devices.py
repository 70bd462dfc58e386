"""Which device made a recording, as its name, its container or its picture tells."""

from __future__ import annotations

import re

from avaudit.domain.media import MediaFacts
from avaudit.domain.osd import OsdClock
from avaudit.ingest.clocks import device_in_name
from avaudit.ingest.names import Names

#: Tags that hold a device's own number, in lower case. A model alone tells no device.
_TAGS = ("device_id", "deviceid", "device", "serial_number", "serialnumber",
         "camera_serial_number", "com.apple.quicktime.camera.serial")  # fmt: skip
#: A device's number as cameras burn it in: said to be one, or letters, a model and a number, apart.
_SAID = re.compile(
    r"\b(?:DEVICE(?: ?ID)?|DEV|ID)[:. ]{1,2}([A-Z0-9][A-Z0-9_-]{3,19})", re.IGNORECASE
)
_NUMBERED = re.compile(
    r"(?<![A-Za-z0-9])([A-Z]{2,5}[-_ ][A-Z0-9]{1,6}[-_ ]\d{4,10})(?![A-Za-z0-9])"
)
#: What a recogniser is less sure of names no device.
_SURE = 0.9


def device_of(
    path: str, media: MediaFacts | None, names: Names, osd: OsdClock | None = None
) -> str | None:
    """The device's number, as patterns of names read it, else as a tag says, else as it stands
    beside the burned-in clock; None without."""
    reading = names.read(path)
    if reading and reading.device:
        return reading.device
    return device_in_name(path) or _in_tags(media) or _in_picture(osd)


def _in_picture(osd: OsdClock | None) -> str | None:
    texts = [label.text for label in (osd.labels if osd else ()) if label.score >= _SURE]
    found = (match.group(1) for pattern in (_SAID, _NUMBERED) for text in texts
             if (match := pattern.search(text)))  # fmt: skip
    return next(found, None)


def _in_tags(media: MediaFacts | None) -> str | None:
    tags = {key.lower(): value.strip() for key, value in media.tags.items()} if media else {}
    return next((tags[tag] for tag in _TAGS if tags.get(tag)), None)
